"""What the operators of a Var do when a program runs; what they are of is said in `var`.

They are set from a table, because the signatures that checkers read are longer than the work.
Knows nothing of Vars: how a Var of an operation is made is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["add_operators"]

_UNARY = ("neg", "pos", "abs")
_ORDER = ("lt", "le", "gt", "ge")
_REFLECTED = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or")


def add_operators(cls: type[Any], operation: Callable[..., Any]) -> None:
    """Give the class Python's operators, each making an ``operation(name, *operands)``."""

    def unary(name: str) -> Callable[[Any], Any]:
        return lambda operand: operation(name, operand)

    def binary(name: str) -> Callable[[Any, Any], Any]:
        return lambda left, right: operation(name, left, right)

    def reflected(name: str) -> Callable[[Any, Any], Any]:
        return lambda right, left: operation(name, left, right)

    for name in _UNARY:
        setattr(cls, f"__{name}__", unary(name))
    for name in (*_ORDER, *_REFLECTED):
        setattr(cls, f"__{name}__", binary(name))
    for name in _REFLECTED:
        setattr(cls, f"__r{name}__", reflected(name))
