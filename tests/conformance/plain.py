"""The oracle: what plain Python gives for an operation, and what no browser is asked for.

Written against Python and the list in `triostate.state.operations`, not against the code there:
every exception that is made from Python's own result stands here once more. Knows nothing of
vars.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

MAX_INT = 2**53 - 1
MAX_ITEMS = 1_000_000
MAX_WIDTH = 1000
#: Longer results are no wiser.
MAX_TRIED = 2000

DATE_CODES = "%YymdHIMSfpAawuBbjUWGVzFT"
ATTRIBUTES = {
    dt.date: "year month day",
    dt.datetime: "year month day hour minute second microsecond",
    dt.time: "hour minute second microsecond",
    dt.timedelta: "days seconds microseconds",
}


class RefusedError(Exception):
    """Python has an answer, and the documentation says that expressions have none."""


class UnknownError(Exception):
    """The answer is among those that the documentation leaves open: no case."""


@dataclass
class Point:
    """An object to travel: unhashable, as data that can change is."""

    x: Any
    y: Any


@attrs.frozen
class Place:
    """Another, which can be hashed."""

    name: str
    where: Point | None = None


@dataclass
class Shelf:
    """One more, with a field that is called as a method of vars is."""

    items: Any


class Colour(enum.Enum):
    """Members that travel as texts."""

    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    """Members that travel as ints."""

    LOW = 1
    HIGH = 10


def is_data(value: object) -> bool:
    """Whether it is one of the objects above."""
    return isinstance(value, Point | Place | Shelf)


def inside(value: Any) -> Iterable[Any]:
    """Yield the value and all that it holds."""
    yield value
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = (*value, *value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    elif isinstance(value, Point):
        parts = (value.x, value.y)
    elif isinstance(value, Place):
        parts = (value.where,)
    elif isinstance(value, Shelf):
        parts = (value.items,)
    for part in parts:
        yield from inside(part)


# Refusals


def checked(value: Any) -> Any:
    """Let through a result that a browser can hold."""
    if type(value) in (bool, float, Decimal, type(None)):
        return value
    if isinstance(value, str | list | tuple | dict) and len(value) > MAX_TRIED:
        raise UnknownError("too long to be tried")
    for part in inside(value):
        if type(part) is int and abs(part) > MAX_INT:
            raise RefusedError("beyond 2**53")
        if isinstance(part, complex):
            raise RefusedError("complex")
        if isinstance(part, str) and any("\ud800" <= c <= "\udfff" for c in part):
            raise RefusedError("surrogate")
    return value


def arithmetic(*values: Any) -> None:
    """Refuse to reckon with anything but numbers, texts, lists and tuples."""
    for value in values:
        if not isinstance(value, bool | int | float | str | list | tuple | dict | None):
            raise RefusedError("arithmetic")


def with_text(value: Any) -> None:
    """Refuse the text of what has none, and leave open that of a set, whose order is its own."""
    for part in inside(value):
        if is_data(part):
            raise RefusedError("text of an object")
        if isinstance(part, set | frozenset) and not has_known_order(part):
            raise UnknownError("order of a set")


def has_known_order(value: set[Any] | frozenset[Any]) -> bool:
    """Whether every process iterates the set in one order, however it was made."""
    return len(value) < 2 or all(type(item) is int and 0 <= item < 8 for item in value)


def key(value: Any) -> Any:
    """Refuse to look up objects."""
    if any(map(is_data, inside(value))) and not isinstance(value, list | dict | set):
        raise RefusedError("an object as a key")
    return value


def reachable(value: Any) -> Any:
    """Refuse items of bytes and objects."""
    if isinstance(value, bytes) or is_data(value):
        raise RefusedError("items of bytes")
    return value


def comparable(*values: Any) -> None:
    """Leave open whether an object with a nan in it equals itself: that depends on its class."""
    for value in values:
        for part in inside(value):
            if is_data(part) and any(item != item for item in inside(part) if is_number(item)):
                raise UnknownError("nan in an object")


def is_number(value: object) -> bool:
    """Whether it may be a nan, and can be asked."""
    return isinstance(value, float) or (isinstance(value, Decimal) and not value.is_snan())


# Operations with exceptions


def mod(a: Any, b: Any) -> Any:
    """Return ``a % b``, but for formatting."""
    if isinstance(a, str):
        raise RefusedError("text % values")
    return a % b


def mul(a: Any, b: Any) -> Any:
    """Return ``a * b`` if it is not too long."""
    for items, times in ((a, b), (b, a)):
        is_repetition = isinstance(items, str | list | tuple) and isinstance(times, int)
        if is_repetition and len(items) * times > MAX_ITEMS:
            raise RefusedError("too many items")
    return a * b


def power(a: Any, b: Any) -> Any:
    """Return ``a ** b`` without working out what is too large anyhow."""
    if isinstance(a, int) and isinstance(b, int) and abs(a) > 1 and b > 64:
        raise RefusedError("beyond 2**53")
    return a**b


def rounded(value: Any, places: Any = None) -> Any:
    """Return ``round(value, places)`` without working out 10**places of any size."""
    if isinstance(value, int) and isinstance(places, int) and places < -20:
        return 0
    return round(value, places)


def index(value: Any, at: Any) -> Any:
    """Return ``value[at]``."""
    return reachable(value)[key(at) if isinstance(value, dict) else at]


def contains(value: Any, item: Any) -> bool:
    """Return ``item in value``."""
    reachable(value)
    return (key(item) if isinstance(value, dict | set) else item) in value


def attribute(value: Any, name: str) -> Any:
    """Return ``value.name``, of fields only."""
    if is_data(value):
        return getattr(value, name)
    if name not in ATTRIBUTES.get(type(value), "").split():
        raise RefusedError("no field")
    return getattr(value, name)


def field(value: Any, name: str) -> Any:
    """Return ``value[name]``, which of an object is its field."""
    return attribute(value, name) if is_data(value) else index(value, name)


def joined(items: Any, separator: Any) -> str:
    """Return ``separator.join(items)``."""
    if not isinstance(separator, str):
        raise TypeError("separator")
    if isinstance(items, set) and not has_known_order(items):
        raise UnknownError("order of a set")
    return separator.join(items)


def numbers(*bounds: Any) -> list[int]:
    """Return a list of the range."""
    found = range(*bounds)
    if len(found) > MAX_ITEMS:
        raise RefusedError("too many items")
    return list(found)


def text(value: Any) -> str:
    """Return ``str(value)``."""
    with_text(value)
    return str(value)


def source(value: Any) -> str:
    """Return ``repr(value)``."""
    with_text(value)
    return repr(value)


def number(to: type, value: Any) -> Any:
    """Return ``int(value)`` or ``float(value)``."""
    if isinstance(value, bytes | UUID):
        raise RefusedError("a number of bytes")
    return to(value)


def formatted(value: Any, spec: Any) -> str:
    """Return ``format(value, spec)``."""
    with_text(value)
    if type(spec) is not str:
        raise TypeError("spec")
    if "\0" in spec:
        raise UnknownError("C's end of a text: dates may stop there, floats take it for no type")
    if isinstance(value, dt.date | dt.time):
        _check_date_format(value, spec)
    elif isinstance(value, bool | int | float | str | Decimal):
        _check_number_format(value, spec)
    return format(value, spec)


def _check_date_format(value: dt.date | dt.time, spec: str) -> None:
    codes = [*iter(spec)]
    while "%" in codes:
        del codes[: codes.index("%") + 1]
        code = codes.pop(0) if codes else ""
        if not code or code not in DATE_CODES:
            raise RefusedError("a code that differs between machines")
        if code in "YGF" and isinstance(value, dt.date) and value.year < 1001:
            raise UnknownError("padding of a year")


def _check_number_format(value: Any, spec: str) -> None:
    if isinstance(value, Decimal) and spec.endswith("N"):
        raise RefusedError("what only the code of Decimal knows")
    without_fill = spec[1:] if spec[1:2] in ("<", ">", "=", "^") else spec
    if any(c.isdecimal() and not c.isascii() for c in without_fill):
        raise RefusedError("digits of other scripts in a spec")
    widths = "".join(c if c.isdecimal() else " " for c in without_fill).split()
    if any(int(width) > MAX_WIDTH for width in widths):
        raise RefusedError("too wide")
