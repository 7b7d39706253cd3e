"""An app whose pages each need another part of the runtime, one after another in a document."""

from __future__ import annotations

from typing import Any

import attrs
import trio
from quart import Response

import triostate as ts

app = ts.App(modules=[__name__])


@attrs.define
class Guest:
    """What is entered."""

    name: str = attrs.field(validator=attrs.validators.min_len(2))
    age: int


class Joined(ts.State):
    """What came of it."""

    log: list[str] = []
    rows: list[str] = ["one"]
    found: str = ""
    guest: str = ""
    total: int = 0
    text: str = "# A *title*"
    tab: str = "a"
    is_open: bool = False
    kept: str = ts.LocalStorage("default", name="kept")
    brief: str = ts.SessionStorage("default", name="brief")

    @ts.event
    def note(self, word: str) -> None:
        self.log.append(word)

    @ts.event
    def add_row(self) -> None:
        self.rows.append("two")

    @ts.event
    async def arrive(self) -> None:
        await trio.sleep(0.05)

    @ts.event
    async def slow(self) -> None:
        await trio.sleep(1.5)

    @ts.event
    def search(self, text: str) -> None:
        self.found = text

    @ts.event
    def save(self, guest: Guest) -> None:
        if guest.name == "taken":
            raise ts.FormError({"name": "is taken"})
        self.guest = f"{guest.name} {guest.age}"

    @ts.event
    def sum(self) -> Any:
        return ts.call_script("sums.add", 2, 3, callback=Joined.summed)

    @ts.event
    def summed(self, total: int) -> None:
        self.total = total

    @ts.event
    def grow(self) -> None:
        self.text += "\n\n- more"

    @ts.event
    def keep(self, word: str) -> None:
        self.kept = self.brief = word


class Later(ts.State):
    """Kept too, and of another page."""

    other: str = ts.LocalStorage("default", name="other")

    @ts.event
    def keep(self, word: str) -> None:
        self.other = word


@app.quart.get("/sums.js")
async def sums() -> Response:
    """The module of a page's own."""
    return Response("export const add = (a, b) => a + b;", mimetype="text/javascript")


def shell(content: ts.Component) -> ts.Component:
    """Return the links that all pages have, and what has been noted."""
    names = ("Start", "Keys", "Form", "Text", "Kept", "Later")
    return ts.box(
        ts.hstack(*(ts.link(name, href=f"/{name.lower()}") for name in names)),
        ts.text(ts.foreach(Joined.log, lambda word: ts.span(word, " | ")), id="log"),
        ts.el.main(content),
    )


def page(name: str, **options: Any) -> Any:
    """Return the declaration of a page inside the shell."""
    return ts.page(f"/{name.lower()}", title=name, layout=shell, **options)


@page("Start")
def start() -> ts.Component:
    """Need nothing but what every page has."""
    return ts.fragment(
        ts.box(ts.heading("Start"), id="box", width="111px"),
        ts.button("Add", on_click=Joined.note("add")),
        ts.button("Row", on_click=Joined.add_row),
        ts.button("Slow", on_click=Joined.slow),
        ts.button("Dark", on_click=ts.set_color_mode("dark")),
        ts.input(aria_label="Left", on_blur=lambda _: Joined.note("blur")),
        ts.foreach(Joined.rows, lambda row: ts.link("Row ", row, href="/keys?row=" + row)),
        ts.link("Told", href="/keys", on_click=Joined.note("told")),
        ts.link("Stopped", href="/keys", on_click=Joined.note("stopped").prevent_default),
        ts.text(Joined.found, id="found"),
    )


@page("Keys", on_load=Joined.arrive)
def keys() -> ts.Component:
    """Need the rarer triggers."""
    return ts.fragment(
        ts.box(ts.heading("Keys"), id="box", width="222px"),
        ts.box("mounted", on_mount=Joined.note("mount"), on_unmount=Joined.note("unmount")),
        ts.box("seen", on_visible=Joined.note("visible"), on_hidden=Joined.note("hidden")),
        ts.input(aria_label="Soon", on_change=Joined.search.debounce(0.2)),
        ts.input(aria_label="Late", on_change=Joined.search.debounce(9)),
        ts.input(aria_label="Enter", on_key_down={"Enter": Joined.note("enter")}),
        ts.window_event_listener(on_key_down={"n": Joined.note("new")}),
        ts.text(Joined.found, id="found"),
    )


@page("Form")
def form() -> ts.Component:
    """Need the module of forms, and one of its own."""
    return ts.fragment(
        ts.script("/sums.js", name="sums"),
        ts.heading("Form"),
        ts.form(
            ts.form_field("Name", ts.input(name="name")),
            ts.form_field("Age", ts.input(name="age")),
            ts.button("Save", type="submit"),
            on_submit=Joined.save,
            reset_on_submit=True,
        ),
        ts.text(Joined.guest, id="guest"),
        ts.button("Sum", on_click=Joined.sum),
        ts.text(Joined.total, id="total"),
    )


@page("Text")
def text() -> ts.Component:
    """Need Markdown, and what the keyboard moves in."""
    return ts.fragment(
        ts.heading("Text"),
        ts.box(ts.markdown(Joined.text), id="text"),
        ts.button("Grow", on_click=Joined.grow),
        ts.tabs.root(
            ts.tabs.list(ts.tabs.trigger("A", value="a"), ts.tabs.trigger("B", value="b")),
            ts.tabs.content("Content of A", value="a"),
            ts.tabs.content("Content of B", value="b"),
            value=Joined.tab,
            on_change=Joined.set_tab,
        ),
        ts.dialog.root(
            ts.dialog.trigger(ts.button("Ask")),
            ts.dialog.content(
                ts.dialog.title("Sure?"),
                ts.link("Leave", href="/start"),
                ts.dialog.close(ts.button("Close")),
            ),
            open=Joined.is_open,
            on_open_change=Joined.set_is_open,
        ),
    )


@page("Kept")
def kept() -> ts.Component:
    """Need vars that live in the browser."""
    return ts.fragment(
        ts.heading("Kept"),
        ts.text(Joined.kept, id="kept"),
        ts.text(Joined.brief, id="brief"),
        ts.button("Change", on_click=Joined.keep("changed")),
        ts.button("Again", on_click=Joined.keep("again")),
    )


@page("Later")
def later() -> ts.Component:
    """Need others of them."""
    return ts.fragment(
        ts.heading("Later"),
        ts.text(Later.other, id="other"),
        ts.button("Change", on_click=Later.keep("later")),
    )
