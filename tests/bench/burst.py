"""A burst: a task that writes without pauses, and what a page with it is like to use meanwhile.

Beside a hand-written page that counts on a loop of its own, with no lock, and conflates by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
from playwright.sync_api import Browser

from .browser import probe_with
from .burst_app import BURST_SECONDS
from .servers import serving
from .table import Row, Section, median, percentile

PROBE = Path(__file__).with_name("burst.js").read_text(encoding="utf-8").strip().rstrip(";")
PAGES = ("tests.bench.burst_app:app", "tests.bench.bare_burst:app")
ROUNDS = 3
GAP_MILLISECONDS = 37
UPDATES_GOAL = 60.0
CLICK_GOAL_MILLISECONDS = 15.0
EDGE = 0.5
"""Seconds at both ends of a burst in which updates are not counted."""


@attrs.define
class Found:
    """What has been measured of one page, so far."""

    blocks: list[float] = attrs.field(factory=list)
    """A second, a figure a burst."""
    updates: list[float] = attrs.field(factory=list)
    """Of the number in the DOM, a second; a figure a burst."""
    latencies: list[float] = attrs.field(factory=list)
    """From a click to its result in the DOM, milliseconds."""
    late: int = 0
    """Bursts after which the page did not show the newest number within 100 ms."""

    def take(self, found: dict[str, Any]) -> None:
        """Take what one burst has given."""
        inner = [t for t in found["changes"] if EDGE < t / 1000 < BURST_SECONDS - EDGE]
        self.blocks.append(found["total"] / BURST_SECONDS)
        self.updates.append(len(inner) / (BURST_SECONDS - 2 * EDGE))
        self.latencies += found["latencies"]
        self.late += not found["isNewest"]


def measure(browser: Browser) -> Section:
    """Measure bursts of the two pages in turns."""
    ours, bare = Found(), Found()
    with serving(*PAGES) as addresses:
        for _ in range(ROUNDS):
            for address, found in zip(addresses, (ours, bare), strict=True):
                found.take(probe_with(browser, address, PROBE, gap=GAP_MILLISECONDS))
    return Section(
        f"10. A burst of blocks without pauses, {BURST_SECONDS:.0f} s long (median of {ROUNDS})",
        (
            Row("blocks", median(ours.blocks), "/s", None, median(bare.blocks), "bare"),
            Row(
                "updates of the DOM",
                median(ours.updates),
                "/s",
                UPDATES_GOAL,
                median(bare.updates),
                "bare",
                is_least=True,
            ),
            Row(
                "another button's click to DOM, p50",
                median(ours.latencies),
                "ms",
                CLICK_GOAL_MILLISECONDS,
                median(bare.latencies),
                "bare",
            ),
            Row(
                "  p95",
                percentile(ours.latencies, 0.95),
                "ms",
                None,
                percentile(bare.latencies, 0.95),
                "bare",
            ),
            Row("bursts with the newest value not there after 100 ms", ours.late, "", 0, bare.late),
        ),
        (
            "A session that never stops writing sends a frame each 1/60 s: a click's result waits",
            "half of that on average, whatever else takes its time.",
            "bare: a hand-written page that conflates by hand and counts with no lock.",
        ),
    )
