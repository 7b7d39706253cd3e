"""The app that the test kit's own tests look at: components of every kind, and ways to fail."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
import trio

import triostate as ts
from triostate.testing import isolated

__all__ = ["Item", "make_shop"]


@attrs.define
class Item:
    """A row of the page."""

    name: str
    price: float


def make_shop() -> SimpleNamespace:
    """Return a fresh app, its State class, and a list to which handlers write what happened."""
    log: list[Any] = []

    with isolated():

        class Shop(ts.State):
            items: list[Item] = [Item("tea", 2.5), Item("milk", 1.0)]
            basket: list[str] = []
            note: str = ""
            limit: int = 10
            is_open: bool = True
            mood: str = "calm"
            secret_of: dict[str, str] = {"a": "1"}
            key: str = "a"

            @ts.event
            def put(self, name: str):
                self.basket.append(name)

            @ts.event
            def put_nth(self, index: int, item: Item):
                log.append((index, item))

            @ts.event
            def set_mood_to(self, mood: str):
                self.mood = mood

            @ts.event
            def clamp(self, limit: int):
                self.limit = min(limit, 99)

            @ts.event
            def clear_note(self):
                return [ts.set_value("free", "emptied"), ts.toast("cleared", "success")]

            @ts.event
            def leave(self):
                return ts.redirect("/other?from=shop")

            @ts.event
            def leave_the_site(self):
                return ts.redirect("https://site.example/", external=True)

            @ts.event
            def note_key(self, key: str):
                log.append(key)

            @ts.event
            def note_box(self):
                log.append("box")

            @ts.event
            async def think(self):
                await trio.sleep(10)
                self.note = "thought"

            @ts.event(background=True)
            async def count(self):
                for number in range(5):
                    async with self:
                        self.note = f"{number + 1} of 5"
                    await trio.sleep(60)

            @ts.event
            def fail(self):
                raise ValueError("on purpose")

        @ts.page(route="/", title="Shop")
        def index():
            return ts.vstack(
                ts.heading("Shop: ", Shop.mood),
                ts.foreach(
                    Shop.items,
                    lambda item, i: ts.hstack(
                        ts.text(item.name, " at ", item.price),
                        ts.button("Buy", on_click=Shop.put(item.name)),
                        ts.button("Note", on_click=Shop.put_nth(i, item)),
                    ),
                ),
                ts.text(ts.length(Shop.basket), " bought", id="count"),
                ts.cond(Shop.is_open, ts.button("Close", on_click=Shop.set_is_open(False)), "shut"),
                ts.match(
                    Shop.mood,
                    ("calm", ts.text("All is calm.")),
                    ("busy", ts.text("There is much to do.")),
                    ts.text("Who knows."),
                ),
                ts.button("Hurry", on_click=Shop.set_mood_to("busy")),
                ts.button(ts.text("Think"), on_click=Shop.think),
                ts.button("Count", on_click=Shop.count, disabled=Shop.count.running),
                ts.text(Shop.note, id="note"),
                ts.number_input(
                    value=Shop.limit, on_change=Shop.clamp, placeholder="Limit", id="limit"
                ),
                ts.label("Your note", ts.input(value=Shop.note, on_change=Shop.set_note)),
                ts.input(aria_label="Free", id="free"),
                ts.form_field("Beside", ts.input(default_value="its label")),
                ts.input(aria_label="Keys", on_key_down=Shop.note_key),
                ts.checkbox("Open", checked=Shop.is_open, on_change=Shop.set_is_open),
                ts.box(ts.button("Inner", on_click=Shop.note_key("inner")), on_click=Shop.note_box),
                ts.button("Clear", on_click=Shop.clear_note),
                ts.button("Leave", on_click=Shop.leave),
                ts.button("Far away", on_click=Shop.leave_the_site),
                ts.button("Fail", on_click=Shop.fail),
                ts.link("Other page", href="/other"),
                ts.text("hidden words", hidden=Shop.is_open),
                ts.text("coloured", class_name=Shop.mood, color=Shop.mood, data_mood=Shop.mood),
                ts.text("Held by ", Shop.secret_of[Shop.key], id="held"),
                ts.button("Bad key", on_click=Shop.put(Shop.secret_of[Shop.key])),
                ts.button("No key", on_click=Shop.set_key("z")),
            )

        @ts.page(route="/other", title="Other")
        def other():
            return ts.vstack(ts.text("The other page: ", Shop.mood), ts.link("Back", href="/"))

        app = ts.App()
    return SimpleNamespace(app=app, Shop=Shop, log=log)
