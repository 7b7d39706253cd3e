"""The job queue example: what each policy does with three clicks in a row."""

from __future__ import annotations

import pytest

from examples.gallery import app
from examples.job_queue import Drop, Lane, Parallel, Queue, Replace
from triostate.testing import Client, virtual


@pytest.mark.parametrize(
    "lane, at_first, in_the_end",
    [
        (Parallel, ["running", "running"], ["done", "done", "done"]),
        (Queue, ["running"], ["done", "done", "done"]),
        (Replace, ["running", "stopped", "stopped"], ["done", "stopped", "stopped"]),
        (Drop, ["running"], ["done"]),
    ],
)
@virtual
async def test_three_clicks_in_a_row(
    lane: type[Lane], at_first: list[str], in_the_end: list[str]
) -> None:
    """Side by side, one after the other, the newest alone, or the first alone (46)."""
    async with Client(app) as client, client.tab("/job-queue") as tab:

        def jobs() -> list[str]:
            return [job.status for job in tab.value(lane, "jobs")]

        for _ in range(3):
            await tab.click(lane.work)
        assert tab.var(lane, "clicks") == 3
        await tab.until(lambda: jobs() == at_first)
        await tab.until(lambda: jobs() == in_the_end and not tab.var(lane, "work.running"))
