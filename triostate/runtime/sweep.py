"""The sweep: looks four times a second, while there is something to see, for what is stuck.

State that is held for long (by a block or a foreground handler that awaits inside), sessions whose
tasks do not end and threads that outlive their cancellation by long are named in the log. Who takes
a lock pays one look at a flag: a sweep that has gone to sleep is woken by the next one who does. It
goes to sleep when it finds nothing of the kind, and so it never turns the clock of an idle app. How
long something is held is counted from the first look that saw it, so nobody is blamed for less than
it was.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Protocol

import trio

from triostate.limits import HELD_SECONDS, MAX_WARNED_PLACES, SWEEP_SECONDS
from triostate.runtime.lock import Right, StateLock
from triostate.runtime.threads import Threads
from triostate.runtime.whereabouts import Place, places_of_task

__all__ = ["Sweep"]

logger = logging.getLogger("triostate")

_REMEDIES = {
    True: "Await what takes long outside `async with self`",
    False: "A foreground handler holds the state for its whole run: with "
    "`@ts.event(background=True)` and short state blocks it need not",
}


class Watched(Protocol):
    """What the sweep looks at in a session."""

    token: str
    lock: StateLock

    def name_stuck(self) -> bool: ...


class Sweep:
    """The sweep of one app."""

    def __init__(self) -> None:
        self.is_idle = True
        """Whether it sleeps: then whoever takes a lock calls `glance`."""
        self._woken = trio.Event()
        self._has_to_stay = False
        self._held: dict[Right, float] = {}
        """Who held a lock at the last look, and which look saw them first."""
        self._told: set[tuple[str, Place | None]] = set()

    def wake(self) -> None:
        """Look, and look again in a while."""
        self._has_to_stay = True
        self.glance()

    def glance(self) -> None:
        """Look, and again in a while if there is something to see: state is being taken."""
        if self.is_idle:
            self.is_idle = False
            self._woken.set()

    async def run(self, sessions: Collection[Watched], threads: Threads) -> None:
        """Sweep until cancelled; ``sessions`` may be a live view."""
        while True:
            asleep_since = trio.current_time()
            await self._woken.wait()
            # A short block now and then is over by the first look. Where many follow each other,
            # it is cheaper to stay awake than to be woken by each.
            is_rare = trio.current_time() - asleep_since >= SWEEP_SECONDS
            is_needed = self._look(sessions) or self._has_to_stay or not is_rare
            self._has_to_stay = False
            while is_needed:
                await trio.sleep(SWEEP_SECONDS)
                is_needed = self._look(sessions) | threads.report_stuck()
            self._woken, self.is_idle = trio.Event(), True

    def _look(self, sessions: Collection[Watched]) -> bool:
        """Warn of what takes too long; return whether anyone holds a lock, or is ending."""
        now = trio.current_time()
        held: dict[Right, float] = {}
        is_ending = False
        for session in [*sessions]:  # one whose lock is found broken ends
            is_ending |= session.name_stuck()
            session.lock.look()
            right = session.lock.holder
            if right is not None:
                since = held[right] = self._held.get(right, now)
                if now - since >= HELD_SECONDS:
                    self._tell(session, right, now - since)
        self._held = held
        return is_ending or bool(held)

    def _tell(self, session: Watched, right: Right, seconds: float) -> None:
        places = places_of_task(right.task)
        key = (right.task.name, places[-1] if places else None)
        if key in self._told or len(self._told) >= MAX_WARNED_PLACES:
            return
        self._told.add(key)
        logger.warning(
            "%s has held the state of session %s for %.1f s%s: no other handler of that tab can "
            "go on meanwhile. %s",
            right.task.name,
            session.token[:6],
            seconds,
            f", now at {' > '.join(map(str, places))}" if places else "",
            _REMEDIES[right.is_block],
        )
