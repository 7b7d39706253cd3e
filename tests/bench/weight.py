"""What a browser with nothing cached fetches for /counter: requests, and bytes on the wire.

From the navigation until the page is live and then quiet, the stream included, by what Chromium's
own network log says of each response: its headers and its compressed body.
"""

from __future__ import annotations

import gzip
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import attrs
from playwright.sync_api import Browser

from tests.browser.serving import ROOT

from .servers import serving
from .table import Row, Section

# 1 KB is 1,000 bytes here: where a goal can be read in two ways, the stricter.
PAGE_GOAL_KB = 60.0
REQUESTS_GOAL = 6
RUNTIME_GOAL_KB = 10.0
QUIET_MILLISECONDS = 1500.0


@attrs.define
class Transfer:
    """One request and what has come of it so far."""

    url: str
    header_bytes: float = 0
    body_bytes: float = 0
    """As they travelled; a stream's uncompressed pieces count as they come."""
    total_bytes: float | None = None
    """What the browser says at the end; a stream has none."""

    @property
    def name(self) -> str:
        """The last part of the address."""
        return PurePosixPath(urlsplit(self.url).path).name

    @property
    def bytes(self) -> float:
        """All of it."""
        return self.header_bytes + self.body_bytes if self.total_bytes is None else self.total_bytes


class NetworkLog:
    """The browser's log of a page's requests, by their ids."""

    def __init__(self) -> None:
        self.transfers: dict[str, Transfer] = {}

    def sent(self, event: dict[str, Any]) -> None:
        """Take note of a request; what is inline in the page is none."""
        if not event["request"]["url"].startswith("data:"):
            self.transfers[event["requestId"]] = Transfer(event["request"]["url"])

    def answered(self, event: dict[str, Any]) -> None:
        """Take note of a response's head."""
        if (transfer := self.transfers.get(event["requestId"])) is not None:
            transfer.header_bytes = event["response"]["encodedDataLength"]

    def received(self, event: dict[str, Any]) -> None:
        """Take note of a piece of a body."""
        if (transfer := self.transfers.get(event["requestId"])) is not None:
            transfer.body_bytes += event["encodedDataLength"] or event["dataLength"]

    def finished(self, event: dict[str, Any]) -> None:
        """Take note of a response's end."""
        if (transfer := self.transfers.get(event["requestId"])) is not None:
            transfer.total_bytes = event["encodedDataLength"]


def measure(browser: Browser) -> Section:
    """Load the page once, in a profile of its own."""
    with serving("triostate.app:app") as (address,):
        transfers = load(browser, f"{address}/counter")
    total = sum(transfer.bytes for transfer in transfers) / 1000
    runtime = ROOT / "triostate" / "_assets" / "runtime.js"
    return Section(
        "2. /counter in a browser with nothing cached, until live and quiet",
        (
            Row("requests", len(transfers), "", REQUESTS_GOAL),
            Row("on the wire", total, "KB", PAGE_GOAL_KB),
            *(Row(f"  {transfer.name}", transfer.bytes / 1000, "KB") for transfer in transfers),
            Row("runtime.js.gz as built", _gzipped_kb(runtime), "KB", RUNTIME_GOAL_KB),
        ),
        ("1 KB is 1,000 bytes; response headers are in it, and the stream's first frames.",),
    )


def load(browser: Browser, url: str) -> list[Transfer]:
    """Open a page, wait until it is live and quiet, and return what it fetched, in order."""
    context = browser.new_context()
    try:
        page = context.new_page()
        log = NetworkLog()
        network = context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", log.sent)
        network.on("Network.responseReceived", log.answered)
        network.on("Network.dataReceived", log.received)
        network.on("Network.loadingFinished", log.finished)
        network.send("Network.enable")
        page.goto(url, wait_until="commit")
        page.locator("html[data-ts=live]").wait_for(state="attached")
        page.wait_for_timeout(QUIET_MILLISECONDS)
        return list(log.transfers.values())
    finally:
        context.close()


def _gzipped_kb(path: Path) -> float:
    built = path.with_name(f"{path.name}.gz")
    data = built.read_bytes() if built.exists() else gzip.compress(path.read_bytes(), 9, mtime=0)
    return len(data) / 1000
