"""A tab's connection: lost and found again, closed, killed; and other browsers beside it."""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from tests.testing.shop import make_shop
from triostate.limits import (
    DETACH_GRACE_SECONDS,
    FRAME_SECONDS,
    HIDDEN_GRACE_SECONDS,
    LEAVE_GRACE_SECONDS,
    MAX_KEPT_BYTES,
)
from triostate.testing import Client, RefusedError, Tab, isolated, run_virtual, virtual
from triostate.testing.browser import StreamLine


@virtual
async def test_drop_and_reconnect() -> None:
    """After a cut the tab shows what it showed; back again, what it missed (56)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Count")
        await tab.drop()
        assert not tab.is_connected
        await trio.sleep(20)
        assert tab.text("note") == "1 of 5"
        async with shop.app.modify_state(tab.token) as state:
            state.get_substate(shop.Shop).mood = "busy"
        assert "All is calm." in tab.text()
        await tab.reconnect()
        assert "There is much to do." in tab.text()
        await tab.wait_text("2 of 5")
        assert not tab.is_fresh


@virtual
async def test_hidden_tab_is_kept_for_longer() -> None:
    """A hidden tab that is lost has the hidden grace, after a reload too; shown, any other's."""
    shop = make_shop()
    tokens = shop.app.event_namespace.token_to_sid
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.hide()
        await tab.click("Count")
        await tab.wait_text("2 of 5")  # it stays connected
        await tab.reload()
        await tab.drop()
        await trio.sleep(HIDDEN_GRACE_SECONDS - 1)
        assert list(tokens) == [tab.token]
        await tab.show()  # unheard: it has no connection
        await trio.sleep(0.5)
        assert list(tokens) == [tab.token]
        await tab.reconnect()
        assert not tab.is_fresh
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS + 0.1)
        assert not tokens


@virtual
async def test_tab_hidden_and_shown() -> None:
    """Shown again, a tab that is lost has no longer grace than one that was never hidden."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.hide()
        await tab.show()
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS + 0.1)
        assert not shop.app.event_namespace.token_to_sid


def lose_what_comes(tab: Tab) -> None:
    """Let a tab's stream arrive nowhere, while the server notices nothing."""
    assert isinstance(tab._line, StreamLine)
    tab._line._take = lambda _: None


def names_of(tab: Tab, since: int) -> list[str]:
    """Return the names of the frames that have come since there were so many."""
    return [name for name, _ in tab.frames[since:]]


@virtual
async def test_back_again_it_gets_the_frames_it_missed() -> None:
    """A tab that comes back names its last frame, and gets those after it and no snapshot (56)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Count")
        await tab.drop()
        before, seq = len(tab.frames), tab.seq
        await trio.sleep(20)
        await tab.reconnect()
        assert names_of(tab, before) == []  # there was nothing
        await tab.drop()
        async with shop.app.modify_state(tab.token) as state:
            state.get_substate(shop.Shop).mood = "busy"
        await tab.reconnect()
        assert "There is much to do." in tab.text()
        assert names_of(tab, before) == ["delta"]
        assert tab.seq == seq + 1
        await tab.wait_text("5 of 5")


@virtual
async def test_what_was_on_its_way_comes_again() -> None:
    """Frames that left the server and did not arrive are sent again, effects too, once (56)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        before = len(tab.frames)
        lose_what_comes(tab)
        await tab.trigger(shop.Shop.clear_note)
        await trio.sleep(1)
        await tab.drop()
        assert names_of(tab, before) == []
        await tab.reconnect()
        assert tab.toasts == ["cleared"]
        assert tab.find("free").value == "emptied"
        await tab.drop()
        await tab.reconnect()
        assert tab.toasts == ["cleared"]
        assert set(names_of(tab, before)) == {"delta"}


@virtual
async def test_too_much_missed_is_a_snapshot() -> None:
    """Where the frames are not there any more, and in a new document, a snapshot comes (55, 56)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        lose_what_comes(tab)
        for _ in range(3):
            async with shop.app.modify_state(tab.token) as state:
                state.get_substate(shop.Shop).note += "x" * MAX_KEPT_BYTES
            await trio.sleep(FRAME_SECONDS)
        before = len(tab.frames)
        await tab.drop()
        await tab.reconnect()
        assert names_of(tab, before) == ["snapshot"]
        assert tab.value(shop.Shop, "note") == "x" * 3 * MAX_KEPT_BYTES
        before = len(tab.frames)
        await tab.reload()
        assert names_of(tab, before) == ["snapshot"]


@virtual
async def test_events_made_offline_are_sent_once() -> None:
    """What is done without a connection waits, and runs in order when it is back (59)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.drop()
        await tab.click("Buy", at=0)
        await tab.click("Buy", at=1)
        assert len(tab.unsent) == 2
        await tab.reconnect()
        assert tab.value(shop.Shop, "basket") == ["tea", "milk"]
        await tab.drop()
        await tab.reconnect()
        assert tab.value(shop.Shop, "basket") == ["tea", "milk"]


