"""Names in a class body: which are taken, which clash, and what is no declaration at all.

All of it raises DefinitionError with class, name and remedy. Knows what stands under a name, not
what becomes of it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import Any, TypeAlias

from triostate.errors import DefinitionError
from triostate.state.annotations import is_no_var
from triostate.state.computed import ComputedVar
from triostate.state.fields import Field
from triostate.state.methods import HandlerDefinition
from triostate.state.storage import Stored

__all__ = [
    "Declared",
    "check_bases",
    "check_class_assignment",
    "check_name",
    "check_undeclared",
    "kind_of",
    "mixins_of",
]

Declared: TypeAlias = "Field[Any] | ComputedVar[Any]"

_METHODS = (FunctionType, HandlerDefinition, ComputedVar)
_WRAPPED = (staticmethod, classmethod, property)
#: Instance attributes and class attributes of State that `hasattr` does not tell of.
_RESERVED = frozenset({"_tree", "_ts_replaced"})


def kind_of(value: Any) -> str:
    """Return what stands under a name: ``method``, ``field``, ``value``, or "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, _METHODS):
        return "method"
    return "field" if isinstance(value, Field | Stored) else "value"


def mixins_of(cls: type[Any], root: type[Any]) -> list[Any]:
    """Return the bases whose declarations the class takes over, the first one's winning."""
    bases = [base for base in cls.__bases__ if issubclass(base, root)]
    return [base for base in reversed(bases) if vars(base).get("_is_mixin", False)]


def check_bases(cls: type[Any], root: type[Any]) -> None:
    """Refuse two parents, and plain classes that declare vars."""
    states = [base for base in cls.__bases__ if issubclass(base, root)]
    parents = [b for b in states if not vars(b).get("_is_mixin", False) and b is not root]
    if len(parents) > 1:
        names = " and ".join(parent.__name__ for parent in parents)
        raise DefinitionError(
            f"{cls.__name__} has two parents, {names}: a substate has one; "
            "make the other a mixin (`class Part(ts.State, mixin=True)`) or use get_state"
        )
    for base in cls.__mro__:
        if not issubclass(base, root) and base.__module__ not in ("builtins", "typing", "abc"):
            _check_plain_base(cls, base)


def _check_plain_base(cls: type[Any], base: type[Any]) -> None:
    for name, annotation in vars(base).get("__annotations__", {}).items():
        if not name.startswith("__") and not is_no_var(annotation):
            raise DefinitionError(
                f"{cls.__name__}: {base.__name__}.{name} is annotated in a class that is no State; "
                f"write `class {base.__name__}(ts.State, mixin=True)`, and it is a var"
            )


def check_name(
    cls: type[Any], name: str, declared: Declared | HandlerDefinition, root: type[Any]
) -> None:
    """Refuse a name that is State's own, or that a parent or another declaration has."""
    sort = "handler" if isinstance(declared, HandlerDefinition) else "var"
    label = f"{sort} {cls.__name__}.{name}"
    if name.startswith("__") and name.endswith("__"):
        raise DefinitionError(f"{label}: names like this are Python's own; choose another")
    # Not hasattr: an AttributeError of a State comes with a search for what was meant.
    owners = (*root.__mro__, *inspect.getmro(type(root)))
    if name in _RESERVED or any(name in vars(owner) for owner in owners):
        raise DefinitionError(f"{label} hides what every State has: choose another name")
    for base in cls.__mro__[1:]:
        entry = vars(base).get(name)
        if entry is None or not issubclass(base, root):
            continue
        # A mixin's may be declared anew as what it is, a parent's handler too.
        is_free = vars(base).get("_is_mixin", False) or isinstance(declared, HandlerDefinition)
        if not is_free or _sort(entry) != _sort(declared):
            raise DefinitionError(_hidden(label, entry, base))


def _sort(entry: Any) -> str:
    if isinstance(entry, HandlerDefinition | FunctionType):
        return "handler"
    return "computed var" if isinstance(entry, ComputedVar) else "var"


def _hidden(label: str, entry: Any, base: type[Any]) -> str:
    text = f"{label} hides a {_sort(entry)} of {base.__name__}"
    if isinstance(entry, Field) and label.startswith("var"):
        return f"{text}, which it has already: set another value in a handler, or rename one"
    return f"{text}: choose another name"


def check_class_assignment(cls: type[Any], name: str, value: object) -> None:
    """Refuse a value in the place of a var of the class, which no session would ever see.

    It is what somebody writes who means the instance's: ``Counter.n = 3`` for ``self.n = 3``.
    """
    entry = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    is_var = isinstance(entry, Field | ComputedVar)
    if is_var and not isinstance(value, Field | ComputedVar | HandlerDefinition):
        raise DefinitionError(
            f"{cls.__name__}.{name} is a var, and the class has no value of it: each session has "
            f"its own, so set self.{name} in a handler"
        )


def check_undeclared(cls: type[Any], annotations: Mapping[str, Any]) -> None:
    """Refuse what stands in a class body and would silently be no var and no handler."""
    for name, value in vars(cls).items():
        label = f"{cls.__name__}.{name}"
        if name == "__init__":
            raise DefinitionError(
                f"{label}: a State is made by its session, without arguments; give vars defaults, "
                "and do the rest in a handler for on_load"
            )
        inner = getattr(value, "__func__", getattr(value, "fget", None))
        if isinstance(value, _WRAPPED) and isinstance(inner, HandlerDefinition | ComputedVar):
            raise DefinitionError(
                f"{label}: a handler or computed var is a plain method; "
                f"take @{type(value).__name__} away"
            )
        if isinstance(value, functools.cached_property):
            raise DefinitionError(f"{label}: a cached property goes stale; use @ts.var")
        if name not in annotations and not name.startswith("_"):
            _check_unannotated(label, name, value)


def _check_unannotated(label: str, name: str, value: Any) -> None:
    if isinstance(value, Field | Stored):
        raise DefinitionError(f"var {label} has no annotation: write `{name}: <type> = ...`")
    if callable(value) or hasattr(type(value), "__get__") or isinstance(value, ComputedVar):
        return
    kind = "None" if value is None else type(value).__name__
    raise DefinitionError(
        f"{label} has no annotation, so it is no var: write `{name}: {kind} = ...`, "
        f"or `{name}: ClassVar[{kind}] = ...` for a constant"
    )
