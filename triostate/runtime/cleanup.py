"""Cleanup after a cancellation: which state blocks it must not stop, and for how long.

Trio's cancellation is level-triggered: once cancelled, a task gets `Cancelled` at every checkpoint
until it is out of the cancelled scope. A plain lock could therefore never be taken in a
``finally``, and state could not be told that its work has stopped. So a block that is entered
while a cancellation is being unwound is shielded from it, and others are not: a loop of blocks in
a cancelled task stops at the next one.

The two are told apart by the exception that is being handled where the block is entered. At an
ordinary place there is none, even if the task is cancelled. In a ``finally`` or an ``except`` it is
the `Cancelled` itself, a group that holds it, or one that came up while it was being dealt with:
that has it in its ``__context__`` chain. Not recognised are the children of a nursery that is
opened inside a ``finally``: they are tasks of their own, which handle nothing.

All such blocks of a task share one budget of time, which begins with the first: code that swallows
cancellations and goes on cleaning up is cut. A budget is for one cancellation, that of one cancel
scope: a handler that cuts its steps with ``trio.move_on_after`` again and again cleans up after
each of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from weakref import WeakKeyDictionary

import attrs
import trio
from trio.lowlevel import Task

__all__ = ["Cleanups", "is_unwinding"]


def is_unwinding(error: BaseException) -> bool:
    """Whether an exception that is being handled is a cancellation, or came up during one."""
    todo, seen = [error], {id(error)}
    while todo:
        error = todo.pop()
        if isinstance(error, trio.Cancelled):
            return True
        behind = [] if error.__context__ is None else [error.__context__]
        if isinstance(error, BaseExceptionGroup):
            behind += error.exceptions
        for other in behind:
            if id(other) not in seen:
                seen.add(id(other))
                todo.append(other)
    return False


@attrs.define(eq=False)
class _Budget:
    """What a task has for the cleanup after one cancellation."""

    cause: object
    deadline: float
    is_spent: bool = False


class Cleanups:
    """The cleanup budgets of the tasks that write one session's state.

    Args:
        seconds: what a task has for all its blocks after one cancellation.
        on_spent: told once a budget that it did not suffice.
    """

    def __init__(self, seconds: float, on_spent: Callable[[Task], None]) -> None:
        self._seconds = seconds
        self._on_spent = on_spent
        self._budgets: WeakKeyDictionary[Task, _Budget] = WeakKeyDictionary()

    def shield_for(self, task: Task, error: BaseException) -> trio.CancelScope | None:
        """Return a scope to enter around a block, or None where none is due.

        ``error`` is what is being handled where the block is entered.
        """
        if trio.current_effective_deadline() != -math.inf or not is_unwinding(error):
            return None
        cause = _cancelled_scope(task)
        budget = self._budgets.get(task)
        if budget is None or budget.cause is not cause:
            budget = _Budget(cause, trio.current_time() + self._seconds)
            self._budgets[task] = budget
        return trio.CancelScope(deadline=budget.deadline, shield=True)

    def close(self, task: Task, shield: trio.CancelScope, error: BaseException | None) -> None:
        """Leave a shield; the cancellation that it kept off is raised at the next checkpoint.

        ``error`` is what ends the block. A `Cancelled` of the shield's own goes on: the scope that
        was cancelled before takes it for its own.
        """
        was_cut = shield.cancel_called and error is not None and is_unwinding(error)
        shield.__exit__(None, None, None)
        budget = self._budgets.get(task)
        if was_cut and budget is not None and not budget.is_spent:
            budget.is_spent = True
            self._on_spent(task)


def _cancelled_scope(task: Task) -> object:
    """Return the outermost cancelled scope that the task sees; None where Trio does not say.

    Trio has no public way to ask. Without an answer a task has one budget for its whole life.
    """
    status = getattr(task, "_cancel_status", None)
    while getattr(status, "parent_cancellation_is_visible_to_us", False):
        status = getattr(status, "parent", None)
    return getattr(status, "_scope", None)
