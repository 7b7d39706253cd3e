"""What may be stored: checks of a value before anything has changed.

A commit must never fail, so what could not be sent is refused where it is assigned. Knows nothing
of vars, nor of what holds the value afterwards.
"""

from __future__ import annotations

from collections import UserDict, UserList, deque
from typing import Any

from triostate.errors import UnsendableValueError
from triostate.limits import MAX_VALUE_DEPTH
from triostate.state.codec import MAX_SAFE_INT, encode_value, is_scalar_type
from triostate.state.copies import TOO_DEEP, unwrap
from triostate.state.declared import DeclaredVar
from triostate.state.kinds import SCALARS, children, kind_of, overridden
from triostate.state.lifting import Expression, holds_marker

__all__ = ["admit", "validate"]


def admit(value: Any, public: DeclaredVar | None, depth: int = 0, old: object = None) -> None:
    """Check a value that is about to be held ``depth`` containers below a var.

    ``public`` is a var that reaches the place and is sent, if there is one; ``old`` is what the
    place holds until now. Raises what `validate` raises, with the var's name.
    """
    if type(value) is str and type(old) is str and public is not None:
        # A text that grows by tokens costs the tokens: what was there was looked at before.
        value = value.removeprefix(old)
    try:
        validate(value, sendable=public is not None, depth=depth)
    except UnsendableValueError as error:
        assert public is not None
        raise UnsendableValueError(
            f"{public.label}: {error}; a name with a leading underscore stays on the server"
        ) from None


def validate(
    value: Any, *, sendable: bool, depth: int = 0, seen: dict[int, int] | None = None
) -> None:
    """Check a value that is about to be stored ``depth`` containers deep.

    Raises UnsendableValueError if ``sendable`` and some part of it cannot be sent, ValueError if
    it is nested deeper than `MAX_VALUE_DEPTH`, which is what a cycle looks like. ``seen`` holds
    what has been looked at, by id, and how deep it was then.
    """
    cls = type(value)
    if cls not in SCALARS and hasattr(cls, "_ts_unwrap"):
        value = unwrap(value)  # it was put in by a reference, see `links`
    kind = kind_of(value)
    if kind is None:
        if sendable:
            _check_leaf(value)
        return
    if depth > MAX_VALUE_DEPTH:
        raise ValueError(TOO_DEEP)
    seen = {} if seen is None else seen
    if seen.get(id(value), -1) >= depth:
        return
    seen[id(value)] = depth
    if sendable and kind is set:
        encode_value(value)
    elif sendable and kind is dict:
        encode_value(dict.fromkeys(value))
    for _, item in children(value):
        validate(item, sendable=sendable, depth=depth + 1, seen=seen)


def _check_leaf(value: Any) -> None:
    cls = type(value)
    if cls is int and -MAX_SAFE_INT <= value <= MAX_SAFE_INT:
        return
    if cls is bool or cls is float:
        return
    if isinstance(value, str) and holds_marker(value):
        raise UnsendableValueError(
            "text with a var of a class in it has no value: format the instance's, "
            'f"{self.n}" and not f"{Counter.n}"'
        )
    if cls is str and value.isascii():
        return
    if not is_scalar_type(cls):
        raise UnsendableValueError(f"a value of type {cls.__name__} cannot be sent{_hint(cls)}")
    encode_value(value)


def _hint(cls: type) -> str:
    if issubclass(cls, deque | UserList):
        return ": make a list of it"
    if issubclass(cls, UserDict):
        return ": make a dict of it"
    if issubclass(cls, Expression):
        return ": it stands for a value in a page; take the instance's, self.n and not Counter.n"
    name = overridden(cls) if issubclass(cls, list | dict | set) else None
    if name is None:
        return ""
    return f", because it has a {name} of its own: store a plain list, dict or set"
