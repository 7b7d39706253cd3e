"""A page of 1,000 rows by `foreach`: when they are there, and what a change to one of them costs.

Our page and the hand-written one take turns, so that both see the same machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from .browser import PAGE_SECONDS, probe_with
from .rows_app import ROWS
from .scripting import Spent, click_each, load
from .servers import serving
from .table import Row, Section, median, percentile

PROBE = Path(__file__).with_name("rows.js").read_text(encoding="utf-8").strip().rstrip(";")
PAGES = ("tests.bench.rows_app:app", "tests.bench.bare_rows:app")
OPENINGS = 5
CLICKS = 15
GOAL_MILLISECONDS = 10.0
ROUTES = {"/": "rows from the snapshot", "/standing": "rows in the page's HTML"}
# The last leaves the others' rows as they are.
CHANGES = {
    "append": "one row appended",
    "change": "one cell changed",
    "remove": "the first row removed",
    "assign": "one row more, in a new list",
}


def measure(browser: Browser) -> Section:
    """Measure the two pages in turns."""
    with serving(*PAGES) as addresses:
        opened = [row for route in ROUTES for row in _open(browser, addresses, route)]
        changed = [row for name in CHANGES for row in _change(browser, addresses, name)]
    return Section(
        f"12. A page of {ROWS:,} rows by foreach: four texts, a badge and a button each",
        (*opened, *changed),
        (
            "script: the main thread in JavaScript, from the click until all is quiet, by the",
            "browser's trace. bare: a hand-written page that makes and changes its nodes itself.",
        ),
    )


def _open(browser: Browser, addresses: Sequence[str], route: str) -> list[Row]:
    urls = [f"{address}{route}" for address in addresses]
    for url in urls:
        _load(browser, url)  # the first page of a server and of a browser is not measured
    runs = [[probe_with(browser, url, PROBE, rows=ROWS) for url in urls] for _ in range(OPENINGS)]
    spent = [[_load(browser, url) for url in urls] for _ in range(OPENINGS)]
    painted, there, script = (
        [median(values) for values in zip(*figures, strict=True)]
        for figures in (
            [[found["painted"] for found in run] for run in runs],
            [[found["there"] for found in run] for run in runs],
            [[cost.script for cost in costs] for costs in spent],
        )
    )
    return [
        Row(f"{ROUTES[route]}: painted, at", painted[0], "ms", None, painted[1], "bare"),
        Row("  in the DOM, at", there[0], "ms", None, there[1], "bare"),
        Row("  script until live and quiet", script[0], "ms", None, script[1], "bare"),
    ]


def _load(browser: Browser, url: str) -> Spent:
    context = browser.new_context()
    try:
        return load(browser, context.new_page(), url)
    finally:
        context.close()


def _change(browser: Browser, addresses: Sequence[str], name: str) -> list[Row]:
    ours, bare = (_clicks(browser, address, name) for address in addresses)
    script, bare_script = ([one.script for one in costs] for costs in (ours, bare))
    works = [median([one.work for one in costs]) for costs in (ours, bare)]
    goal = GOAL_MILLISECONDS if name == "append" else None
    return [
        Row(f"{CHANGES[name]}: script", median(script), "ms", goal, median(bare_script), "bare"),
        Row("  p95", percentile(script, 0.95), "ms", None, percentile(bare_script, 0.95), "bare"),
        Row("  with style, layout and paint", works[0], "ms", None, works[1], "bare"),
    ]


def _clicks(browser: Browser, address: str, name: str) -> list[Spent]:
    context = browser.new_context()
    try:
        context.set_default_timeout(PAGE_SECONDS * 1000)
        page = context.new_page()
        page.goto(address)
        rows = page.locator("#rows > tr")
        rows.nth(ROWS - 1).wait_for()
        found = click_each(browser, page, f"#{name}", CLICKS)
        wanted = ROWS + {"change": 0, "remove": -CLICKS}.get(name, CLICKS)
        assert rows.count() == wanted, f"{name}: {rows.count()} rows, not {wanted}"
        return found
    finally:
        context.close()
