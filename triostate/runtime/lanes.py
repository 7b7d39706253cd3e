"""Lanes: the sessions that one stream carries, and whose frame is due when.

Nothing here waits or asks for the time: what is due is worked out for a time that is given, so it
can be read, and tested, as a table. A lane is one session on one stream:

=========  =====================================  ===================================
a lane     is due                                 says
=========  =====================================  ===================================
begins     at once                                what its document missed, or a snapshot
is quiet   not at all                             nothing
has news   one frame time after the last was due  all that waits, as one frame
ends       at once                                goodbye, and is no lane any more
=========  =====================================  ===================================

So a session that never stops writing speaks at most once a frame time, and between two of its
frames there is room for everybody else's. What is due together leaves together, in one chunk;
those come first that had their turn longest ago, and a chunk that is long enough takes no more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import attrs

from triostate.limits import FRAME_SECONDS, MAX_CHUNK_BYTES
from triostate.protocol.frames import Bye, encode_frame
from triostate.runtime.outbox import Outbox
from triostate.runtime.walls import CrashWall

__all__ = ["Lane", "Lanes"]


@attrs.define(eq=False)
class Lane:
    """One session on one stream."""

    token: str
    outbox: Outbox
    epoch: str
    """The document that the frames are for."""
    fresh: bool
    """Whether the session has just been made."""
    append: bool
    on_lost: Callable[[], object] = lambda: None
    """Called when the stream is gone."""
    on_failed: Callable[[BaseException], object] = lambda error: None
    """Called with what making a frame raised, which must not end the others' stream."""
    farewell: Bye | None = None
    """What to end with, once that is decided."""
    _has_begun: bool = False
    _next_frame: float = -math.inf

    @property
    def due(self) -> float:
        """When it next has something to say; infinity if nothing is known yet."""
        if self.farewell is not None or not self._has_begun:
            return -math.inf
        return math.inf if self.outbox.is_empty else self._next_frame

    def take(self, now: float) -> bytes:
        """Return what it has to say, which may be nothing: it has left the outbox then."""
        if self.farewell is not None:
            return encode_frame(self.farewell, append=self.append)
        # Counted from when it was due: one frame that is late does not put off all that follow.
        is_on_time = now - self._next_frame < FRAME_SECONDS
        self._next_frame = (self._next_frame if is_on_time else now) + FRAME_SECONDS
        if not self._has_begun:
            self._has_begun = True
            return self._opening()
        frame = self.outbox.take()
        if frame is None:
            return b""
        data = encode_frame(frame, append=self.append)
        self.outbox.sent(frame, data)
        return data

    def _opening(self) -> bytes:
        missed = self.outbox.missed
        if missed is not None:
            return missed
        return encode_frame(self.outbox.snapshot(self.epoch, fresh=self.fresh), append=self.append)


class Lanes:
    """The lanes of one stream, by their sessions' tokens."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        """In the order of their last turns, the one longest ago first."""

    def __iter__(self) -> Iterator[Lane]:
        return iter(list(self._lanes.values()))

    def __len__(self) -> int:
        return len(self._lanes)

    def join(self, lane: Lane) -> None:
        """Take in a lane; an older one of the same session gives way without a word."""
        self._lanes[lane.token] = lane

    def leave(self, token: str) -> None:
        """Drop a session's lane, if there is one, without a word."""
        self._lanes.pop(token, None)

    def end(self, token: str, reason: str) -> bool:
        """Let a session's lane end with a goodbye; return whether that is news."""
        lane = self._lanes.get(token)
        if lane is None or lane.farewell is not None:
            return False
        lane.farewell = Bye(token, reason, 0.0)
        return True

    @property
    def due(self) -> float:
        """When somebody next has something to say; infinity if nothing is known yet."""
        return min((lane.due for lane in self._lanes.values()), default=math.inf)

    def take(self, now: float) -> bytes:
        """Return what is due at this time, as much as goes into a chunk."""
        chunk = bytearray()
        for lane in [lane for lane in self._lanes.values() if lane.due <= now]:
            chunk += self._turn(lane, now)
            if len(chunk) >= MAX_CHUNK_BYTES:
                break
        return bytes(chunk)

    def _turn(self, lane: Lane, now: float) -> bytes:
        data = b""
        with CrashWall(lane.on_failed):
            data = lane.take(now)
        del self._lanes[lane.token]
        if lane.farewell is None:
            self._lanes[lane.token] = lane  # to the end of the line
        return data
