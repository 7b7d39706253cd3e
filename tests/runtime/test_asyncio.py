"""asyncio code in handlers: results, cancellation both ways, contexts, one loop for an app."""

from __future__ import annotations

import asyncio
import contextvars
import http.server
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import sniffio
import trio

import triostate as ts
from tests.runtime.apps import app_of
from tests.runtime.where import everywhere, run_in
from triostate.testing import Client, virtual

colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")


def run(place: str, scenario: Callable[[], Awaitable[Any]]) -> Any:
    """Run a scenario in a task of an app that has nothing else."""
    return run_in(place, app_of().app, scenario)


async def add(a: int, b: int) -> int:
    """Return a sum, after a turn of the loop."""
    await asyncio.sleep(0)
    return a + b


@everywhere
def test_returns_the_result(place: str) -> None:
    """Arguments go in and the result comes back; keywords by `functools.partial`."""

    async def scenario() -> None:
        assert await ts.run_asyncio(add, 2, 3) == 5
        assert await ts.run_asyncio(partial(add, 2, b=4)) == 6

    run(place, scenario)


@everywhere
def test_takes_any_function_that_returns_an_awaitable(place: str) -> None:
    """A plain function that makes a future is called where there is a running loop."""

    def soon() -> asyncio.Future[str]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str] = loop.create_future()
        loop.call_later(0.001, future.set_result, "done")
        return future

    async def scenario() -> None:
        assert await ts.run_asyncio(soon) == "done"
        assert await ts.run_asyncio(asyncio.gather, asyncio.sleep(0, 1), asyncio.sleep(0, 2)) == [
            1,
            2,
        ]

    run(place, scenario)


@everywhere
def test_raises_what_it_raises(place: str) -> None:
    """Exceptions, groups of them and even an exit are the caller's; the loop goes on."""

    async def fail(error: BaseException) -> None:
        await asyncio.sleep(0)
        raise error

    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail(KeyError("a")))
            tasks.create_task(fail(ValueError("b")))

    async def scenario() -> None:
        with pytest.raises(KeyError, match="on purpose"):
            await ts.run_asyncio(fail, KeyError("on purpose"))
        with pytest.raises(ExceptionGroup) as caught:
            await ts.run_asyncio(group)
        assert {type(error) for error in caught.value.exceptions} == {KeyError, ValueError}
        with pytest.raises(SystemExit):
            await ts.run_asyncio(fail, SystemExit(3))
        assert await ts.run_asyncio(add, 1, 1) == 2

    run(place, scenario)


@everywhere
def test_asyncio_sees_asyncio_and_trio_sees_trio(place: str) -> None:
    """Inside, libraries find asyncio, a running loop and a current task; outside, Trio."""

    async def inside() -> str:
        assert asyncio.current_task() is not None
        with pytest.raises(RuntimeError):
            trio.lowlevel.current_task()
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
        return sniffio.current_async_library()

    async def scenario() -> None:
        assert sniffio.current_async_library() == "trio"
        assert await ts.run_asyncio(inside) == "asyncio"
        assert sniffio.current_async_library() == "trio"

    run(place, scenario)


@everywhere
def test_time_outs_of_asyncio_work(place: str) -> None:
    """`asyncio.timeout` and `asyncio.wait_for` end what they should, and nothing else."""

    async def inside() -> str:
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(60)
        except TimeoutError:
            return await asyncio.wait_for(asyncio.sleep(0, "went on"), 5)
        return "not reached"

    async def scenario() -> None:
        assert await ts.run_asyncio(inside) == "went on"

    run(place, scenario)


@everywhere
def test_context_variables_go_in_and_do_not_come_back(place: str) -> None:
    """The call sees a copy of the caller's context."""

    async def inside() -> str:
        before = colour.get()
        colour.set("red")
        return before

    async def scenario() -> None:
        colour.set("blue")
        assert await ts.run_asyncio(inside) == "blue"
        assert colour.get() == "blue"

    run(place, scenario)


# Cancellation


@everywhere
def test_a_cancellation_ends_it_in_order(place: str) -> None:
    """Trio's cancellation cancels the asyncio task; its cleanup is through before Cancelled."""
    log: list[str] = []
    begun = threading.Event()

    async def inside() -> None:
        try:
            begun.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0.001)
            log.append("cleaned up")

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(caller)
            await trio.to_thread.run_sync(begun.wait)
            nursery.cancel_scope.cancel()

    async def caller() -> None:
        try:
            await ts.run_asyncio(inside)
        except trio.Cancelled:
            log.append("Cancelled")
            raise

    run(place, scenario)
    assert log == ["cancelled", "cleaned up", "Cancelled"]


