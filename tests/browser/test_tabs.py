"""Many tabs of one browser on one stream: all live, none the worse for what befalls another."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

from tests.browser.chromium import LAUNCH_ARGUMENTS, find_chromium
from tests.browser.conftest import Serve, Served
from tests.browser.looking import expect_live, get_json, number_in, open_live, press, wait_for_json

TABS = "tests.browser.apps.tabs:app"
DETACH_GRACE_SECONDS = 3.0
SHORT_GRACE = {"DETACH_GRACE_SECONDS": str(DETACH_GRACE_SECONDS)}
SLACK_SECONDS = 5.0

# Chromium opens no more connections than this to a host over HTTP/1.1.
MAX_CONNECTIONS = 6

HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NO_WORKER = "delete window.SharedWorker"
SILENT_WORKER = """
  window.SharedWorker = class {
    constructor() { this.port = new MessageChannel().port1; }
  };
"""


def token_of(page: Page) -> str:
    """Return the token that the session itself wrote on the page."""
    expect(page.locator("#token")).to_have_text(re.compile(r"^\S{20,}$"))
    return page.locator("#token").inner_text()


def expect_usable(page: Page) -> None:
    """Wait until a click has come back as a change."""
    expect_live(page)
    before = number_in(page.locator("#count"))
    press(page, "Add")
    expect(page.locator("#count")).to_have_text(str(before + 1))


def open_tabs(context: BrowserContext, url: str, count: int) -> list[Page]:
    """Open so many live tabs."""
    pages = [context.new_page() for _ in range(count)]
    for page in pages:
        open_live(page, url)
    return pages


def end_worker(browser: Browser, context: BrowserContext, url: str) -> None:
    """End the SharedWorker of the pages at that address, as when its process crashes."""
    session = browser.new_browser_cdp_session()
    targets = session.send("Target.getTargets")["targetInfos"]
    workers = [t for t in targets if t["type"] == "shared_worker" and t["url"].startswith(url)]
    assert len(workers) == 1
    session.send("Target.closeTarget", {"targetId": workers[0]["targetId"]})
    session.detach()


def test_ten_tabs_are_live(served: Served, context: BrowserContext) -> None:
    """10 tabs over HTTP/1.1 are live, and clicks work in each, each in its own state (54, 61)."""
    pages = open_tabs(context, served(TABS), MAX_CONNECTIONS + 4)
    for page in pages:
        press(page, "Tick")
    for clicks, page in enumerate(pages):
        for _ in range(clicks):
            press(page, "Add")
    for clicks, page in enumerate(pages):
        expect(page.locator("#count")).to_have_text(str(clicks))
    for page in pages:
        before = page.locator("#ticks").inner_text()
        expect(page.locator("#ticks")).not_to_have_text(before)
    assert len({token_of(page) for page in pages}) == len(pages)


def test_reload_among_others(served: Served, context: BrowserContext) -> None:
    """A tab that is reloaded keeps its session; the others notice nothing (54, 55)."""
    first, second = open_tabs(context, served(TABS), 2)
    expect_usable(first)
    token, other = token_of(first), token_of(second)
    press(second, "Tick")
    for _ in range(3):
        first.reload()
        expect(first.locator("#count")).not_to_have_text("0")
        expect_usable(first)
        assert token_of(first) == token
    before = second.locator("#ticks").inner_text()
    expect(second.locator("#ticks")).not_to_have_text(before)
    expect_usable(second)
    assert token_of(second) == other
    expect(second.locator("#count")).to_have_text("1")


def test_first_tab_closed(serve: Serve, context: BrowserContext) -> None:
    """The tab that began the connection is closed: the others go on, its session ends (55, 61)."""
    url = serve(TABS).base_url
    first, second, third = open_tabs(context, url, 3)
    token = token_of(first)
    press(first, "Tick")
    first.close()
    for page in (second, third):
        expect_usable(page)
    wait_for_json(f"{url}/ended", [token], SLACK_SECONDS)
    for page in (second, third):
        expect_usable(page)


def test_crashed_tab(serve: Serve, context: BrowserContext) -> None:
    """A crashed tab is noticed: its session ends after the grace; the others go on (40, 55)."""
    url = serve(TABS, env=SHORT_GRACE).base_url
    crashed, other = open_tabs(context, url, 2)
    token = token_of(crashed)
    press(crashed, "Tick")
    expect(crashed.locator("#ticks")).not_to_have_text("0")
    crash(crashed)
    expect_usable(other)
    assert get_json(f"{url}/ended") == []
    wait_for_json(f"{url}/ended", [token], DETACH_GRACE_SECONDS + SLACK_SECONDS)
    expect_usable(other)


def crash(page: Page) -> None:
    """Kill the process of a tab, which has no time to say a word."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")


def test_duplicated_tab(served: Served, context: BrowserContext) -> None:
    """A duplicated tab has a token and a state of its own, on the same stream (54, 55)."""
    original = open_tabs(context, served(TABS), 1)[0]
    expect_usable(original)
    with context.expect_page() as opened:
        original.evaluate("() => { window.open(location.href) }")
    copy = opened.value
    expect_live(copy)
    assert token_of(copy) != token_of(original)
    expect(copy.locator("#count")).to_have_text("0")
    expect_usable(copy)
    expect_usable(original)
    expect(original.locator("#count")).to_have_text("2")
    expect(copy.locator("#count")).to_have_text("1")


