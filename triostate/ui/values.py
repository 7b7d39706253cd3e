"""What users pass: told apart, with types that checkers can follow, and shown in error texts.

Knows nothing of what the values are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard, cast

from ..state.expr import Expr, Literal
from ..state.var import Var

__all__ = ["is_var", "items_of", "shown", "to_var", "value_type"]


def is_var(value: object) -> TypeGuard[Var[Any]]:
    """Whether it is a Var, of whatever type."""
    return isinstance(value, Var)


def to_var(expr: Expr) -> Var[Any]:
    """Return a Var of an expression, of any type."""
    return Var(expr)


def value_type(var: Var[Any]) -> Any:
    """Return the type that a Var's value is known to have: a declared var's annotation, or None."""
    return var._value_type()


def items_of(value: object) -> Sequence[object] | None:
    """Return the items of a list or tuple, None for anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else None


def shown(value: object) -> str:
    """Return how an error's text shows a value: as code, cut short."""
    text = repr(value.value if isinstance(value, Literal) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."