@everywhere
def test_a_cancellation_before_it_starts_starts_nothing(place: str) -> None:
    """A caller that is cancelled already does not come to call anything."""

    async def inside() -> None:
        raise AssertionError

    async def scenario() -> None:
        with trio.CancelScope() as scope:
            scope.cancel()
            await ts.run_asyncio(inside)
        assert scope.cancelled_caught

    run(place, scenario)


@everywhere
def test_a_result_in_spite_of_a_cancellation_is_returned(place: str) -> None:
    """What finishes all the same, or fails with an error of its own, is not lost."""
    begun = threading.Event()

    async def stubborn(error: Exception | None = None) -> str:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if error is not None:
                raise error from None
        return "finished"

    async def cancelled_during(error: Exception | None = None) -> Any:
        begun.clear()
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:

                async def cancel() -> None:
                    await trio.to_thread.run_sync(begun.wait)
                    scope.cancel()

                nursery.start_soon(cancel)
                return await ts.run_asyncio(stubborn, error)
        return None

    async def scenario() -> None:
        assert await cancelled_during() == "finished"
        with pytest.raises(ExceptionGroup) as caught:
            await cancelled_during(OSError("on purpose"))
        assert isinstance(caught.value.exceptions[0], OSError)

    run(place, scenario)


@everywhere
def test_an_asyncio_cancellation_is_a_clear_error(place: str) -> None:
    """CancelledError that nobody on Trio's side asked for becomes AsyncioCancelledError."""

    async def gives_up() -> None:
        raise asyncio.CancelledError

    async def cancels_itself() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(60)

    async def scenario() -> None:
        for inside in (gives_up, cancels_itself):
            with pytest.raises(
                ts.AsyncioCancelledError, match=f"{inside.__name__} was cancelled by"
            ):
                await ts.run_asyncio(inside)

    run(place, scenario)


# One loop for an app


@everywhere
def test_calls_share_a_loop(place: str) -> None:
    """What one call makes another may use: a queue, a task that runs on, a lock."""

    async def make() -> tuple[asyncio.Queue[int], asyncio.Task[None]]:
        queue: asyncio.Queue[int] = asyncio.Queue(1)

        async def fill() -> None:
            for number in range(3):
                await queue.put(number)

        return queue, asyncio.create_task(fill())

    async def scenario() -> None:
        queue, task = await ts.run_asyncio(make)
        assert [await ts.run_asyncio(queue.get) for _ in range(3)] == [0, 1, 2]
        await ts.run_asyncio(asyncio.wait_for, task, 5)

    run(place, scenario)


@everywhere
def test_thousands_of_calls(place: str) -> None:
    """Many calls, from many tasks at once, each get their own result."""

    async def scenario() -> None:
        sums: list[int] = []

        async def caller(number: int) -> None:
            sums.extend([await ts.run_asyncio(add, number, turn) for turn in range(20)])

        async with trio.open_nursery() as nursery:
            for number in range(100):
                nursery.start_soon(caller, number)
        assert sum(sums) == 20 * sum(range(100)) + 100 * sum(range(20))

    run(place, scenario)


