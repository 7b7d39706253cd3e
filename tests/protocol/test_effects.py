"""Effects can always be sent: what could not be encoded is refused where the effect is made."""

from __future__ import annotations

import re
from typing import Any

import pytest

import triostate as ts
from triostate.protocol.frames import Delta, NumberedEffect, encode_frame
from triostate.testing import isolated

LONE = "\ud800"


def sent(effect: Any) -> bytes:
    numbered = NumberedEffect(1, effect.kind, effect.args)
    return encode_frame(Delta("t", 1, 0, (), (numbered,)), append=True)


@pytest.mark.parametrize("make", [ts.toast, ts.console_log])
def test_messages(make: Any) -> None:
    """A message is shown whatever is in it: half a character becomes a question mark."""
    assert b'"message":"a? 5"' in sent(make(f"a{LONE} {5}"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ts.set_value("id", LONE),
        lambda: ts.set_value("id", 2**60),
        lambda: ts.set_value(LONE, "x"),
        lambda: ts.set_focus(LONE),
        lambda: ts.redirect(f"/{LONE}"),
        lambda: ts.download("/x", LONE),
    ],
)
def test_what_cannot_be_sent(make: Any) -> None:
    """What is no message is refused: an effect that cannot be encoded would end the stream."""
    with pytest.raises(ts.UnsendableValueError):
        make()


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: ts.open_window("https://x.example"), "open_window to 'https://x.example'"),
        (lambda: ts.open_window("java" + "script:alert(1)", external=True), "only http and https"),
        (lambda: ts.open_window("\t//x.example"), "external=True"),
        (ts.download, "give url="),
        (lambda: ts.download("/x", data=b""), "not both"),
        (lambda: ts.download(data=b"x" * (256 * 1024 + 1)), "serve it by a route"),
        (lambda: ts.download(data="ü" * (128 * 1024 + 1)), "of 262146 bytes is refused"),
        (lambda: ts.download(data="", media_type="text/html\r\nx: y"), "media_type="),
        (lambda: ts.set_clipboard("x" * (256 * 1024 + 1)), "offer it by ts.download"),
        (lambda: ts.call_script("charts.draw", ["x" * 300_000]), "call_script: arguments"),
        (lambda: ts.call_script("draw"), "names no function"),
        (lambda: ts.call_script("a.b.c"), "names no function"),
        (lambda: ts.call_script("a['b'].c"), "names no function"),
        (lambda: ts.call_script("charts.draw\n"), "names no function"),
        (lambda: ts.scroll_to("x", align="top"), "start, center, end, nearest"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: ts.console_log("x", "fatal"), "debug, info"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_what_is_refused(make: Any, text: str) -> None:
    """What is no address to follow, no name, or too much: where it is made, with the remedy."""
    with pytest.raises(ValueError, match=re.escape(text)):
        make()


@pytest.mark.parametrize(
    "argument", [b"x", float("nan"), {1: 2}, {"a": object()}, {1, 2}, 1j, [float("inf")]]
)
def test_what_no_script_gets(argument: Any) -> None:
    """An argument that JSON does not have is a TypeError, at any depth; so is too large an int."""
    with pytest.raises(TypeError, match="an argument of type"):
        ts.call_script("charts.draw", argument)
    with pytest.raises(ts.UnsendableValueError):
        ts.call_script("charts.draw", [2**60])
    with pytest.raises(TypeError, match="is no handler"):
        ts.call_script("charts.draw", callback=print)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@isolated()
def test_what_the_browser_keeps_is_removed_by_var() -> None:
    """Of the kind that the name says, by the key that it has there; nothing else can be named."""

    class Kept(ts.State):
        theme: str = ts.LocalStorage("light")
        draft: str = ts.SessionStorage("", name="my-draft")
        crumb: str = ts.Cookie("")
        plain: str = ""

    args = {"in": "local", "key": f"{Kept.get_full_name()}.theme"}
    assert ts.remove_local_storage(Kept.theme).args == args
    assert ts.remove_session_storage(Kept.draft).args == {"in": "session", "key": "my-draft"}
    assert ts.remove_cookie(Kept.crumb).args["in"] == "cookie"
    for wrong in (Kept.plain, Kept.draft, "theme", None):
        with pytest.raises(TypeError, match="give the var that the browser keeps"):
            ts.remove_local_storage(wrong)
