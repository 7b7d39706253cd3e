"""The dashboard example: tiles that are live by themselves, and end with the page."""

from __future__ import annotations

import trio

from examples.dashboard import BARS, TILES, Dashboard
from examples.gallery import app
from triostate.testing import Client, virtual


@virtual
async def test_each_tile_has_its_own_pace() -> None:
    """A run for each tile starts with the page and measures as often as its tile says (12)."""
    async with Client(app) as client, client.tab("/dashboard") as tab:
        await tab.wait_text("4 of 4 tiles are live")
        await trio.sleep(3.1)
        await trio.testing.wait_all_tasks_blocked()
        for tile, known in zip(tab.value(Dashboard, "tiles"), TILES, strict=True):
            measured = sum(percent > 0 for percent in tile.history)
            assert measured == min(BARS, 1 + int(3.1 / known.seconds))


@virtual
async def test_pause_and_go_on() -> None:
    """Pause ends all runs; Go on starts one for each tile again, and a second start is dropped."""
    async with Client(app) as client, client.tab("/dashboard") as tab:
        await tab.click("Pause")
        await tab.wait_text("0 of 4 tiles are live")
        await tab.click("Go on")
        await tab.wait_text("4 of 4 tiles are live")
        assert len(app.background_tasks) == 4


@virtual
async def test_the_runs_end_with_the_page() -> None:
    """On another page of the same tab none of them runs any more (48)."""
    async with Client(app) as client, client.tab("/dashboard") as tab:
        await tab.wait_text("4 of 4 tiles are live")
        await tab.goto("/counter")
        await tab.until(lambda: not app.background_tasks)
