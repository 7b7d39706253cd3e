"""Virtual time: an hour takes no time, and none passes while a call is out."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest
import trio
from trio.testing import MockClock

import triostate as ts
from tests.testing.shop import make_shop
from triostate.runtime.outside import outside
from triostate.testing import Client, NotReachedError, hold_clock, isolated, run_virtual, virtual


async def _wait_in_thread(release: threading.Event) -> None:
    assert await trio.to_thread.run_sync(release.wait, 60)


def test_time_jumps() -> None:
    """A day of sleep is over at once, and the clock says that it was a day."""

    async def sleep() -> float:
        await trio.sleep(86_399)
        return trio.current_time()

    assert run_virtual(sleep) == pytest.approx(86_399)


@virtual
async def test_no_time_passes_while_a_thread_is_out() -> None:
    """Nothing that sleeps wakes before a call of to_thread is back, however long that takes."""
    release, woken = threading.Event(), []

    async def sleep() -> None:
        await trio.sleep(1)
        woken.append(trio.current_time())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(sleep)
        with trio.fail_after(0.5):
            threading.Timer(0.05, release.set).start()
            await _wait_in_thread(release)
        assert woken == []
        assert trio.current_time() == 0
    assert woken == [1]


def test_without_the_guard_it_would_pass() -> None:
    """What the guard is for: to Trio alone, a run that waits for a thread looks idle."""
    release = threading.Event()

    async def give_up() -> bool:
        with trio.move_on_after(0.5) as scope:
            await trio.to_thread.run_sync(release.wait, 60, abandon_on_cancel=True)
        return scope.cancelled_caught

    assert trio.run(give_up, clock=MockClock(autojump_threshold=0))
    release.set()


def test_a_client_guards_the_clock_of_any_run() -> None:
    """A run of another's making is as safe while a client is open; its clock stays its own."""
    release, clock = threading.Event(), MockClock(autojump_threshold=0)

    async def use() -> None:
        async with Client(make_shop().app):
            with trio.fail_after(0.5):
                threading.Timer(0.05, release.set).start()
                await _wait_in_thread(release)
        assert clock.autojump_threshold == 0
        await trio.sleep(3600)

    trio.run(use, clock=clock)


def test_the_clock_goes_on_after_a_client_that_ends_while_a_thread_is_out() -> None:
    """Nobody leaves a clock behind that stands still for ever."""
    release, clock = threading.Event(), MockClock(autojump_threshold=0)

    async def use() -> None:
        async with trio.open_nursery() as nursery, Client(make_shop().app):
            nursery.start_soon(_wait_in_thread, release)
            with trio.fail_after(0.5):
                await trio.testing.wait_all_tasks_blocked()
                assert clock.autojump_threshold == math.inf
                release.set()

    trio.run(use, clock=clock)
    assert clock.autojump_threshold == 0


@virtual
async def test_an_abandoned_thread_holds_nothing_up() -> None:
    """A thread that a cancellation has abandoned is waited for by nobody, the clock included."""
    release = threading.Event()
    with trio.CancelScope() as scope:
        scope.cancel()
        await trio.to_thread.run_sync(release.wait, 60, abandon_on_cancel=True)
    await trio.sleep(3600)
    release.set()


@pytest.mark.parametrize("hold", [hold_clock, outside])
@virtual
async def test_held_by_hand(hold: Callable) -> None:
    """A test and the runtime say of a call that Trio cannot see that it is out."""
    before = trio.current_time()
    token = trio.lowlevel.current_trio_token()
    arrived = trio.Event()

    def deliver() -> None:
        token.run_sync_soon(arrived.set)

    with hold(), trio.fail_after(1):
        threading.Timer(0.05, deliver).start()
        await arrived.wait()
    assert trio.current_time() == before


@virtual
async def test_a_handler_in_a_thread() -> None:
    """A handler's call in a thread takes no virtual time; its time-out is not used up by it."""
    with isolated():

        class Work(ts.State):
            result: int = 0

            @ts.event(background=True, timeout=0.5)
            async def work(self):
                result = await trio.to_thread.run_sync(sum, range(100_000))
                async with self:
                    self.result = result

        @ts.page("/")
        def index():
            return ts.vstack(ts.text(Work.result), ts.button("Work", on_click=Work.work))

        app = ts.App()
    async with Client(app) as client, client.tab() as tab:
        await tab.click("Work")
        await tab.wait_text("4999950000")
        await tab.wait_var(Work, "work.status", "succeeded")


def test_a_test_that_never_ends_is_ended() -> None:
    """Where nothing can happen any more the test fails, after a day that takes no time."""
    with pytest.raises(NotReachedError, match="not ended within 86400 s"):
        run_virtual(trio.sleep_forever)
    with pytest.raises(trio.TooSlowError, match="within 5 s"):
        run_virtual(trio.sleep, 6, limit_seconds=5)


@virtual(limit_seconds=10 * 86_400)
async def test_more_than_a_day_on_request() -> None:
    """A test of a job that takes a week says so."""
    await trio.sleep(7 * 86_400)


@virtual
async def test_wrapped_tests_take_fixtures(tmp_path_factory: pytest.TempPathFactory) -> None:
    """To pytest a wrapped test is one of its own, with fixtures."""
    assert tmp_path_factory.getbasetemp().is_dir()
