"""The guards: what an app keeps running while it is served, for what its users may get wrong.

Wires the sweep, the threads, the asyncio calls and, in development, the watchdog; each is told in
its own module.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import ExitStack, asynccontextmanager

import attrs
import trio

from triostate.limits import MAX_THREADS
from triostate.runtime.asyncio_calls import AsyncioCalls, use_asyncio
from triostate.runtime.births import Births
from triostate.runtime.sweep import Sweep, Watched
from triostate.runtime.threads import Threads, use_threads
from triostate.runtime.watchdog import watching

__all__ = ["Guards"]


def _is_number_of_threads(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{attribute.name}={value!r}: a whole number from 1 up")


@attrs.define(eq=False)
class Guards:
    """The guards of one app, and what was asked of them."""

    max_threads: int = attrs.field(default=MAX_THREADS, validator=_is_number_of_threads)
    is_development: bool = False
    """Whether code that blocks the loop is looked for."""
    births: Births | None = None
    """Notes when tasks start, where somebody may ask for it."""
    host_loop: asyncio.AbstractEventLoop | None = None
    """The loop that the Trio run is a guest of; set by who starts the app."""
    sweep: Sweep = attrs.field(factory=Sweep)
    _threads: Threads | None = None

    @property
    def abandoned_threads(self) -> int:
        """How many threads run on though their callers were cancelled."""
        return 0 if self._threads is None else self._threads.abandoned

    @asynccontextmanager
    async def running(self, sessions: Collection[Watched]) -> AsyncIterator[None]:
        """Guard an app with these sessions, which may be a live view, while the block is open."""
        self._threads = threads = Threads(self.max_threads, on_abandoned=self.sweep.wake)
        calls = AsyncioCalls(self.host_loop)
        with ExitStack() as stack:
            stack.enter_context(use_threads(threads))
            stack.enter_context(use_asyncio(calls))
            if self.births is not None:
                stack.enter_context(self.births.noting())
            if self.is_development:
                stack.enter_context(watching())
            try:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self.sweep.run, sessions, threads, name="sweep")
                    yield
                    nursery.cancel_scope.cancel()
            finally:
                await calls.aclose()
                threads.report_left()
