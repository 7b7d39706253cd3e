"""Effects: one-off orders to the browser, as values that handlers return and yield.

Each function here is an effect's constructor and its documentation. An effect is performed at most
once, after the state changes of the frame that carries it. Bound to a trigger, an effect may be
given Vars: their values come with the event, as those of any event do, and the effect is made of
them here, so that what a constructor refuses is refused then. Those of a page's own scripts and of
what the browser keeps are in `scripts` and `browser_storage`. Knows nothing of how it gets there.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, ParamSpec, TypeAlias

import attrs

from triostate.limits import MAX_EFFECT_BYTES
from triostate.state.codec import encode_value
from triostate.state.lifting import is_dynamic
from triostate.state.var import Var

__all__ = [
    "Effect",
    "OpenEffect",
    "check_size",
    "console_log",
    "download",
    "open_window",
    "redirect",
    "scroll_to",
    "set_clipboard",
    "set_color_mode",
    "set_focus",
    "set_value",
    "toast",
    "toggle_color_mode",
]

P = ParamSpec("P")

Level = Literal["info", "success", "warning", "error"]
LogLevel = Literal["log", "debug", "info", "warn", "error"]
Align = Literal["start", "center", "end", "nearest"]
Text: TypeAlias = "str | Var[Any]"

_MODES = ("light", "dark", "system")

# Browsers drop these in an address, and white space and controls before it; and take \ for /.
_DROPPED = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
_ELSEWHERE = re.compile(r"//|[^/?#]*:")
_WEB = re.compile(r"https?:|//", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(;\s*[\w-]+=[\w.-]+)*")


@attrs.frozen
class Effect:
    """An order to the browser."""

    kind: str
    args: dict[str, Any]
    droppable: bool = False
    """Whether it may be dropped, oldest first, when too many wait for a slow browser."""

    def __attrs_post_init__(self) -> None:
        # What cannot be encoded would break the stream, and with it all that the session sends.
        for value in self.args.values():
            if isinstance(value, str | int | float):
                encode_value(value)


@attrs.frozen(eq=False)
class OpenEffect(Effect):
    """An effect of whose arguments some are Vars: what `make` makes of it once they are known."""

    make: Callable[..., Effect] = attrs.field(kw_only=True)
    given: tuple[Any, ...] = attrs.field(kw_only=True)
    """All arguments, those by position first."""
    names: tuple[str, ...] = attrs.field(kw_only=True)
    """Of those that come last."""

    def fill(self, values: Sequence[Any]) -> Effect:
        """Return the effect with the value of each argument; raises what its constructor does."""
        count = len(values) - len(self.names)
        named = dict(zip(self.names, values[count:], strict=True))
        return self.make(*values[:count], **named)


def _with_vars(make: Callable[P, Effect]) -> Callable[P, Effect]:
    """Let a constructor be given Vars, whose values will be known when the effect is due."""

    @functools.wraps(make)
    def constructor(*args: P.args, **kwargs: P.kwargs) -> Effect:
        given = (*args, *kwargs.values())
        if not any(map(is_dynamic, given)):
            return make(*args, **kwargs)
        return OpenEffect(make.__name__, {}, make=make, given=given, names=tuple(kwargs))

    return constructor


def _text(name: str, value: object, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}: {what} is text, not {type(value).__name__}")
    return value


def check_size(name: str, size: int, remedy: str) -> None:
    """Raise ValueError for what is too large to travel with a frame."""
    if size > MAX_EFFECT_BYTES:
        raise ValueError(
            f"{name} of {size} bytes is refused: an effect carries {MAX_EFFECT_BYTES} at most; "
            f"{remedy}"
        )


def _message(value: object) -> str:
    """Return text to be read by people: a character that is none does not keep it from them."""
    return str(value).encode("utf-8", "replace").decode()


@_with_vars
def toast(message: object, level: Level = "info") -> Effect:
    """Show a short message that goes away by itself."""
    return Effect("toast", {"message": _message(message), "level": level}, droppable=True)


@_with_vars
def console_log(message: object, level: LogLevel = "log") -> Effect:
    """Write to the browser's console, as its method of that name does."""
    if level not in ("log", "debug", "info", "warn", "error"):
        raise ValueError(f"console_log: level={level!r} is unknown; log, debug, info, warn, error")
    return Effect("console_log", {"message": _message(message), "level": level}, droppable=True)


@_with_vars
def redirect(url: Text, *, external: bool = False) -> Effect:
    """Go to another page of the app, or with ``external=True`` to another site.

    Raises ValueError for a scheme other than http and https, and for another site's address
    without ``external``.
    """
    return Effect("redirect", {"url": _followed("redirect", url, external), "external": external})


