"""A request through the bridge, on asyncio and uvloop hosts."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable

import pytest
import trio
import trio.testing

from tests.server.driving import (
    START,
    Request,
    Test,
    http,
    part,
    serving,
    until,
    with_lifespan,
)
from triostate.limits import MAX_RECEIVED_MESSAGES
from triostate.server.asgi import Message, Receive, Scope, Send
from triostate.server.guest import Bridge
from triostate.server.run import NotRunningError

Run = Callable[[Test], None]


def test_echo(run: Run) -> None:
    """A body goes in and a response comes out; the application runs in a Trio task."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert trio.lowlevel.in_trio_task()
        body = b""
        more = True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        await send(START)
        await send(part(body, more=False))

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            for letter in b"abcdefghijkl":
                await request.incoming.put(
                    {"type": "http.request", "body": bytes([letter]), "more_body": letter != 108}
                )
            await request.task
            assert request.sent == [START, part(b"abcdefghijkl", more=False)]

    run(test)


def test_send_that_does_not_suspend_makes_no_task(run: Run) -> None:
    """A server's send that does not suspend runs in place: no asyncio task is made for it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(part(b"x", more=False))

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            tasks: list[object] = []

            async def note(message: Message) -> None:
                tasks.append(asyncio.current_task())

            request = http(bridge)
            request.before_send = note
            await request.start().task
            assert tasks == [None, None]

    run(test)


def test_send_that_suspends_is_finished_by_a_task(run: Run) -> None:
    """A send that suspends goes on in an asyncio task, in order, and its context variables hold."""
    variable = contextvars.ContextVar("variable", default="unset")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        for number in range(3):
            await send(part(b"%d" % number))
        await send(part(more=False))

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):

            async def slow(message: Message) -> None:
                token = variable.set("sending")
                future = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(future.set_result, None)
                await future
                await asyncio.sleep(0)
                variable.reset(token)

            request = http(bridge)
            request.before_send = slow
            await request.start().task
            assert [message.get("body") for message in request.sent] == [
                None, b"0", b"1", b"2", b"",
            ]  # fmt: skip

    run(test)


def test_send_error_is_raised_in_the_application(run: Run) -> None:
    """What the server's send raises, at once or later, is raised where the application sends."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                await send(part())
            seen.append("reset")

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            turns = iter([False, True])

            async def fail(message: Message) -> None:
                if next(turns):
                    await asyncio.sleep(0)
                raise ConnectionResetError

            request = http(bridge)
            request.before_send = fail
            await request.start().task
            assert seen == ["reset", "reset"]

    run(test)


def test_cancelled_send_is_cancelled_on_the_host(run: Run) -> None:
    """A Trio cancellation of a send that hangs cancels the server's send and waits for it."""
    cancelled: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with trio.move_on_after(0.01) as scope_:
            await send(part())
        assert scope_.cancelled_caught
        assert cancelled == ["part"]

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):

            async def hang(message: Message) -> None:
                try:
                    await asyncio.get_running_loop().create_future()
                finally:
                    cancelled.append("part")

            request = http(bridge)
            request.before_send = hang
            await request.start().task
            assert request.sent == []

    run(test)


def test_last_send_survives_a_cancellation(run: Run) -> None:
    """The last message of a response is sent to its end by a cancelled task."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        with trio.CancelScope() as cancelled:
            cancelled.cancel()
            await send(part(b"bye", more=False))

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):

            async def slow(message: Message) -> None:
                await asyncio.sleep(0.01)

            request = http(bridge)
            request.before_send = slow
            await request.start().task
            assert request.sent[-1] == part(b"bye", more=False)

    run(test)


def test_sending_alone_starves_nobody(run: Run) -> None:
    """A loop that does nothing but send lets other Trio and asyncio tasks run."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def run_ten_times() -> None:
            for _ in range(10):
                await trio.lowlevel.checkpoint()
            ran.set()

        ran = trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run_ten_times)
            while not (ran.is_set() and on_host.is_set()):
                await send(part())

    on_host = asyncio.Event()

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            await until(lambda: request.sent)
            on_host.set()
            await request.task

    run(test)


