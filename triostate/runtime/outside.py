"""Calls that have left the Trio run and will come back: on another event loop, in a process.

Whoever lets a call out says so here, so that a virtual clock can stand still until it is back: to
Trio a run that waits for something outside looks idle. Threads of `trio.to_thread` need not say
so, Trio counts them itself. Knows nothing of clocks, nor of what the calls do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import trio

__all__ = ["calls_outside", "outside"]


@attrs.define(eq=False)
class _Count:
    calls: int = 0


_count: trio.lowlevel.RunVar[_Count] = trio.lowlevel.RunVar("triostate_outside")


@contextmanager
def outside() -> Iterator[None]:
    """Count one call as outside the run while the block is open.

    The block belongs into the task that waits: a call that a cancellation has abandoned is waited
    for by nobody, and does not count any more.
    """
    try:
        count = _count.get()
    except LookupError:
        count = _Count()
        _count.set(count)
    count.calls += 1
    try:
        yield
    finally:
        count.calls -= 1


def calls_outside() -> int:
    """Return how many calls of the current run are outside, without threads of Trio's."""
    try:
        return _count.get().calls
    except LookupError:
        return 0
