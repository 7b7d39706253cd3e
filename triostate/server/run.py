"""One Trio run as the guest of an asyncio loop: its start, its requests, its end.

Knows no server by name. Every method that a server's task awaits is on the host's side; every
method that ends in `_in_trio` runs in a Trio task.

The lifespan call is the run: it starts it, and returns when nothing of it is left, neither a Trio
task nor an asyncio task. Requests are children of its nursery. What a server cancels ends in order
here: the wish is passed on to the Trio side, which is then waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import attrs
import outcome
import trio

from triostate.limits import OVERTIME_SECONDS, SHUTDOWN_SECONDS
from triostate.server.asgi import Message, Receive, Scope, Send, TrioASGIApp
from triostate.server.host import Completion, settle
from triostate.server.last_resort import exit_soon, log_stuck, seconds_left, seconds_to_end
from triostate.server.lifespan import Lifespan, LifespanEndedError, first_leaf
from triostate.server.open_requests import OpenRequests
from triostate.server.receiving import Inlet
from triostate.server.sending import GuestOutlet
from triostate.server.sigterm import orderly_sigterm
from triostate.server.stopping import (
    Stopping,
    with_stopping,
    wrap_exit_handlers,
)

_DISCONNECTS: dict[str, Message] = {
    "http": {"type": "http.disconnect"},
    "websocket": {"type": "websocket.disconnect", "code": 1006},
}


class NotRunningError(RuntimeError):
    """A request came while the application was not running: before its start or after its end."""


# None if the host cancelled the lifespan before the application had a last word.
LastWord: TypeAlias = Message | None


@attrs.define(eq=False)
class _Request:
    """One http or websocket scope on its way through the run."""

    _app: TrioASGIApp
    _scope: Scope
    inlet: Inlet
    outlet: GuestOutlet
    completion: Completion[None] = attrs.field(factory=Completion[None])
    _cancel_scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)

    async def run_in_trio(self) -> None:
        ended: outcome.Outcome[None] = outcome.Error(
            NotRunningError("the application ended while this request was open")
        )
        try:
            with self._cancel_scope:
                await self._app(self._scope, self.inlet.receive, self.outlet.send)
            ended = outcome.Value(None)
        except trio.Cancelled:
            if self._cancel_scope.cancel_called:
                ended = outcome.Value(None)  # the server knows: it is its own cancellation
            raise
        except Exception as error:  # noqa: BLE001  a request's crash wall: raised to the server
            ended = outcome.Error(error)
        finally:
            self.completion.set(ended)

    def cancel(self) -> None:
        """End the request as if its client had left, and cancel it."""
        self.inlet.end(_DISCONNECTS[self._scope["type"]])
        self._cancel_scope.cancel()


@attrs.define(eq=False)
class GuestRun:
    """The guest run of an application on the running asyncio loop."""

    _app: TrioASGIApp
    ends_itself: bool = False
    """No server will say `lifespan.shutdown`: end once the server stops and no request is open."""
    stopping: Stopping = attrs.field(factory=Stopping)
    loop: asyncio.AbstractEventLoop = attrs.field(factory=asyncio.get_running_loop)
    _lifespan: Lifespan = attrs.field(init=False)
    _cancel_scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    _nursery: trio.Nursery | None = None
    _requests: set[_Request] = attrs.field(factory=set[_Request])
    _open: OpenRequests = attrs.field(init=False)
    _main: trio.lowlevel.Task | None = None
    _completion: Completion[LastWord] = attrs.field(factory=Completion[LastWord])
    _watcher: asyncio.Task[None] | None = None
    _inlet: Inlet | None = None
    _timers: list[asyncio.TimerHandle] = attrs.field(factory=list[asyncio.TimerHandle])

    def __attrs_post_init__(self) -> None:
        self._lifespan = Lifespan(self._app, self._on_told_to_stop, self._leave_behind)
        self._open = OpenRequests(self.stopping, self._leave_requests_behind)

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self._completion.is_set()

    async def serve_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application from its start to its end; the last thing done is the last send.

        Nothing may come after it: hypercorn cancels this task once it has been told. Cancelled by
        the host, the application is told to shut down (cancelled, if it has not started yet, or
        `SHUTDOWN_SECONDS` later) and waited for. Should it not end in time, the server is answered
        without it, and the Trio run is left behind. Raises what kept it from ending in order.
        """
        self._inlet = inlet = Inlet(receive)
        restore_handlers = wrap_exit_handlers(self._stop_from_signal)
        self.stopping.has_source = restore_handlers is not None
        try:
            trio.lowlevel.start_guest_run(
                partial(self._main_in_trio, scope, inlet, send),
                run_sync_soon_threadsafe=self._soon_threadsafe,
                run_sync_soon_not_threadsafe=self.loop.call_soon,
                done_callback=self._done,
                host_uses_signal_set_wakeup_fd=True,
            )
            last_word = await self._completion.wait(self._host_cancelled)
        except BaseExceptionGroup as group:
            raise _exit_in(group) or group from None
        finally:
            for timer in self._timers:
                timer.cancel()
            if restore_handlers is not None:
                restore_handlers()
            self._completion.set(outcome.Value(None))  # if it has not even begun
            try:
                await settle(self._watcher)
            finally:
                await inlet.aclose()
        if last_word is not None:
            await send(last_word)

    async def serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application for one request; its exceptions are raised here.

        Cancelled by the host, the Trio side is cancelled and waited for. Raises NotRunningError if
        the run is over, or ends while the request is open.
        """
        if self._nursery is None or self.ended:
            raise NotRunningError("the application is not running")
        source = self.stopping.source_in(send)
        if source is not None:
            self._watcher = self.loop.create_task(self.stopping.follow(source))
        request = _Request(
            self._app, with_stopping(scope, self.stopping), Inlet(receive), GuestOutlet(send)
        )
        self._requests.add(request)
        try:
            with self._open.including(scope, send, request.outlet, request.cancel):
                # In the context of the server's task: its variables are seen by the request.
                self._nursery.start_soon(request.run_in_trio, name=f"{scope['type']} request")
                await request.completion.wait(request.cancel)
        finally:
            self._requests.discard(request)
            await request.inlet.aclose()
            self._end_if_idle()

    async def _main_in_trio(self, scope: Scope, inlet: Inlet, send: Send) -> LastWord:
        ended: outcome.Outcome[LastWord] = outcome.Value(None)
        self._main = trio.lowlevel.current_task()
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            nursery.start_soon(self._open.end_when_stopping)
            try:
                with self._cancel_scope, orderly_sigterm(send, self.stopping, self._told_to_stop):
                    last_word = await self._lifespan.run(
                        with_stopping(scope, self.stopping, host_loop=self.loop),
                        inlet.receive,
                        GuestOutlet(send).send,
                    )
                    ended = outcome.Value(last_word)
            except LifespanEndedError as error:
                ended = outcome.Error(error)  # raised bare, not in the nursery's group
            # A server that shuts down with requests still open has given up on them.
            nursery.cancel_scope.cancel()
            if self._lifespan.told_to_stop:
                left = 0.0 if self._open.is_stuck else seconds_left(self.stopping)
                self._limit_the_end(left)
        self._nursery = None
        return ended.unwrap()

    def _told_to_stop(self) -> bool:
        return self._lifespan.told_to_stop

    def _done(self, result: outcome.Outcome[LastWord]) -> None:
        self._completion.set(result)
        for request in self._requests:  # none, unless Trio itself has failed
            request.completion.set(outcome.Error(NotRunningError("the application has ended")))

    def _leave_requests_behind(self) -> None:
        for request in self._requests:
            request.completion.set(outcome.Value(None))

    def _soon_threadsafe(self, fn: Callable[[], object]) -> None:
        try:
            self.loop.call_soon_threadsafe(fn)
        except RuntimeError:
            if not self.ended:  # left behind, it outlives the server's loop
                raise

    def _on_told_to_stop(self) -> None:
        self._limit_the_end(seconds_to_end(with_stopping({}, self.stopping)))

    def _limit_the_end(self, seconds: float) -> None:
        self._timers.append(self.loop.call_later(seconds + OVERTIME_SECONDS, self._give_up))

    def _give_up(self) -> None:
        assert self._main is not None
        log_stuck(self._main)
        self._leave_behind()

    def _leave_behind(self) -> None:
        self._done(outcome.Value({"type": "lifespan.shutdown.complete"}))
        exit_soon()

    def _host_cancelled(self) -> None:
        if self._lifespan.started and not self._lifespan.told_to_stop:
            self.stopping.set()
            self._shut_down()
        else:
            self._cancel_scope.cancel()

    def _shut_down(self) -> None:
        """Tell the application what no server tells it, with a limit to the time it takes."""
        assert self._inlet is not None
        self._inlet.end({"type": "lifespan.shutdown"})
        self._timers.append(self.loop.call_later(SHUTDOWN_SECONDS, self._cancel_scope.cancel))

    def _stop_from_signal(self) -> None:
        self.loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        self.stopping.set()
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self.ends_itself and self.stopping.is_set() and not self._requests and not self.ended:
            self._shut_down()


def _exit_in(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """Return the Ctrl-C or exit in a group: asyncio ends its loop for the bare one only."""
    exits = group.subgroup((KeyboardInterrupt, SystemExit))
    if exits is None:
        return None
    return first_leaf(exits)
