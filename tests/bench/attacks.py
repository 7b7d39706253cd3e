"""Attacks: what a click of another tab takes while somebody takes all that the limits grant.

A connection that sends events as fast as it can, and heeds no refusal; requests of HTTP/2 that are
reset at once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import trio

from tests.attacks.test_exhaustion import (
    ATTACKER,
    attacked,
    batch,
    click,
    live_tab,
    memory_of,
    reset_rapidly,
)

from .table import Row, Section, median, percentile

CLICKS = 100
GAP_SECONDS = 0.02
RESETS = 10_000
RECOVERY_GOAL_SECONDS = 5.0
MEGABYTE = 1024 * 1024


def measure() -> Section:
    """Measure the clicks of a tab alone, and beside each attack."""
    rows: list[Row] = []
    trio.run(_measure, rows)
    return Section(
        "11. Clicks while the server is attacked, and what an attack leaves", tuple(rows)
    )


async def _measure(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory(prefix="triostate-bench-") as folder:
        async with attacked("asyncio", Path(folder), is_quiet=False) as (server, client):
            async with live_tab(client) as token:
                alone = await _clicks(client, token, 0)
                beside = await _while(_flood, client, token, CLICKS)
            rows += [
                _row("event POST answered, p50", median(beside), median(alone)),
                _row("event POST answered, p95", percentile(beside, 0.95), percentile(alone, 0.95)),
            ]
            before = memory_of(server)
            await reset_rapidly(server, RESETS)
            since = time.perf_counter()
            assert (await client.get("/")).status_code == 200
            took = time.perf_counter() - since
            grown = (memory_of(server) - before) / MEGABYTE
            what = f"page served after {RESETS:,} rapid resets"
            rows += [
                Row(what, took, "s", RECOVERY_GOAL_SECONDS),
                Row("  memory that they have left", grown, "MB"),
            ]


def _row(what: str, value: float | None, alone: float | None) -> Row:
    goal = None if alone is None else 2 * alone
    return Row(f"{what}, at the limits", value, "ms", goal, alone, "alone")


async def _clicks(client: httpx.AsyncClient, token: str, first: int) -> list[float]:
    """Return milliseconds from each click to its answer."""
    found: list[float] = []
    for number in range(first + 1, first + CLICKS + 1):
        since = time.perf_counter()
        await click(client, token, number)
        found.append((time.perf_counter() - since) * 1000)
        await trio.sleep(GAP_SECONDS)
    return found


async def _while(
    attack: Callable[[httpx.AsyncClient], Awaitable[None]],
    client: httpx.AsyncClient,
    token: str,
    first: int,
) -> list[float]:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(attack, client)
        await trio.sleep(3)  # the burst is spent
        found = await _clicks(client, token, first)
        nursery.cancel_scope.cancel()
    return found


async def _flood(client: httpx.AsyncClient) -> None:
    """Send what one tab may, and more, over one connection."""
    async with httpx.AsyncClient(base_url=client.base_url, headers=ATTACKER) as other:
        other.headers["content-type"] = "application/json"
        async with live_tab(other) as token:
            taken = 0
            while True:
                data = batch(token, taken + 1, 32)
                answer = await other.post("/_triostate/events", content=data)
                taken += 32 if answer.status_code == 202 else 0
