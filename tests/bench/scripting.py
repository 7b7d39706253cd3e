"""How long a page's main thread was in JavaScript, from Chromium's own trace.

Script is what the trace calls so: functions called, modules evaluated, microtasks, and the
collections of garbage between. Parsing, style, layout and paint are not in it, and neither is what
the page's worker does. Nothing is put into the page for it. Knows nothing of what is measured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, TypeAlias

import attrs
from playwright.sync_api import Browser, Page

CATEGORIES = ["devtools.timeline", "v8", "v8.execute"]
SCRIPT = frozenset(
    {"FunctionCall", "RunMicrotasks", "EvaluateScript", "v8.evaluateModule", "MinorGC", "MajorGC"}
)
SETTLE_SECONDS = 0.25
"""From an action to the next one: several times what the slowest takes."""

Span: TypeAlias = tuple[float, float]
"""Start and end, microseconds of the trace's clock."""


@attrs.frozen
class Spent:
    """What one action has cost the main thread, milliseconds."""

    script: float
    work: float
    """All of its tasks: script, and style, layout and paint besides."""


def click_each(browser: Browser, page: Page, selector: str, times: int) -> list[Spent]:
    """Click so often, by the browser's own input, and return what each click has cost.

    A click's cost is all that its page does until the next one: it sends, waits, and shows.
    """
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    time.sleep(2 * SETTLE_SECONDS)
    browser.start_tracing(page=page, categories=CATEGORIES)
    for _ in range(times):
        page.mouse.down()
        page.mouse.up()
        time.sleep(SETTLE_SECONDS)
    events = _events(browser)
    clicks = [event for event in events if _is_click(event)]
    assert len(clicks) == times, f"{len(clicks)} clicks in the trace, not {times}"
    mine = _of_thread(events, clicks[0])
    starts = [float(click["ts"]) for click in clicks]
    ends = [*starts[1:], starts[-1] + SETTLE_SECONDS * 1e6]
    return [_spent(mine, span) for span in zip(starts, ends, strict=True)]


def load(browser: Browser, page: Page, url: str) -> Spent:
    """Go to a page and return what it has cost until it was live and quiet."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(url, wait_until="commit")
    page.locator("html[data-ts=live]").wait_for(state="attached")
    time.sleep(4 * SETTLE_SECONDS)
    events = _events(browser)
    # A worker parses no HTML: the thread that does is the page's own.
    mine = _of_thread(events, next(event for event in events if event["name"] == "ParseHTML"))
    return _spent(mine, (0.0, float("inf")))


def _events(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return sorted((event for event in found if event.get("ph") == "X"), key=lambda e: e["ts"])


def _is_click(event: dict[str, Any]) -> bool:
    data = event.get("args", {}).get("data", {})
    return event["name"] == "EventDispatch" and bool(data.get("type") == "click")


def _of_thread(events: Iterable[dict[str, Any]], like: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for e in events if (e["pid"], e["tid"]) == (like["pid"], like["tid"])]


def _spent(events: Iterable[dict[str, Any]], within: Span) -> Spent:
    inside = [event for event in events if within[0] <= event["ts"] < within[1]]
    script = [_span(event) for event in inside if event["name"] in SCRIPT]
    return Spent(_length(script) / 1000, _length([_span(event) for event in inside]) / 1000)


def _span(event: dict[str, Any]) -> Span:
    return float(event["ts"]), float(event["ts"]) + float(event.get("dur", 0))


def _length(spans: Iterable[Span]) -> float:
    """Return how much time the spans, in order of their starts, cover together."""
    total, reached = 0.0, float("-inf")
    for start, end in spans:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
