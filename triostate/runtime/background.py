"""Background handlers: runs beside the others, as children of the session's nursery.

A trigger either starts a run, waits, or is dropped, as the handler's ``policy`` says for its key;
the end of a run starts what waits. The vars about a handler (running, status, progress, ...) are
kept here, from the runs themselves, so no crash or cancellation can leave them wrong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any

import attrs
import trio

from triostate.errors import QueueFullError
from triostate.limits import MAX_BACKGROUND_RUNS, MAX_WAITING_RUNS
from triostate.runtime.calls import Call
from triostate.runtime.progress import RunProgress
from triostate.runtime.walls import CrashWall
from triostate.state.annotations import a_or_an
from triostate.state.handlers import EventHandler
from triostate.state.methods import BackgroundOptions

__all__ = ["BackgroundRuns", "BackgroundTask", "Body"]

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
    """When it started, in seconds of the Trio clock; while it waits, when it was triggered."""
    _call: Call = attrs.field(repr=False)
    _group: _Group = attrs.field(repr=False)
    _progress: RunProgress = attrs.field(repr=False)
    _withdraw: Callable[[BackgroundTask], None] = attrs.field(repr=False)
    status: str = "waiting"
    """``waiting`` for its turn, ``running``, then ``succeeded``, ``failed``, ``cancelled`` or
    ``timed_out``."""
    _scope: trio.CancelScope = attrs.field(factory=trio.CancelScope, repr=False)
    _is_stopped: bool = attrs.field(default=False, repr=False)
    """Whether `cancel` came before a time-out did."""

    @property
    def progress(self) -> float | None:
        """How far it is, 0.0 to 1.0; None while it has not said."""
        return self._progress.value

    def cancel(self) -> None:
        """Cancel this run; it ends at its next checkpoint, and at once if it still waits."""
        if self.status == "waiting":
            self._withdraw(self)
        elif not self._scope.cancel_called:
            self._is_stopped = True
            self._scope.cancel()


@attrs.define(eq=False)
class _Group:
    """The runs of one handler under one key."""

    key: Hashable
    running: dict[BackgroundTask, None] = attrs.field(factory=dict)
    """In the order of their start; a dict, since any of many may be the next to end."""
    waiting: deque[BackgroundTask] = attrs.field(factory=deque)


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
        failed: Callable[[Call, BaseException], str],
        registry: set[BackgroundTask],
    ) -> None:
        self._token = token
        self._spawn = spawn
        self._body = body
        self._publish = publish
        self._failed = failed
        self._registry = registry
        self._groups: dict[EventHandler[...], dict[Hashable, _Group]] = {}
        self._newest: dict[EventHandler[...], RunProgress] = {}
        self._count = 0
        self._is_closing = False

    # Triggers

    def trigger(self, call: Call) -> None:
        """Start a run, or do with the trigger what the handler's policy says.

        Raises QueueFullError if too much runs or waits already; what ``key=`` raises.
        """
        options = _options(call.handler)
        key = _key(call, options)
        groups = self._groups.get(call.handler, {})
        group = groups.get(key) or _Group(key)
        if not _must_wait(options, group):
            self._start(self._admit(call, group))
        elif options.policy != "drop":
            self._wait(call, group, options)

    def _admit(self, call: Call, group: _Group) -> BackgroundTask:
        self._check_room(call)
        self._count += 1
        progress = RunProgress(partial(self._progressed, call.handler), self._spawn)
        name, now = call.handler.full_name, trio.current_time()
        task = BackgroundTask(name, self._token, now, call, group, progress, self._withdraw)
        self._registry.add(task)
        self._groups.setdefault(call.handler, {})[group.key] = group
        return task

    def _check_room(self, call: Call) -> None:
        if self._count >= MAX_BACKGROUND_RUNS:
            raise QueueFullError(
                f"{MAX_BACKGROUND_RUNS} background runs in one session: "
                f"{call.handler.full_name} was not started"
            )

    def _wait(self, call: Call, group: _Group, options: BackgroundOptions) -> None:
        if options.policy == "replace":
            if not group.waiting:
                self._check_room(call)  # before the one that runs is cancelled for it
            _cancel(group)  # of several triggers the newest survives
        elif len(group.waiting) >= MAX_WAITING_RUNS:
            raise QueueFullError(
                f"{MAX_WAITING_RUNS} runs of {call.handler.full_name} wait already"
            )
        group.waiting.append(self._admit(call, group))

    def _withdraw(self, task: BackgroundTask) -> None:
        """Forget a run that waits."""
        task._group.waiting.remove(task)
        task.status = "cancelled"
        self._leave(task)

    def cancel(self, handler: EventHandler[...]) -> None:
        """Cancel the runs of a handler, and forget those that wait."""
        for group in [*self._groups.get(handler, {}).values()]:
            _cancel(group)

    def cancel_page_scoped(self) -> None:
        """Cancel what was asked to end with its page."""
        for handler in list(self._groups):
            if _options(handler).scope == "page":
                self.cancel(handler)

    def close(self) -> None:
        """Forget what waits: the session is ending and its nursery cancels what runs."""
        self._is_closing = True
        for groups in [*self._groups.values()]:
            for group in [*groups.values()]:
                _forget_waiting(group)

    # Runs

    def _start(self, task: BackgroundTask) -> None:
        handler = task._call.handler
        task.status, task.started = "running", trio.current_time()
        task._group.running[task] = None
        self._newest[handler] = task._progress
        started = {"running": True, "status": "running", "error": None, "progress": None}
        self._publish_all(handler, started)
        self._spawn(self._run, task, name=f"background {task.handler}")

    async def _run(self, task: BackgroundTask) -> None:
        call, scope = task._call, task._scope
        failures: list[BaseException] = []
        status = "cancelled"  # what it is unless the end is reached
        timeout = _options(call.handler).timeout_seconds
        if timeout is not None:
            scope.deadline = trio.current_time() + timeout
        task._progress.enter()
        try:
            with scope, CrashWall(failures.append):
                await trio.lowlevel.checkpoint_if_cancelled()  # before it began: it does not begin
                await self._body(call)
                status = "succeeded"
        finally:
            if failures:
                status = "failed"
            elif scope.cancelled_caught and not task._is_stopped:
                status = "timed_out"
            task.status = status
            self._end(task, failures)
            failures.clear()  # their tracebacks hold this frame, and so the handler's state

    def _end(self, task: BackgroundTask, failures: list[BaseException]) -> None:
        group, handler = task._group, task._call.handler
        task._progress.close()
        del group.running[task]
        errors = [self._failed(task._call, error) for error in failures]
        running = any(other.running for other in self._groups[handler].values())
        status = "running" if running else task.status
        values: dict[str, Any] = {"running": running, "status": status}
        if errors:
            values["error"] = errors[0]
        self._publish_all(handler, values)
        if group.waiting:
            self._start(group.waiting.popleft())
        self._leave(task)

    def _leave(self, task: BackgroundTask) -> None:
        """Take a run off the books, and its group and handler with the last one."""
        self._count -= 1
        self._registry.discard(task)
        group, handler = task._group, task._call.handler
        if group.running or group.waiting:
            return
        groups = self._groups[handler]
        del groups[group.key]
        if not groups:
            del self._groups[handler]
            self._newest.pop(handler, None)

    def _progressed(self, handler: EventHandler[...], progress: RunProgress) -> None:
        if self._newest.get(handler) is progress:  # that of an older run shows nowhere
            values = {f"{handler.name}.progress": progress.value}
            self._publish(handler.state.get_full_name(), values)

    def _publish_all(self, handler: EventHandler[...], values: dict[str, Any]) -> None:
        groups = self._groups[handler].values()
        values["count"] = count = sum(len(group.running) for group in groups)
        if count and self._is_closing:
            return  # many end at once and no browser looks on: the last one tells
        named = {f"{handler.name}.{name}": value for name, value in values.items()}
        self._publish(handler.state.get_full_name(), named)


def _options(handler: EventHandler[...]) -> BackgroundOptions:
    options = handler.definition.options
    assert options is not None, f"{handler!r} is no background handler"
    return options


def _key(call: Call, options: BackgroundOptions) -> Hashable:
    if options.key is None:
        return None
    key = options.key(*call.args)
    try:
        hash(key)
    except TypeError:
        kind = a_or_an(type(key).__name__)
        raise TypeError(
            f"key= of {call.handler.full_name} returned {kind}, which cannot be told from others "
            "quickly: return a string, a number or a tuple of these"
        ) from None
    return key


def _must_wait(options: BackgroundOptions, group: _Group) -> bool:
    if options.policy != "parallel":
        return bool(group.running)
    if options.max_running is None:
        return False
    return len(group.running) >= options.max_running or bool(group.waiting)


def _cancel(group: _Group) -> None:
    _forget_waiting(group)
    for task in group.running:
        task.cancel()


def _forget_waiting(group: _Group) -> None:
    for task in [*group.waiting]:
        task.cancel()
