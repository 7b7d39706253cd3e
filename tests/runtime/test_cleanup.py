"""Cleanup after a cancellation: the blocks that still work, and the budget that they share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio.lowlevel

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, ended, go
from triostate.errors import CleanupTimeoutError
from triostate.runtime.cleanup import is_unwinding
from triostate.testing import Client, isolated

Work = Callable[[Any], Awaitable[None]]


def make(work: Work, **options: Any) -> SimpleNamespace:
    """Return an app whose background handler `work` is this function; `n` starts at 0."""
    errors: list[BaseException] = []
    with isolated():

        class Box(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def work(self):
                await work(self)

            @ts.event
            async def holds(self):
                await trio.sleep(30)

        app = app_with(Box, **options)
    app.on_error(errors.append)
    return SimpleNamespace(app=app, Box=Box, errors=errors)


async def note(state: Any, seconds: float = 0.0) -> None:
    """Write in a block that takes a while."""
    async with state:
        await trio.sleep(seconds)
        state.n += 1


async def in_finally(state: Any) -> None:
    try:
        await trio.sleep_forever()
    finally:
        await note(state, 0.5)


async def in_except(state: Any) -> None:
    try:
        await trio.sleep_forever()
    except trio.Cancelled:
        await note(state, 0.5)
        raise


async def in_except_of_another(state: Any) -> None:
    try:
        await trio.sleep_forever()
    finally:
        try:
            raise ValueError("while it is being dealt with")
        except ValueError:
            await note(state, 0.5)


async def in_except_of_a_group(state: Any) -> None:
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            nursery.start_soon(trio.sleep_forever)
    except BaseExceptionGroup:
        await note(state, 0.5)
        raise


async def in_exit_of_a_manager(state: Any) -> None:
    @asynccontextmanager
    async def manager() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await note(state, 0.5)

    async with manager():
        await trio.sleep_forever()


async def by_modify_state(state: Any) -> None:
    try:
        await trio.sleep_forever()
    finally:
        async with state.app.modify_state(state.get_token()) as root:
            await trio.sleep(0.5)
            root.get_substate(type(state)).n += 1


@pytest.mark.parametrize(
    "work",
    [
        in_finally,
        in_except,
        in_except_of_another,
        in_except_of_a_group,
        in_exit_of_a_manager,
        by_modify_state,
    ],
)
@pytest.mark.parametrize("how", ["cancel", "close"])
@virtual
async def test_cleanup_block_works(work: Work, how: str) -> None:
    """A block in a finally or except that unwinds a cancellation works, awaits included (38)."""
    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await trio.sleep(1)
        (task,), state, session = made.app.background_tasks, tab.server(made.Box), tab.session
        if how == "cancel":
            await tab.run(made.Box.work.cancel)
            await tab.wait_var(made.Box, "work.status", "cancelled")
            assert tab.var(made.Box, "n") == 1
        else:
            seen: list[int] = []
            made.app.on_close(lambda _: seen.append(state.n))
            await session.aclose()
            assert seen == [1]
        assert task.status == "cancelled"
        assert made.errors == []


@virtual
async def test_pending_cancellation_is_raised_after_it() -> None:
    """After the cleanup block the cancellation is still pending, also for who swallowed it (38)."""
    log: list[str] = []

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        except trio.Cancelled:
            await note(state, 0.5)
        log.append("swallowed")
        await trio.lowlevel.checkpoint()
        log.append("not reached")

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert (log, tab.var(made.Box, "n")) == (["swallowed"], 1)


@pytest.mark.parametrize("is_at_yield", [True, False])
@virtual
async def test_async_generator_handler(is_at_yield: bool) -> None:
    """The finally of an async generator handler works where a yield is cancelled, too (38)."""
    with isolated():

        class Box(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def work(self):
                try:
                    while True:
                        yield
                        if not is_at_yield:
                            await trio.sleep_forever()
                finally:
                    async with self:
                        await trio.sleep(0.5)
                        self.n += 1
                        yield
                        self.n += 1

        app = app_with(Box)
    async with Client(app) as client, client.tab() as tab:
        go(tab, Box.work)
        for _ in range(20):
            await trio.lowlevel.checkpoint()
        (task,) = app.background_tasks
        task.cancel()
        await tab.wait_var(Box, "work.status", "cancelled")
        assert tab.var(Box, "n") == 2


@virtual
async def test_loop_of_blocks_stops() -> None:
    """A loop of blocks with no other checkpoint stops when it is cancelled (39)."""

    async def work(state: Any) -> None:
        while True:
            async with state:
                state.n += 1

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        while tab.server(made.Box).n < 20:
            await trio.lowlevel.checkpoint()
        (task,) = made.app.background_tasks
        task.cancel()
        await ended(made.app)
        assert (task.status, made.errors) == ("cancelled", [])


@virtual
async def test_ordinary_except_is_no_cleanup() -> None:
    """In an except that unwinds no cancellation, a cancelled task gets Cancelled (39)."""
    log: list[str] = []

    async def work(state: Any) -> None:
        with trio.CancelScope() as scope:
            scope.cancel()
            try:
                raise ValueError
            except ValueError:
                try:
                    await note(state)
                except trio.Cancelled:
                    log.append("cancelled")
                    raise

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert (log, tab.var(made.Box, "n")) == (["cancelled"], 0)


@virtual
async def test_budget_is_shared() -> None:
    """All cleanup blocks of a task share a budget; a loop of them is cut, reported once (38)."""
    started: list[float] = []

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            started.append(trio.current_time())
            while True:
                await note(state, 0.3)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        (task,) = made.app.background_tasks
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert trio.current_time() == pytest.approx(started[0] + 2.0, abs=0.1)
        assert tab.var(made.Box, "n") == 6  # the seventh is undone
        (error,) = made.errors
        assert isinstance(error, CleanupTimeoutError)
        assert task.status == "cancelled"


@virtual
async def test_loop_that_swallows_is_cut() -> None:
    """Code that swallows the cancellation and cleans up again and again is cut, too (38)."""

    async def work(state: Any) -> None:
        while True:
            try:
                await trio.sleep_forever()
            except trio.Cancelled:
                await note(state, 0.3)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert tab.var(made.Box, "n") == 6
        assert len(made.errors) == 1


@virtual
async def test_budget_covers_the_wait() -> None:
    """Waiting for the lock uses up the budget, which `cleanup_seconds` sets (38)."""
    made = make(in_finally, cleanup_seconds=0.7)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        go(tab, made.Box.holds)
        await trio.sleep(1)
        before = trio.current_time()
        (task,) = made.app.background_tasks
        task.cancel()
        await tab.until(lambda: not made.app.background_tasks)
        assert trio.current_time() - before == pytest.approx(0.7)
        (error,) = made.errors
        assert "0.7 s" in str(error)
        assert tab.server(made.Box).n == 0


@virtual
async def test_each_cancellation_has_a_budget() -> None:
    """A handler that cuts its own steps again and again cleans up after each of them (38)."""

    async def work(state: Any) -> None:
        for _ in range(5):
            with trio.move_on_after(1):
                try:
                    await trio.sleep_forever()
                finally:
                    await note(state, 1.5)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert tab.var(made.Box, "n") == 5
        assert made.errors == []


@virtual
async def test_cancel_during_cleanup() -> None:
    """Cancelling a run that cleans up already changes nothing (38, 45)."""
    made = make(in_finally)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.run(made.Box.work.cancel)
        await trio.sleep(0.25)
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert tab.var(made.Box, "n") == 1


@virtual
async def test_users_own_shield() -> None:
    """Inside a shield of the user's a block is an ordinary one, not bounded by the budget (38)."""

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True):
                await note(state, 20)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "n", 1)
        assert made.errors == []


@virtual
async def test_cut_in_a_group() -> None:
    """A nursery inside a cleanup block is cut with it, and nothing of the block is kept (38)."""

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            async with state:
                state.n = 99
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(trio.sleep, 10)
                    nursery.start_soon(trio.sleep, 20)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.run(made.Box.work)
        await tab.run(made.Box.work.cancel)
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert tab.server(made.Box).n == 0
        assert len(made.errors) == 1


def test_recognised_through_any_chain() -> None:
    """A cancellation is found behind other exceptions and in groups; a circle ends the search."""
    cancelled = trio.Cancelled._create(source="explicit")
    first, second = ValueError(), KeyError()
    second.__context__ = ExceptionGroup("", [ValueError(), first])
    assert not is_unwinding(second)
    first.__context__ = BaseExceptionGroup("", [KeyError(), cancelled])
    assert is_unwinding(second)
    first.__context__ = second
    assert not is_unwinding(second)
