"""Clicks: how soon the first one works on a cold page, and how long each takes on a live one.

Our page and the hand-written one take turns, so that both see the same machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playwright.sync_api import Browser

from .browser import Found, probe
from .servers import serving
from .table import Row, Section, difference, median, percentile

FIRST_RUNS = 15
FIRST_GOAL_MILLISECONDS = 150.0
CLICKS = 200
CLICK_GOAL_BARE = 1.25
"""Times the hand-written page's."""
# More than two frames: each click finds an idle session, as a person's does.
GAP_MILLISECONDS = 40

PAGES = ("tests.bench.click_app:app", "tests.bench.bare_app:app")

# What happens on the way, in order, and when: milliseconds since the navigation began.
STAGES: tuple[tuple[str, Callable[[Found], float | None]], ...] = (
    ("the page's HTML is there", lambda found: found.ends[0][1]),
    ("the button exists", lambda found: found.marks.get("button")),
    ("style sheets are there", lambda found: found.end_of(".css")),
    ("scripts are there", lambda found: found.end_of(".js")),
    ("the script runs", lambda found: found.marks.get("connecting")),
    ("the stream is asked for", lambda found: found.marks.get("stream")),
    ("the stream's head is there", lambda found: found.marks.get("streaming")),
    ("live: the snapshot is applied", lambda found: found.marks.get("live")),
    ("the click's POST leaves", lambda found: found.marks.get("post")),
    ("the POST is answered", lambda found: found.marks.get("posted")),
    ("the result is in the DOM", lambda found: found.marks.get("shown")),
)


def measure_first(browser: Browser) -> Section:
    """Measure from the navigation's start to the first click that works."""
    with serving(*PAGES) as addresses:
        for address in addresses:
            probe(browser, address)  # the first page of a server and of a browser is not measured
        runs = [[probe(browser, address) for address in addresses] for _ in range(FIRST_RUNS)]
    ours, bare = ([run[i] for run in runs] for i in range(2))
    stages = [_stage(name, when, ours, bare) for name, when in STAGES]
    total = stages[-1]
    fastest = [min(found.marks["shown"] for found in founds) for founds in (ours, bare)]
    return Section(
        f"3. Navigation to the first click that works, nothing cached (median of {FIRST_RUNS})",
        (
            Row(
                "first click that works",
                total.value,
                "ms",
                FIRST_GOAL_MILLISECONDS,
                total.beside,
                "bare",
            ),
            Row("  fastest of the runs", fastest[0], "ms", None, fastest[1], "bare"),
            *stages,
        ),
        (
            "Clicked every 4 ms from the moment the button exists. bare: the hand-written page.",
            "Where a stage has no figure the browser does not tell it to the page.",
        ),
    )


def _stage(
    name: str, when: Callable[[Found], float | None], ours: Sequence[Found], bare: Sequence[Found]
) -> Row:
    times = [
        median([time for found in founds if (time := when(found)) is not None])
        for founds in (ours, bare)
    ]
    return Row(f"  {name}, at", times[0], "ms", None, times[1], "bare")


def measure_each(browser: Browser) -> Section:
    """Measure from each click to its result in the DOM, on a page that has been live for long."""
    rounds = 2
    with serving(*PAGES) as addresses:
        latencies: list[list[float]] = [[], []]
        for _ in range(rounds):
            for i, address in enumerate(addresses):
                found = probe(
                    browser, address, clicks=CLICKS // rounds, gap_milliseconds=GAP_MILLISECONDS
                )
                latencies[i] += found.latencies
    ours, bare = latencies
    return Section(
        f"4. Click to DOM, on a live page ({CLICKS} clicks)",
        (
            _beside("p50", median(ours), median(bare)),
            _beside("p95", percentile(ours, 0.95), percentile(bare, 0.95)),
            Row(
                "p50, more than the hand-written page's",
                difference(median(ours), median(bare)),
                "ms",
            ),
        ),
    )


def _beside(what: str, value: float | None, bare: float | None) -> Row:
    goal = None if bare is None else CLICK_GOAL_BARE * bare
    return Row(what, value, "ms", goal, bare, "bare")
