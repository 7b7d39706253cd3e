"""The pulse: one task that tells all streams of an app the time, when one of them has to know it.

Each of thousands of streams has a next heartbeat, and perhaps a send that may not last. A timer a
stream, set and taken back with each frame, would cost more than the frame. Sleeps for as long as
nothing is due, so it never turns the clock of an app that nobody looks at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Protocol

import trio

from triostate.limits import PULSE_SECONDS

__all__ = ["Pulse"]


class Timed(Protocol):
    """What is told the time."""

    def tell_time(self, now: float, /) -> float:
        """Do what is due, and return when there is more: infinity for never."""
        ...


class Pulse:
    """The pulse of one app.

    ``timed`` returns all who have to know the time.
    """

    def __init__(self, timed: Callable[[], Iterable[Timed]]) -> None:
        self._timed = timed
        self._next = math.inf
        self._woken = trio.Event()

    def is_due(self, at: float) -> None:
        """Take note that somebody new has to know the time by then."""
        if at < self._next:
            self._next = at
            self._woken.set()

    async def run(self) -> None:
        """Tell the time until cancelled."""
        while True:
            self._woken = trio.Event()
            now = trio.current_time()
            due = min((one.tell_time(now) for one in [*self._timed()]), default=math.inf)
            # Not for each of a crowd apart: those that are due soon are due together.
            self._next = max(due, now + PULSE_SECONDS)
            with trio.move_on_at(self._next):
                await self._woken.wait()
