"""How open requests end when the server stops, in process."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import attrs
import pytest
import trio
import trio.testing

from tests.server.driving import START
from tests.server.test_native import HTTP, virtual
from triostate.limits import (
    DRAIN_SECONDS,
    END_SECONDS,
    MIN_END_SECONDS,
    OVERTIME_SECONDS,
    STUCK_PEER_SECONDS,
)
from triostate.server.asgi import Message, Send
from triostate.server.last_resort import exit_soon, seconds_left, seconds_to_end
from triostate.server.open_requests import OpenRequests
from triostate.server.sending import NativeOutlet
from triostate.server.stopping import Stopping, with_stopping


@attrs.define(eq=False)
class Bottom:
    """What a server has for a connection whose peer does not read."""

    stream: trio.SocketStream

    async def pass_on(self, message: Message) -> None:
        await trio.sleep_forever()


@attrs.define(eq=False)
class Layer:
    """One of what lies above, up to what an application sends by."""

    send: Callable[[Message], Awaitable[None]]

    async def pass_on(self, message: Message) -> None:
        await self.send(message)


async def at_once(message: Message) -> None:
    await trio.lowlevel.checkpoint()


@attrs.define(eq=False)
class Run:
    """The open requests of one run that is about to stop."""

    stopping: Stopping = attrs.field(factory=Stopping)
    told: list[float] = attrs.field(factory=list[float])
    open: OpenRequests = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.open = OpenRequests(self.stopping, lambda: self.told.append(trio.current_time()))

    def including(self, cancel: Callable[[], object]) -> AbstractContextManager[None]:
        """Have a request whose connection is not known."""
        scope = {**HTTP, "method": "GET", "path": "/slow"}
        return self.open.including(scope, at_once, NativeOutlet(at_once), cancel)


def test_request_that_goes_on_is_cancelled() -> None:
    """A request gets what handlers get, and is cancelled then."""

    async def test() -> None:
        run = Run()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run.open.end_when_stopping)
            await trio.testing.wait_all_tasks_blocked()
            since = trio.current_time()
            run.stopping.set()
            with trio.CancelScope() as scope, run.including(scope.cancel):
                await trio.sleep(60)
            assert trio.current_time() - since == pytest.approx(DRAIN_SECONDS)
        assert not run.told
        assert not run.open.is_stuck

    virtual(test)


def test_request_that_does_not_end_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """One that goes on though cancelled is named in the log, and the run is told once."""

    async def test() -> None:
        run = Run()
        with run.including(lambda: None):
            since = trio.current_time()
            run.stopping.set()
            await run.open.end_when_stopping()
        assert [at - since for at in run.told] == pytest.approx(
            [DRAIN_SECONDS + STUCK_PEER_SECONDS]
        )
        assert run.open.is_stuck

    virtual(test)
    assert caplog.messages == ["Requests that do not end, though cancelled: GET /slow"]


def test_peer_whose_answer_was_given_up_is_reset() -> None:
    """A request whose last send did not come to its end takes its connection with it."""

    async def accept(stream: trio.SocketStream) -> None:
        send = Layer(Layer(Bottom(stream).pass_on).pass_on).pass_on
        outlet = NativeOutlet(send)
        with Run().open.including(HTTP, send, outlet, lambda: None), trio.move_on_after(0.01):
            await outlet.send(START)
        assert outlet.gave_up
        assert stream.socket.fileno() == -1

    async def test() -> None:
        async with trio.open_nursery() as nursery:
            listeners = await nursery.start(trio.serve_tcp, accept, 0)
            async with await trio.testing.open_stream_to_socket_listener(listeners[0]) as stream:
                with pytest.raises(trio.BrokenResourceError):
                    await stream.receive_some()
            nursery.cancel_scope.cancel()

    trio.run(test)


def test_connections_that_do_not_get_on_are_dropped() -> None:
    """When the server stops: those of stuck sends and of no request, not those of work going on."""

    async def test() -> None:
        run = Run()
        pairs = [trio.socket.socketpair() for _ in range(3)]
        streams = [trio.SocketStream(one) for one, _ in pairs]
        sends: list[Send] = [Layer(Layer(Bottom(s).pass_on).pass_on).pass_on for s in streams]
        for send in sends:
            with run.open.including(HTTP, send, NativeOutlet(send), lambda: None):
                pass
        stuck, at_work = NativeOutlet(sends[0]), NativeOutlet(sends[1])
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run.open.end_when_stopping)
            with (
                run.open.including(HTTP, sends[0], stuck, lambda: None),
                run.open.including(HTTP, sends[1], at_work, lambda: None),
            ):
                nursery.start_soon(stuck.send, START)
                await trio.sleep(1)
                run.stopping.set()
                await trio.sleep(STUCK_PEER_SECONDS + 0.01)
                assert [stream.socket.fileno() != -1 for stream in streams] == [False, True, False]
            nursery.cancel_scope.cancel()
        for one, other in pairs:
            one.close()
            other.close()

    virtual(test)


def test_seconds_to_end() -> None:
    """They count from when the server began to stop, and are never too few for a drain."""
    stopping = Stopping()
    assert seconds_to_end({}) == END_SECONDS - OVERTIME_SECONDS
    assert seconds_left(stopping) == END_SECONDS
    stopping.since = time.monotonic() - 100
    assert seconds_left(stopping) == 0
    assert seconds_to_end(with_stopping({}, stopping)) == MIN_END_SECONDS


def test_exit_spares_other_processes() -> None:
    """Only a worker of hypercorn is ended: not this process."""
    threads = threading.active_count()
    exit_soon()
    assert threading.active_count() == threads
