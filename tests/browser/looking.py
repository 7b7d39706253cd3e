"""What several browser tests ask of a page or a server."""

import json
import time
import urllib.request
from typing import Any

from playwright.sync_api import Locator, Page, expect

POLL_SECONDS = 0.05


def open_live(page: Page, url: str) -> None:
    """Go to a page and wait until it is attached to its session."""
    page.goto(url)
    expect_live(page)


def expect_live(page: Page) -> None:
    """Wait until the page says that it is attached."""
    expect(page.locator("html[data-ts=live]")).to_be_attached(timeout=15_000)


def press(page: Page | Locator, name: str) -> None:
    """Click the button of that name."""
    page.get_by_role("button", name=name, exact=True).click()


def number_in(locator: Locator) -> int:
    """Return the number that the element begins with."""
    return int(locator.inner_text().split()[0])


def get_json(url: str) -> Any:
    """Return what a route of the app under test answers."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def wait_for_json(url: str, wanted: Any, seconds: float) -> None:
    """Ask a route until it answers so; AssertionError shows the last answer."""
    deadline = time.monotonic() + seconds
    while (answer := get_json(url)) != wanted:
        assert time.monotonic() < deadline, f"after {seconds} s: {answer}"
        time.sleep(POLL_SECONDS)
