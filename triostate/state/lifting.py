"""From what a user writes to an expression: Vars, text with Vars in it, displays.

Formatting a var in an f-string cannot return a tree, so it leaves a marker in the text, and `lift`
turns that back into the expression when the text reaches a component. Knows of Vars only that
they hold an expression.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from triostate.errors import ExpressionError
from triostate.state.expr import EventValue, Expr, Literal, Local, Op, VarRef

__all__ = ["Expression", "holds_marker", "is_dynamic", "lift"]

# The nonce keeps text from elsewhere (a file, a database) from being read as a marker. What
# ``repr`` leaves has to be readable as well, and must not survive ``ascii``, whose text is another.
_NONCE = secrets.token_hex(4)
_MARKER = re.compile(rf"\x02{_NONCE}:(\d+)\x03|\u00b7{_NONCE}:(\d+)>")
_formatted: list[Expr] = []
#: By the id of an expression, the index of its ``repr`` in the list above, which keeps it alive.
_reprs: dict[int, int] = {}
_MAX_SHOWN_CHARACTERS = 80


class Expression:
    """What holds an expression, and may stand wherever a value may."""

    __slots__ = ("expr", "type_")

    def __init__(self, expr: Expr, type_: Any = None) -> None:
        self.expr = expr
        self.type_ = type_

    def _lifted(self) -> Expr:
        return self.expr

    def __repr__(self) -> str:
        expr = self._lifted()
        index = _reprs.setdefault(id(expr), len(_formatted))
        if index == len(_formatted):
            _formatted.append(Op("repr", (expr,)))
        shown = f"{_repr_start(expr)}\u00b7{_NONCE}:{index}>"
        return _FormattedText(shown, _formatted[index])

    def __format__(self, spec: str) -> str:
        return _mark(_format(self._lifted(), spec))

    def __str__(self) -> str:
        expr = _format(self._lifted(), "")
        return _FormattedText(_mark(expr), expr)


class _FormattedText(str):
    """The marker of a var's ``str`` or ``repr``: ``f"{var!r:>9}"`` formats that text once more."""

    __slots__ = ("expr",)

    expr: Expr

    def __new__(cls, text: str, expr: Expr) -> _FormattedText:
        made = super().__new__(cls, text)
        made.expr = expr
        return made

    def __format__(self, spec: str) -> str:
        return _mark(_format(self.expr, spec)) if spec else str.__str__(self)


def _format(expr: Expr, spec: str) -> Expr:
    return Op("format", (expr, lift(spec))) if spec else Op("str", (expr,))


def _mark(expr: Expr) -> str:
    _formatted.append(expr)
    return f"\x02{_NONCE}:{len(_formatted) - 1}\x03"


def lift(value: object) -> Expr:
    """Return the expression of anything that may stand beside a Var.

    A Var gives its own, text with formatted vars in it their concatenation, a list, tuple or dict
    that holds Vars a display, everything else a constant. Raises ExpressionError for a set that
    holds text with vars, which has no display.
    """
    if isinstance(value, Expression):
        return value._lifted()
    if isinstance(value, str):
        return _lift_text(value)
    if isinstance(value, list | tuple) and any(map(is_dynamic, value)):
        name = "list" if isinstance(value, list) else "tuple"
        return Op(name, tuple(map(lift, value)))
    if isinstance(value, set | frozenset) and any(map(is_dynamic, value)):
        raise ExpressionError("a set cannot hold text with vars in it: use a list")
    if isinstance(value, dict) and any(map(is_dynamic, (*value, *value.values()))):
        return Op("dict", tuple(lift(part) for pair in value.items() for part in pair))
    return Literal(value)


def is_dynamic(value: object) -> bool:
    """Whether `lift` gives anything but a constant."""
    return not isinstance(lift(value), Literal)


def holds_marker(text: str) -> bool:
    """Whether text has a var of a class in it, which belongs into a page and not into a state."""
    # The search for one character is the quick one.
    return ("\x02" in text or "\u00b7" in text) and _NONCE in text


def _repr_start(expr: Expr) -> str:
    return f"<Var {_described(expr)[:_MAX_SHOWN_CHARACTERS]}"


def _described(expr: Expr) -> str:
    match expr:
        case Literal(value):
            return repr(value)
        case VarRef(state, name):
            return f"{state}.{name}"
        case Local(local):
            return local.hint
        case EventValue(index):
            return f"event value {index}"
        case Op(name, args):
            return f"{name}({', '.join(map(_described, args))})"


def _lift_text(text: str) -> Expr:
    if _NONCE not in text.lower():
        return Literal(text)
    if _NONCE in _MARKER.sub("", text).lower():
        raise ExpressionError(
            "text with a var in it was changed (cut, upper(), ascii(), !a) before the var had a "
            "value: do that to the var, as in var.upper()"
        )
    parts: list[Expr] = []
    end = 0
    for found in _MARKER.finditer(text):
        expr = _formatted[int(found[1] or found[2])]
        start = found.start()
        if found[2] and isinstance(expr, Op):
            start -= len(_repr_start(expr.args[0]))
        if end < start:
            parts.append(Literal(text[end:start]))
        parts.append(expr)
        end = found.end()
    if end < len(text):
        parts.append(Literal(text[end:]))
    if len(parts) == 1:
        return parts[0]
    return Op("concat", tuple(parts))
