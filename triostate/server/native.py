"""The scopes of an application under a Trio worker: they run in the server's own tasks.

Knows no asyncio. What the scopes share lives as long as the worker's Trio run; `run` is the same
under an asyncio server.

Here nothing can be left behind: a task that does not end is a task of the server's run. A request
that does not end keeps hypercorn from ever saying `lifespan.shutdown`, so the application is told
without it; and once the application has said its last word, the process exits.
"""

from __future__ import annotations

import attrs
import trio

from triostate.limits import OVERTIME_SECONDS
from triostate.server.asgi import Message, Receive, Scope, Send, TrioASGIApp
from triostate.server.crash_wall import crash_wall
from triostate.server.last_resort import exit_soon, log_stuck, seconds_to_end
from triostate.server.lifespan import Lifespan
from triostate.server.open_requests import OpenRequests
from triostate.server.sending import NativeOutlet
from triostate.server.sigterm import orderly_sigterm
from triostate.server.stopping import Stopping, with_stopping

__all__ = ["NativeRun"]


@attrs.define(eq=False)
class NativeRun:
    """What the scopes of one Trio run share."""

    _app: TrioASGIApp
    _stopping: Stopping = attrs.field(factory=Stopping)
    _requests: OpenRequests = attrs.field(init=False)
    _is_held_up: trio.Event = attrs.field(factory=trio.Event)
    """A request does not end, and the server waits for it."""

    def __attrs_post_init__(self) -> None:
        self._requests = OpenRequests(self._stopping, self._is_held_up.set)

    async def serve_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application from its start to its end; the last thing done is the last send.

        Should it not end in time, the server is answered without it, and a worker of hypercorn
        exits. Raises what `Lifespan.run` does.
        """
        scope = with_stopping(scope, self._stopping)
        end = _End(scope, send)
        lifespan = Lifespan(self._app, end.limit, end.leave_behind)
        try:
            with (
                crash_wall(send),
                orderly_sigterm(send, self._stopping, lambda: lifespan.told_to_stop),
            ):
                last_word = await lifespan.run(scope, self._or_held_up(receive), send)
        finally:
            end.limiter.cancel()
        if not end.is_answered:
            await send(last_word)
        if self._is_held_up.is_set():
            exit_soon()

    def _or_held_up(self, receive: Receive) -> Receive:
        async def receive_or_held_up() -> Message:
            message: Message = {"type": "lifespan.shutdown"}

            async def from_server() -> None:
                nonlocal message
                message = await receive()
                nursery.cancel_scope.cancel()

            async with trio.open_nursery() as nursery:
                nursery.start_soon(from_server)
                await self._is_held_up.wait()
                nursery.cancel_scope.cancel()
            return message

        return receive_or_held_up

    async def serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application for one request; its exceptions are raised here."""
        source = self._stopping.source_in(send)
        if source is not None:
            # System tasks: the server's nurseries are not ours, and a request ends before them.
            trio.lowlevel.spawn_system_task(self._stopping.follow, source)
            trio.lowlevel.spawn_system_task(self._requests.end_when_stopping)
        outlet = NativeOutlet(send)
        with (
            trio.CancelScope() as cancel_scope,
            self._requests.including(scope, send, outlet, cancel_scope.cancel),
        ):
            await self._app(with_stopping(scope, self._stopping), receive, outlet.send)


@attrs.define(eq=False)
class _End:
    """The end of a lifespan that may never come. Its tasks go on where the lifespan's cannot."""

    _scope: Scope
    _send: Send
    is_answered: bool = False
    """The server has been told that the application has ended, though it has not."""
    limiter: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    _main: trio.lowlevel.Task = attrs.field(factory=trio.lowlevel.current_task)

    def limit(self) -> None:
        """Give the application, which has been told to stop, its time."""
        trio.lowlevel.spawn_system_task(self._limit)

    def leave_behind(self) -> None:
        """Answer the server without the application."""
        self.limiter.cancel()
        trio.lowlevel.spawn_system_task(self._leave_behind)

    async def _limit(self) -> None:
        with self.limiter:
            await trio.sleep(seconds_to_end(self._scope) + OVERTIME_SECONDS)
            log_stuck(self._main)
            await self._leave_behind()

    async def _leave_behind(self) -> None:
        self.is_answered = True
        await self._send({"type": "lifespan.shutdown.complete"})
        exit_soon()
