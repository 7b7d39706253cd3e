"""An app that shows expressions, before and after their vars change."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import triostate as ts

app = ts.App(modules=[__name__])

BEFORE: dict[str, Any] = {
    "n": 7,
    "f": 1.0,
    "b": True,
    "s": "abc",
    "names": ["x", "y", "z"],
    "table": {"a": 1},
    "nothing": None,
}
AFTER: dict[str, Any] = {
    "n": -7,
    "f": 1e20,
    "b": False,
    "s": "na\u00efve \U0001f600",
    "names": [],
    "table": {"a": 2.0, "b": None},
    "nothing": None,
}

#: Each is given the State class or plain values, and means the same for both.
EXPRESSIONS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: v.n,
    "floordiv": lambda v: v.n // 2,
    "mod": lambda v: v.n % 3,
    "truediv": lambda v: v.n / 7,
    "pow": lambda v: v.n**2,
    "float": lambda v: v.f,
    "float times int": lambda v: v.f * 2,
    "float in text": lambda v: f"{v.f}!",
    "rounded": lambda v: round(v.f / 3, 2),
    "negated": lambda v: -v.n,
    "absolute": lambda v: abs(v.n),
    "bool": lambda v: v.b,
    "bool plus int": lambda v: v.b + 1,
    "bool in text": lambda v: f"it is {v.b}",
    "None in text": lambda v: f"it is {v.nothing}",
    "padded": lambda v: f"{v.n:05d}",
    "two places": lambda v: f"{v.n:.2f}",
    "comparison": lambda v: v.n > 0,
    "equal": lambda v: v.f == 1,
    "repeated": lambda v: v.s * 2,
    "joined texts": lambda v: v.s + "-" + v.s,
    "last letter": lambda v: v.s[-1],
    "first letters": lambda v: v.s[:2],
    "upper": lambda v: v.s.upper(),
    "list": lambda v: v.names,
    "slice": lambda v: v.names[1:],
    "longer list": lambda v: v.names + ["q"],  # noqa: RUF005 - what is tried is the operation
    "dict": lambda v: v.table,
    "of a dict": lambda v: v.table["a"],
    "get": lambda v: v.table.get("c", "none"),
}


class Values(ts.State):
    n: int = BEFORE["n"]
    f: float = BEFORE["f"]
    b: bool = BEFORE["b"]
    s: str = BEFORE["s"]
    names: list[str] = BEFORE["names"]
    table: dict[str, Any] = BEFORE["table"]
    nothing: str | None = BEFORE["nothing"]

    @ts.event
    def change(self):
        for name, value in AFTER.items():
            setattr(self, name, value)


def expected(values: dict[str, Any]) -> list[str]:
    """Return what Python says that the page shows, in the page's order."""
    return [str(expression(SimpleNamespace(**values))) for expression in EXPRESSIONS.values()]


@ts.page(route="/", title="Expressions")
def index() -> ts.Component:
    return ts.vstack(
        *(ts.text(make(Values), class_name="shown") for make in EXPRESSIONS.values()),
        ts.text(Values.nothing, id="none"),
        ts.text(ts.cond(Values.names, "some", "no"), " names of ", ts.length(Values.s), id="mixed"),
        ts.button("Change", on_click=Values.change),
    )
