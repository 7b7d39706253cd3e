"""Fields: the declared vars of a State class, as descriptors.

On the class a field is an expression, on an instance the value. The plain form
(``value: int = 0``) and the typed form (``value: ts.Field[int] = ts.field(0)``) make the same
thing. Knows where values are kept (the tree), not how changes travel.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from triostate.errors import NotConvertibleError, UnsendableValueError
from triostate.state.expr import VarRef
from triostate.state.handlers import EventHandler, Handler, HandlerDefinition
from triostate.state.kinds import SCALARS, validate
from triostate.state.patch import pointer
from triostate.state.var import Var
from triostate.state.views import wrap

__all__ = ["Field", "Setter", "StateVar", "field", "make_setter"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class StateVar(Var[T_co]):
    """The expression of a declared var, with its setter."""

    __slots__ = ("_setter",)

    def __init__(self, ref: VarRef, type_: Any, setter: EventHandler[...] | None) -> None:
        super().__init__(ref, type_)
        self._setter = setter

    @property
    def set(self) -> EventHandler[...]:
        """The handler that sets the var, converting to its type; backend vars have none."""
        if self._setter is None:
            raise AttributeError("set")
        return self._setter

    def __getattr__(self, name: str) -> Var[Any]:
        """Return an attribute of the value as an expression."""
        if name == "set":  # what the property above raises for arrives here
            raise AttributeError("a backend var has no setter: pages cannot reach it")
        return super().__getattr__(name)


class Field(Generic[T]):
    """A declared var."""

    owner: type[Any]
    name: str = ""

    def __init__(self, default: T, annotation: Any = None) -> None:
        self.default = default
        self._annotation = annotation
        self.setter: HandlerDefinition | None = None

    def bind(self, owner: type[Any], full_name: str, name: str) -> None:
        """Take the place in a class that the field was declared at."""
        self.owner, self.name = owner, name
        self.is_public = not name.startswith("_")
        self.path = (full_name, name)
        self.pointer = pointer(self.path)
        self.label = f"{owner.__name__}.{name}"

    def copy(self) -> Field[T]:
        """Return the same declaration, for another class (what a mixin's fields become)."""
        return Field(self.default, self._annotation)

    @property
    def annotation(self) -> Any:
        """The declared type, resolved, or Any where a name in it cannot be found."""
        try:
            hints = typing.get_type_hints(self.owner)
        except NameError:
            return Any if isinstance(self._annotation, str) else self._annotation
        hint = hints.get(self.name, Any)
        if typing.get_origin(hint) is Field:
            return typing.get_args(hint)[0]
        return hint

    @overload
    def __get__(self, instance: None, owner: type) -> StateVar[T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            setter: EventHandler[...] | None = None
            if self.setter is not None:
                setter = EventHandler(self.owner, self.setter)
            return StateVar(VarRef(*self.path), None, setter)
        tree = instance._tree
        value = tree.read(self)
        return value if type(value) in SCALARS else wrap(tree, value)

    def __set__(self, instance: Any, value: T) -> None:
        instance._tree.assign(self, value)

    def __delete__(self, instance: Any) -> None:
        instance._tree.check_write(self.label)
        raise AttributeError(f"{self.label} is a declared var: assign to it, or reset()")

    def __repr__(self) -> str:
        return f"<var {self.owner.get_full_name()}.{self.name}>"


def field(default: T) -> Field[T]:
    """Declare a var in the form that type checkers see through: ``n: ts.Field[int] = ts.field(0)``.

    A mutable default is copied for each session.
    """
    return Field(default)


def make_setter(field: Field[Any]) -> HandlerDefinition:
    """Return the handler ``set_<name>``; its argument is converted to the var's type first."""

    def set_var(self: Any, value: Any) -> None:
        setattr(self, field.name, value)

    set_var.__name__ = set_var.__qualname__ = f"set_{field.name}"
    return Setter(set_var, lambda: field.annotation)


class Setter(Handler[..., Any]):
    """The handler ``set_<var>``, whose argument has the var's type."""

    def __init__(self, fn: Callable[..., Any], annotation: Callable[[], Any]) -> None:
        super().__init__(fn)
        self._value_annotation = annotation

    @property
    def _hints(self) -> dict[str, Any]:
        return {"value": self._value_annotation()}

    def check(self, value: Any) -> None:
        """Raise NotConvertibleError for a value of the right type that cannot be shown again."""
        try:
            validate(value, sendable=True)
        except (UnsendableValueError, ValueError) as error:
            raise NotConvertibleError(f"{self.name}: {error}") from None
