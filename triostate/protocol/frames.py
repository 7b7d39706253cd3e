"""Frames: what a stream carries down to the browser, and their coding.

Version 1. A stream is ``text/event-stream``; each event's name is the frame's kind and its data
one line of JSON:

``hello``
    ``{"stream"}``. The first frame of a stream that is shared by the tabs of a browser: the name
    under which sessions are attached to it. A stream of one session has none.

``snapshot``
    ``{"token", "seq", "ack", "epoch", "fresh", "state", "effects"}``. The whole public state of
    the session, ``{"<state full name>": {"<var>": value}}``; for a client that asked for that
    (``shown_only=1``) only what the page reads, and deltas keep to that too. ``fresh`` says that
    the session has just been made. ``epoch`` is the document that it was sent for.
``delta``
    ``{"token", "seq", "ack", "ops", "effects"}``. ``ops`` is a JSON Patch (RFC 6902, ``add``,
    ``remove`` and ``replace`` only) whose pointers (RFC 6901) start at the snapshot's ``state``:
    ``/state.counter/value``. A client that asked for it (``append=1``) may get the extension
    ``{"op": "append", "path", "value"}`` for a string that grew.
``bye``
    ``{"token", "reason", "retry_seconds"}``. The last frame of that session on this stream:
    ``closed`` (the session ended) or ``replaced`` (another stream took over). The reason ``drain``
    (the server stops), on a shared stream with an empty token, is the last frame of all.

``seq`` rises by one with each frame of a session. ``ack`` is the number of the newest event such
that it and all before it have finished (foreground) or started (background), with their changes in
this or earlier frames. An effect is ``{"id", "kind", "args"}``; ids rise by one within a session.
Lines starting with a colon are heartbeats.

A WebSocket carries the same, each frame as a text message ``{"event": kind, "data": {...}}`` and a
heartbeat as ``{"event": "ping"}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from triostate.state.codec import JSON, encode_json
from triostate.state.patch import PatchOp

__all__ = [
    "HEARTBEAT",
    "Bye",
    "Delta",
    "Frame",
    "Hello",
    "NumberedEffect",
    "Snapshot",
    "encode_answer",
    "encode_frame",
    "to_messages",
]

#: A comment: keeps the connection visibly alive and is no event.
HEARTBEAT = b":\n\n"


@attrs.frozen
class NumberedEffect:
    """An effect with its number within the session, by which it is performed at most once."""

    id: int
    kind: str
    args: dict[str, Any]


@attrs.frozen
class Hello:
    """The beginning of a shared stream."""

    stream: str


@attrs.frozen
class Snapshot:
    """The whole public state of a session."""

    token: str
    seq: int
    ack: int
    epoch: str
    fresh: bool
    state: dict[str, dict[str, JSON]]
    effects: tuple[NumberedEffect, ...] = ()


@attrs.frozen
class Delta:
    """What has changed since the frame before."""

    token: str
    seq: int
    ack: int
    ops: tuple[PatchOp, ...] = ()
    effects: tuple[NumberedEffect, ...] = ()


@attrs.frozen
class Bye:
    """The end of a session's frames on a stream, or of the stream."""

    token: str
    """Empty for the end of a shared stream."""
    reason: str
    retry_seconds: float


Frame = Hello | Snapshot | Delta | Bye

_NAMES: dict[type, str] = {Hello: "hello", Snapshot: "snapshot", Delta: "delta", Bye: "bye"}


def encode_frame(frame: Frame, *, append: bool) -> bytes:
    """Return the bytes of one server-sent event.

    ``append=False`` writes growing strings whole, as ``replace``. JSON has no raw line break, so
    the data is always one line.
    """
    if isinstance(frame, Delta):
        body: dict[str, Any] = {
            "token": frame.token,
            "seq": frame.seq,
            "ack": frame.ack,
            "ops": [encode_op(op, append=append) for op in frame.ops],
            "effects": frame.effects,
        }
        data = encode_json(body)
    else:
        data = encode_json(frame)
    return b"event: %b\ndata: %b\n\n" % (_NAMES[type(frame)].encode(), data)


def to_messages(chunk: bytes) -> Iterator[str]:
    """Yield the messages of a WebSocket that say what a chunk of a stream does.

    A chunk holds whole events as `encode_frame` makes them: frames that were kept for a connection
    of the one kind can be sent over the other.
    """
    for event in chunk.decode().split("\n\n"):
        head, _, data = event.partition("\n")
        if data:
            name = head.removeprefix("event: ")
            yield f'{{"event":"{name}","data":{data.removeprefix("data: ")}}}'
        elif head:
            yield '{"event":"ping"}'


def encode_answer(number: int | None, status: int, body: bytes) -> str:
    """Return the message of a WebSocket that answers one of the browser's: JSON in, JSON out."""
    head = encode_json(number).decode()
    text = body.decode() or "null"
    return f'{{"event":"answer","data":{{"id":{head},"status":{status},"body":{text}}}}}'


def encode_op(op: PatchOp, *, append: bool) -> dict[str, JSON]:
    """Return the JSON object of one operation."""
    if op.op == "remove":
        return {"op": "remove", "path": op.path}
    if op.op == "append" and not append:
        return {"op": "replace", "path": op.path, "value": op.whole}
    return {"op": op.op, "path": op.path, "value": op.value}
