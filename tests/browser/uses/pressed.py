"""What is pressed: buttons, links, and what is made of them."""

import re

from playwright.sync_api import Page, expect

from tests.browser.uses.acting import (
    ROUTE,
    button,
    by_keyboard,
    by_pointer,
    demos,
    says,
    tab_back_to,
    tab_to,
)


@by_keyboard("button")
def _button_keys(page: Page) -> None:
    tab_to(page, button(page, "Press me"))
    for number, key in enumerate(("Enter", "Space"), 1):
        page.keyboard.press(key)
        says(page, f"pressed {number} times")


@by_pointer("button")
def _button_pointer(page: Page) -> None:
    button(page, "Press me").click()
    says(page, "pressed 1 times")
    button(page, "Disabled").first.click(force=True)
    button(page, "Solid").dblclick()
    says(page, "pressed 3 times")


@by_keyboard("link")
def _link_keys(page: Page) -> None:
    tab_to(page, demos(page).get_by_role("link", name="button", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{ROUTE}/button$"))


@by_pointer("link")
def _link_pointer(page: Page) -> None:
    demos(page).get_by_role("link", name="button", exact=True).click()
    expect(page).to_have_url(re.compile(f"{ROUTE}/button$"))


@by_keyboard("markdown")
def _markdown_keys(page: Page) -> None:
    link = demos(page).get_by_role("link", name="what a form does")
    tab_to(page, button(page, "More"))
    page.keyboard.press("Space")
    expect(demos(page).get_by_role("listitem").filter(has_text="one more thing")).to_be_visible()
    tab_back_to(page, link)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{ROUTE}/form$"))


@by_pointer("markdown")
def _markdown_pointer(page: Page) -> None:
    demos(page).get_by_role("link", name="what a form does").click()
    expect(page).to_have_url(re.compile(f"{ROUTE}/form$"))


@by_keyboard("color_mode_button")
def _color_mode_keys(page: Page) -> None:
    toggle = demos(page).get_by_role("button", name=re.compile("^Colour mode")).first
    tab_to(page, toggle)
    expect(toggle).to_have_accessible_name("Colour mode: system")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    page.keyboard.press("Space")
    expect(toggle).to_have_accessible_name("Colour mode: light")
    page.keyboard.press("Enter")
    expect(toggle).to_have_accessible_name("Colour mode: system")


@by_pointer("color_mode_button")
def _color_mode_pointer(page: Page) -> None:
    demos(page).get_by_role("button", name=re.compile("^Colour mode")).first.click()
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    button(page, "Light").click()
    expect(page.locator("html")).not_to_have_class(re.compile(r"\bdark\b"))


@by_keyboard("color_mode_cond")
def _color_mode_cond_keys(page: Page) -> None:
    says(page, "It is light here.")
    toggle = tab_to(page, demos(page).get_by_role("button"))
    page.keyboard.press("Enter")
    says(page, "It is dark here.")
    page.keyboard.press("Enter")
    says(page, "It is light here.")
    page.keyboard.press("Enter")
    expect(toggle).to_have_accessible_name("Colour mode: system")


@by_pointer("color_mode_cond")
def _color_mode_cond_pointer(page: Page) -> None:
    demos(page).get_by_role("button").click()
    says(page, "It is dark here.")
    expect(page.get_by_text("It is light here.", exact=True)).to_be_hidden()


@by_keyboard("cond")
def _cond_keys(page: Page) -> None:
    tab_to(page, button(page, "Sign in"))
    page.keyboard.press("Enter")
    says(page, "Hello Ada")
    tab_to(page, button(page, "Sign out"))
    page.keyboard.press("Space")
    expect(button(page, "Sign in")).to_be_visible()


@by_pointer("cond")
def _cond_pointer(page: Page) -> None:
    button(page, "Sign in").click()
    button(page, "Sign out").click()
    expect(button(page, "Sign in")).to_be_visible()


@by_keyboard("foreach")
def _foreach_keys(page: Page) -> None:
    tab_to(page, page.get_by_label("New task"))
    page.keyboard.type("Sweep")
    tab_to(page, button(page, "Add"))
    page.keyboard.press("Enter")
    says(page, "3. Sweep")


@by_pointer("foreach")
def _foreach_pointer(page: Page) -> None:
    button(page, "Remove Count the bolts").click()
    says(page, "1. Call the driver")
    button(page, "Next").click()
    expect(demos(page).get_by_placeholder("A note on them").first).to_have_accessible_name(
        "Note on Grace"
    )


@by_keyboard("custom_element")
def _custom_element_keys(page: Page) -> None:
    tab_to(page, button(page, "4 of 5"))
    page.keyboard.press("Enter")
    says(page, "4 of 5")


@by_pointer("custom_element")
def _custom_element_pointer(page: Page) -> None:
    button(page, "2 of 5").click()
    says(page, "2 of 5")
    button(page, "All five").click()
    expect(button(page, "5 of 5")).to_have_attribute("aria-pressed", "true")


@by_keyboard("script")
def _script_keys(page: Page) -> None:
    tab_to(page, button(page, "5 of 5"))
    page.keyboard.press("Space")
    expect(button(page, "5 of 5")).to_have_attribute("aria-pressed", "true")


@by_pointer("script")
def _script_pointer(page: Page) -> None:
    button(page, "Draw").click()
    expect(demos(page).get_by_text("not yet")).to_have_count(0)
