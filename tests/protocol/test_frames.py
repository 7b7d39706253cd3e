"""Frames as any SSE client and any JSON Patch library see them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.protocol.sse import parse_sse
from triostate.protocol.frames import (
    HEARTBEAT,
    Bye,
    Delta,
    Frame,
    Hello,
    NumberedEffect,
    Snapshot,
    encode_answer,
    encode_frame,
    to_messages,
)
from triostate.state.patch import PatchOp

TOAST = NumberedEffect(3, "toast", {"message": "a\nb", "level": "info"})
TOAST_WIRE = {"id": 3, "kind": "toast", "args": {"message": "a\nb", "level": "info"}}


def parsed(frame: Frame, *, append: bool = False) -> tuple[str, Any]:
    (event,) = parse_sse(encode_frame(frame, append=append))
    return event


def test_snapshot() -> None:
    """A snapshot has exactly the documented fields."""
    frame = Snapshot("tok", 1, 0, "doc", True, {"state.a": {"n": 1}}, (TOAST,))
    assert parsed(frame) == (
        "snapshot",
        {
            "token": "tok",
            "seq": 1,
            "ack": 0,
            "epoch": "doc",
            "fresh": True,
            "state": {"state.a": {"n": 1}},
            "effects": [TOAST_WIRE],
        },
    )


def test_delta() -> None:
    """A delta has exactly the documented fields; a removal has no value."""
    ops = (
        PatchOp("replace", "/state.a/n", None),
        PatchOp("add", "/state.a/rows/0", {"k": 1}),
        PatchOp("remove", "/state.a/rows/1"),
    )
    assert parsed(Delta("tok", 17, 4, ops, (TOAST,))) == (
        "delta",
        {
            "token": "tok",
            "seq": 17,
            "ack": 4,
            "ops": [
                {"op": "replace", "path": "/state.a/n", "value": None},
                {"op": "add", "path": "/state.a/rows/0", "value": {"k": 1}},
                {"op": "remove", "path": "/state.a/rows/1"},
            ],
            "effects": [TOAST_WIRE],
        },
    )


def test_bye() -> None:
    """A goodbye has exactly the documented fields."""
    assert parsed(Bye("tok", "drain", 0.4)) == (
        "bye",
        {"token": "tok", "reason": "drain", "retry_seconds": 0.4},
    )


@pytest.mark.parametrize(
    "append, op",
    [
        (True, {"op": "append", "path": "/s/t", "value": "c"}),
        (False, {"op": "replace", "path": "/s/t", "value": "abc"}),
    ],
)
def test_append(append: bool, op: Any) -> None:
    """The extension goes only to who asked for it; others get the whole string."""
    frame = Delta("tok", 1, 0, (PatchOp("append", "/s/t", "c", "abc"),))
    assert parsed(frame, append=append)[1]["ops"] == [op]


@pytest.mark.parametrize(
    "text", ["\n", "\r\n\r\n", "\ndata: x\n\n", "\u2028\u2029\x85\x0b\x0c", "\x00", "\U0001f600"]
)
def test_one_line_whatever_the_text(text: str) -> None:
    """No text of a user can end a line, and so forge an event or a field."""
    encoded = encode_frame(Delta("tok", 1, 0, (PatchOp("replace", "/s/t", text),)), append=False)
    assert encoded.count(b"\n") == 3
    assert b"\r" not in encoded
    assert encoded.count(b"\nevent:") == 0


def test_heartbeat_is_a_comment() -> None:
    """A heartbeat is a comment: no client takes it for an event."""
    assert parse_sse(HEARTBEAT) == [("", "")]


def test_hello() -> None:
    """A shared stream begins with its name."""
    assert parsed(Hello("abc")) == ("hello", {"stream": "abc"})


@pytest.mark.parametrize(
    "text", ["a", "\n", "\n\nevent: bye\ndata: {}\n\n", "\u2028\x85", "\U0001f600"]
)
def test_messages(text: str) -> None:
    """Messages of a WebSocket say what the stream's events say, one each, whatever the text."""
    frames: list[Frame] = [
        Hello("abc"),
        Snapshot("tok", 1, 0, "doc", fresh=True, state={"s": {"t": text}}),
        Delta("tok", 2, 0, (PatchOp("replace", "/s/t", text),)),
        Bye("tok", "closed", 0.0),
    ]
    chunk = HEARTBEAT + b"".join(encode_frame(frame, append=False) for frame in frames) + HEARTBEAT
    ping, *said, again = (json.loads(message) for message in to_messages(chunk))
    assert ping == again == {"event": "ping"}
    assert [(message["event"], message["data"]) for message in said] == [
        parsed(frame) for frame in frames
    ]


def test_no_messages() -> None:
    """Of nothing nothing is said."""
    assert list(to_messages(b"")) == []


def test_answer() -> None:
    """An answer names the message that it answers, with what the POST would have got."""
    for number, body, said in ((7, b'{"ack":1}', {"ack": 1}), (None, b"", None)):
        answer = json.loads(encode_answer(number, 202, body))
        assert answer == {"event": "answer", "data": {"id": number, "status": 202, "body": said}}
