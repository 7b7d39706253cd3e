"""Operators and methods on Vars of the wrong type."""

from typing import Any

import attrs

import triostate as ts


@attrs.define
class Item:
    name: str = ""
    price: float = 1.0


class Demo(ts.State):
    n: ts.Field[int] = ts.field(0)
    x: ts.Field[float] = ts.field(0)
    text: ts.Field[str] = ts.field("")
    maybe: ts.Field[float | None] = ts.field(None)
    names: ts.Field[list[str]] = ts.field([])
    prices: ts.Field[dict[str, float]] = ts.field({})
    item: ts.Field[Item] = ts.field(Item())
    rows: ts.Field[list[Item]] = ts.field([])
    plain: int = 0

    @ts.var
    def double(self) -> int:
        return self.n * 2


def use(*things: object) -> None: ...


def wrong() -> None:
    use(Demo.n + "text")  # error
    use("text" + Demo.n)  # error
    use(Demo.text + 1)  # error
    use(1 + Demo.text)  # error
    use(Demo.text - Demo.text)  # error
    use(Demo.names + [1])  # error
    use(Demo.names + Demo.text)  # error
    use(Demo.maybe + 1)  # error
    use(Demo.maybe > 1)  # error
    use(-Demo.text)  # error
    use(abs(Demo.text))  # error: pyright
    use(round(Demo.names))  # error: pyright
    use(Demo.n < "text")  # error
    use(Demo.text > 3)  # error
    use(Demo.n.upper())  # error
    use(Demo.x.split())  # error
    use(Demo.double.upper())  # error
    use(Demo.names.upper())  # error
    use(Demo.text.keys())  # error
    use(Demo.names.items())  # error
    use(Demo.n.length())  # error
    use(Demo.n.contains(1))  # error
    use(Demo.text.split(3))  # error
    use(Demo.text.replace("a", Demo.n))  # error
    use(Demo.prices[0])  # error
    use(Demo.prices[Demo.n])  # error
    use(Demo.prices.get(1))  # error
    use(Demo.names["a"])  # error
    use(Demo.names[Demo.text])  # error
    use(Demo.n[0])  # error
    use(Demo.n.typo)  # error
    use(Demo.text.typo())  # error
    use(Demo.item + 1)  # error
    use(Demo.item.at(lambda item: item.prise))  # error
    use(Demo.rows[0].at(lambda item: item.price.upper()))  # error
    use(Demo.item.at(lambda item: item.price).upper())  # error
    use(ts.length(Demo.n))  # error
    use(ts.length(Demo.plain))  # error
    use(ts.contains(Demo.n, 1))  # error
    use(ts.Var.range("text"))  # error
    use(len(Demo.names))  # error
    use("a" in Demo.names)  # error
    use(int(Demo.text))  # error
    use(float(Demo.n))  # error
    use(range(Demo.n))  # error
    use([*Demo.names])  # error
    use(list(Demo.names))  # error
    use(Demo.plain.upper())  # error


def takes_int(n: ts.Var[int]) -> None: ...


def passing(anything: ts.Var[Any]) -> None:
    takes_int(Demo.text)  # error
    takes_int(Demo.x)  # error
    takes_int(3)  # error
    takes_int(Demo.n)
    takes_int(anything)
