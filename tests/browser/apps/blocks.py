"""An app of conds and nested foreaches that change."""

from typing import Any

import triostate as ts

app = ts.App(modules=[__name__])


class Blocks(ts.State):
    is_open: bool = False
    count: int = 0
    groups: list[dict[str, Any]] = [
        {"name": "fruit", "items": ["apple", "pear"]},
        {"name": "nuts", "items": ["hazel"]},
    ]

    @ts.event
    def toggle(self):
        self.is_open = not self.is_open

    @ts.event
    def increment(self):
        self.count += 1

    @ts.event
    def add_item(self, name: str):
        for group in self.groups:
            if group["name"] == name:
                group["items"].append(f"{name} {len(group['items'])}")

    @ts.event
    def remove_item(self, name: str, item: str):
        for group in self.groups:
            if group["name"] == name:
                group["items"].remove(item)

    @ts.event
    def add_group(self):
        self.groups.insert(0, {"name": "seeds", "items": ["poppy"]})

    @ts.event
    def remove_group(self, name: str):
        self.groups = [group for group in self.groups if group["name"] != name]

    @ts.event
    def turn_round(self):
        self.groups.reverse()


def _item(group: Any, item: Any) -> ts.Component:
    return ts.hstack(
        ts.text(item, class_name="item"),
        ts.button("x", on_click=Blocks.remove_item(group["name"], item)),
        data_item=item,
    )


def _group(group: Any, index: Any) -> ts.Component:
    return ts.card(
        ts.heading(index, ": ", group["name"], class_name="title"),
        ts.foreach(group["items"], lambda item: _item(group, item), key=lambda item: item),
        ts.input(placeholder="note"),
        ts.button("Add item", on_click=Blocks.add_item(group["name"])),
        ts.button("Remove group", on_click=Blocks.remove_group(group["name"])),
        data_group=group["name"],
    )


@ts.page(route="/", title="Blocks")
def index() -> ts.Component:
    return ts.vstack(
        ts.button("Toggle", on_click=Blocks.toggle),
        ts.button("Increment", on_click=Blocks.increment),
        ts.cond(
            Blocks.is_open,
            ts.text("open ", Blocks.count, id="open"),
            ts.text("shut ", Blocks.count, id="shut"),
        ),
        ts.match(
            Blocks.count,
            (0, ts.text("none", id="amount")),
            (1, 2, ts.text("few", id="amount")),
            ts.text("many", id="amount"),
        ),
        ts.link("Search", href=f"/search?count={Blocks.count}"),
        ts.box(
            ts.foreach(Blocks.groups, _group, key=lambda group: group["name"]),
            id="groups",
        ),
        ts.button("Add group", on_click=Blocks.add_group),
        ts.button("Turn round", on_click=Blocks.turn_round),
    )
