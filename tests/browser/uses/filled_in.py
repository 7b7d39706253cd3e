"""Forms, their fields and their errors."""

from playwright.sync_api import Page, expect

from tests.browser.uses.acting import (
    button,
    by_keyboard,
    by_pointer,
    demos,
    says,
    tab_to,
    type_over,
)


@by_keyboard("form")
def _form_keys(page: Page) -> None:
    tab_to(page, page.get_by_label("Name"))
    for text in ("Ada", "ada@example.org", "2"):
        type_over(page, text)
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # in Size
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    says(page, "Ada: 2 in L")
    expect(page.get_by_label("Name")).to_have_value("")


@by_pointer("form")
def _form_pointer(page: Page) -> None:
    button(page, "Order").click()
    expect(page.get_by_label("Name")).to_be_focused()  # the browser asks for it
    page.keyboard.type("Ada")
    page.get_by_label("Email").click()
    page.keyboard.type("ada@example.org")
    demos(page).get_by_text("As a present").click()
    button(page, "Order").click()
    says(page, "Ada: 1 in M")
    expect(page.get_by_label("As a present")).not_to_be_checked()


@by_keyboard("form_field")
def _form_field_keys(page: Page) -> None:
    email = tab_to(page, page.get_by_label("Email"))
    expect(email).to_have_accessible_description(
        "For the receipt, and nothing else. An address ends in a domain."
    )
    page.keyboard.press("End")
    page.keyboard.type(".org")
    expect(email).to_have_accessible_description("For the receipt, and nothing else.")
    expect(email).not_to_have_attribute("aria-invalid", "true")


@by_pointer("form_field")
def _form_field_pointer(page: Page) -> None:
    for text in ("Email", "City", "Note"):
        demos(page).get_by_text(text, exact=True).first.click()
        expect(page.get_by_label(text, exact=True)).to_be_focused()


@by_keyboard("form_errors")
def _form_errors_keys(page: Page) -> None:
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").get_by_text("There are 3 seats left.")).to_be_visible()
    tab_to(page, page.get_by_label("Seats"))
    type_over(page, "2")
    page.keyboard.press("Enter")
    says(page, "1 left")


@by_pointer("form_errors")
def _form_errors_pointer(page: Page) -> None:
    page.get_by_label("Name").click()
    page.keyboard.type("Ada")
    button(page, "Book").click()
    expect(page.get_by_role("alert").get_by_text("There are 3 seats left.")).to_be_visible()
