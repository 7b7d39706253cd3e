"""What scrolls, and what belongs to the window."""

from playwright.sync_api import Page, expect

from tests.browser.uses.acting import button, by_keyboard, by_pointer, demos, says, tab_to


@by_keyboard("table")
def _table_keys(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    frame = tab_to(page, demos(page).get_by_role("group", name="Orders"))
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(frame).to_be_focused()
    tab_to(page, button(page, "Take one").first)
    page.keyboard.press("Enter")
    expect(demos(page).get_by_role("row", name="Bolts 39")).to_be_visible()


@by_pointer("table")
def _table_pointer(page: Page) -> None:
    button(page, "Another part").click()
    row = demos(page).get_by_role("row", name="Part 3")
    row.get_by_role("button", name="Take one").click()
    expect(row).to_contain_text("9")


@by_keyboard("code_block")
def _code_block_keys(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    code = tab_to(page, demos(page).locator("pre").first)
    page.keyboard.press("ArrowRight")
    expect(code).to_be_focused()
    tab_to(page, button(page, "A request"))
    page.keyboard.press("Enter")
    expect(demos(page).get_by_text("request 1 answered")).to_be_visible()


@by_pointer("code_block")
def _code_block_pointer(page: Page) -> None:
    button(page, "A request").click()
    expect(demos(page).get_by_text("request 1 answered")).to_be_visible()


@by_keyboard("window_event_listener")
def _window_keys(page: Page) -> None:
    page.keyboard.press("n")
    says(page, "Step 2")
    page.keyboard.press("ControlOrMeta+s")
    says(page, "Saved with Ctrl S (Command S on a Mac): 1 times")


@by_pointer("window_event_listener")
def _window_pointer(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 700})  # as by its corner
    says(page, "The window: 900 by 700")
