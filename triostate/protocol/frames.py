"""Frames: what a stream carries down to the browser, and their coding as server-sent events.

Version 1. A stream is ``text/event-stream``; each event's name is the frame's kind and its data
one line of JSON:

``snapshot``
    ``{"token", "seq", "ack", "epoch", "fresh", "state", "effects"}``. The whole public state of
    the session, ``{"<state full name>": {"<var>": value}}``. ``fresh`` says that the session has
    just been made. ``epoch`` is the document that it was sent for.
``delta``
    ``{"token", "seq", "ack", "ops", "effects"}``. ``ops`` is a JSON Patch (RFC 6902, ``add``,
    ``remove`` and ``replace`` only) whose pointers (RFC 6901) start at the snapshot's ``state``:
    ``/state.counter/value``. A client that asked for it (``append=1``) may get the extension
    ``{"op": "append", "path", "value"}`` for a string that grew.
``bye``
    ``{"token", "reason", "retry_seconds"}``. The last frame: ``drain`` (the server stops),
    ``closed`` (the session ended) or ``replaced`` (another stream took over).

``seq`` rises by one with each frame of a session. ``ack`` is the number of the newest event such
that it and all before it have finished (foreground) or started (background), with their changes in
this or earlier frames. An effect is ``{"id", "kind", "args"}``; ids rise by one within a session.
Lines starting with a colon are heartbeats.
"""

from __future__ import annotations

from typing import Any

import attrs

from triostate.state.codec import JSON, encode_json
from triostate.state.patch import PatchOp

__all__ = [
    "HEARTBEAT",
    "PROTOCOL_VERSION",
    "Bye",
    "Delta",
    "Frame",
    "NumberedEffect",
    "Snapshot",
    "encode_frame",
]

PROTOCOL_VERSION = 1

#: A comment: keeps the connection visibly alive and is no event.
HEARTBEAT = b":\n\n"


@attrs.frozen
class NumberedEffect:
    """An effect with its number within the session, by which it is performed at most once."""

    id: int
    kind: str
    args: dict[str, Any]


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
    """The end of a stream."""

    token: str
    reason: str
    retry_seconds: float


Frame = Snapshot | Delta | Bye

_NAMES: dict[type, str] = {Snapshot: "snapshot", Delta: "delta", Bye: "bye"}


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


def encode_op(op: PatchOp, *, append: bool) -> dict[str, JSON]:
    """Return the JSON object of one operation."""
    if op.op == "remove":
        return {"op": "remove", "path": op.path}
    if op.op == "append" and not append:
        return {"op": "replace", "path": op.path, "value": op.whole}
    return {"op": op.op, "path": op.path, "value": op.value}
