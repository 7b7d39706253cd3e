"""The right to write: whose it is, and for how long."""

from __future__ import annotations

import contextvars
import gc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.runtime.calls import Call
from triostate.testing import Client, isolated


def make(inside: Callable[[Any], Any]) -> SimpleNamespace:
    """Return an app whose handler `work` calls a function inside its block."""
    log: list[Any] = []
    with isolated():

        class Box(ts.State):
            n: int = 0
            items: list[int] = []

            @ts.event(background=True)
            async def work(self):
                async with self:
                    await inside(self)
                log.append("left")

            @ts.event
            def bump(self):
                self._add(1)

            def _add(self, number):
                self.n += number

        app = app_with(Box)
    return SimpleNamespace(app=app, Box=Box, log=log)


def refused(state: Any) -> bool:
    """Whether a write is refused here and now."""
    try:
        state.n += 1
        state.items.append(1)
    except ts.ImmutableStateError:
        return True
    return False


async def run(made: SimpleNamespace) -> Any:
    """Run the handler in a tab of its own; return what `n` is in the end."""
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.sleep(60)
        assert made.log == ["left"]
        return tab.var(made.Box, "n")


@virtual
async def test_sibling_cannot_write() -> None:
    """A task that merely holds the same state may not write while another's block is open (21)."""
    answers: list[bool] = []

    async def inside(state: Any) -> None:
        await trio.sleep(2)
        state.n = 5

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.sleep(1)
        answers.append(refused(tab.server(made.Box)))
        tab.session.start_soon(ask, tab.server(made.Box), answers)
        await trio.sleep(2)
        assert answers == [True, True]
        assert tab.var(made.Box, "n") == 5


async def ask(state: Any, answers: list[bool]) -> None:
    """Note whether the running task may write."""
    answers.append(refused(state))


@virtual
async def test_sibling_started_before_the_block() -> None:
    """A task of the same nursery that was started before the block may not write (21)."""
    answers: list[bool] = []
    with isolated():

        class Box(ts.State):
            n: int = 0
            items: list[int] = []

            @ts.event(background=True)
            async def work(self):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._later)
                    async with self:
                        await trio.sleep(2)

            async def _later(self):
                await trio.sleep(1)
                answers.append(refused(self))

        app = app_with(Box)
    async with Client(app) as client, client.tab() as tab:
        await tab.run(Box.work)
        await trio.sleep(3)
    assert answers == [True]


@virtual
async def test_child_can_write() -> None:
    """A task started inside a block may write while it is open, its own children too (21)."""
    answers: list[bool] = []

    async def child(state: Any) -> None:
        await trio.sleep(1)
        answers.append(refused(state))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask, state, answers)

    async def inside(state: Any) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(child, state)

    assert await run(make(inside)) == 2
    assert answers == [False, False]


@virtual
async def test_child_that_outlives_the_block() -> None:
    """A task started inside that outlives the block has lost the right, for good (21)."""
    answers: list[bool] = []
    with isolated():

        class Box(ts.State):
            n: int = 0
            items: list[int] = []

            @ts.event(background=True)
            async def work(self):
                async with trio.open_nursery() as nursery:
                    async with self:
                        nursery.start_soon(self._on)
                        await trio.sleep(1.5)
                    async with self:  # another right, which the task has no part in
                        await trio.sleep(1)

            async def _on(self):
                for _ in range(3):
                    await trio.sleep(1)
                    answers.append(refused(self))

        app = app_with(Box)
    async with Client(app) as client, client.tab() as tab:
        await tab.run(Box.work)
        await trio.sleep(5)
    assert answers == [False, True, True]


@pytest.mark.parametrize("name", ["thread", "thread that is called inside", "copied context"])
@virtual
async def test_no_right_outside_the_task(name: str) -> None:
    """A worker thread has no right, nor has a copy of the block's context elsewhere (21)."""
    answers: list[bool] = []

    async def inside(state: Any) -> None:
        copied = contextvars.copy_context()
        if name == "thread":
            answers.append(await trio.to_thread.run_sync(refused, state))
        elif name == "copied context":
            state.session.start_soon(in_context, copied, state)
            await trio.sleep(1)
        else:
            answers.append(await trio.to_thread.run_sync(lambda: copied.run(refused, state)))

    async def in_context(context: contextvars.Context, state: Any) -> None:
        answers.append(context.run(refused, state))

    assert await run(make(inside)) == 0
    assert answers == [True]


@virtual
async def test_own_code_in_a_copied_context() -> None:
    """The task itself may write wherever it runs its code, in a copied context too (21)."""

    async def inside(state: Any) -> None:
        assert not contextvars.Context().run(refused, state)

    assert await run(make(inside)) == 1


@pytest.mark.parametrize("name", ["app", "session", "handler"])
@virtual
async def test_clean_contexts(name: str) -> None:
    """What the app or the session starts has no right, nor has a handler that is triggered (21)."""
    answers: list[bool] = []

    async def inside(state: Any) -> None:
        if name == "app":
            state.app.start_soon(ask, state, answers)
        elif name == "session":
            state.session.start_soon(ask, state, answers)
        else:
            state.session.submit((Call(type(state).other),))
        await trio.sleep(1)

    with isolated():

        class Box(ts.State):
            n: int = 0
            items: list[int] = []

            @ts.event(background=True)
            async def work(self):
                async with self:
                    await inside(self)

            @ts.event(background=True)
            async def other(self):
                answers.append(refused(self))

        app = app_with(Box)
    async with Client(app) as client, client.tab() as tab:
        await tab.run(Box.work)
        await trio.sleep(2)
        assert tab.var(Box, "n") == 0
    assert answers == [True]


@virtual
async def test_a_generator_finalised_elsewhere() -> None:
    """A block in a generator that is left unfinished is undone where Trio finalises it (21, 33)."""
    with isolated():

        class Box(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def work(self):
                async for _ in self._steps():
                    break
                gc.collect()
                await trio.sleep(1)
                async with self:
                    self.n += 1

            async def _steps(self):
                async with self:
                    self.n += 10
                    yield 1

        app = app_with(Box)
    async with Client(app) as client, client.tab() as tab:
        go(tab, Box.work)
        with pytest.warns(ResourceWarning, match="garbage"):
            await tab.wait_var(Box, "work.status", "succeeded")
        assert tab.var(Box, "n") == 1


@virtual
async def test_states_from_get_state() -> None:
    """Another state of the session shares lock and right, and loses it with the block (19, 29)."""
    kept: list[Any] = []
    with isolated():

        class Other(ts.State):
            m: int = 0
            items: list[int] = []

        class Box(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def work(self):
                async with self:
                    other = await self.get_state(Other)
                    other.m = 1
                    kept.extend([other, other.items, self.get_substate(Other)])

        app = app_with(Box, Other)
    async with Client(app) as client, client.tab() as tab:
        await tab.run(Box.work)
        await tab.wait_var(Other, "m", 1)
        for write in (
            lambda: setattr(kept[0], "m", 2),
            lambda: kept[1].append(1),
            lambda: setattr(kept[2], "m", 2),
            kept[0].reset,
        ):
            with pytest.raises(ts.ImmutableStateError):
                write()


@virtual
async def test_methods_inside() -> None:
    """Private methods and foreground handlers are plain methods inside a block (29)."""

    async def inside(state: Any) -> None:
        state._add(2)
        state.bump()

    assert await run(make(inside)) == 3
