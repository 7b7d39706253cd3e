"""The progress example: a bar that follows the job, and a stop."""

from __future__ import annotations

import pytest

from examples.gallery import app
from examples.progress import Import
from triostate.testing import Client, virtual


@virtual
async def test_it_follows_the_job_to_its_end() -> None:
    """The bar is where the job is, and full when all is imported (44)."""
    async with Client(app) as client, client.tab("/progress") as tab:
        assert tab.find("Rows imported").attributes["value"] == "0"
        await tab.fill("Rows", "40")
        await tab.click("Import")
        await tab.wait_text("20 / 40 rows")
        assert 0.4 <= float(tab.find("Rows imported").attributes["value"]) <= 0.5
        await tab.wait_var(Import, "run.status", "succeeded")
        assert tab.find("Rows imported").attributes["value"] == "1.0"
        assert "40 / 40 rows" in tab.text()


@virtual
async def test_stop_leaves_the_bar_where_it_is() -> None:
    """Stopped half-way, the bar and the count stay; a new start begins anew (45)."""
    async with Client(app) as client, client.tab("/progress") as tab:
        await tab.click("Import")
        await tab.wait_text("60 / 150 rows")
        await tab.click("Stop")
        await tab.wait_var(Import, "run.status", "cancelled")
        assert float(tab.find("Rows imported").attributes["value"]) == pytest.approx(0.4, abs=0.01)
        await tab.click("Import")
        await tab.wait_var(Import, "imported", 1)
