"""Vars in the typed form: Vars to checkers on the class, values on the instance."""

from typing import Any, Literal, assert_type

import triostate as ts

Colour = Literal["red", "green"]


class Demo(ts.State):
    n: ts.Field[int] = ts.field(3)
    x: ts.Field[float] = ts.field(1)
    text: ts.Field[str] = ts.field("a b")
    flag: ts.Field[bool] = ts.field(False)
    maybe: ts.Field[float | None] = ts.field(None)
    names: ts.Field[list[str]] = ts.field([])
    numbers: ts.Field[list[int]] = ts.field([1, 2, 3])
    prices: ts.Field[dict[str, float]] = ts.field({"a": 1.5})
    pair: ts.Field[tuple[int, str]] = ts.field((1, "a"))
    rows: ts.Field[list[dict[str, Any]]] = ts.field([{"id": 1}])
    any: ts.Field[Any] = ts.field(None)
    colour: ts.Field[Colour] = ts.field("red")
    plain: int = 1
    _seen: ts.Field[set[str]] = ts.field(set())

    @ts.var
    def double(self) -> int:
        return self.n * 2

    @ts.event
    def work(self, name: str) -> None:
        assert_type(self.n, int)
        self.n += 1
        self.x = 2
        self.names.append(name)
        self.maybe = 1.5
        self._seen.add(name)
        self.colour = "green"


