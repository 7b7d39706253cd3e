"""Triggers on a real page: each is heard, with what it carries, and shows that its handler runs."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import expect_live, number_in, open_live, press

TRIGGERS = "tests.browser.apps.triggers:app"
BUSY = "aria-busy"


@pytest.fixture
def live(served: Served, page: Page) -> Page:
    """The page, with what its opening tells already told and forgotten."""
    open_live(page, served(TRIGGERS))
    told(page, "row 1")
    clear(page)
    return page


def told(page: Page, *lines: str) -> None:
    """Wait until the handlers have written down these lines and no others."""
    text = " ".join(f"{line} |" for line in lines)
    expect(page.locator("#log")).to_have_text(text)


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear", exact=True).click()
    told(page)


def size(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_the_mouse_is_heard(live: Page) -> None:
    """Coming, going, pressing and the menu, with where it was."""
    pad = live.locator("#pad")
    pad.click(position={"x": 12, "y": 7}, modifiers=["Control"])
    told(live, "enter", "down", "up", "click 12 0 ctrl")
    clear(live)
    pad.dblclick(position={"x": 1, "y": 2})
    told(live, "enter", "down", "up", "click 1 0", "down", "up", "click 1 0", "double")
    clear(live)
    pad.click(button="right", position={"x": 3, "y": 4})
    told(live, "enter", "down", "menu 3 2", "up")


def test_a_moving_pointer_is_throttled(live: Page) -> None:
    """Sixty moves in a row are few events, and the last of them arrives."""
    over = live.locator("#over")
    box = over.bounding_box()
    assert box is not None
    live.mouse.move(box["x"] + 1, box["y"] + 5)
    live.mouse.move(box["x"] + 150, box["y"] + 9, steps=60)
    expect(live.locator("#moves")).to_have_text(re.compile("[1-9]"))
    live.get_by_role("button", name="Clear", exact=True).hover()
    live.wait_for_timeout(300)
    assert number_in(live.locator("#moves")) < 40
    told(live, "over", "out")


def test_filtered_keys_send_nothing_else(live: Page) -> None:
    """Enter and Ctrl+s run theirs; others are neither sent nor kept from the browser."""
    keys = live.get_by_label("Keys", exact=True)
    keys.press_sequentially("as")
    keys.press("Control+s")
    keys.press("Enter")
    keys.press("Shift+Tab")
    expect(keys).to_be_focused()
    told(live, "focus", "save", "enter", "back")
    expect(keys).to_have_value("as")
    keys.press("Tab")
    told(live, "focus", "save", "enter", "back", "blur")


def test_any_key_is_told_by_its_name(live: Page) -> None:
    """With what was held down."""
    live.get_by_label("Any key", exact=True).press("Shift+A")
    told(live, "Shift shift", "A shift")


def test_the_clipboard_is_heard(live: Page) -> None:
    """What is pasted is carried as text."""
    edit = live.get_by_label("Edit", exact=True)
    edit.press("Control+a")
    edit.press("Control+c")
    edit.press("Control+x")
    edit.press("Control+v")
    told(live, "copy", "cut", "some text")
    expect(edit).to_have_value("some text")


def test_debounced_typing_is_one_event(live: Page) -> None:
    """The last text arrives, the ones before do not."""
    live.get_by_label("Search", exact=True).press_sequentially("lamps", delay=20)
    expect(live.locator("#found")).to_have_text("1 lamps")


def test_what_is_held_back_goes_before_the_next_key(live: Page) -> None:
    """Enter in a field whose text waits for seconds finds it on the server."""
    send = live.get_by_label("Send", exact=True)
    send.press_sequentially("hello")
    send.press("Enter")
    told(live, "send")
    expect(live.locator("#found")).to_have_text("1 hello")


def test_scrolling_is_heard_to_its_end(live: Page) -> None:
    """A box tells how far it is, and that it has stopped."""
    live.locator("#feed").evaluate("el => el.scrollTo(0, 5000)")
    # Which of the two comes first is the browser's matter.
    expect(live.locator("#log")).to_contain_text("end 100 of 1000 |")
    expect(live.locator("#log")).to_contain_text("scroll end |")


def test_an_element_that_comes_into_sight_is_told(live: Page) -> None:
    """And that it has gone out of it."""
    live.locator("#far").scroll_into_view_if_needed()
    told(live, "visible")
    live.evaluate("scrollTo(0, 0)")
    told(live, "visible", "hidden")


def test_branches_and_rows_tell_that_they_come_and_go(live: Page) -> None:
    """Mounting is told for what is new, unmounting for what has gone."""
    press(live, "Toggle")
    told(live, "mount")
    press(live, "Row")
    told(live, "mount", "row 2")
    press(live, "Toggle")
    told(live, "mount", "row 2", "unmount")


def test_the_window_is_heard_while_its_listener_is_on_show(live: Page) -> None:
    """Size, scrolling, network and shortcuts; no letter that is typed into a field."""
    press(live, "Toggle")
    told(live, "mount")
    live.set_viewport_size({"width": 700, "height": 500})
    told(live, "mount", "700x500")
    live.get_by_label("Search", exact=True).press("n")
    live.get_by_role("button", name="Clear", exact=True).focus()
    live.keyboard.press("n")
    told(live, "mount", "700x500", "new")
    live.evaluate("scrollTo(0, 300)")
    told(live, "mount", "700x500", "new", "page")
    live.context.set_offline(True)
    live.context.set_offline(False)
    expect_live(live)
    told(live, "mount", "700x500", "new", "page", "online")
    live.keyboard.press("Escape")
    told(live, "mount", "700x500", "new", "page", "online", "unmount")
    live.set_viewport_size({"width": 900, "height": 600})
    clear(live)
    live.wait_for_timeout(400)
    told(live)


def test_stopping_and_preventing(live: Page) -> None:
    """A button in a card that can be pressed too, and a link that is only a trigger."""
    press(live, "Inner")
    told(live, "inner")
    live.get_by_role("link", name="Link").click()
    told(live, "inner", "link")
    assert live.url.endswith("/")


def test_what_was_pressed_is_busy_while_its_handler_runs(live: Page) -> None:
    """Its attribute says so and goes when the handler is over; its neighbours say nothing."""
    for name in ("Slow", "Slow 1", "Work"):
        button = live.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute(BUSY, "true")
        expect(live.locator(f"[{BUSY}]")).to_have_count(1)
        expect(live.locator(f"[{BUSY}]")).to_have_count(0)


def test_a_busy_button_keeps_its_size_and_can_be_pressed(live: Page) -> None:
    """It shows a light along its edge; a second press is an event like any other."""
    slow = live.get_by_role("button", name="Slow", exact=True)
    before = size(slow)
    slow.click()
    slow.click()
    expect(slow).to_have_attribute(BUSY, "true")
    assert size(slow) == before
    expect(live.locator(f"[{BUSY}]")).to_have_count(0)


def test_opting_out_of_being_busy(live: Page) -> None:
    """With busy=False nothing is shown, whatever runs."""
    quiet = live.get_by_role("button", name="Quiet", exact=True)
    quiet.click()
    live.wait_for_timeout(200)
    assert quiet.get_attribute(BUSY) is None


def test_a_handler_that_fails_is_over(live: Page) -> None:
    """Nothing stays busy; the toast says what has happened."""
    fail = live.get_by_role("button", name="Fail", exact=True)
    fail.click()
    expect(fail).to_have_attribute(BUSY, "true")
    expect(live.locator(f"[{BUSY}]")).to_have_count(0)
