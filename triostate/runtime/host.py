"""The session as its states see it: state blocks, and what `self` gives access to."""

from __future__ import annotations

from typing import Any, Protocol

import trio

from triostate.errors import ImmutableStateError
from triostate.runtime.router import RouterData
from triostate.runtime.surroundings import Surroundings
from triostate.state.tree import StateTree

__all__ = ["SessionHost"]


class Ground(Protocol):
    """What the host needs of the session that it speaks for."""

    token: str
    lock: trio.Lock
    tree: StateTree
    router: RouterData
    around: Surroundings

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
        Raises ImmutableStateError at once inside an open block, which stays usable.
        """
        session = self._session
        right = session.tree.right()
        if right is not None:
            if right.is_block:
                raise ImmutableStateError(
                    "this state block is inside another one of the same session: "
                    "blocks do not nest; use the open one"
                )
            return
        await session.lock.acquire()
        session.tree.begin()

    async def exit_block(self, error: BaseException | None) -> None:
        """Commit or roll back, close the right and free the lock, in one step without a pause."""
        session = self._session
        right = session.tree.right()
        if right is None or not right.is_block:
            return
        try:
            if error is None:
                session.commit()
            else:
                session.tree.rollback()
        finally:
            session.tree.end(right)
            session.lock.release()

    def report(self, where: str, error: Exception) -> None:
        self._session.failed(where, error)
