"""cond, match and foreach by the types they give."""

from typing import Any, assert_type

import triostate as ts


class Demo(ts.State):
    flag: bool = False
    n: ts.Field[int] = ts.field(0)
    text: ts.Field[str] = ts.field("")
    rows: ts.Field[list[str]] = ts.field([])
    any: ts.Field[Any] = ts.field(0)


def types(component: ts.Component) -> None:
    assert_type(ts.cond(Demo.flag, component), ts.Component)
    assert_type(ts.cond(Demo.flag, component, "text"), ts.Component)
    assert_type(ts.cond(Demo.flag, Demo.text, component), ts.Component)
    assert_type(ts.cond(Demo.flag, [component, component], None), ts.Component)
    assert_type(ts.cond(Demo.flag, "a", "b"), ts.Var[str])
    assert_type(ts.cond(Demo.n > 1, Demo.text, "b"), ts.Var[str])
    assert_type(ts.cond(Demo.n, "a", Demo.text), ts.Var[str])
    assert_type(ts.cond(Demo.n, "a", Demo.n), ts.Var[str | int])
    assert_type(ts.cond(Demo.rows, Demo.n, Demo.text), ts.Var[int | str])
    assert_type(ts.cond(Demo.rows, "a"), ts.Var[str | None])
    assert_type(ts.cond(Demo.rows, Demo.n), ts.Var[int | None])
    assert_type(ts.cond(~Demo.flag, 1, 2) + 1, ts.Var[int])
    assert_type(ts.cond(Demo.any, ts.cond(Demo.n, 1, 2), 3), ts.Var[int])
    assert_type(ts.match(Demo.n, (0, component), (1, 2, component)), ts.Component)
    assert_type(ts.match(Demo.n, (0, component), component), ts.Component)
    assert_type(ts.match(Demo.text, ("a", "A"), ("b", "c", Demo.text), "?"), ts.Var[str])
    assert_type(ts.match(Demo.text, ("a", 1), ("b", 2)), ts.Var[int])
    assert_type(ts.foreach(Demo.rows, ts.text), ts.Component)


def row(text: ts.Var[str], index: ts.Var[int]) -> ts.Component:
    return ts.text(text.upper(), index + 1)


def any_row(text: Any) -> ts.Component:
    return ts.text(text)


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.foreach(Demo.rows, row),
        ts.foreach(Demo.rows, any_row),
        ts.foreach(Demo.any, any_row),
        ts.foreach(Demo.rows, lambda text: [ts.text(text), "and", None, 3]),
        ts.foreach(range(3), lambda n: ts.text(n + 1)),
        ts.cond(Demo.flag, ts.text("a"), ts.cond(Demo.n, ts.text("b"))),
        ts.match(Demo.n, (0, ts.text("none")), (1, "one"), "many"),
        ts.button(variant=ts.cond(Demo.flag, "soft", "solid"), disabled=ts.cond(Demo.n, True)),
    )
