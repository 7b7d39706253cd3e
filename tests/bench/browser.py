"""A real Chromium for the measurements, and pages in it that measure themselves.

The probe is put into the page by the browser, so the page's content security policy stands. It
knows the two elements that a measured page has, `#count` and `#add`, and nothing of triostate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import LAUNCH_ARGUMENTS, find_chromium

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8").strip().rstrip(";")
PAGE_SECONDS = 60.0


@attrs.frozen
class Found:
    """What one page has measured. Times in milliseconds since its navigation began."""

    marks: dict[str, float]
    """When what first happened; the names are the probe's."""
    latencies: list[float]
    """From a click to its result in the DOM, milliseconds."""
    tries: int
    """Clicks made until the first result, those in vain included."""
    ends: list[tuple[str, float]]
    """Address and end of each response, the page's own first; streams are not among them."""

    def end_of(self, suffix: str) -> float | None:
        """Return when the file with that end of its address had arrived; the last of several."""
        ends = [end for name, end in self.ends[1:] if name.endswith(suffix)]
        return max(ends, default=None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the Chromium that the browser tests use."""
    found = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.path, env={**found.env}, args=[*LAUNCH_ARGUMENTS]
        )
        try:
            yield browser
        finally:
            browser.close()


def probe(browser: Browser, url: str, *, clicks: int = 0, gap_milliseconds: int = 0) -> Found:
    """Open a page in a profile of its own, with nothing cached, and let it measure itself.

    With `clicks` 0 that is the first click that works, else so many clicks once it is live.
    """
    found = probe_with(browser, url, PROBE, clicks=clicks, gap=gap_milliseconds)
    ends = [(str(name), float(end)) for name, end in found["ends"]]
    return Found(found["marks"], found["latencies"], found["tries"], ends)


def probe_with(browser: Browser, url: str, script: str, **options: int) -> dict[str, Any]:
    """Open a page in a profile of its own with a script that measures; return what it leaves."""
    context = browser.new_context()
    try:
        context.set_default_timeout(PAGE_SECONDS * 1000)
        page = context.new_page()
        page.add_init_script(script=f"{script}({json.dumps(options)});")
        page.goto(url, wait_until="commit")
        done = page.locator("html[data-bench]")
        done.wait_for(state="attached")
        found: dict[str, Any] = json.loads(done.get_attribute("data-bench") or "{}")
    finally:
        context.close()
    return found
