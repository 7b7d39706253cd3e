"""What people do who do not wait: double clicks, a key held down, a press that slips.

On the components' own pages of the documentation. What each component does for those who use it as
it is meant is in `test_component_uses`.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import open_live
from tests.browser.test_theme import style
from tests.browser.uses import GALLERY, ROUTE, demos


@pytest.fixture
def dialogs(served: Served, page: Page) -> Page:
    """Give the page of dialogs, live."""
    open_live(page, f"{served(GALLERY)}{ROUTE}/dialog")
    return page


@pytest.fixture
def menus(served: Served, page: Page) -> Page:
    """Give the page of menus, live."""
    open_live(page, f"{served(GALLERY)}{ROUTE}/dropdown_menu")
    return page


def hold_enter(page: Page) -> None:
    """Hold Enter down until it has been repeated a few times."""
    for _ in range(4):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")


def is_on_top(locator: Locator) -> bool:
    """Tell whether nothing covers the middle of an element."""
    found: bool = locator.evaluate(
        """el => {
          const { left, top, width, height } = el.getBoundingClientRect();
          return el.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""
    )
    return found


def test_a_dialog_that_is_double_clicked(dialogs: Page) -> None:
    """The second press is not one beside what the first has opened; a later one is."""
    opener = demos(dialogs).get_by_role("button", name="Delete", exact=True)
    dialog = dialogs.get_by_role("dialog", name="Delete the order?")
    opener.dblclick()
    dialog.get_by_text("It cannot be brought back.").click()
    dialogs.mouse.click(5, 5)
    expect(dialog).not_to_be_visible()
    expect(dialogs.get_by_text("Last done: nothing yet")).to_be_visible()


def test_a_dialog_that_is_opened_as_it_closes(dialogs: Page) -> None:
    """Opened again before the browser has told that it was closed, it is open."""
    opener = demos(dialogs).get_by_role("button", name="Delete", exact=True)
    dialog = dialogs.get_by_role("dialog", name="Delete the order?")
    opener.click()
    expect(dialog).to_be_visible()
    opener.evaluate("opener => { document.querySelector('dialog[open]').close(); opener.click() }")
    dialogs.wait_for_timeout(100)
    expect(dialog).to_be_visible()
    dialogs.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    opener.press("Enter")
    expect(dialog).to_be_visible()


def test_a_press_that_slips_out_of_a_dialog(dialogs: Page) -> None:
    """What is selected from a field to beyond the dialog's edge leaves it open."""
    demos(dialogs).get_by_role("button", name="Edit the profile").click()
    dialog = dialogs.get_by_role("dialog", name="Profile")
    dialog.get_by_label("Name").hover()
    dialogs.mouse.down()
    dialogs.mouse.move(5, 5, steps=3)
    dialogs.mouse.up()
    expect(dialogs.locator("html[data-ts=live]")).to_be_attached()
    dialog.get_by_label("City").click()
    expect(dialog.get_by_label("City")).to_be_focused()


def test_enter_is_held_on_what_opens_a_dialog(dialogs: Page) -> None:
    """It opens, and nothing in it is pressed."""
    demos(dialogs).get_by_role("button", name="Delete", exact=True).focus()
    hold_enter(dialogs)
    keep = dialogs.get_by_role("dialog").get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    dialogs.keyboard.press("Enter")
    expect(keep).not_to_be_visible()


def test_enter_is_held_on_a_menu(menus: Page) -> None:
    """It opens, and its first item is not chosen."""
    demos(menus).get_by_role("button", name="Actions").focus()
    hold_enter(menus)
    expect(menus.get_by_role("menuitem", name="Edit")).to_be_focused()
    expect(menus.get_by_text("Last done: nothing yet")).to_be_visible()


def test_a_menu_that_is_double_clicked(menus: Page) -> None:
    """It is open after it; one more press closes it."""
    button = demos(menus).get_by_role("button", name="Actions")
    button.dblclick()
    edit = menus.get_by_role("menuitem", name="Edit")
    expect(edit).to_be_focused()
    menus.mouse.click(5, 5)
    expect(edit).not_to_be_visible()


