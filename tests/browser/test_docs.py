"""The documentation in a browser, demos and all; and Markdown that changes while it is shown."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import number_in, open_live, press

GALLERY = "triostate.app:app"
TASKS = "/docs/background/tasks"
NOTES = "tests.browser.apps.markdown:app"


def test_the_demo_counts(served: Served, page: Page) -> None:
    """The demos above their source are live: one counts and is reset, one fetches (1, 4, 51)."""
    open_live(page, served(GALLERY) + TASKS)
    demo = page.locator(".ts-demo-result").first
    heading = demo.locator("h1")
    demo.get_by_role("spinbutton").fill("3")
    press(demo, "Start")
    expect(heading).to_have_text(re.compile("^[12] /"))
    expect(demo.get_by_role("button", name="Start")).to_be_visible()
    assert number_in(heading) == 3
    press(demo, "Reset")
    expect(heading).to_have_text(re.compile("^0 /"))
    press(page, "Fetch Data")
    expect(page.get_by_text("Keep it logically awesome.", exact=True)).to_be_visible()
    expect(page.locator(".ts-demo").first.locator("pre")).to_contain_text("class MyTaskDemo")


def test_the_way_through(served: Served, page: Page) -> None:
    """From the gallery to the documentation, along its pages, by search, and back."""
    url = served(GALLERY)
    open_live(page, url)
    page.get_by_role("link", name="Documentation").click()
    expect(page).to_have_url(url + "/docs")
    page.get_by_role("link", name=re.compile("^Next")).click()
    expect(page).not_to_have_url(url + "/docs")
    page.get_by_role("link", name=re.compile("^Previous")).click()
    expect(page).to_have_url(url + "/docs")
    page.get_by_role("searchbox").fill("ts.butt")
    page.get_by_role("link", name="ts.button").click()
    expect(page).to_have_url(url + "/docs/reference/components#button")
    expect(page.get_by_role("heading", name="ts.button")).to_be_in_viewport()
    page.get_by_role("link", name="Examples").click()
    expect(page.get_by_role("heading", name="triostate gallery")).to_be_visible()


def test_on_a_phone(served: Served, browser: Browser) -> None:
    """Nothing is wider than the window, and the navigation is behind a button."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    try:
        page = context.new_page()
        open_live(page, served(GALLERY) + TASKS)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        navigation = page.get_by_role("navigation", name="Documentation")
        link = navigation.get_by_role("link", name="Events that run beside")
        expect(link).to_have_count(0)
        page.get_by_text("Menu", exact=True).click()
        link.click()
        expect(page.get_by_role("heading", name="Events that run beside")).to_be_visible()
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("route", ["/docs", TASKS, "/docs/reference/effects"])
def test_accessible(served: Served, page: Page, route: str, scheme: str) -> None:
    """No rule of WCAG 2.1 AA that axe knows is broken, in light or dark."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_live(page, served(GALLERY) + route)
    assert violations(page) == []


# Markdown that changes


def test_it_grows(served: Served, page: Page) -> None:
    """A text that arrives in pieces becomes elements; blocks that are finished stay as they are."""
    open_live(page, served(NOTES))
    press(page, "Grow")
    shown = page.locator("#text .ts-markdown")
    expect(shown.locator("pre code")).to_have_text("print(1)")
    expect(shown.locator("h1 em")).to_have_text("answer")
    expect(shown.locator("li")).to_have_text(["one", "two"])
    expect(shown.get_by_role("link", name="link")).to_have_attribute("href", "/docs")
    expect(page.locator("#text .ts-markdown-source")).to_be_hidden()
    page.evaluate("document.querySelector('#text h1').kept = true")
    press(page, "Grow")  # the text goes on: another heading, below
    expect(shown.locator("h1")).to_have_count(2)
    assert page.evaluate("document.querySelector('#text h1').kept") is True
    press(page, "Clear")
    expect(shown.locator("h1")).to_have_count(0)


def test_nothing_of_it_runs(served: Served, page: Page) -> None:
    """HTML is shown as it is written, and no address outside of the allow-list is one."""
    open_live(page, served(NOTES))
    press(page, "Attack")
    shown = page.locator("#text .ts-markdown")
    expect(shown).to_contain_text("<script>document.title='had'</script>")
    expect(shown).to_contain_text("[a](javascript:document.title='had')")
    expect(shown).to_contain_text("<b>e</b> &copy;")
    assert shown.locator("script, img, svg, div[onclick], b").count() == 0
    hrefs = [link.get_attribute("href") for link in shown.locator("a").all()]
    assert hrefs == ["https://ok.example"]
    expect(page).to_have_title("Notes")


def test_a_text_that_is_too_deep(served: Served, page: Page) -> None:
    """A text that no parser likes is shown as it is written, and the next one as ever."""
    open_live(page, served(NOTES))
    press(page, "Nest")
    expect(page.locator("#text")).to_contain_text("deep", timeout=20_000)
    press(page, "Grow")
    press(page, "Clear")
    press(page, "Grow")
    expect(page.locator("#text .ts-markdown h1")).to_have_count(1)


def test_rows(served: Served, page: Page) -> None:
    """Each row of a list shows its own."""
    open_live(page, served(NOTES))
    press(page, "Add")
    press(page, "Add")
    expect(page.locator("#rows strong")).to_have_text(["0", "1"])
