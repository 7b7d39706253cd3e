"""The kinds of values that are tracked: lists, dicts, sets, tuples and by-value instances.

Everything else is a scalar (immutable, sent by value) or opaque (handed out as itself, allowed in
backend vars only). A subclass of list, dict or set is tracked if it only adds to what its base
does; one that overrides it is opaque, because changes would have to go past what it overrides.
Knows how to look at values, nothing of how they are copied or how changes to them are recorded.
"""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from typing import Any

from triostate.errors import UnsendableValueError
from triostate.state.codec import by_value_fields, encode_json, encode_value, is_scalar_type

__all__ = [
    "SCALARS",
    "attributes",
    "children",
    "is_container",
    "is_frozen",
    "kind_of",
    "overridden",
    "same_scalar",
    "same_value",
]

_ABSENT: Any = object()

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
        dt.time,
        dt.timedelta,
        uuid.UUID,
    }
)

#: Scalars of which two may be equal and yet read differently: 0.0 and -0.0, 1.2 and 1.20, one
#: moment in two zones.
_EQUAL_BUT_DIFFERENT: frozenset[type] = frozenset({float, decimal.Decimal, dt.datetime, dt.time})

#: Subclasses whose ways are known: they have views of their own, or need none.
_KNOWN: frozenset[type] = frozenset({list, dict, set, Counter, OrderedDict, defaultdict})

#: What a subclass may define without getting in the way of a view.
_HARMLESS: frozenset[str] = frozenset(
    name for name in vars(object) if name not in ("__setattr__", "__delattr__", "__getattribute__")
) | {"__annotations__", "__class_getitem__", "__dict__", "__slots__", "__weakref__"}

#: What `kind_of` found out about a type.
_kinds: dict[type, type | None] = dict.fromkeys(SCALARS)


def kind_of(value: object) -> type | None:
    """Return list, dict, set, tuple, or object for a by-value instance; None for all else."""
    cls = type(value)
    try:
        return _kinds[cls]
    except KeyError:
        kind = _kinds[cls] = _find_kind(cls)
        return kind


def _find_kind(cls: type) -> type | None:
    if hasattr(cls, "_ts_unwrap") or is_scalar_type(cls):  # a view is none of what it stands for
        return None
    for kind in (tuple, list, dict, set):
        if issubclass(cls, kind):
            return kind if kind is tuple or overridden(cls) is None else None
    return object if by_value_fields(cls) is not None else None


def overridden(cls: type) -> str | None:
    """Return the name of something that a subclass of list, dict or set does in its own way."""
    for base in cls.__mro__:
        if base in _KNOWN:
            return None
        for name in vars(base):
            if name not in _HARMLESS and any(hasattr(kind, name) for kind in (list, dict, set)):
                return name
    return None


def is_container(value: object) -> bool:
    """Whether the value can change in place, or hold something that can."""
    kind = kind_of(value)
    if kind is None:
        return False
    if kind is tuple or (kind is object and is_frozen(type(value))):
        return any(is_container(item) for _, item in children(value))
    return True


def is_frozen(cls: type) -> bool:
    """Whether instances refuse assignment, as attrs and dataclasses do with ``frozen=True``."""
    params = getattr(cls, "__dataclass_params__", None)
    if params is not None:
        return bool(params.frozen)
    return getattr(cls.__setattr__, "__name__", "") == "_frozen_setattrs"  # attrs has no other mark


def children(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield key and value of what a container holds; sets hold nothing that changes."""
    kind = kind_of(value)
    if kind is list or kind is tuple:
        yield from enumerate(value)
    elif kind is dict:
        yield from value.items()
    elif kind is object:
        for name in by_value_fields(type(value)) or ():
            item = getattr(value, name, _ABSENT)  # a field may not have been set yet
            if item is not _ABSENT:
                yield name, item


def attributes(instance: Any) -> dict[str, Any]:
    """Return all that a by-value instance holds: fields, and attributes beside them."""
    return {**getattr(instance, "__dict__", {}), **dict(children(instance))}


def same_scalar(left: Any, right: Any) -> bool:
    """Whether two values of one type of `SCALARS` are equal and read the same."""
    if type(left) is decimal.Decimal:
        return left.compare_total(right) == 0  # a signalling NaN raises where it is compared
    return bool(left == right) and (
        type(left) not in _EQUAL_BUT_DIFFERENT or repr(left) == repr(right)
    )


def same_value(left: Any, right: Any) -> bool:
    """Whether two values are equal in value and in type, at every depth."""
    cls = type(left)
    if cls is not type(right):
        return False
    if cls in SCALARS:
        return same_scalar(left, right)
    kind = kind_of(left)
    if kind is None:
        return left is right or (is_scalar_type(cls) and _same_wire(left, right))
    if kind is set:
        return left == right and {(type(x), x) for x in left} == {(type(x), x) for x in right}
    if kind is object:
        return _same_items(dict(children(left)), dict(children(right)))
    if kind is dict:
        return _same_items(left, right)
    return len(left) == len(right) and all(map(same_value, left, right))


def _same_items(left: dict[Any, Any], right: dict[Any, Any]) -> bool:
    """Whether two dicts have the same keys, in the same order, with the same values."""
    return len(left) == len(right) and all(
        type(a) is type(b) and a == b and same_value(left[a], right[b])
        for a, b in zip(left, right, strict=True)
    )


def _same_wire(left: Any, right: Any) -> bool:
    try:
        return encode_json(encode_value(left)) == encode_json(encode_value(right))
    except UnsendableValueError:
        return False
