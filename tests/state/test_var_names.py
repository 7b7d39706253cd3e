"""Names of a value that Var, or the setter, has as well; and the ways to steps and arguments."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import triostate as ts
from triostate.errors import ExpressionError
from triostate.state.expr import VarRef, evaluate
from triostate.state.lifting import lift
from triostate.state.var import Var
from triostate.testing import isolated


@attrs.define
class Row:
    """Every field but the first has the name of something of Var."""

    name: str = "n"
    items: list[str] = attrs.field(factory=lambda: ["a", "b"])
    get: int = 3
    range: tuple[int, int] = (1, 2)
    at: str = "here"
    set: str = "yes"
    expr: str = "x+1"
    type_: str = "kind"


class Values:
    """A scope in which every var is the same value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def var(self, ref: VarRef, /) -> Any:
        return self.value

    def local(self, local: Any, /) -> Any:
        raise LookupError


def row() -> Any:
    return Var[Row](VarRef("state.s", "row"))


def value_of(made: object, value: Any) -> Any:
    return evaluate(lift(made), Values(value))


with isolated():

    class Shop(ts.State):
        row: Row = Row()
        text: ts.Field[str] = ts.field("a")
        rows: list[Row] = []
        late: Late | None = None
        _hidden: int = 0

        @ts.event
        def put(self, index: int, name: str = "", flag: bool = False) -> None: ...

        @ts.event
        def any(self, *values: int) -> None: ...


class Late: ...


@pytest.mark.parametrize(
    "made, wanted",
    [
        (lambda: row().items, ["a", "b"]),
        (lambda: row().items[0] + "!", "a!"),
        (lambda: row().get + 1, 4),
        (lambda: row().get == 3, True),
        (lambda: row().range[1], 2),
        (lambda: f"{row().at}|{row().get:02d}", "here|03"),
        (lambda: {"k": [row().items]}, {"k": [["a", "b"]]}),
        (lambda: row().items.length() + 0, 2),
        (lambda: row()["items"], ["a", "b"]),
        (lambda: row()["name"], "n"),
        (lambda: row()["set"], "yes"),
        (lambda: row()["expr"] + row()["type_"], "x+1kind"),
    ],
)
def test_a_field_named_like_a_method(made: Any, wanted: Any) -> None:
    """Not called, such a name is the value's field; with brackets, any name is."""
    assert value_of(made(), Row()) == wanted


def test_called_it_is_the_method() -> None:
    """Called, it is the method, and keeps the class's signature for help()."""
    assert value_of(row().items(), {"a": 1}) == [("a", 1)]
    assert value_of(row().get("a", default=2), {}) == 2
    assert Var.upper.__doc__ == "Return the string in upper case."
    assert value_of(Var.range(2), None) == [0, 1]


@pytest.mark.parametrize("use", [ts.text, lambda var: f"{var}", lambda var: var + 1])
def test_a_method_that_was_not_called(use: Any) -> None:
    """Where the type is known to have no fields, the forgotten call is named."""
    with pytest.raises(ExpressionError, match=r"upper of a var of type str .* `\.upper\(\.\.\.\)`"):
        use(Shop.text.upper)
    with pytest.raises(ExpressionError, match="reverse of a var of type list"):
        use(Shop.rows.reverse)


def test_a_type_that_is_not_known_yet() -> None:
    """A name in an annotation that is nowhere yet hinders nobody."""
    assert value_of(Shop.late.items, Row()) == ["a", "b"]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]


def test_index_by_name_is_of_objects_only() -> None:
    """A list has no item, and an object no field, of a name that it lacks."""
    with pytest.raises(TypeError):
        value_of(row()["name"], [1])
    with pytest.raises(AttributeError):
        value_of(row()["nmae"], Row())
    with pytest.raises((TypeError, AttributeError)):
        value_of(row()[0], Row())


@pytest.mark.parametrize(
    "step, wanted",
    [
        (lambda row: row.name, "n"),
        (lambda row: row.name.upper() + "!", "N!"),
        (lambda row: row.items[-1], "b"),
        (lambda row: row.get * 2 > 5, True),
        (lambda row: f"{row.name}:{row.get}", "n:3"),
        (lambda row: [row.name, 1], ["n", 1]),
        (lambda row: 7, 7),
    ],
)
def test_at(step: Any, wanted: Any) -> None:
    """A step is traced: attributes, indexes, operators and methods, ending in a Var."""
    made = row().at(step)
    assert isinstance(made, Var)
    assert value_of(made, Row()) == wanted


def test_at_needs_what_a_var_can_do() -> None:
    """What needs the value itself raises, naming the right call."""
    with pytest.raises(ExpressionError, match=r"ts\.length"):
        row().at(lambda row: len(row.items))


def test_setters() -> None:
    """Both spellings of a setter are one handler, of a type of its own."""
    assert Shop.text.set == Shop.set_text
    assert hash(Shop.text.set) == hash(Shop.set_text)
    assert isinstance(Shop.text.set, ts.SetHandler)
    assert isinstance(Shop.set_row, ts.EventHandler)
    assert Shop.text.set("x").args == ("x",)
    with pytest.raises(AttributeError, match="backend"):
        Shop._hidden.set  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018


class TestArgumentsByName:
    def test_in_order(self) -> None:
        """Arguments by name become arguments by position."""
        assert Shop.put(index=1, name="a").args == (1, "a")
        assert Shop.put(1, flag=True, name="a").args == (1, "a", True)
        assert Shop.put(name="a", index=1).args == (1, "a")

    @pytest.mark.parametrize("given", [{"nmae": "a"}, {"flag": True}, {"index": 2}])
    def test_not_in_order(self, given: Any) -> None:
        """A name that there is not, that leaves one open, or that is given twice, is refused."""
        with pytest.raises(TypeError, match=f"state.shop.put .* {next(iter(given))} by name"):
            Shop.put(1, **given)
        with pytest.raises(TypeError, match="by name"):
            Shop.any(1, **given)
