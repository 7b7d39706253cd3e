"""Which tasks are left below a nursery, and where they stand: what the log says of a slow end.

Knows nothing of why they do not end: a shield of the user's own, or a thread that is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator

import trio
from trio.lowlevel import Task

from triostate.limits import MAX_STUCK_LINES
from triostate.runtime.whereabouts import place_of_task

__all__ = ["name_tasks"]


def name_tasks(nursery: trio.Nursery) -> str:
    """Return the tasks below a nursery that wait for something but their own children, as text.

    Each with the tasks that it is part of and the line of user code that it stands at.
    """
    lines = [*_lines(nursery, "")]
    more = len(lines) - MAX_STUCK_LINES
    shown = "; ".join(lines[:MAX_STUCK_LINES])
    return f"{shown}; and {more} more" if more > 0 else shown or "nothing"


def _lines(nursery: trio.Nursery, above: str) -> Iterator[str]:
    for task in sorted(nursery.child_tasks, key=lambda task: task.name):
        name = f"{above}{task.name}"
        below = [line for inner in task.child_nurseries for line in _lines(inner, f"{name} > ")]
        if below:
            yield from below
        elif not task.name.startswith("triostate."):  # a task of ours that has no name watches
            yield _line(task, name)


def _line(task: Task, name: str) -> str:
    place = place_of_task(task)
    return name if place is None else f"{name} at {place}"
