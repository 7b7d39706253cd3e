"""Vars: what a State class shows of its fields, and what operations on them build.

`Var` is a typed shell around an expression. Every operator returns a new Var, so a page function
reads like Python and leaves behind a tree. What has no meaning in a page (`if var`, `len(var)`,
iterating) raises `ExpressionError` with the call that does: see `refusals`.

Typing
------
There is one class, covariant in the type of the value, not one for each type: what a method is for
is the type of its ``self``, so ``upper`` is refused on a ``Var[int]`` and gives a ``Var[str]`` on a
``Var[str]``. A ``Var[Any]`` takes everything and gives a ``Var[Any]``. Only attributes need a
class of their own, `ObjectVar`, which is what checkers see where the value is of an attrs class or
a dataclass. Its attributes are not checked; a step that is, is ``var.at(lambda item: item.price)``.

A field of such a class may have the name of a method here (``items``, ``values``, ``get``, ...).
Where the method is called it is the method, anywhere else the field: ``ts.foreach(row.items,
...)``. Checkers see the field in the plain form of declaring a var and in ``at``; elsewhere write
``row["items"]``, which also reaches the few names that are no methods: ``expr``, ``type_``, and
``set`` of a State's own var.

How the vars of a State are declared, and which form is checked how far, is in `fields`.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from triostate.errors import ExpressionError
from triostate.state.expr import Expr, Op
from triostate.state.expr import Literal as Constant
from triostate.state.lifting import Expression, lift
from triostate.state.operators import add_operators
from triostate.state.refusals import NoValue

if TYPE_CHECKING:
    from triostate.state.objects import AttrsObject, DataObject, Object, Ordered

__all__ = ["ObjectVar", "Var", "operation"]

C = TypeVar("C", bound="type[Any]")
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")


class _OnlyAny:
    """The type of no value: a ``Var[_OnlyAny]`` is what only a ``Var[Any]`` can be taken for."""


class _Method:
    """A method of Var, which is the value's attribute of that name as long as nobody calls it."""

    def __init__(self, name: str, function: Any) -> None:
        self.name, self.function = name, function

    def __get__(self, instance: Var[Any] | None, owner: type[Any]) -> Any:
        call = self.function.__get__(instance, owner)
        return call if instance is None else MethodVar(instance, self.name, call)


def operation(name: str, *args: object, type_: Any = None) -> Var[Any]:
    """Return the Var of an operation on values and Vars."""
    return Var(Op(name, tuple(map(lift, args))), type_)


def _complete(cls: C) -> C:
    """Add what the body of the class shows to checkers only."""
    for name, entry in list(vars(cls).items()):
        if isinstance(entry, FunctionType | staticmethod) and not name.startswith("_"):
            setattr(cls, name, _Method(name, entry))
    add_operators(cls, operation)
    return cls


