"""The watchdog: names the code that keeps the loop from turning.

A thread looks at what the loop's thread is doing. While no code of the user's is on its stack there
is nothing to suspect and nothing is done. If there is, the loop is asked to answer; if it has not
for `BLOCKED_SECONDS`, and the same call has been on the stack each time, that call is what blocks.
So a loop that is busy with many short steps, or a process that got no processor, is not blamed on
whoever happens to run; and a step of the loop costs nothing, as it would with an instrument. What
is called by the host loop, asyncio code above all, is seen just as well.

Code that holds Python's interpreter lock all the time, as some C extensions do, is not seen: the
thread cannot look. Knows nothing of sessions.
"""

from __future__ import annotations

import linecache
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import trio

from triostate.limits import BLOCKED_SECONDS, MAX_WARNED_PLACES, WATCH_SECONDS
from triostate.runtime.calls import Call
from triostate.runtime.whereabouts import Place, place_of_stack, user_stack, whole_stack

__all__ = ["Watchdog", "watching"]

logger = logging.getLogger("triostate")


@contextmanager
def watching() -> Iterator[None]:
    """Watch the loop of this thread while the block is open."""
    watchdog = Watchdog(threading.get_ident(), trio.lowlevel.current_trio_token())
    thread = threading.Thread(target=watchdog.run, name="triostate watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watchdog.stop()
        thread.join()


class Watchdog:
    """What looks at one loop; all but `stop` and `_answer` runs in a thread of its own."""

    def __init__(self, ident: int, token: trio.lowlevel.TrioToken) -> None:
        self._ident = ident
        self._token = token
        self._over = threading.Event()
        self._told: set[Place] = set()
        self._asked_at: float | None = None
        self._has_answered = False
        self._suspect: int | None = None
        """The frame of the call that is suspected, by its identity."""
        self._is_told = False

    def run(self) -> None:
        """Look until stopped."""
        while not self._over.wait(WATCH_SECONDS):
            try:
                self._look(time.monotonic())
            except trio.RunFinishedError:
                return

    def stop(self) -> None:
        """End `run` soon."""
        self._over.set()

    def _look(self, now: float) -> None:
        innermost = sys._current_frames().get(self._ident)
        stack = [] if innermost is None else user_stack(innermost)
        suspect = id(stack[-1]) if stack else None
        if self._asked_at is None or self._has_answered or suspect != self._suspect:
            self._suspect, self._asked_at, self._is_told = suspect, None, False
            if suspect is not None:
                self._ask(now)
        elif now - self._asked_at >= BLOCKED_SECONDS and not self._is_told:
            self._is_told = True
            assert innermost is not None, "there is a suspect"
            self._tell(innermost, now - self._asked_at)

    def _ask(self, now: float) -> None:
        self._asked_at, self._has_answered = now, False
        self._token.run_sync_soon(self._answer, idempotent=True)

    def _answer(self) -> None:
        self._has_answered = True

    def _tell(self, innermost: FrameType, seconds: float) -> None:
        place = place_of_stack(innermost)
        if place is None or place in self._told or len(self._told) >= MAX_WARNED_PLACES:
            return
        self._told.add(place)
        logger.warning(
            "%s has kept the loop from turning for %.2f s at %s: `%s`. Meanwhile every page stands "
            "still. Blocking code belongs in a thread: `await ts.run_in_thread(fn, *args)`",
            _handler(whole_stack(innermost)) or place.function,
            seconds,
            place,
            linecache.getline(place.file, place.line).strip(),
        )


def _handler(stack: list[FrameType]) -> str | None:
    """Return the name of the handler that a stack belongs to: the call that `dispatch` drives."""
    for frame in stack:
        if frame.f_globals.get("__name__") == "triostate.runtime.dispatch":
            call = frame.f_locals.get("call")
            if isinstance(call, Call):
                return f"handler {call.handler.full_name}"
    return None
