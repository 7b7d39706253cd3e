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
wrote is whole. The lock says so once, to its owner, and from then on refuses everyone.

Knows nothing of what is written, committed or sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import attrs
import trio
from trio.lowlevel import Task, checkpoint, current_task

from triostate.errors import ImmutableStateError, SessionClosedError, StateDeadlockError
from triostate.state.transaction import rights

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

    __slots__ = ("_breaker", "_is_closed", "_lot", "_on_broken", "_waiting", "holder")

    def __init__(self, on_broken: Callable[[Right], None]) -> None:
        self.holder: Right | None = None
        self._waiting: dict[Task, Right] = {}
        self._lot = trio.lowlevel.ParkingLot()
        self._breaker: Task | None = None
        """The holder's task, once somebody waits: its end has to wake them."""
        self._on_broken = on_broken
        self._is_closed = False

    @property
    def waiting(self) -> Collection[Task]:
        """The tasks that wait for it, a live view."""
        return self._waiting.keys()

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
        if self._breaker is None:
            self.holder = None
            return
        if self._lot.broken_by:
            self._broken()
            return
        trio.lowlevel.remove_parking_lot_breaker(self._breaker, self._lot)
        self._breaker = self.holder = None
        for task in self._lot.unpark():
            self.holder = self._waiting.pop(task)
        if self._waiting and self.holder is not None:
            self._watch(self.holder)

    def close(self) -> None:
        """Refuse everyone from now on, those who wait too: the session has ended."""
        self._is_closed = True
        if self._breaker is not None and not self._lot.broken_by:
            trio.lowlevel.remove_parking_lot_breaker(self._breaker, self._lot)
        self._breaker = self.holder = None
        self._lot.break_lot()

    async def _wait(self, right: Right) -> None:
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._is_closed:
            raise SessionClosedError("the session has ended: its state cannot be entered")
        self._refuse_circle(right.task)
        try:
            assert self.holder is not None, "with nobody to wait for, nobody waits"
            if self._breaker is None:
                self._watch(self.holder)
            self._waiting[right.task] = right
            await self._lot.park()
        except trio.BrokenResourceError:
            if not self._is_closed:
                self._broken()
            await checkpoint()  # a task of the session's own is cancelled here
            raise SessionClosedError("the session ended while its state was waited for") from None
        finally:
            self._waiting.pop(right.task, None)

    def _watch(self, holder: Right) -> None:
        trio.lowlevel.add_parking_lot_breaker(holder.task, self._lot)
        self._breaker = holder.task

    def _broken(self) -> None:
        holder, self.holder, self._breaker = self.holder, None, None
        self._is_closed = True
        if holder is not None:
            self._on_broken(holder)

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
                for waiting in lock._waiting:
                    todo.extend(_blocks_around(waiting))


def _blocks_around(task: Task) -> list[Right]:
    """Return the open rights that cannot end before the task has gone on."""
    found: list[Right] = []
    inner: trio.Nursery | None = None  # of `above`, and the one that leads to where we started
    above: Task | None = task
    while above is not None:
        for right in above.context.get(rights, ()):
            if isinstance(right, Right) and right.is_open and right.task is above:
                nurseries = above.child_nurseries
                if inner is None or nurseries.index(inner) >= right.depth:
                    found.append(right)
        inner = above.parent_nursery
        above = None if inner is None else inner.parent_task
    return found