@_complete
class Var(NoValue, Expression, Generic[T_co]):
    """An expression on vars, of type ``T_co`` when it is evaluated.

    Built by reading a var off its State class (``Counter.value``) and by operating on Vars.
    """

    __slots__ = ()

    __hash__ = NoValue.__hash__

    def _value_type(self) -> Any:
        """Return what is known of the type of the value, or None."""
        return self.type_

    if TYPE_CHECKING:
        # Operators as checkers see them: an overload for each type, int, float, str, list. The
        # first of each is for Var[Any] alone: all others fit it too, and give different types.

        @overload
        def __add__(self: Var[_OnlyAny], other: object) -> Var[Any]: ...
        @overload
        def __add__(self: Var[int], other: int | Var[int]) -> Var[int]: ...
        @overload
        def __add__(self: Var[float], other: float | Var[float]) -> Var[float]: ...
        @overload
        def __add__(self: Var[str], other: str | Var[str]) -> Var[str]: ...
        @overload
        def __add__(self: Var[list[T]], other: list[T] | Var[list[T]]) -> Var[list[T]]: ...
        def __add__(self, other: object) -> Any: ...

        @overload
        def __sub__(self: Var[_OnlyAny], other: object) -> Var[Any]: ...
        @overload
        def __sub__(self: Var[int], other: int | Var[int]) -> Var[int]: ...
        @overload
        def __sub__(self: Var[float], other: float | Var[float]) -> Var[float]: ...
        def __sub__(self, other: object) -> Any: ...

        @overload
        def __mul__(self: Var[_OnlyAny], other: object) -> Var[Any]: ...
        @overload
        def __mul__(self: Var[int], other: int | Var[int]) -> Var[int]: ...
        @overload
        def __mul__(self: Var[float], other: float | Var[float]) -> Var[float]: ...
        @overload
        def __mul__(self: Var[int], other: str | Var[str]) -> Var[str]: ...
        @overload
        def __mul__(self: Var[int], other: list[T] | Var[list[T]]) -> Var[list[T]]: ...
        @overload
        def __mul__(self: Var[str], other: int | Var[int]) -> Var[str]: ...
        @overload
        def __mul__(self: Var[list[T]], other: int | Var[int]) -> Var[list[T]]: ...
        def __mul__(self, other: object) -> Any: ...

        @overload
        def __truediv__(self: Var[_OnlyAny], other: object) -> Var[Any]: ...
        @overload
        def __truediv__(self: Var[float], other: float | Var[float]) -> Var[float]: ...
        def __truediv__(self, other: object) -> Any: ...

        # An int to the power of an int below zero is a float.
        @overload
        def __pow__(self: Var[int], other: int | Var[int]) -> Var[Any]: ...
        @overload
        def __pow__(self: Var[float], other: float | Var[float]) -> Var[float]: ...
        def __pow__(self, other: object) -> Any: ...

        __floordiv__ = __mod__ = __sub__
        __radd__, __rsub__, __rmul__ = __add__, __sub__, __mul__
        __rtruediv__, __rfloordiv__, __rmod__, __rpow__ = __truediv__, __sub__, __sub__, __pow__

        @overload
        def __neg__(self: Var[_OnlyAny]) -> Var[Any]: ...
        @overload
        def __neg__(self: Var[int]) -> Var[int]: ...
        @overload
        def __neg__(self: Var[float]) -> Var[float]: ...
        def __neg__(self) -> Any: ...

        __pos__ = __abs__ = __neg__

        @overload
        def __round__(self: Var[float], ndigits: None = None) -> Var[int]: ...
        @overload
        def __round__(self: Var[int], ndigits: int) -> Var[int]: ...
        @overload
        def __round__(self: Var[float], ndigits: int) -> Var[float]: ...
        def __round__(self, ndigits: int | None = None) -> Any: ...

        @overload
        def __lt__(self: Var[_OnlyAny], other: object) -> Var[bool]: ...
        @overload
        def __lt__(self: Var[float], other: float | Var[float]) -> Var[bool]: ...
        @overload
        def __lt__(self: Var[Ordered[T]], other: T | Var[T]) -> Var[bool]: ...
        def __lt__(self, other: object) -> Any: ...

        __le__ = __gt__ = __ge__ = __lt__

        # As Python's `and` and `or`: one of the two values. What is None is not what `or` gives.
        @overload
        def __and__(self, other: Var[U]) -> Var[T_co | U]: ...
        @overload
        def __and__(self, other: U) -> Var[T_co | U]: ...
        def __and__(self, other: object) -> Any: ...
        @overload
        def __or__(self: Var[T | None], other: Var[U]) -> Var[T | U]: ...
        @overload
        def __or__(self: Var[T | None], other: U) -> Var[T | U]: ...
        def __or__(self, other: object) -> Any: ...
        def __rand__(self, other: U) -> Var[U | T_co]: ...
        def __ror__(self, other: U | None) -> Var[U | T_co]: ...

        @overload
        def __getitem__(self: Var[_OnlyAny], key: object) -> ObjectVar[Any]: ...
        @overload
        def __getitem__(self: Var[str], key: int | Var[int] | slice) -> Var[str]: ...
        @overload
        def __getitem__(self: Var[list[T]], key: slice) -> Var[list[T]]: ...
        @overload
        def __getitem__(self: Var[tuple[T, ...]], key: slice) -> Var[tuple[T, ...]]: ...
        @overload
        def __getitem__(  # type: ignore[overload-overlap]
            self: Var[tuple[T, U]], key: Literal[0]
        ) -> Var[T]: ...
        @overload
        def __getitem__(  # type: ignore[overload-overlap]
            self: Var[tuple[T, U]], key: Literal[1]
        ) -> Var[U]: ...
        @overload
        def __getitem__(
            self: Var[Sequence[AttrsObject[T]]], key: int | Var[int]
        ) -> ObjectVar[T]: ...
        @overload
        def __getitem__(
            self: Var[Sequence[DataObject[T]]], key: int | Var[int]
        ) -> ObjectVar[T]: ...
        @overload
        def __getitem__(self: Var[Sequence[T]], key: int | Var[int]) -> Var[T]: ...
        @overload
        def __getitem__(self: Var[Mapping[K, AttrsObject[T]]], key: K | Var[K]) -> ObjectVar[T]: ...
        @overload
        def __getitem__(self: Var[Mapping[K, DataObject[T]]], key: K | Var[K]) -> ObjectVar[T]: ...
        @overload
        def __getitem__(self: Var[Mapping[K, T]], key: K | Var[K]) -> Var[T]: ...
        @overload
        def __getitem__(self: Var[AttrsObject[Any]], key: str) -> ObjectVar[Any]: ...
        @overload
        def __getitem__(self: Var[DataObject[Any]], key: str) -> ObjectVar[Any]: ...
        def __getitem__(self, key: Any) -> Any: ...

    else:

        def __round__(self, ndigits: int | None = None) -> Var[Any]:
            return operation("round", self, *(() if ndigits is None else (ndigits,)))

        def __getitem__(self, key: object) -> Var[Any]:
            if isinstance(key, slice):
                return operation("slice", self, key.start, key.stop, key.step)
            return operation("index", self, key)

        def __getattr__(self, name: str) -> Var[Any]:
            if name.startswith("_"):
                raise AttributeError(name)
            return operation("attr", self, name)

    # Returning a Var from == is the point: hence the override of object's types.

    def __eq__(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object
    ) -> Var[bool]:
        return operation("eq", self, other)

    def __ne__(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object
    ) -> Var[bool]:
        return operation("ne", self, other)

    def __invert__(self) -> Var[bool]:
        return operation("not", self)

    # Access

    @overload
    def at(self, step: Callable[[T_co], Object]) -> ObjectVar[Object]: ...
    @overload
    def at(self, step: Callable[[T_co], T]) -> Var[T]: ...
    def at(self, step: Callable[[Any], object]) -> Any:
        """Return what ``step`` makes of the value: ``row.at(lambda row: row.price * 2)``.

        Checkers take the step's parameter for the value, so attributes and types are checked all
        the way. It is called once, now, with this Var; so it does what Vars can do and no more:
        attributes, indexes, operators, methods.
        """
        return Var(lift(step(self)))

    @overload
    def get(self: Var[Mapping[K, V]], key: K | Var[K]) -> Var[V | None]: ...
    @overload
    def get(self: Var[Mapping[K, V]], key: K | Var[K], default: Var[U]) -> Var[V | U]: ...
    @overload
    def get(self: Var[Mapping[K, V]], key: K | Var[K], default: U) -> Var[V | U]: ...
    def get(self, key: object, default: object = None) -> Var[Any]:
        """Return the value at a key of a dict, or the default."""
        return operation("get", self, key, default)

    # Containers and text

    def length(self: Var[Collection[Any]]) -> Var[int]:
        """Return the number of items, or of code points of a string."""
        return operation("len", self)

    def contains(self: Var[Container[Any]], item: object) -> Var[bool]:
        """Return whether ``item in`` the value."""
        return operation("contains", self, item)

    @overload
    def reverse(self: Var[str]) -> Var[str]: ...
    @overload
    def reverse(self: Var[list[T]]) -> Var[list[T]]: ...
    @overload
    def reverse(self: Var[tuple[T, ...]]) -> Var[tuple[T, ...]]: ...
    def reverse(self) -> Var[Any]:
        """Return the list or string backwards."""
        return operation("reverse", self)

    def join(self: Var[Iterable[str]], separator: str | Var[str] = "") -> Var[str]:
        """Return the strings of the list joined by the separator."""
        return operation("join", self, separator)

    def keys(self: Var[Mapping[K, Any]]) -> Var[list[K]]:
        """Return the keys of a dict as a list."""
        return operation("keys", self)

    def values(self: Var[Mapping[Any, V]]) -> Var[list[V]]:
        """Return the values of a dict as a list."""
        return operation("values", self)

    def items(self: Var[Mapping[K, V]]) -> Var[list[tuple[K, V]]]:
        """Return the pairs of key and value of a dict as a list."""
        return operation("items", self)

    def split(
        self: Var[str], separator: str | Var[str] | None = None, maxsplit: int | Var[int] = -1
    ) -> Var[list[str]]:
        """Return the parts of a string, as ``str.split`` does."""
        return operation("split", self, separator, maxsplit)

    def lower(self: Var[str]) -> Var[str]:
        """Return the string in lower case."""
        return operation("lower", self)

    def upper(self: Var[str]) -> Var[str]:
        """Return the string in upper case."""
        return operation("upper", self)

    def strip(self: Var[str], characters: str | Var[str] | None = None) -> Var[str]:
        """Return the string without white space, or without these characters, at its ends."""
        return operation("strip", self, characters)

    def replace(self: Var[str], old: str | Var[str], new: str | Var[str]) -> Var[str]:
        """Return the string with every ``old`` replaced by ``new``."""
        return operation("replace", self, old, new)

    def startswith(self: Var[str], prefix: str | Var[str]) -> Var[bool]:
        """Return whether the string starts with the prefix."""
        return operation("startswith", self, prefix)

    def endswith(self: Var[str], suffix: str | Var[str]) -> Var[bool]:
        """Return whether the string ends with the suffix."""
        return operation("endswith", self, suffix)

    def to_string(self) -> Var[str]:
        """Return ``str()`` of the value."""
        return operation("str", self)

    @overload
    def to(self, type_: type[Object]) -> ObjectVar[Object]: ...
    @overload
    def to(self, type_: type[T]) -> Var[T]: ...
    @overload
    def to(self, type_: UnionType) -> Var[Any]: ...
    def to(self, type_: Any) -> Var[Any]:
        """Return the value converted (int, float, str, bool), or seen as another type."""
        name = {int: "int", float: "float", str: "str", bool: "bool"}.get(type_)
        return Var(self.expr, type_) if name is None else operation(name, self, type_=type_)

    @staticmethod
    def range(*bounds: int | Var[int]) -> Var[list[int]]:
        """Return ``list(range(...))`` of one to three bounds, Vars allowed."""
        return operation("range", *bounds)


if TYPE_CHECKING:

    class ObjectVar(Var[T_co]):
        """A Var of an object: its attributes are Vars, of whatever type.

        For checkers only: when a program runs, it is Var itself.
        """

        def __getattr__(self, name: str) -> ObjectVar[Any]: ...

else:
    ObjectVar = Var


class MethodVar(Var[Any]):
    """What a name gives that is a method of Var and may be an attribute of the value."""

    __slots__ = ("_call", "_name", "_of")

    def __init__(self, of: Var[Any], name: str, call: Callable[..., Any]) -> None:
        super().__init__(Op("attr", (of._lifted(), Constant(name))))
        self._of, self._name, self._call = of, name, call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def _lifted(self) -> Expr:
        known = self._of._value_type()
        known = typing.get_origin(known) or known
        if known in _BUILT_IN:
            raise ExpressionError(
                f"{self._name} of a var of type {known.__name__} is a method: "
                f"call it, `.{self._name}(...)`"
            )
        return self.expr


_BUILT_IN = (str, int, float, bool, list, dict, tuple, set)
