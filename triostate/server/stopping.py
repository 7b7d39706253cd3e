"""The early word that the server is going down, and the ways to learn it from each server.

Knows no application: it leaves a `Stopping` in every scope, under `extensions`.

`lifespan.shutdown` comes too late for a live stream. Hypercorn first waits out its grace for open
requests and uvicorn waits for them without end, so whoever holds a stream open has to hear earlier.
Nothing in ASGI says so; what servers offer:

- hypercorn: `context.terminated`, an event reached through the bound method that it passes as
  `send`. Set as soon as a worker begins to stop, by whatever cause. Known from the first request.
- uvicorn: nothing but its signal handler, which is wrapped while the application runs.
- others: nothing. Their `Stopping` never fires, and a line at debug level says so.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol, cast

import attrs
import trio

from triostate.server.asgi import Scope, Send

logger = logging.getLogger("triostate.server")

EXTENSION = "triostate.stopping"


class ServerEvent(Protocol):
    """An event of the server's own loop."""

    def is_set(self) -> bool:
        """Whether it has fired."""
        ...

    async def wait(self) -> None:
        """Wait for it, on the loop that it belongs to."""

    async def set(self) -> None:
        """Fire; never suspends."""


class WorkerContext(Protocol):
    """What hypercorn's connections share in one worker, as far as it concerns us."""

    terminate: ServerEvent
    """Ends the worker, once set."""
    terminated: ServerEvent
    """Set as soon as the worker begins to stop."""


@attrs.define(eq=False)
class Stopping:
    """Fires once, when the server begins to go down. One for all scopes of a run.

    `wait` belongs to Trio tasks; `is_set` and `set` may be called from the host's side too.
    """

    _event: trio.Event = attrs.field(factory=trio.Event)
    has_source: bool = False
    """Something of the server's will set it."""
    since: float | None = None
    """When it fired, on the monotonic clock."""
    context: WorkerContext | None = None
    """Hypercorn's, once a request has led to it."""
    _told_silence: bool = False

    def is_set(self) -> bool:
        """Whether the server has begun to stop."""
        return self._event.is_set()

    async def wait(self) -> None:
        """Return when the server has begun to stop; a checkpoint like `trio.Event.wait`."""
        await self._event.wait()

    def set(self) -> None:
        """Fire."""
        if self.since is None:
            self.since = time.monotonic()
        self._event.set()

    def source_in(self, send: Send) -> ServerEvent | None:
        """Return the event to `follow`, the first time that a server's `send` leads to one."""
        if self.has_source:
            return None
        self.context = worker_context(send)
        if self.context is not None:
            self.has_source = True
            return self.context.terminated
        if not self._told_silence:
            self._told_silence = True
            logger.debug("This server does not say when it begins to stop: streams hold it open.")
        return None

    async def follow(self, event: ServerEvent) -> None:
        """Fire when an event of the server's does; runs on the loop that the event belongs to."""
        await event.wait()
        self.set()


def with_stopping(scope: Scope, stopping: Stopping, **others: object) -> Scope:
    """Return a copy of the scope that carries `stopping` under `extensions`, and others of ours."""
    ours = {EXTENSION: stopping, **{f"triostate.{name}": value for name, value in others.items()}}
    return {**scope, "extensions": {**scope.get("extensions", {}), **ours}}


def worker_context(send: Send) -> WorkerContext | None:
    """Return the context of hypercorn's worker; None under other servers."""
    context = getattr(getattr(send, "__self__", None), "context", None)
    known = hasattr(context, "terminated") and hasattr(context, "terminate")
    return cast("WorkerContext", context) if known else None


def wrap_exit_handlers(notify: Callable[[], object]) -> Callable[[], None] | None:
    """Have `notify` called by the signal handler that uvicorn has installed, before it acts.

    `notify` runs in the handler. Returns what puts the handlers back, None if there is no handler
    of that kind or this is not the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    wrapped: list[tuple[signal.Signals, Any, Any]] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        original = signal.getsignal(number)
        if hasattr(getattr(original, "__self__", None), "should_exit"):
            wrapper = _notifying(original, notify)
            signal.signal(number, wrapper)
            wrapped.append((number, original, wrapper))

    def restore() -> None:
        for number, original, wrapper in wrapped:
            if signal.getsignal(number) is wrapper:
                signal.signal(number, original)

    return restore if wrapped else None


# `Any`: the type of a handler as `signal.getsignal` gives it includes what cannot be called.
def _notifying(original: Any, notify: Callable[[], object]) -> Any:
    def handler(number: int, frame: FrameType | None) -> None:
        notify()
        original(number, frame)

    return handler
