"""Many clients whose streams break in one moment, and who all come back."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio

from tests.faults.network import network
from tests.faults.servers import TIMES, WORKERS, on_each, serving

Record = Callable[[str, object], None]

CROWD = 1_000
AT_ONCE = 50
"""So many of them come at a time."""

BACK_SECONDS = 10.0
"""Stated: all are live again."""


@pytest.fixture
def many_sockets() -> Iterator[None]:
    """Allow as many open files as this machine lets one have: here a client takes three."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
@pytest.mark.usefixtures("many_sockets")
@pytest.mark.parametrize("name", WORKERS)
def test_crowd_comes_back(name: str, tmp_path: Path, record_property: Record) -> None:
    """1,000 streams cut at once are live again in 10 s, each with the session that it had (56)."""

    async def test(name: str) -> None:
        async with (
            serving(name, tmp_path) as site,
            network(site.port) as between,
            trio.open_nursery() as nursery,
        ):
            tabs = [site.tab(stream_port=between.port) for _ in range(CROWD)]
            for first in range(0, CROWD, AT_ONCE):
                for tab in tabs[first : first + AT_ONCE]:
                    nursery.start_soon(tab.live)
                for tab in tabs[first : first + AT_ONCE]:
                    await tab.until(lambda tab=tab: tab.is_live)
            tokens = [tab.token for tab in tabs]
            assert await site.phases() == {"live": CROWD}
            assert between.cut(by_reset=True) == CROWD
            since = trio.current_time()
            with trio.fail_after(TIMES * BACK_SECONDS):
                for tab in tabs:
                    await tab.until(lambda tab=tab: tab.is_live and tab.streams > 1)
            record_property(f"{name} seconds", trio.current_time() - since)
            assert [tab.token for tab in tabs] == tokens
            assert await site.phases() == {"live": CROWD}
            nursery.cancel_scope.cancel()

    on_each([name], test)
