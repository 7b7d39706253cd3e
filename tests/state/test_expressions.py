"""Expressions: what operations on vars build, evaluate to, and travel as."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

import triostate as ts
from triostate.errors import ExpressionError
from triostate.state.expr import (
    EventValue,
    Expr,
    Literal,
    Local,
    LocalName,
    Op,
    VarRef,
    encode,
    evaluate,
    walk,
)
from triostate.state.lifting import is_dynamic, lift
from triostate.state.var import ObjectVar, Var, operation


@dataclass
class Row:
    """An object of data, with a field that is called as a method of vars is."""

    price: int
    items: int = 0


class Values:
    """A scope of the values by name."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def var(self, ref: VarRef, /) -> Any:
        return self.values[ref.name]

    def local(self, local: LocalName, /) -> Any:
        return self.values[local.hint]


def var(name: str = "x") -> ObjectVar[Any]:
    return ObjectVar(VarRef("state.s", name))


def value_of(made: object, **values: Any) -> Any:
    return evaluate(lift(made), Values(**values))


BINARY: list[tuple[Callable[[Any, Any], Any], Any, Any]] = [
    (operator.add, 2, 3),
    (operator.add, "a", "b"),
    (operator.sub, 2, 3),
    (operator.mul, "a", 3),
    (operator.truediv, 7, 2),
    (operator.floordiv, -7, 2),
    (operator.mod, -7, 3),
    (operator.pow, 2, 5),
    (operator.eq, [1], [1]),
    (operator.ne, 1, True),
    (operator.lt, "a", "b"),
    (operator.le, 2, 2),
    (operator.gt, 2, 3),
    (operator.ge, 3, 3),
    (operator.getitem, [1, 2, 3], -1),
    (operator.getitem, {"k": 1}, "k"),
]


@pytest.mark.parametrize("operation, left, right", BINARY)
def test_binary_operations(operation: Any, left: Any, right: Any) -> None:
    """An operation on vars means what it means on their values, whichever side is a var."""
    wanted = operation(left, right)
    for made in (operation(var("a"), var("b")), operation(var("a"), right)):
        found = value_of(made, a=left, b=right)
        assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize("operation, left, right", BINARY[:13])
def test_reflected_operations(operation: Any, left: Any, right: Any) -> None:
    """A plain value on the left of a var works as well."""
    assert value_of(operation(left, var("b")), b=right) == operation(left, right)


@pytest.mark.parametrize(
    "made, value, wanted",
    [
        (-var(), 5, -5),
        (+var(), True, 1),
        (abs(var()), -5, 5),
        (round(var()), 2.5, 2),
        (round(var(), 1), 2.25, 2.2),
        (~var(), [], True),
        (var() & "y", "", ""),
        (var() & "y", "x", "y"),
        (var() | "y", "", "y"),
        ("y" & var(), "x", "x"),
        (var()[1:], "abc", "bc"),
        (var()[::-1], [1, 2], [2, 1]),
        (var().year, date(2024, 2, 9), 2024),
        (var().days, timedelta(3), 3),
        (var().price, Row(7), 7),
        (var().items, Row(7, items=1), 1),
        (var()["items"], Row(7, items=1), 1),
        (var().length(), "añ\U0001f600", 3),
        (ts.length(var()), [1], 1),
        (var().contains(1), [True], True),
        (ts.contains(var(), "b"), "abc", True),
        (ts.not_(var()), 0, True),
        (var().reverse(), "ab", "ba"),
        (var().join("-"), ["a", "b"], "a-b"),
        (var().keys(), {1: 2}, [1]),
        (var().values(), {1: 2}, [2]),
        (var().items(), {1: 2}, [(1, 2)]),
        (var().get("k", 7), {}, 7),
        (var().get("k"), {"k": 1}, 1),
        (var().split(","), "a,b", ["a", "b"]),
        (var().split(), " a  b ", ["a", "b"]),
        (var().lower(), "ÄB", "äb"),
        (var().upper(), "ß", "SS"),
        (var().strip(), " a\n", "a"),
        (var().replace("a", "b"), "aa", "bb"),
        (var().startswith("a"), "ab", True),
        (var().endswith("a"), "ab", False),
        (var().to_string(), True, "True"),
        (var().to(int), "12", 12),
        (var().to(str), 1.0, "1.0"),
        (var().to(list[int])[0], [3], 3),
        (Var.range(1, var(), 2), 6, [1, 3, 5]),
        (operation("cond", var(), "yes", "no"), [], "no"),
        ([var(), 1], 5, [5, 1]),
        ({"k": var()}, 5, {"k": 5}),
    ],
)
def test_other_operations(made: Any, value: Any, wanted: Any) -> None:
    """Each method of a var means what Python means on the value."""
    found = value_of(made, x=value)
    assert (found, type(found)) == (wanted, type(wanted))


