"""Births: when each Trio task started, which Trio itself does not say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import trio

__all__ = ["Births"]


class Births(trio.abc.Instrument):
    """Notes the time at which tasks start; costs nothing at their steps."""

    def __init__(self) -> None:
        self._times: WeakKeyDictionary[trio.lowlevel.Task, float] = WeakKeyDictionary()

    def task_spawned(self, task: trio.lowlevel.Task) -> None:
        """Take note of a task; called by Trio."""
        self._times[task] = trio.current_time()

    def age(self, task: trio.lowlevel.Task) -> float | None:
        """Return how long ago a task started, in seconds; None for one from before the noting."""
        born = self._times.get(task)
        return None if born is None else trio.current_time() - born

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Take note of the tasks that start in this run while the block is open."""
        trio.lowlevel.add_instrument(self)
        try:
            yield
        finally:
            trio.lowlevel.remove_instrument(self)
