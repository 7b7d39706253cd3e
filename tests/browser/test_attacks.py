"""Attacks in a real browser, under the policy that users get: nothing runs, nothing is loaded.

A breach of the policy is an error of the console, and fails the test by itself: what the runtime
should have refused must not have been left to the browser to stop.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.attacks.corpora import MARKUP, SCRIPT_ADDRESSES, STYLES
from tests.browser.conftest import Served, is_ours
from tests.browser.looking import open_live, press

ATTACKS = "tests.browser.apps.attacks:app"

# What a page that was taken over would have besides: none of it is in the corpus's harmless twin.
FOREIGN_ELEMENTS = (
    "iframe, object, embed, base, form, math, svg, img, "
    "script:not([src]):not([type='application/json'])"
)


@pytest.fixture
def attacked(served: Served, page: Page) -> Page:
    """Open the page, and note dialogs and whatever goes to somebody else."""
    noted: list[str] = []

    def dismiss(dialog: Any) -> None:
        noted.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note(request: Request) -> None:
        if not is_ours(request.url) and not request.url.startswith("data:image/"):
            noted.append(f"request: {request.url}")

    page.on("dialog", dismiss)
    page.on("request", note)
    page.on("popup", lambda popup: noted.append(f"popup: {popup.url}"))
    open_live(page, served(ATTACKS))
    page.noted = noted  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    return page


def check(page: Page) -> None:
    """Demand that nothing has run and nothing is there that was not meant to be."""
    assert page.locator(FOREIGN_ELEMENTS).count() == 0
    handlers = (
        "els => els.flatMap(el => el.getAttributeNames()).filter(n => /^on|^style$|srcdoc/.test(n))"
    )
    found = page.locator("#ts-root *").evaluate_all(handlers)
    assert [name for name in found if name != "style"] == []
    polluted = "() => [{}.a, ({}).polluted, Object.getPrototypeOf({}) === Object.prototype]"
    assert page.evaluate(polluted) == [None, None, True]
    assert page.noted == []  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def shown(texts: list[str]) -> list[str]:
    """Return texts as a document holds them: it has no NUL, and one kind of line end."""
    return [text.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n") for text in texts]


def test_markup_at_once_and_later(attacked: Page) -> None:
    """Markup is text: on the first paint, and as it comes by a delta, to the letter."""
    read = "els => els.map(el => [el.textContent, el.title])"
    first = attacked.locator("#texts .text").evaluate_all(read)
    assert shown([text for text, _ in first]) == shown(MARKUP)
    press(attacked, "Change")
    expect(attacked.locator("#later-texts .text")).to_have_count(len(MARKUP))
    later = attacked.locator("#later-texts .text").evaluate_all(read)
    assert later == [[text, text] for text in MARKUP]
    expect(attacked.locator("#keys")).to_contain_text("__proto__=a")
    expect(attacked.locator("#keys")).to_contain_text("constructor=b")
    check(attacked)


def test_addresses_at_once_and_later(attacked: Page) -> None:
    """No link leads to what runs script: such an address is left out, then and later."""
    press(attacked, "Change")
    expect(attacked.locator("#later-a a")).to_have_count(len(SCRIPT_ADDRESSES))
    for box in ("#addresses", "#later-a"):
        links = attacked.locator(f"{box} a").evaluate_all("els => els.map(el => el.protocol)")
        assert set(links) <= {":", "", "http:"}
        assert attacked.locator(f"{box} a[href]").count() == 0
    for at in range(len(SCRIPT_ADDRESSES)):
        attacked.locator("#later-a a").nth(at).dispatch_event("click")
    check(attacked)


def test_styles_at_once_and_later(attacked: Page) -> None:
    """No style leaves its place or loads anything, then and later."""
    press(attacked, "Change")
    expect(attacked.locator("#later-s > *")).to_have_count(len(STYLES))
    for box in ("#styles", "#later-s"):
        images = "els => els.map(el => getComputedStyle(el).backgroundImage)"
        assert set(attacked.locator(f"{box} > *").evaluate_all(images)) == {"none"}
        expect(attacked.locator(f"{box} > *").first).to_be_visible()
    check(attacked)


def test_one_after_another(attacked: Page) -> None:
    """A place that showed something harmless shows nothing harmful after it, and recovers."""
    press(attacked, "Run through")
    expect(attacked.locator("#text")).to_have_text("done")
    assert attacked.locator("#link[href]").count() == 0
    press(attacked, "Fine")
    expect(attacked.locator("#link")).to_have_attribute("href", "/fine")
    expect(attacked.locator("#box")).to_have_css("color", "rgb(1, 2, 3)")
    check(attacked)


def test_redirects(attacked: Page) -> None:
    """The runtime itself goes nowhere but to this app, whatever the server says."""
    said: list[str] = []
    attacked.on("console", lambda message: said.append(message.text))
    here = attacked.url
    with attacked.expect_console_message(lambda message: message.text == "been"):
        press(attacked, "Go")
    assert attacked.url.startswith(here)
    check(attacked)
