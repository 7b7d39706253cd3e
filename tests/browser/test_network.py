"""Cuts of the network and ends of the server, while several tabs of a browser are open."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Serve, Served
from tests.browser.looking import get_json, number_in, open_live, press
from tests.browser.relay import Relay
from tests.browser.test_tabs import (
    DETACH_GRACE_SECONDS,
    NO_WORKER,
    SHORT_GRACE,
    TABS,
    expect_usable,
    open_tabs,
    token_of,
)

CUT = (
    "ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET|CHUNKED|ERR_NETWORK|CONTENT_LENGTH_MISMATCH"
    "|closed before receiving a handshake"
)
SERVER_GONE = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|CHUNKED|503"
# What the new server answers to events for a session of the old one.
UNKNOWN_SESSION = r"404.*_triostate/events"
# A notice goes by itself: one tab's may be gone while another's is still waited for.
REMEMBER_NOTICE = """(text) => {
  const look = () => document.body.textContent.includes(text)
    && document.documentElement.setAttribute("data-told", "");
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""
# What a worker answers to whatever is about a session, or a stream, of another one that lives.
WRONG_WORKER = r"421.*_triostate/"
CUT_MS = 3000
SHORT_CUTS = 8
MANY_TABS = 20


@pytest.fixture(params=[None, NO_WORKER], ids=["worker", "none"])
def tabs(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Give a browser profile, with a SharedWorker and without."""
    if request.param is not None:
        context.add_init_script(request.param)
    yield context
    for page in context.pages:
        page.close()


def port_of(url: str) -> int:
    """Return the port of an address."""
    port = urlsplit(url).port
    assert port is not None
    return port


def say(page: Page, words: str) -> None:
    """Click the button of each letter."""
    for word in words:
        press(page, word)


@pytest.mark.expect_page_errors(CUT)
def test_cut_of_several_tabs(served: Served, tabs: BrowserContext) -> None:
    """A 3 s cut: tasks go on, text stays, clicks run once, in order; all values right (56, 59)."""
    with Relay(port_of(served(TABS))) as network:
        pages = open_tabs(tabs, network.base_url, 3)
        tokens = [token_of(page) for page in pages]
        for page in pages:
            say(page, "a")
            press(page, "Tick")
            expect(page.locator("#heard")).to_have_text("a")
        network.cut()
        before = [number_in(page.locator("#ticks")) for page in pages]
        for page in pages:
            page.fill("#draft", "typed meanwhile")
            say(page, "bab")
        pages[0].wait_for_timeout(CUT_MS)
        network.restore()
        for page, ticks in zip(pages, before, strict=True):
            expect(page.locator("#heard")).to_have_text("a b a b", timeout=15_000)
            expect(page.locator("#draft")).to_have_value("typed meanwhile")
            assert number_in(page.locator("#ticks")) > ticks + 20  # the task never noticed
            expect_usable(page)
            expect(page.locator("#heard")).to_have_text("a b a b")
            expect_right_values(page, network.base_url)
        assert [token_of(page) for page in pages] == tokens
        for page in pages:
            page.close()


def expect_right_values(page: Page, url: str) -> None:
    """Let the task end, and see that the page shows what the session has."""
    press(page, "Stop")
    expect(page.locator("#running")).to_have_text("False")
    for name, value in get_json(f"{url}/values/{token_of(page)}").items():
        expect(page.locator(f"#{name}")).to_have_text(value)


@pytest.mark.expect_page_errors(CUT)
def test_many_short_cuts(served: Served, tabs: BrowserContext) -> None:
    """Whatever a cut interrupts, each click runs once and in order (56, 59)."""
    with Relay(port_of(served(TABS))) as network:
        first, second = pages = open_tabs(tabs, network.base_url, 2)
        for _ in range(SHORT_CUTS):
            say(first, "a")
            say(second, "b")
            network.cut()
            say(first, "b")
            say(second, "a")
            network.restore()
        expect(first.locator("#heard")).to_have_text(" ".join("ab" * SHORT_CUTS), timeout=20_000)
        expect(second.locator("#heard")).to_have_text(" ".join("ba" * SHORT_CUTS), timeout=20_000)
        for page in pages:
            expect_usable(page)
            page.close()


@pytest.mark.expect_page_errors(CUT, WRONG_WORKER)
def test_led_to_another_worker(serve: Serve, tabs: BrowserContext) -> None:
    """Events that a proxy leads elsewhere take the page there, to a fresh session; it says so."""
    first, second = serve(TABS), serve(TABS)
    with Relay(first.port) as network:
        (page,) = open_tabs(tabs, network.base_url, 1)
        token = token_of(page)
        expect_usable(page)
        network.lead_to(second.port)
        say(page, "a")
        expect(page.get_by_text("was not carried out")).to_be_visible(timeout=15_000)
        expect(page.locator("#heard")).to_have_text("")
        expect_usable(page)
        assert token_of(page) != token
        page.close()


@pytest.mark.expect_page_errors(CUT, WRONG_WORKER)
def test_cut_and_another_worker(serve: Serve, tabs: BrowserContext) -> None:
    """After a cut a page that comes to another worker has a fresh session there, and says so."""
    first, second = serve(TABS), serve(TABS)
    with Relay(first.port) as network:
        (page,) = open_tabs(tabs, network.base_url, 1)
        token = token_of(page)
        network.cut()
        network.lead_to(second.port)
        network.restore()
        expect(page.get_by_text("this is a new one")).to_be_visible(timeout=15_000)
        expect_usable(page)
        assert token_of(page) != token
        page.close()


@pytest.mark.expect_page_errors(CUT, UNKNOWN_SESSION)
def test_cut_beyond_the_grace(serve: Serve, tabs: BrowserContext) -> None:
    """After a longer cut each tab has a fresh session, and says so (57).

    What was clicked meanwhile was meant for the old one: it is dropped, and that is said too (59).
    """
    with Relay(serve(TABS, env=SHORT_GRACE).port) as network:
        pages = open_tabs(tabs, network.base_url, 2)
        tokens = [token_of(page) for page in pages]
        for page in pages:
            expect_usable(page)
        network.cut()
        say(pages[1], "ab")
        pages[0].wait_for_timeout((DETACH_GRACE_SECONDS + 1) * 1000)
        network.restore()
        notices = ("this is a new one", "was not carried out")
        for page, notice in zip(pages, notices, strict=True):  # before the first is gone
            expect(page.get_by_text(notice)).to_be_visible(timeout=15_000)
        for page, token in zip(pages, tokens, strict=True):
            expect(page.locator("#count")).to_have_text("0")
            expect_usable(page)
            expect(page.locator("#heard")).to_have_text("")
            assert token_of(page) != token
            page.close()


@pytest.mark.expect_page_errors("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED", CUT)
def test_offline_tabs(served: Served, context: BrowserContext) -> None:
    """What several tabs click while the browser is offline runs once, in order (59)."""
    context.add_init_script(NO_WORKER)  # the mode that is set below is the pages', not a worker's
    pages = open_tabs(context, served(TABS), 3)
    context.set_offline(True)
    for page in pages:
        say(page, "abba")
    pages[0].wait_for_timeout(1000)
    context.set_offline(False)
    for page in pages:
        expect(page.locator("#heard")).to_have_text("a b b a", timeout=15_000)
        expect_usable(page)
        expect(page.locator("#heard")).to_have_text("a b b a")


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.expect_page_errors(SERVER_GONE, UNKNOWN_SESSION)
def test_server_restart(serve: Serve, tabs: BrowserContext, end: str) -> None:
    """A server that ends and comes back finds all tabs again, usable, no flag stuck (58)."""
    restart_under(serve, tabs, 4, end)
    fresh = tabs.new_page()
    open_live(fresh, tabs.pages[0].url)
    expect_usable(fresh)


@pytest.mark.expect_page_errors(SERVER_GONE, UNKNOWN_SESSION)
def test_server_restart_under_many_tabs(serve: Serve, context: BrowserContext) -> None:
    """Under 20 live tabs, too: all usable again without a reload, no flag stuck (58)."""
    restart_under(serve, context, MANY_TABS, "stop")


def restart_under(serve: Serve, context: BrowserContext, count: int, end: str) -> None:
    """Let a server end under tabs whose tasks run, and come back; see that each is usable."""
    server = serve(TABS)
    pages = open_tabs(context, server.base_url, count)
    use_all(pages)
    for page in pages:
        page.evaluate(REMEMBER_NOTICE, "this is a new one")
        page.evaluate("() => { window.isAsItWas = true; }")
    getattr(server, end)()
    for page in pages:
        expect(page.locator("html[data-ts=reconnecting]")).to_be_attached()
    serve(TABS, port=server.port)
    for page in pages:
        expect(page.locator("html[data-told]")).to_be_attached(timeout=15_000)
        expect(page.locator("#running")).to_have_text("False")
        expect(page.locator("#count")).to_have_text("0")
    use_all(pages)
    click_in_all(pages, "Stop")
    for page in pages:
        expect(page.locator("#running")).to_have_text("False")
        assert page.evaluate("() => window.isAsItWas"), "it was loaded again"


def use_all(pages: list[Page]) -> None:
    """Click in every tab, and let its task run; all at once, as there may be many."""
    for name in ("Add", "Tick"):
        click_in_all(pages, name)
    for page in pages:
        expect(page.locator("#count")).to_have_text("1")
        expect(page.locator("#running")).to_have_text("True")
        expect(page.locator("#ticks")).not_to_have_text("0")


def click_in_all(pages: list[Page], name: str) -> None:
    """Click the button of that name in every tab.

    Without a pointer: before it uses one, the driver waits for frames, of which a tab that is
    covered by another is given one a second.
    """
    for page in pages:
        page.get_by_role("button", name=name, exact=True).dispatch_event("click")


@pytest.mark.expect_page_errors(CUT)
def test_streams_held_back(served: Served, tabs: BrowserContext) -> None:
    """Where streams are held back, a WebSocket carries their frames: the tabs are live (56, 61)."""
    with Relay(port_of(served(TABS))) as network:
        network.holds_streams = True
        expect_live_through_a_cut(tabs, network)


@pytest.mark.expect_page_errors(CUT)
def test_websocket_by_configuration(serve: Serve, tabs: BrowserContext) -> None:
    """With App(transport="websocket") no stream is asked for, and all is as ever (56, 61)."""
    with Relay(serve(TABS, env={"BY_SOCKET": "1"}).port) as network:
        expect_live_through_a_cut(tabs, network)
        asked = {exchange.request for exchange in network.exchanges}
        assert "GET /_triostate/ws" in asked
        assert "GET /_triostate/stream" not in asked


def expect_live_through_a_cut(tabs: BrowserContext, network: Relay) -> None:
    """Open two tabs, use them, cut their network for a second, and use them again."""
    pages = open_tabs(tabs, network.base_url, 2)
    tokens = [token_of(page) for page in pages]
    for page in pages:
        expect_usable(page)
        press(page, "Tick")
    network.cut()
    pages[0].wait_for_timeout(1000)
    network.restore()
    for page in pages:
        expect(page.locator("html[data-ts=reconnecting]")).to_have_count(0, timeout=20_000)
        expect_usable(page)
        expect(page.locator("#count")).to_have_text("2")
    assert [token_of(page) for page in pages] == tokens
    for page in pages:
        page.close()
