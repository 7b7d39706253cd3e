"""Inputs on a real page: what is typed stays, what is refused does not, and nothing is lost."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import expect_live, number_in, open_live, press
from tests.browser.relay import Relay
from tests.browser.test_tabs import NO_WORKER

FORMS = "tests.browser.apps.forms:app"


def field(page: Page, label: str) -> Locator:
    """Return the input of that label."""
    return page.get_by_label(label, exact=True)


def leave(control: Locator) -> None:
    """Take the focus away from an input."""
    control.press("Tab")


def caret(control: Locator) -> int:
    """Return where the caret is."""
    position: int = control.evaluate("el => el.selectionStart")
    return position


def test_typed_text_survives_deltas(served: Served, page: Page) -> None:
    """Text, caret and focus stay while a background task changes the page all the time (56)."""
    open_live(page, served(FORMS))
    press(page, "Tick")
    expect(page.locator("#ticks")).to_have_text(re.compile("[1-9]"))
    note = field(page, "Note")
    note.fill("")
    note.press_sequentially("hello world", delay=20)
    for _ in range(5):
        note.press("ArrowLeft")
    note.press_sequentially("my ", delay=20)
    before = number_in(page.locator("#ticks"))
    expect(page.locator("#note")).to_have_text("hello my world")
    expect(page.locator("#ticks")).not_to_have_text(str(before))
    expect(note).to_have_value("hello my world")
    expect(note).to_be_focused()
    assert caret(note) == len("hello my ")


def test_input_follows_its_var(served: Served, page: Page) -> None:
    """An input that is not being edited shows what the server sets, and one sent shows on blur."""
    open_live(page, served(FORMS))
    note = field(page, "Note")
    expect(note).to_have_value("note")
    note.fill("mine")
    expect(page.locator("#note")).to_have_text("mine")
    press(page, "Replace")
    expect(page.locator("#note")).to_have_text("from the server")
    expect(note).to_have_value("from the server")


def test_changed_entry_shows_on_blur(served: Served, page: Page) -> None:
    """What a handler makes of the text does not disturb typing, and is shown at blur (63)."""
    open_live(page, served(FORMS))
    shout = field(page, "Shout")
    shout.fill("")
    shout.press_sequentially("hey", delay=30)
    expect(page.locator("#shout")).to_have_text("HEY")
    expect(shout).to_have_value("hey")
    leave(shout)
    expect(shout).to_have_value("HEY")


@pytest.mark.parametrize("typed", ["15", "-3"])
def test_clamped_entry_does_not_stay(served: Served, page: Page, typed: str) -> None:
    """An entry that the handler clamps is shown clamped after blur, the var changed or not (63)."""
    open_live(page, served(FORMS))
    amount = field(page, "Amount")
    clamped = "10" if typed == "15" else "0"
    for _ in range(2):  # the second time the var stays as it is
        amount.fill(typed)
        expect(page.locator("#amount")).to_have_text(clamped)
        leave(amount)
        expect(amount).to_have_value(clamped)


def test_refused_entry_does_not_stay(served: Served, page: Page) -> None:
    """Letters for an int are marked invalid while typed, gone at blur, the var untouched (63)."""
    open_live(page, served(FORMS))
    number = field(page, "Number")
    number.fill("12x")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_value("12x")
    expect(page.locator("#number")).to_have_text("7")
    leave(number)
    expect(number).to_have_value("7")
    expect(number).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#ts-toasts .toast")).to_have_count(0)


def test_corrected_entry_is_valid_again(served: Served, page: Page) -> None:
    """An entry that is put right is no longer marked, and counts (63)."""
    open_live(page, served(FORMS))
    number = field(page, "Number")
    number.fill("12x")
    expect(number).to_have_attribute("aria-invalid", "true")
    number.press("Backspace")
    expect(page.locator("#number")).to_have_text("12")
    expect(number).not_to_have_attribute("aria-invalid", "true")
    leave(number)
    expect(number).to_have_value("12")
    expect(page.locator("#number")).to_have_text("12")


def test_empty_number_does_not_stay(served: Served, page: Page) -> None:
    """A number input left empty shows its var again after blur (63)."""
    open_live(page, served(FORMS))
    amount = field(page, "Amount")
    amount.fill("")
    expect(amount).to_have_attribute("aria-invalid", "true")
    leave(amount)
    expect(amount).to_have_value("5")
    expect(page.locator("#amount")).to_have_text("5")


def test_letters_in_a_number_input(served: Served, page: Page) -> None:
    """What a number input cannot make a number of is gone after blur (63)."""
    open_live(page, served(FORMS))
    amount = field(page, "Amount")
    amount.click()
    amount.press("ControlOrMeta+a")
    amount.press_sequentially("e")  # the one letter that Chromium lets in
    leave(amount)
    expect(amount).to_have_value("5")
    assert amount.evaluate("el => el.validity.badInput") is False
    expect(page.locator("#amount")).to_have_text("5")


def test_number_with_a_point(served: Served, page: Page) -> None:
    """A float is typed digit by digit without being rewritten under the caret."""
    open_live(page, served(FORMS))
    ratio = field(page, "Ratio")
    ratio.click()
    ratio.press("ControlOrMeta+a")
    ratio.press_sequentially("2.50", delay=40)
    expect(page.locator("#ratio")).to_have_text("2.5")
    expect(ratio).to_have_value("2.50")
    leave(ratio)
    expect(ratio).to_have_value("2.5")


def test_checkbox(served: Served, page: Page) -> None:
    """A checkbox and its var follow each other, and a reload shows it ticked."""
    open_live(page, served(FORMS))
    done = page.get_by_role("checkbox", name="Done")
    expect(done).not_to_be_checked()
    page.get_by_text("Done").click()
    expect(page.locator("#done")).to_have_text("True")
    expect(done).to_be_checked()
    page.reload()
    expect(page.locator("#done")).to_have_text("True")
    expect(done).to_be_checked()
    done.uncheck()
    expect(page.locator("#done")).to_have_text("False")


@pytest.mark.expect_page_errors("ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET|CHUNKED")
def test_network_cut(served: Served, page: Page) -> None:
    """After a 3 s cut the typed text is there and the clicks ran once, in order (56, 59)."""
    server = urlsplit(served(FORMS))
    assert server.port is not None
    with Relay(server.port) as network:
        open_live(page, network.base_url)
        begin(page)
        network.cut()
        before = number_in(page.locator("#ticks"))
        write_and_click(page)
        expect(page.locator("html[data-ts=reconnecting]")).to_be_attached()
        page.wait_for_timeout(2000)
        expect(field(page, "Note")).to_have_value("typed offline")
        expect(page.locator("#order")).to_have_text("a")
        network.restore()
        expect_all_done(page)
        assert number_in(page.locator("#ticks")) > before + 20  # the task never noticed
        page.close()


@pytest.mark.expect_page_errors("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
def test_offline(served: Served, context: BrowserContext, page: Page) -> None:
    """What is typed and clicked while the browser is offline runs once, in order (59)."""
    context.add_init_script(NO_WORKER)  # the mode that is set below is the pages', not a worker's
    open_live(page, served(FORMS))
    begin(page)
    context.set_offline(True)
    write_and_click(page)
    page.wait_for_timeout(2000)
    expect(page.locator("#order")).to_have_text("a")
    context.set_offline(False)
    expect_all_done(page)


def begin(page: Page) -> None:
    """Click once, and let the background task run."""
    press(page, "Put a")
    press(page, "Tick")
    expect(page.locator("#order")).to_have_text("a")
    expect(page.locator("#ticks")).to_have_text(re.compile("[1-9]"))


def write_and_click(page: Page) -> None:
    """Write a note, click five buttons, and put the focus back into the note."""
    note = field(page, "Note")
    note.fill("")
    note.press_sequentially("typed offline", delay=50)
    for letter in "bcacb":
        press(page, f"Put {letter}")
    note.focus()


def expect_all_done(page: Page) -> None:
    """Wait until all of that has run, and see that the page is as usable as before."""
    note = field(page, "Note")
    expect_live(page)
    expect(page.locator("#order")).to_have_text("abcacb", timeout=15_000)
    expect(page.locator("#note")).to_have_text("typed offline")
    expect(note).to_have_value("typed offline")
    expect(note).to_be_focused()
    press(page, "Put a")
    expect(page.locator("#order")).to_have_text("abcacba")
    expect(page.locator("#ts-toasts .toast")).to_have_count(0)
