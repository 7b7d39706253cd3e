"""Effects as a test sees them, the values that they are given in a page, and scripts' results."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import triostate as ts
from triostate.testing import Client, RefusedError, isolated, virtual
from triostate.testing.performing import Download, ScriptCall


def make_app() -> SimpleNamespace:
    """Return an app with effects of each kind, and what its handlers got."""
    log: list[Any] = []

    with isolated():

        class Bag(ts.State):
            text: str = "one"
            rows: list[str] = ["a", "b"]
            where: str = "/next"
            theme: str = ts.LocalStorage("light")
            _secret: str = "secret"

            @ts.event
            def set_where(self, where: str) -> None:
                self.where = where

            @ts.event
            def draw(self) -> Any:
                calls = [{"x": 1.5, "y": [None, True, "z"]}, self.rows]
                return ts.call_script("charts.draw", *calls, callback=Bag.drawn("first"))

            @ts.event
            def drawn(self, name: str, points: int) -> None:
                log.append((name, points))

            @ts.event
            def unknown(self) -> Any:
                return ts.call_script("chart.draw")

            @ts.event
            def of_class(self) -> Any:
                self.text = "three"
                return [ts.set_clipboard(Bag.text), ts.remove_local_storage(Bag.theme)]

            @ts.event
            def files(self) -> Any:
                yield ts.download(data="a,b", filename="t.csv", media_type="text/csv")
                yield ts.download(data=b"\x00\xff")
                yield ts.download("/x", "y")

        @ts.page("/")
        def index() -> ts.Component:
            return ts.vstack(
                ts.script("/charts.js", name="charts"),
                ts.button("Copy", on_click=ts.set_clipboard(Bag.text)),
                ts.foreach(Bag.rows, lambda row: ts.button(row, on_click=ts.set_clipboard(row))),
                ts.input(aria_label="Say", on_change=lambda text: ts.toast(text.upper())),
                ts.button("Go", on_click=ts.open_window(Bag.where)),
                ts.button("Follow", on_click=ts.redirect(Bag.where)),
                ts.input(aria_label="Where", on_change=Bag.set_where),
                ts.button("Draw", on_click=Bag.draw),
                ts.button("Point", on_click=ts.call_script("charts.point", Bag.text, 2)),
                ts.button("Unknown", on_click=Bag.unknown),
                ts.button("Class", on_click=Bag.of_class),
                ts.button("Files", on_click=Bag.files),
                ts.button("Focus", on_click=[ts.set_focus("f"), ts.scroll_to("f", align="end")]),
                ts.button("Clear", on_click=ts.clear_local_storage()),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Bag=Bag, log=log)


@virtual
async def test_effects_take_vars() -> None:
    """Of the state, of a row and of the event; a handler may give a var of the class, too."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        await tab.click("Copy")
        await tab.until(lambda: tab.clipboard == "one")
        await tab.click("b")
        await tab.until(lambda: tab.clipboard == "b")
        await tab.fill("Say", "hello")
        await tab.wait_toast("HELLO")
        await tab.click("Class")
        await tab.until(lambda: tab.clipboard == "three")
        removed = {"in": "local", "key": f"{bag.Bag.get_full_name()}.theme"}
        assert tab.effects[-1]["args"] == removed


@virtual
async def test_what_a_constructor_refuses_is_refused() -> None:
    """The values of a page are the browser's: an address of another site is followed by no var."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        await tab.click("Go")
        await tab.until(lambda: tab.opened == ["/next"])
        for url in ("https://evil.example", "//evil.example", "java" + "script:alert(1)"):
            await tab.fill("Where", url)
            for name in ("Go", "Follow"):
                with pytest.raises(RefusedError, match="is refused"):
                    await tab.click(name)
        (trigger,) = tab.find("Go").triggers("click")
        number = trigger.calls[0].binding
        for value in (["/x"], {"$date": "2024-01-01"}, None, 5):
            answer = await tab.send(number, value)
            assert answer.json["refused"], value
        assert tab.opened == ["/next"]


@virtual
async def test_call_script_and_its_result() -> None:
    """A call has its arguments as JSON; its result goes to the handler, converted, once."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        await tab.click("Draw")
        await tab.until(lambda: tab.script_calls)
        wanted = ScriptCall("charts.draw", [{"x": 1.5, "y": [None, True, "z"]}, ["a", "b"]], 1)
        assert tab.script_calls == [wanted]
        with pytest.raises(RefusedError, match=r"result for .*drawn: expected an int"):
            await tab.answer_script("many")
        with pytest.raises(RefusedError, match="no call of a script waits"):
            await tab.answer_script(7)
        await tab.click("Draw")
        await tab.until(lambda: len(tab.script_calls) == 2)
        await tab.answer_script(7)
        assert bag.log == [("first", 7)]
        await tab.click("Point")
        await tab.until(lambda: len(tab.script_calls) == 3)
        assert tab.script_calls[2] == ScriptCall("charts.point", ["one", 2])


@virtual
async def test_only_waiting_calls_are_answered() -> None:
    """No number that a browser makes up runs a handler; of too many calls the oldest are lost."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        for number in (-1, -2, -(2**53 - 1)):
            answer = await tab.send(number, 1)
            assert (answer.status, len(answer.json["refused"])) == (404, 1)
        for _ in range(65):
            await tab.click("Draw")
        await tab.until(lambda: len(tab.script_calls) == 65)
        with pytest.raises(RefusedError, match="no call of a script waits"):
            await tab.answer_script(1, 0)
        await tab.answer_script(1, 1)
        answer = await tab.send(-3)
        assert "one value" in answer.json["error"]
        assert bag.log == [("first", 1)]


@virtual
async def test_a_wrong_module_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The page on show gives no script that name: said with the remedy."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        await tab.click("Unknown")
    (record,) = caplog.records
    assert record.getMessage() == (
        "call_script: the page on show gives no script the name 'chart': write "
        "ts.script(src, name='chart') on it"
    )


@virtual
async def test_what_can_be_seen() -> None:
    """Downloads, the focus; every effect is in `effects`."""
    bag = make_app()
    async with Client(bag.app) as client, client.tab() as tab:
        await tab.click("Files")
        await tab.until(lambda: len(tab.downloads) == 3)
        assert tab.downloads == [
            Download(None, "t.csv", b"a,b"),
            Download(None, "download", b"\x00\xff"),
            Download("/x", "y", None),
        ]
        await tab.click("Focus")
        await tab.click("Clear")
        await tab.until(lambda: len(tab.effects) == 6)
        assert tab.focused == "f"
        assert [e["args"] for e in tab.effects[-2:]] == [
            {"id": "f", "align": "end"},
            {"in": "local", "key": None},
        ]
