"""Policies under cancellation: at every step, of the runs, the handler, the session and the app."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from tests.sweeps.ledger import Book, entry, make_book, swept
from triostate.testing import Client, Tab

slow = pytest.mark.slow  # what the usual run can do without, as it is much like the rest


async def takes_its_time(self: Any, book: Book, key: str) -> None:
    """Have a ``finally`` that takes a while: the next run has to wait for it."""
    try:
        async with self:
            await entry(self)
    finally:
        with trio.move_on_after(0.1, shield=True):
            await trio.sleep(0.05)


POLICIES: dict[str, dict[str, Any]] = {
    "parallel": {},
    "drop": {"policy": "drop", "max_busy": 1},
    "replace": {"policy": "replace", "max_busy": 1, "body": takes_its_time},
    "queue": {"policy": "queue", "max_busy": 1},
    "key": {"policy": "queue", "key": lambda key: key, "max_busy": 1},
    "max_running": {"max_running": 1, "max_busy": 1},
}
QUEUE_AND_OTHERS = [p if p == "queue" else pytest.param(p, marks=slow) for p in POLICIES]


async def thrice(client: Client, tab: Tab) -> None:
    """Trigger it three times, the last with another key; wait until all is done."""
    await tab.click("Thrice")
    await tab.until(lambda: not client.app.background_tasks)


async def again(client: Client, tab: Tab) -> None:
    """Trigger it once more while it runs."""
    await tab.click("Work")
    await trio.sleep(0.05)
    await tab.click("Work")
    await tab.until(lambda: not client.app.background_tasks)


@pytest.mark.parametrize("cancel", ["task", "session", "drain"])
@pytest.mark.parametrize("policy", POLICIES)
def test_policy(policy: str, cancel: str) -> None:
    """Whatever ends at whichever step, the policy holds, and no commit is half (32, 40, 44, 46)."""
    drive = again if policy == "replace" else thrice
    assert swept(make_book(**POLICIES[policy]), drive, cancel) > 10


@pytest.mark.parametrize("policy", QUEUE_AND_OTHERS)
def test_what_waits_is_forgotten(policy: str) -> None:
    """`.cancel` of the handler, at every step, ends what runs and what waits for it (45, 46)."""
    assert swept(make_book(**POLICIES[policy]), thrice, "handler") > 10


@pytest.mark.parametrize("policy", QUEUE_AND_OTHERS)
def test_a_lost_connection_changes_nothing(policy: str) -> None:
    """Cut at every step and found again, the page has all that was written (32, 56)."""
    assert swept(make_book(**POLICIES[policy]), thrice, "drop") > 10