@_with_vars
def open_window(url: Text, *, external: bool = False) -> Effect:
    """Open an address in a new tab, which knows nothing of this one.

    Browsers allow that for a few seconds after the user has pressed something. Later, or where they
    do not, a message with a link is shown instead, for the user to press.

    Raises ValueError as `redirect` does.
    """
    return Effect(
        "open_window", {"url": _followed("open_window", url, external), "external": external}
    )


def _followed(name: str, url: object, external: bool) -> str:
    address = _text(name, url, "the address")
    if not _is_here(address) and not (external and _WEB.match(_as_browsers_read(address))):
        raise ValueError(
            f"{name} to {address[:80]!r} is refused: another site needs external=True, "
            "and only http and https are followed"
        )
    return address


def _as_browsers_read(url: str) -> str:
    return _DROPPED.sub("", url).replace("\\", "/")


def _is_here(url: str) -> bool:
    """Whether an address is of this app: a path, a query, a fragment. In doubt it is not."""
    return _ELSEWHERE.match(_as_browsers_read(url)) is None


@_with_vars
def set_value(id: Text, value: str | int | float | bool | Var[Any]) -> Effect:
    """Set the value of the control with this id.

    Raises UnsendableValueError for an int beyond 2**53 - 1 and for text that is no Unicode.
    """
    if not isinstance(value, str | int | float):
        raise TypeError(f"set_value: a control shows text, numbers, bools, not {type(value)}")
    return Effect("set_value", {"id": _text("set_value", id, "the id"), "value": value})


@_with_vars
def set_focus(id: Text) -> Effect:
    """Focus the element with this id."""
    return Effect("set_focus", {"id": _text("set_focus", id, "the id")})


@_with_vars
def scroll_to(id: Text, *, align: Align = "start") -> Effect:
    """Scroll so far that the element with this id is in sight, at that edge of the window."""
    if align not in ("start", "center", "end", "nearest"):
        raise ValueError(f"scroll_to: align={align!r} is unknown; start, center, end, nearest")
    return Effect("scroll_to", {"id": _text("scroll_to", id, "the id"), "align": align})


@_with_vars
def set_clipboard(text: object) -> Effect:
    """Put a text into the clipboard; anything else as the text that `str` makes of it.

    Browsers allow it on https and on localhost, for a few seconds after the user has pressed
    something; where they do not, the console says so. Raises ValueError for more than 256 KiB.
    """
    shown = _message(text)
    check_size("set_clipboard: a text", len(shown.encode()), "offer it by ts.download")
    return Effect("set_clipboard", {"text": shown})


@_with_vars
def download(
    url: Text | None = None,
    filename: Text | None = None,
    *,
    data: str | bytes | Var[Any] | None = None,
    media_type: str | None = None,
) -> Effect:
    """Let the browser download an address of this app, or data.

    Args:
        url: a path of the app.
        filename: what the file is called; by default as the address is, or ``"download"``.
        data: the file itself, instead of a url: text or bytes, at most 256 KiB. What is larger has
            a route of its own (``@app.quart.get``), whose address is given here.
        media_type: of the data, such as ``"text/csv"``; by default of plain text, or of any bytes.

    Raises ValueError for another site's address, for too much data, for both or none.
    """
    name = None if filename is None else _text("download", filename, "filename")
    if (url is None) == (data is None):
        raise ValueError("download: give url=, a path of this app, or data=, and not both")
    if data is not None:
        return _download_data(data, name or "download", media_type)
    address = _text("download", url, "the address")
    if not _is_here(address):
        raise ValueError(f"download of {address[:80]!r} is refused: it is no path of this app")
    return Effect("download", {"url": address, "filename": name})


def _download_data(data: object, filename: str, media_type: str | None) -> Effect:
    if not isinstance(data, str | bytes):
        raise TypeError(f"download: data is text or bytes, not {type(data).__name__}")
    is_text = isinstance(data, str)
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    check_size("download: data", len(raw), "serve it by a route and give its url")
    kind = media_type or ("text/plain;charset=utf-8" if is_text else "application/octet-stream")
    if not _MEDIA_TYPE.fullmatch(kind):
        raise ValueError(f"download: media_type={kind[:60]!r} is none, such as 'text/csv'")
    args = {"data": base64.b64encode(raw).decode(), "media_type": kind, "filename": filename}
    return Effect("download", args)


def set_color_mode(mode: Literal["light", "dark", "system"]) -> Effect:
    """Set the colour mode of the browser: ``"light"``, ``"dark"`` or ``"system"``.

    To bind or to return from a handler; raises ValueError for anything else. It is remembered, and
    shown in all tabs.
    """
    if mode not in _MODES:
        raise ValueError(f"set_color_mode({mode!r}): one of {', '.join(map(repr, _MODES))}")
    return Effect("color_mode", {"mode": mode})


def toggle_color_mode() -> Effect:
    """Change from light to dark mode or back; to bind or to return from a handler."""
    return Effect("color_mode", {"mode": "toggle"})
