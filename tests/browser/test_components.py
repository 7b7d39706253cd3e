"""The components on a real page: used by keyboard and by pointer, and checked for accessibility."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import open_live, press

GALLERY = "triostate.app:app"
ROUTE = "/components"


@pytest.fixture
def shown(served: Served, page: Page) -> Page:
    """Give the gallery's page of components, live."""
    open_live(page, served(GALLERY) + ROUTE)
    return page


def card(page: Page, title: str) -> Locator:
    """Return the card of that title."""
    return page.locator(".ts-card").filter(has=page.get_by_text(title, exact=True)).last


# Accessibility


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_screen_readers(
    served: Served, context: BrowserContext, scheme: str
) -> None:
    """Axe finds nothing: names, roles, contrasts, in either theme, with all of it open too."""
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_live(page, served(GALLERY) + ROUTE)
    expect(page.locator("html")).to_have_class(re.compile("dark" if scheme == "dark" else "^$"))
    assert violations(page) == []
    page.get_by_role("switch", name="Still loading").click()
    page.get_by_label("Note for the driver").fill("x" * 61)
    expect(page.get_by_text("Sixty are enough.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Refresh").focus()
    press(page, "Actions")
    expect(page.get_by_role("menu")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    press(page, "Delete")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, "dialog") == []


@pytest.mark.parametrize("width", [360, 390])
def test_it_fits_a_phone(served: Served, page: Page, width: int) -> None:
    """Nothing makes the page wider than the screen."""
    page.set_viewport_size({"width": width, "height": 800})
    open_live(page, served(GALLERY) + ROUTE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# Controls


def test_select(shown: Page) -> None:
    """A choice by keyboard or pointer is the var's, and is there again after a reload."""
    city = shown.get_by_label("City")
    expect(city).to_have_value("osl")
    city.focus()
    city.press("ArrowDown")
    expect(shown.get_by_text("Sent as nbo")).to_be_visible()
    city.select_option("Lima")
    expect(shown.get_by_text("Sent as lim")).to_be_visible()
    shown.reload()
    expect(shown.get_by_text("Sent as lim")).to_be_visible()
    expect(city).to_have_value("lim")


def test_radio_group(shown: Page) -> None:
    """One is chosen; the arrows choose the next one, and the focus goes along."""
    group = shown.get_by_role("radiogroup", name="Plan")
    team = group.get_by_role("radio", name="Team, 10 seats")
    firm = group.get_by_role("radio", name="Firm, no limit")
    expect(team).to_be_checked()
    team.focus()
    team.press("ArrowDown")
    expect(firm).to_be_checked()
    expect(firm).to_be_focused()
    expect(team).not_to_be_checked()
    shown.get_by_text("Small, 2 seats", exact=True).click()
    shown.reload()
    expect(group.get_by_role("radio", name="Small, 2 seats")).to_be_checked()


def test_switch(shown: Page) -> None:
    """Space and a click switch it; what was waited for is there, and can be reached."""
    waiting = shown.get_by_role("switch", name="Still loading")
    hidden = card(shown, "progress, spinner, skeleton").locator(".ts-skeleton")
    expect(hidden).to_have_attribute("inert", "")
    waiting.focus()
    waiting.press("Space")
    expect(waiting).not_to_be_checked()
    expect(hidden).not_to_have_attribute("inert", "")
    shown.get_by_text("Still loading", exact=True).click()
    expect(hidden).to_have_attribute("inert", "")


def test_slider(shown: Page) -> None:
    """Arrows move it by a step, and everything bound to the number moves with it."""
    volume = shown.get_by_role("slider")
    volume.focus()
    volume.press("ArrowRight")
    volume.press("ArrowRight")
    expect(shown.get_by_text("Volume: 42 %")).to_be_visible()
    expect(volume).to_have_value("42")
    volume.press("Home")
    expect(shown.get_by_text("Volume: 0 %")).to_be_visible()
    box = volume.bounding_box()
    assert box is not None
    shown.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    expect(shown.get_by_text("Volume: 100 %")).to_be_visible()


def test_text_area(shown: Page) -> None:
    """It is typed into as an input is, and its field says what is wrong."""
    note = shown.get_by_label("Note for the driver")
    expect(note).to_have_value("Ring the bell twice.")
    note.press("ControlOrMeta+End")
    note.press_sequentially("\nThanks.", delay=10)
    expect(shown.get_by_text("28 characters")).to_be_visible()
    expect(note).to_have_value("Ring the bell twice.\nThanks.")
    note.fill("x" * 61)
    expect(note).to_have_attribute("aria-invalid", "true")
    expect(note).to_have_accessible_description("61 characters Sixty are enough.")
    note.fill("ok")
    expect(note).not_to_have_attribute("aria-invalid", "true")


def test_form(shown: Page) -> None:
    """Enter sends all entries at once and empties the form; the browser asks for a missing one."""
    form = card(shown, "form")
    name = form.get_by_label("Name")
    press(form, "Send")
    expect(name).to_be_focused()  # the browser asks for it
    name.fill("Ada")
    form.get_by_label("Size").select_option("L")
    name.press("Enter")
    expect(form.get_by_text("Received: Ada, L")).to_be_visible()
    expect(name).to_have_value("")
    expect(form.get_by_label("Size")).to_have_value("M")


# What opens and closes


def test_tabs(shown: Page) -> None:
    """The arrows, Home and End go from tab to tab and around; one tab stop leads to them."""
    day, week, year = (shown.get_by_role("tab", name=name) for name in ("Day", "Week", "Year"))
    expect(shown.get_by_role("tabpanel")).to_have_text("12 orders since midnight.")
    day.focus()
    for key, tab, word in [
        ("ArrowRight", week, "week"),
        ("ArrowRight", year, "year"),
        ("ArrowRight", day, "day"),
        ("ArrowLeft", year, "year"),
        ("Home", day, "day"),
        ("End", year, "year"),
    ]:
        shown.keyboard.press(key)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(shown.get_by_text(f"The server knows it: {word}")).to_be_visible()
    expect(shown.get_by_role("tabpanel", name="Year")).to_have_text("4,102 orders since January.")
    shown.keyboard.press("Tab")
    expect(shown.get_by_role("tabpanel")).to_be_focused()
    week.click()
    expect(shown.get_by_role("tabpanel", name="Week")).to_be_visible()
    shown.reload()
    expect(shown.get_by_text("The server knows it: week")).to_be_visible()
    expect(shown.get_by_role("tabpanel", name="Week")).to_be_visible()


def test_accordion(shown: Page) -> None:
    """Enter and Space open and close; opening one closes the other."""
    accordion = shown.locator(".ts-accordion")
    first, second = accordion.get_by_text("Two days."), accordion.get_by_text("For a month.")
    expect(first).to_be_visible()
    shown.get_by_text("Can I send it back?", exact=True).click()
    expect(second).to_be_visible()
    expect(first).not_to_be_visible()
    shown.keyboard.press("Enter")
    expect(second).not_to_be_visible()
    shown.keyboard.press("Shift+Tab")
    shown.keyboard.press("Space")
    expect(first).to_be_visible()


def test_dialog(shown: Page) -> None:
    """The focus goes in, stays in and returns; Escape, a button and a press beside it close it."""
    opener = shown.get_by_role("button", name="Delete", exact=True)
    dialog = shown.get_by_role("dialog", name="Delete the order?")
    opener.focus()
    shown.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_description("It cannot be brought back.")
    keep, delete = (dialog.get_by_role("button", name=name) for name in ("Keep it", "Delete it"))
    expect(keep).to_be_focused()
    shown.keyboard.press("Tab")
    expect(delete).to_be_focused()
    shown.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()
    opener.click()
    expect(dialog).to_be_visible()
    shown.mouse.click(5, 5)
    expect(dialog).not_to_be_visible()
    opener.click()
    delete.click()
    expect(dialog).not_to_be_visible()
    expect(shown.get_by_text("Last done: delete")).to_be_visible()


def test_dropdown_menu(shown: Page) -> None:
    """Arrows open it and go around, letters find, Escape closes, Enter does; so does a pointer."""
    button = shown.get_by_role("button", name="Actions")
    menu = shown.get_by_role("menu", name="Actions")
    edit, copy, archive = (
        shown.get_by_role("menuitem", name=name) for name in ("Edit", "Duplicate", "Archive")
    )
    button.focus()
    shown.keyboard.press("ArrowUp")
    expect(archive).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    for key, item in [
        ("ArrowDown", edit),
        ("ArrowDown", copy),
        ("ArrowUp", edit),
        ("ArrowUp", archive),
        ("Home", edit),
        ("End", archive),
        ("d", copy),
    ]:
        shown.keyboard.press(key)
        expect(item).to_be_focused()
    shown.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    expect(button).to_be_focused()
    shown.keyboard.press("Enter")
    expect(edit).to_be_focused()
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("Last done: duplicate")).to_be_visible()
    expect(menu).not_to_be_visible()
    expect(button).to_be_focused()
    button.click()
    shown.mouse.click(5, 5)
    expect(menu).not_to_be_visible()
    button.click()
    archive.click()
    expect(shown.get_by_text("Last done: archive")).to_be_visible()


def test_tooltip(shown: Page) -> None:
    """It is shown by the pointer and by the keyboard's focus, and Escape hides it."""
    button = shown.get_by_role("button", name="Refresh")
    words = shown.get_by_role("tooltip", name="Asks the warehouse anew", include_hidden=True)
    expect(button).to_have_accessible_description("Asks the warehouse anew")
    expect(words).not_to_be_visible()
    button.hover()
    expect(words).to_be_visible()
    shown.keyboard.press("Escape")
    expect(words).not_to_be_visible()
    shown.mouse.move(5, 5)
    shown.get_by_role("button", name="Actions").focus()
    shown.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(words).to_be_visible()
    shown.keyboard.press("Escape")
    expect(words).not_to_be_visible()
    expect(button).to_be_focused()


def test_table_scrolls_by_keyboard(served: Served, page: Page) -> None:
    """Where it is wider than its place the keyboard reaches it."""
    page.set_viewport_size({"width": 360, "height": 800})
    open_live(page, served(GALLERY) + ROUTE)
    table = page.get_by_role("group", name="Orders")
    table.focus()
    page.keyboard.press("ArrowRight")
    expect(table).to_be_focused()
    expect(page.get_by_role("columnheader", name="Amount")).to_be_visible()


def test_custom_element(shown: Page) -> None:
    """A property follows its var, and the element's event is a handler's argument."""
    stars = shown.locator("star-rating")
    expect(stars.get_by_role("button", name="3 of 5")).to_have_attribute("aria-pressed", "true")
    stars.get_by_role("button", name="5 of 5").click()
    expect(stars.get_by_role("button", name="5 of 5")).to_have_attribute("aria-pressed", "true")
    expect(card(shown, "custom_element").get_by_text("5 of 5", exact=True)).to_be_visible()
    shown.reload()
    expect(stars.get_by_role("button", name="5 of 5")).to_have_attribute("aria-pressed", "true")
