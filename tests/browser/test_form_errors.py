"""Forms that become instances, on a real page: what is wrong, where it stands, and what stays."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import open_live, press

ENTRIES = "tests.browser.apps.entries:app"


def field(page: Page, label: str) -> Locator:
    """Return the control of that label."""
    return page.get_by_label(label, exact=True)


def expect_error(page: Page, control: Locator, text: str) -> None:
    """See that an error is the control's, for screen readers too, and is text."""
    expect(control).to_have_attribute("aria-invalid", "true")
    ids = (control.get_attribute("aria-describedby") or "").split()
    error = page.locator(f"#{ids[-1]}")
    expect(error).to_have_text(text)
    expect(error).to_be_visible()
    assert error.locator("*").count() == 0


def test_errors_beside_the_fields(served: Served, page: Page) -> None:
    """All at once, with the focus on the first; the entries stay; each goes with an edit."""
    open_live(page, served(ENTRIES))
    field(page, "Name").fill("x")
    field(page, "Age").fill("old")
    press(page, "Save")
    expect_error(page, field(page, "Name"), "must have at least 2 characters")
    expect_error(page, field(page, "Age"), "must be a whole number")
    expect(field(page, "Name")).to_be_focused()
    expect(page.locator("#whole")).to_have_text("hidden: must be a whole number")
    expect(page.locator("#account")).to_have_text("")
    expect(field(page, "Age")).to_have_value("old")
    field(page, "Age").fill("42")
    expect(field(page, "Age")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".ts-field-error")).to_have_count(2)
    expect(field(page, "Age")).not_to_have_attribute("aria-describedby", re.compile("."))


def test_an_instance_and_an_empty_form(served: Served, page: Page) -> None:
    """What is right makes an instance, and empties the form when the server has taken it."""
    open_live(page, f"{served(ENTRIES)}/fine")
    field(page, "Name").fill("Bo")
    field(page, "Age").fill("42")
    page.get_by_text("Cheap").click()
    page.get_by_text("Fast").click()
    field(page, "Name").press("Enter")
    made = "Account(name='Bo', age=42, is_member=False, tags=['fast', 'cheap'], hidden=0)"
    expect(page.locator("#account")).to_have_text(made)
    expect(field(page, "Name")).to_have_value("")
    expect(page.get_by_role("checkbox", name="Fast")).not_to_be_checked()
    field(page, "Name").fill("Bo")
    press(page, "Save")
    expect_error(page, field(page, "Age"), "is required")
    expect(field(page, "Age")).to_be_focused()
    expect(field(page, "Name")).to_have_value("Bo")


def test_form_error_of_a_handler(served: Served, page: Page) -> None:
    """It stands beside the field as text, what the handler did is undone, the entries are there."""
    open_live(page, f"{served(ENTRIES)}/fine")
    field(page, "Name").fill("taken")
    field(page, "Age").fill("42")
    page.get_by_text("Member").click()
    press(page, "Save")
    expect_error(page, field(page, "Name"), "is <b>taken</b>")
    expect(page.get_by_role("alert")).to_have_text("Nothing was saved.")
    expect(field(page, "Name")).to_have_value("taken")
    expect(page.get_by_role("checkbox", name="Member")).to_be_checked()
    expect(page.locator("#account")).to_have_text("")
    expect(page.locator("#ts-toasts .toast")).to_have_count(0)
    field(page, "Name").fill("free")
    press(page, "Save")
    expect(page.locator("#account")).to_contain_text("name='free'")
    expect(page.locator(".ts-field-error")).to_have_count(0)


def test_form_error_in_a_row(served: Served, page: Page) -> None:
    """Of a background handler, after the form was emptied: the row's entries come back with it."""
    open_live(page, served(ENTRIES))
    field(page, "b").fill("mine")
    press(page, "Rename b")
    expect_error(page, field(page, "b"), "mine is no name for b")
    expect(field(page, "b")).to_have_value("mine")
    expect(field(page, "a")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".ts-field-error")).to_have_count(1)


def test_the_browser_checks_first(served: Served, page: Page) -> None:
    """What is required, or out of bounds, is told by the browser itself; nothing is sent."""
    open_live(page, f"{served(ENTRIES)}/fine")
    field(page, "Name").fill("Bo")
    field(page, "Age").fill("200")
    press(page, "Save")
    age = field(page, "Age")
    expect(age).to_be_focused()
    assert age.evaluate("el => el.validity.rangeOverflow")
    expect(age).to_have_value("200")
    expect(page.locator("#account")).to_have_text("")
    expect(page.locator(".ts-field-error")).to_have_count(0)
