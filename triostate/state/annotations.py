"""Annotations as types: text evaluated where its names are known, at declaration or later.

Under ``from __future__ import annotations``, and in quotes, an annotation is text. What it names
may be defined further down the module, be imported for checkers only, or be a local name of the
function that defines the class; so it is tried where the class body is read, with the local names
there, and once more when somebody needs the type. Knows nothing of what may be declared.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import types
import typing
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import attrs

__all__ = [
    "Unresolved",
    "a_or_an",
    "enclosing_names",
    "field_hints",
    "function_hints",
    "is_no_var",
    "resolve",
    "type_name",
]

#: How far up the stack a class body's surroundings are looked for.
_MAX_FRAMES = 32

_NO_VAR = re.compile(r"\s*(?:\w+\.)*(?:ClassVar|Final)\b")


@attrs.frozen
class Unresolved:
    """An annotation that names something unknown so far."""

    annotation: Any
    """As it was written."""
    problem: str
    """Why, in a few words: ``name 'Row' is not defined``."""


def resolve(
    annotation: Any,
    module: str,
    names: Mapping[str, Any] | None = None,
    *,
    with_qualifiers: bool = False,
) -> Any:
    """Return the type that an annotation of a module stands for, or `Unresolved`.

    ``names`` are local names where it was written. ``Annotated``, ``Required`` and ``NotRequired``
    are taken off unless asked for.
    """
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    known = getattr(sys.modules.get(module), "__dict__", {})
    try:
        return typing.get_type_hints(
            holder,
            known,
            {} if names is None else dict(names),
            include_extras=with_qualifiers,
        )["it"]
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        return Unresolved(annotation, str(error))


def enclosing_names(module: str) -> dict[str, Any]:
    """Return the local names of what is being run of a module, inner functions first.

    Asked while a class body is read: they are what its annotations may name.
    """
    names: dict[str, Any] = {}
    frame: types.FrameType | None = sys._getframe(1)
    for _ in range(_MAX_FRAMES):
        if frame is None:
            break
        if frame.f_globals.get("__name__") == module:
            names = {**frame.f_locals, **names}
        frame = frame.f_back
    return names


def is_no_var(annotation: Any) -> bool:
    """Whether an annotation says ``ClassVar`` or ``Final``: a constant of the class, no var."""
    if isinstance(annotation, str):
        return _NO_VAR.match(annotation) is not None
    return typing.get_origin(annotation) in (typing.ClassVar, typing.Final) or annotation in (
        typing.ClassVar,
        typing.Final,
    )


def function_hints(
    fn: Callable[..., Any], names: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the types of a function's parameters by name, each resolved by itself."""
    annotations = getattr(fn, "__annotations__", {})
    return {name: resolve(hint, fn.__module__, names) for name, hint in annotations.items()}


def field_hints(cls: type, *, with_qualifiers: bool = False) -> dict[str, Any]:
    """Return the types of a class's annotated attributes, its bases' included."""
    if cls in _known_hints and not with_qualifiers:
        return _known_hints[cls]
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints.update(_own_hints(base, with_qualifiers=with_qualifiers))
    if not with_qualifiers and not any(isinstance(hint, Unresolved) for hint in hints.values()):
        _known_hints[cls] = hints
    return hints


#: Answers that no later definition can change.
_known_hints: weakref.WeakKeyDictionary[type, dict[str, Any]] = weakref.WeakKeyDictionary()


def _own_hints(cls: type, *, with_qualifiers: bool) -> dict[str, Any]:
    known = getattr(sys.modules.get(cls.__module__), "__dict__", {})
    # The module's names go first: a field is often called as its type is.
    inside = {name: value for name, value in vars(cls).items() if name not in known}
    names = {cls.__name__: cls, **inside}
    return {
        name: resolve(annotation, cls.__module__, names, with_qualifiers=with_qualifiers)
        for name, annotation in vars(cls).get("__annotations__", {}).items()
        if not is_no_var(annotation) and not _is_for_init(annotation)
    }


def _is_for_init(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return re.match(r"\s*(?:\w+\.)*InitVar\b", annotation) is not None
    return annotation is dataclasses.InitVar or isinstance(annotation, dataclasses.InitVar)


def a_or_an(name: str) -> str:
    """Return a type's name behind its article: ``an int``."""
    return f"{'an' if name[:1].lower() in tuple('aeio') else 'a'} {name}"


def type_name(annotation: Any) -> str:
    """Return a type as one would write it, for error texts."""
    if isinstance(annotation, Unresolved):
        annotation = annotation.annotation
    if isinstance(annotation, str):
        return annotation
    if annotation is type(None):
        return "None"
    if isinstance(annotation, type) and not typing.get_args(annotation):
        module = annotation.__module__
        name = annotation.__qualname__.rpartition("<locals>.")[2]
        return name if module in ("builtins", "__main__") else f"{module}.{name}"
    return re.sub(r"\b(?:typing|types|collections\.abc)\.", "", str(annotation))[:120]
