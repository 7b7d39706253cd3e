"""Making a converter of an annotation: a function from a decoded value to one of that type.

The table of what each type takes is in `convert`. A converter raises `MisfitError`, whose text
names types and never the value. Knows nothing of the wire.
"""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import Any

import attrs

from triostate.state.annotations import Unresolved, field_hints, type_name
from triostate.state.codec import by_value_fields
from triostate.state.readers import READERS, MisfitError, kind_of
from triostate.state.serializers import find_serializer
from triostate.state.singles import (
    Converter,
    built,
    literal,
    made_from,
    misfit,
    to_member,
    to_path,
)

__all__ = ["MisfitError", "NoConverterError", "converter"]


class NoConverterError(TypeError):
    """Nothing that a browser sends becomes the annotated type; the text says which and why."""


def converter(annotation: Any) -> Converter:
    """Return the function that converts to a type; raise NoConverterError if there is none.

    The function raises MisfitError for a value that does not convert.
    """
    if type(annotation) is type:
        return _cached(annotation, "")
    try:
        # By its text too: `int | float` equals `float | int`, but tries them in another order.
        return _cached(annotation, repr(annotation))
    except TypeError as error:
        if isinstance(error, NoConverterError):
            raise
        return _make(annotation)  # a Literal of something unhashable


def _make(annotation: Any) -> Converter:
    if isinstance(annotation, Unresolved):
        raise NoConverterError(f"{type_name(annotation)} is not known here ({annotation.problem})")
    if annotation is Any or annotation is object or isinstance(annotation, typing.TypeVar):
        return _identity
    if annotation is None:
        annotation = type(None)
    alias = getattr(annotation, "__supertype__", None) or getattr(annotation, "__value__", None)
    if alias is not None and not isinstance(annotation, type):
        return converter(alias)
    origin = typing.get_origin(annotation)
    args = typing.get_args(annotation)
    if origin is typing.Annotated:
        return converter(args[0])
    if origin in (typing.Union, types.UnionType):
        return _union(args)
    if origin is typing.Literal:
        return literal(args)
    kind = origin or annotation
    if isinstance(kind, type):
        made = _of_class(kind, args)
        if made is not None:
            return made
    raise NoConverterError(f"a browser cannot send a value of type {type_name(annotation)}")


@lru_cache(maxsize=1024)
def _cached(annotation: Any, text: str) -> Converter:
    return _make(annotation)


def _of_class(kind: type, args: tuple[Any, ...]) -> Converter | None:
    if find_serializer(kind) is not None:
        return None
    if kind in READERS:
        return READERS[kind]
    if issubclass(kind, enum.Enum):
        return lambda value: to_member(kind, value)
    if issubclass(kind, PurePath):
        return lambda value: to_path(kind, value)
    if typing.is_typeddict(kind):
        return _lazily(lambda: _typed_dict(kind))
    if issubclass(kind, tuple):
        return _tuple(kind, args)
    if kind in _CONTAINERS:
        return _CONTAINERS[kind](args)
    if by_value_fields(kind) is not None:
        return _lazily(lambda: _instance(kind))
    for base, reader in READERS.items():
        if issubclass(kind, base):
            return made_from(kind, reader)
    return None


def _identity(value: Any) -> Any:
    return value


def _lazily(make: Callable[[], Converter]) -> Converter:
    """Return a converter that is made when it is first used: a type may hold itself."""
    made: list[Converter] = []

    def convert(value: Any) -> Any:
        if not made:
            made.append(make())
        return made[0](value)

    return convert


# Unions


def _union(members: tuple[Any, ...]) -> Converter:
    converters = [(member, converter(member)) for member in members]
    takes_none = type(None) in members

    def convert(value: Any) -> Any:
        if value is None and takes_none:
            return None
        exact = [(m, c) for m, c in converters if _is_exactly(value, m)]
        for _, attempt in (*exact, *converters):
            try:
                return attempt(value)
            except MisfitError:
                continue
        if value == "" and takes_none:
            return None
        raise MisfitError(f"expected {' | '.join(map(type_name, members))}, got {kind_of(value)}")

    return convert


def _is_exactly(value: Any, member: Any) -> bool:
    return type(value) is (typing.get_origin(member) or member)


# Containers


def _items(value: Any, expected: str) -> list[Any]:
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    raise MisfitError(f"expected {expected}, got {kind_of(value)}")


def _each(kind: type, expected: str) -> Callable[[tuple[Any, ...]], Converter]:
    def make(args: tuple[Any, ...]) -> Converter:
        item = converter(args[0]) if args else _identity

        def convert(value: Any) -> Any:
            try:
                return kind(map(item, _items(value, expected)))
            except TypeError:  # what cannot stand in a set
                raise MisfitError(f"expected {expected} of values that are no containers") from None

        return convert

    return make


