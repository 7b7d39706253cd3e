"""Values as expressions see them: what is left of a value once it has travelled.

The browser evaluates expressions on what the wire carries, so Python does too. An enum member is
its value, a path its text, what has a serializer what that returns, an instance of a subclass one
of the type that travels, an aware datetime keeps its offset and not the name of its zone, and an
instance of a class of data is its fields. Knows nothing of operations.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import operator
import uuid
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, NoReturn

from triostate.errors import ExpressionError
from triostate.state.codec import by_value_fields
from triostate.state.kinds import SCALARS
from triostate.state.serializers import find_serializer

__all__ = ["Fields", "is_hashable", "kind_of", "seen", "surface"]


class Fields:
    """An instance of an attrs or dataclass type, of which the browser has only the fields.

    Equal to one with equal fields. It has no text, no order and, in a dict or set, no place to
    be looked up: those follow from the class, which does not travel.
    """

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fields) and self.fields == other.fields

    def __hash__(self) -> int:  # so that it can stand in a set; `is_hashable` keeps it off keys
        return hash(tuple(self.fields))

    def __repr__(self) -> NoReturn:
        raise ExpressionError(
            "the text of an object is not known in the browser: show its fields, or a computed var"
        )

    __str__ = __repr__

    def __format__(self, spec: str) -> NoReturn:
        self.__repr__()


def surface(value: Any) -> Any:
    """Return a value as it is seen, what it holds left as it is."""
    if type(value) in _AS_THEY_ARE:
        return value
    kind = type(value)
    unwrap = getattr(kind, "_ts_unwrap", None)
    if unwrap is not None:
        return surface(unwrap(value))
    fields = getattr(kind, "_ts_fields", None)
    if fields is not None:  # an object that has come back from the wire
        return Fields(fields(value))
    serialize = find_serializer(kind)
    if serialize is not None:
        return surface(serialize(value))
    if isinstance(value, enum.Enum):
        return surface(value.value)
    if isinstance(value, PurePath):
        return str(value)
    names = by_value_fields(kind)
    if names is not None:
        return Fields({name: getattr(value, name) for name in names})
    for base, convert in _BASES.items():
        if isinstance(value, base):
            return convert(value)
    raise ExpressionError(
        f"a value of type {kind.__name__} cannot be used in an expression: "
        "the browser has nothing like it"
    )


def seen(value: Any, is_member: bool = False) -> Any:
    """Return a value as it is seen, at every depth; what needs no change stays the same object.

    Of a member of a set or a key, a set is a frozenset: it could not stand there otherwise.
    """
    value = surface(value)
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is dict:
        items = {seen(key, True): seen(item) for key, item in value.items()}
        same = all(map(operator.is_, (*items, *items.values()), (*value, *value.values())))
        return value if same else items
    if kind is Fields:
        return Fields({name: seen(item, is_member) for name, item in value.fields.items()})
    parts = [seen(item, is_member or kind is set) for item in value]
    if kind is set and is_member:
        return frozenset(parts)
    # A set that is built again may change its order, and its text with it.
    return value if all(map(operator.is_, parts, value)) else kind(parts)


def is_hashable(value: Any) -> bool:
    """Whether something that is seen may be looked up in a dict or set."""
    if type(value) is tuple:
        return all(map(is_hashable, value))
    return type(value) not in (list, dict, set, Fields)


def kind_of(value: Any) -> str:
    """Return the name of a value's type, for error texts."""
    return "object" if type(value) is Fields else type(value).__name__


def _zone(value: dt.datetime | dt.time) -> dt.timezone | None:
    offset = value.utcoffset()
    return None if offset is None else dt.timezone(offset)


def _time(value: dt.time) -> dt.time:
    return dt.time(value.hour, value.minute, value.second, value.microsecond, _zone(value))


def _datetime(value: dt.datetime) -> dt.datetime:
    day = dt.date(value.year, value.month, value.day)
    return dt.datetime.combine(day, _time(value.time()), _zone(value))


_AS_THEY_ARE = (SCALARS - {dt.datetime, dt.time}) | {list, dict, tuple, set, Fields}

#: The exact type that stands for a type and all below it. A datetime is a date, so it comes first.
_BASES: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    str: str.__str__,
    list: list,
    dict: dict,
    tuple: tuple,
    set: set,
    frozenset: set,
    bytes: bytes.__bytes__,
    decimal.Decimal: decimal.Decimal,
    dt.datetime: _datetime,
    dt.date: lambda value: dt.date(value.year, value.month, value.day),
    dt.time: _time,
    dt.timedelta: lambda value: dt.timedelta(value.days, value.seconds, value.microseconds),
    uuid.UUID: lambda value: uuid.UUID(int=value.int),
}
