"""Forms that fill classes, and effects with vars."""

import dataclasses

import attrs

import triostate as ts


@attrs.define
class Person:
    name: str
    age: int = 0


@dataclasses.dataclass
class Note:
    text: str


class Desk(ts.State):
    text: str = ""
    typed: ts.Field[str] = ts.field("")

    @ts.event
    def save(self, person: Person) -> None:
        raise ts.FormError({"name": "is taken"})

    @ts.event
    def note(self, row: int, note: Note) -> ts.EventSpec:
        return Desk.drawn(1)

    @ts.event(background=True)
    async def work(self, note: Note) -> None:
        raise ts.FormError("Sold out.")

    @ts.event
    def plain(self, data: dict[str, str]) -> None: ...

    @ts.event
    def drawn(self, points: int) -> None: ...


def page() -> ts.Component:
    return ts.vstack(
        ts.form(ts.form_errors(), on_submit=Desk.save),
        ts.form(on_submit=Desk.note(1)),
        ts.form(on_submit=Desk.work),
        ts.form(on_submit=Desk.plain),
        ts.form(on_submit=[Desk.save, Desk.plain, ts.toast("sent")]),
        ts.form(on_submit=lambda data: Desk.plain(data)),
        ts.button(on_click=ts.set_clipboard(Desk.text)),
        ts.button(on_click=[ts.set_clipboard(Desk.typed), ts.redirect(Desk.typed)]),
        ts.button(on_click=ts.call_script("charts.draw", Desk.typed, callback=Desk.drawn)),
        ts.button(on_click=ts.remove_local_storage(Desk.text)),
    )
