"""A network that loses, doubles, reorders and cuts: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from tests.faults.network import Network, network
from tests.faults.servers import WORKERS, on_each, serving
from tests.faults.tab import LostError, Tab

Record = Callable[[str, object], None]

EVENTS = 10_000
DOUBLED = LOST = REORDERED = 0.05
"""Shares of the batches that a network delivers once more, later; whose answer it loses; whose
second half it delivers without the first."""

MAX_LATE_SECONDS = 0.1


@attrs.define(eq=False)
class UnluckyTab(Tab):
    """A tab whose batches meet all that can happen to them on their way."""

    luck: random.Random = attrs.field(factory=random.Random, kw_only=True)
    nursery: trio.Nursery = attrs.field(kw_only=True)
    met: dict[str, int] = attrs.field(factory=dict[str, int])

    async def _post(self, events: list[dict[str, Any]]) -> tuple[int, Any]:
        if self._meets("doubled", DOUBLED):
            self.nursery.start_soon(self._post_late, events)
        if len(events) > 1 and self._meets("reordered", REORDERED):
            events = events[len(events) // 2 :]
        answer = await super()._post(events)
        if self._meets("lost", LOST):
            raise LostError("the answer did not arrive")
        return answer

    def _meets(self, fate: str, share: float) -> bool:
        is_met = self.luck.random() < share
        self.met[fate] = self.met.get(fate, 0) + is_met
        return is_met

    async def _post_late(self, events: list[dict[str, Any]]) -> None:
        await trio.sleep(self.luck.uniform(0, MAX_LATE_SECONDS))
        try:
            status, _ = await super()._post(events)
        except LostError:
            return
        assert status in (202, 409)


async def cut_at_random(between: Network, luck: random.Random) -> None:
    """Break all connections, again and again, in either way."""
    while True:
        await trio.sleep(luck.uniform(0.05, 0.4))
        between.cut(by_reset=luck.random() < 0.5)


async def type_fast(tab: Tab, luck: random.Random) -> None:
    """Trigger the events, some at a time."""
    left = [*range(1, EVENTS + 1)]
    while left:
        some = luck.randrange(1, 60)
        for number in left[:some]:
            tab.trigger(0, number)
        del left[:some]
        await trio.sleep(luck.uniform(0, 0.02))


def check(found: dict[str, Any], tab: Tab) -> None:
    """Hold what has happened at the server to what should have, and to what the tab shows."""
    numbers = [*range(1, EVENTS + 1)]
    assert found["seen"] == numbers
    assert found["vars"]["numbers"] == numbers
    assert found["vars"]["total"] == sum(numbers)
    (shown,) = (part for path, part in tab.state.items() if path.endswith("fault"))
    assert {key: shown[key] for key in found["vars"]} == found["vars"]


@pytest.mark.slow
def test_each_event_runs_once_and_in_order(tmp_path: Path, record_property: Record) -> None:
    """10,000 events through mischief: each ran once, in order; the page has the state (56, 59)."""

    async def test(name: str) -> None:
        luck = random.Random(name)
        async with (
            serving(name, tmp_path) as site,
            network(site.port) as between,
            trio.open_nursery() as nursery,
        ):
            ways = (between.port, between.port, site.page)
            tab = UnluckyTab(*ways, luck=luck, nursery=nursery)
            nursery.start_soon(tab.live)
            await tab.until(lambda: tab.is_live)
            nursery.start_soon(tab.send_events)
            nursery.start_soon(cut_at_random, between, luck)
            since = trio.current_time()
            await type_fast(tab, luck)
            await tab.until(lambda: tab.acknowledged == EVENTS and not tab.queued)
            record_property(f"{name} seconds", trio.current_time() - since)
            nursery.cancel_scope.cancel()
            met = {**tab.met, "gaps": tab.gaps, "streams": tab.streams}
            record_property(f"{name} met", met)
            assert min(met.values()) > 0, "there was no mischief"
            check(await site.state(tab.token), tab)

    on_each(WORKERS, test)