def test_logic_and_cond_are_lazy() -> None:
    """and, or and cond evaluate only what Python would."""
    bad = 1 // var("zero")
    for made in (var("no") & bad, var("yes") | bad, operation("cond", var("yes"), 1, bad)):
        value_of(made, no=0, yes=1, zero=0)
    with pytest.raises(ZeroDivisionError):
        value_of(var("yes") & bad, yes=1, zero=0)


class TestText:
    def test_formatted_vars(self) -> None:
        """f-strings with vars and format specs become expressions when lifted."""
        text = f"<{var('a')}|{var('n'):03d}|{1 + 1}|{var('b')!s}>"
        assert is_dynamic(text)
        assert value_of(text, a=True, n=7, b=None) == "<True|007|2|None>"
        assert value_of(f"{var('a')}", a=1.0) == "1.0"

    def test_formatted_operation(self) -> None:
        """What is formatted may be an operation, and a formatted text part of another."""
        inner = f"{var('a') * 2}"
        assert value_of(f"[{inner}]" + "!", a=3) == "[6]!"
        assert value_of(var("a") + f"{var('b')}", a="x", b=1) == "x1"

    def test_text_alone_is_a_constant(self) -> None:
        """Text without vars is a constant, control characters and look-alikes included."""
        for text in ("", "plain", "\x02", "\x020:0\x03", "\x02abcd1234:0\x03"):
            assert lift(text) == Literal(text)
            assert not is_dynamic(text)


class TestErrors:
    @pytest.mark.parametrize(
        "misuse, remedy",
        [
            (bool, "ts.cond"),
            (lambda x: x and 1, "ts.cond"),
            (lambda x: 1 if x else 2, "ts.cond"),
            (lambda x: not x, "~"),
            (lambda x: 0 < x < 5, "ts.cond"),
            (len, "ts.length"),
            (list, "ts.foreach"),
            (lambda x: [*x], "ts.foreach"),
            (lambda x: 1 in x, "ts.contains"),
            (lambda x: x in [0, 1], "ts.cond"),
        ],
    )
    def test_misuse_names_the_call(self, misuse: Any, remedy: str) -> None:
        """What cannot work while the page is built raises, naming the right call."""
        with pytest.raises(ExpressionError, match=remedy):
            misuse(var())

    @pytest.mark.parametrize(
        "made, value",
        [
            (var().real, 5),
            (var().stem, PurePosixPath("a/b.c")),
            (var().weekday, date(2024, 2, 9)),
            (var().total, Row(7)),
        ],
    )
    def test_attributes_that_do_not_travel(self, made: Any, value: Any) -> None:
        """What is no field of data, nor a part of a date or duration, stays on the server."""
        with pytest.raises(AttributeError, match="computed var"):
            value_of(made, x=value)

    def test_private_attributes(self) -> None:
        """A private attribute of a var is an AttributeError: copying and pickling look for them."""
        with pytest.raises(AttributeError):
            var()._x  # noqa: B018

    def test_unknown_operation(self) -> None:
        """An operation that the browser does not know cannot be built."""
        with pytest.raises(ExpressionError, match="'exec'"):
            Op("exec", ())

    def test_event_value_has_no_python_value(self) -> None:
        """An event's value exists in the browser only."""
        with pytest.raises(ExpressionError, match="browser"):
            evaluate(EventValue(0), Values())


class TestEncoding:
    def wire(self, expr: Expr) -> Any:
        return encode(expr, lambda ref: ord(ref.name), {})

    @pytest.mark.parametrize("value", [None, True, 5, 1.5, "x"])
    def test_scalars_stand_for_themselves(self, value: Any) -> None:
        """A JSON scalar stands for itself."""
        assert self.wire(Literal(value)) == value

    @pytest.mark.parametrize(
        "value, wire", [([1], [1]), (1.0, {"$float": "1.0"}), ({"a": 1}, {"a": 1})]
    )
    def test_other_constants(self, value: Any, wire: Any) -> None:
        """Any other constant is `c` with its wire form, so no list is taken for an operation."""
        assert self.wire(Literal(value)) == ["c", wire]

    def test_operations_and_vars(self) -> None:
        """An operation is a list of its name and its arguments; a var its index."""
        made = (var("a") + 1) * f"{var('b'):>3}"
        assert self.wire(lift(made)) == ["mul", ["add", ["v", 97], 1], ["format", ["v", 98], ">3"]]
        assert [e.name for e in walk(lift(made)) if isinstance(e, VarRef)] == ["a", "b"]
        assert self.wire(EventValue(2)) == ["e", 2]

    def test_locals(self) -> None:
        """A loop variable is its number; outside its loop it is an error."""
        item = LocalName()
        assert encode(Local(item), lambda _: 0, {item: 4}) == ["l", 4]
        with pytest.raises(ExpressionError, match="foreach"):
            self.wire(Local(item))

    def test_unfaithful_constant(self) -> None:
        """A constant that cannot be sent is an error, never a silent difference."""
        with pytest.raises(ts.UnsendableValueError):
            self.wire(lift(var("a") + 2**53))
