"""Vars of attrs and dataclass values."""

from dataclasses import dataclass, field
from typing import Any, assert_type

import attrs

import triostate as ts


@dataclass
class Owner:
    name: str = "Ada"
    values: list[str] = field(default_factory=list[str])


@attrs.define
class Item:
    """Some of its fields have names of methods of Var."""

    name: str = ""
    price: float = 1.0
    owner: Owner = attrs.field(factory=Owner)
    items: list[str] = attrs.field(factory=list[str])
    set: str = "yes"


class Shop(ts.State):
    item: ts.Field[Item] = ts.field(Item("a"))
    chosen: ts.Field[Item | None] = ts.field(None)
    owner: ts.Field[Owner] = ts.field(Owner())
    rows: ts.Field[list[Item]] = ts.field([Item("b", items=["x"])])
    owners: ts.Field[dict[str, Owner]] = ts.field({})
    first: Item = Item("c")

    @ts.var
    def cheapest(self) -> Item:
        return min(self.rows, key=lambda row: row.price)

    @ts.var
    def found(self) -> Owner | None:
        return self.owners.get("Ada")

    @ts.event
    def buy(self, item: Item) -> None:
        assert_type(self.item, Item)
        self.chosen = item
        self.item.price = 3
        self.rows.append(item)


def types() -> None:
    assert_type(Shop.item.name, ts.ObjectVar[Any])
    assert_type(Shop.chosen.name, ts.ObjectVar[Any])
    assert_type(Shop.rows[0], ts.ObjectVar[Item])
    assert_type(Shop.owners["Ada"], ts.ObjectVar[Owner])
    assert_type(Shop.cheapest, ts.ObjectVar[Item])
    assert_type(Shop.found, ts.ObjectVar[Owner])
    assert_type(Shop.first, Item)
    assert_type(Shop.item.at(lambda item: item.price), ts.Var[float])
    assert_type(Shop.item.at(lambda item: item.owner), ts.ObjectVar[Owner])
    assert_type(Shop.item.at(lambda item: item.owner).at(lambda owner: owner.name), ts.Var[str])
    assert_type(Shop.item.at(lambda item: item.items), ts.Var[list[str]])
    assert_type(Shop.item.at(lambda item: item.price * 2 + 1), ts.Var[float])
    assert_type(Shop.item.at(lambda item: item.items[0].upper()), ts.Var[str])
    assert_type(Shop.item.owner.name.to(str), ts.Var[str])
    assert_type(Shop.item.owner.to(Owner), ts.ObjectVar[Owner])


def row(item: ts.ObjectVar[Item]) -> ts.Component:
    return ts.hstack(
        ts.text(item.name, " ", item.price * 2, f"{item.price:.2f}", item.owner.name),
        ts.text(item["set"], item["name"], item.at(lambda it: it.owner.name)),
        ts.foreach(item["items"], ts.span),
        ts.foreach(item.at(lambda it: it.items), lambda name: ts.span(name.upper())),
        ts.foreach(item.owner["values"], ts.span),
        ts.button("Buy", on_click=Shop.buy(item)),
    )


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.foreach(Shop.rows, row, key=lambda item: item.name),
        ts.foreach(Shop.rows, lambda item, i: ts.text(item.name, i + 1)),
        ts.cond(Shop.chosen, ts.text(Shop.chosen.name), ts.text("nothing")),
        ts.text(Shop.cheapest.name, Shop.owner.name, Shop.item["set"], Shop.first.name),
        ts.foreach(Shop.first.items, lambda name: ts.text(name.upper())),
    )
