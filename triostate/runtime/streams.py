"""The open streams of an app: found by name to attach a session to, ended together at a drain.

Knows no sessions: a stream knows its own.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import trio

from triostate.errors import ProtocolError, TooManyError
from triostate.limits import (
    HEARTBEAT_FIRST_SECONDS,
    MAX_SESSIONS_PER_ADDRESS,
    MAX_STREAMS_PER_VISITOR,
    RECONNECT_SECONDS,
)
from triostate.runtime.pulse import Pulse
from triostate.runtime.rates import Tally, owner_of
from triostate.runtime.stream import Stream

__all__ = ["Streams"]


class Streams:
    """The open streams of one app, each with the visitor that it is open to."""

    def __init__(
        self,
        max_per_address: int = MAX_SESSIONS_PER_ADDRESS,
        new_name: Callable[[], str] = lambda: "",
    ) -> None:
        self._new_name = new_name
        self._open: dict[str, tuple[str, Stream]] = {}
        self._shared: Counter[str] = Counter()
        """How many shared ones each visitor has."""
        self._owners = Tally(max_per_address, "shared streams")
        self._is_draining = False
        self._pulse = Pulse(lambda: (stream for _, stream in self._open.values()))

    async def run(self, stopping: Callable[[], Awaitable[object]]) -> None:
        """Keep the time for all of them until cancelled, and drain them once ``stopping`` returns.

        A stream that is opened after that is told to go at once.
        """
        self._is_draining = False
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._pulse.run, name="pulse")
            await stopping()
            self.drain()

    @contextmanager
    def opened(
        self, visitor: str, *, append: bool, is_shared: bool = False, address: str = ""
    ) -> Iterator[Stream]:
        """Open a stream for as long as the block lasts; then all its sessions have lost it.

        Raises TooManyError when the visitor or the address has too many shared ones.
        """
        if is_shared and self._shared[visitor] >= MAX_STREAMS_PER_VISITOR:
            raise TooManyError(f"a browser may have {MAX_STREAMS_PER_VISITOR} shared streams here")
        # One that is a session's own ends when that opens another: sessions are counted.
        owner = owner_of(address) if is_shared else ""
        self._owners.add(owner)
        stream = Stream(append=append, is_shared=is_shared, name=self._new_name())
        self._open[stream.id] = (visitor, stream)
        self._shared[visitor] += is_shared
        self._pulse.is_due(trio.current_time() + HEARTBEAT_FIRST_SECONDS)
        if self._is_draining:
            self._send_away(stream)
        try:
            yield stream
        finally:
            del self._open[stream.id]
            self._shared[visitor] -= is_shared
            if not self._shared[visitor]:
                del self._shared[visitor]
            self._owners.remove(owner)
            stream.close()

    def has_any(self, visitor: str) -> bool:
        """Whether the visitor has a shared stream."""
        return visitor in self._shared

    def find(self, visitor: str, name: str) -> Stream:
        """Return the visitor's shared stream of that name.

        Raises ProtocolError 410 if it is gone, has never been, or is somebody else's.
        """
        owner, stream = self._open.get(name, ("", None))
        same = hmac.compare_digest(owner.encode(), visitor.encode())
        if stream is None or not same or not stream.is_shared or not stream.is_open:
            raise ProtocolError("no such stream: open another at /_triostate/stream?shared=1", 410)
        return stream

    def drain(self) -> None:
        """Say goodbye on all of them, and on those to come: the app is being shut down."""
        self._is_draining = True
        for _, stream in list(self._open.values()):
            self._send_away(stream)

    @staticmethod
    def _send_away(stream: Stream) -> None:
        stream.end("drain", RECONNECT_SECONDS)
