"""Reading wire forms back: strictly, because what is read came from a browser.

A form is accepted if, and only if, `codec` could have written it. Two things do not come back as
they went: an instance as a dict of its fields, and what travels as something plainer (an enum
member, a path, a named tuple, what a serializer returned) as that. `convert` makes of them what is
asked for.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import re
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from triostate.errors import UnsendableValueError
from triostate.limits import MAX_VALUE_DEPTH
from triostate.state.codec import JSON, MAX_SAFE_INT, decode_json, encode_value

__all__ = ["decode_value"]


def decode_value(wire: JSON) -> Any:
    """Return the value of a wire form.

    Raises ValueError for a form that no value has, or one nested deeper than `MAX_VALUE_DEPTH`.
    """
    return _decode(wire, 0)


def _decode(wire: JSON, depth: int) -> Any:
    if depth > MAX_VALUE_DEPTH:
        raise ValueError(f"nested deeper than {MAX_VALUE_DEPTH}")
    if type(wire) is int and abs(wire) > MAX_SAFE_INT:
        raise ValueError("an int beyond 2**53 - 1")
    if isinstance(wire, list):
        return [_decode(item, depth + 1) for item in wire]
    if not isinstance(wire, dict):
        return wire
    tag = next(iter(wire), "")
    if tag.startswith("$") and len(wire) == 1:
        return _decode_tagged(tag, wire[tag], depth)
    if any(key.startswith("$") for key in wire):
        raise ValueError("a key that starts with $ stands in a $map")
    return {key: _decode(item, depth + 1) for key, item in wire.items()}


def _decode_tagged(tag: str, inside: JSON, depth: int) -> Any:
    try:
        if tag in _LEAVES:
            value = _LEAVES[tag](inside)
            # Each reader takes more spellings than the one that is written.
            if repr(encode_value(value)) == repr({tag: inside}):
                return value
        elif tag in _BRANCHES:
            return _BRANCHES[tag](inside, depth + 1)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
        UnsendableValueError,
        msgspec.MsgspecError,
    ) as error:
        raise ValueError(f"not the wire form of a value: {tag}") from error
    raise ValueError(f"not the wire form of a value: {tag[:20]}")


_LEAVES: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$bytes": lambda wire: base64.b64decode(wire, validate=True),
    "$decimal": decimal.Decimal,
    "$date": dt.date.fromisoformat,
    "$datetime": dt.datetime.fromisoformat,
    "$time": dt.time.fromisoformat,
    "$timedelta": lambda wire: dt.timedelta(*wire),
    "$uuid": uuid.UUID,
}


def _decode_map(wire: dict[str, JSON], depth: int) -> dict[Any, Any]:
    made = {_decode_key(key, depth): _decode(item, depth) for key, item in wire.items()}
    if len(made) != len(wire):
        raise ValueError("two keys are equal")
    return made


def _decode_set(wire: dict[str, JSON], depth: int) -> set[Any]:
    made = {_decode_key(key, depth) for key in wire}
    if len(made) != len(wire) or any(mark != 1 for mark in wire.values()):
        raise ValueError("two members are equal, or one is marked oddly")
    return made


_BRANCHES: dict[str, Callable[[Any, int], Any]] = {
    "$map": _decode_map,
    "$set": _decode_set,
    "$tuple": lambda wire, depth: tuple(_decode_each(wire, depth)),
    "$obj": lambda wire, depth: {key: _decode(item, depth) for key, item in wire.items()},
}


def _decode_each(wire: JSON, depth: int) -> list[Any]:
    if not isinstance(wire, list):
        raise TypeError("no array")
    return [_decode(item, depth) for item in wire]


def _decode_key(text: str, depth: int) -> Any:
    letter, colon, rest = text.partition(":")
    if not colon:
        raise ValueError("a key without its type")
    if letter == "j":
        return _decode(decode_json(rest), depth)
    return _KEYS[letter](rest)


_INT = re.compile("-?[1-9][0-9]{0,15}|0")


def _int_key(text: str) -> int:
    if _INT.fullmatch(text) is None or abs(int(text)) > MAX_SAFE_INT:
        raise ValueError("no int")
    return int(text)


def _float_key(text: str) -> float:
    value = float(text)
    if repr(value) != text:
        raise ValueError("no float as it is written")
    return value


_KEYS: dict[str, Callable[[str], Any]] = {
    "s": str,
    "i": _int_key,
    "f": _float_key,
    "b": {"True": True, "False": False}.__getitem__,
    "n": {"None": None}.__getitem__,
}
