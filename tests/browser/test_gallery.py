"""The gallery, served as this repository's own settings say."""

import inspect
import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from examples import background_task, counter, low_level
from tests.browser.conftest import Served
from tests.browser.looking import number_in, open_live, press

GALLERY = "triostate.app:app"
DEMOS = ("/counter", "/background-task")
EXAMPLES = {
    "Counter": ("/counter", counter),
    "Background task": ("/background-task", background_task),
    "Low-level API": ("/low-level", low_level),
}


def test_index_lists_the_examples(served: Served, page: Page) -> None:
    """The index links to each example, and each page shows its own source."""
    url = served(GALLERY)
    open_live(page, url)
    for title, (route, module) in EXAMPLES.items():
        page.get_by_role("link", name=title, exact=True).click()
        expect(page).to_have_url(url + route)
        source = inspect.getsource(module).strip()
        expect(page.locator("pre").first).to_have_text(source, use_inner_text=True)
        page.get_by_role("link", name="All examples").click()
        expect(page.get_by_role("heading", name="triostate gallery")).to_be_visible()


@pytest.mark.parametrize("route", DEMOS)
def test_counts_to_the_limit(served: Served, page: Page, route: str) -> None:
    """Start makes the counter rise, and at the limit it stops by itself (4, 44)."""
    open_live(page, served(GALLERY) + route)
    heading = page.locator(".ts-card h1")
    page.get_by_role("spinbutton").fill("3")
    press(page, "Start")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(heading).to_have_text(re.compile("^1 /"))
    expect(heading).to_have_text(re.compile("^3 /"))
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    expect(heading).to_have_text(re.compile("^3 /"))


@pytest.mark.parametrize("route", DEMOS)
def test_stop_and_reset(served: Served, page: Page, route: str) -> None:
    """Stop stops the counter, Reset resets it, and Start starts it once more (45)."""
    open_live(page, served(GALLERY) + route)
    heading = page.locator(".ts-card h1")
    press(page, "Start")
    expect(heading).to_have_text(re.compile("^[2-8] /"))  # a step is shorter than a look at it
    press(page, "Stop")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    stopped_at = number_in(heading)
    time.sleep(1.2)  # more than two of its steps
    assert number_in(heading) == stopped_at
    press(page, "Reset")
    expect(heading).to_have_text(re.compile("^0 /"))
    press(page, "Start")
    expect(heading).to_have_text(re.compile("^1 /"))


@pytest.mark.parametrize("route", DEMOS)
def test_limit_changes_while_it_runs(served: Served, page: Page, route: str) -> None:
    """A limit typed while the counter runs holds; the input keeps its focus and text (4, 56)."""
    open_live(page, served(GALLERY) + route)
    heading = page.locator(".ts-card h1")
    limit = page.get_by_role("spinbutton")
    press(page, "Start")
    expect(heading).to_have_text(re.compile("^1 /"))
    limit.click()
    limit.press("ControlOrMeta+a")
    limit.press_sequentially("95", delay=100)
    for _ in range(2):  # it counts on; how far it has come meanwhile is the machine's business
        expect(heading).not_to_have_text(heading.inner_text())
        expect(limit).to_be_focused()
        expect(limit).to_have_value("95")
    limit.press("Home")
    limit.press("Delete")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    expect(heading).to_have_text(re.compile("^(?:[5-9]|[0-9]{2,}) /"))
    expect(limit).to_have_value("5")
    expect(limit).to_be_focused()


def test_two_tabs_count_separately(served: Served, context: BrowserContext) -> None:
    """Two tabs of one browser are two sessions: neither sees the other's vars (54)."""
    url = served(GALLERY) + "/counter"
    first, second = context.new_page(), context.new_page()
    open_live(first, url)
    open_live(second, url)
    first.get_by_role("spinbutton").fill("2")
    press(first, "Start")
    expect(first.locator(".ts-card h1")).to_have_text("2 / 2")
    expect(second.locator(".ts-card h1")).to_have_text("0 / 10")
    press(second, "Start")
    expect(second.locator(".ts-card h1")).to_have_text("3 / 10")
    expect(first.locator(".ts-card h1")).to_have_text("2 / 2")


def test_low_level_shows_what_it_fetched(served: Served, page: Page) -> None:
    """A task of the app changes a tab's state by its token, and the tab shows it (50, 51)."""
    open_live(page, served(GALLERY) + "/low-level")
    press(page, "Fetch Data")
    expect(page.get_by_text("Keep it logically awesome.", exact=True)).to_be_visible()


@pytest.mark.expect_page_errors("404")
def test_unknown_address_has_the_look_of_the_others(served: Served, page: Page) -> None:
    """An address that leads nowhere gets the framework's own 404 page, Quart routes or not."""
    url = served(GALLERY)
    with page.expect_response(url + "/nowhere") as found:
        page.goto(url + "/nowhere")
    assert found.value.status == 404
    expect(page.locator("main.ts-error")).to_be_visible()
    page.get_by_role("link", name="start").click()
    expect(page.get_by_role("heading", name="triostate gallery")).to_be_visible()
