"""Code that keeps the loop from turning is named. These tests block a real loop in real time."""

from __future__ import annotations

import logging
import time
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.runtime.where import everywhere, run_in
from triostate.limits import BLOCKED_SECONDS
from triostate.runtime.calls import Call
from triostate.runtime.watchdog import watching
from triostate.testing import isolated

# Long enough for a thread that gets little of a processor to have looked three times.
LONG_SECONDS = 4 * BLOCKED_SECONDS


def block(seconds: float) -> None:
    """Block, as a call of a library does."""
    time.sleep(seconds)


def make_app() -> SimpleNamespace:
    """Return an app with a handler that blocks."""
    with isolated():

        class Slow(ts.State):
            n: int = 0

            @ts.event
            def crunch(self):
                block(LONG_SECONDS)

        @ts.page(route="/")
        def index():
            return ts.button("crunch", on_click=Slow.crunch)

        app = ts.App()
    return SimpleNamespace(app=app, Slow=Slow)


async def crunch(demo: SimpleNamespace, times: int) -> None:
    """Run the handler that blocks in a session of its own."""
    session, _ = demo.app._engine.attach("visitor", "")
    for _ in range(times):
        session.submit((Call(demo.Slow.crunch),))
    await session.dispatcher.wait_idle()
    await session.aclose()


@everywhere
def test_a_handler_that_blocks_is_named(
    place: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In development: handler, line and remedy, once a place, whoever owns the loop."""
    monkeypatch.setenv("TRIOSTATE_DEV", "1")
    demo = make_app()
    run_in(place, demo.app, lambda: crunch(demo, 2))
    (warning,) = [record.message for record in caplog.records if "loop" in record.message]
    name = f"handler {demo.Slow.get_full_name()}.crunch"
    assert warning.startswith(f"{name} has kept the loop from turning for 0.")
    line = block.__code__.co_firstlineno + 2
    assert f"test_watchdog.py:{line} in block: `time.sleep(seconds)`" in warning
    assert "ts.run_in_thread" in warning


def test_not_in_production(caplog: pytest.LogCaptureFixture) -> None:
    """Outside development nothing watches."""
    demo = make_app()
    run_in("trio", demo.app, lambda: crunch(demo, 1))
    assert "loop" not in caplog.text


def test_a_busy_loop_blames_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Many short steps keep the loop busy for as long, but none of them keeps it from turning."""

    async def main() -> None:
        with watching():
            async with trio.open_nursery() as nursery:
                for _ in range(50):
                    nursery.start_soon(short_steps)

    async def short_steps() -> None:
        end = trio.current_time() + LONG_SECONDS
        while trio.current_time() < end:
            sum(range(1000))
            await trio.lowlevel.checkpoint()

    trio.run(main)
    assert "loop" not in caplog.text


def run_blocking_asyncio() -> Any:
    """Return a coroutine function of asyncio's that blocks."""

    async def inside() -> None:
        block(LONG_SECONDS)

    return inside


def test_asyncio_code_on_the_host_loop_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where asyncio code runs on the server's loop, it is found there, in no Trio task."""
    monkeypatch.setenv("TRIOSTATE_DEV", "1")
    with caplog.at_level(logging.WARNING, "triostate"):
        run_in("asyncio", make_app().app, lambda: ts.run_asyncio(run_blocking_asyncio()))
    assert "block has kept the loop from turning" in caplog.text
