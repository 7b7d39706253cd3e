"""Reading a class body: annotations become fields, methods handlers and computed vars.

Everything that cannot work is refused here, at import, by a DefinitionError that names the class,
the offender and the remedy; what cannot be told before all modules are there is asked again when an
app starts (`checking`). Knows what declarations are, not what an instance does with them.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from triostate.errors import DefinitionError
from triostate.state.annotations import enclosing_names, function_hints, is_no_var
from triostate.state.checking import check_field
from triostate.state.computed import ComputedVar, check_computed
from triostate.state.fields import Field, Setter, make_setter
from triostate.state.handlers import Handler
from triostate.state.methods import HandlerDefinition
from triostate.state.naming import (
    Declared,
    check_bases,
    check_name,
    check_undeclared,
    kind_of,
    mixins_of,
)
from triostate.state.storage import Stored
from triostate.state.views import View

__all__ = ["ClassBody", "declare", "refuse_duplicates"]


class ClassBody(dict[str, Any]):
    """The namespace of a class body, which remembers what a later line replaced."""

    def __setitem__(self, name: str, value: Any) -> None:
        if kind_of(self.get(name)) not in ("", kind_of(value)):
            self.setdefault("_ts_replaced", {})[name] = self[name]
        super().__setitem__(name, value)


def declare(cls: type[Any], root: type[Any]) -> None:
    """Turn what a class body declares into fields, computed vars and handlers.

    ``root`` is State itself, whose names nothing may hide. Raises DefinitionError that names class,
    offender and remedy.
    """
    check_bases(cls, root)
    check_undeclared(cls, inspect.get_annotations(cls))
    own: dict[str, Field[Any]] = {}
    computed: dict[str, ComputedVar[Any]] = {}
    for name, declared in _declarations(cls, root).items():
        check_name(cls, name, declared, root)
        if isinstance(declared, ComputedVar):
            computed[name] = declared
        else:
            own[name] = declared
        declared.bind(cls, cls.get_full_name(), name)
        setattr(cls, name, declared)
        if isinstance(declared, Field):
            check_field(declared)
    cls._fields, cls._computed = own, computed
    _declare_handlers(cls, root)
    cls._assignable = frozenset(
        name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, Field | ComputedVar | property)
    )


def _declarations(cls: type[Any], root: type[Any]) -> dict[str, Declared]:
    found = _mixed_in(cls, root)
    for name, annotation in inspect.get_annotations(cls).items():
        if not is_no_var(annotation):
            found[name] = _field(cls, name, annotation)
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, ComputedVar):
            check_computed(value, f"{cls.__name__}.{name}")
            found[name] = value.copy() if hasattr(value, "owner") else value
    return found


def _mixed_in(cls: type[Any], root: type[Any]) -> dict[str, Declared]:
    """Return copies of what the mixins declare; one var from two of them is refused."""
    found: dict[str, Declared] = {}
    origin: dict[str, type[Any]] = {}
    for mixin in mixins_of(cls, root):
        for name, entry in {**mixin._fields, **mixin._computed}.items():
            other = origin.setdefault(name, mixin)
            if other is not mixin and name not in vars(cls) and not _is_same(other, mixin, name):
                raise DefinitionError(
                    f"{cls.__name__}.{name} is declared by two mixins, {other.__name__} and "
                    f"{mixin.__name__}: rename one, or declare {name} in {cls.__name__}"
                )
            found[name] = entry.copy()
    for name in found.keys() & vars(cls).keys():
        if isinstance(own := vars(cls)[name], FunctionType):
            check_name(cls, name, Handler(own), root)
    return found


def _is_same(one: type[Any], other: type[Any], name: str) -> bool:
    """Whether two mixins have a var from one place: from one another, or a third."""
    if issubclass(one, other) or issubclass(other, one):
        return True
    left, right = (vars(mixin)[name] for mixin in (one, other))
    if isinstance(left, Field) and isinstance(right, Field):
        return left.origin is right.origin
    return getattr(left, "fn", left) is getattr(right, "fn", right)


def _field(cls: type[Any], name: str, annotation: Any) -> Field[Any]:
    label = f"{cls.__name__}.{name}"
    if name not in cls.__dict__:
        written = "ts.field(<default>)" if "Field[" in str(annotation) else "<default>"
        raise DefinitionError(f"var {label} has no default: write `{name}: ... = {written}`")
    default = cls.__dict__[name]
    replaced = cls.__dict__.get("_ts_replaced", {}).get(name)
    is_method = getattr(default, "__name__", "") == name and kind_of(default) == "method"
    is_method = is_method or isinstance(default, HandlerDefinition | ComputedVar | View)
    if is_method or kind_of(replaced) == "method":
        raise DefinitionError(
            f"{label} is declared both as a var and as a method: give one another name"
        )
    if isinstance(default, dataclasses.Field) or type(default).__name__ == "_CountingAttr":
        raise DefinitionError(
            f"var {label}: a State is no dataclass; write the default itself, `{name}: ... = []`: "
            "each session gets a copy of it"
        )
    return _made_field(cls, annotation, default)


def _made_field(cls: type[Any], annotation: Any, default: Any) -> Field[Any]:
    # A copy, because one object may stand under two names.
    field = default.copy() if isinstance(default, Field) else Field(default)
    if isinstance(field.default, Stored):
        field.place, field.default = field.default.place, field.default.default
    field.declared(annotation, cls.__module__)
    return field


def _declare_handlers(cls: type[Any], root: type[Any]) -> None:
    for name, handler in _handlers(cls, root):
        check_name(cls, name, handler, root)
        handler.bind(cls, name)
        setattr(cls, name, handler)
        if "<locals>" in cls.__qualname__:
            handler.hints = function_hints(handler.fn, enclosing_names(cls.__module__))
    for name, field in cls._fields.items():
        if field.is_public:
            field.setter = _setter(cls, name, field)


def _handlers(cls: type[Any], root: type[Any]) -> list[tuple[str, HandlerDefinition]]:
    found: dict[str, HandlerDefinition] = {}
    for mixin in mixins_of(cls, root):
        handlers = [v for v in vars(mixin).values() if isinstance(v, HandlerDefinition)]
        found.update((v.name, v.copy()) for v in handlers if not isinstance(v, Setter))
    for name, value in vars(cls).items():
        if isinstance(value, HandlerDefinition):
            is_alias = value.owner is not None or value in found.values()
            found[name] = value.copy() if is_alias else value
        elif isinstance(value, FunctionType) and not name.startswith("_"):
            found[name] = Handler(value)
    return list(found.items())


def _setter(cls: type[Any], name: str, field: Field[Any]) -> HandlerDefinition:
    own = vars(cls).get(f"set_{name}")
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
    except (OSError, SyntaxError, TypeError):  # a document's code is in no file of Python
        return f"{file} ({cls.__qualname__})"
    return f"{file}:{line} ({cls.__qualname__})"
