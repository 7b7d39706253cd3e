"""A stream: what one connection from a browser is told, chunk by chunk.

It decides when to speak: the first change leaves at once, a busy session speaks at most once per
frame time, a quiet one sends heartbeats. How the bytes travel is not known here. A stream carries
one session; its place in the session is what a stream of many would take.
"""

from __future__ import annotations

import random
import secrets

import trio

from triostate.limits import FRAME_SECONDS, HEARTBEAT_FIRST_SECONDS, HEARTBEAT_SECONDS
from triostate.protocol.frames import HEARTBEAT, Bye, encode_frame
from triostate.runtime.outbox import Outbox

__all__ = ["Stream"]


class Stream:
    """One live connection that carries a session's frames."""

    def __init__(
        self,
        token: str,
        outbox: Outbox,
        epoch: str,
        *,
        fresh: bool,
        append: bool,
        seen: int | None = None,
    ) -> None:
        self.id = secrets.token_urlsafe(9)
        self._token = token
        self._outbox = outbox
        self.epoch = epoch
        self._fresh = fresh
        self.append = append
        self.seen = seen
        """The last frame that the browser says it has applied; None for a new document."""
        self._farewell: Bye | None = None
        self._is_over = False
        self._is_started = False
        self._next_frame = -float("inf")
        self._next_heartbeat = trio.current_time() + HEARTBEAT_FIRST_SECONDS

    def end(self, reason: str, retry_seconds: float = 0.0) -> None:
        """Say goodbye with the next chunk and end after it; the first reason given stands."""
        if self._farewell is None:
            jitter = retry_seconds * (0.5 + random.random())
            self._farewell = Bye(self._token, reason, round(jitter, 3))
            self._outbox.wake()

    async def next_chunk(self) -> bytes | None:
        """Wait for the next bytes to send; None when the stream is over.

        What a chunk carries has left the outbox when this returns, which keeps it until the
        browser has named it. Cancelling the wait loses nothing.
        """
        while True:
            if self._farewell is not None:
                return self._last_chunk(self._farewell)
            if not self._is_started:
                self._is_started = True
                self._next_frame = trio.current_time() + FRAME_SECONDS
                return HEARTBEAT + self._opening()
            chunk = await self._frame_or_none()
            if chunk is not None:
                return chunk

    def _opening(self) -> bytes:
        missed = self._outbox.missed
        if missed is not None:
            return missed
        frame = self._outbox.snapshot(self.epoch, fresh=self._fresh)
        return encode_frame(frame, append=self.append)

    def _last_chunk(self, farewell: Bye) -> bytes | None:
        if self._is_over:
            return None
        self._is_over = True
        return encode_frame(farewell, append=self.append)

    async def _frame_or_none(self) -> bytes | None:
        if not self._outbox.is_empty:
            if trio.current_time() < self._next_frame:
                await trio.sleep_until(self._next_frame)
                return None
            frame = self._outbox.take()
            if frame is not None:
                self._next_frame = trio.current_time() + FRAME_SECONDS
                data = encode_frame(frame, append=self.append)
                self._outbox.sent(frame, data)
                return data
        with trio.move_on_at(self._next_heartbeat) as limit:
            await self._outbox.wait()
        if limit.cancelled_caught:
            self._next_heartbeat = trio.current_time() + HEARTBEAT_SECONDS
            return HEARTBEAT
        return None
