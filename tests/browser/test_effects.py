"""Effects: each is performed once."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.conftest import Serve, Served
from tests.browser.looking import open_live, press, wait_for_json
from tests.browser.test_tabs import NO_WORKER

ENTRIES = "tests.browser.apps.entries:app"
MISHAPS = "tests.browser.apps.mishaps:app"
NAMED_SECONDS = 10.0


@pytest.fixture
def logged(page: Page) -> list[str]:
    """Give what the page writes to its console."""
    lines: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "log":
            lines.append(message.text)

    page.on("console", note)
    return lines


def test_toast(served: Served, page: Page) -> None:
    """A toast is shown once, and a reload does not show it again."""
    open_live(page, served(MISHAPS))
    press(page, "Toast")
    toasts = page.locator("#ts-toasts > *")
    expect(toasts).to_have_text(["Well done"])
    expect(toasts).to_be_visible()
    expect(page.locator("#count")).to_have_text("1")
    page.reload()
    expect(page.locator("#count")).to_have_text("1")
    expect(toasts).to_have_count(0)


def test_toast_bound_to_the_button(served: Served, page: Page) -> None:
    """An effect may be bound to a trigger without a handler."""
    open_live(page, served(MISHAPS))
    press(page, "Direct")
    expect(page.locator("#ts-toasts > *")).to_have_text(["bound to the button"])


def test_console_log(served: Served, page: Page, logged: list[str]) -> None:
    """What a handler logs to the browser's console is there once."""
    open_live(page, served(MISHAPS))
    with page.expect_console_message(lambda message: message.type == "log"):
        press(page, "Log")
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("1")
    assert logged == ["logged by the server"]


def test_set_focus_and_value(served: Served, page: Page) -> None:
    """set_focus moves the focus, set_value fills a control."""
    open_live(page, served(MISHAPS))
    field = page.locator("#field")
    press(page, "Focus")
    expect(field).to_be_focused()
    press(page, "Fill")
    expect(field).to_have_value("filled")


def test_redirect(served: Served, page: Page) -> None:
    """A redirect happens once, though the page that it leaves has not acknowledged it (64).

    The way back does not lead there again.
    """
    url = served(MISHAPS)
    open_live(page, url)
    press(page, "Go")
    expect(page).to_have_url(f"{url}/other?from=start")
    expect(page.locator("#other")).to_have_text("other 1")
    expect(page.locator("#unnamed")).to_have_text("redirect")  # so it came down once more
    page.get_by_role("link", name="Back").click()
    expect(page.locator("#count")).to_have_text("1")
    expect(page.locator("html[data-ts=live]")).to_be_attached()
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("2")
    expect(page).to_have_url(f"{url}/")
    page.go_back()
    expect(page.locator("#other")).to_have_text("other 2")
    page.go_back()
    expect(page.locator("#count")).to_have_text("2")
    expect(page.locator("html[data-ts=live]")).to_be_attached()
    press(page, "Increment")
    expect(page.locator("#count")).to_have_text("3")
    expect(page).to_have_url(f"{url}/")


def test_several_effects_in_order(served: Served, page: Page, logged: list[str]) -> None:
    """Effects of several commits are performed in their order, each once."""
    open_live(page, served(MISHAPS))
    press(page, "Several")
    expect(page.locator("#ts-toasts > *")).to_have_text(["third"])
    expect(page.locator("#count")).to_have_text("1")
    assert logged == ["first", "second"]


@pytest.mark.parametrize("script", ["", NO_WORKER], ids=["worker", "none"])
def test_effects_are_acknowledged(serve: Serve, page: Page, script: str) -> None:
    """A page that does nothing more names what it has performed, so the server keeps it no longer.

    As long as it is kept it would come again, for nothing, with each reload.
    """
    page.add_init_script(script)
    url = serve(MISHAPS).base_url
    open_live(page, url)
    press(page, "Several")
    expect(page.locator("#ts-toasts > *")).to_have_text(["third"])
    wait_for_json(f"{url}/unnamed", [], NAMED_SECONDS)


