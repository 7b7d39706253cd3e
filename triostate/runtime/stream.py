"""A stream: what one connection from a browser is told, chunk by chunk.

It waits until somebody has something to say: one of its sessions (`lanes`), which speaks at once
after a pause and at most once per frame time when busy, or itself, with a heartbeat when it has
said nothing for long. When that is due, and when a peer has not read for too long, the app's
`pulse` lets it know. How the bytes travel is not known here.

A stream is its one session's, and ends with it; or it is shared by the tabs of a browser, whose
sessions come and go.
"""

from __future__ import annotations

import math
import random
import secrets
from collections.abc import Callable

import trio

from triostate.limits import HEARTBEAT_FIRST_SECONDS, HEARTBEAT_SECONDS, SEND_STALL_SECONDS
from triostate.protocol.frames import HEARTBEAT, Bye, Hello, encode_frame
from triostate.runtime.lanes import Lane, Lanes

__all__ = ["Stream"]


class Stream:
    """One live connection that carries the frames of one session, or of several."""

    def __init__(self, *, append: bool, is_shared: bool = False, name: str = "") -> None:
        self.id = name or secrets.token_urlsafe(18)
        self.append = append
        """Whether the browser takes the extension for strings that grow."""
        self.is_shared = is_shared
        self.on_stalled: Callable[[], object] = lambda: None
        """Called when the peer has not taken what is being sent: to end the connection."""
        self.sending_since: float | None = None
        """Since when something is being sent, in seconds of the Trio clock; kept by who sends."""
        self._lanes = Lanes()
        self._changed = trio.Event()
        self._farewell: Bye | None = None
        self._is_over = False
        self._has_begun = False
        self._next_heartbeat = trio.current_time() + HEARTBEAT_FIRST_SECONDS
        self._heartbeat_is_due = self._has_beaten = False

    # Its sessions

    def join(self, lane: Lane) -> None:
        """Carry a session from now on; an older lane of it gives way without a word."""
        lane.outbox.on_news = self._wake
        self._lanes.join(lane)
        self._wake()

    def leave(self, token: str) -> None:
        """Carry a session no more, and say nothing of it."""
        self._lanes.leave(token)

    def end_session(self, token: str, reason: str) -> None:
        """Say goodbye for a session and carry it no more; the first reason given stands."""
        if self._lanes.end(token, reason):
            self._wake()

    # Its end

    @property
    def is_open(self) -> bool:
        """Whether it takes sessions."""
        return self._farewell is None and not self._is_over

    def end(self, reason: str, retry_seconds: float = 0.0) -> None:
        """Say goodbye for all with the next chunk and end; the first reason given stands."""
        if self._farewell is None:
            token = "" if self.is_shared else next((lane.token for lane in self._lanes), "")
            jitter = retry_seconds * (0.5 + random.random())
            self._farewell = Bye(token, reason, round(jitter, 3))
            self._wake()

    def close(self) -> None:
        """Take note that the connection is gone: all sessions on it are told that it is lost."""
        self._is_over = True
        for lane in self._lanes:
            self._lanes.leave(lane.token)
            lane.on_lost()

    # The time

    def tell_time(self, now: float) -> float:
        """Do what is due at this time, and return when there is more; see `pulse`."""
        if now >= self._next_heartbeat:
            self._next_heartbeat, self._heartbeat_is_due = now + HEARTBEAT_SECONDS, True
            self._wake()
        if self.sending_since is None:
            return self._next_heartbeat
        limit = self.sending_since + SEND_STALL_SECONDS
        if now >= limit:
            self.on_stalled()
            return math.inf
        return min(self._next_heartbeat, limit)

    # What it says

    async def next_chunk(self) -> bytes | None:
        """Wait for the next bytes to send; None when the stream is over.

        What a chunk carries has left the outboxes when this returns, which keep it until the
        browser has named it. Cancelling the wait loses nothing.
        """
        while True:
            if self._changed.is_set():
                self._changed = trio.Event()
            chunk = self._chunk(trio.current_time())
            if chunk or self._is_over:
                return chunk or None
            if self._lanes.due == math.inf:
                await self._changed.wait()
            else:
                with trio.move_on_at(self._lanes.due):
                    await self._changed.wait()

    def _chunk(self, now: float) -> bytes | None:
        """Return what is to be said now, which may be nothing; None once it is over."""
        if self._is_over:
            return None
        if self._farewell is not None:
            self._is_over = True
            return encode_frame(self._farewell, append=self.append)
        greeting = b"" if self._has_begun else self._greeting()
        self._has_begun = True
        frames = self._lanes.take(now)
        if self._heartbeat_is_due:
            frames, self._heartbeat_is_due, self._has_beaten = frames + HEARTBEAT, False, True
        if frames and self._has_beaten:
            self._next_heartbeat = now + HEARTBEAT_SECONDS
        self._is_over = not self.is_shared and not self._lanes
        return greeting + frames

    def _greeting(self) -> bytes:
        if not self.is_shared:
            return HEARTBEAT
        return encode_frame(Hello(self.id), append=self.append) + HEARTBEAT

    def _wake(self) -> None:
        self._changed.set()
