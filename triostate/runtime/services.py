"""Services: tasks that live as long as the app, started in order and ended in reverse.

They are there before the first session and until after the last one, so handlers may rely on them.
A service that fails while it starts keeps the app from starting; after that its end, whatever it
is, is reported and ends nothing else. It is not started again: whoever wants that writes the loop.
Knows nothing of sessions.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import trio

from triostate.runtime.functions import call_async, name_of
from triostate.runtime.reports import Reporter
from triostate.runtime.walls import CrashWall

__all__ = ["Service", "Services"]

Service = Callable[..., Awaitable[Any]]


@attrs.define(eq=False)
class _Running:
    """One service of one run of the app."""

    name: str
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    ended: trio.Event = attrs.field(factory=trio.Event)


@attrs.define(eq=False)
class _Status:
    """The ``task_status`` of a service: passes the word on, and keeps that it was given."""

    status: trio.TaskStatus[Any]
    is_started: bool = False

    def started(self, value: Any = None) -> None:
        self.is_started = True
        self.status.started(value)


@attrs.define(eq=False)
class Services:
    """The services of an app."""

    reporter: Reporter
    functions: list[Service] = attrs.field(factory=list)
    _running: list[_Running] = attrs.field(factory=list)

    async def start(self, nursery: trio.Nursery) -> None:
        """Start them one after another; one that takes ``task_status`` says when it has started.

        Raises what a service raises before that.
        """
        self._running.clear()
        for function in self.functions:
            running = _Running(name_of(function))
            self._running.append(running)
            await nursery.start(self._run, function, running, name=f"service {running.name}")

    async def stop(self) -> None:
        """Cancel them one after another, the last one first, and wait for the end of each."""
        for running in reversed(self._running):
            running.scope.cancel()
            await running.ended.wait()

    async def _run(
        self, function: Service, running: _Running, *, task_status: trio.TaskStatus[Any]
    ) -> None:
        status = _Status(task_status)

        def failed(error: BaseException) -> None:
            if not status.is_started:
                raise error
            self.reporter.report(f"service {running.name}", error)

        try:
            with running.scope, CrashWall(failed):
                if "task_status" in inspect.signature(function).parameters:
                    await call_async(function, task_status=status)
                else:
                    status.started()
                    await call_async(function)
        finally:
            running.ended.set()
