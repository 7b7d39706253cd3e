"""An app with forms that become instances, and effects of every kind."""

from __future__ import annotations

from typing import Any

import attrs
import trio
from quart import Response

import triostate as ts

app = ts.App(modules=[__name__])

SCRIPT = """
export function add(a, b) { return a + b; }
export async function draw({points}) { document.title = points.join("-"); return points.length; }
export const secret = 5;
"""


@attrs.define
class Account:
    """What is entered."""

    name: str = attrs.field(validator=attrs.validators.min_len(2))
    age: int
    is_member: bool = False
    tags: list[str] = attrs.Factory(list)
    hidden: int = 0


class Entries(ts.State):
    """What came of it."""

    account: str = ""
    rows: list[str] = ["a", "b"]
    text: str = "copied"
    result: str = ""
    theme: str = ts.LocalStorage("light")
    other: str = ts.LocalStorage("x")
    crumb: str = ts.Cookie("none")

    @ts.event
    def save(self, account: Account) -> None:
        self.account = repr(account)
        if account.name == "taken":
            raise ts.FormError({"name": "is <b>taken</b>", "": "Nothing was saved."})

    @ts.event(background=True)
    async def rename(self, row: str, data: dict[str, str]) -> None:
        await trio.sleep(0.2)
        raise ts.FormError({"text": f"{data['text']} is no name for {row}"})

    @ts.event
    def dark(self) -> None:
        self.theme, self.other, self.crumb = "dark", "y", "some"

    @ts.event
    def add(self) -> Any:
        return ts.call_script("sums.add", 2, 3, callback=Entries.added)

    @ts.event
    def added(self, total: int) -> None:
        self.result = f"total {total + 1}"

    @ts.event
    def call(self, function: str) -> Any:
        return ts.call_script(function, callback=Entries.added)


@app.quart.get("/sums.js")
async def sums() -> Response:
    """The module of the page's own."""
    return Response(SCRIPT, mimetype="text/javascript")


@ts.page("/", title="Entries")
def index() -> ts.Component:
    return ts.vstack(
        ts.script("/sums.js", name="sums"),
        ts.form(
            ts.form_field("Name", ts.input(name="name", required=True), description="Yours"),
            ts.form_field("Age", ts.input(name="age")),
            ts.checkbox("Member", name="is_member"),
            ts.checkbox("Fast", name="tags", value="fast"),
            ts.checkbox("Cheap", name="tags", value="cheap"),
            ts.el.input(type="hidden", name="hidden", value="odd"),
            ts.button("Save", type="submit"),
            ts.form_errors(id="whole"),
            on_submit=Entries.save,
            reset_on_submit=True,
        ),
        ts.text(Entries.account, id="account"),
        ts.foreach(
            Entries.rows,
            lambda row: ts.form(
                ts.cond(Entries.result == "", ts.input(name="text", aria_label=row)),
                ts.button("Rename ", row, type="submit"),
                on_submit=Entries.rename(row),
                reset_on_submit=True,
            ),
        ),
    )


@ts.page("/fine", title="Fine")
def fine() -> ts.Component:
    return ts.form(
        ts.form_field("Name", ts.input(name="name", auto_focus=True)),
        ts.form_field("Age", ts.number_input(name="age", min=0, max=150)),
        ts.checkbox("Member", name="is_member"),
        ts.checkbox("Fast", name="tags", value="fast"),
        ts.checkbox("Cheap", name="tags", value="cheap"),
        ts.button("Save", type="submit"),
        ts.text(Entries.account, id="account"),
        on_submit=Entries.save,
        reset_on_submit=True,
    )


@ts.page("/effects", title="Effects")
def effects() -> ts.Component:
    wrong = ("sums.secret", "sums.toString", "sums.constructor", "sums.__proto__", "window.alert")
    return ts.vstack(
        ts.script("/sums.js", name="sums"),
        ts.button("Copy", on_click=ts.set_clipboard(Entries.text)),
        ts.button("Open", on_click=ts.open_window("/other")),
        ts.button(
            "File",
            on_click=ts.download(data="a,b\nü", filename="t.csv", media_type="text/csv"),
        ),
        ts.button("Dark", on_click=Entries.dark),
        ts.button("Remove", on_click=ts.remove_local_storage(Entries.theme)),
        ts.button("Clear", on_click=ts.clear_local_storage()),
        ts.button("Crumb", on_click=ts.remove_cookie(Entries.crumb)),
        ts.button("Add", on_click=Entries.add),
        ts.button("Draw", on_click=ts.call_script("sums.draw", {"points": [1, 2]})),
        *(ts.button(name, on_click=Entries.call(name)) for name in wrong),
        ts.button("Warn", on_click=ts.console_log("careful", level="warn")),
        ts.text(Entries.result, id="result"),
        ts.text(Entries.theme, id="theme"),
        ts.box(height="3000px"),
        ts.button("Scroll", on_click=ts.scroll_to("top", align="center")),
        ts.text("the top", id="top"),
        ts.box(height="3000px"),
    )


@ts.page("/other", title="Other")
def other() -> ts.Component:
    return ts.text("another page", id="other")
