"""The gallery under each server: the page counts, the server ends, comes back, and so does it."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serve
from tests.browser.looking import expect_live, open_live, press

# What a page without its server cannot help but log, and a server that is about to go answers.
SERVER_GONE = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|CHUNKED|503"
# Three times the figure that is promised: the machine may be busy with other things.
STOP_SECONDS = 3 * 1.5
# What the new server answers to a page that has changed, and to events for a session of the old.
UNKNOWN_PAGE = r"404.*_triostate/attach"
UNKNOWN_SESSION = r"404.*_triostate/events"
SERVERS = (
    pytest.param("hypercorn", (), id="hypercorn"),
    pytest.param("hypercorn", ("-k", "trio"), id="hypercorn-trio"),
    pytest.param("hypercorn", ("-k", "uvloop"), id="hypercorn-uvloop"),
    pytest.param("uvicorn", (), id="uvicorn"),
)


@pytest.mark.parametrize("name, arguments", SERVERS)
@pytest.mark.expect_page_errors(SERVER_GONE)
def test_page_outlives_its_server(
    serve: Serve,
    page: Page,
    name: str,
    arguments: tuple[str, ...],
    record_property: Callable[[str, object], None],
) -> None:
    """SIGTERM ends it with a tab open; started again, the page reconnects and is usable (58)."""
    server = serve("triostate.app:app", *arguments, server=name)
    open_live(page, f"{server.base_url}/counter")
    heading = page.locator(".ts-card h1")
    press(page, "Start")
    expect(heading).to_have_text("1 / 10")
    expect(heading).to_have_text("2 / 10")

    begun = time.monotonic()
    server.stop()
    took = time.monotonic() - begun
    record_property("stop_seconds", round(took, 2))
    print(f"{name} {' '.join(arguments)}: ended in {took:.2f} s")
    assert took < STOP_SECONDS
    expect(page.locator(".ts-offline")).to_be_visible()

    serve("triostate.app:app", *arguments, server=name, port=server.port)
    expect_live(page)
    expect(page.locator(".ts-offline")).to_be_hidden()
    expect(heading).to_have_text("0 / 10")
    expect(page.get_by_text("The session had ended")).to_be_visible()
    press(page, "Start")
    expect(heading).to_have_text("1 / 10")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


@pytest.mark.expect_page_errors(SERVER_GONE, UNKNOWN_SESSION)
def test_what_was_meant_for_a_lost_session_is_dropped(serve: Serve, page: Page) -> None:
    """Clicks made while a server is gone never reach another session, and the page says so (59)."""
    server = serve("tests.browser.apps.forms:app")
    open_live(page, server.base_url)
    press(page, "Put a")
    expect(page.locator("#order")).to_have_text("a")
    server.kill()
    expect(page.locator(".ts-offline")).to_be_visible()
    press(page, "Put b")
    press(page, "Put c")
    serve("tests.browser.apps.forms:app", port=server.port)
    expect_live(page)
    expect(page.get_by_text("was not carried out")).to_be_visible()
    press(page, "Put a")
    expect(page.locator("#order")).to_have_text("a")
    page.wait_for_timeout(300)
    expect(page.locator("#order")).to_have_text("a")


@pytest.mark.expect_page_errors(SERVER_GONE, UNKNOWN_PAGE, UNKNOWN_SESSION)
def test_a_page_of_the_version_before(serve: Serve, page: Page) -> None:
    """A tab that outlives an update loads the page anew: no click of it means another button."""
    before = serve("tests.browser.apps.deployed:app")
    open_live(page, before.base_url)
    press(page, "Keep")
    expect(page.locator("#kept")).to_have_text("1 kept")
    before.stop()
    serve("tests.browser.apps.deployed:app", port=before.port, env={"DEPLOYED": "2"})
    expect(page.get_by_role("button", name="Lose")).to_be_visible(timeout=15_000)
    expect_live(page)
    press(page, "Keep")
    expect(page.locator("#kept")).to_have_text("1 kept")
    expect(page.locator("#lost")).to_have_text("0 lost")
