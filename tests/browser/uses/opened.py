"""What opens and closes: accordions, tabs, dialogs, menus, tooltips."""

from playwright.sync_api import Page, expect

from tests.browser.uses.acting import button, by_keyboard, by_pointer, demos, says, tab_to


@by_keyboard("accordion")
def _accordion_keys(page: Page) -> None:
    tab_to(page, demos(page).locator("summary").nth(1))
    page.keyboard.press("Enter")
    says(page, "For a month.")
    expect(demos(page).get_by_text("Two days.")).not_to_be_visible()
    page.keyboard.press("Space")
    expect(demos(page).get_by_text("For a month.")).not_to_be_visible()


@by_pointer("accordion")
def _accordion_pointer(page: Page) -> None:
    demos(page).get_by_text("Details", exact=True).click()
    expect(page.get_by_role("switch", name="Open")).to_be_checked()
    page.get_by_role("switch", name="Open").click()
    expect(demos(page).get_by_text("Opened here or by the switch.")).not_to_be_visible()


@by_keyboard("tabs")
def _tabs_keys(page: Page) -> None:
    tab_to(page, page.get_by_role("tab", name="Day"))
    page.keyboard.press("ArrowRight")
    says(page, "81 orders since Monday.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tabpanel", name="Week", exact=True)).to_be_focused()
    tab_to(page, page.get_by_role("tab", name="This week"))
    page.keyboard.press("End")  # the last that can be chosen
    says(page, "The server has year.")
    tab_to(page, page.get_by_role("tab", name="Profile"))
    page.keyboard.press("ArrowDown")
    says(page, "What we write to you.")


@by_pointer("tabs")
def _tabs_pointer(page: Page) -> None:
    page.get_by_role("tab", name="Year", exact=True).click()
    says(page, "4,102 orders since January.")
    page.get_by_role("tab", name="This year").click()
    says(page, "The server has year.")
    page.get_by_role("tab", name="All time").click(force=True)
    says(page, "4,102 orders.")


@by_keyboard("dialog")
def _dialog_keys(page: Page) -> None:
    opener = tab_to(page, button(page, "Delete"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete the order?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Space")
    expect(dialog).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    says(page, "Last done: deleted")


@by_pointer("dialog")
def _dialog_pointer(page: Page) -> None:
    button(page, "Edit the profile").click()
    dialog = page.get_by_role("dialog", name="Profile")
    expect(dialog).to_be_visible()
    page.mouse.click(5, 5)
    expect(dialog).not_to_be_visible()
    button(page, "Edit the profile").click()
    dialog.get_by_role("button", name="Save").click()
    says(page, "Last done: saved")


@by_keyboard("dropdown_menu")
def _dropdown_menu_keys(page: Page) -> None:
    opener = tab_to(page, button(page, "Actions"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    expect(page.get_by_role("menuitem", name="Duplicate")).to_be_focused()
    page.keyboard.press("ArrowDown")  # over the one that cannot be chosen
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "Last done: delete")
    expect(opener).to_be_focused()


@by_pointer("dropdown_menu")
def _dropdown_menu_pointer(page: Page) -> None:
    button(page, "Actions").click()
    page.get_by_role("menuitem", name="Duplicate").hover()
    expect(page.get_by_role("menuitem", name="Duplicate")).to_be_focused()
    page.get_by_role("menuitem", name="Duplicate").click()
    says(page, "Last done: duplicate")
    button(page, "More").click()
    page.mouse.click(5, 5)
    expect(page.get_by_role("menu")).to_have_count(0)


@by_keyboard("tooltip")
def _tooltip_keys(page: Page) -> None:
    refresh = tab_to(page, button(page, "Refresh"))
    expect(refresh).to_have_accessible_description("Asks the warehouse anew")
    words = page.get_by_role("tooltip", name="Asks the warehouse anew")
    expect(words).to_be_visible()
    page.keyboard.press("Escape")
    expect(words).not_to_be_visible()
    tab_to(page, demos(page).get_by_text("19 °C", exact=True))
    expect(page.get_by_role("tooltip", name="Measured at noon")).to_be_visible()


@by_pointer("tooltip")
def _tooltip_pointer(page: Page) -> None:
    button(page, "Refresh").hover()
    words = page.get_by_role("tooltip", name="Asks the warehouse anew")
    expect(words).to_be_visible()
    words.hover()  # the pointer may go over to it
    expect(words).to_be_visible()
    page.mouse.move(5, 5)
    expect(words).not_to_be_visible()
