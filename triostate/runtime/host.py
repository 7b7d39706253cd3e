"""The session as its states see it: state blocks, and what `self` gives access to."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from trio.lowlevel import current_task

from triostate.errors import ImmutableStateError
from triostate.runtime.cleanup import Cleanups
from triostate.runtime.lock import Right, StateLock
from triostate.runtime.surroundings import Surroundings
from triostate.state.router import RouterData
from triostate.state.tree import StateTree

__all__ = ["SessionHost"]


class Ground(Protocol):
    """What the host needs of the session that it speaks for."""

    token: str
    lock: StateLock
    tree: StateTree
    router: RouterData
    around: Surroundings
    cleanups: Cleanups

    def commit(self) -> None: ...
    def failed(self, where: str, error: BaseException) -> str: ...


class SessionHost:
    """What one session does for its states; see `state.state.Host`."""

    def __init__(self, session: Ground) -> None:
        self._session = session

    @property
    def token(self) -> str:
        return self._session.token

    @property
    def app(self) -> Any:
        return self._session.around.app

    @property
    def session(self) -> Any:
        return self._session

    @property
    def router(self) -> RouterData:
        return self._session.router

    async def enter_block(self) -> None:
        """Take the lock and open the right to write.

        Inside a foreground handler, which has both for its whole run, there is nothing to do.
        A cancellation or an error leaves everything as it was.

        Raises:
            ImmutableStateError: this is inside an open block, which stays usable.
            StateDeadlockError: the wait for the lock would never end.
            SessionClosedError: the session has ended.
        """
        session = self._session
        tree = session.tree
        if tree.open is not None and tree.open.is_mine():
            _refuse_nesting(is_block=tree.open.is_block)
            return
        task, lock = current_task(), session.lock
        right = Right(task, len(task.child_nurseries), lock)
        handled = sys.exception()
        if handled is not None:
            await self._enter_while_handling(handled, right)
        else:
            await lock.acquire(right)
        tree.begin(right)
        sweep = session.around.guards.sweep
        if sweep.is_idle:
            sweep.glance()

    async def _enter_while_handling(self, error: BaseException, right: Right) -> None:
        """Take the lock in an ``except`` or ``finally``: perhaps to clean up; see `cleanup`."""
        session = self._session
        right.shield = session.cleanups.shield_for(right.task, error)
        if right.shield is None:
            await session.lock.acquire(right)
            return
        right.shield.__enter__()
        try:
            await session.lock.acquire(right)
        except BaseException as refusal:
            session.cleanups.close(right.task, right.shield, refusal)
            raise

    async def exit_block(self, error: BaseException | None) -> None:
        """Commit or roll back, close the right and free the lock, in one step without a pause."""
        session = self._session
        tree = session.tree
        right = tree.open
        if right is None or not right.is_block:
            return  # inside a foreground handler, or the session has ended meanwhile
        try:
            if error is None:
                session.commit()
            else:
                tree.rollback()
        except BaseException:
            tree.rollback()
            raise
        finally:
            tree.end(right)
            session.lock.release()
            if isinstance(right, Right) and right.shield is not None:
                self._close_shield(right, error)

    def _close_shield(self, right: Right, error: BaseException | None) -> None:
        # In another task it cannot be left: that happens to a generator finalised elsewhere.
        if right.shield is not None and right.task is current_task():
            self._session.cleanups.close(right.task, right.shield, error)

    def report(self, where: str, error: Exception) -> None:
        self._session.failed(where, error)


def _refuse_nesting(*, is_block: bool) -> None:
    if is_block:
        raise ImmutableStateError(
            "this state block is inside another one of the same session: "
            "blocks do not nest; use the open one"
        )