@virtual
async def test_a_fresh_session_gets_nothing_of_the_old() -> None:
    """Beyond the grace the tab comes back to a fresh session; what waited is dropped (57, 59)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Hurry")
        token = tab.token
        await tab.drop()
        await tab.click("Buy", at=0)
        await trio.sleep(DETACH_GRACE_SECONDS + 1)
        await tab.reconnect()
        assert tab.is_fresh
        assert tab.token != token
        assert tab.value(shop.Shop, "basket") == []
        assert "All is calm." in tab.text()
        await tab.click("Buy", at=1)
        assert tab.value(shop.Shop, "basket") == ["milk"]


@virtual
async def test_reload_keeps_the_session() -> None:
    """A reload is a new document of the same session (55)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Hurry")
        await tab.fill("Free", "gone with the document")
        token, epoch = tab.token, tab.epoch
        await tab.reload()
        assert (tab.token, tab.epoch) != (token, epoch)
        assert tab.token == token
        assert "There is much to do." in tab.text()
        assert tab.find("Free").value == ""
        await tab.click("Buy", at=0)
        assert tab.text("count") == "1 bought"


@pytest.mark.parametrize(
    "goodbye,grace", [(True, LEAVE_GRACE_SECONDS), (False, DETACH_GRACE_SECONDS)]
)
@virtual
async def test_close_says_goodbye_and_kill_does_not(goodbye: bool, grace: float) -> None:
    """A closed tab's session ends after the short grace, a killed one's after the long."""
    shop = make_shop()
    async with Client(shop.app) as client:
        tab = await client.open()
        session = tab.session
        await (tab.close() if goodbye else tab.kill())
        await trio.sleep(grace - 0.1)
        assert not session.closed.is_set()
        await trio.sleep(0.2)
        assert session.closed.is_set()
        with pytest.raises(ts.SessionNotFoundError):
            tab.session  # noqa: B018 - asking is what raises


@virtual
async def test_browsers_are_visitors() -> None:
    """Tabs of one browser are one visitor, those of another are not; no two share vars (54)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as one, client.tab() as two:
        other = client.browser(address="10.0.0.7")
        async with other.tab() as three:
            assert one.session.visitor == two.session.visitor != three.session.visitor
            assert three.session.router.session.client_ip == "10.0.0.7"
            await one.click("Hurry")
            assert (two.value(shop.Shop, "mood"), three.value(shop.Shop, "mood")) == (
                "calm",
                "calm",
            )


@virtual
async def test_events_of_a_session_that_has_ended() -> None:
    """An event that reaches a session which is going or gone is refused, and raises."""
    shop = make_shop()
    async with Client(shop.app) as client:
        tab = await client.open()
        await tab.session.aclose()
        await tab.until(lambda: not tab.is_connected)
        assert tab.frames[-1][1]["reason"] == "closed"
        answer = await tab.trigger(shop.Shop.fail)
        assert answer.status == 404


@virtual
async def test_a_refused_stream_raises() -> None:
    """A stream that the server does not give is an error with the server's own words."""
    shop = make_shop()
    async with Client(shop.app) as client:
        tabs = [await client.open() for _ in range(32)]
        with pytest.raises(RefusedError, match="429"):
            await client.open()
        assert len({tab.token for tab in tabs}) == 32


def test_a_start_that_fails_raises_what_it_raised() -> None:
    """An app that cannot start says so where the test starts it, not in a group of errors."""

    def define() -> None:
        class Twice(ts.State):
            n: int = 0

    async def start() -> None:
        async with Client(app):
            pass

    with isolated():
        define()
        define()
        app = ts.App()
    with pytest.raises(ts.DefinitionError, match="twice"):
        run_virtual(start)


def test_requests_need_a_served_app() -> None:
    """Without `async with` the error says what to write."""
    shop = make_shop()
    with pytest.raises(RuntimeError, match="async with Client"):
        run_virtual(Client(shop.app).open)
