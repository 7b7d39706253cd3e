"""Vars: what a State class shows of its fields, and what operations on them build.

`Var` is a typed shell around an expression. Every operator returns a new Var, so a page function
reads like Python and leaves behind a tree. What has no meaning in a page (`if var`, `len(var)`,
iterating) raises `ExpressionError` with the call that does.

Formatting a var in an f-string cannot return a tree, so it leaves a marker in the text that `lift`
turns back into the expression when the text reaches a component.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from triostate.errors import ExpressionError
from triostate.state.expr import Expr, Literal, Op

if TYPE_CHECKING:
    MYPY = False
else:
    MYPY = False

__all__ = ["Var", "cond_value", "contains", "is_dynamic", "length", "lift", "not_", "operation"]

T_co = TypeVar("T_co", covariant=True)

# The nonce keeps text from elsewhere (a file, a database) from being read as a marker.
_NONCE = secrets.token_hex(4)
_MARKER = re.compile(rf"\x02{_NONCE}:(\d+)\x03")
_formatted: list[Expr] = []


class Var(Generic[T_co]):
    """An expression on vars, of type ``T_co`` when it is evaluated.

    Built by reading a var off its State class (``Counter.value``) and by operating on Vars.
    """

    __slots__ = ("expr", "type_")

    def __init__(self, expr: Expr, type_: Any = None) -> None:
        self.expr = expr
        self.type_ = type_

    def __repr__(self) -> str:
        return f"Var({self.expr!r})"

    __hash__ = object.__hash__

    # Arithmetic

    def __add__(self, other: object) -> Var[Any]:
        return operation("add", self, other)

    def __radd__(self, other: object) -> Var[Any]:
        return operation("add", other, self)

    def __sub__(self, other: object) -> Var[Any]:
        return operation("sub", self, other)

    def __rsub__(self, other: object) -> Var[Any]:
        return operation("sub", other, self)

    def __mul__(self, other: object) -> Var[Any]:
        return operation("mul", self, other)

    def __rmul__(self, other: object) -> Var[Any]:
        return operation("mul", other, self)

    def __truediv__(self, other: object) -> Var[Any]:
        return operation("truediv", self, other)

    def __rtruediv__(self, other: object) -> Var[Any]:
        return operation("truediv", other, self)

    def __floordiv__(self, other: object) -> Var[Any]:
        return operation("floordiv", self, other)

    def __rfloordiv__(self, other: object) -> Var[Any]:
        return operation("floordiv", other, self)

    def __mod__(self, other: object) -> Var[Any]:
        return operation("mod", self, other)

    def __rmod__(self, other: object) -> Var[Any]:
        return operation("mod", other, self)

    def __pow__(self, other: object) -> Var[Any]:
        return operation("pow", self, other)

    def __rpow__(self, other: object) -> Var[Any]:
        return operation("pow", other, self)

    def __neg__(self) -> Var[Any]:
        return operation("neg", self)

    def __pos__(self) -> Var[Any]:
        return operation("pos", self)

    def __abs__(self) -> Var[Any]:
        return operation("abs", self)

    def __round__(self, ndigits: int | None = None) -> Var[Any]:
        return operation("round", self) if ndigits is None else operation("round", self, ndigits)

    # Comparison. Returning a Var from == is the point: hence the override of object's types.

    def __eq__(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object
    ) -> Var[bool]:
        return operation("eq", self, other)

    def __ne__(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object
    ) -> Var[bool]:
        return operation("ne", self, other)

    def __lt__(self, other: object) -> Var[bool]:
        return operation("lt", self, other)

    def __le__(self, other: object) -> Var[bool]:
        return operation("le", self, other)

    def __gt__(self, other: object) -> Var[bool]:
        return operation("gt", self, other)

    def __ge__(self, other: object) -> Var[bool]:
        return operation("ge", self, other)

    # Logic, with the meaning of Python's and, or, not: those keywords cannot be overloaded.

    def __and__(self, other: object) -> Var[Any]:
        return operation("and", self, other)

    def __rand__(self, other: object) -> Var[Any]:
        return operation("and", other, self)

    def __or__(self, other: object) -> Var[Any]:
        return operation("or", self, other)

    def __ror__(self, other: object) -> Var[Any]:
        return operation("or", other, self)

    def __invert__(self) -> Var[bool]:
        return operation("not", self)

    # Access

    def __getitem__(self, key: object) -> Var[Any]:
        if isinstance(key, slice):
            return operation("slice", self, key.start, key.stop, key.step)
        return operation("index", self, key)

    def __getattr__(self, name: str) -> Var[Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return operation("attr", self, name)

    def get(self, key: object, default: object = None) -> Var[Any]:
        """Return the value at a key of a dict, or the default."""
        return operation("get", self, key, default)

    # Containers and text

    def length(self) -> Var[int]:
        """Return the number of items, or of code points of a string."""
        return operation("len", self)

    def contains(self, item: object) -> Var[bool]:
        """Return whether ``item in`` the value."""
        return operation("contains", self, item)

    def reverse(self) -> Var[Any]:
        """Return the list or string backwards."""
        return operation("reverse", self)

    def join(self, separator: object = "") -> Var[str]:
        """Return the strings of the list joined by the separator."""
        return operation("join", self, separator)

    def keys(self) -> Var[list[Any]]:
        """Return the keys of a dict as a list."""
        return operation("keys", self)

    def values(self) -> Var[list[Any]]:
        """Return the values of a dict as a list."""
        return operation("values", self)

    def items(self) -> Var[list[Any]]:
        """Return the pairs of key and value of a dict as a list."""
        return operation("items", self)

    def split(self, separator: object = None) -> Var[list[str]]:
        """Return the parts of a string, as ``str.split`` does."""
        return operation("split", self, separator)

    def lower(self) -> Var[str]:
        """Return the string in lower case."""
        return operation("lower", self)

    def upper(self) -> Var[str]:
        """Return the string in upper case."""
        return operation("upper", self)

    def strip(self) -> Var[str]:
        """Return the string without white space at its ends."""
        return operation("strip", self)

    def replace(self, old: object, new: object) -> Var[str]:
        """Return the string with every ``old`` replaced by ``new``."""
        return operation("replace", self, old, new)

    def startswith(self, prefix: object) -> Var[bool]:
        """Return whether the string starts with the prefix."""
        return operation("startswith", self, prefix)

    def endswith(self, suffix: object) -> Var[bool]:
        """Return whether the string ends with the suffix."""
        return operation("endswith", self, suffix)

    def to_string(self) -> Var[str]:
        """Return ``str()`` of the value."""
        return operation("str", self)

    def to(self, type_: Any) -> Var[Any]:
        """Return the value converted (int, float, str, bool), or seen as another type."""
        name = {int: "int", float: "float", str: "str", bool: "bool"}.get(type_)
        return Var(self.expr, type_) if name is None else operation(name, self, type_=type_)

    @staticmethod
    def range(*bounds: object) -> Var[list[int]]:
        """Return ``list(range(...))`` of one to three bounds, Vars allowed."""
        return operation("range", *bounds)

    def __format__(self, spec: str) -> str:
        args = (self.expr, Literal(spec)) if spec else (self.expr,)
        _formatted.append(Op("format" if spec else "str", args))
        return f"\x02{_NONCE}:{len(_formatted) - 1}\x03"

    def __str__(self) -> str:
        return self.__format__("")

    # What cannot work. Hidden from mypy, which would drop all code after `if var:` in silence.

    if not MYPY:

        def __bool__(self) -> NoReturn:
            raise ExpressionError(
                "a var has no truth while the page is built: use ts.cond(var, ..., ...), "
                "and & | ~ for and, or, not"
            )

    def __len__(self) -> NoReturn:
        raise ExpressionError(
            "len() of a var is known only when the page is shown: use ts.length(var)"
        )

    def __iter__(self) -> Iterator[Any]:
        raise ExpressionError(
            "a var cannot be iterated while the page is built: use ts.foreach(var, render)"
        )

    def __contains__(self, item: object) -> bool:
        raise ExpressionError(
            "`x in var` is decided when the page is shown: use ts.contains(var, x)"
        )


def operation(name: str, *args: object, type_: Any = None) -> Var[Any]:
    """Return the Var of an operation on values and Vars."""
    return Var(Op(name, tuple(map(lift, args))), type_)


def lift(value: object) -> Expr:
    """Return the expression of anything that may stand beside a Var.

    A Var gives its own, text with formatted vars in it their concatenation, a list, tuple or dict
    that holds Vars a display, everything else a constant.
    """
    if isinstance(value, Var):
        return value.expr
    if isinstance(value, str):
        return _lift_text(value)
    if isinstance(value, list | tuple) and any(map(is_dynamic, value)):
        return Op("list", tuple(map(lift, value)))
    if isinstance(value, dict) and any(map(is_dynamic, value.values())):
        return Op("dict", tuple(lift(part) for pair in value.items() for part in pair))
    return Literal(value)


def is_dynamic(value: object) -> bool:
    """Whether `lift` gives anything but a constant."""
    return not isinstance(lift(value), Literal)


def _lift_text(text: str) -> Expr:
    if "\x02" not in text:
        return Literal(text)
    parts: list[Expr] = []
    for position, piece in enumerate(_MARKER.split(text)):
        if position % 2:
            parts.append(_formatted[int(piece)])
        elif piece:
            parts.append(Literal(piece))
    if len(parts) == 1:
        return parts[0]
    return Op("concat", tuple(parts))


def cond_value(test: object, then: object, otherwise: object) -> Var[Any]:
    """Return the Var that is ``then`` while ``test`` is true, else ``otherwise``."""
    return operation("cond", test, then, otherwise)


def length(value: object) -> Any:
    """Return ``len(value)`` as a Var: the spelling for both forms of declaring a var."""
    return operation("len", value)


def contains(container: object, item: object) -> Any:
    """Return ``item in container`` as a Var."""
    return operation("contains", container, item)


def not_(value: object) -> Any:
    """Return ``not value`` as a Var."""
    return operation("not", value)
