"""Computed vars: methods whose value is cached and sent like a var's; see `computed_cache`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Never, Protocol, TypeVar, overload

from triostate.errors import DefinitionError
from triostate.state.annotations import function_hints
from triostate.state.expr import VarRef
from triostate.state.fitting import unsendable
from triostate.state.methods import check_method, written_attribute
from triostate.state.patch import pointer
from triostate.state.var import ObjectVar, Var

if TYPE_CHECKING:
    from triostate.state.objects import AttrsObject, DataObject

__all__ = ["ComputedVar", "check_computed", "var"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


if TYPE_CHECKING:

    class _Computes(Protocol[T_co]):
        """A computed var as checkers match it by what it gives."""

        @property
        def fn(self) -> Callable[[Any], T_co]: ...


class ComputedVar(Generic[T_co]):
    """A method that is read like a var."""

    owner: type[Any]
    path: tuple[str, str]
    pointer: str
    label: str

    def __init__(self, fn: Callable[[Any], T_co], *, backend: bool = False) -> None:
        self.fn = fn
        self.name = fn.__name__
        self.is_public = not (backend or self.name.startswith("_"))
        self.__doc__ = fn.__doc__

    def bind(self, owner: type[Any], full_name: str, name: str) -> None:
        """Take the place in a class that it was declared at."""
        self.owner, self.name = owner, name
        self.path = (full_name, name)
        self.pointer = pointer(self.path)
        self.label = f"{owner.__name__}.{name}"

    def copy(self) -> ComputedVar[T_co]:
        """Return the same declaration, for another class."""
        return ComputedVar(self.fn, backend=not self.is_public)

    @overload
    def __get__(
        self: _Computes[AttrsObject[T] | None], instance: None, owner: type
    ) -> ObjectVar[T]: ...
    @overload
    def __get__(
        self: _Computes[DataObject[T] | None], instance: None, owner: type
    ) -> ObjectVar[T]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> Var[T_co]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T_co: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the expression on the class, the value on an instance."""
        if instance is None:
            return Var(VarRef(*self.path))
        return instance._tree.computed.read(self, instance)

    def __set__(self, instance: Any, value: Never) -> None:
        """Refuse: it is computed."""
        instance._tree.check_write(self.label)
        raise AttributeError(f"{self.label} is computed: it cannot be assigned")

    def __delete__(self, instance: Any) -> None:
        """Refuse: it is computed."""
        instance._tree.check_write(self.label)
        raise AttributeError(f"{self.label} is computed: it cannot be deleted")


@overload
def var(fn: Callable[[Any], T], /) -> ComputedVar[T]: ...
@overload
def var(*, backend: bool = False) -> Callable[[Callable[[Any], T]], ComputedVar[T]]: ...
def var(fn: Any = None, /, *, backend: bool = False) -> Any:
    """Declare a computed var: a method without arguments that only reads.

    With ``backend=True`` its value stays on the server. It is run again only when something that
    it read at its last run has changed, of whatever state, and once a commit at most. One that
    raises at a commit, or returns what cannot be sent, keeps its value, is reported once, and the
    commit stands. What changes outside the states, as the time does, is not noticed.

    Raises DefinitionError: it takes more than ``self``, is async or a generator, assigns to
    ``self``, or its annotation is of nothing that can be sent. Changing the state by other means
    raises ImmutableStateError when it runs.
    """
    if fn is not None:
        return _computed(fn, backend=False)
    return lambda fn: _computed(fn, backend=backend)


def _computed(fn: Any, *, backend: bool) -> ComputedVar[Any]:
    check_method(fn, "@ts.var")
    return ComputedVar(fn, backend=backend)


def check_computed(computed: ComputedVar[Any], label: str) -> None:
    """Raise DefinitionError unless the method takes ``self`` only and returns its value itself.

    That it only reads is checked when it runs; an assignment to ``self`` is refused here already.
    """
    code = computed.fn.__code__
    if code.co_argcount != 1 or code.co_kwonlyargcount:
        raise DefinitionError(f"computed var {label} must take self and nothing else")
    if code.co_flags & _NOT_AT_ONCE:
        raise DefinitionError(
            f"computed var {label} is async or a generator: it is run inside a commit, where "
            "nothing can wait; set a var in a handler instead"
        )
    if (written := written_attribute(computed.fn)) is not None:
        raise DefinitionError(
            f"computed var {label} changes self.{written}, but it only reads: return the value, "
            f"and set {written} in a handler"
        )
    hint = function_hints(computed.fn).get("return", Any)
    if computed.is_public and (problem := unsendable(hint)) is not None:
        raise DefinitionError(
            f"computed var {label} cannot be sent to a browser: {problem}; "
            "keep it on the server with @ts.var(backend=True)"
        )


_NOT_AT_ONCE = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
