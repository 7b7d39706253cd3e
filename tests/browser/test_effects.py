"""Effects: each is performed once."""

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.conftest import Serve, Served
from tests.browser.looking import open_live, press, wait_for_json
from tests.browser.test_tabs import NO_WORKER

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