@pytest.mark.parametrize("what", ["Order 12", "Send"])
def test_a_press_in_a_menu_that_hits_no_item(menus: Page, what: str) -> None:
    """A heading, or what cannot be chosen: the keyboard still moves in the menu and closes it."""
    button = demos(menus).get_by_role("button", name="Actions")
    button.click()
    menu = menus.get_by_role("menu", name="Actions")
    spot = menu.get_by_text(what, exact=True).bounding_box()
    assert spot is not None
    menus.mouse.click(spot["x"] + 5, spot["y"] + 5)
    expect(menu).to_be_visible()
    menus.keyboard.press("ArrowUp")
    expect(menus.get_by_role("menuitem", name="Delete")).to_be_focused()
    menus.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    expect(button).to_be_focused()


def test_two_menus(menus: Page) -> None:
    """One that opens closes the other; Tab out of one closes it and goes on."""
    first, second = (demos(menus).get_by_role("button", name=name) for name in ("Actions", "More"))
    first.click()
    second.click()
    expect(menus.get_by_role("menuitem", name="Print")).to_be_focused()
    expect(menus.get_by_role("menuitem")).to_have_count(2)
    menus.keyboard.press("Shift+Tab")
    expect(menus.get_by_role("menuitem")).to_have_count(0)
    expect(second).to_be_focused()


def test_a_menu_is_seen_as_a_whole(menus: Page) -> None:
    """What it opens from does not cut it off, nor does the focus on its last item move the demo."""
    button = demos(menus).get_by_role("button", name="Actions")
    before = button.bounding_box()
    button.press("ArrowUp")
    last = menus.get_by_role("menuitem", name="Delete")
    expect(last).to_be_focused()
    assert is_on_top(last)
    assert button.bounding_box() == before


def test_tooltips_are_not_seen_through(served: Served, page: Page) -> None:
    """They come to their full colours, and nothing cuts them off."""
    open_live(page, f"{served(GALLERY)}{ROUTE}/tooltip")
    button = demos(page).get_by_role("button", name="Top")
    button.hover()
    words = button.locator("xpath=..").get_by_role("tooltip")
    expect(words).to_be_visible()
    words.evaluate("async (el) => Promise.all(el.getAnimations().map((one) => one.finished))")
    assert style(words, "opacity") == "1"
    assert style(demos(page).first, "overflow-y") == "visible"


def test_a_picture_that_is_missing(served: Served, page: Page) -> None:
    """An avatar without its picture looks as one that never had any."""
    open_live(page, f"{served(GALLERY)}{ROUTE}/avatar")
    avatar = page.get_by_role("img", name="Somebody without a picture")
    shown = avatar.screenshot()
    avatar.evaluate("el => el.querySelector('img').remove()")
    assert avatar.screenshot() == shown


def test_the_header_does_not_hide_the_focus(served: Served, page: Page) -> None:
    """What Tab goes back to is below the documentation's header, not under it."""
    page.set_viewport_size({"width": 900, "height": 500})
    open_live(page, f"{served(GALLERY)}{ROUTE}/button")
    button = page.get_by_role("button", name="Press me")
    demos(page).get_by_role("button", name="Solid").focus()
    button.evaluate("el => scrollBy({ top: el.getBoundingClientRect().top, behavior: 'instant' })")
    while not button.evaluate("el => el === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    assert is_on_top(button)


def test_a_menu_with_little_room(served: Served, page: Page) -> None:
    """What scrolls around it does not cut it off, and it stays by its trigger as that is scrolled.

    At the window's end it opens upwards, and nothing of it is beside the window.
    """
    page.set_viewport_size({"width": 500, "height": 500})
    open_live(page, served("tests.browser.apps.menus:app"))
    row = page.get_by_role("button", name="row 1")
    row.click()
    delete = page.get_by_role("menuitem", name="Delete row 1")
    expect(delete).to_be_visible()
    assert is_on_top(delete)
    before = delete.bounding_box()
    page.locator("#frame").evaluate("frame => frame.scrollBy(0, 40)")
    page.wait_for_timeout(100)
    after = delete.bounding_box()
    assert before is not None
    assert after is not None
    assert round(before["y"] - after["y"]) == 40
    delete.click()
    expect(page.locator("#done")).to_have_text("Delete row 1")
    expect(delete).not_to_be_visible()
    last = page.get_by_role("button", name="last")
    last.press("ArrowDown")
    for name in ("Edit last", "Delete last"):
        box = page.get_by_role("menuitem", name=name).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 500
        assert box["x"] + box["width"] <= 500
    expect(page.get_by_role("menuitem", name="Edit last")).to_be_focused()
    page.keyboard.press("Escape")
    expect(last).to_be_focused()
