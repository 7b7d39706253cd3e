"""The background runs of an app as users see them: a live set that cannot be changed.

Knows nothing of how runs come and go.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from triostate.runtime.background import BackgroundTask

__all__ = ["RunningTasks"]


class RunningTasks(AbstractSet[BackgroundTask]):
    """A live view of a set; what is computed from it is a plain set of its own."""

    @classmethod
    def _from_iterable(cls, tasks: Iterable[Any]) -> Any:
        return set(tasks)

    def __init__(self, tasks: set[BackgroundTask]) -> None:
        self._tasks = tasks

    def __contains__(self, task: object) -> bool:
        return task in self._tasks

    def __iter__(self) -> Any:
        return iter(tuple(self._tasks))

    def __len__(self) -> int:
        return len(self._tasks)

    def __repr__(self) -> str:
        return repr(self._tasks)
