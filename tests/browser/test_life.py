"""What becomes of a tab's session and tasks when the tab is closed, reloaded or duplicated."""

import re
import time

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Serve, Served
from tests.browser.looking import get_json, number_in, open_live, press, wait_for_json

LIFE = "tests.browser.apps.life:app"
LEAVE_GRACE_SECONDS = 3.0
SLACK_SECONDS = 5.0

# Notes, at every frame, the text of the bound element if it can be seen, and when.
NOTE_WHAT_IS_SEEN = """
  window.seen = [];
  const look = () => {
    const word = document.getElementById("word");
    if (word && getComputedStyle(word).visibility === "visible")
      window.seen.push([word.textContent, performance.now()]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""
HIDDEN_MS = 300.0


def token_of(page: Page) -> str:
    """Return the token that the session itself wrote on the page."""
    expect(page.locator("#token")).to_have_text(re.compile(r"^\S{20,}$"))
    return page.locator("#token").inner_text()


def test_closed_tab_ends_its_task(serve: Serve, context: BrowserContext) -> None:
    """A closed tab's task is cancelled after the leave grace, and its finally runs (40, 55)."""
    url = serve(LIFE).base_url
    closed, kept = context.new_page(), context.new_page()
    for page in (closed, kept):
        open_live(page, url)
        press(page, "Tick")
        expect(page.locator("#ticks")).to_have_text(re.compile("[1-9]"))
    tokens = {page: token_of(page) for page in (closed, kept)}
    assert get_json(f"{url}/running") == {"running": 2, "ended": []}
    since = time.monotonic()
    closed.close()
    only_the_other = {"running": 1, "ended": [tokens[closed]]}
    wait_for_json(f"{url}/running", only_the_other, LEAVE_GRACE_SECONDS + SLACK_SECONDS)
    assert time.monotonic() - since >= LEAVE_GRACE_SECONDS  # and not before: it may be a reload
    before = number_in(kept.locator("#ticks"))
    expect(kept.locator("#ticks")).not_to_have_text(str(before))
    kept.close()
    none = {"running": 0, "ended": [tokens[closed], tokens[kept]]}
    wait_for_json(f"{url}/running", none, LEAVE_GRACE_SECONDS + SLACK_SECONDS)


def test_reload_keeps_the_session(serve: Serve, page: Page) -> None:
    """A reload keeps token, state and running tasks, well beyond the leave grace (55)."""
    url = serve(LIFE).base_url
    open_live(page, url)
    token = token_of(page)
    press(page, "Change")
    press(page, "Tick")
    expect(page.locator("#ticks")).to_have_text(re.compile("[1-9]"))
    for _ in range(3):
        before = number_in(page.locator("#ticks"))
        page.reload()
        expect(page.locator("#word")).to_have_text("changed")
        assert token_of(page) == token
        expect(page.locator("#ticks")).not_to_have_text("0")
        assert number_in(page.locator("#ticks")) >= before
    page.wait_for_timeout(LEAVE_GRACE_SECONDS * 1000 + 500)
    assert get_json(f"{url}/running") == {"running": 1, "ended": []}
    press(page, "Change")
    assert token_of(page) == token


def test_reload_shows_no_defaults(served: Served, page: Page) -> None:
    """While a reload waits for its values, bound text is hidden: no flash of defaults (55)."""
    page.add_init_script(NOTE_WHAT_IS_SEEN)
    open_live(page, served(LIFE))
    press(page, "Change")
    expect(page.locator("#word")).to_have_text("changed")
    for _ in range(5):
        page.reload()
        expect(page.locator("#word")).to_have_text("changed")
        expect(page.locator("#word")).to_be_visible()
        seen = page.evaluate("() => window.seen")
        # The hiding is bounded, so that a page without a server can be read.
        assert [text for text, at in seen if text != "changed" and at < HIDDEN_MS] == []


def test_duplicated_tab_has_its_own_session(served: Served, context: BrowserContext) -> None:
    """A tab that copied the storage of another gets a session of its own; the first lives (55)."""
    original = context.new_page()
    open_live(original, served(LIFE))
    press(original, "Change")
    expect(original.locator("#word")).to_have_text("changed")
    token = token_of(original)
    with context.expect_page() as opened:
        original.evaluate("() => { window.open(location.href) }")
    copy = opened.value
    expect(copy.locator("html[data-ts=live]")).to_be_attached()
    assert token_of(copy) != token
    expect(copy.locator("#word")).to_have_text("default")
    press(copy, "Tick")
    expect(copy.locator("#ticks")).to_have_text(re.compile("[1-9]"))
    expect(original.locator("#ticks")).to_have_text("0")
    press(original, "Tick")
    expect(original.locator("#ticks")).to_have_text(re.compile("[1-9]"))
    assert token_of(original) == token
    expect(original.locator("#ts-toasts .toast")).to_have_count(0)
    copy.reload()
    assert token_of(copy) != token
    expect(copy.locator("#ticks")).not_to_have_text("0")


def test_way_back_keeps_the_session(served: Served, page: Page) -> None:
    """Going away and coming back by the history keeps the session (55)."""
    open_live(page, served(LIFE))
    token = token_of(page)
    press(page, "Change")
    expect(page.locator("#word")).to_have_text("changed")
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("html[data-ts=live]")).to_be_attached()
    expect(page.locator("#word")).to_have_text("changed")
    assert token_of(page) == token
    press(page, "Tick")
    expect(page.locator("#ticks")).to_have_text(re.compile("[1-9]"))
