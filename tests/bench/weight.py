"""What a browser with nothing cached fetches for /counter: requests, and bytes on the wire.

From the navigation until the page is live and then quiet, counted where they pass between browser
and server: what the page's worker asks for is in it, of which the page's own log knows nothing.
"""

from __future__ import annotations

import gzip
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.browser.relay import Exchange, Relay
from tests.browser.serving import ROOT

from .servers import serving
from .table import Row, Section

# 1 KB is 1,000 bytes here: where a goal can be read in two ways, the stricter.
PAGE_GOAL_KB = 60.0
REQUESTS_GOAL = 6
RUNTIME_GOAL_KB = 10.0
QUIET_MILLISECONDS = 1500.0


def measure(browser: Browser) -> Section:
    """Load the page once, in a profile of its own."""
    with serving("triostate.app:app") as (address,):
        exchanges = load(browser, address, "/counter")
    total = sum(exchange.answer_bytes for exchange in exchanges) / 1000
    runtime = ROOT / "triostate" / "_assets" / "runtime.js"
    return Section(
        "2. /counter in a browser with nothing cached, until live and quiet",
        (
            Row("requests", len(exchanges), "", REQUESTS_GOAL),
            Row("on the wire", total, "KB", PAGE_GOAL_KB),
            *(Row(f"  {_name(e.request)}", e.answer_bytes / 1000, "KB") for e in exchanges),
            Row("runtime.js.gz as built", _gzipped_kb(runtime), "KB", RUNTIME_GOAL_KB),
        ),
        ("1 KB is 1,000 bytes; response headers are in it, and the stream's first frames.",),
    )


def load(browser: Browser, address: str, path: str) -> list[Exchange]:
    """Open a page, wait until it is live and quiet, and return what was fetched, in order."""
    port = urlsplit(address).port
    assert port is not None
    context = browser.new_context()
    try:
        with Relay(port) as between:
            page = context.new_page()
            page.goto(f"{between.base_url}{path}", wait_until="commit")
            page.locator("html[data-ts=live]").wait_for(state="attached")
            page.wait_for_timeout(QUIET_MILLISECONDS)
            return list(between.exchanges)
    finally:
        context.close()


def _name(request: str) -> str:
    """Return the last part of what was asked for."""
    return PurePosixPath(request.partition(" ")[2]).name


def _gzipped_kb(path: Path) -> float:
    built = path.with_name(f"{path.name}.gz")
    data = built.read_bytes() if built.exists() else gzip.compress(path.read_bytes(), 9, mtime=0)
    return len(data) / 1000