def test_worker_killed(served: Served, browser: Browser, context: BrowserContext) -> None:
    """When the worker dies the tabs start another, keep their sessions, and do nothing twice."""
    url = served(TABS)
    pages = open_tabs(context, url, 3)
    tokens = [token_of(page) for page in pages]
    for page in pages:
        expect_usable(page)
    end_worker(browser, context, url)
    for page in pages:
        expect_usable(page)
        expect(page.locator("#count")).to_have_text("2")
    assert [token_of(page) for page in pages] == tokens
    assert all(page.locator("#ts-toasts .toast").count() == 0 for page in pages)


@pytest.mark.parametrize("script", [NO_WORKER, SILENT_WORKER], ids=["none", "silent"])
def test_without_worker(served: Served, context: BrowserContext, script: str) -> None:
    """Without a SharedWorker that answers, a tab has a stream of its own, and is usable."""
    context.add_init_script(script)
    first, second = open_tabs(context, served(TABS), 2)
    for page in (first, second):
        expect_usable(page)
    first.reload()
    expect(first.locator("#count")).to_have_text("1")
    expect_usable(first)


def test_without_worker_only_visible_tabs_have_streams(
    served: Served, context: BrowserContext
) -> None:
    """Without a SharedWorker hidden tabs give up their streams, and catch up when shown (61)."""
    context.add_init_script(NO_WORKER)
    url = served(TABS)
    pages: list[Page] = []
    for _ in range(MAX_CONNECTIONS + 2):
        for other in pages:
            other.evaluate(HIDE, True)
        pages.append(context.new_page())
        open_live(pages[-1], url)
        press(pages[-1], "Tick")
        expect(pages[-1].locator("#ticks")).not_to_have_text("0")
    first = pages[0]
    first.wait_for_timeout(500)
    before = first.locator("#ticks").inner_text()
    first.wait_for_timeout(500)
    expect(first.locator("#ticks")).to_have_text(before)
    first.evaluate(HIDE, False)
    expect(first.locator("#ticks")).not_to_have_text(before)
    expect_usable(first)


def test_hidden_tab_is_kept(serve: Serve, context: BrowserContext) -> None:
    """A hidden tab that vanishes is kept for the hidden grace, not the short one (55)."""
    url = serve(TABS, env=SHORT_GRACE).base_url
    hidden, other = open_tabs(context, url, 2)
    press(hidden, "Tick")
    with hidden.expect_request("**/_triostate/leave"):
        hidden.evaluate(HIDE, True)
    before = hidden.locator("#ticks").inner_text()
    expect(hidden.locator("#ticks")).not_to_have_text(before)  # it is live all the same
    crash(hidden)
    other.wait_for_timeout((DETACH_GRACE_SECONDS + 1.5) * 1000)
    assert get_json(f"{url}/ended") == []
    expect_usable(other)


NOTE_WAY_BACK = """() => {
  addEventListener("pageshow", ({ persisted }) => { window.wasKept = persisted; });
}"""


def is_kept(page: Page, elsewhere: str) -> bool:
    """Go elsewhere and back; return whether the page that is shown is the one that was left."""
    page.evaluate(NOTE_WAY_BACK)
    page.goto(elsewhere)
    page.go_back(wait_until="commit")
    return bool(page.evaluate("() => window.wasKept"))


@pytest.fixture
def remembering(served: Served, playwright: Playwright) -> Iterator[BrowserContext]:
    """Give a profile of a browser that keeps pages as they are for the way back.

    Headless builds there are that never do, whatever the page: shown here by a page of nothing.
    """
    chromium = find_chromium()
    browser = playwright.chromium.launch(
        executable_path=chromium.path,
        env={**chromium.env},
        args=[*LAUNCH_ARGUMENTS],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    bare = browser.new_page()
    bare.goto(f"{served(TABS)}/other")
    if not is_kept(bare, f"{served(TABS)}/ended"):
        browser.close()
        pytest.skip(f"Chromium {browser.version} at {chromium.path} keeps no page, not a bare one")
    bare.close()
    yield browser.new_context()
    browser.close()


@pytest.mark.parametrize("script", [None, NO_WORKER], ids=["worker", "none"])
def test_way_back_shows_the_page_as_it_was(
    served: Served, remembering: BrowserContext, script: str | None
) -> None:
    """The browser keeps the page for the way back; shown again, it is usable at once (55)."""
    if script is not None:
        remembering.add_init_script(script)
    url = served(TABS)
    page, other = open_tabs(remembering, url, 2)
    expect_usable(page)
    token = token_of(page)
    page.fill("#draft", "typed")
    was_kept = is_kept(page, f"{url}/other")
    why = page.evaluate("() => performance.getEntriesByType('navigation')[0].notRestoredReasons")
    assert was_kept, why
    expect(page.locator("#draft")).to_have_value("typed")
    expect(page.locator("#count")).to_have_text("1")
    expect_usable(page)
    assert token_of(page) == token
    expect_usable(other)


def test_insecure_origin(served: Served, playwright: Playwright) -> None:
    """Without Web Locks tabs share a stream too, and one that is closed does no harm (61)."""
    chromium = find_chromium()
    browser = playwright.chromium.launch(
        executable_path=chromium.path,
        env={**chromium.env},
        args=[*LAUNCH_ARGUMENTS, "--host-resolver-rules=MAP tabs.test 127.0.0.1"],
    )
    url = served(TABS).replace("127.0.0.1", "tabs.test")
    first, *others = pages = open_tabs(browser.new_context(), url, MAX_CONNECTIONS + 2)
    assert first.evaluate("() => !isSecureContext && !navigator.locks && !!window.SharedWorker")
    for page in pages:
        expect_usable(page)
    first.close()
    for page in others:
        expect_usable(page)
    others[0].reload()
    expect(others[0].locator("#count")).to_have_text("2")
    browser.close()
