"""Names inside a page: ids and group names that components need and users do not care about.

Numbers start anew with each page, so a page is the same bytes each time it is compiled. In a row of
`foreach` a name holds the row's key, or its index where there is none. Knows nothing of what is
named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, count
from typing import Any

import attrs

from ..state.expr import Expr, Literal, Op
from ..state.var import Var
from .values import to_var

__all__ = ["fresh_name", "fresh_variable", "naming", "page_wide_name", "within_row"]


@attrs.frozen(eq=False)
class _Naming:
    prefix: str
    numbers: Iterator[int] = attrs.field(factory=count)
    rows: tuple[Expr, ...] = ()
    taken: set[str] = attrs.field(factory=set[str])


# Components made outside of a page function share one count, with a prefix that no page has.
_current: ContextVar[_Naming] = ContextVar("naming", default=_Naming("m"))  # noqa: B039


@contextmanager
def naming() -> Iterator[None]:
    """Count from nothing inside: for the components of one page."""
    token = _current.set(_Naming("n"))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def within_row(key: Expr) -> Iterator[None]:
    """Let names made inside hold what tells one row from the others."""
    now = _current.get()
    token = _current.set(attrs.evolve(now, rows=(*now.rows, key)))
    try:
        yield
    finally:
        _current.reset(token)


def fresh_name() -> str | Var[Any]:
    """Return a name that nothing else in the page has."""
    now = _current.get()
    name = f"{now.prefix}{next(now.numbers)}"
    if not now.rows:
        return name
    parts: list[Expr] = [Literal(name)]
    for row in now.rows:
        parts += [Literal("-"), row]
    return to_var(Op("concat", tuple(parts)))


def fresh_variable() -> str:
    """Return the name of a CSS variable that no other element of the page sets, but its rows."""
    now = _current.get()
    return f"--{now.prefix}{next(now.numbers)}"


def page_wide_name(wanted: str) -> str | None:
    """Return a readable name, numbered if the page has it already; None in a row of `foreach`."""
    now = _current.get()
    if now.rows:
        return None
    names = chain([wanted], (f"{wanted}-{i}" for i in count(1)))
    name = next(name for name in names if name not in now.taken)
    now.taken.add(name)
    return name
