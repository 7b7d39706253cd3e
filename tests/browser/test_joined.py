"""Pages that need different parts of the runtime, one after another in the same document."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Served
from tests.browser.looking import open_live, press

JOINED = "tests.browser.apps.joined:app"

# Notes how wide the box of each page is whenever something may have changed.
WATCH = """() => {
  window.widths = new Set();
  const note = () => {
    const box = document.getElementById("box");
    if (box) window.widths.add(`${box.textContent} ${box.offsetWidth}`);
  };
  const often = () => {
    note();
    requestAnimationFrame(often);
  };
  document.addEventListener("load", note, true);
  new MutationObserver(note).observe(document, { subtree: true, childList: true });
  often();
}"""
KEPT = "() => [localStorage.kept, sessionStorage.brief, localStorage.other].join()"


def told(page: Page, *words: str) -> None:
    """Wait until the handlers have noted these words and no others."""
    expect(page.locator("#log")).to_have_text(" ".join(f"{word} |" for word in words))


def follow(page: Page, name: str, to: str = "") -> None:
    """Click the link of that name, and wait for the page that it leads to."""
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=to or name, exact=True)).to_be_visible()


def back(page: Page, to: str) -> None:
    page.go_back()
    expect(page.get_by_role("heading", name=to, exact=True)).to_be_visible()


@pytest.fixture
def live(served: Served, page: Page) -> Iterator[Page]:
    """The page "Start" in a tab whose document is the same at the end of the test."""
    open_live(page, served(JOINED) + "/start")
    page.evaluate("() => { window.mark = 1; }")
    yield page
    assert page.evaluate("() => window.mark") == 1, "another document has been loaded"


def test_the_rarer_triggers_of_the_next_page(live: Page) -> None:
    """Each is heard there, and mounting once."""
    follow(live, "Keys")
    told(live, "mount", "visible")
    live.get_by_label("Soon").press_sequentially("oak")
    expect(live.locator("#found")).to_have_text("oak")
    live.get_by_label("Enter").press_sequentially("ab")
    live.get_by_label("Enter").press("Enter")
    live.get_by_role("heading").click()
    live.keyboard.press("n")
    told(live, "mount", "visible", "enter", "new")


def test_a_page_that_is_left_says_nothing(live: Page) -> None:
    """Neither that it is gone, nor what the window hears, nor that a control has lost the focus."""
    follow(live, "Keys")
    told(live, "mount", "visible")
    follow(live, "Start")
    live.keyboard.press("n")
    press(live, "Add")
    told(live, "mount", "visible", "add")
    live.get_by_label("Left").focus()
    back(live, "Keys")
    told(live, "mount", "visible", "add", "mount", "visible")
    live.keyboard.press("n")
    told(live, "mount", "visible", "add", "mount", "visible", "new")


def test_what_is_held_back_goes_first(live: Page) -> None:
    """A text that waits for seconds is in the session before the page of a link is."""
    follow(live, "Keys")
    live.get_by_label("Late").press_sequentially("ash")
    live.get_by_role("link", name="Start", exact=True).evaluate("link => link.click()")
    expect(live.get_by_role("heading", name="Start")).to_be_visible()
    expect(live.locator("#found")).to_have_text("ash")


def test_what_waits_for_the_chunk_goes_first(served: Served, page: Page) -> None:
    """What is typed before the rarer triggers are loaded is not lost by a link either."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/gestures"), hold)
    open_live(page, served(JOINED) + "/keys")
    page.get_by_label("Late").press_sequentially("elm")
    page.get_by_role("link", name="Start", exact=True).evaluate("link => link.click()")
    for route in held:
        route.continue_()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    expect(page.locator("#found")).to_have_text("elm")