@everywhere
def test_a_task_that_fails_unseen_ends_nothing(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An asyncio task that nobody waits for is asyncio's to report; the loop goes on."""

    async def leave_behind() -> None:
        async def fail() -> None:
            raise ValueError("nobody waits")

        asyncio.create_task(fail())  # noqa: RUF006 - the point
        await asyncio.sleep(0.001)

    async def scenario() -> None:
        await ts.run_asyncio(leave_behind)
        assert await ts.run_asyncio(add, 1, 2) == 3

    run(place, scenario)
    assert "nobody waits" in caplog.text


@virtual
async def test_sessions_share_it_and_may_not_write_in_it() -> None:
    """Handlers of either kind, of several sessions, call it; the right to write stays theirs."""
    refused: list[str] = []

    async def work(state: Any) -> None:
        if state.n:
            async with state:
                state.text = await ts.run_asyncio(inside, state)
        else:
            state.n = len(await ts.run_asyncio(inside, state))

    async def inside(state: Any) -> str:
        await asyncio.sleep(0)
        with pytest.raises(ts.ImmutableStateError) as caught:
            state.n = 99
        refused.append(str(caught.value))
        return "got it"

    demo = app_of(work)
    async with Client(demo.app) as client, client.tab() as first, client.tab() as second:
        for tab in (first, second):
            await tab.run(demo.Demo.front)
            assert tab.var(demo.Demo, "n") == 6
        for tab in (first, second):
            await tab.trigger(demo.Demo.back)
            await tab.wait_var(demo.Demo, "text", "got it")
    assert len(refused) == 4


@everywhere
def test_a_guest_may_not_write_in_it_either(place: str) -> None:
    """Where asyncio shares the thread with Trio, its code has no right to write all the same."""
    demo = app_of()

    async def inside(state: Any) -> None:
        with pytest.raises(ts.ImmutableStateError):
            state.n = 99

    async def scenario() -> None:
        engine = demo.app._engine
        session, _ = engine.attach("visitor", "")
        async with demo.app.modify_state(session.token) as root:
            state = root.get_substate(demo.Demo)
            await ts.run_asyncio(inside, state)
            state.n = 1
        await session.aclose()

    run_in(place, demo.app, scenario)


@virtual
async def test_progress_may_be_told_from_it() -> None:
    """`ts.track` and `ts.set_progress` inside tell the progress of the run that calls."""

    async def work(state: Any) -> None:
        await ts.run_asyncio(inside)

    async def inside() -> None:
        for _ in ts.track(range(3)):
            await asyncio.sleep(0)

    demo = app_of(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Demo.back)
        await tab.wait_var(demo.Demo, "back.status", "succeeded")
        assert tab.var(demo.Demo, "back.progress") == {"$float": "1.0"}


# The end


@everywhere
def test_given_what_it_cannot_run(place: str) -> None:
    """A call in place of the function, and a plain function, are errors that say so."""

    async def fetch() -> None: ...

    async def scenario() -> None:
        call: Any = fetch()
        nothing: Any = None
        plain: Any = len
        with pytest.raises(TypeError, match=r"write `ts\.run_asyncio\(fetch, \.\.\.\)`"):
            await ts.run_asyncio(call)
        with pytest.raises(TypeError, match="async function, not NoneType"):
            await ts.run_asyncio(nothing)
        with pytest.raises(TypeError, match="len has to be async: it returned int"):
            await ts.run_asyncio(plain, "abc")

    run(place, scenario)


@virtual
async def test_without_an_app_it_is_refused() -> None:
    """It needs an app that is served, and one that has ended is none."""
    with pytest.raises(RuntimeError, match="needs an app that is being served"):
        await ts.run_asyncio(add, 1, 2)
    async with Client(app_of().app):
        assert await ts.run_asyncio(add, 1, 2) == 3
    with pytest.raises(RuntimeError, match="needs an app that is being served"):
        await ts.run_asyncio(add, 1, 2)


@virtual
async def test_the_end_of_the_app_ends_the_loop() -> None:
    """What still runs on the app's own loop is cancelled, cleans up, and no thread is left."""
    log: list[str] = []

    async def leave_behind() -> None:
        async def run_on() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0)
                log.append("cleaned up")

        log.append("started")
        tasks.append(asyncio.create_task(run_on()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    async with Client(app_of().app):
        await ts.run_asyncio(leave_behind)
    assert log == ["started", "cleaned up"]


@virtual
async def test_a_call_that_will_not_end_does_not_hold_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A task on the app's own loop that ignores its cancellation is named, and left."""
    let_go = threading.Event()

    async def leave_behind() -> None:
        async def stubborn() -> None:
            while not let_go.is_set():
                try:
                    await asyncio.sleep(0.01)
                except asyncio.CancelledError:
                    continue

        tasks.append(asyncio.create_task(stubborn()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    try:
        with caplog.at_level(logging.WARNING, "triostate"):
            async with Client(app_of().app):
                await ts.run_asyncio(leave_behind)
    finally:
        let_go.set()
    assert "the asyncio loop did not end within 0.4 s" in caplog.text


@everywhere
def test_cancelled_at_any_moment(place: str) -> None:
    """Whenever the caller is cancelled, the asyncio side has ended when it is through (32)."""
    under_way: set[int] = set()

    async def inside(number: int) -> None:
        under_way.add(number)
        try:
            for _ in range(5):
                await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)
            under_way.discard(number)

    async def caller(number: int) -> None:
        with trio.move_on_after(0.00002 * number):
            await ts.run_asyncio(inside, number)
        assert number not in under_way

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(100):
                nursery.start_soon(caller, number)

    run(place, scenario)
    assert not under_way


# Real libraries


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers every GET with the same words."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    """Give the port of a real HTTP server."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@everywhere
def test_httpx_under_asyncio(place: str, port: int) -> None:
    """A client made in one call serves many, under asyncio, against a real server."""

    async def open_client() -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    async def scenario() -> None:
        client = await ts.run_asyncio(open_client)
        answers = [await ts.run_asyncio(client.get, "/") for _ in range(3)]
        await ts.run_asyncio(client.aclose)
        assert [answer.text for answer in answers] == ["hello"] * 3

    run(place, scenario)


@everywhere
def test_asyncio_streams(place: str, port: int) -> None:
    """`asyncio.open_connection` works, and what it returns may be used from call to call."""

    async def scenario() -> None:
        reader, writer = await ts.run_asyncio(asyncio.open_connection, "127.0.0.1", port)

        async def ask() -> bytes:
            writer.write(b"GET / HTTP/1.0\r\n\r\n")
            await writer.drain()
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

        assert (await ts.run_asyncio(ask)).endswith(b"hello")

    run(place, scenario)
