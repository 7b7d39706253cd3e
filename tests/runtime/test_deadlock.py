"""Waits that would never end: refused at once, in the task whose wait would close the circle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with
from triostate.testing import Client, isolated

Work = Callable[[Any, list[str]], Awaitable[None]]


def make(wait: Work) -> SimpleNamespace:
    """Return an app of handlers, `front` and `back`, that hold the state and want other sessions'.

    Each waits a second with its own state in hand, then takes the others' as `wait` has it.
    """
    made = SimpleNamespace(errors=[], others={}, log=[])
    with isolated():

        class Box(ts.State):
            n: int = 0

            @ts.event
            async def front(self):
                await self._work()

            @ts.event(background=True)
            async def back(self):
                async with self:
                    await self._work()

            async def _work(self):
                self.n += 1
                await trio.sleep(1)
                try:
                    await wait(self, made.others[self.get_token()])
                except ts.StateDeadlockError:
                    made.log.append("refused")
                    self.n += 10  # its own state is as usable as before

        made.app = app_with(Box)
    made.Box = Box
    made.app.on_error(made.errors.append)
    return made


async def directly(state: Any, others: list[str]) -> None:
    for token in others:
        async with state.app.modify_state(token) as root:
            root.get_substate(type(state)).n += 100


async def in_a_child(state: Any, others: list[str]) -> None:
    caught: list[BaseException] = []

    async def child() -> None:
        try:
            await directly(state, others)
        except ts.StateDeadlockError as error:
            caught.append(error)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(child)
    if caught:
        raise caught[0]


@pytest.mark.parametrize("wait", [directly, in_a_child])
@pytest.mark.parametrize("name", ["front", "back"])
@pytest.mark.parametrize("count", [2, 3])
@virtual
async def test_circle(count: int, name: str, wait: Work) -> None:
    """Handlers that each hold a session and want the next: StateDeadlockError in one (27)."""
    made = make(wait)
    async with Client(made.app) as client:
        tabs = [await client.open() for _ in range(count)]
        for tab, following in zip(tabs, [*tabs[1:], tabs[0]], strict=True):
            made.others[tab.token] = [following.token]
            await tab.trigger(getattr(made.Box, name))
        await trio.sleep(5)
        # One gave way: the others got what they wanted, one after another.
        assert made.log == ["refused"]
        assert sum(tab.var(made.Box, "n") for tab in tabs) == count + 10 + 100 * (count - 1)
        assert not made.errors


@virtual
async def test_no_circle() -> None:
    """Many that want the same session wait in turn; none of them is refused (27)."""
    made = make(directly)
    async with Client(made.app) as client:
        tabs = [await client.open() for _ in range(5)]
        for tab in tabs[:-1]:
            made.others[tab.token] = [tabs[-1].token]
            await tab.trigger(made.Box.back)
        await trio.sleep(5)
        assert made.log == []
        assert tabs[-1].var(made.Box, "n") == 400


@virtual
async def test_uncaught() -> None:
    """A handler that does not catch it fails, its own changes undone; the other goes on (27)."""
    made = make(directly)
    with isolated():

        class Box(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def back(self):
                async with self:
                    self.n += 1
                    await trio.sleep(1)
                    await directly(self, others[self.get_token()])

        app = app_with(Box)
    others: dict[str, list[str]] = {}
    app.on_error(made.errors.append)
    async with Client(app) as client, client.tab() as one, client.tab() as two:
        others.update({one.token: [two.token], two.token: [one.token]})
        await one.trigger(Box.back)
        await two.trigger(Box.back)
        await trio.sleep(5)
        (error,) = made.errors
        assert isinstance(error, ts.StateDeadlockError)
        assert "leave that block before you enter this one" in str(error)
        assert sorted([one.var(Box, "n"), two.var(Box, "n")]) == [1, 100]
