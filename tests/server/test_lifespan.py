"""The lifespan through the bridge: order, failures, cancellation, servers without one."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable

import pytest
import trio

from tests.server.driving import Lifetime, Test, http, part, serving, until, with_lifespan
from triostate.server.asgi import Message, Receive, Scope, Send, TrioASGIApp
from triostate.server.guest import Bridge
from triostate.server.lifespan import Lifespan, LifespanEndedError, one_line

Run = Callable[[Test], None]


def traced(trace: list[str]) -> TrioASGIApp:
    """An application that notes each turn of its life."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                trace.append((await receive())["type"])
                await send({"type": "lifespan.startup.complete"})
                trace.append((await receive())["type"])
                await send({"type": "lifespan.shutdown.complete"})
                await trio.sleep(0.01)
            finally:
                trace.append("lifespan out")
            return
        try:
            await trio.sleep_forever()
        finally:
            trace.append("request out")

    return app


def test_shutdown_complete_comes_last(run: Run) -> None:
    """`shutdown.complete` is held back until nothing runs in Trio, open requests included."""
    trace: list[str] = []

    async def test() -> None:
        bridge = Bridge(traced(trace))
        lifetime = Lifetime(bridge)
        lifetime.on_send = lambda message: trace.append("sent " + message["type"])
        lifetime.start()
        await lifetime.started.wait()
        request = http(bridge).start()
        await asyncio.sleep(0.01)
        lifetime.shut_down()
        await lifetime.task
        assert trace == [
            "lifespan.startup",
            "sent lifespan.startup.complete",
            "lifespan.shutdown",
            "lifespan out",
            "request out",
            "sent lifespan.shutdown.complete",
        ]
        with pytest.raises(RuntimeError, match="ended while this request was open"):
            await request.task

    run(test)


def test_what_there_is_at_the_start_is_not_collected(run: Run) -> None:
    """What there is when the application has started costs later full collections nothing."""

    async def test() -> None:
        lifetime = Lifetime(Bridge(traced([])))
        assert gc.get_freeze_count() == 0
        lifetime.start()
        await lifetime.started.wait()
        assert gc.get_freeze_count() > 10_000
        lifetime.shut_down()
        await lifetime.task

    run(test)


def crash() -> None:
    raise RuntimeError("no such database: orders\nand more")


def exit_with_text() -> None:
    raise SystemExit("no such database: orders")


