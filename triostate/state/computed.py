"""Computed vars: methods whose value is cached and sent like a var's; see `computed_cache`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from triostate.errors import DefinitionError
from triostate.state.expr import VarRef
from triostate.state.patch import pointer
from triostate.state.var import Var

__all__ = ["ComputedVar", "check_computed", "var"]

T = TypeVar("T")


class ComputedVar(Generic[T]):
    """A method that is read like a var."""

    owner: type[Any]
    path: tuple[str, str]
    pointer: str
    label: str

    def __init__(self, fn: Callable[[Any], T], *, backend: bool = False) -> None:
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

    def copy(self) -> ComputedVar[T]:
        """Return the same declaration, for another class."""
        return ComputedVar(self.fn, backend=not self.is_public)

    @overload
    def __get__(self, instance: None, owner: type) -> Var[T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the expression on the class, the value on an instance."""
        if instance is None:
            return Var(VarRef(*self.path))
        return instance._tree.computed.read(self, instance)

    def __set__(self, instance: Any, value: object) -> None:
        """Refuse: it is computed."""
        instance._tree.check_write(self.label)
        raise AttributeError(f"{self.label} is computed: it cannot be assigned")


@overload
def var(fn: Callable[[Any], T], /) -> ComputedVar[T]: ...
@overload
def var(*, backend: bool = False) -> Callable[[Callable[[Any], T]], ComputedVar[T]]: ...
def var(fn: Any = None, /, *, backend: bool = False) -> Any:
    """Declare a computed var: a method without arguments that only reads.

    With ``backend=True`` its value stays on the server. It is run again only when something that
    it read has changed, once a commit at most. One that raises at a commit keeps its value, is
    reported once, and the commit stands.
    """
    if fn is not None:
        return ComputedVar(fn)
    return lambda fn: ComputedVar(fn, backend=backend)


def check_computed(fn: Callable[..., Any], label: str) -> None:
    """Raise DefinitionError unless the method takes ``self`` only."""
    code = getattr(fn, "__code__", None)
    if code is not None and (code.co_argcount != 1 or code.co_kwonlyargcount):
        raise DefinitionError(f"computed var {label} must take self and nothing else")