def _tuple(kind: type, args: tuple[Any, ...]) -> Converter | None:
    if hasattr(kind, "_fields"):
        return _lazily(lambda: _named_tuple(kind))
    if kind is not tuple:
        return None
    if not args:
        return lambda value: tuple(_items(value, "a tuple"))
    if len(args) == 2 and args[1] is ...:
        item = converter(args[0])
        return lambda value: tuple(map(item, _items(value, "a tuple")))
    parts = [converter(arg) for arg in args if arg != ()]

    def convert(value: Any) -> Any:
        items = _items(value, "a tuple")
        if len(items) != len(parts) or isinstance(value, set):
            raise MisfitError(f"expected a tuple of {len(parts)}, got {kind_of(value)}")
        return tuple(part(item) for part, item in zip(parts, items, strict=True))

    return convert


def _dict(args: tuple[Any, ...]) -> Converter:
    to_key, to_item = (converter(arg) for arg in args) if args else (_identity, _identity)

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            raise MisfitError(f"expected a dict, got {kind_of(value)}")
        try:
            made = {to_key(key): to_item(item) for key, item in value.items()}
        except TypeError:
            raise MisfitError("expected keys that are no containers") from None
        if len(made) != len(value):
            raise MisfitError("expected a dict, got one with two keys that become one")
        return made

    return convert


_CONTAINERS: dict[type, Callable[[tuple[Any, ...]], Converter]] = {
    **dict.fromkeys(
        (list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable, abc.Reversible),
        _each(list, "a list"),
    ),
    **dict.fromkeys((set, abc.Set, abc.MutableSet), _each(set, "a set")),
    frozenset: _each(frozenset, "a frozenset"),
    **dict.fromkeys((dict, abc.Mapping, abc.MutableMapping), _dict),
}


# Classes of data


@attrs.frozen
class _Slot:
    """One field of a class of data."""

    convert: Converter
    argument: str | None
    """What the constructor calls it; None for one that it does not take."""
    is_required: bool


def _instance(kind: type) -> Converter:
    slots = dict(_slots(kind))

    def convert(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        named: dict[str, Any] = {}
        for name, item in _filled(kind, slots, value).items():
            argument = slots[name].argument
            if argument is not None:
                named[argument] = item
        return built(kind, **named)

    return convert


def _slots(kind: type) -> Iterable[tuple[str, _Slot]]:
    hints = field_hints(kind)
    if attrs.has(kind):
        for field in attrs.fields(kind):
            argument = field.alias if field.init else None
            required = field.default is attrs.NOTHING and field.init
            hint = hints.get(field.name, field.type or Any)
            yield field.name, _Slot(converter(hint), argument, required)
        return
    for part in dataclasses.fields(kind):
        argument = part.name if part.init else None
        has_default = part.default is not dataclasses.MISSING
        required = part.init and not has_default and part.default_factory is dataclasses.MISSING
        yield part.name, _Slot(converter(hints.get(part.name, Any)), argument, required)


def _named_tuple(kind: Any) -> Converter:
    hints, defaults = field_hints(kind), kind._field_defaults
    slots = {
        name: _Slot(converter(hints.get(name, Any)), name, name not in defaults)
        for name in kind._fields
    }

    def convert(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, list | tuple) and len(value) == len(slots):
            value = dict(zip(slots, value, strict=True))
        filled: dict[str, Any] = _filled(kind, slots, value)
        return kind(**filled)

    return convert


def _typed_dict(kind: Any) -> Converter:
    slots: dict[str, _Slot] = {}
    # `__required_keys__` takes no notice of a NotRequired that is still text.
    qualified = field_hints(kind, with_qualifiers=True)
    for name, hint in field_hints(kind).items():
        qualifier = typing.get_origin(qualified[name])
        is_required = qualifier is typing.Required or (
            name in kind.__required_keys__ and qualifier is not typing.NotRequired
        )
        slots[name] = _Slot(converter(hint), name, is_required)
    return lambda value: _filled(kind, slots, value)


def _filled(kind: type, slots: Mapping[str, _Slot], value: Any) -> dict[str, Any]:
    """Return the converted fields of a dict that has those of a class, and no others."""
    if not isinstance(value, dict):
        raise misfit(kind, value)
    name = type_name(kind)
    if unknown := [key for key in value if key not in slots]:
        raise MisfitError(f"expected {name}, got a field that it does not have: {unknown[0]!r:.40}")
    for field, slot in slots.items():
        if slot.is_required and field not in value:
            raise MisfitError(f"expected {name}, got one without its field {field!r}")
    made: dict[str, Any] = {}
    for field, item in value.items():
        try:
            made[field] = slots[field].convert(item)
        except MisfitError as error:
            raise MisfitError(f"{name}.{field}: {error}") from None
    return made
