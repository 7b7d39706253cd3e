"""Reading single values: what becomes an int, a date, a Decimal, and which text reads as one.

One function a type; each takes a decoded value and raises `MisfitError` with the type that it
wanted and the kind of what it got, never the value. Knows nothing of annotations.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from triostate.errors import UnsendableValueError
from triostate.limits import MAX_NUMBER_CHARS
from triostate.state.codec import check_decimal

__all__ = ["READERS", "MisfitError", "kind_of"]

T = TypeVar("T")

_INT = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CLOCK = re.compile(
    r"(?P<sign>-?)(?P<h>[0-9]{1,9}):(?P<m>[0-5]?[0-9])(?::(?P<s>[0-5]?[0-9](?:\.[0-9]{1,6})?))?"
)

_TRUE = frozenset({"true", "on", "yes", "1"})
_FALSE = frozenset({"false", "off", "no", "0", ""})


class MisfitError(ValueError):
    """A value does not convert. The text names the type and the kind of value."""


def kind_of(value: object) -> str:
    """Return what kind of value it is, for error texts."""
    if value == "":
        return "an empty text"
    names = {type(None): "None", str: "text that does not read as one"}
    kind = type(value)
    return names.get(kind) or f"a value of type {kind.__name__}"


def _misfit(expected: str, value: object) -> MisfitError:
    return MisfitError(f"expected {expected}, got {kind_of(value)}")


def _number_text(value: str, pattern: re.Pattern[str]) -> str | None:
    text = value.strip()
    return text if len(text) <= MAX_NUMBER_CHARS and pattern.fullmatch(text) else None


def _to_int(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if isinstance(value, str) and (text := _number_text(value, _INT)):
        return int(text)
    raise _misfit("an int", value)


def _to_float(value: Any) -> float:
    if type(value) is float:
        return value
    if type(value) is int:
        return float(value)
    if isinstance(value, str) and (text := _number_text(value, _NUMBER)):
        number = float(text)
        if math.isfinite(number):
            return number
    raise _misfit("a float", value)


def _to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if type(value) is int and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
    raise _misfit("a bool", value)


def _to_str(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _misfit("a str", value)


def _to_none(value: Any) -> None:
    if value is not None:
        raise _misfit("None", value)


def _to_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    raise _misfit("bytes", value)


def _to_decimal(value: Any) -> decimal.Decimal:
    made = None
    if isinstance(value, decimal.Decimal):
        made = value
    elif type(value) is int or (type(value) is float and math.isfinite(value)):
        made = decimal.Decimal(repr(value))
    elif isinstance(value, str) and (text := _number_text(value, _NUMBER)):
        try:
            made = decimal.Decimal(text)
        except decimal.InvalidOperation:  # an exponent of more digits than any has
            raise _misfit("a Decimal", value) from None
    if made is None:
        raise _misfit("a Decimal", value)
    try:
        check_decimal(made)
    except UnsendableValueError as error:
        raise MisfitError(str(error)) from None
    return made


def _to_date(value: Any) -> dt.date:
    if type(value) is dt.date:
        return value
    made = _iso(dt.date.fromisoformat, value, "a date")
    if made.isoformat() != value.strip():  # not one of the other spellings of ISO 8601
        raise _misfit("a date", value)
    return made


def _to_datetime(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return _iso(dt.datetime.fromisoformat, value, "a datetime")


def _to_time(value: Any) -> dt.time:
    if isinstance(value, dt.time):
        return value
    return _iso(dt.time.fromisoformat, value, "a time")


def _iso(read: Callable[[str], T], value: Any, expected: str) -> T:
    if isinstance(value, str):
        try:
            return read(value.strip())
        except ValueError:
            pass
    raise _misfit(expected, value)


def _to_timedelta(value: Any) -> dt.timedelta:
    if isinstance(value, dt.timedelta):
        return value
    try:
        if isinstance(value, str) and (found := _CLOCK.fullmatch(value.strip())):
            whole = dt.timedelta(
                hours=int(found["h"]), minutes=int(found["m"]), seconds=float(found["s"] or 0)
            )
            return -whole if found["sign"] else whole
        return dt.timedelta(seconds=_to_float(value))
    except (ValueError, OverflowError):
        raise _misfit("a timedelta", value) from None


def _to_uuid(value: Any) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    return _iso(uuid.UUID, value, "a UUID")


#: Type to reader. A datetime is a date, so it comes first where subclasses are looked for.
READERS: dict[type, Callable[[Any], Any]] = {
    type(None): _to_none,
    bool: _to_bool,
    int: _to_int,
    float: _to_float,
    str: _to_str,
    bytes: _to_bytes,
    decimal.Decimal: _to_decimal,
    dt.datetime: _to_datetime,
    dt.date: _to_date,
    dt.time: _to_time,
    dt.timedelta: _to_timedelta,
    uuid.UUID: _to_uuid,
}
