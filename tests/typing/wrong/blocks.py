"""cond, match and foreach with what they do not take."""

import attrs

import triostate as ts


@attrs.define
class Item:
    name: str = ""


class Demo(ts.State):
    n: ts.Field[int] = ts.field(0)
    names: ts.Field[list[str]] = ts.field([])
    rows: ts.Field[list[Item]] = ts.field([])
    plain: list[Item] = []


def row(item: Item) -> ts.Component:
    return ts.text(item.name)


def var_row(item: ts.Var[int]) -> ts.Component:
    return ts.text(item)


def index() -> ts.Component:
    return ts.vstack(
        ts.foreach(Demo.n, lambda n: ts.text(n)),  # error
        ts.foreach(3, lambda n: ts.text(n)),  # error
        ts.foreach(Demo.names),  # error
        ts.foreach(Demo.names, lambda name: ts.text(name.uper())),  # error
        ts.foreach(Demo.names, lambda: ts.text("x")),  # error
        ts.foreach(Demo.names, lambda name, i, more: ts.text(name)),  # error
        ts.foreach(Demo.names, lambda name, i: ts.text(i.upper())),  # error
        ts.foreach(Demo.names, lambda name: {name}),  # error
        ts.foreach(Demo.names, var_row),  # error
        ts.foreach(Demo.names, row),  # error
        ts.foreach(Demo.rows, row),  # error
        ts.foreach(Demo.plain, var_row),  # error
        ts.foreach(Demo.plain, lambda item: ts.text(item.nmae)),  # error
        ts.foreach(Demo.plain, row, key=lambda item: item.nmae),  # error
        ts.foreach(Demo.rows, lambda item: ts.text(item.at(lambda it: it.nmae))),  # error
        ts.cond(Demo.n),  # error
        ts.cond(Demo.n, 1, 2).upper(),  # error
        ts.cond(Demo.n, "a", "b") + 1,  # error
        ts.cond(Demo.n, ts.text("a"), "b").upper(),  # error
        ts.match(Demo.n, (0, "a"), (1, "b")) + 1,  # error
        ts.foreach(Demo.plain, row),
    )
