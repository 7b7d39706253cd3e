"""What has to hold of a tab and its session when something of it has been cancelled.

Knows nothing of what was cancelled, nor at which step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import attrs
import trio

from triostate.errors import SessionNotFoundError
from triostate.runtime.background import BackgroundTask
from triostate.runtime.session import Session
from triostate.runtime.snapshot import public_state
from triostate.testing.errors import ExpectationError
from triostate.testing.leaks import stack_of
from triostate.testing.tab import Tab
from triostate.testing.waiting import until

__all__ = ["Checks", "Invariant"]

#: What has to hold of the browser's copy of the state, at every frame: raises if it does not.
Invariant: TypeAlias = Callable[[Tab], object]

AWAY_SECONDS = 1.0
"""How long a tab that has lost its connection stays away."""

_VARS_OF_RUNS = ("count", "running", "status")

SETTLE_SECONDS = 600.0
"""Of virtual time: what a cancellation may take to be over."""


@attrs.define(eq=False)
class Checks:
    """What has to hold of a tab and its session, during the block and after it."""

    tab: Tab
    invariant: Invariant
    allow: tuple[type[BaseException], ...]
    session: Session = attrs.field(init=False)
    errors: list[BaseException] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.session = self.tab.session

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Collect what goes wrong meanwhile: at frames, and in handlers."""
        hooks = self.session.around.reporter.hooks
        hooks.append(self._note)
        self.tab.watchers.append(self._look)
        try:
            yield
        finally:
            hooks.remove(self._note)
            self.tab.watchers.remove(self._look)

    def _note(self, error: BaseException) -> None:
        if not isinstance(error, self.allow):
            self.errors.append(error)

    def _look(self) -> None:
        try:
            self.invariant(self.tab)
        except Exception as error:  # noqa: BLE001 - raised again, by the check
            self.errors.append(error)

    async def check(self, cancelled: list[BackgroundTask]) -> None:
        """Wait until it is all over; raise for the first thing that is not as it has to be."""
        await self._ended(cancelled)
        if self.session.is_open and not self.tab.browser.app._engine.is_draining:
            await self._stands()
        else:
            await self._is_gone()
        self._look()
        if self.errors:
            raise self.errors[0]

    async def _ended(self, cancelled: list[BackgroundTask]) -> None:
        registry = self.session.around.running_tasks
        await until(
            lambda: not any(task in registry for task in cancelled),
            SETTLE_SECONDS,
            what="the end of the cancelled tasks",
            instead=lambda: f"Still there: {[t for t in cancelled if t in registry]}",
        )

    async def _stands(self) -> None:
        """Check a session that goes on: its tab comes back if it has to, and agrees with it."""
        if not self.tab.is_connected:
            await trio.sleep(AWAY_SECONDS)  # what goes on meanwhile has to arrive, too
            await self.tab.reconnect()
        await self._can_be_written()
        await until(
            self._agrees,
            SETTLE_SECONDS,
            what="a copy in the browser that equals the committed state",
            instead=lambda: f"Browser: {self.tab.state!r}\nServer: {self._committed()!r}",
        )
        self._task_vars_are_right()

    async def _can_be_written(self) -> None:
        with trio.move_on_after(SETTLE_SECONDS):
            async with self.tab.browser.app.modify_state(self.session.token):
                pass
            if self.session.tree.is_changed:
                raise ExpectationError("changes are left that are neither committed nor undone")
            return
        right = self.session.lock.holder
        where = "" if right is None else f"by task {right.task.name}\n{stack_of(right.task)}"
        raise ExpectationError(f"the state cannot be written: its lock is held {where}")

    def _committed(self) -> dict[str, dict[str, Any]]:
        return public_state(self.session.tree, self.session.around.states)

    def _agrees(self) -> bool:
        # To Python True == 1, to a browser they are not the same.
        return repr(_in_order(self.tab.state)) == repr(_in_order(self._committed()))

    def _task_vars_are_right(self) -> None:
        running = (task for task in self._runs() if task.status == "running")
        runs = Counter(task.handler for task in running)
        for state, values in self.tab.state.items():
            for name in values:
                handler, _, var = name.rpartition(".")
                if var == "count" and handler:
                    self._is_told(state, handler, runs[f"{state}.{handler}"])

    def _is_told(self, state: str, handler: str, runs: int) -> None:
        """Check what the browser is told of a handler that has so many runs."""
        told = {var: self.tab.state[state][f"{handler}.{var}"] for var in _VARS_OF_RUNS}
        right = {
            "count": told["count"] == runs,
            "running": told["running"] is (runs > 0),
            "status": (told["status"] == "running") is (runs > 0),
        }
        for var, is_right in right.items():
            if not is_right:
                raise ExpectationError(
                    f"{state}.{handler}.{var} is {told[var]!r}, but there are {runs} running"
                )

    async def _is_gone(self) -> None:
        await until(
            self.session.closed.is_set,
            SETTLE_SECONDS,
            what="the end of the session",
            instead=self._what_is_left,
        )
        if self._tasks() or self._runs():
            raise ExpectationError(f"the session is closed, but {self._what_is_left()}")
        if self.session.lock.holder is not None:
            raise ExpectationError("the session is closed, but its lock is held")
        try:
            self.tab.browser.app._engine.get(self.session.token)
        except SessionNotFoundError:
            return
        raise ExpectationError("the session is closed, but its token still names one")

    def _runs(self) -> list[BackgroundTask]:
        token = self.session.token
        return [task for task in self.session.around.running_tasks if task.token == token]

    def _tasks(self) -> list[trio.lowlevel.Task]:
        nursery = self.session._nursery
        return [] if nursery is None else list(nursery.child_tasks)

    def _what_is_left(self) -> str:
        stacks = (f"task {task.name}\n{stack_of(task)}" for task in self._tasks())
        return "there is left: " + "\n".join(stacks)


def _in_order(value: Any) -> Any:
    """Return wire JSON with objects in one order; theirs has no meaning at this level."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    return value
