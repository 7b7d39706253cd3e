"""Forms as a user has them: filled in, sent, put right; and what the server says of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
import trio

import triostate as ts
from triostate.testing import (
    Client,
    ExpectationError,
    InvalidEntryError,
    RefusedError,
    isolated,
    virtual,
)


@attrs.define
class Person:
    """What the form is about."""

    name: str = attrs.field(validator=attrs.validators.min_len(2))
    age: int
    is_member: bool = False
    tags: list[str] = attrs.Factory(list)


@dataclass
class Note:
    """Of one row."""

    text: str
    stars: int = 1

    def __post_init__(self) -> None:
        if self.text == "crash":
            raise KeyError("a failure of the class")


def make_desk() -> SimpleNamespace:
    """Return an app with forms of each kind, and what its handlers got."""
    log: list[Any] = []

    with isolated():

        class Desk(ts.State):
            saved: int = 0
            rows: list[str] = ["a", "b"]

            @ts.event
            def save(self, person: Person) -> None:
                log.append(person)
                self.saved += 1
                if person.name == "Ada":
                    raise ts.FormError({"name": "is taken"})

            @ts.event
            def note(self, row: str, note: Note) -> Any:
                log.append((row, note))
                if note.text == "later":
                    return Desk.check
                return None

            @ts.event(background=True)
            async def check(self) -> None:
                await trio.sleep(1)
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self.fail, {"text": "is late"})
                    nursery.start_soon(self.fail, {"": "Try again."})

            @staticmethod
            async def fail(errors: dict[str, str]) -> None:
                raise ts.FormError(errors)

            @ts.event
            def plain(self, data: dict[str, str]) -> None:
                log.append(data)
                if "bad" in data:
                    raise ts.FormError("Nothing is right.")

            @ts.event
            def refuse(self) -> None:
                self.saved += 1
                raise ts.FormError({"name": "is <b>odd</b>"})

        @ts.page("/")
        def index() -> ts.Component:
            return ts.vstack(
                ts.form(
                    ts.form_field("Name", ts.input(name="name", id="name", required=True)),
                    ts.form_field("Age", ts.input(name="age", id="age")),
                    ts.checkbox("Member", name="is_member"),
                    ts.checkbox("Fast", name="tags", value="fast"),
                    ts.checkbox("Cheap", name="tags", value="cheap"),
                    ts.button("Save", type="submit"),
                    on_submit=Desk.save,
                    reset_on_submit=True,
                    id="person",
                ),
                ts.foreach(
                    Desk.rows,
                    lambda row: ts.form(
                        ts.input(name="text", aria_label=row),
                        ts.cond(Desk.saved > -1, ts.number_input(name="stars", min=0, step=2)),
                        ts.form_errors(),
                        ts.button("Send", type="submit"),
                        on_submit=Desk.note(row),
                    ),
                ),
                ts.form(
                    ts.select(["x", "y"], name="choice", placeholder="?", aria_label="Choice"),
                    ts.radio_group({"1": "One", "2": "Two"}, name="radio", default_value="1"),
                    ts.text_area(name="area", default_value="text", aria_label="Area"),
                    ts.input(name="code", pattern="[a-z]+", aria_label="Code", max_length=3),
                    ts.input(name="off", disabled=True, value="1"),
                    ts.button("Plain", type="submit", name="pressed", value="yes"),
                    ts.button("Bad", type="submit", name="bad", value="yes"),
                    on_submit=Desk.plain,
                ),
                ts.button("Refuse", on_click=Desk.refuse),
                ts.text(Desk.saved, id="saved"),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Desk=Desk, log=log)


@virtual
async def test_a_form_becomes_an_instance_and_is_emptied() -> None:
    """Each entry as its field's type; boxes that are not ticked are False or not in the list."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("Name", "Bo")
        await tab.fill("age", "42")
        await tab.click("Cheap")
        await tab.click("Save")
        assert desk.log == [Person("Bo", 42, False, ["cheap"])]
        assert tab.errors == {}
        assert tab.find("name").value == ""
        assert not tab.find("Cheap").is_checked


