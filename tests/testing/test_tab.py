"""What a tab shows and what can be done to it: as a user has it before them."""

from __future__ import annotations

import pytest
import trio

from tests.testing.shop import Item, make_shop
from triostate.testing import (
    Client,
    ExpectationError,
    NotReachedError,
    NotShownError,
    Record,
    RefusedError,
    virtual,
)


@virtual
async def test_text_is_what_can_be_read() -> None:
    """Bound texts, conds, matches and rows are on show; hidden elements and templates are not."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        assert tab.title == "Shop"
        lines = tab.text().split("\n")
        assert lines[:7] == [
            "Shop: calm",
            "tea at 2.5",
            "Buy",
            "Note",
            "milk at 1.0",
            "Buy",
            "Note",
        ]
        assert "All is calm." in lines
        assert "Who knows." not in lines
        assert "hidden words" not in lines
        assert tab.text("count") == "0 bought"


@virtual
async def test_click_by_text() -> None:
    """A button is found by what stands on it; when the click returns its handler has run."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Hurry")
        assert "There is much to do." in tab.text()
        await tab.click("Close")
        assert tab.value(shop.Shop, "is_open") is False
        assert "shut" in tab.text()
        assert not tab.has("Close")


@virtual
async def test_click_by_handler_and_arguments() -> None:
    """A handler names what runs it; with arguments, what runs it with these: of a row, its own."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click(shop.Shop.think)
        assert tab.text("note") == "thought"
        await tab.click(shop.Shop.put("milk"))
        assert tab.value(shop.Shop, "basket") == ["milk"]
        assert tab.text("count") == "1 bought"


@virtual
async def test_row_values_are_those_on_show() -> None:
    """A row's event carries its item and index as the browser has them, instances included."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Note", at=1)
        await tab.click("Note", at=-2)
        assert shop.log == [(1, Item("milk", 1.0)), (0, Item("tea", 2.5))]


@virtual
async def test_ambiguous_names_are_refused() -> None:
    """Of several alike none is pressed by chance: the error says how many there are."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        with pytest.raises(
            NotShownError, match=r"there are 2 to press that 'Buy' names.*at=0 to at=1"
        ):
            await tab.click("Buy")
        with pytest.raises(NotShownError, match="there are 2"):
            await tab.click("Buy", at=2)
        await tab.click("Buy", at=0)
        assert tab.value(shop.Shop, "basket") == ["tea"]


@virtual
async def test_what_is_not_there_is_told_with_what_is() -> None:
    """The error for a name that is not there lists what can be pressed and what can be read."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        with pytest.raises(NotShownError, match="'Hury' is not there to press") as caught:
            await tab.click("Hury")
        assert "<button 'Hurry'>" in str(caught.value)
        assert "All is calm." in str(caught.value)
        with pytest.raises(
            NotShownError, match=r"handler state\.shop\.count is not there to change"
        ):
            await tab.change(shop.Shop.count, 1)


@virtual
async def test_disabled_and_hidden_are_out_of_reach() -> None:
    """What a browser lets nobody press, a test does not press either."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Count")
        assert tab.find("Count").is_disabled
        with pytest.raises(NotShownError, match="<button 'Count'> is disabled"):
            await tab.click("Count")
        with pytest.raises(NotShownError):
            tab.find("hidden words")


@virtual
async def test_controls_are_found_and_filled() -> None:
    """A control is found by id, label, placeholder or handler; what it then shows is the var."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.fill("Your note", "hello")
        assert tab.value(shop.Shop, "note") == "hello"
        assert tab.find("Your note").value == "hello"
        await tab.change(shop.Shop.clamp, 12)
        assert tab.find("Limit").value == "12"
        await tab.fill("limit", "500")
        assert tab.find("Limit").value == "99"
        await tab.click("Open")
        assert not tab.find("Open").is_checked
        await tab.change("Open", True)
        assert tab.find("Open").is_checked
        await tab.fill("Free", "only here")
        assert tab.find("free").value == "only here"
        assert tab.find("Beside").value == "its label"  # the control, not its label


@virtual
async def test_an_entry_shows_until_it_is_answered() -> None:
    """While the server has not answered, a control shows what the user typed (63)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Think", wait=False)
        await tab.change("limit", 500, wait=False)
        assert tab.find("limit").value == "500"
        await tab.until(lambda: tab.find("limit").value == "99")
        assert trio.current_time() >= 10


@virtual
async def test_refused_entries_raise() -> None:
    """What does not convert is refused in the server's words, and the var is as it was (63)."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        with pytest.raises(RefusedError, match="argument 1 of clamp"):
            await tab.fill("limit", "many")
        assert tab.value(shop.Shop, "limit") == 10
        assert tab.find("limit").value == "10"


