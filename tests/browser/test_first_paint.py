"""Pages before and without the runtime: first paint, expressions, colour scheme, policy, assets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.apps.expressions import AFTER, BEFORE, expected
from tests.browser.conftest import Served, Watch, is_ours
from tests.browser.looking import open_live, press

EXPRESSIONS = "tests.browser.apps.expressions:app"
BLOCKS = "tests.browser.apps.blocks:app"
GALLERY = "triostate.app:app"
NewContext = Callable[..., BrowserContext]
MAX_REQUESTS = 6


def test_expressions_show_what_python_shows(served: Served, page: Page) -> None:
    """An expression means in the page what it means in Python, before and after a change."""
    open_live(page, served(EXPRESSIONS))
    shown = page.locator(".shown")
    expect(shown).to_have_text(expected(BEFORE))
    expect(page.locator("#none")).to_have_text("")
    expect(page.locator("#mixed")).to_have_text("some names of 3")
    press(page, "Change")
    expect(page.locator("#mixed")).to_have_text("no names of 7")
    expect(shown).to_have_text(expected(AFTER))


def test_page_without_javascript(served: Served, new_context: NewContext) -> None:
    """Without JavaScript the page shows the default values, complete and visible."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(served(EXPRESSIONS))
    shown = page.locator(".shown")
    expect(shown).to_have_text(expected(BEFORE))
    for paragraph in shown.all():
        expect(paragraph).to_be_visible()
    page.goto(served(BLOCKS))
    expect(page.locator("#shut")).to_have_text("shut 0")
    expect(page.locator("#open")).to_have_count(0)
    expect(page.locator(".title")).to_have_text(["0: fruit", "1: nuts"])
    expect(page.locator(".item")).to_have_text(["apple", "pear", "hazel"])
    expect(page.get_by_role("link")).to_have_attribute("href", "/search?count=0")


def test_colour_scheme(served: Served, new_context: NewContext) -> None:
    """The page is light or dark as the system is, unless the user has chosen."""
    backgrounds = {}
    for scheme in ("light", "dark"):
        page = new_context(color_scheme=scheme).new_page()
        open_live(page, served(GALLERY))
        backgrounds[scheme] = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert backgrounds["light"] != backgrounds["dark"]
    page.evaluate("() => localStorage.setItem('ts-theme', 'light')")
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", backgrounds["light"])


def test_assets_come_without_complaint(served: Served, page: Page) -> None:
    """A page loads at most 6 files, all of this server, and asks for no favicon."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - wants a function
    url = served(GALLERY)
    for path in ("/", "/counter", "/background-task", "/low-level"):
        requests.clear()
        open_live(page, url + path)
        asked = [request.url for request in requests if not request.url.startswith("data:")]
        assert all(map(is_ours, asked)), asked
        assert not any("favicon" in address for address in asked)
        # The stream is no file, and lasts.
        assert len([address for address in asked if "/stream?" not in address]) <= MAX_REQUESTS


def test_policy_is_strict(served: Served, page: Page) -> None:
    """Pages carry the strict content security policy, error pages too."""
    url = served(GALLERY)
    answer = page.goto(url)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.expect_page_errors("Content Security Policy")
@pytest.mark.parametrize("breach", ["script", "style"])
def test_watch_sees_a_breach(served: Served, context: BrowserContext, breach: str) -> None:
    """A breach of the policy would fail a test that does not expect it."""
    watch = Watch([])
    watch.attach(context)
    page = context.new_page()
    open_live(page, served(GALLERY))
    assert watch.problems == []
    with page.expect_console_message(lambda message: message.type == "error"):
        page.evaluate(
            """breach => {
              const el = document.createElement(breach);
              el.textContent = breach === "script" ? "window.ran = true" : "body { color: red }";
              document.head.append(el);
            }""",
            breach,
        )
    assert any("Content Security Policy" in problem for problem in watch.problems)
    assert page.evaluate("() => window.ran") is None
