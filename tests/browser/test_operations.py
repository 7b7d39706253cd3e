"""The operations example as people use it: from the door to a job, an order and out again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from examples.operations import MENU
from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import expect_live, open_live, press

GALLERY = "triostate.app:app"


def sign_in(page: Page, address: str) -> None:
    """Go to the dashboard, which leads to the door, and sign in there by keyboard."""
    open_live(page, f"{address}/operations")
    expect(page).to_have_url(f"{address}/operations/login")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("engine")
    page.get_by_label("Password").press("Enter")
    expect(page).to_have_url(f"{address}/operations")
    expect_live(page)


def follow(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect_live(page)


@pytest.mark.expect_page_errors("403")  # what the tab hears that is left behind
def test_a_day_at_work(served: Served, page: Page, context: BrowserContext) -> None:
    """Sign in, watch the tiles, find an order, run a job and stop it, place an order, sign out."""
    address = served(GALLERY)
    sign_in(page, address)
    page.evaluate("window.isTheSameDocument = true")
    throughput = page.locator(".ts-card", has_text="Throughput").get_by_role("heading")
    shown = throughput.inner_text()
    expect(throughput).not_to_have_text(shown)

    follow(page, "Orders")
    expect(page.locator("tbody tr")).to_have_count(15)
    page.get_by_role("searchbox", name="Search").press_sequentially("777 ")
    expect(page.locator("tbody tr").first).to_contain_text("777")
    press(page, "Total")
    expect(page.get_by_role("button", name="Total ↑")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("nothing of that name")
    expect(page.get_by_text("No order is like that.")).to_be_visible()

    follow(page, "Jobs")
    press(page, "Re-index")
    follow(page, "Overview")
    expect(page.get_by_text("Re-indexing")).to_be_visible()
    follow(page, "Jobs")
    press(page, "Stop")
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible()

    follow(page, "New order")
    press(page, "Place the order")
    expect(page.get_by_text("Who is it for?")).to_be_visible()
    expect(page.get_by_text("is required")).to_be_visible()
    page.get_by_label("Customer").fill("Alan Kay")
    page.get_by_label("Product").select_option("Keyboard")
    page.get_by_label("Quantity").fill("99")
    press(page, "Place the order")
    expect(page.get_by_text("From 1 to 30, which are in stock.")).to_be_visible()
    page.get_by_label("Quantity").fill("3")
    press(page, "Place the order")
    expect(page).to_have_url(f"{address}/operations/orders")
    expect(page.get_by_text(re.compile("^Order 10,[0-9]+ is placed"))).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("alan kay")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("222")
    page.go_back()
    expect(page.get_by_role("heading", name="New order", level=1)).to_be_visible()
    assert page.evaluate("window.isTheSameDocument")

    other = context.new_page()
    open_live(other, f"{address}/operations")
    for _ in range(2):  # the second time within a minute is as quick
        press(page, "Sign out")
        expect(page).to_have_url(f"{address}/operations/login")
        expect(other).to_have_url(f"{address}/operations/login")
        sign_in(page, address)
        open_live(other, f"{address}/operations")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(
    served: Served, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    """Each page can be used by those who cannot see it, and fits a phone; light and dark."""
    address = served(GALLERY)
    context = new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = context.new_page()
    open_live(page, f"{address}/operations/login?failed")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    sign_in(page, address)
    for path in MENU:
        open_live(page, address + path)
        expect(page.get_by_text("Ada Lovelace", exact=True).first).to_be_visible()
        expect(page.locator("[data-skeleton]")).to_have_count(0)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