def test_a_form_and_a_script(live: Page) -> None:
    """Errors stand beside the fields, what is taken empties them, modules are called; and again."""
    for times in (1, 2):
        follow(live, "Form")
        name, age = live.get_by_label("Name"), live.get_by_label("Age")
        name.fill("x")
        age.fill("42")
        press(live, "Save")
        expect(live.locator(".ts-field-error")).to_contain_text("at least 2 characters")
        expect(live.locator("[aria-busy]")).to_have_count(0)
        name.fill("taken")
        press(live, "Save")
        expect(live.locator(".ts-field-error")).to_have_text("is taken")
        expect(name).to_have_value("taken")
        name.fill(f"Guest {times}")
        press(live, "Save")
        expect(live.locator("#guest")).to_have_text(f"Guest {times} 42")
        expect(name).to_have_value("")
        press(live, "Sum")
        expect(live.locator("#total")).to_have_text("5")
        follow(live, "Start")


def test_markdown_tabs_and_a_dialog(live: Page) -> None:
    """They come to life on a page that is swapped in, and leave with it."""
    follow(live, "Text")
    expect(live.locator("#text h1 em")).to_have_text("title")
    press(live, "Grow")
    expect(live.locator("#text li")).to_have_text(["more"])
    live.get_by_role("tab", name="A").press("ArrowRight")
    expect(live.get_by_role("tabpanel")).to_have_text("Content of B")
    press(live, "Ask")
    expect(live.get_by_role("dialog")).to_be_visible()
    press(live, "Close")
    press(live, "Ask")
    follow(live, "Leave", to="Start")
    expect(live.get_by_role("dialog")).to_have_count(0)
    back(live, "Text")
    expect(live.locator("#text li")).to_have_text(["more"])
    expect(live.get_by_role("tabpanel")).to_have_text("Content of B")
    expect(live.get_by_role("dialog")).to_be_visible()  # as the session has it
    press(live, "Close")
    expect(live.get_by_role("dialog")).to_have_count(0)


def test_nothing_stays_busy(live: Page) -> None:
    """What was busy on the page before is not so on the next, nor on the way back."""
    press(live, "Slow")
    expect(live.get_by_role("button", name="Slow")).to_have_attribute("aria-busy", "true")
    follow(live, "Form")
    expect(live.locator("[aria-busy]")).to_have_count(0)
    back(live, "Start")
    expect(live.locator("[aria-busy]")).to_have_count(0)


def test_styles_of_two_pages(live: Page) -> None:
    """No page is ever shown with another's styles or without its own; the mode stays."""
    press(live, "Dark")
    live.evaluate(WATCH)
    for name in ("Keys", "Start", "Keys"):
        follow(live, name)
    back(live, "Start")
    assert set(live.evaluate("() => [...window.widths]")) == {"Start 111", "Keys 222"}
    expect(live.locator("html.dark")).to_be_attached()


def test_links_in_rows_and_links_with_handlers(live: Page) -> None:
    """A row's link leads on, a handler of a link runs before, one that prevents it stays."""
    press(live, "Row")
    follow(live, "Row two", to="Keys")
    assert live.url.endswith("/keys?row=two")
    follow(live, "Start")
    follow(live, "Told", to="Keys")
    told(live, "mount", "visible", "told", "mount", "visible")
    follow(live, "Start")
    live.get_by_role("link", name="Stopped").click()
    told(live, "mount", "visible", "told", "mount", "visible", "stopped")
    assert live.url.endswith("/start")


def test_vars_that_live_in_the_browser(live: Page) -> None:
    """Pages that show some, others and none: what a page changes is kept, of others nothing is."""
    follow(live, "Kept")
    press(live, "Change")
    expect(live.locator("#kept")).to_have_text("changed")
    follow(live, "Start")
    press(live, "Add")
    told(live, "add")
    live.evaluate("() => { localStorage.other = 'from before'; }")
    follow(live, "Later")
    expect(live.locator("#other")).to_have_text("from before")
    press(live, "Change")
    expect(live.locator("#other")).to_have_text("later")
    follow(live, "Kept")
    expect(live.locator("#brief")).to_have_text("changed")
    press(live, "Again")
    expect(live.locator("#brief")).to_have_text("again")
    expect(live.locator("#kept")).to_have_text("again")
    assert live.evaluate(KEPT) == "again,again,later"
