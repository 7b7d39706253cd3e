"""The kinds of values that are tracked: lists, dicts, sets, tuples and by-value instances.

Everything else is a scalar (immutable, sent by value) or opaque (handed out as itself, allowed in
backend vars only). Knows how to look at values, nothing of how changes to them are recorded.
"""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import enum
import operator
import uuid
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from triostate.errors import UnsendableValueError
from triostate.state.codec import MAX_SAFE_INT, by_value_fields, encode_key, encode_value

__all__ = [
    "SCALARS",
    "children",
    "deep_copy",
    "is_container",
    "plain",
    "rebuild_tuple",
    "same_value",
    "unwrap",
    "validate",
]

#: Exact types that need no look inside: the fast path of every read and write.
SCALARS: frozenset[type] = frozenset(
    {
        type(None),
        bool,
        int,
        float,
        str,
        bytes,
        decimal.Decimal,
        dt.date,
        dt.datetime,
        dt.timedelta,
        uuid.UUID,
    }
)

#: Deeper than this a value cannot be sent, and is refused where it is assigned.
MAX_DEPTH = 64

TOO_DEEP = f"a value nested deeper than {MAX_DEPTH}, or one that holds itself, cannot be stored"


def is_container(value: object) -> bool:
    """Whether the value can hold others and change in place, or hold some that do."""
    kind = type(value)
    if kind in SCALARS:
        return False
    if issubclass(kind, list | dict | set | tuple):
        return True
    return not isinstance(value, enum.Enum) and by_value_fields(kind) is not None


def children(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield key and value of what a container holds; sets hold nothing that changes."""
    if isinstance(value, list | tuple):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()
    elif not isinstance(value, set):
        for name in by_value_fields(type(value)) or ():
            if hasattr(value, name):
                yield name, getattr(value, name)


def unwrap(value: Any, depth: int = 0) -> Any:
    """Return a value without views in it, as it is stored.

    A view gives the very value that it stands for; what holds views is rebuilt around those, and
    what holds none is returned as it is. Raises ValueError for a value nested deeper than
    `MAX_DEPTH`, which is what a cycle looks like.
    """
    raw = getattr(type(value), "_ts_unwrap", None)
    if raw is not None:
        return raw(value)
    if type(value) in SCALARS or not isinstance(value, list | dict | tuple):
        return value
    if depth > MAX_DEPTH:
        raise ValueError(TOO_DEEP)
    if isinstance(value, dict):
        items = {key: unwrap(item, depth + 1) for key, item in value.items()}
        if all(items[key] is item for key, item in value.items()):
            return value
        return _refilled(value, items)
    parts = [unwrap(item, depth + 1) for item in value]
    if all(map(operator.is_, parts, value)):
        return value
    return rebuild_tuple(value, parts) if isinstance(value, tuple) else _refilled(value, parts)


def _refilled(value: Any, content: Any) -> Any:
    """Return a list or dict of the same type with other content."""
    if type(value) in (list, dict):
        return content
    made = copy.copy(value)
    made.clear()
    if isinstance(made, list):
        made.extend(content)
    else:
        made.update(content)
    return made


def plain(value: Any) -> Any:
    """Return a copy of a value of the state as plain Python, at every depth.

    For what looks past the class of what it is given: ``json``, C extensions, other threads.
    """
    return deep_copy(unwrap(value))


def deep_copy(value: Any) -> Any:
    """Return a copy of the containers of a value; scalars and opaque objects are shared."""
    if not is_container(value):
        return value
    if isinstance(value, tuple):
        return rebuild_tuple(value, map(deep_copy, value))
    made = copy.copy(value)
    for key, item in children(value):
        if isinstance(made, list | dict):
            made[key] = deep_copy(item)
        elif is_container(item):
            object.__setattr__(made, key, deep_copy(item))
    return made


def rebuild_tuple(value: tuple[Any, ...], items: Iterable[Any]) -> tuple[Any, ...]:
    """Return a tuple of the same type, named ones included, with other items."""
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def same_value(left: Any, right: Any) -> bool:
    """Whether two values are equal in value and in type, at every depth."""
    if type(left) is not type(right):
        return False
    if type(left) in SCALARS:
        return bool(left == right)
    if not is_container(left):
        return left is right
    if isinstance(left, set):
        return left == right and {(type(x), x) for x in left} == {(type(x), x) for x in right}
    if not isinstance(left, list | tuple | dict):
        return all(same_value(item, getattr(right, name, None)) for name, item in children(left))
    if len(left) != len(right):
        return False
    if isinstance(left, dict):
        return all(
            type(a) is type(b) and a == b and same_value(left[a], right[b])
            for a, b in zip(left, right, strict=True)
        )
    return all(map(same_value, left, right))


def validate(value: Any, *, sendable: bool, depth: int = 0) -> None:
    """Check a value that is about to be stored; raise before anything has changed.

    Raises UnsendableValueError if ``sendable`` and some part of it cannot be sent, ValueError if
    it is nested deeper than `MAX_DEPTH`, which is what a cycle looks like.
    """
    if depth > MAX_DEPTH:
        raise ValueError(TOO_DEEP)
    if not is_container(value):
        if sendable:
            _check_scalar(value)
        return
    if sendable and isinstance(value, dict):
        for key in value:
            encode_key(key)
    if isinstance(value, set):
        for item in value:
            validate(item, sendable=sendable, depth=depth + 1)
    for _, item in children(value):
        validate(item, sendable=sendable, depth=depth + 1)


def _check_scalar(value: Any) -> None:
    kind = type(value)
    if kind is int and -MAX_SAFE_INT <= value <= MAX_SAFE_INT:
        return
    if kind is bool or kind is float or (kind is str and value.isascii()):
        return
    if isinstance(value, enum.Enum | PurePath | frozenset) or type(value) in SCALARS:
        encode_value(value)
        return
    raise UnsendableValueError(f"a value of type {type(value).__name__} cannot be sent")