@virtual
async def test_errors_stand_beside_the_fields() -> None:
    """All at once; the handler has not run, the entries stay, an edit takes its error away."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("Name", "x")
        await tab.fill("age", "old")
        await tab.click("Save")
        assert tab.errors == {
            "name": "must have at least 2 characters",
            "age": "must be a whole number",
        }
        assert tab.find("age").error == "must be a whole number"
        assert tab.find("age").attributes["aria-invalid"] == "true"
        assert "must be a whole number" in tab.text()
        assert (desk.log, tab.text("saved"), tab.find("name").value) == ([], "0", "x")
        await tab.fill("age", "3")
        assert list(tab.errors) == ["name"]
        await tab.fill("Name", "Bo")
        await tab.press_key("Name", "Enter")
        assert desk.log == [Person("Bo", 3)]


@virtual
async def test_form_error_of_a_handler(caplog: pytest.LogCaptureFixture) -> None:
    """It is shown by the form that was sent, rolls back, is no failure, brings entries back."""
    desk = make_desk()
    failures: list[BaseException] = []
    desk.app.on_error(failures.append)
    with caplog.at_level(logging.WARNING):
        async with Client(desk.app) as client, client.tab() as tab:
            await tab.fill("Name", "Ada")
            await tab.fill("age", "42")
            await tab.click("Save")
            assert len(desk.log) == 1
            assert tab.errors == {"name": "is taken"}
            assert tab.find("name").value == "Ada"
            assert (tab.text("saved"), tab.toasts, failures) == ("0", [], [])
            await tab.submit("person")
            assert len(desk.log) == 2
    assert not caplog.records


@virtual
async def test_form_error_of_a_background_handler() -> None:
    """In a row, after a handler that handed over, as a group: the row's form shows it."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("b", "later")
        await tab.fill("b", "later", wait=False)
        await tab.click("Send", at=1)
        assert tab.errors == {}
        await tab.until(lambda: tab.errors)
        assert tab.errors == {"text": "is late", "": "Try again."}
        assert (tab.find("b").error, tab.find("a").error) == ("is late", "")
        assert "Try again." in tab.text()


@virtual
async def test_form_error_without_a_form() -> None:
    """A handler that no form started shows it as a toast; the state is rolled back."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.click("Refuse")
        assert tab.toasts == ["name: is <b>odd</b>"]
        assert (tab.errors, tab.text("saved")) == ({}, "0")


@virtual
async def test_form_error_after_a_reload() -> None:
    """The form is gone with its document: a toast says what was wrong."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("a", "later")
        await tab.submit("a")
        await tab.reload()
        await tab.wait_toast("Try again.")
        assert tab.errors == {}


@virtual
async def test_a_class_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    """What is no wrong entry is a failure of the app, reported once; the user is told little."""
    desk = make_desk()
    failures: list[BaseException] = []
    desk.app.on_error(failures.append)
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("a", "crash")
        with pytest.raises(RefusedError, match="Something went wrong"):
            await tab.submit("a")
        assert [type(error) for error in failures] == [KeyError]
        await tab.wait_toast("Something went wrong.")
        await tab.fill("a", "fine")
        await tab.submit("a")
        assert desk.log == [("a", Note("fine"))]


@virtual
async def test_entries_are_those_of_a_browser() -> None:
    """Of what is on, chosen and enabled, and of the button that was pressed."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.click("Plain")
        assert desk.log == [{"radio": "1", "area": "text", "code": "", "pressed": "yes"}]
        await tab.change("Choice", "y")
        await tab.change("Two", True)
        await tab.fill("Code", "abc")
        await tab.click("Bad")
        wanted = {"choice": "y", "radio": "2", "area": "text", "code": "abc", "bad": "yes"}
        assert desk.log[1:] == [wanted]
        assert tab.errors == {"": "Nothing is right."}


@virtual
async def test_the_browser_itself_refuses() -> None:
    """required, pattern, bounds and steps hold the form back, with what the user would be told."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        with pytest.raises(InvalidEntryError, match="<input id='name' 'Name'> is required"):
            await tab.click("Save")
        await tab.fill("Code", "ABC")
        with pytest.raises(InvalidEntryError, match=r"does not match its pattern '\[a-z\]\+'"):
            await tab.click("Plain")
        await tab.fill("Code", "abcd")
        with pytest.raises(InvalidEntryError, match="longer than 3"):
            await tab.click("Plain")
        for text in ("3", "-2", "x"):
            await tab.fill("stars", text, at=0)
            with pytest.raises(
                InvalidEntryError, match=r"no step of 2|not between 0 and any|no num"
            ):
                await tab.click("Send", at=0)
        assert desk.log == []
        await tab.fill("stars", "4", at=0)
        await tab.click("Send", at=0)
        assert desk.log == [("a", Note("", 4))]
        with pytest.raises(ExpectationError, match="4 forms on show"):
            await tab.submit()


@virtual
async def test_offline() -> None:
    """A form that is sent while the connection is lost is told of when it is back."""
    desk = make_desk()
    async with Client(desk.app) as client, client.tab() as tab:
        await tab.fill("Name", "Bo")
        await tab.fill("age", "old")
        await tab.drop()
        await tab.click("Save")
        await tab.reconnect()
        assert tab.errors == {"age": "must be a whole number"}
