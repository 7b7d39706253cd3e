"""The operations that cases are made of: one source text for vars, and one for plain values.

Most are the very same text: what a page says about a var, said about its value. Where Python has
a keyword or a builtin that vars cannot follow, the two stand side by side. Knows nothing of how
cases are put together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePosixPath
from types import CodeType
from typing import Any
from uuid import UUID

import attrs

import triostate as ts
from tests.conformance import plain
from triostate.state.var import Var

__all__ = ["ALL", "NAMES", "Operation", "read"]

#: Names that the texts of values use.
NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "UUID": UUID,
    "datetime": dt,
    "PurePosixPath": PurePosixPath,
    "Point": plain.Point,
    "Place": plain.Place,
    "Shelf": plain.Shelf,
    "Colour": plain.Colour,
    "Level": plain.Level,
    "inf": float("inf"),
    "plain": plain,
    "ts": ts,
    "Var": Var,
}


def read(source: str) -> Any:
    """Return the value of its source text; each nan is one of its own, as it is after a journey."""
    return eval(_compiled(source), NAMES, {"nan": float("nan")})


@lru_cache(maxsize=4096)
def _compiled(source: str) -> CodeType:
    return compile(source, "case", "eval")


def _function(text: str, arity: int) -> Callable[..., Any]:
    names = [f"a{i}" for i in range(arity)]
    made: Callable[..., Any] = read(f"lambda {', '.join(names)}: {text.format(*names)}")
    return made


@attrs.frozen(eq=False)
class Operation:
    """One operation on so many operands; each sort is a choice of letters (`values.sort_of`)."""

    name: str
    sorts: tuple[str, ...]
    """For each operand the sorts that it works with: one letter each, or * for any."""
    page: str
    """What a page says: ``{0}`` and so on are its operands."""
    python: str
    """What it means."""
    on_vars: Callable[..., Any]
    in_python: Callable[..., Any]
    needs_var: bool
    """Whether the first operand has to be a Var: it is asked for a method, or indexed."""
    is_lazy: bool = False
    """Whether operands that raise may not matter."""
    is_refused: bool = False
    """Whether it has no value, whatever the operands."""


ALL: dict[str, list[Operation]] = {}


def _add(name: str, sorts: str, page: str, python: str | None = None, **options: Any) -> None:
    operands = tuple(sorts.split())
    meaning = python or page
    arity = len(operands)
    ALL.setdefault(name, []).append(
        Operation(
            name,
            operands,
            page,
            meaning,
            _function(page, arity),
            _lazy(name) if options.get("is_lazy") else _function(meaning, arity),
            needs_var=page.startswith(("{0}.", "{0}[")) or name in ("mod", "round"),
            **options,
        )
    )


def _lazy(name: str) -> Callable[..., Any]:
    """Return an operation on operands that are called when their value is needed."""
    lazy: dict[str, Callable[..., Any]] = {
        "and": lambda a, b: a() and b(),
        "or": lambda a, b: a() or b(),
        "cond": lambda test, a, b: a() if test() else b(),
        "match": lambda x, a, b, c, d, e: b() if x() == a() else d() if x() == c() else e(),
    }
    return lazy[name]


# Sorts: n number, i int, k small int, s text, l list, t tuple, d dict, e set, m Decimal, D date,
# T datetime, C time, w timedelta, u UUID, b bytes, o object, 0 None, h what may be a key.

_SAME = ("n n", "s s", "l l", "t t")
for _pair in _SAME:
    _add("add", _pair, "({0} + {1})", "(plain.arithmetic({0}, {1}), {0} + {1})[1]")
_add("sub", "n n", "({0} - {1})", "(plain.arithmetic({0}, {1}), {0} - {1})[1]")
for _pair in ("n n", "n n", "s k", "k s", "l k", "k l", "t k"):
    _add("mul", _pair, "({0} * {1})", "(plain.arithmetic({0}, {1}), plain.mul({0}, {1}))[1]")
_add("truediv", "n n", "({0} / {1})", "(plain.arithmetic({0}, {1}), {0} / {1})[1]")
_add("floordiv", "n n", "({0} // {1})", "(plain.arithmetic({0}, {1}), {0} // {1})[1]")
_add("mod", "n n", "({0} % {1})", "(plain.arithmetic({0}, {1}), plain.mod({0}, {1}))[1]")
_add("pow", "n n", "({0} ** {1})", "(plain.arithmetic({0}, {1}), plain.power({0}, {1}))[1]")
_add("neg", "n", "(-{0})", "(plain.arithmetic({0}), -{0})[1]")
_add("pos", "n", "(+{0})", "(plain.arithmetic({0}), +{0})[1]")
_add("abs", "n", "abs({0})", "(plain.arithmetic({0}), abs({0}))[1]")
_add("round", "n", "round({0})", "(plain.arithmetic({0}), plain.rounded({0}))[1]")
_ROUND = "(plain.arithmetic({0}, {1}), plain.rounded({0}, {1}))[1]"
_add("round", "n k", "round({0}, {1})", _ROUND)

for _sign in ("==", "!="):
    _EQUAL = f"(plain.comparable({{0}}, {{1}}), {{0}} {_sign} {{1}})[1]"
    _add(_sign, "* *", f"({{0}} {_sign} {{1}})", _EQUAL)
    for _sort in "nsltdemoTDCwub":
        _add(_sign, f"{_sort} {_sort}", f"({{0}} {_sign} {{1}})", _EQUAL)
    _add(_sign, "n m", f"({{0}} {_sign} {{1}})")
for _sign in ("<", "<=", ">", ">="):
    for _sort in "nnsltemTDCwub":
        _add(_sign, f"{_sort} {_sort}", f"({{0}} {_sign} {{1}})")
    _add(_sign, "n m", f"({{0}} {_sign} {{1}})")

_add("and", "* *", "({0} & {1})", "({0} and {1})", is_lazy=True)
_add("or", "* *", "({0} | {1})", "({0} or {1})", is_lazy=True)
_add("not", "*", "(~{0})", "(not {0})")
_add("not", "*", "ts.not_({0})", "(not {0})")
_add("cond", "* * *", "ts.cond({0}, {1}, {2})", "({1} if {0} else {2})", is_lazy=True)
_MATCH = "ts.match({0}, ({1}, {2}), ({3}, {4}), {5})"
_add("match", "* * * * * *", _MATCH, "match {0}: {1}: {2}, {3}: {4}, else {5}", is_lazy=True)

for _sort in "slt":
    _add("index", f"{_sort} k", "{0}[{1}]", "plain.index({0}, {1})")
    _SLICE = "plain.reachable({0})[{1}:{2}:{3}]"
    _add("slice", f"{_sort} k0 k0 k0", "{0}[{1}:{2}:{3}]", _SLICE)
    _add("slice", f"{_sort} k k", "{0}[{1}:{2}]", "plain.reachable({0})[{1}:{2}]")
    _add("slice", f"{_sort} k", "{0}[{1}:]", "plain.reachable({0})[{1}:]")
    _add("slice", f"{_sort} k", "{0}[:{1}]", "plain.reachable({0})[:{1}]")
    _add("reverse", _sort, "{0}.reverse()", "plain.reachable({0})[::-1]")
_add("index", "d h", "{0}[{1}]", "plain.index({0}, {1})")
for _name in ("x", "y", "name", "where", "items"):  # the last one is a method of vars, too
    _add("attr", "o", f"{{0}}.{_name}", f"plain.attribute({{0}}, {_name!r})")
    _add("attr", "o", f"{{0}}[{_name!r}]", f"plain.field({{0}}, {_name!r})")
_add("attr", "o", "{0}.at(lambda value: value.x)", "plain.attribute({0}, 'x')")
_add("attr", "n", "{0}.real", "plain.attribute({0}, 'real')", is_refused=True)
for _sort, _names in (("D", "year day hour"), ("T", "month minute"), ("C", "second minute")):
    for _name in _names.split():
        is_refused = (_sort, _name) == ("D", "hour")
        _ATTR = f"plain.attribute({{0}}, {_name!r})"
        _add("attr", _sort, f"{{0}}.{_name}", _ATTR, is_refused=is_refused)
for _name in ("days", "seconds", "microseconds", "total_seconds"):
    _ATTR = f"plain.attribute({{0}}, {_name!r})"
    _add("attr", "w", f"{{0}}.{_name}", _ATTR, is_refused=_name == "total_seconds")

for _sort in "sltdeb":
    _add("len", _sort, "ts.length({0})", "len({0})")
_add("len", "sltde", "{0}.length()", "len({0})")
for _pair in ("s s", "l *", "t *", "d h", "e h"):
    _add("contains", _pair, "{0}.contains({1})", "plain.contains({0}, {1})")
    _add("contains", _pair, "ts.contains({0}, {1})", "plain.contains({0}, {1})")
_add("join", "l", "{0}.join()", "plain.joined({0}, '')")
_add("join", "l s", "{0}.join({1})", "plain.joined({0}, {1})")
_add("join", "stde s", "{0}.join({1})", "plain.joined({0}, {1})")
_add("split", "s", "{0}.split()", "str.split({0})")
_add("split", "s s0", "{0}.split({1})", "str.split({0}, {1})")
_add("split", "s s0 k", "{0}.split({1}, {2})", "str.split({0}, {1}, {2})")
_add("strip", "s s0", "{0}.strip({1})", "str.strip({0}, {1})")
for _name in ("lower", "upper", "strip"):
    _add(_name, "s", f"{{0}}.{_name}()", f"str.{_name}({{0}})")
_add("replace", "s s s", "{0}.replace({1}, {2})", "str.replace({0}, {1}, {2})")
for _name in ("startswith", "endswith"):
    _add(_name, "s s", f"{{0}}.{_name}({{1}})", f"str.{_name}({{0}}, {{1}})")
    _add(_name, "s s s", f"{{0}}.{_name}(({{1}}, {{2}}))", f"str.{_name}({{0}}, ({{1}}, {{2}}))")
for _name in ("keys", "values", "items"):
    _add(_name, "d", f"{{0}}.{_name}()", f"list(dict.{_name}({{0}}))")
_add("get", "d h", "{0}.get({1})", "dict.get({0}, plain.key({1}))")
_add("get", "d h *", "{0}.get({1}, {2})", "dict.get({0}, plain.key({1}), {2})")

_add("list", "* *", "[{0}, {1}]")
_add("tuple", "* *", "({0}, {1})")
_add("dict", "* *", "{{'k': {0}, 1: {1}}}")
_add("range", "i", "Var.range({0})", "plain.numbers({0})")
_add("range", "k k", "Var.range({0}, {1})", "plain.numbers({0}, {1})")
_add("range", "k k k", "Var.range({0}, {1}, {2})", "plain.numbers({0}, {1}, {2})")

_add("str", "*", "{0}.to_string()", "plain.text({0})")
_add("str", "*", "{0}.to(str)", "plain.text({0})")
_add("str", "*", "f'{{{0}}}'", "plain.text({0})")
_add("str", "* *", "f'<{{{0}}}|{{{1}!s}}>'", "f'<{{plain.text({0})}}|{{plain.text({1})}}>'")
_add("repr", "*", "f'{{{0}!r}}'", "plain.source({0})")
_add("repr", "* *", "f'{{{0}!r}}, {{{1}!r:>9}}'",
     "f'{{plain.source({0})}}, {{plain.source({1}):>9}}'")  # fmt: skip
for _to in ("int", "float"):
    for _sort in "nsm":
        _add(_to, _sort, f"{{0}}.to({_to})", f"plain.number({_to}, {{0}})")
_add("seen as", "l", "{0}.to(list[int])", "{0}")
_add("bool", "*", "{0}.to(bool)", "bool({0})")
for _pair in ("n f", "n f", "n f", "s f", "m f", "m f", "D F", "T F", "T F", "C F", "* f"):
    _add("format", _pair, "f'{{{0}:{{{1}}}}}'", "plain.formatted({0}, plain.text({1}))")
