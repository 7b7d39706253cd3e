"""Vars in the plain form: values to checkers, on the class and on the instance."""

from typing import Any, assert_type

import attrs

import triostate as ts


@attrs.define
class Item:
    name: str
    price: float = 1.0
    tags: list[str] = []
    items: list[str] = []


class Cart(ts.State):
    items: list[Item] = [Item("a"), Item("b", 2.0, ["new"], ["x"])]
    names: list[str] = ["a", "b"]
    prices: dict[str, float] = {"a": 1.0}
    note: str = ""
    count: int = 2
    share: float = 0.5
    open: bool = True
    chosen: Item | None = None
    anything: Any = 1
    _secret: str = "s"

    @ts.var
    def total(self) -> float:
        return sum(item.price for item in self.items)

    @ts.event
    def add(self, name: str) -> None:
        self.items.append(Item(name))
        self.note = name.upper()
        self.count += 1

    @ts.event
    def remove(self, index: int) -> None:
        del self.items[index]

    def clear(self) -> None:
        self.items = []
        self.chosen = None


def row(item: Item, index: int) -> ts.Component:
    return ts.hstack(
        ts.text(item.name, f" {item.price:.2f} ", index + 1, item.name.upper(), title=item.name),
        ts.foreach(item.tags, lambda tag: ts.span(tag)),
        ts.foreach(item.items, ts.span),
        ts.button("Remove", on_click=Cart.remove(index)),
        ts.button("Again", on_click=lambda: Cart.add(item.name)),
    )


@ts.page(route="/")
def cart() -> ts.Component:
    assert_type(Cart.count, int)
    assert_type(Cart.total, ts.Var[float])
    assert_type(ts.length(Cart.items), ts.Var[int])
    assert_type(ts.contains(Cart.names, "a"), ts.Var[bool])
    assert_type(ts.not_(Cart.open), ts.Var[bool])
    return ts.vstack(
        ts.heading(Cart.note, " has ", Cart.count, " of ", Cart.total),
        ts.text(f"{Cart.count:03d} {Cart.share:.0%} {Cart.note}", color_scheme=Cart.note),
        ts.text(Cart.count * 2 + 1, -Cart.count, Cart.share / 2, Cart.note + "!", abs(Cart.count)),
        ts.text(Cart.names[0], Cart.prices["a"], Cart.note[:3], Cart.names[-1].upper()),
        ts.text(ts.length(Cart.items), ts.length(Cart.note) + 1, ts.contains(Cart.note, "x")),
        ts.foreach(Cart.items, row, key=lambda item: item.name),
        ts.foreach(Cart.names, ts.text),
        ts.foreach(Cart.prices, lambda name: ts.text(name, Cart.prices[name])),
        ts.cond(Cart.open, ts.text("open"), ts.text("closed")),
        ts.cond(Cart.open & (Cart.count > 1), ts.text("many")),
        ts.cond(~Cart.open, "closed", "open"),
        ts.cond(Cart.items, Cart.count, "nothing"),
        ts.cond(ts.not_(Cart.names) | Cart.open, ts.cond(Cart.count == 1, "one", "more")),
        ts.match(Cart.note, ("a", ts.text("A")), ("b", "c", ts.text("B or C")), ts.text("?")),
        ts.match(Cart.count, (0, "none"), (1, "one"), "many"),
        ts.input(value=Cart.note, on_change=Cart.set_note),
        ts.number_input(value=Cart.count, on_change=Cart.set_count, min=0, max=Cart.count + 5),
        ts.checkbox("Open", checked=Cart.open, on_change=Cart.set_open),
        ts.button("Add", on_click=Cart.add("apple"), disabled=Cart.count >= 9),
        ts.button("Note", on_click=Cart.add(Cart.note)),
        ts.button("Clear", on_click=Cart.clear, loading=~Cart.open),
        ts.button("Both", on_click=[Cart.clear, Cart.add("pear"), ts.toast("done")]),
        ts.cond(Cart.chosen, ts.text("chosen")),
        width=f"{Cart.count}em",
    )
