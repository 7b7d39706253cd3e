"""What an annotation says of a var: whether its values can be sent, and whether a default fits.

Both answers are for errors at import, so in doubt nothing is wrong: a type that says little
(``Any``, a type variable, a name that is not known yet) is given the benefit. Knows nothing of
State classes.
"""

from __future__ import annotations

import collections.abc as abc
import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

from triostate.state.annotations import Unresolved, field_hints, type_name
from triostate.state.codec import by_value_fields, is_scalar_type
from triostate.state.serializers import find_serializer

__all__ = ["fits", "unknown_names", "unsendable"]

_BARE = (Any, typing.LiteralString, typing.Self)

#: Said of containers in general; what they hold is asked one by one.
_ABSTRACT = frozenset(
    {
        *(abc.Sequence, abc.MutableSequence, abc.Mapping, abc.MutableMapping),
        *(abc.Set, abc.MutableSet, abc.Collection),
        *(abc.Iterable, abc.Reversible, abc.Sized, abc.Container, abc.Hashable),
    }
)


def unsendable(annotation: Any) -> str | None:
    """Return the part of an annotation whose values can never be sent, and why, or None."""
    for part in _parts(annotation, set()):
        reason = _reason(part)
        if reason is not None:
            return f"{type_name(part)} {reason}"
    return None


def unknown_names(annotation: Any) -> Unresolved | None:
    """Return the part of an annotation that could not be resolved, or None."""
    return next((p for p in _parts(annotation, set()) if isinstance(p, Unresolved)), None)


def _parts(annotation: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield the types that an annotation is made of, those of fields too, each class once."""
    if annotation is None or annotation is Ellipsis or isinstance(annotation, Unresolved):
        yield annotation
        return
    meant = _meaning(annotation)
    if meant is not annotation:
        yield from _parts(meant, seen)
        return
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return
    if origin is abc.Callable or origin is type:
        yield origin
        return
    if origin not in (None, typing.Union, types.UnionType, typing.Annotated):
        yield origin
    for arg in args[:1] if origin is typing.Annotated else args:
        yield from _parts(arg, seen)
    if origin is None:
        yield annotation
    kind: Any = origin or annotation
    if isinstance(kind, type) and kind not in seen:
        yield from _inner_parts(kind, seen)


def _inner_parts(kind: type, seen: set[Any]) -> Iterator[Any]:
    seen.add(kind)
    if find_serializer(kind) is None:
        for hint in _inner_hints(kind):
            yield from _parts(hint, seen)


def _meaning(annotation: Any) -> Any:
    """Return what a NewType, a type alias or a bounded type variable stands for."""
    if isinstance(annotation, type):
        return annotation
    if isinstance(annotation, typing.TypeVar):
        return annotation.__bound__ or Any
    for name in ("__supertype__", "__value__"):
        if hasattr(annotation, name):
            return getattr(annotation, name)
    return annotation


def _inner_hints(kind: type) -> Iterator[Any]:
    names = by_value_fields(kind) or getattr(kind, "_fields", None)
    if typing.is_typeddict(kind) or (issubclass(kind, tuple) and names) or by_value_fields(kind):
        hints = field_hints(kind)
        for name in names or hints:
            yield hints.get(name, Any)


def _reason(part: Any) -> str | None:
    if part is object:
        return "says nothing of what it may be: write Any for whatever can be sent"
    if part is type:
        return "is for classes, which are not sent"
    if part is abc.Callable or part in (types.FunctionType, types.MethodType):
        return "is for what is called, which is not sent"
    if not isinstance(part, type) or part is Any or part in _ABSTRACT:
        return None
    if part is type(None) or typing.is_typeddict(part) or is_scalar_type(part):
        return None
    if issubclass(part, list | dict | set | tuple) or by_value_fields(part) is not None:
        return None
    if getattr(part, "__attrs_attrs__", None) or hasattr(part, "__dataclass_fields__"):
        return "compares by identity, so it is taken for a thing and not for data"
    return "has no form that could be sent"


def fits(value: Any, annotation: Any) -> bool:
    """Whether a value may be what an annotation says; in doubt it may."""
    if isinstance(annotation, Unresolved) or any(annotation is bare for bare in _BARE):
        return True
    if annotation is None:
        return value is None
    meant = _meaning(annotation)
    if meant is not annotation:
        return fits(value, meant)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return fits(value, args[0])
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, arg) for arg in args)
    if origin is typing.Literal:
        return any(type(value) is type(arg) and value == arg for arg in args)
    kind = origin or annotation
    return _is_one(value, kind) and _items_fit(value, kind, args)


def _is_one(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, float | int)  # as type checkers have it
    if kind is abc.Callable:
        return callable(value)
    if not inspect.isclass(kind):
        return True
    if typing.is_typeddict(kind):
        return isinstance(value, dict)
    try:
        return isinstance(value, kind)
    except TypeError:  # a protocol that is not for run time
        return True


def _items_fit(value: Any, kind: Any, args: tuple[Any, ...]) -> bool:
    if not args or not isinstance(kind, type):
        return True
    if issubclass(kind, tuple):
        if len(args) == 2 and args[1] is ...:
            return all(fits(item, args[0]) for item in value)
        return len(args) == len(value) and all(map(fits, value, args))
    if isinstance(value, dict) and len(args) == 2:
        return all(fits(k, args[0]) and fits(v, args[1]) for k, v in value.items())
    if isinstance(value, list | set | frozenset) and len(args) == 1:
        return all(fits(item, args[0]) for item in value)
    return True
