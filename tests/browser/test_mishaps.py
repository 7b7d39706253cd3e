"""Handlers and pages that raise."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import open_live, press

MISHAPS = "tests.browser.apps.mishaps:app"


@pytest.mark.parametrize("button", ["Fail", "Fail behind"])
def test_failing_handler(served: Served, page: Page, button: str) -> None:
    """A handler that raises shows a toast and changes nothing; the session lives on (5, 31, 42)."""
    open_live(page, served(MISHAPS))
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("1")
    press(page, button)
    toasts = page.locator("#ts-toasts > *")
    expect(toasts).to_have_count(1)
    expect(toasts).to_have_attribute("data-category", "error")
    expect(toasts).not_to_contain_text("secret")
    expect(page.locator("#count")).to_have_text("1")
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("2")


@pytest.mark.expect_page_errors("500")
def test_failing_page(served: Served, page: Page) -> None:
    """A page function that raises gives an error page without its text; the others live."""
    url = served(MISHAPS)
    answer = page.goto(f"{url}/broken")
    assert answer is not None
    assert answer.status == 500
    expect(page.get_by_text("500")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("secret")
    page.get_by_role("link", name="start").click()
    expect(page.locator("html[data-ts=live]")).to_be_attached()
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("1")


@pytest.mark.expect_page_errors("404")
def test_no_such_page(served: Served, page: Page) -> None:
    """An address that leads nowhere is answered 404, by a page that leads back."""
    answer = page.goto(f"{served(MISHAPS)}/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("main.ts-error")).to_contain_text("404")
    page.get_by_role("link", name="start").click()
    expect(page.locator("html[data-ts=live]")).to_be_attached()
