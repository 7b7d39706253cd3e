"""Plain values from views, and copies of values.

A view is known here by its mark, ``_ts_unwrap``; `views` has the rest. Knows nothing of what is
tracked, sent or undone.
"""

from __future__ import annotations

import copy
import decimal
import enum
import uuid
from collections.abc import Container, Iterable
from pathlib import PurePath
from typing import Any

from triostate.limits import MAX_VALUE_DEPTH
from triostate.state.kinds import SCALARS, attributes, children, is_container, kind_of

__all__ = ["TOO_DEEP", "deep_copy", "json_default", "plain", "rebuild_tuple", "unwrap"]

TOO_DEEP = (
    f"a value nested deeper than {MAX_VALUE_DEPTH}, or one that holds itself, cannot be stored"
)

_NO_MEMO: dict[int, Any] = {}

_AS_TEXT = (decimal.Decimal, uuid.UUID, PurePath)


def unwrap(
    value: Any,
    owner: object = None,
    known: Container[int] = (),
    depth: int = 0,
    memo: dict[int, Any] = _NO_MEMO,
) -> Any:
    """Return a value without views in it, as it is stored.

    A view gives the very value that it stands for, but with an ``owner`` one of another state tree
    gives a copy: two sessions share nothing. What holds views is rebuilt around those, and what
    holds none is returned as it is; so is what is stored already, whose ids are ``known``. Raises
    ValueError for a value nested deeper than `MAX_VALUE_DEPTH`, which is what a cycle looks like.
    """
    cls = type(value)
    if cls in SCALARS:
        return value
    stands_for = getattr(cls, "_ts_unwrap", None)
    if stands_for is not None:
        raw = stands_for(value)
        return raw if owner is None or value._ts_tree is owner else deep_copy(raw)
    kind = kind_of(value)
    if kind is None or (not value and kind is not object) or id(value) in known:
        return value
    if depth > MAX_VALUE_DEPTH:
        raise ValueError(TOO_DEEP)
    if memo is _NO_MEMO:
        memo = {}
    if id(value) not in memo:
        memo[id(value)] = _unwrapped(value, kind, owner, known, depth + 1, memo)
    return memo[id(value)]


def _unwrapped(
    value: Any,
    kind: type,
    owner: object,
    known: Container[int],
    depth: int,
    memo: dict[int, Any],
) -> Any:
    if kind is dict:
        items = {unwrap(k, owner): unwrap(v, owner, known, depth, memo) for k, v in value.items()}
        old = [*value, *value.values()]
        return value if _all_same(old, [*items, *items.values()]) else _refilled(value, items)
    if kind is object:
        return _unwrapped_instance(value, owner, known, depth, memo)
    parts = [unwrap(item, owner, known, depth, memo) for item in value]
    if _all_same(value, parts):
        return value
    return rebuild_tuple(value, parts) if kind is tuple else _refilled(value, parts)


def _unwrapped_instance(
    value: Any, owner: object, known: Container[int], depth: int, memo: dict[int, Any]
) -> Any:
    made = value
    for name, item in attributes(value).items():
        raw = unwrap(item, owner, known, depth, memo)
        if raw is not item:
            made = copy.copy(value) if made is value else made
            object.__setattr__(made, name, raw)
    return made


def _all_same(left: Iterable[Any], right: Iterable[Any]) -> bool:
    return all(a is b for a, b in zip(left, right, strict=True))


def _refilled(value: Any, content: Any) -> Any:
    """Return a list, dict or set of the same type with other content."""
    if type(value) in (list, dict, set):
        return type(value)(content)
    made = copy.copy(value)
    made.clear()
    if kind_of(value) is list:
        made.extend(content)
    elif kind_of(value) is dict:
        for key, item in content.items():  # a Counter's `update` would add
            made[key] = item
    else:
        made.update(content)
    return made


def rebuild_tuple(value: tuple[Any, ...], items: Iterable[Any]) -> tuple[Any, ...]:
    """Return a tuple of the same type, named ones included, with other items."""
    return tuple.__new__(type(value), items)


def deep_copy(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Return a plain copy of the containers of a value, shared ones once; the rest is shared.

    Scalars and opaque objects stay what they are, and so does what can never change.
    """
    if type(value) in SCALARS:
        return value
    stands_for = getattr(type(value), "_ts_unwrap", None)
    value = value if stands_for is None else stands_for(value)
    if not is_container(value):
        return value
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    kind = kind_of(value)
    if kind is tuple:
        made: Any = rebuild_tuple(value, [deep_copy(item, memo) for item in value])
        return memo.setdefault(id(value), made)
    made = memo[id(value)] = copy.copy(value)
    if kind is list:
        made[:] = [deep_copy(item, memo) for item in value]
    elif kind is dict:
        for key, item in value.items():
            made[key] = deep_copy(item, memo)
    elif kind is object:
        for name, item in attributes(value).items():
            copied = deep_copy(item, memo)
            if copied is not item:
                object.__setattr__(made, name, copied)
    return made


def plain(value: Any) -> Any:
    """Return a copy of a value of the state as plain Python, at every depth.

    For what looks past the class of what it is given: C extensions, other threads, a library that
    checks ``type(x)``. ``json`` takes `json_default` instead.
    """
    return deep_copy(value)


def json_default(value: Any) -> Any:
    """Return what ``json`` can write in place of a value of the state.

    For ``json.dumps(value, default=ts.json_default)``: tracked lists and dicts become lists and
    dicts, sets and frozensets lists, attrs and dataclass instances dicts of their fields, enum
    members their values, and dates, times, UUIDs, paths and Decimals their text. Raises TypeError
    for anything else, as ``json`` does.
    """
    raw = unwrap(value)
    kind = kind_of(raw)
    if kind is object:
        return dict(children(raw))
    if kind is dict:
        return dict(raw)
    if kind is not None or isinstance(raw, frozenset):
        return list(raw)
    if isinstance(raw, enum.Enum):
        return raw.value
    if hasattr(raw, "isoformat"):
        return raw.isoformat()
    if isinstance(raw, _AS_TEXT):
        return str(raw)
    raise TypeError(f"Object of type {type(raw).__name__} is not JSON serializable")
