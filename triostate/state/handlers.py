"""Event handlers: how methods of a State become things that a page can bind.

A decorated or plain public method is stored as a `Handler`, a descriptor: on the class it gives an
`EventHandler`, which names the handler and can be bound, called with arguments to make an
`EventSpec`, returned or yielded; on an instance it gives the bound method. Knows nothing of how
handlers are run, nor of those that run beside the others (`background`).

To checkers a handler is a `Bindable` of the function that its arguments go to, so that a trigger
can say in one type which handlers it may run: ``Bindable[Callable[[str], object]]`` is a handler
of a str, or of an object, and none of an int. It is a class and not a protocol because pyright
takes one handler for another where a protocol is asked for often.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Callable
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import attrs

from triostate.state.actions import NO_ACTIONS, Actionable, EventActions
from triostate.state.methods import HandlerDefinition, Param
from triostate.state.var import Var

__all__ = [
    "Bindable",
    "EventHandler",
    "EventSpec",
    "Handler",
    "SetHandler",
]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
F_co = TypeVar("F_co", bound=Callable[..., object], covariant=True)


class Handler(HandlerDefinition, Generic[P, R]):
    """A handler that runs in turn with the others."""

    if typing.TYPE_CHECKING:

        def __init__(self, fn: Callable[Concatenate[Any, P], R]) -> None: ...

    @overload
    def __get__(self, instance: None, owner: type) -> DeclaredHandler[P]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Callable[P, R]: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Any:
        if instance is None:
            return EventHandler(self.owner, self)
        return MethodType(self.fn, instance)


class Bindable(Actionable, Generic[F_co]):
    """What a trigger may run; ``F_co`` is the function that it is to checkers."""


class Declared(Generic[F_co]):
    """A handler that somebody has written, to checkers only.

    No setter is one: a setter of any value would fit every trigger that carries one, and to
    checkers every misspelt name is such a setter.
    """


if typing.TYPE_CHECKING:

    class OpenHandler(Bindable[F_co], Declared[F_co]):
        """A handler with its first arguments given."""


class EventHandler(Bindable[Callable[P, object]], Generic[P]):
    """A handler as a page sees it: named, bindable, and callable with arguments to bind.

    Called, it gives an `EventSpec`: with values, by position or name, as the method takes them; or
    with values and Vars by position, up to four. A last argument that is left open takes the value
    of the event: ``on_change=Cart.rename(row.id)``.
    """

    def __init__(self, state: Any, definition: HandlerDefinition) -> None:
        self.state = state
        self.definition = definition

    @property
    def name(self) -> str:
        """The handler's name in its class."""
        return self.definition.name

    @property
    def full_name(self) -> str:
        """The state's full name, a dot and the handler's name."""
        return f"{self.state.get_full_name()}.{self.name}"

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters after ``self``."""
        return self.definition.params

    @property
    def takes_any(self) -> bool:
        """Whether there is a ``*args``."""
        return self.definition.takes_any

    @property
    def is_background(self) -> bool:
        """Whether it runs beside the other handlers."""
        return self.definition.options is not None

    # fmt: off
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, *args: P.args, **kwargs: P.kwargs
    ) -> EventSpec: ...
    @overload
    def __call__(self: Bindable[Callable[[A], object]], a: A | Var[A], /) -> EventSpec: ...
    @overload
    def __call__(
        self: Bindable[Callable[[A, B], object]], a: A | Var[A], b: B | Var[B], /
    ) -> EventSpec: ...
    @overload
    def __call__(
        self: Bindable[Callable[[A, B, C], object]],
        a: A | Var[A], b: B | Var[B], c: C | Var[C], /,
    ) -> EventSpec: ...
    @overload
    def __call__(
        self: Bindable[Callable[[A, B, C, D], object]],
        a: A | Var[A], b: B | Var[B], c: C | Var[C], d: D | Var[D], /,
    ) -> EventSpec: ...
    @overload
    def __call__(
        self: Bindable[Callable[[A, B], object]], a: A | Var[A], /
    ) -> OpenHandler[Callable[[B], object]]: ...
    @overload
    def __call__(
        self: Bindable[Callable[[A, B, C], object]], a: A | Var[A], b: B | Var[B], /
    ) -> OpenHandler[Callable[[C], object]]: ...
    # fmt: on
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the event with these arguments, values or Vars, for binding or returning.

        Raises TypeError for a name that the method has no parameter of, or that leaves one before
        it open: events carry their arguments by position.
        """
        return EventSpec(self.bare, (*args, *self._in_order(kwargs, len(args))), self.actions)

    def _in_order(self, kwargs: dict[str, Any], given: int) -> list[Any]:
        names = [param.name for param in self.params[given:]][: len(kwargs)]
        if set(names) != kwargs.keys():
            wrong = ", ".join(sorted(kwargs.keys() - set(names)))
            raise TypeError(
                f"{self.full_name} cannot be given {wrong} by name: it has no such parameter, "
                "or one before it is open"
            )
        return [kwargs[name] for name in names]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventHandler) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def bare(self) -> Self:
        """The handler without what the browser is to do about its events."""
        if self.actions is NO_ACTIONS:
            return self
        made = copy.copy(self)
        made.actions = NO_ACTIONS
        return made

    @property
    def _identity(self) -> tuple[Any, ...]:
        return (type(self), self.state, self.definition, self.actions)

    def __repr__(self) -> str:
        return f"<handler {self.full_name}{self.actions}>"


if typing.TYPE_CHECKING:

    class DeclaredHandler(EventHandler[P], Declared[Callable[P, object]]):
        """The handler of a method."""

else:
    DeclaredHandler = EventHandler


class SetHandler(EventHandler[[Any]], Generic[T]):
    """The handler that sets a var of type ``T``, called with a value or a Var of that type.

    It can be bound to every trigger that carries a value, and converts it.
    """

    if typing.TYPE_CHECKING:

        def __call__(self, value: T | Var[T], /) -> EventSpec: ...  # pyright: ignore[reportIncompatibleMethodOverride]


@attrs.frozen
class EventSpec(Actionable):
    """A handler with arguments: what binding, returning or yielding ``Handler(args)`` means."""

    handler: EventHandler[...]
    args: tuple[Any, ...]
    actions: EventActions = NO_ACTIONS
