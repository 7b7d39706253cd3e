"""The open streams of an app: found by name to attach a session to, ended together at a drain.

Knows no sessions: a stream knows its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager

from triostate.errors import ProtocolError, TooManyError
from triostate.limits import MAX_SESSIONS_PER_ADDRESS, MAX_STREAMS_PER_VISITOR
from triostate.runtime.rates import Tally, owner_of
from triostate.runtime.stream import Stream

__all__ = ["Streams"]


class Streams:
    """The open streams of one app, each with the visitor that it is open to."""

    def __init__(self, max_per_address: int = MAX_SESSIONS_PER_ADDRESS) -> None:
        self._open: dict[str, tuple[str, Stream]] = {}
        self._owners = Tally(max_per_address, "shared streams")

    @contextmanager
    def opened(
        self, visitor: str, *, append: bool, is_shared: bool = False, address: str = ""
    ) -> Iterator[Stream]:
        """Open a stream for as long as the block lasts; then all its sessions have lost it.

        Raises TooManyError when the visitor or the address has too many shared ones.
        """
        if is_shared and len(self._shared_by(visitor)) >= MAX_STREAMS_PER_VISITOR:
            raise TooManyError(f"a browser may have {MAX_STREAMS_PER_VISITOR} shared streams here")
        # One that is a session's own ends when that opens another: sessions are counted.
        owner = owner_of(address) if is_shared else ""
        self._owners.add(owner)
        stream = Stream(append=append, is_shared=is_shared)
        self._open[stream.id] = (visitor, stream)
        try:
            yield stream
        finally:
            del self._open[stream.id]
            self._owners.remove(owner)
            stream.close()

    def _shared_by(self, visitor: str) -> list[Stream]:
        return [s for owner, s in self._open.values() if s.is_shared and owner == visitor]

    def find(self, visitor: str, name: str) -> Stream:
        """Return the visitor's shared stream of that name.

        Raises ProtocolError 410 if it is gone, has never been, or is somebody else's.
        """
        owner, stream = self._open.get(name, ("", None))
        same = hmac.compare_digest(owner.encode(), visitor.encode())
        if stream is None or not same or not stream.is_shared or not stream.is_open:
            raise ProtocolError("no such stream: open another at /_triostate/stream?shared=1", 410)
        return stream

    def end_all(self, reason: str, retry_seconds: float) -> None:
        """Say goodbye on all of them."""
        for _, stream in list(self._open.values()):
            stream.end(reason, retry_seconds)