def arithmetic() -> None:
    assert_type(Demo.n + 1, ts.Var[int])
    assert_type(Demo.n + 1.5, ts.Var[float])
    assert_type(Demo.n + Demo.x, ts.Var[float])
    assert_type(1 + Demo.n, ts.Var[int])
    assert_type(1.5 - Demo.n, ts.Var[float])
    assert_type(Demo.plain + Demo.n, ts.Var[int])
    assert_type(Demo.flag + 1, ts.Var[int])
    assert_type(Demo.n * Demo.n - Demo.double, ts.Var[int])
    assert_type(Demo.n // 2, ts.Var[int])
    assert_type(7 % Demo.n, ts.Var[int])
    assert_type(Demo.n / 2, ts.Var[float])
    assert_type(2 / Demo.n, ts.Var[float])
    assert_type(Demo.x**2, ts.Var[float])
    assert_type(Demo.text + "!", ts.Var[str])
    assert_type("<" + Demo.text, ts.Var[str])
    assert_type(Demo.text * 3, ts.Var[str])
    assert_type("-" * Demo.n, ts.Var[str])
    assert_type(Demo.names + ["x"], ts.Var[list[str]])
    assert_type(["x"] + Demo.names, ts.Var[list[str]])
    assert_type(Demo.numbers * 2, ts.Var[list[int]])
    assert_type(-Demo.n, ts.Var[int])
    assert_type(+Demo.x, ts.Var[float])
    assert_type(abs(Demo.n), ts.Var[int])
    assert_type(round(Demo.x), ts.Var[int])
    assert_type(round(Demo.x, 2), ts.Var[float])


def logic() -> None:
    assert_type(Demo.n > 2, ts.Var[bool])
    assert_type(2.5 >= Demo.n, ts.Var[bool])
    assert_type(Demo.text < "b", ts.Var[bool])
    assert_type(Demo.n == None, ts.Var[bool])  # noqa: E711 - a Var has no identity with None
    assert_type(Demo.maybe != 1.5, ts.Var[bool])
    assert_type((Demo.n > 1) & Demo.flag, ts.Var[bool])
    assert_type(Demo.flag & Demo.text, ts.Var[bool | str])
    assert_type(Demo.maybe | 0.0, ts.Var[float])
    assert_type(Demo.text | "none", ts.Var[str])
    assert_type(~Demo.flag, ts.Var[bool])
    assert_type(ts.not_(Demo.names), ts.Var[bool])


def access() -> None:
    assert_type(Demo.text[0], ts.Var[str])
    assert_type(Demo.text[1:-1], ts.Var[str])
    assert_type(Demo.numbers[Demo.n], ts.Var[int])
    assert_type(Demo.numbers[: Demo.n], ts.Var[list[int]])
    assert_type(Demo.prices["a"], ts.Var[float])
    assert_type(Demo.prices[Demo.text], ts.Var[float])
    assert_type(Demo.prices.get("b"), ts.Var[float | None])
    assert_type(Demo.prices.get("b", 0.0), ts.Var[float])
    assert_type(Demo.prices.keys(), ts.Var[list[str]])
    assert_type(Demo.prices.values(), ts.Var[list[float]])
    assert_type(Demo.prices.items(), ts.Var[list[tuple[str, float]]])
    assert_type(Demo.prices.items()[0][1], ts.Var[float])
    assert_type(Demo.pair[0], ts.Var[int])
    assert_type(Demo.pair[1], ts.Var[str])
    assert_type(Demo.n.at(lambda n: str(n + 1)), ts.Var[str])
    assert_type(ts.Var.range(Demo.n), ts.Var[list[int]])
    assert_type(Demo.text.length(), ts.Var[int])
    assert_type(ts.length(Demo.prices), ts.Var[int])
    assert_type(ts.contains(Demo.names, Demo.text), ts.Var[bool])
    assert_type(Demo.names.contains("a"), ts.Var[bool])
    assert_type(Demo.numbers.reverse(), ts.Var[list[int]])


def text() -> None:
    assert_type(Demo.text.upper().strip(), ts.Var[str])
    assert_type(Demo.text.split(","), ts.Var[list[str]])
    assert_type(Demo.names.join(", "), ts.Var[str])
    assert_type(Demo.text.replace("a", Demo.text), ts.Var[str])
    assert_type(Demo.text.startswith("a"), ts.Var[bool])
    assert_type(Demo.colour.upper(), ts.Var[str])
    assert_type(Demo.n.to_string(), ts.Var[str])
    assert_type(Demo.text.to(int) + 1, ts.Var[int])
    assert_type(Demo.maybe.to(float), ts.Var[float])
    assert_type(Demo.any.to(list[str])[0], ts.Var[str])


def anything() -> None:
    """A Var[Any] takes everything, and gives one."""
    assert_type(Demo.rows[0]["id"] + 1, ts.Var[Any])
    assert_type("x" + Demo.rows[0]["id"], ts.Var[Any])
    assert_type(Demo.any * Demo.n, ts.Var[Any])
    Demo.any.upper()
    assert_type(Demo.any.whatever["x"][0].deeper + 1, ts.Var[Any])
    Demo.rows[0]["user"].name.upper()


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Demo.n, Demo.x, f"{Demo.text} {Demo.n:>5}", Demo.names.length()),
        ts.foreach(Demo.names, lambda name: ts.text(name.upper())),
        ts.foreach(Demo.names, ts.text),
        ts.foreach(Demo.numbers, lambda n, i: ts.text(n + i), key=lambda n: n % 2),
        ts.foreach(Demo.prices.items(), lambda pair: ts.text(pair[0], " ", pair[1] * 2)),
        ts.foreach(Demo.rows, lambda row: ts.text(row["id"], row["id"] + 1, str(row["name"]))),
        ts.foreach(ts.Var.range(Demo.n), lambda i: ts.text(i + 1)),
        ts.foreach(["a", "b"], lambda name, i: ts.text(name.upper(), i + 1)),
        ts.progress(value=Demo.maybe),
        ts.box(width=Demo.n, hidden=Demo.flag, class_name=Demo.text),
        ts.input(value=Demo.text, on_change=Demo.text.set, disabled=Demo.flag),
        ts.input(value=Demo.n, on_change=Demo.n.set),
        ts.number_input(value=Demo.n, min=1, max=Demo.n * 2, on_change=Demo.x.set),
        ts.number_input(value=Demo.maybe, on_change=Demo.maybe.set),
        ts.checkbox(checked=Demo.flag, on_change=Demo.flag.set),
        ts.button("10", on_click=Demo.n.set(10), disabled=Demo.n == 10),
        ts.button("same", on_click=[Demo.n.set(Demo.double), Demo.x.set(Demo.n)]),
        ts.button("none", on_click=Demo.maybe.set(None), loading=Demo.n > 3),
        ts.button("old", on_click=Demo.set_text("x")),
    )
