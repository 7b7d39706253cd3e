"""Blocks: what shows one thing or another, or one for each item.

`cond` and `match` choose between components, or, given values only, make a Var; so they stand as
children and as props alike. Knows nothing of how blocks are rendered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import PageError
from ..state.expr import Expr, Literal, Local, LocalName, Op
from ..state.handlers import EventHandler, EventSpec
from ..state.var import ObjectVar, Var
from .naming import within_row
from .tree import Child, Component, Each, Fragment, Switch, as_expr, as_nodes
from .values import items_of, to_var

if TYPE_CHECKING:
    from ..state.objects import AttrsObject, DataObject

__all__ = ["cond", "foreach", "fragment", "match"]

T = TypeVar("T")
U = TypeVar("U")
S = TypeVar("S", bound=str | int | float | None)

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def fragment(*children: Child) -> Component:
    """Return the children without an element around them."""
    return Fragment(as_nodes(children, "fragment"))


@overload
def cond(  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    test: object, then: Component | Sequence[Component], otherwise: Child = None
) -> Component: ...
@overload
def cond(  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    test: object, then: Child, otherwise: Component | Sequence[Component]
) -> Component: ...
@overload
def cond(test: object, then: Var[T], otherwise: Var[U]) -> Var[T | U]: ...
@overload
def cond(test: object, then: Var[T], otherwise: None = None) -> Var[T | None]: ...
@overload
def cond(test: object, then: Var[T], otherwise: U) -> Var[T | U]: ...
@overload
def cond(test: object, then: T, otherwise: Var[U]) -> Var[T | U]: ...
@overload
def cond(test: object, then: T, otherwise: None = None) -> Var[T | None]: ...
@overload
def cond(test: object, then: T, otherwise: U) -> Var[T | U]: ...
def cond(test: object, then: object, otherwise: object = None) -> Any:
    """Return ``then`` while ``test`` is true in Python's sense, else ``otherwise``.

    With components, a block that shows one of them; with values, a Var for any child or prop.
    The test is anything that has truth, also where checkers see no bool: ``~flag`` is an int to
    them in the plain form of declaring a var.
    """
    return _choose("cond", [(as_expr(test), then)], otherwise)


@overload
def match(value: object, *cases: tuple[*tuple[Any, ...], Component] | Component) -> Component: ...
@overload
def match(value: object, *cases: tuple[*tuple[Any, ...], S | Var[S]] | S | Var[S]) -> Var[S]: ...
@overload
def match(value: object, *cases: object) -> Any: ...
def match(value: object, *cases: object) -> Any:
    """Return the result of the first case that equals ``value``.

    Each case is a tuple of one or more values and, last, the result; the last argument may be a
    result alone, for when no case fits. Results as for `cond`.
    """
    if not cases:
        raise PageError("match: give at least one case, a tuple of values and the result")
    has_default = not isinstance(cases[-1], tuple)
    pairs, default = (cases[:-1], cases[-1]) if has_default else (cases, None)
    subject = as_expr(value)
    return _choose("match", [_case(subject, pair) for pair in pairs], default)


def _case(subject: Expr, pair: object) -> tuple[Expr, object]:
    parts = items_of(pair)
    if parts is None or len(parts) < 2:
        raise PageError("match: a case is a tuple of values and, last, the result")
    *values, result = parts
    test: Expr = _equal(subject, values[0])
    for value in values[1:]:
        test = Op("or", (test, _equal(subject, value)))
    return as_expr(to_var(test)), result


def _equal(subject: Expr, value: object) -> Expr:
    return Op("eq", (subject, as_expr(value)))


def _choose(name: str, cases: list[tuple[Expr, object]], default: object) -> Any:
    cases, default = _decided(cases, default)
    results = [*(result for _, result in cases), default]
    for result in results:
        if isinstance(result, EventHandler | EventSpec):
            raise PageError(
                f"{name} cannot choose between events: put it around the components, "
                "or decide in the handler"
            )
    if not any(_holds_component(result) for result in results):
        expr = as_expr(default)
        for test, result in reversed(cases):
            expr = Op("cond", (test, as_expr(result), expr))
        return to_var(expr)
    branches = tuple(_branch(result, name) for result in results)
    if not cases:
        return branches[0]
    return Switch(tuple(test for test, _ in cases), branches)


def _decided(
    cases: list[tuple[Expr, object]], default: object
) -> tuple[list[tuple[Expr, object]], object]:
    """Leave out what constants decide already."""
    open_cases: list[tuple[Expr, object]] = []
    for test, result in cases:
        if not isinstance(test, Literal):
            open_cases.append((test, result))
        elif test.value:
            return open_cases, result
    return open_cases, default


def _holds_component(value: object) -> bool:
    several = items_of(value)
    return isinstance(value, Component) if several is None else any(map(_holds_component, several))


def _branch(result: object, name: str) -> Component:
    nodes = as_nodes((result,), name)
    return nodes[0] if len(nodes) == 1 else Fragment(nodes)


# Of a var, the render function takes Vars; of the plain form of declaring one, and of a plain list,
# to checkers the items themselves.
@overload
def foreach(
    items: Var[Iterable[AttrsObject[T]]],
    render: Callable[[ObjectVar[T]], Child],
    *,
    key: Callable[[ObjectVar[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Var[Iterable[DataObject[T]]],
    render: Callable[[ObjectVar[T]], Child],
    *,
    key: Callable[[ObjectVar[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Var[Iterable[T]],
    render: Callable[[Var[T]], Child],
    *,
    key: Callable[[Var[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Var[Iterable[AttrsObject[T]]],
    render: Callable[[ObjectVar[T], Var[int]], Child],
    *,
    key: Callable[[ObjectVar[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Var[Iterable[DataObject[T]]],
    render: Callable[[ObjectVar[T], Var[int]], Child],
    *,
    key: Callable[[ObjectVar[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Var[Iterable[T]],
    render: Callable[[Var[T], Var[int]], Child],
    *,
    key: Callable[[Var[T]], object] | None = None,
) -> Component: ...
@overload
def foreach(
    items: Iterable[T], render: Callable[[T], Child], *, key: Callable[[T], object] | None = None
) -> Component: ...
@overload
def foreach(
    items: Iterable[T],
    render: Callable[[T, int], Child],
    *,
    key: Callable[[T], object] | None = None,
) -> Component: ...
def foreach(
    items: object,
    render: Callable[..., Child],
    *,
    key: Callable[[Any], object] | None = None,
) -> Component:
    """Return one row for each item.

    Args:
        items: a Var of a list (of a dict: its keys), or a plain list.
        render: called once, while the page is built, with the item and, if it takes two, the
            index, as Vars; returns the row. For a plain list it is called for each item.
        key: a function of the item that names the row, so that a row moves with its item
            instead of being rewritten; equal keys fall back to the order.
    """
    expr = as_expr(items)
    with_index = _takes_index(render)
    plain = items_of(items)
    if plain is None and isinstance(expr, Literal):
        plain = _plain_items(expr.value)
    if plain is not None:
        rows = [_row(render, as_expr(item), Literal(i), with_index) for i, item in enumerate(plain)]
        return Fragment(tuple(rows))
    item, index = LocalName("item"), LocalName("index")
    row_key = None if key is None else _key(key, item)
    with within_row(row_key or Local(index)):
        row = _row(render, Local(item), Local(index), with_index)
    return Each(expr, item, index, row_key, row)


def _key(key: object, item: LocalName) -> Expr:
    """Return the expression of what names a row; PageError for what could not."""
    if not callable(key):
        raise PageError(
            f"foreach: key={key!r}: it is a function of the item, such as lambda item: item.id"
        )
    made = key(to_var(Local(item)))
    if isinstance(made, Component):
        raise PageError("foreach: key= returned a component; it returns what names the row, an id")
    expr = as_expr(made)
    if isinstance(expr, Literal):
        raise PageError(
            f"foreach: key= returned {expr.value!r}, the same for every row; return what is the "
            "item's own, such as item.id"
        )
    return expr


def _plain_items(value: Any) -> list[object]:
    try:
        return list(value)
    except TypeError:
        raise PageError(
            f"foreach: {type(value).__name__} has no items; give a var of a list, or a list"
        ) from None


def _takes_index(render: Callable[..., object]) -> bool:
    if not callable(render):
        raise PageError("foreach: the second argument is a function of an item")
    kinds = [
        (parameter.kind, parameter.default is parameter.empty)
        for parameter in inspect.signature(render).parameters.values()
    ]
    required = sum(kind in _POSITIONAL and needed for kind, needed in kinds)
    takes_one = any(kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL) for kind, _ in kinds)
    if required > 2 or not takes_one:
        raise PageError("foreach: render takes the item, or the item and its index")
    return required == 2


def _row(render: Callable[..., object], item: Expr, index: Expr, with_index: bool) -> Component:
    values: list[Var[Any]] = [to_var(item), *([to_var(index)] if with_index else [])]
    return _branch(render(*values), "foreach")
