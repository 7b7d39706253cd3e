"""Reading a class body: annotations become fields, methods handlers and computed vars.

Everything that cannot work is refused here, at import, by a DefinitionError that names the class,
the offender and the remedy. Knows what declarations are, not what an instance does with them.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from types import FunctionType
from typing import Any, ClassVar, get_origin

from triostate.errors import DefinitionError
from triostate.state.computed import ComputedVar, check_computed
from triostate.state.fields import Field, Setter, make_setter
from triostate.state.handlers import Handler, HandlerDefinition
from triostate.state.kinds import validate
from triostate.state.views import View

__all__ = ["declare", "refuse_duplicates"]


def declare(cls: type[Any], root: type[Any]) -> None:
    """Turn what a class body declares into fields, computed vars and handlers.

    ``root`` is State itself, whose names nothing may hide. Raises DefinitionError that names class,
    offender and remedy.
    """
    own: dict[str, Field[Any]] = {}
    computed: dict[str, ComputedVar[Any]] = {}
    for name, declared in _declarations(cls, root):
        if isinstance(declared, ComputedVar):
            computed[name] = declared
        else:
            own[name] = declared
        declared.bind(cls, cls.get_full_name(), name)
        setattr(cls, name, declared)
    cls._fields, cls._computed = own, computed
    _declare_handlers(cls, root)
    cls._assignable = frozenset(
        name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, Field | ComputedVar | property)
    )


def _declarations(
    cls: type[Any], root: type[Any]
) -> list[tuple[str, Field[Any] | ComputedVar[Any]]]:
    found: dict[str, Field[Any] | ComputedVar[Any]] = {}
    for mixin in _mixins(cls, root):
        found.update({name: entry.copy() for name, entry in mixin._fields.items()})
        found.update({name: entry.copy() for name, entry in mixin._computed.items()})
    for name, annotation in inspect.get_annotations(cls).items():
        if _is_declaration(name, annotation):
            found[name] = _field(cls, name, annotation, root)
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, ComputedVar):
            check_computed(value.fn, f"{cls.__name__}.{name}")
            found[name] = value
    return list(found.items())


def _mixins(cls: type[Any], root: type[Any]) -> list[Any]:
    """Return the bases whose declarations the class takes over, the first one's winning."""
    bases = [base for base in cls.__bases__ if issubclass(base, root)]
    return [base for base in reversed(bases) if vars(base).get("_is_mixin", False)]


def _is_declaration(name: str, annotation: Any) -> bool:
    if name.startswith("__"):
        return False
    text = annotation if isinstance(annotation, str) else ""
    return get_origin(annotation) is not ClassVar and "ClassVar" not in text.split("[")[0]


def _field(cls: type[Any], name: str, annotation: Any, root: type[Any]) -> Field[Any]:
    label = f"{cls.__name__}.{name}"
    if hasattr(root, name) or name in _RESERVED:
        raise DefinitionError(f"{label} hides what every State has: choose another name")
    if name not in cls.__dict__:
        raise DefinitionError(f"var {label} has no default: write `{name}: ... = <default>`")
    default = cls.__dict__[name]
    if isinstance(default, Field):
        default._annotation = annotation
        return default
    if isinstance(default, HandlerDefinition | View):
        raise DefinitionError(f"{label} is declared both as a var and as a handler")
    try:
        validate(default, sendable=not name.startswith("_"))
    except TypeError as error:
        raise DefinitionError(
            f"var {label}: {error}; a name with a leading underscore stays on the server"
        ) from None
    return Field(default, annotation)


def _declare_handlers(cls: type[Any], root: type[Any]) -> None:
    for name, handler in _handlers(cls, root):
        _check_name(cls, name, root)
        handler.bind(cls, name)
        setattr(cls, name, handler)
    for name, field in cls._fields.items():
        if field.is_public:
            field.setter = _setter(cls, name, field)


def _handlers(cls: type[Any], root: type[Any]) -> list[tuple[str, HandlerDefinition]]:
    found: dict[str, HandlerDefinition] = {}
    for mixin in _mixins(cls, root):
        handlers = [v for v in vars(mixin).values() if isinstance(v, HandlerDefinition)]
        found.update((v.name, v.copy()) for v in handlers if not isinstance(v, Setter))
    for name, value in vars(cls).items():
        if isinstance(value, HandlerDefinition):
            found[name] = value
        elif isinstance(value, FunctionType) and not name.startswith("_"):
            found[name] = Handler(value)
    return list(found.items())


def _setter(cls: type[Any], name: str, field: Field[Any]) -> HandlerDefinition:
    own = cls.__dict__.get(f"set_{name}")
    if isinstance(own, HandlerDefinition):
        return own
    if isinstance(own, Field | ComputedVar):
        raise DefinitionError(
            f"var {cls.__name__}.set_{name} has the name of the setter of {name}: rename one"
        )
    made = make_setter(field)
    made.bind(cls, f"set_{name}")
    setattr(cls, f"set_{name}", made)
    return made


def _check_name(cls: type[Any], name: str, root: type[Any]) -> None:
    if hasattr(root, name):
        raise DefinitionError(
            f"handler {cls.__name__}.{name} hides what every State has: choose another name"
        )
    for base in cls.__mro__[1:]:
        if isinstance(base.__dict__.get(name), Field | ComputedVar):
            raise DefinitionError(f"handler {cls.__name__}.{name} hides a var of {base.__name__}")


def refuse_duplicates(states: Sequence[type[Any]]) -> None:
    """Raise DefinitionError if two classes have one full name, naming both places."""
    seen: dict[str, type[Any]] = {}
    for cls in states:
        other = seen.setdefault(cls.get_full_name(), cls)
        if other is not cls:
            raise DefinitionError(
                f"two State classes are called {cls.get_full_name()!r}: "
                f"{_place(other)} and {_place(cls)}; rename one, or give the app its modules="
            )


def _place(cls: type[Any]) -> str:
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None) or cls.__module__
    try:
        line = inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return f"{file} ({cls.__qualname__})"
    return f"{file}:{line} ({cls.__qualname__})"


_RESERVED = frozenset({"_tree", "_fields", "_computed", "_assignable", "_full_name", "_is_mixin"})