@virtual
async def test_events_bubble() -> None:
    """An event reaches what is around its element, as in a browser."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Inner")
        assert shop.log == ["inner", "box"]
        await tab.press_key("Keys", "Enter")
        assert shop.log[-1] == "Enter"
        with pytest.raises(NotShownError, match="have 'wheel'"):
            await tab.fire("Inner", "wheel")


@virtual
async def test_an_event_that_the_page_cannot_compute_is_told() -> None:
    """Where a browser would send nothing, without a word, the test fails with the reason."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        assert tab.text("held") == "Held by 1"
        await tab.click("No key")
        assert tab.text("held") == "Held by"
        with pytest.raises(ExpectationError, match="KeyError"):
            await tab.click("Bad key")


@virtual
async def test_attributes_styles_and_classes_follow() -> None:
    """What is bound besides text is on show too, and the first paint's defaults are gone."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        assert {"calm", "ts-text"} <= tab.find("coloured").classes
        await tab.click("Hurry")
        shown = tab.find("coloured")
        assert "busy" in shown.classes
        assert "calm" not in shown.classes
        assert shown.style == {"color": "busy"}
        assert shown.attributes["data-mood"] == "busy"


@virtual
async def test_waits_end_at_the_moment() -> None:
    """A wait takes exactly as long as what it waits for, and no longer."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        before = trio.current_time()
        await tab.click("Count")
        await tab.wait_text("3 of 5")
        assert 120 <= trio.current_time() - before < 120.1
        await tab.wait_var(shop.Shop, "note", "5 of 5")
        await tab.wait_var(shop.Shop, "count.running", False)
        assert 300 <= trio.current_time() - before < 300.1


@virtual
async def test_a_wait_that_fails_says_what_was_there() -> None:
    """The time-out is of the run's clock; its error says what was on show instead."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        with pytest.raises(
            NotReachedError, match="the text '9 of 5' on 'note' has not come"
        ) as caught:
            await tab.wait_text("9 of 5", "note")
        assert "All is calm." in str(caught.value)
        with pytest.raises(trio.TooSlowError, match=r"'x' in state\.shop\.mood.*It is 'calm'"):
            await tab.wait_var(shop.Shop, "mood", "x", 5)
        with pytest.raises(NotReachedError, match="Toasts so far: "):
            await tab.wait_toast("never")


@virtual
async def test_toasts_and_effects() -> None:
    """Effects are kept in order, each once; a toast's message is at hand; a value is set."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        await tab.click("Clear")
        await tab.wait_toast("cleared")
        assert [effect["kind"] for effect in tab.effects] == ["set_value", "toast"]
        assert tab.effects[1]["args"]["level"] == "success"
        assert tab.find("free").value == "emptied"
        await tab.click("Fail")
        assert len(tab.toasts) == 2


@virtual
async def test_links_and_redirects_lead_on() -> None:
    """A link and a redirect lead to the page in the same session; another site's is only noted."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        token = tab.token
        await tab.click("Hurry")
        await tab.click("Other page")
        assert (tab.path, tab.title, tab.token) == ("/other", "Other", token)
        assert "The other page: busy" in tab.text()
        await tab.click("Back")
        await tab.click("Leave")
        await tab.wait_path("/other?from=shop")
        assert tab.token == token
        await tab.goto("/")
        await tab.click("Far away")
        assert tab.path == "/"
        assert tab.effects[-1]["args"]["url"] == "https://site.example/"


@virtual
async def test_a_path_that_leads_nowhere() -> None:
    """Opening what is no live page is refused with what the server showed there."""
    shop = make_shop()
    async with Client(shop.app) as client:
        with pytest.raises(RefusedError, match="/nowhere is no live page: 404"):
            await client.open("/nowhere")


@virtual
async def test_both_sides_of_a_var() -> None:
    """A var's value is at hand as the browser has it, and the server's own beside it."""
    shop = make_shop()
    async with Client(shop.app) as client, client.tab() as tab:
        assert tab.value(shop.Shop, "items") == [Item("tea", 2.5), Item("milk", 1.0)]
        assert isinstance(tab.value(shop.Shop, "items")[0], Record)
        assert tab.value(shop.Shop, "items")[0].name == "tea"
        assert tab.server(shop.Shop).mood == "calm"
        assert tab.session.token == tab.token
