"""Fields: the declared vars of a State class, as descriptors.

On the class a field is an expression, on an instance the value. The plain form
(``value: int = 0``) and the typed form (``value: ts.Field[int] = ts.field(0)``) make the same
thing. Knows where values are kept (the tree), not how changes travel.

Typing
------
Code that uses States type-checks without a plugin under mypy and pyright, at their strictest. Both
forms mix in one class; they differ in what checkers take ``Counter.value`` for.

**The plain form**: for an ``int``, as they take ``self.value``. Operators, f-strings, indexes,
``ts.foreach`` over rows and their attributes, ``ts.cond`` and handlers are checked by the types of
the values, which is nearly what runs. What a value does not have is a function:
``ts.length(Cart.items)``, ``ts.contains(Cart.names, "a")``, ``ts.not_(Cart.open)`` (for which
``~Cart.open`` will do, but that is an int to checkers, and deprecated). ``Counter.set_value`` is
there when the program runs; to checkers every name that a State class lacks is such a setter, which
fits nowhere but at a trigger that carries a value, so that a mistyped name is an error elsewhere.

**The typed form**: for a ``Var[int]`` with the operators and methods of an int, so that
``Counter.value.upper()`` is an error, and ``Counter.value.set`` is a setter that is called with an
int or a ``Var[int]``. Values of attrs and dataclass types are `ObjectVar`: see `var`. ``a: int =
ts.field(0)`` and ``b: ts.Field[int] = 0`` are errors to checkers; a var without a default is one
when the class is made.

**Handlers** that take arguments carry ``@ts.event``: undecorated ones can be bound, but not called
with arguments. ``Cart.add("pear")`` takes the values of the method, or values and Vars by position.
A trigger takes handlers of its value, or of none: ``on_change`` of `input` carries a str, of
`number_input` an int (a handler of a float will do), of `checkbox` a bool. A text input for a var
of another type is bound to its setter, ``on_change=Form.age.set``, which converts.

**Blocks**: checkers remember what was assigned. After ``self.phase = "waiting"`` in one block they
hold ``self.phase == "ready"`` in the next for impossible, and leave what follows unchecked.
``async with self as s:`` gives each block a name that nothing is remembered of.

**What no checker sees**: ``if var:`` passes mypy (its ``truthy-bool`` finds it) and ``var and ...``
and ``0 < var < 5`` pass both; each raises ExpressionError while the page is built. Assigning to
``self.vaule`` declares an attribute to a checker; here it raises SetUndefinedStateVarError. In the
plain form ``Counter.value = 3`` passes; here it raises DefinitionError, and a class's var that gets
into a state by ``f"{Counter.value}"`` UnsendableValueError.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from triostate.errors import NotConvertibleError, UnsendableValueError
from triostate.state.admission import validate
from triostate.state.annotations import Unresolved, enclosing_names, resolve
from triostate.state.expr import VarRef
from triostate.state.handlers import Handler, SetHandler
from triostate.state.kinds import SCALARS
from triostate.state.methods import HandlerDefinition
from triostate.state.patch import pointer
from triostate.state.storage import Place
from triostate.state.var import ObjectVar, Var
from triostate.state.views import wrap

if TYPE_CHECKING:
    from triostate.state.objects import AttrsObject, DataObject

__all__ = ["Field", "Setter", "StateVar", "field", "make_setter"]

T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)


class StateVar(Var[T_co]):
    """The expression of a declared var, with its setter."""

    __slots__ = ("_field",)

    def __init__(self, field: Field[Any]) -> None:
        super().__init__(VarRef(*field.path))
        self._field = field

    @property
    def set(self) -> SetHandler[T_co]:
        """The handler that sets the var, converting to its type; backend vars have none."""
        setter = self._field.setter
        if setter is None:
            raise AttributeError("a backend var has no setter: pages cannot reach it")
        return SetHandler(self._field.owner, setter)

    def _value_type(self) -> Any:
        return self._field.annotation

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Var[Any]:
            if name == "set":  # what the property above raises arrives here, and is raised again
                return type(self).set.fget(self)
            return super().__getattr__(name)


if TYPE_CHECKING:

    class ObjectStateVar(StateVar[T_co], ObjectVar[T_co]):
        """A `StateVar` of an object."""

    class _Holds(Protocol[T_co]):
        """A field as checkers match it by what it holds; a `Field` itself is matched exactly."""

        @property
        def default(self) -> T_co: ...


class Field(Generic[T]):
    """A declared var."""

    owner: type[Any]
    name: str = ""
    place: Place | None = None
    """Where in the browser the value is kept, for a var that is."""

    def __init__(self, default: T, annotation: Any = None) -> None:
        self.default = default
        self._annotation = annotation
        self._module = ""
        self.origin: Field[T] = self
        """The field that a mixin declared, for the copies that its classes have."""
        self.setter: HandlerDefinition | None = None

    def declared(self, annotation: Any, module: str) -> None:
        """Take note of the annotation, resolved as far as it can be where it stands."""
        self._annotation, self._module = annotation, module
        found = self.annotation
        if isinstance(found, Unresolved):
            self._annotation = resolve(annotation, module, enclosing_names(module))

    def bind(self, owner: type[Any], full_name: str, name: str) -> None:
        """Take the place in a class that the field was declared at."""
        self.owner, self.name = owner, name
        self.is_public = not name.startswith("_")
        self.path = (full_name, name)
        self.pointer = pointer(self.path)
        self.label = f"{owner.__name__}.{name}"

    def copy(self) -> Field[T]:
        """Return the same declaration, for another class (what a mixin's fields become)."""
        made = copy.copy(self)
        made.name, made.setter = "", None
        return made

    @property
    def annotation(self) -> Any:
        """The declared type; `Unresolved` as long as a name in it is not known."""
        hint = self._annotation
        if isinstance(hint, Unresolved):
            hint = hint.annotation
        hint = resolve(hint, self._module)
        if isinstance(hint, Unresolved) and not isinstance(self._annotation, str | Unresolved):
            hint = self._annotation
        return typing.get_args(hint)[0] if typing.get_origin(hint) is Field else hint

    @overload
    def __get__(
        self: _Holds[AttrsObject[U] | None], instance: None, owner: type
    ) -> ObjectStateVar[U]: ...
    @overload
    def __get__(
        self: _Holds[DataObject[U] | None], instance: None, owner: type
    ) -> ObjectStateVar[U]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> StateVar[T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return StateVar(self)
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

    A mutable default is copied for each session. What a public var may hold says `State`.

    Raises DefinitionError, when the class is made: no ``ts.Field[<type>]`` annotation, a type that
    cannot be sent, a default of another type.
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

    def __get__(self, instance: object | None, owner: type | None = None) -> Any:
        if instance is None:
            return SetHandler(self.owner, self)
        return super().__get__(instance, owner)

    @property
    def _hints(self) -> dict[str, Any]:
        return {"value": self._value_annotation()}

    def check(self, value: Any) -> None:
        """Raise NotConvertibleError for a value of the right type that cannot be shown again."""
        try:
            validate(value, sendable=True)
        except (UnsendableValueError, ValueError) as error:
            raise NotConvertibleError(f"{self.name}: {error}") from None
