"""Steps of a Trio run: counting them, doing something at a chosen one, the same way every time.

A step is what a task does between two times that Trio hands it the thread. At each there are two
points: just before it, when the task has been woken and does not know what is coming, and just
after it, when it has begun to wait or will go on at once. What a cancellation finds differs.

Private names of Trio are used in one place, `in_same_order`: Trio shuffles what it could run in any
order, on purpose, and has a switch, not a public one, for tools that need to come by again.
Knows nothing of what is cancelled.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
import trio
from trio._core import _run as trio_run

from triostate.testing.leaks import stack_of

__all__ = ["Steps", "in_same_order"]

_SWITCH = "_ALLOW_DETERMINISTIC_SCHEDULING"


@contextmanager
def in_same_order(seed: int) -> Iterator[None]:
    """Let Trio runs schedule, and `random` choose, in an order that the seed decides."""
    was_on, state, trio_state = (
        getattr(trio_run, _SWITCH),
        random.getstate(),
        trio_run._r.getstate(),
    )
    setattr(trio_run, _SWITCH, True)
    trio_run._r.seed(seed)
    random.seed(seed)
    try:
        yield
    finally:
        setattr(trio_run, _SWITCH, was_on)
        trio_run._r.setstate(trio_state)
        random.setstate(state)


@attrs.define(eq=False)
class Steps(trio.abc.Instrument):
    """Counts the points of a run while it is armed, and calls ``action`` at one of them.

    Those of the run's first task are left out, and Trio's own: the one drives, the others serve.
    """

    point: int | None
    """At which to act, counted from 0; None to count only."""
    count: int = 0
    where: str = ""
    """The point at which it acted: the task, and its stack."""
    error: BaseException | None = None
    """What the action raised."""
    _action: Callable[[], None] | None = None

    @contextmanager
    def armed(self, action: Callable[[], None]) -> Iterator[None]:
        """Count while the block is open, and act if its point is among those counted."""
        self._action = action
        trio.lowlevel.add_instrument(self)
        try:
            yield
        finally:
            self._action = None
            trio.lowlevel.remove_instrument(self)

    @property
    def has_acted(self) -> bool:
        """Whether the point has come."""
        return bool(self.where)

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self._pass("before", task)

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        self._pass("after", task)

    def _pass(self, side: str, task: trio.lowlevel.Task) -> None:
        if _is_outer(task):
            return
        number, self.count = self.count, self.count + 1
        if number != self.point or self._action is None:
            return
        stack = stack_of(task)
        stands = f"which stands at\n{stack}" if stack else "its last"
        self.where = f"{side} a step of task {task.name}, {stands}"
        try:
            self._action()
        except BaseException as error:  # noqa: BLE001 - an instrument may not raise; the sweep does
            self.error = error


def _is_outer(task: trio.lowlevel.Task) -> bool:
    """Whether it is the run's first task or one of Trio's own."""
    nursery = task.parent_nursery
    return nursery is None or nursery.parent_task is trio.lowlevel.current_root_task()
