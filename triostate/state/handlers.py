"""Event handlers: how methods of a State become things that a page can bind.

A decorated or plain public method is stored as a `Handler`, a descriptor: on the class it gives an
`EventHandler`, which names the handler and can be bound, called with arguments to make an
`EventSpec`, returned or yielded; on an instance it gives the bound method. A background handler
gives a handle on the instance that refuses to be called, because running beside the others is
the runtime's business. Knows nothing of how handlers are run.

To checkers a handler is a `Bindable` of the function that its arguments go to, so that a trigger
can say in one type which handlers it may run: ``Bindable[Callable[[str], object]]`` is a handler
of a str, or of an object, and none of an int. It is a class and not a protocol because pyright
takes one handler for another where a protocol is asked for often.
"""

from __future__ import annotations

import copy
import inspect
import typing
from collections.abc import Callable
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import attrs

from triostate.state.actions import NO_ACTIONS, Actionable, EventActions
from triostate.state.expr import VarRef
from triostate.state.methods import BackgroundOptions, HandlerDefinition, Param, Policy, Scope
from triostate.state.var import Var

__all__ = [
    "TASK_VARS",
    "BackgroundHandle",
    "BackgroundHandler",
    "BackgroundOptions",
    "Bindable",
    "CancelHandler",
    "EventHandler",
    "EventSpec",
    "Handler",
    "HandlerDefinition",
    "Param",
    "Policy",
    "Scope",
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

#: The vars that the runtime keeps for each background handler, with their values before any run.
TASK_VARS: dict[str, Any] = {
    "running": False,
    "count": 0,
    "status": "idle",
    "progress": None,
    "error": None,
}


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


class BackgroundHandler(HandlerDefinition, Generic[P]):
    """A handler that runs beside the others."""

    def __init__(self, fn: Callable[..., Any], options: BackgroundOptions) -> None:
        _check_background(fn)
        super().__init__(fn)
        self.options = options

    @overload
    def __get__(self, instance: None, owner: type) -> BackgroundEventHandler[P]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> BackgroundHandle: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Any:
        if instance is None:
            return BackgroundEventHandler(self.owner, self)
        return BackgroundHandle(instance, BackgroundEventHandler(self.owner, self))


def _check_background(fn: Callable[..., Any]) -> None:
    if fn.__name__.startswith("_"):
        raise ValueError(
            f"background handler {fn.__qualname__!r} may not start with an underscore: "
            "pages cannot name it"
        )
    if not (inspect.iscoroutinefunction(fn) or inspect.isasyncgenfunction(fn)):
        raise TypeError(
            f"background handler {fn.__qualname__!r} must be async: write `async def`, "
            "and use ts.run_in_thread for blocking code"
        )


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


class BackgroundEventHandler(DeclaredHandler[P]):
    """A background handler as a page sees it, with the vars that the runtime keeps for it."""

    def _task_var(self, name: str) -> Var[Any]:
        return Var(VarRef(self.state.get_full_name(), f"{self.name}.{name}"))

    @property
    def running(self) -> Var[bool]:
        """True while at least one run is under way."""
        return self._task_var("running")

    @property
    def count(self) -> Var[int]:
        """How many runs are under way."""
        return self._task_var("count")

    @property
    def status(self) -> Var[str]:
        """``running`` while one is, else how the last to end did: ``idle succeeded failed ...``."""
        return self._task_var("status")

    @property
    def progress(self) -> Var[float | None]:
        """0.0 to 1.0 of the newest run, or None."""
        return self._task_var("progress")

    @property
    def error(self) -> Var[str | None]:
        """The text of the last failure, until the next start."""
        return self._task_var("error")

    @property
    def cancel(self) -> CancelHandler:
        """A handler that cancels this session's runs; it waits for no lock and no queue."""
        return CancelHandler(self.bare)


class CancelHandler(EventHandler[[]]):
    """The handler that ends the runs of a background handler."""

    def __init__(self, target: BackgroundEventHandler[...]) -> None:
        super().__init__(target.state, target.definition)
        self.target = target

    @property
    def name(self) -> str:
        """The background handler's name with ``.cancel``."""
        return f"{self.definition.name}.cancel"

    @property
    def params(self) -> tuple[Param, ...]:
        """None: it takes no arguments."""
        return ()

    @property
    def takes_any(self) -> bool:
        """False: it takes no arguments."""
        return False


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


class BackgroundHandle:
    """A background handler on an instance: readable, but not to be called.

    To checkers it has nothing to call. (Calling something that never returns would be less of an
    error to them: they would leave the code after it unchecked.)
    """

    def __init__(self, instance: Any, handler: BackgroundEventHandler[...]) -> None:
        self._instance = instance
        self.handler = handler

    @property
    def running(self) -> bool:
        """True while at least one run is under way in this session."""
        return bool(self._task_var("running"))

    @property
    def count(self) -> int:
        """How many runs are under way in this session."""
        return int(self._task_var("count"))

    @property
    def status(self) -> str:
        """``running`` while one is, else how the last to end did: ``idle succeeded failed ...``."""
        return str(self._task_var("status"))

    @property
    def progress(self) -> float | None:
        """0.0 to 1.0 of the newest run, or None."""
        value: float | None = self._task_var("progress")
        return value

    @property
    def error(self) -> str | None:
        """The text of the last failure, until the next start."""
        text: str | None = self._task_var("error")
        return text

    def _task_var(self, name: str) -> Any:
        return self._instance._tree.task_var(self.handler, name)

    if not typing.TYPE_CHECKING:

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            name = f"{self.handler.state.__name__}.{self.handler.name}"
            raise RuntimeError(
                f"background handler {name} cannot be called directly: "
                f"return or yield it (`return {name}`) and it starts beside the others"
            )