def test_clipboard(served: Served, context: BrowserContext, page: Page) -> None:
    """A text comes into the clipboard, of a var that the button was given."""
    url = served(ENTRIES)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    open_live(page, f"{url}/effects")
    press(page, "Copy")
    page.wait_for_timeout(500)
    assert page.evaluate("navigator.clipboard.readText()") == "copied"


def test_open_window(served: Served, context: BrowserContext, page: Page) -> None:
    """A new tab knows nothing of this one."""
    open_live(page, f"{served(ENTRIES)}/effects")
    with context.expect_page() as opened:
        press(page, "Open")
    expect(opened.value.locator("#other")).to_have_text("another page")
    assert opened.value.evaluate("window.opener") is None


def test_open_window_without_a_press(served: Served, context: BrowserContext, page: Page) -> None:
    """Where the browser would let no page open a tab, there is a link to press instead."""
    # Said and not waited for: what drives this browser counts as a user to it, again and again.
    page.add_init_script(
        "Object.defineProperty(navigator, 'userActivation', {value: {isActive: false}})"
    )
    open_live(page, f"{served(ENTRIES)}/effects")
    press(page, "Open")
    link = page.locator("#ts-toasts a")
    expect(link).to_have_attribute("rel", "noopener")
    with context.expect_page() as opened:
        link.click()
    expect(opened.value.locator("#other")).to_have_text("another page")


def test_download_of_data(served: Served, page: Page) -> None:
    """Data is saved as a file of that name, byte by byte."""
    open_live(page, f"{served(ENTRIES)}/effects")
    with page.expect_download() as saved:
        press(page, "File")
    assert saved.value.suggested_filename == "t.csv"
    assert Path(saved.value.path()).read_bytes() == "a,b\nü".encode()


def test_removing_what_is_kept(served: Served, page: Page) -> None:
    """Of one var, of all of the app's, or a cookie; nothing that is another's."""
    open_live(page, f"{served(ENTRIES)}/effects")
    page.evaluate("localStorage.setItem('not-ours', '1')")
    keys = "Object.keys(localStorage).filter((key) => !key.startsWith('ts-')).sort().join()"
    press(page, "Dark")
    expect(page.locator("#theme")).to_have_text("dark")
    assert page.evaluate(keys).count("entries.") == 2
    assert "crumb=some" in page.evaluate("document.cookie")
    press(page, "Remove")
    press(page, "Crumb")
    page.wait_for_timeout(500)
    assert "theme" not in page.evaluate(keys)
    assert "crumb" not in page.evaluate("document.cookie")
    expect(page.locator("#theme")).to_have_text("dark")
    press(page, "Clear")
    page.wait_for_timeout(500)
    assert page.evaluate(keys) == "not-ours"
    page.reload()
    expect(page.locator("#theme")).to_have_text("light")


def test_call_script(served: Served, page: Page) -> None:
    """A function of the page's module is called, and its result comes to the handler (CSP)."""
    open_live(page, f"{served(ENTRIES)}/effects")
    press(page, "Add")
    expect(page.locator("#result")).to_have_text("total 6")
    press(page, "Draw")
    expect(page).to_have_title("1-2")


@pytest.mark.expect_page_errors("call_script")
def test_call_script_of_anything_else(served: Served, page: Page) -> None:
    """What a module does not export, or the page does not name, is told and not called."""
    open_live(page, f"{served(ENTRIES)}/effects")
    for name in ("sums.secret", "sums.toString", "sums.constructor", "sums.__proto__"):
        with page.expect_console_message(lambda message: "exports no function" in message.text):
            press(page, name)
    with page.expect_console_message(lambda message: "no script the name window" in message.text):
        press(page, "window.alert")
    expect(page.locator("#result")).to_have_text("")


def test_scroll_and_levels(served: Served, page: Page) -> None:
    """scroll_to brings an element into sight; console_log has the console's levels."""
    open_live(page, f"{served(ENTRIES)}/effects")
    with page.expect_console_message(lambda message: message.type == "warning"):
        press(page, "Warn")
    press(page, "Scroll")
    expect(page.locator("#top")).to_be_in_viewport()
