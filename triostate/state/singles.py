"""Converting to single values of classes that users write: members, paths, subclasses, literals.

What is read for the types of Python itself is in `readers`. Knows nothing of annotations that hold
others, such as ``list[Color]``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, TypeAlias

from triostate.state.annotations import type_name
from triostate.state.readers import READERS, MisfitError, kind_of

__all__ = ["Converter", "built", "literal", "made_from", "misfit", "to_member", "to_path"]

#: From a decoded value to one of a type; raises MisfitError.
Converter: TypeAlias = Callable[[Any], Any]


def misfit(expected: object, value: Any) -> MisfitError:
    """Return the error for a value that is none of a type."""
    return MisfitError(f"expected {type_name(expected)}, got {kind_of(value)}")


def made_from(kind: type, reader: Converter) -> Converter:
    """Return the converter to a subclass of a type that is read."""

    def convert(value: Any) -> Any:
        return value if type(value) is kind else built(kind, reader(value))

    return convert


def built(kind: type, *args: Any, **named: Any) -> Any:
    """Return an instance of a user's class; raise MisfitError if it refuses."""
    try:
        return kind(*args, **named)
    except Exception as error:
        # Crash wall: a class's own constructor or validator, which may raise what it likes.
        raise MisfitError(f"{type_name(kind)} refused it: {type(error).__name__}") from error


def to_path(kind: type, value: Any) -> Any:
    """Convert to a path of that class."""
    if not isinstance(value, str | PurePath) or "\0" in str(value):
        raise misfit(kind, value)
    return kind(value)


def to_member(kind: type[enum.Enum], value: Any) -> Any:
    """Convert to a member of an enum: from its value, the text of it, or its name."""
    if isinstance(value, kind):
        return value
    for member in kind:
        if type(member.value) is type(value) and member.value == value:
            return member
    if isinstance(value, str):
        for member in kind:
            if _reads_as(member.value, value):
                return member
        if value in kind.__members__:
            return kind[value]
    if issubclass(kind, enum.Flag) and type(value) is int:
        return built(kind, value)
    raise misfit(kind, value)


def _reads_as(value: Any, text: str) -> bool:
    """Whether text is how a control spells a value that is no text."""
    reader = READERS.get(type(value))
    if reader is None or isinstance(value, str):
        return False
    try:
        return bool(reader(text) == value)
    except MisfitError:
        return False


def literal(allowed: tuple[Any, ...]) -> Converter:
    """Return the converter to one of the values of a ``Literal``."""

    def convert(value: Any) -> Any:
        for one in allowed:
            if type(one) is type(value) and one == value:
                return one
        for one in allowed:
            if isinstance(value, str) and _reads_as(one, value):
                return one
            if isinstance(one, enum.Enum) and type(one.value) is type(value) and one.value == value:
                return one
        raise MisfitError(f"expected one of {len(allowed)} values, got another")

    return convert
