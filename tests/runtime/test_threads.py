"""Blocking code in threads: results, the right to write, the bound, and what is left behind."""

from __future__ import annotations

import contextvars
import logging
import sys
import threading
import time
from typing import Any

import pytest
import trio

import triostate as ts
from tests.runtime.apps import app_of
from tests.runtime.where import everywhere, run_in
from triostate.testing import Client, virtual

colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")


@everywhere
def test_runs_in_a_thread_and_returns(place: str) -> None:
    """The function runs outside the Trio thread, with its arguments; its result comes back."""

    def blocking(a: int, b: int) -> tuple[int, bool]:
        return a + b, threading.current_thread() is threading.main_thread()

    async def scenario() -> tuple[int, bool]:
        return await ts.run_in_thread(blocking, 2, 3)

    assert run_in(place, app_of().app, scenario) == (5, False)


@everywhere
def test_raises_what_the_function_raises(place: str) -> None:
    """An exception of the function's is the caller's."""

    def blocking() -> None:
        raise KeyError("on purpose")

    async def scenario() -> None:
        with pytest.raises(KeyError, match="on purpose"):
            await ts.run_in_thread(blocking)

    run_in(place, app_of().app, scenario)


@everywhere
def test_context_variables_go_in_and_do_not_come_back(place: str) -> None:
    """The thread sees a copy of the caller's context."""

    def blocking() -> str:
        before = colour.get()
        colour.set("red")
        return before

    async def scenario() -> None:
        colour.set("blue")
        assert await ts.run_in_thread(blocking) == "blue"
        assert colour.get() == "blue"

    run_in(place, app_of().app, scenario)


@virtual
async def test_a_thread_may_not_write() -> None:
    """Neither a thread of an open block nor what it calls back into Trio may write (21)."""
    refused: list[str] = []

    async def work(state: Any) -> None:
        async with state:
            await ts.run_in_thread(write, state)
            await ts.run_in_thread(trio.from_thread.run, write_async, state)
            state.n += 1

    def write(state: Any) -> None:
        for attempt in (lambda: setattr(state, "n", 9), lambda: state.items.append(9)):
            with pytest.raises(ts.ImmutableStateError) as caught:
                attempt()
            refused.append(str(caught.value))

    async def write_async(state: Any) -> None:
        write(state)

    demo = app_of(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.front)
        await tab.trigger(demo.Demo.back)
        await tab.wait_var(demo.Demo, "back.status", "succeeded")
        assert tab.var(demo.Demo, "n") == 2
        assert tab.var(demo.Demo, "items") == []
    assert len(refused) == 8


@virtual
async def test_at_most_so_many_at_a_time() -> None:
    """`App(max_threads=)` bounds the threads; the rest wait in order."""
    running, most = 0, 0
    lock = threading.Lock()

    def blocking() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        barrier.wait(0.5)
        with lock:
            running -= 1

    barrier = threading.Barrier(2)
    async with Client(app_of(max_threads=2).app), trio.open_nursery() as nursery:
        for _ in range(6):
            nursery.start_soon(ts.run_in_thread, blocking)
    assert most == 2


@everywhere
def test_a_cancellation_abandons_the_thread(place: str) -> None:
    """The caller goes on at once; the thread runs to its end, and its result is dropped."""
    begun, let_go, ended = threading.Event(), threading.Event(), threading.Event()

    def blocking() -> str:
        begun.set()
        let_go.wait(10)
        ended.set()
        return "dropped"

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ts.run_in_thread, blocking)
            await trio.to_thread.run_sync(begun.wait)
            nursery.cancel_scope.cancel()
        assert not ended.is_set()
        let_go.set()
        await trio.to_thread.run_sync(ended.wait)

    run_in(place, app_of().app, scenario)
    assert ended.is_set()


@virtual
async def test_a_thread_that_outlives_its_caller_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """After 5 s an abandoned thread is named once, with its function and where it is."""
    let_go = threading.Event()

    def stubborn() -> None:
        let_go.wait(10)

    async def work(state: Any) -> None:
        await ts.run_in_thread(stubborn)

    demo = app_of(work)
    clock: Any = trio.lowlevel.current_clock()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Demo.back)
        await trio.to_thread.run_sync(wait_for_thread, "stubborn")
        await tab.trigger(demo.Demo.back.cancel)
        await tab.wait_var(demo.Demo, "back.status", "cancelled")
        with caplog.at_level(logging.WARNING, "triostate"):
            for _ in range(8):  # an abandoned thread holds the clock, too
                clock.jump(1)
                await trio.testing.wait_all_tasks_blocked()
        let_go.set()
        await trio.to_thread.run_sync(wait_for_end, demo.app)  # the end of the app names it again
    assert len(caplog.messages) == 1
    assert "1 abandoned thread(s) still running 5 s after the cancellation" in caplog.messages[0]
    assert "stubborn (now at tests/runtime/test_threads.py:" in caplog.messages[0]


@everywhere
def test_shutdown_does_not_wait_for_abandoned_threads(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An app ends though an abandoned thread runs on; the log counts and names it."""
    let_go = threading.Event()

    def stubborn() -> None:
        let_go.wait(10)

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ts.run_in_thread, stubborn)
            await trio.to_thread.run_sync(wait_for_thread, "stubborn")
            nursery.cancel_scope.cancel()

    try:
        with caplog.at_level(logging.WARNING, "triostate"):
            run_in(place, app_of().app, scenario)
        assert not let_go.is_set()
    finally:
        let_go.set()
    assert "1 abandoned thread(s) still running at shutdown" in caplog.text
    assert "stubborn" in caplog.text


@virtual
async def test_given_what_it_cannot_run() -> None:
    """An async function is refused by name, and a bound of threads that is none, by its value."""

    async def fetch() -> None: ...

    async with Client(app_of().app):
        with pytest.raises(TypeError, match=r"blocking functions, and .*fetch is async: await it"):
            await ts.run_in_thread(fetch)
    for value in (0, -1, 2.5, None):
        with pytest.raises(ValueError, match=f"max_threads={value!r}: a whole number from 1 up"):
            app_of(max_threads=value)


@virtual
async def test_works_without_an_app() -> None:
    """In a plain Trio run it works as well: code that uses it can be tried alone."""
    assert await ts.run_in_thread(sorted, [2, 1]) == [1, 2]
    assert await ts.run_in_thread(len, "abc") == 3


def wait_for_thread(function: str) -> None:
    """Wait until some thread is in a function of that name."""
    while not any(in_function(frame, function) for frame in sys._current_frames().values()):
        time.sleep(0.001)


def wait_for_end(app: ts.App) -> None:
    """Wait until no abandoned thread is left."""
    while app._around.guards.abandoned_threads:
        time.sleep(0.001)


def in_function(frame: Any, name: str) -> bool:
    """Whether a stack has a call of that name."""
    while frame is not None and frame.f_code.co_name != name:
        frame = frame.f_back
    return frame is not None
