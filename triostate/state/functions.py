"""Functions on values and Vars, for what Python spells in a way that no Var can take part in.

They are also the spelling for both forms of declaring a var: ``ts.length(Cart.items)``. Knows
nothing of pages.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from typing import Any

from triostate.state.var import Var, operation

__all__ = ["contains", "length", "not_"]


def length(value: Collection[Any] | Var[Collection[Any]]) -> Var[int]:
    """Return ``len(value)`` as a Var: the spelling for both forms of declaring a var."""
    return operation("len", value)


def contains(container: Container[Any] | Var[Container[Any]], item: object) -> Var[bool]:
    """Return ``item in container`` as a Var."""
    return operation("contains", container, item)


def not_(value: object) -> Var[bool]:
    """Return ``not value`` as a Var."""
    return operation("not", value)
