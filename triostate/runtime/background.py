"""Background handlers: runs beside the others, as children of the session's nursery.

A trigger either starts a run, waits, or is dropped, as the handler's ``policy`` says for its key;
the end of a run starts what waits. The vars about a handler (running, count, status, error) are
kept here, from the runs themselves, so no crash or cancellation can leave them wrong.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Coroutine, Hashable, Iterator
from typing import Any

import attrs
import trio

from triostate.errors import QueueFullError
from triostate.limits import MAX_BACKGROUND_RUNS, MAX_WAITING_RUNS
from triostate.runtime.calls import Call
from triostate.state.handlers import BackgroundOptions, EventHandler

__all__ = ["BackgroundRuns", "BackgroundTask", "Body"]

logger = logging.getLogger("triostate")

#: Runs a call to its end; raises what the handler raises.
Body = Callable[[Call], Coroutine[Any, Any, None]]


@attrs.define(eq=False)
class BackgroundTask:
    """One run of a background handler, from its trigger until its last ``finally`` has run."""

    handler: str
    """The handler's full name."""
    token: str
    """The session's token."""
    started: float
    """When it was triggered, in seconds of the Trio clock."""
    status: str = "running"
    """``running``, then ``succeeded``, ``failed``, ``cancelled`` or ``timed_out``."""
    _scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)

    def cancel(self) -> None:
        """Cancel this run; it ends at its next checkpoint."""
        self._scope.cancel()


@attrs.define(eq=False)
class _Group:
    """The runs of one handler under one key."""

    running: list[BackgroundTask] = attrs.field(factory=list)
    waiting: deque[Call] = attrs.field(factory=deque)


class BackgroundRuns:
    """The background runs of one session.

    Args:
        token: the session's token.
        spawn: starts a task as a child of the session's nursery, in a clean context.
        body: runs a call; the session's business, since it knows states and outbox.
        publish: sends task vars: full name of the state, and values by ``<handler>.<var>``.
        failed: told of an exception that a run ended with; returns what ``.error`` may say.
        registry: the app's set of all background tasks.
    """

    def __init__(
        self,
        token: str,
        spawn: Callable[..., None],
        body: Body,
        publish: Callable[[str, dict[str, Any]], None],
        failed: Callable[[str, BaseException], str],
        registry: set[BackgroundTask],
    ) -> None:
        self._token = token
        self._spawn = spawn
        self._body = body
        self._publish = publish
        self._failed = failed
        self._registry = registry
        self._groups: dict[EventHandler[...], dict[Hashable, _Group]] = {}
        self._count = 0

    # Triggers

    def trigger(self, call: Call) -> None:
        """Start a run, or do with the trigger what the handler's policy says.

        Raises QueueFullError if too much runs or waits already.
        """
        options = _options(call.handler)
        key: Any = None if options.key is None else options.key(*call.args)
        group = self._groups.setdefault(call.handler, {}).setdefault(key, _Group())
        if not self._must_wait(options, call.handler, group):
            self._start(call, group)
        elif options.policy != "drop":
            self._wait(call, group, options)

    def _must_wait(
        self, options: BackgroundOptions, handler: EventHandler[...], group: _Group
    ) -> bool:
        if options.policy != "parallel":
            return bool(group.running)
        if options.max_running is None:
            return False
        return len(group.running) >= options.max_running or bool(group.waiting)

    def _wait(self, call: Call, group: _Group, options: BackgroundOptions) -> None:
        if options.policy == "replace":
            group.waiting.clear()  # of several triggers the newest survives
            for task in group.running:
                task.cancel()
        elif len(group.waiting) >= MAX_WAITING_RUNS:
            raise QueueFullError(
                f"{MAX_WAITING_RUNS} runs of {call.handler.full_name} wait already"
            )
        group.waiting.append(call)

    def cancel(self, handler: EventHandler[...]) -> None:
        """Cancel the runs of a handler, and forget those that wait."""
        for group in self._groups.get(handler, {}).values():
            group.waiting.clear()
            for task in group.running:
                task.cancel()

    def cancel_page_scoped(self) -> None:
        """Cancel what was asked to end with its page."""
        for handler in list(self._groups):
            if _options(handler).scope == "page":
                self.cancel(handler)

    def close(self) -> None:
        """Forget what waits: the session is ending and its nursery cancels what runs."""
        for groups in self._groups.values():
            for group in groups.values():
                group.waiting.clear()

    @property
    def tasks(self) -> Iterator[BackgroundTask]:
        """The runs under way."""
        return (
            task
            for groups in self._groups.values()
            for group in groups.values()
            for task in group.running
        )

    # Runs

    def _start(self, call: Call, group: _Group) -> None:
        if self._count >= MAX_BACKGROUND_RUNS:
            raise QueueFullError(f"{MAX_BACKGROUND_RUNS} background runs in one session")
        name = call.handler.full_name
        task = BackgroundTask(name, self._token, trio.current_time())
        self._count += 1
        self._registry.add(task)
        group.running.append(task)
        self._publish_all(call.handler, {"running": True, "status": "running", "error": None})
        self._spawn(self._run, call, group, task, name=f"background {name}")

    async def _run(self, call: Call, group: _Group, task: BackgroundTask) -> None:
        status, error = "cancelled", None  # what it is if nothing is returned
        try:
            with task._scope:
                status, error = await self._watched(call)
        finally:
            task.status = status
            self._end(call, group, task, error)

    async def _watched(self, call: Call) -> tuple[str, BaseException | None]:
        timeout = _options(call.handler).timeout_seconds
        with trio.move_on_after(float("inf") if timeout is None else timeout) as limit:
            try:
                await self._body(call)
            except Exception as error:  # noqa: BLE001 - crash wall: one run's failure is its own
                return "failed", error
            except BaseExceptionGroup as group:
                failures, rest = group.split(Exception)
                if failures is not None:
                    self._failed(call.handler.full_name, failures)
                if rest is not None:
                    raise rest from None
            return "succeeded", None
        return ("timed_out" if limit.cancelled_caught else "cancelled"), None

    def _end(
        self, call: Call, group: _Group, task: BackgroundTask, error: BaseException | None
    ) -> None:
        self._count -= 1
        group.running.remove(task)
        self._registry.discard(task)
        text = None if error is None else self._failed(call.handler.full_name, error)
        running = sum(len(g.running) for g in self._groups[call.handler].values())
        self._publish_all(
            call.handler,
            {
                "running": running > 0,
                "status": "running" if running else task.status,
                "error": text,
            },
        )
        if group.waiting:
            self._start(group.waiting.popleft(), group)
        elif not group.running:
            self._forget(call.handler, group)

    def _forget(self, handler: EventHandler[...], group: _Group) -> None:
        groups = self._groups[handler]
        for key in [key for key, other in groups.items() if other is group]:
            del groups[key]
        if not groups:
            del self._groups[handler]

    def _publish_all(self, handler: EventHandler[...], values: dict[str, Any]) -> None:
        groups = self._groups[handler].values()
        values["count"] = sum(len(group.running) for group in groups)
        named = {f"{handler.name}.{name}": value for name, value in values.items()}
        self._publish(handler.state.get_full_name(), named)


def _options(handler: EventHandler[...]) -> BackgroundOptions:
    options = handler.definition.options
    assert options is not None, f"{handler!r} is no background handler"
    return options
