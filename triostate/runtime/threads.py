"""Blocking code in threads: `run_in_thread`, its bound, and the threads that nobody waits for.

A thread cannot be cancelled (`trio.to_thread` says so), so a cancelled caller abandons it: the
caller goes on at once, the thread runs to its end, keeps its place under the bound until then, and
its result is dropped. Trio's threads are daemons: none holds up the end of the process.
"""

from __future__ import annotations

import inspect
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar, TypeVarTuple

import attrs
import trio

from triostate.limits import ABANDONED_SECONDS, MAX_THREADS
from triostate.runtime.functions import name_of
from triostate.runtime.outside import outside
from triostate.runtime.whereabouts import place_of_stack
from triostate.state.transaction import rights

__all__ = ["Threads", "run_in_thread", "use_threads"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

logger = logging.getLogger("triostate")


@attrs.define(eq=False)
class _Call:
    """A function on its way through a thread."""

    name: str
    ident: int = 0
    """The thread that runs it."""
    abandoned_at: float | None = None
    """When its caller was cancelled, in seconds of the Trio clock."""
    is_told: bool = False
    """Whether the log has named it."""

    def __str__(self) -> str:
        frame = sys._current_frames().get(self.ident)
        place = None if frame is None else place_of_stack(frame)
        return self.name if place is None else f"{self.name} (now at {place})"


class Threads:
    """The threads of one app.

    Args:
        max_threads: how many may run at a time, abandoned ones included; more wait in order.
        on_abandoned: told when a thread has been abandoned: `report_stuck` is due in a while.
    """

    def __init__(
        self, max_threads: int = MAX_THREADS, on_abandoned: Callable[[], None] = lambda: None
    ) -> None:
        self._limiter = trio.CapacityLimiter(max_threads)
        self._on_abandoned = on_abandoned
        self._running: set[_Call] = set()

    @property
    def abandoned(self) -> int:
        """How many threads are running whose callers were cancelled."""
        return len(self._abandoned())

    def _abandoned(self) -> list[_Call]:
        return [call for call in tuple(self._running) if call.abandoned_at is not None]

    async def run(self, fn: Callable[..., T], args: tuple[object, ...]) -> T:
        """Run a function in a thread; see `run_in_thread`."""
        call = _Call(name_of(fn))
        try:
            with outside():
                return await trio.to_thread.run_sync(
                    partial(self._in_thread, call, fn, args),
                    abandon_on_cancel=True,
                    limiter=self._limiter,
                )
        except trio.Cancelled:
            call.abandoned_at = trio.current_time()
            self._on_abandoned()
            raise

    def _in_thread(self, call: _Call, fn: Callable[..., T], args: tuple[object, ...]) -> T:
        call.ident = threading.get_ident()
        rights.set(())  # the context is a copy of the caller's: all of it but the right to write
        self._running.add(call)
        try:
            result = fn(*args)
        finally:
            self._running.discard(call)
        if inspect.iscoroutine(result):
            result.close()
            raise TypeError(
                f"ts.run_in_thread runs blocking functions, and {call.name} is async: await it"
            )
        return result

    # What the log says

    def report_stuck(self) -> bool:
        """Name, once each, the threads abandoned `ABANDONED_SECONDS` ago.

        Returns whether there are others that may have to be named later.
        """
        waiting = [call for call in self._abandoned() if not call.is_told]
        late = trio.current_time() - ABANDONED_SECONDS
        stuck = [call for call in waiting if (call.abandoned_at or 0.0) <= late]
        if stuck:
            _tell(f"still running {ABANDONED_SECONDS:g} s after the cancellation", stuck)
        return len(stuck) < len(waiting)

    def report_left(self) -> None:
        """Count and name the threads that an app leaves behind when it ends."""
        left = self._abandoned()
        if left:
            _tell("still running at shutdown, which does not wait for them", left)


def _tell(what: str, calls: Iterable[_Call]) -> None:
    names = []
    for call in calls:
        call.is_told = True
        names.append(str(call))
    logger.warning("%d abandoned thread(s) %s: %s", len(names), what, "; ".join(names))


_threads: trio.lowlevel.RunVar[Threads] = trio.lowlevel.RunVar("triostate_threads")


@contextmanager
def use_threads(threads: Threads) -> Iterator[None]:
    """Let `run_in_thread` use these in this Trio run while the block is open."""
    token = _threads.set(threads)
    try:
        yield
    finally:
        _threads.reset(token)


async def run_in_thread(fn: Callable[[*Ts], T], *args: *Ts) -> T:
    """Run blocking code, ``fn(*args)``, in a thread, and return what it returns.

    The page stays live meanwhile. At most `App(max_threads=)` run at a time (40 by default); more
    wait in order. Context variables are those of the caller; the right to write is not: state is
    changed by the handler, with what the thread returned. `set_progress` and `track` may be used.

    A cancellation does not wait for the thread: it is abandoned, runs to its end beside the app,
    and its result is dropped. What it is in the middle of it should be able to finish.

    Raises what ``fn`` raises.
    """
    try:
        threads = _threads.get()
    except LookupError:
        threads = Threads()
        _threads.set(threads)
    return await threads.run(fn, args)
