"""State that is held for long is named; blocks that are short are left in peace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.runtime.apps import app_with, go
from triostate.limits import HELD_SECONDS
from triostate.testing import Client, Tab, isolated, virtual


async def fetch(seconds: float) -> None:
    """Wait, as a call of a library does."""
    await trio.sleep(seconds)


def line_of(function: Callable[..., object], offset: int) -> str:
    """Return how a line of a function in this file is named."""
    code = function.__code__  # type: ignore[attr-defined]
    return f"test_held_state.py:{code.co_firstlineno + offset} in {code.co_qualname}"


def make_app() -> SimpleNamespace:
    """Return an app whose handlers hold the state for a while, each in a way of its own."""
    with isolated():

        class Demo(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def long_block(self):
                async with self:
                    await fetch(3)

            @ts.event(background=True)
            async def short_blocks(self):
                for _ in range(100):
                    async with self:
                        await fetch(0.09)

            @ts.event
            async def foreground(self):
                await fetch(3)
                self.n += 1

            @ts.event
            async def quick(self):
                self.n += 1

            @ts.event(background=True)
            async def other(self):
                async with self:
                    self.n += 1

        @ts.page(route="/")
        def index():
            handlers = (Demo.long_block, Demo.short_blocks, Demo.foreground, Demo.quick, Demo.other)
            return ts.vstack(*(ts.button(handler.name, on_click=handler) for handler in handlers))

        app = ts.App()
    return SimpleNamespace(app=app, Demo=Demo)


async def warnings_of(
    caplog: pytest.LogCaptureFixture,
    use: Callable[[SimpleNamespace, Tab], Awaitable[object]],
) -> list[str]:
    """Return what was warned of while a tab was used."""
    demo = make_app()
    with caplog.at_level(logging.WARNING, "triostate"):
        async with Client(demo.app) as client, client.tab() as tab:
            await use(demo, tab)
    return [record.message for record in caplog.records if "held the state" in record.message]


@virtual
async def test_a_block_that_awaits_for_long_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """Handler, where it waits, and remedy, once a place however often it happens."""

    async def use(demo: Any, tab: Tab) -> None:
        for _ in range(2):
            await tab.trigger(demo.Demo.long_block)
            await tab.wait_var(demo.Demo, "long_block.status", "succeeded")
            await trio.sleep(10)

    (warning,) = await warnings_of(caplog, use)
    assert warning.startswith("background state.demo.long_block has held the state of session ")
    assert f"> tests/runtime/{line_of(fetch, 2)}" in warning
    assert "for 1.0 s" in warning
    assert "Await what takes long outside `async with self`" in warning


@virtual
async def test_a_foreground_handler_that_awaits_for_long_is_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It holds the state for its whole run, and is told what to do about it."""

    async def use(demo: Any, tab: Tab) -> None:
        await tab.run(demo.Demo.foreground)

    (warning,) = await warnings_of(caplog, use)
    assert warning.startswith("handler state.demo.foreground has held the state of session ")
    assert f"> tests/runtime/{line_of(fetch, 2)}" in warning
    assert "@ts.event(background=True)" in warning


@virtual
async def test_short_blocks_are_left_in_peace(caplog: pytest.LogCaptureFixture) -> None:
    """A task that takes the state again and again, for nine seconds in all, holds it for none."""

    async def use(demo: Any, tab: Tab) -> None:
        await tab.trigger(demo.Demo.short_blocks)
        await tab.wait_var(demo.Demo, "short_blocks.status", "succeeded")

    assert await warnings_of(caplog, use) == []


@virtual
async def test_an_idle_app_is_not_swept() -> None:
    """The sweep sleeps until somebody takes a lock, and again when nothing is held."""
    demo = make_app()
    sweep = demo.app._around.guards.sweep
    async with Client(demo.app) as client, client.tab() as tab:
        assert sweep.is_idle
        for handler in (demo.Demo.long_block, demo.Demo.foreground):
            await tab.trigger(handler)
            await trio.testing.wait_all_tasks_blocked()
            assert not sweep.is_idle
            await trio.sleep(3 + 2 * HELD_SECONDS)
            assert sweep.is_idle


@virtual
async def test_a_block_now_and_then_costs_one_look() -> None:
    """One that is over by the first look leaves the sweep asleep; one soon after the other, not."""
    demo = make_app()
    sweep = demo.app._around.guards.sweep
    async with Client(demo.app) as client, client.tab() as tab:
        for handler in (demo.Demo.quick, demo.Demo.other):
            await trio.sleep(2 * HELD_SECONDS)
            await tab.trigger(handler)
            await trio.testing.wait_all_tasks_blocked()
            assert sweep.is_idle
            await tab.trigger(handler)
            await trio.testing.wait_all_tasks_blocked()
            assert not sweep.is_idle


@virtual
async def test_a_second_is_enough_whenever_it_begins(caplog: pytest.LogCaptureFixture) -> None:
    """State held for 1.3 s is named, though others took it just before; for 0.9 s it is not."""
    with isolated():

        class Demo(ts.State):
            @ts.event(background=True)
            async def work(self, seconds: float):
                async with self:
                    await fetch(0.6)
                async with self:
                    await fetch(seconds)

        app = app_with(Demo)
    async with Client(app) as client, client.tab() as tab:
        for seconds, count in ((0.9, 0), (1.3, 1)):
            go(tab, Demo.work, seconds)
            await tab.wait_var(Demo, "work.status", "succeeded")
            assert len(caplog.messages) == count
            await trio.sleep(5)
