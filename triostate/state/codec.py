"""The wire form of values: what JSON cannot carry faithfully travels tagged.

A value becomes plain JSON where JSON says the same thing, and elsewhere a one-key object whose key
starts with ``$``. `decoding` reads the forms back; `convert` makes of them what a handler asked
for. Knows nothing of states, vars or frames.

=====================  =====================================  ====================================
value                  wire form                              decided
=====================  =====================================  ====================================
None, True, False      ``null true false``
int                    ``7``                                  beyond 2**53 - 1: refused
float                  ``1.5``; integral, infinite, nan:      -0.0 and nan travel as what they are
                       ``{"$float": "1.0"}`` (its repr)
str                    ``"text"``                             a lone surrogate: refused, anywhere
Decimal                ``{"$decimal": "1.20"}`` (its str)     digits kept; more places than
                                                              `MAX_DECIMAL_PLACES`: refused; nan
                                                              and infinity travel, sNaN is refused
bytes                  ``{"$bytes": "<base64>"}``             a bytearray: refused, it can change
date, time             ``{"$date": "0999-01-31"}``,           ISO text, four digits of a year
                       ``{"$time": "13:05:00"}``
datetime               ``{"$datetime": "2024-01-31T13:05:00   naive or with its offset; the zone's
                       +01:00"}``                             name and ``fold`` stay behind
timedelta              ``{"$timedelta": [days, s, us]}``
UUID                   ``{"$uuid": "<36 characters>"}``
enum member            its value                              also of IntEnum, StrEnum, Flag
path                   its text
list                   an array
tuple, named tuple     ``{"$tuple": [...]}``                  names of fields stay behind
dict                   an object; with any key that is no     order kept; ``__proto__`` is a key
                       plain text ``{"$map": {"i:1": v}}``    as any other
set, frozenset         ``{"$set": {"i:1": 1}}``               members written as keys of a ``$map``
attrs, dataclass       ``{"$obj": {"field": v}}``             every field, by-value classes only
with a serializer      what the serializer returns            before all other rules
=====================  =====================================  ====================================

Plain text as a key is a str that neither starts with ``$`` nor looks like a number, which
JavaScript would move to the front. The keys of a ``$map`` have a letter for their type: ``s:``
str, ``i:`` int, ``f:`` float (no nan: it would never be found), ``b:`` bool, ``n:`` None, and
``j:`` the wire form as JSON text, for what else may be a key (dates, Decimals, tuples of these).
1, True and 1.0 are one key, as in Python; 1 and ``"1"`` are two. Two keys with one wire form (an
enum member and its value) are refused. An instance of a subclass of int, float, str, bytes,
Decimal, UUID, date and so on travels as one of the type itself. A value may nest `MAX_VALUE_DEPTH`
deep, what a serializer returns as deep again.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import math
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as dataclass_fields
from pathlib import PurePath
from typing import Any

import attrs
import msgspec

from triostate.errors import UnsendableValueError
from triostate.limits import MAX_DECIMAL_PLACES, MAX_VALUE_DEPTH
from triostate.state.serializers import find_serializer

__all__ = [
    "JSON",
    "MAX_SAFE_INT",
    "by_value_fields",
    "check_decimal",
    "decode_json",
    "encode_json",
    "encode_key",
    "encode_member",
    "encode_value",
    "is_plain_key",
    "is_scalar_type",
]

JSON = Any  # what encode_value returns: None, bool, int, float, str, list or dict of these

#: Above this a JavaScript number is no longer exact: such an int is an error, never a surprise.
MAX_SAFE_INT = 2**53 - 1

encode_json: Callable[[Any], bytes] = msgspec.json.Encoder().encode
decode_json: Callable[[bytes | str], Any] = msgspec.json.Decoder().decode


def encode_value(value: Any, depth: int = 0) -> JSON:
    """Return the JSON form of ``value``; raise `UnsendableValueError` where there is none.

    ``depth`` is how deep inside another value it stands.
    """
    leaf = _LEAVES.get(type(value))
    if leaf is not None:
        return leaf(value)
    branch = _BRANCHES.get(type(value))
    if branch is None:
        return _encode_other(value, depth)
    return branch(value, _deeper(depth))


def _deeper(depth: int) -> int:
    if depth > 2 * MAX_VALUE_DEPTH:
        raise UnsendableValueError(
            f"a value nested deeper than {MAX_VALUE_DEPTH} or one that holds itself cannot be sent"
        )
    return depth + 1


# Leaves


def _safe_int(value: int) -> int:
    if -MAX_SAFE_INT <= value <= MAX_SAFE_INT:
        return value
    raise UnsendableValueError(
        "an int beyond 2**53 - 1 cannot be shown exactly in a browser: send it as str"
    )


def _encode_float(value: float) -> JSON:
    if math.isfinite(value) and not value.is_integer():
        return value
    return {"$float": repr(value)}


def _encode_str(value: str) -> JSON:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnsendableValueError("a string with a lone surrogate cannot be sent") from None
    return value


def check_decimal(value: decimal.Decimal) -> None:
    """Raise UnsendableValueError for a number of far too many places, and a signalling NaN.

    Some operations on a Decimal write all places out, in Python and in the browser. A signalling
    NaN raises wherever it is compared.
    """
    if value.is_snan():
        raise UnsendableValueError("a signalling NaN cannot be sent: a quiet one can")
    # The text has a digit for each place in use; far off the point it has an exponent instead.
    if value.is_finite() and max(abs(value.adjusted()), len(str(value))) > MAX_DECIMAL_PLACES:
        raise UnsendableValueError(
            f"a Decimal of more than {MAX_DECIMAL_PLACES} places cannot be sent: send it as str"
        )


def _encode_decimal(value: decimal.Decimal) -> JSON:
    check_decimal(value)
    return {"$decimal": str(value)}


def _encode_timedelta(value: dt.timedelta) -> JSON:
    return {"$timedelta": [value.days, value.seconds, value.microseconds]}


_LEAVES: dict[type, Callable[[Any], JSON]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _safe_int,
    float: _encode_float,
    str: _encode_str,
    bytes: lambda value: {"$bytes": base64.b64encode(value).decode()},
    decimal.Decimal: _encode_decimal,
    dt.datetime: lambda value: {"$datetime": value.isoformat()},
    dt.date: lambda value: {"$date": value.isoformat()},
    dt.time: lambda value: {"$time": value.isoformat()},
    dt.timedelta: _encode_timedelta,
    uuid.UUID: lambda value: {"$uuid": str(value)},
}


def _plain_date(value: dt.date) -> dt.date:
    return dt.date(value.year, value.month, value.day)


def _plain_time(value: dt.time) -> dt.time:
    return dt.time(
        value.hour, value.minute, value.second, value.microsecond, value.tzinfo, fold=value.fold
    )


#: Of a type and all below it, the value as one of exactly the type. A datetime is a date, so it
#: comes first.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    str: str.__str__,
    bytes: bytes.__bytes__,
    decimal.Decimal: decimal.Decimal,
    dt.datetime: lambda value: dt.datetime.combine(_plain_date(value), _plain_time(value.timetz())),
    dt.date: _plain_date,
    dt.time: _plain_time,
    dt.timedelta: lambda value: dt.timedelta(value.days, value.seconds, value.microseconds),
    uuid.UUID: lambda value: uuid.UUID(int=value.int),
}


def _base_of(kind: type) -> type | None:
    return next((base for base in _PLAIN if issubclass(kind, base)), None)


def is_scalar_type(kind: type) -> bool:
    """Whether values of a type hold nothing that can change, and can be sent as far as it goes.

    True for all but containers, classes of data without a serializer, and opaque things.
    """
    return (
        kind in _LEAVES
        or find_serializer(kind) is not None
        or issubclass(kind, enum.Enum | PurePath | frozenset)
        or _base_of(kind) is not None
    )


# Branches


def _encode_all(values: Iterable[Any], depth: int) -> list[JSON]:
    return [encode_value(item, depth) for item in values]


def _encode_dict(value: Mapping[Any, Any], depth: int) -> JSON:
    if all(map(is_plain_key, value)):
        return {_encode_str(key): encode_value(item, depth) for key, item in value.items()}
    made = {encode_key(key): encode_value(item, depth) for key, item in value.items()}
    if len(made) != len(value):
        raise UnsendableValueError("a dict with two keys that are one in a browser cannot be sent")
    return {"$map": made}


def _encode_set(value: Iterable[Any], depth: int) -> JSON:
    members = list(value)
    made = dict.fromkeys((encode_member(member, depth) for member in members), 1)
    if len(made) != len(members):
        raise UnsendableValueError(
            "a set with two members that are one in a browser cannot be sent"
        )
    return {"$set": made}


_BRANCHES: dict[type, Callable[[Any, int], JSON]] = {
    list: _encode_all,
    dict: _encode_dict,
    tuple: lambda value, depth: {"$tuple": _encode_all(value, depth)},
    set: _encode_set,
    frozenset: _encode_set,
}


def by_value_fields(cls: type) -> tuple[str, ...] | None:
    """Return the field names of an attrs or dataclass type that compares by value, else None.

    Classes that compare by identity (channels, locks, clients) are never data.
    """
    try:
        return _known_fields[cls]
    except KeyError:
        names = _known_fields[cls] = _find_fields(cls)
        return names


_known_fields: dict[type, tuple[str, ...] | None] = {}


def _find_fields(cls: type) -> tuple[str, ...] | None:
    if getattr(cls, "__eq__", None) is object.__eq__:
        return None
    if attrs.has(cls):
        return tuple(field.name for field in attrs.fields(cls))
    if not hasattr(cls, "__dataclass_fields__"):
        return None
    return tuple(field.name for field in dataclass_fields(cls))


def _encode_other(value: Any, depth: int) -> JSON:
    kind = type(value)
    serialize = find_serializer(kind)
    if serialize is not None:
        return _serialized(value, serialize, _deeper(depth))
    unwrap = getattr(kind, "_ts_unwrap", None)
    if unwrap is not None:  # a view, in what a computed var returned
        return encode_value(unwrap(value), depth)
    if isinstance(value, enum.Enum):
        return encode_value(value.value, depth)
    if isinstance(value, PurePath):
        return _encode_str(str(value))
    fields = by_value_fields(kind)
    if fields is not None:
        return {"$obj": _encode_fields(value, fields, _deeper(depth))}
    base = _base_of(kind)
    if base is not None:
        return _LEAVES[base](_PLAIN[base](value))
    for container, branch in _BRANCHES.items():
        if isinstance(value, container):
            return branch(value, _deeper(depth))
    raise UnsendableValueError(f"a value of type {kind.__name__} cannot be sent")


def _encode_fields(value: Any, names: Iterable[str], depth: int) -> JSON:
    # A field outside __init__ may not have been set yet.
    present = [name for name in names if hasattr(value, name)]
    return {name: encode_value(getattr(value, name), depth) for name in present}


def _serialized(value: Any, serialize: Callable[[Any], Any], depth: int) -> JSON:
    kind = type(value).__name__
    what = f"a value of type {kind} cannot be sent: its serializer"
    try:
        made = serialize(value)
    except Exception as error:
        # Crash wall: user code; whoever assigns the value is told what it was.
        raise UnsendableValueError(f"{what} raised {error!r}") from error
    if type(made) is type(value):
        raise UnsendableValueError(f"{what} returned a {kind} again")
    try:
        return encode_value(made, depth)
    except UnsendableValueError as error:
        raise UnsendableValueError(f"{what} returned what does not travel: {error}") from None


# Keys


def is_plain_key(key: object) -> bool:
    """Whether a dict key may stand in a JSON object as it is.

    JavaScript moves keys that look like integers to the front, and ``$`` marks tags.
    """
    return type(key) is str and not key.startswith("$") and not key.isdigit()


def encode_key(key: object) -> str:
    """Return a key of a ``$map``: a type letter, a colon and the key's text."""
    text = encode_member(key)
    if text == "f:nan" or _NO_KEY.match(text):
        raise UnsendableValueError(f"a dict key of type {type(key).__name__} cannot be sent")
    return text


#: What has a form but is no key, as it stands in a browser: a list, a dict, a set.
_NO_KEY = re.compile(r'j:(?!\{"\$(?!map|set))')


def encode_member(member: object, depth: int = 0) -> str:
    """Return the key that stands for a member of a set in a ``$set``: one to add or take away.

    That of a ``$map``; for what is no key of one, ``j:`` and its wire form as JSON text.
    """
    wire = encode_value(member, depth)
    letter = _LETTERS.get(type(wire))
    if letter is not None:
        return f"{letter}:{wire}"
    if isinstance(wire, dict) and "$float" in wire:
        return f"f:{wire['$float']}"
    return f"j:{encode_json(wire).decode()}"


_LETTERS: dict[type, str] = {type(None): "n", bool: "b", str: "s", int: "i", float: "f"}
