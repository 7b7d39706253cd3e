"""The wire form of values: what JSON cannot carry faithfully travels tagged.

A value becomes plain JSON where JSON says the same thing (strings, booleans, None, ints, lists,
dicts whose keys are ordinary strings, floats with a fraction) and a one-key object whose key
starts with ``$`` where it would not: ``{"$float": "1.0"}``, ``{"$map": {"i:1": ...}}``,
``{"$set": [...]}`` and so on. Knows nothing of states, vars or frames.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import math
import uuid
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

import attrs
import msgspec

from triostate.errors import UnsendableValueError

__all__ = [
    "JSON",
    "MAX_SAFE_INT",
    "by_value_fields",
    "decode_json",
    "decode_value",
    "encode_json",
    "encode_key",
    "encode_value",
    "is_plain_key",
]

JSON = Any  # what encode_value returns: None, bool, int, float, str, list or dict of these

#: Above this a JavaScript number is no longer exact: such an int is an error, never a surprise.
MAX_SAFE_INT = 2**53 - 1

#: Nesting of a wire form that is read: twice what a value may have, as tags take a level too.
MAX_WIRE_DEPTH = 128

encode_json: Callable[[Any], bytes] = msgspec.json.Encoder().encode
decode_json: Callable[[bytes | str], Any] = msgspec.json.Decoder().decode


def is_plain_key(key: object) -> bool:
    """Whether a dict key may stand in a JSON object as it is.

    JavaScript moves keys that look like integers to the front, and ``$`` marks tags.
    """
    return type(key) is str and not key.startswith("$") and not key.isdigit()


def encode_key(key: object) -> str:
    """Return a key of a ``$map``: a type letter, a colon and the key's text."""
    if key is None:
        return "n:None"
    if isinstance(key, bool):
        return f"b:{key}"
    if isinstance(key, str):
        return f"s:{_encode_str(key)}"
    if isinstance(key, int):
        return f"i:{_safe_int(key)}"
    if isinstance(key, float):
        return f"f:{key!r}"
    raise UnsendableValueError(f"a dict key of type {type(key).__name__} cannot be sent")


def _safe_int(value: int) -> int:
    if -MAX_SAFE_INT <= value <= MAX_SAFE_INT:
        return value
    raise UnsendableValueError(
        "an int beyond 2**53 - 1 cannot be shown exactly in a browser: send it as str"
    )


def _encode_float(value: float) -> JSON:
    if math.isfinite(value) and not value.is_integer():
        return value
    return {"$float": repr(float(value))}


def _encode_str(value: str) -> JSON:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnsendableValueError("a string with a lone surrogate cannot be sent") from None
    return value


def _encode_dict(value: Mapping[Any, Any]) -> JSON:
    if all(map(is_plain_key, value)):
        return {_encode_str(key): encode_value(item) for key, item in value.items()}
    return {"$map": {encode_key(key): encode_value(item) for key, item in value.items()}}


def _encode_list(value: Any) -> JSON:
    return [encode_value(item) for item in value]


def by_value_fields(cls: type) -> tuple[str, ...] | None:
    """Return the field names of an attrs or dataclass type that compares by value, else None.

    Classes that compare by identity (channels, locks, clients) are never data.
    """
    if getattr(cls, "__eq__", None) is object.__eq__:
        return None
    if attrs.has(cls):
        return tuple(field.name for field in attrs.fields(cls))
    fields = getattr(cls, "__dataclass_fields__", None)
    return None if fields is None else tuple(fields)


def _encode_timedelta(value: dt.timedelta) -> JSON:
    return {"$timedelta": [value.days, value.seconds, value.microseconds]}


_ENCODERS: dict[type, Callable[[Any], JSON]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _safe_int,
    float: _encode_float,
    str: _encode_str,
    list: _encode_list,
    dict: _encode_dict,
    tuple: lambda value: {"$tuple": _encode_list(value)},
    set: lambda value: {"$set": _encode_list(value)},
    frozenset: lambda value: {"$set": _encode_list(value)},
    bytes: lambda value: {"$bytes": base64.b64encode(value).decode()},
    decimal.Decimal: lambda value: {"$decimal": str(value)},
    dt.datetime: lambda value: {"$datetime": value.isoformat()},
    dt.date: lambda value: {"$date": value.isoformat()},
    dt.timedelta: _encode_timedelta,
    uuid.UUID: lambda value: {"$uuid": str(value)},
}


def encode_value(value: Any) -> JSON:
    """Return the JSON form of ``value``; raise `UnsendableValueError` where there is none."""
    encoder = _ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    return _encode_other(value)


def _encode_other(value: Any) -> JSON:
    unwrap = getattr(type(value), "_ts_unwrap", None)
    if unwrap is not None:  # a view, in what a computed var returned
        return encode_value(unwrap(value))
    if isinstance(value, enum.Enum):
        return encode_value(value.value)
    if isinstance(value, PurePath):
        return str(value)
    fields = by_value_fields(type(value))
    if fields is not None:
        return {"$obj": {name: encode_value(getattr(value, name)) for name in fields}}
    for base, encoder in _ENCODERS.items():
        if isinstance(value, base):
            return encoder(value)
    raise UnsendableValueError(f"a value of type {type(value).__name__} cannot be sent")


def _decode_key(text: str) -> Any:
    letter, _, rest = text.partition(":")
    return _KEY_DECODERS[letter](rest)


_KEY_DECODERS: dict[str, Callable[[str], Any]] = {
    "s": str,
    "i": int,
    "f": float,
    "b": lambda text: text == "True",
    "n": lambda _: None,
}

_LEAF_DECODERS: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$bytes": base64.b64decode,
    "$decimal": decimal.Decimal,
    "$date": dt.date.fromisoformat,
    "$datetime": dt.datetime.fromisoformat,
    "$timedelta": lambda wire: dt.timedelta(*wire),
    "$uuid": uuid.UUID,
}

_BRANCH_DECODERS: dict[str, Callable[[Any, int], Any]] = {
    "$map": lambda wire, deep: {_decode_key(k): _decode(v, deep) for k, v in wire.items()},
    "$set": lambda wire, deep: {_decode(item, deep) for item in wire},
    "$tuple": lambda wire, deep: tuple(_decode(item, deep) for item in wire),
    "$obj": lambda wire, deep: {key: _decode(item, deep) for key, item in wire.items()},
}


def decode_value(wire: JSON) -> Any:
    """Return the value of a wire form; an instance comes back as a dict of its fields.

    Raises ValueError for a form that no value has, or one nested deeper than `MAX_WIRE_DEPTH`.
    """
    return _decode(wire, 0)


def _decode(wire: JSON, depth: int) -> Any:
    if depth > MAX_WIRE_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(wire, list):
        return [_decode(item, depth + 1) for item in wire]
    if not isinstance(wire, dict):
        return wire
    if len(wire) == 1:
        ((tag, inside),) = wire.items()
        try:
            if tag in _LEAF_DECODERS:
                return _LEAF_DECODERS[tag](inside)
            if tag in _BRANCH_DECODERS:
                return _BRANCH_DECODERS[tag](inside, depth + 1)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not the wire form of a value: {tag}") from error
    return {key: _decode(item, depth + 1) for key, item in wire.items()}