@pytest.mark.parametrize(
    "fail, text",
    [
        (crash, "RuntimeError: no such database: orders"),
        (exit_with_text, "no such database: orders"),
    ],
)
@pytest.mark.parametrize("grouped", [False, True])
def test_crash_at_startup(
    run: Run,
    fail: Callable[[], None],
    text: str,
    grouped: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A crash on the way up becomes one line of `startup.failed`, and is in the log."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if grouped:
            async with trio.open_nursery():
                fail()
        fail()

    async def test() -> None:
        lifetime = Lifetime(Bridge(app)).start()
        await lifetime.task
        assert lifetime.sent == [{"type": "lifespan.startup.failed", "message": text}]

    with caplog.at_level(logging.ERROR):
        run(test)
    assert f"The application did not start: {text}" in caplog.text


def test_failure_told_by_the_application(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """An application that says `startup.failed` and goes on receiving is ended, and quoted."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            await receive()
            await send({"type": "lifespan.startup.failed", "message": "no such database"})

    async def test() -> None:
        lifetime = Lifetime(Bridge(app)).start()
        await lifetime.task
        assert [message["message"] for message in lifetime.sent] == ["no such database"]

    run(test)
    assert "no such database" in caplog.text


def test_error_of_the_servers_last_send_is_raised(run: Run) -> None:
    """Hypercorn's send raises on `startup.failed`: that error ends the server's lifespan task."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("no")

    def refuse(message: Message) -> None:
        raise LookupError(message["message"])

    async def test() -> None:
        lifetime = Lifetime(Bridge(app))
        lifetime.on_send = refuse
        with pytest.raises(LookupError, match="RuntimeError: no"):
            await lifetime.start().task

    run(test)


def test_crash_while_serving(run: Run) -> None:
    """A lifespan that ends while serving is an error for the server, and requests are refused."""
    broken = trio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await broken.wait()
        raise LookupError("no such row")

    async def test() -> None:
        bridge = Bridge(app)
        lifetime = Lifetime(bridge).start()
        await lifetime.started.wait()
        broken.set()
        with pytest.raises(LifespanEndedError, match="LookupError: no such row"):
            await lifetime.task
        with pytest.raises(RuntimeError, match="not running"):
            await http(bridge).start().task

    run(test)


def test_crash_at_shutdown(run: Run) -> None:
    """A crash on the way down becomes `shutdown.failed`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise LookupError("no such row")

    async def test() -> None:
        lifetime = Lifetime(Bridge(app)).start()
        lifetime.shut_down()
        await lifetime.task
        assert lifetime.sent[-1] == {
            "type": "lifespan.shutdown.failed",
            "message": "LookupError: no such row",
        }

    run(test)


def test_lifespan_cancelled_while_serving(run: Run) -> None:
    """A server that drops a running application still gets an orderly shutdown out of it."""
    trace: list[str] = []

    async def test() -> None:
        bridge = Bridge(traced(trace))
        lifetime = Lifetime(bridge).start()
        await lifetime.started.wait()
        lifetime.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lifetime.task
        assert trace == ["lifespan.startup", "lifespan.shutdown", "lifespan out"]

    run(test)


def test_lifespan_cancelled_at_startup(run: Run) -> None:
    """A server that gives up during start-up cancels the application, and waits for it."""
    trace: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        trace.append("in")
        try:
            await trio.sleep_forever()
        finally:
            trace.append("out")

    async def test() -> None:
        lifetime = Lifetime(Bridge(app)).start()
        await until(lambda: trace)
        lifetime.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lifetime.task
        assert trace == ["in", "out"]
        assert lifetime.sent == []

    run(test)


def test_ctrl_c_reaches_the_host(run: Run) -> None:
    """A KeyboardInterrupt in Trio ends the host's loop as a bare KeyboardInterrupt."""
    pressed = trio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await pressed.wait()
        raise KeyboardInterrupt

    async def test() -> None:
        lifetime = Lifetime(Bridge(app)).start()
        await lifetime.started.wait()
        pressed.set()
        await lifetime.task

    with pytest.raises(KeyboardInterrupt):
        run(test)


def test_server_without_a_lifespan(run: Run) -> None:
    """With no lifespan from the server the first request starts one; the loop's end ends it."""
    trace: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            trace.append((await receive())["type"])
            await send({"type": "lifespan.startup.complete"})
            trace.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send(part(more=False))

    async def test() -> None:
        bridge = Bridge(app)
        requests = [http(bridge).start() for _ in range(5)]
        for request in requests:
            await request.task
        assert trace == ["lifespan.startup"]
        (keeper,) = (task for task in asyncio.all_tasks() if "_keep" in repr(task.get_coro()))
        keeper.cancel()  # as asyncio's runner does
        with pytest.raises(asyncio.CancelledError):
            await keeper
        assert trace == ["lifespan.startup", "lifespan.shutdown"]

    run(test)


def test_server_without_a_lifespan_and_a_failure(run: Run) -> None:
    """With no lifespan from the server a failed start is the error of each request."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("no such database")

    async def test() -> None:
        bridge = Bridge(app)
        for _ in range(2):
            with pytest.raises(LifespanEndedError, match="no such database"):
                await http(bridge).start().task

    run(test)


def test_one_bridge_many_loops(run: Run) -> None:
    """A bridge serves one lifespan after another, and a second one at a time is refused."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(part(more=False))

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        for _ in range(3):
            async with serving(bridge):
                await http(bridge).start().task
                with pytest.raises(RuntimeError, match="another loop"):
                    await Lifetime(bridge).start().task

    run(test)


def test_one_line() -> None:
    """An exception is said in one line: the first leaf, the first line, a bounded length."""
    group = ExceptionGroup("g", [ExceptionGroup("h", [ValueError("a\nb"), KeyError("c")])])
    assert one_line(group) == "ValueError: a"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 10_000))) == 500


@pytest.mark.parametrize("returns_early", [False, True])
def test_lifespan_that_ends_unasked(returns_early: bool) -> None:
    """A lifespan that returns without a word is a failed start, or an error when it was serving."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if not returns_early:
            await send({"type": "lifespan.startup.complete"})

    async def receive() -> Message:
        await trio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        await trio.lowlevel.checkpoint()

    async def test() -> None:
        lifespan = Lifespan(app)
        if returns_early:
            word = await lifespan.run({"type": "lifespan"}, receive, send)
            assert word["type"] == "lifespan.startup.failed"
        else:
            with pytest.raises(LifespanEndedError):
                await lifespan.run({"type": "lifespan"}, receive, send)

    trio.run(test)
