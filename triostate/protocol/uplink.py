"""What a browser sends: batches of numbered events, requests for a session, and goodbyes.

All of it is parsed strictly. Each is the body of a POST, or of a message of a WebSocket that says
which of them it is.

An event names a binding of a page, never a handler: what a binding stands for is decided by the
compiled page. Numbers rise by one within a document (``epoch``), so that a repeat is recognised
and a gap is seen.

The answer 421 says that the session, or the stream, is another worker's, which is alive: the way
there is at fault. Ask again; and if it goes on so, ask for a session without a token.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import attrs
import msgspec

from triostate.errors import ProtocolError
from triostate.limits import (
    MAX_BATCH_EVENTS,
    MAX_PATH_CHARS,
    MAX_STORED_VARS,
    MAX_TOKEN_CHARS,
    MAX_VAR_NAME_CHARS,
)
from triostate.protocol.strict_json import parse_json

__all__ = [
    "Applied",
    "Attach",
    "Batch",
    "EventSequence",
    "Goodbye",
    "UpEvent",
    "UpMessage",
    "parse_message",
    "read_applied",
    "read_attach",
    "read_batch",
    "read_goodbye",
]

T = TypeVar("T")

Name = Annotated[str, msgspec.Meta(max_length=MAX_TOKEN_CHARS)]
VarName = Annotated[str, msgspec.Meta(max_length=MAX_VAR_NAME_CHARS)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class UpEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event: its number, its binding, the values that the browser filled in."""

    n: Number
    b: Annotated[int, msgspec.Meta(ge=-(2**53 - 1), le=2**53 - 1)]
    """Below zero it is the result of a script's call, which the session gave that number."""
    a: Annotated[list[Any], msgspec.Meta(max_length=64)]


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an event POST."""

    token: Name
    page: Name
    epoch: Name
    events: Annotated[list[UpEvent], msgspec.Meta(min_length=1, max_length=MAX_BATCH_EVENTS)]
    seen: Number = 0


class Attach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an attach POST: who asks, and what the browser has kept of its vars."""

    token: Name
    page: Name
    doc: Name = ""
    stored: Annotated[dict[VarName, Any], msgspec.Meta(max_length=MAX_STORED_VARS)] = {}
    """Wire values by full name."""
    changed: Annotated[list[VarName], msgspec.Meta(max_length=MAX_STORED_VARS)] = []
    """Names of those, and of some that are there no more, that are news to the tab."""
    stream: Name = ""
    """The shared stream that is to carry the session; without one, the browser opens another."""
    seq: Number = 0
    """The last frame that the document has applied."""
    path: Annotated[str, msgspec.Meta(max_length=MAX_PATH_CHARS)] = ""
    """Path and query of the page as the browser shows it."""
    known: bool = False
    """Whether a session that is not there any more is an error, rather than replaced."""
    shown_only: bool = False
    """Whether frames are to tell only of the vars that the page's plan names, not of all public
    ones: what browsers ask for, as there is nothing else that a page could show."""


class Goodbye(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a leave POST."""

    token: Name
    epoch: Name
    hidden: bool | None = None
    """With a value it is no goodbye: the document was hidden or frozen, or is shown again."""
    detach: bool = False
    """It is no goodbye: the document is gone without one, and its shared stream is not."""


class Applied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an applied POST: how far the document has come."""

    token: Name
    epoch: Name
    seen: Number


class UpMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of a WebSocket: which POST it stands for."""

    kind: Literal["attach", "events", "leave", "applied"]
    id: Number
    """Named in the answer."""
    body: Any


def parse_message(text: str) -> UpMessage:
    """Return the message; raise ProtocolError for anything else."""
    return _read(parse_json(text.encode("utf-8", "surrogatepass")), UpMessage)


def read_batch(body: Any) -> Batch:
    """Return the batch; raise ProtocolError for anything else, numbers out of order included."""
    batch = _read(body, Batch)
    first = batch.events[0].n
    if any(event.n != first + offset for offset, event in enumerate(batch.events)):
        raise ProtocolError("the numbers of a batch must rise by one")
    return batch


def read_attach(body: Any) -> Attach:
    """Return the request for a session; raise ProtocolError for anything else."""
    return _read(body, Attach)


def read_goodbye(body: Any) -> Goodbye:
    """Return the goodbye; raise ProtocolError for anything else."""
    return _read(body, Goodbye)


def read_applied(body: Any) -> Applied:
    """Return how far a document has come; raise ProtocolError for anything else."""
    return _read(body, Applied)


def _read(body: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"malformed body: {error}") from None


@attrs.define(eq=False)
class EventSequence:
    """Which events of one document have come and which are done."""

    epoch: str
    accepted: int = 0
    """The highest number that has come; all below have come too."""
    done: int = 0
    """The highest number such that it and all below are done: what ``ack`` says."""
    _early: set[int] = attrs.field(factory=set)

    def accept(self, number: int) -> bool:
        """Take note of an event; return False for a repeat.

        Raises ProtocolError with status 409 for a gap.
        """
        if number <= self.accepted:
            return False
        if number > self.accepted + 1:
            raise ProtocolError(f"expected event {self.accepted + 1}, got {number}", 409)
        self.accepted = number
        return True

    def finish(self, number: int) -> bool:
        """Take note that an event is done; return whether ``done`` has risen."""
        self._early.add(number)
        before = self.done
        while self.done + 1 in self._early:
            self.done += 1
            self._early.discard(self.done)
        return self.done > before
