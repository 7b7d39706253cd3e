"""Expressions: immutable trees of operations on vars, and their evaluation in Python.

A page is compiled once and shown to everyone, so what a page says about a var cannot be a value:
it is a tree that is evaluated here for the first paint and in the browser after that. The same
tree goes to the browser as nested JSON arrays (`encode`): a JSON scalar stands for itself and
``[operation, ...]`` for everything else.

Knows nothing of State classes: a var is the pair of a state's full name and a var's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import attrs

from triostate.errors import ExpressionError
from triostate.state.codec import encode_value
from triostate.state.operations import LAZY, OPERATIONS, truth

__all__ = [
    "EventValue",
    "Expr",
    "Literal",
    "Local",
    "LocalName",
    "Op",
    "Scope",
    "VarRef",
    "encode",
    "evaluate",
    "walk",
]


@attrs.define(eq=False)
class LocalName:
    """The identity of a loop variable; two loops never share one, whatever their hint."""

    hint: str = "item"


@attrs.frozen
class Literal:
    """A constant."""

    value: Any


@attrs.frozen
class VarRef:
    """A var, by its state's full name and its own name."""

    state: str
    name: str


@attrs.frozen
class Local:
    """The item or the index of an enclosing loop."""

    local: LocalName


@attrs.frozen
class EventValue:
    """The n-th value that a trigger hands to its handler, in event arguments only."""

    index: int


@attrs.frozen
class Op:
    """An operation of the table in `operations` on other expressions."""

    name: str
    args: tuple[Expr, ...]

    def __attrs_post_init__(self) -> None:
        if self.name not in OPERATIONS and self.name not in LAZY:
            raise ExpressionError(f"no operation is called {self.name!r}")


Expr = Literal | VarRef | Local | EventValue | Op


class Scope(Protocol):
    """Where an evaluation finds the values of vars and locals."""

    def var(self, ref: VarRef, /) -> Any: ...

    def local(self, local: LocalName, /) -> Any: ...


def evaluate(expr: Expr, scope: Scope) -> Any:
    """Evaluate in Python; raises whatever the operations raise.

    Operations see values as the browser does (`operations` says how); what they only pass on, as
    ``cond`` and an index do, comes out as the very object that went in.
    """
    if isinstance(expr, Op):
        lazily = _LAZY.get(expr.name)
        if lazily is not None:
            return lazily(expr.args, scope)
        return OPERATIONS[expr.name](*[evaluate(arg, scope) for arg in expr.args])
    if isinstance(expr, VarRef):
        return scope.var(expr)
    if isinstance(expr, Literal):
        return expr.value
    if isinstance(expr, Local):
        return scope.local(expr.local)
    raise ExpressionError("an event's value exists only in the browser")


def _and(args: tuple[Expr, ...], scope: Scope) -> Any:
    value = evaluate(args[0], scope)
    return evaluate(args[1], scope) if truth(value) else value


def _or(args: tuple[Expr, ...], scope: Scope) -> Any:
    value = evaluate(args[0], scope)
    return value if truth(value) else evaluate(args[1], scope)


def _cond(args: tuple[Expr, ...], scope: Scope) -> Any:
    return evaluate(args[1 if truth(evaluate(args[0], scope)) else 2], scope)


#: The operations that do not look at all of their arguments.
_LAZY = {"and": _and, "or": _or, "cond": _cond}


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and all below it, outermost first."""
    yield expr
    if isinstance(expr, Op):
        for arg in expr.args:
            yield from walk(arg)


def encode(
    expr: Expr,
    var_index: Callable[[VarRef], int],
    local_ids: Mapping[LocalName, int],
) -> Any:
    """Return the JSON form that the browser compiles to closures."""
    match expr:
        case Literal(value):
            wire = encode_value(value)
            return ["c", wire] if isinstance(wire, dict | list) else wire
        case VarRef():
            return ["v", var_index(expr)]
        case Local(local):
            if local not in local_ids:
                raise ExpressionError(
                    "a foreach item is used outside the foreach that it belongs to"
                )
            return ["l", local_ids[local]]
        case EventValue(index):
            return ["e", index]
        case Op(name, args):
            return [name, *(encode(arg, var_index, local_ids) for arg in args)]