def test_disconnect_is_seen_and_stays(run: Run) -> None:
    """The client's leaving is seen by a waiting receive, and by every receive after it."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while len(seen) < 4:
            seen.append((await receive())["type"])

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            await request.incoming.put({"type": "http.request", "body": b"", "more_body": False})
            await until(lambda: seen)
            await request.incoming.put({"type": "http.disconnect"})
            await request.task
            assert seen == ["http.request"] + ["http.disconnect"] * 3
            assert request.received == 2

    run(test)


def test_disconnect_is_seen_in_between_cancelled_receives(run: Run) -> None:
    """Receives polled in scopes that end at once lose no message."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not seen or seen[-1] != "http.disconnect":
            with trio.move_on_after(0.001):
                seen.append((await receive())["type"])

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            for _ in range(10):
                await request.incoming.put({"type": "http.request", "body": b"", "more_body": True})
                await asyncio.sleep(0.001)
            await request.incoming.put({"type": "http.disconnect"})
            await request.task
            assert seen == ["http.request"] * 10 + ["http.disconnect"]

    run(test)


def test_backpressure(run: Run) -> None:
    """A bounded number of messages is taken from the server ahead of the application."""
    go_on = trio.Event()
    waiting = trio.Event()
    count = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal count
        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)  # nothing there: it waits
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        waiting.set()
        await go_on.wait()
        while (await receive())["type"] == "http.request":
            count += 1

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            await until(waiting.is_set)
            for _ in range(100):
                await request.incoming.put({"type": "http.request", "body": b"", "more_body": True})
            for _ in range(100):
                await asyncio.sleep(0)
            assert request.received == MAX_RECEIVED_MESSAGES + 1
            await request.incoming.put({"type": "http.disconnect"})
            go_on.set()
            await request.task
            assert count == 100

    run(test)


def test_receive_error_is_raised_in_the_application(run: Run) -> None:
    """What the server's receive raises is raised where the application receives."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            with pytest.raises(ValueError, match="broken server"):
                await receive()

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):

            async def receive() -> Message:
                await asyncio.sleep(0)
                raise ValueError("broken server")

            request = http(bridge)
            await bridge(request.scope, receive, request.send)

    run(test)


def test_exception_of_the_application(run: Run) -> None:
    """An application's exception reaches the server as it was raised, and ends nothing else."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/group":
            async with trio.open_nursery():
                raise LookupError("no such row")
        raise LookupError("no such row")

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            with pytest.raises(LookupError, match="no such row"):
                await http(bridge).start().task
            with pytest.raises(ExceptionGroup):
                await http(bridge, path="/group").start().task

    run(test)


def test_host_cancellation_waits_for_the_trio_side(run: Run) -> None:
    """Cancelled by the server, even twice, a request ends in order before its call does."""
    trace: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        trace.append("in")
        try:
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True, deadline=trio.current_time() + 1):
                trace.append((await receive())["type"])
                await trio.sleep(0.01)
            trace.append("out")

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            await until(lambda: trace)
            request.task.cancel()
            await asyncio.sleep(0)
            request.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request.task
            assert trace == ["in", "http.disconnect", "out"]

    run(test)


def test_host_cancellation_before_the_first_step(run: Run) -> None:
    """A request cancelled in the moment of its start leaves nothing behind."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await trio.sleep_forever()

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            request = http(bridge).start()
            await asyncio.sleep(0)
            request.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request.task

    run(test)


def test_no_task_is_left(run: Run) -> None:
    """After a hundred requests of every kind the Trio side has as many tasks as before."""
    living: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/count":
            living.append(trio.lowlevel.current_statistics().tasks_living)
        elif path == "/crash":
            raise LookupError
        elif path == "/wait":
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await trio.sleep_forever()

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            await http(bridge, path="/count").start().task
            on_host = asyncio.all_tasks()
            waits = [http(bridge, path="/wait").start() for _ in range(30)]
            sleeps = [http(bridge, path="/sleep").start() for _ in range(30)]
            crashes = [http(bridge, path="/crash").start() for _ in range(30)]
            await asyncio.sleep(0.01)
            for request in waits:
                await request.incoming.put({"type": "http.disconnect"})
            for request in sleeps:
                request.task.cancel()
            tasks = [request.task for request in waits + sleeps + crashes]
            await asyncio.gather(*tasks, return_exceptions=True)
            await http(bridge, path="/count").start().task
            assert living[0] == living[1]
            assert asyncio.all_tasks() == on_host

    run(test)


def test_request_without_a_run(run: Run) -> None:
    """A request that comes after the application's end is refused."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            pass
        with pytest.raises(NotRunningError):
            await http(bridge).start().task

    run(test)


def test_context_of_the_server(run: Run) -> None:
    """The request sees the context variables that the server's task has set."""
    variable = contextvars.ContextVar("variable", default="unset")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({**START, "seen": variable.get()})

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        async with serving(bridge):
            variable.set("set")
            request: Request = http(bridge).start()
            await request.task
            assert request.sent[0]["seen"] == "set"

    run(test)
