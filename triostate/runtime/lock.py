"""The session's lock: who may write now, who waits for it, and which waits would never end.

First come, first served. In place of a task it is held by a `Right`, which is what tells writers
from others: it belongs to the Trio task that opened it and to the tasks started meanwhile, by
what *Trio* says runs. A context that was copied elsewhere, a worker thread and the callbacks of
a host loop have no part in it.

A wait for a lock is refused if it would close a circle. The tasks of a run hang together in two
ways: a block cannot end before its task has gone on, nor before the tasks in nurseries that were
opened inside it have; and a task that waits for a lock cannot go on before the block that holds
it has ended. The search goes backwards from who is about to wait: over the blocks that cannot end
before that task has gone on, to the tasks that wait for those blocks, to the blocks around those
tasks. If one of them holds the wanted lock, nobody would ever move again. Waits for other things
(an event, a channel) are not known here.

A task that ends without leaving its block leaves the lock broken: nobody can say whether what it
wrote is whole. The lock says so once, to its owner, and from then on refuses everyone. It finds
out when somebody comes to wait or asks it to look, as the sweep does: to be told of the end of
every holder's task would cost each block more than the handing over itself.

Knows nothing of what is written, committed or sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import attrs
import trio
from trio.lowlevel import (
    Abort,
    Task,
    checkpoint,
    checkpoint_if_cancelled,
    current_task,
    reschedule,
    wait_task_rescheduled,
)

from triostate.errors import ImmutableStateError, SessionClosedError, StateDeadlockError
from triostate.state.transaction import Transaction, rights

__all__ = ["Right", "StateLock"]


@attrs.define(eq=False)
class Right:
    """The right to write one session's state, of a task and what it starts meanwhile."""

    task: Task
    depth: int
    """How many nurseries the task had open before: those that follow are inside."""
    lock: StateLock
    is_block: bool = True
    is_open: bool = True
    shield: trio.CancelScope | None = None
    """What keeps the cancellation off a block that cleans up; entered by the task."""

    def is_mine(self) -> bool:
        """Whether the running Trio task has this right, now; in no task it is False."""
        if not self.is_open:
            return False
        try:
            task = current_task()
        except RuntimeError:
            return False
        # The task's own context: the current one may have been copied from another task's.
        return task is self.task or self in task.context.get(rights, ())


class StateLock:
    """The lock of one session.

    Args:
        on_broken: told once, with the right that was never given back.
    """

    __slots__ = ("_is_closed", "_on_broken", "_queue", "holder", "home")

    def __init__(self, on_broken: Callable[[Right], None]) -> None:
        self.holder: Right | None = None
        self.home: trio.Nursery | None = None
        """The session's nursery. Nobody's block is around it, so no wait of its children that
        have no block open closes a circle: most waits need no search."""
        self._queue: list[Right] = []
        self._on_broken = on_broken
        self._is_closed = False

    @property
    def waiting(self) -> list[Task]:
        """The tasks that wait for it, the next one first."""
        return [right.task for right in self._queue]

    async def acquire(self, right: Right) -> None:
        """Wait until the right may be used, and let others run at least once.

        A cancellation leaves the lock as if it had not been asked for.

        Raises:
            StateDeadlockError, ImmutableStateError: the wait would never end.
            SessionClosedError: the session has ended, or its lock is broken.
        """
        if self.holder is None and not self._is_closed:
            self.holder = right
            try:
                await checkpoint()
            except BaseException:
                self.release()
                raise
        else:
            await self._wait(right)

    def release(self) -> None:
        """Hand the lock to who has waited longest, if anybody has."""
        if self._queue:
            self.holder = self._queue.pop(0)
            reschedule(self.holder.task)
        else:
            self.holder = None

    def close(self) -> None:
        """Refuse everyone from now on, those who wait too: the session has ended."""
        self._is_closed = True
        self.holder = None
        while self._queue:
            reschedule(self._queue.pop(0).task)

    def look(self) -> None:
        """Find out whether the holder's task has ended in its block: then the lock is broken."""
        holder = self.holder
        if holder is not None and inspect.getcoroutinestate(holder.task.coro) == "CORO_CLOSED":
            self.close()
            self._on_broken(holder)

    async def _wait(self, right: Right) -> None:
        await checkpoint_if_cancelled()
        self.look()
        if not self._is_closed:
            if right.task.parent_nursery is not self.home or _opened(right.task):
                self._refuse_circle(right.task)
            self._queue.append(right)

            def give_up(_: object) -> Abort:
                self._queue.remove(right)
                return Abort.SUCCEEDED

            await wait_task_rescheduled(give_up)
        if self.holder is not right:
            await checkpoint()  # a task of the session's own is cancelled here
            raise SessionClosedError("the session has ended: its state cannot be entered")

    # Waits that would never end

    def _refuse_circle(self, task: Task) -> None:
        todo = _blocks_around(task)
        if any(right.lock is self for right in todo):
            raise ImmutableStateError(
                "this task was started into a nursery inside a state block of the same session, "
                "which waits for it: blocks do not nest"
            )
        seen: set[StateLock] = set()
        while todo:
            lock = todo.pop().lock
            if lock is self:
                raise StateDeadlockError(
                    "this wait for another session's state would never end: the task that has it "
                    "waits, directly or through others, for a block that this task has open; "
                    "leave that block before you enter this one"
                )
            if lock not in seen:
                seen.add(lock)
                for waiting in lock._queue:
                    todo.extend(_blocks_around(waiting.task))


def _blocks_around(task: Task) -> list[Right]:
    """Return the open rights that cannot end before the task has gone on."""
    found: list[Right] = []
    inner: trio.Nursery | None = None  # of `above`, and the one that leads to where we started
    above: Task | None = task
    while above is not None:
        if opened := _opened(above):
            found += _blocks_of(above, inner, opened)
        inner = above.parent_nursery
        above = None if inner is None else inner.parent_task
    return found


def _opened(task: Task) -> tuple[Transaction, ...]:
    """Return the rights that a task opened or inherited, ended ones included."""
    return task.context.get(rights, ())


def _blocks_of(
    task: Task, inner: trio.Nursery | None, opened: tuple[Transaction, ...]
) -> Iterator[Right]:
    """Yield the rights that a task has open, and had when it opened that nursery."""
    for right in opened:
        if not isinstance(right, Right) or right.task is not task or not right.is_open:
            continue
        if inner is None or task.child_nurseries.index(inner) >= right.depth:
            yield right
