"""Where an app may run: natively on Trio, or as the guest of an asyncio or uvloop server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import outcome
import pytest
import trio
import uvloop

import triostate as ts
from tests.server.driving import serving
from triostate.server.guest import Bridge
from triostate.testing import Client

__all__ = ["PLACES", "everywhere", "run_in"]

T = TypeVar("T")

DEADLINE_SECONDS = 20.0

PLACES = ("trio", "asyncio", "uvloop")

everywhere = pytest.mark.parametrize("place", PLACES)


def run_in(place: str, app: ts.App, scenario: Callable[[], Awaitable[T]]) -> T:
    """Serve an app in such a place, run a scenario as a task of it, and return its result."""
    if place == "trio":
        return trio.run(_native, app, scenario)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if place == "uvloop" else None) as host:
        return host.run(_as_guest(app, scenario))


async def _native(app: ts.App, scenario: Callable[[], Awaitable[T]]) -> T:
    with trio.fail_after(DEADLINE_SECONDS):
        async with Client(app):
            return await scenario()


async def _as_guest(app: ts.App, scenario: Callable[[], Awaitable[T]]) -> T:
    ended: asyncio.Future[outcome.Outcome[T]] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        result: Any = outcome.Error(trio.TooSlowError("cancelled"))
        try:
            with trio.fail_after(DEADLINE_SECONDS):
                result = await outcome.acapture(scenario)
        finally:
            ended.set_result(result)

    async with serving(Bridge(app.serve)):
        app.start_soon(run)
        result = await ended
    return result.unwrap()
