"""A session's life: the nursery that is its own, what is started in it, and how it ends.

It lives from its attach until it is closed or its grace runs out without a stream (`lifecycle`).
Everything that it starts is a child of its nursery, so when the session ends, all of it has ended.
Knows nothing of what is said on a stream, nor of handlers.
"""

from __future__ import annotations

import inspect
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import trio
from trio.lowlevel import Task

from triostate.errors import SessionClosedError
from triostate.limits import STUCK_SECONDS
from triostate.runtime.functions import call_async, check_function, name_of
from triostate.runtime.lifecycle import Departure, Happening, Phase, after
from triostate.runtime.stuck import name_tasks
from triostate.runtime.surroundings import SessionHook, Surroundings
from triostate.runtime.walls import CrashWall

__all__ = ["Living"]

logger = logging.getLogger("triostate")


class Living(ABC):
    """What lives in a nursery of its own, from its attach to its end."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.token = around.worker.new_name()
        self.phase = Phase.CONNECTING
        self.departure = Departure.SILENT
        self.closed = trio.Event()
        """Set by the engine when nothing of the session is left."""
        self._deadline = 0.0
        self._moved = trio.Event()
        self._close_asked = False
        self._main: Task | None = None
        """The task that is the session: everything of it is a descendant."""
        self._nursery: trio.Nursery | None = None
        self._has_started = False
        self._has_ended = False
        self._closing_since: float | None = None
        """Since when its tasks have been ending, until that has been too long."""
        self._early: list[Callable[[trio.Nursery], None]] = []
        """What was to be started before it could be."""
        self._set_deadline()

    # From beginning to end

    async def run(self) -> None:
        """Live until closed, cancelled or forgotten; then end everything, in order."""
        self._main = trio.lowlevel.current_task()
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                self._begun(nursery)
                self._open(nursery)
                try:
                    await self._until_over()
                finally:
                    self._begin_to_close(nursery)
        finally:
            await self._end()

    def _open(self, nursery: trio.Nursery) -> None:
        if self.around.on_open:
            nursery.start_soon(self._open_by_hooks, nursery, name=f"on_open {self.token[:6]}")
        else:
            self._start_early(nursery)

    async def _open_by_hooks(self, nursery: trio.Nursery) -> None:
        await self._run_hooks("on_open", self.around.on_open)
        self._start_early(nursery)

    def _start_early(self, nursery: trio.Nursery) -> None:
        self._has_started = True
        for start in self._early:
            start(nursery)
        self._early.clear()

    async def _until_over(self) -> None:
        while not self._close_asked and trio.current_time() < self._deadline:
            self._moved = trio.Event()
            with trio.move_on_at(self._deadline):
                await self._moved.wait()

    def _begin_to_close(self, nursery: trio.Nursery) -> None:
        self._move(Happening.OVER)
        self._closing()
        nursery.cancel_scope.cancel()
        self._closing_since = trio.current_time()
        self.around.guards.sweep.wake()
        # Only to end, as all tasks do that are cancelled before their first step.
        self._start_early(nursery)

    def name_stuck(self) -> bool:
        """Say once what holds up the session's end for long; return whether that may come."""
        if self._closing_since is None or self._has_ended or self._nursery is None:
            return False
        if trio.current_time() < self._closing_since + STUCK_SECONDS:
            return True
        self._closing_since = None
        logger.warning(
            "session %s has been closing for %g s and waits for: %s",
            self.token[:6],
            STUCK_SECONDS,
            name_tasks(self._nursery),
        )
        return False

    async def _end(self) -> None:
        """Run the hooks and drop the state: every task has ended."""
        self._has_ended = True
        seconds = self.around.durations.cleanup_seconds
        # Not to be stopped by what ended the session, be it the end of the app.
        with trio.move_on_after(seconds, shield=True) as limit:
            await self._run_hooks("on_close", self.around.on_close)
        if limit.cancelled_caught:
            logger.error("session %s: on_close was cut after %g s", self.token[:6], seconds)
        self._drop_state()
        self._move(Happening.ENDED)

    @abstractmethod
    def _begun(self, nursery: trio.Nursery) -> None:
        """Take note of the nursery, before anything is started in it."""

    @abstractmethod
    def _closing(self) -> None:
        """Start nothing new, and say goodbye: the tasks are about to be cancelled."""

    @abstractmethod
    def _drop_state(self) -> None:
        """Forget all values: every task has ended, and the hooks have run."""

    @abstractmethod
    def _report(self, where: str, error: BaseException) -> None:
        """Report what the browser is not told of."""

    @abstractmethod
    def failed(self, where: str, error: BaseException) -> str:
        """Report an exception of user code; return what the browser may be told of it."""

    async def _run_hooks(self, name: str, hooks: Sequence[SessionHook]) -> None:
        for hook in hooks:
            with CrashWall(lambda error: self._report(f"an {name} hook", error)):
                answer = hook(self)
                if inspect.isawaitable(answer):
                    await answer

    def _move(self, happening: Happening) -> None:
        self.phase = after(self.phase, happening)
        self._set_deadline()

    def _set_deadline(self) -> None:
        grace = self.around.durations.grace(self.phase, self.departure)
        self._deadline = trio.current_time() + grace
        self._moved.set()

    @property
    def task(self) -> Task | None:
        """The task that everything of the session is below; None before it has begun."""
        return self._main

    @property
    def is_open(self) -> bool:
        """Whether the session takes events, streams and writers from outside."""
        return not self._close_asked and self.phase not in (Phase.CLOSING, Phase.CLOSED)

    @property
    def takes_work(self) -> bool:
        """Whether what its own handlers hand back is still run."""
        return self.phase not in (Phase.CLOSING, Phase.CLOSED)

    def close(self) -> None:
        """Begin to end the session; `closed` is set when all of it is gone."""
        self._close_asked = True
        self._moved.set()

    async def aclose(self) -> None:
        """End the session and wait until every task of it has ended and its state is gone.

        A task of the session itself cannot wait for its own end: it is cancelled here like all
        the others. A cancellation while waiting leaves the session closing.

        Raises RuntimeError if called by a task of the session that is shielded from its end.
        """
        self.close()
        if not self.is_own_task():
            await self.closed.wait()
            return
        if self._nursery is not None:
            self._nursery.cancel_scope.cancel()
        await trio.lowlevel.checkpoint()
        raise RuntimeError(
            "a task of a session cannot wait for the session's end, and this one is shielded from "
            "it: call `session.close()`, which does not wait"
        )

    def is_own_task(self) -> bool:
        """Whether the running task is part of the session."""
        task: Task | None = trio.lowlevel.current_task()
        while task is not None and task is not self._main:
            nursery = task.parent_nursery
            task = None if nursery is None else nursery.parent_task
        return task is not None

    # Its tasks

    def spawn(self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None) -> None:
        """Start a task of a handler's in the session's nursery, when ``on_open`` hooks are through.

        It gets a clean context: no right to write leaks in. Raises SessionClosedError once the
        session's tasks have ended.
        """
        self._spawn(self._nursery if self._has_started else None, fn, *args, name=name)

    def _spawn(
        self,
        now: trio.Nursery | None,
        fn: Callable[..., Awaitable[Any]],
        *args: Any,
        name: str | None,
    ) -> None:
        if self._has_ended:
            raise SessionClosedError("the session has ended: no task can be started in it")
        context = self.around.clean_context()

        def start(nursery: trio.Nursery) -> None:
            context.run(lambda: nursery.start_soon(fn, *args, name=name))

        if now is None:
            self._early.append(start)
        else:
            start(now)

    def start_soon(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start ``await fn(*args)`` as a child of the session, cancelled when the session ends.

        An exception is reported like a handler's and ends that task alone.
        """
        check_function(fn, "start_soon")
        # At once, unlike handlers: an ``on_open`` hook may wait for what it starts.
        self._spawn(self._nursery, self._guarded, fn, *args, name=name_of(fn))

    async def _guarded(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with CrashWall(lambda error: self.failed(name_of(fn), error)):
            await call_async(fn, *args)
