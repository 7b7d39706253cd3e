"""Event handlers: how methods of a State become things that a page can bind.

A decorated or plain public method is stored as a `Handler`, a descriptor: on the class it gives an
`EventHandler`, which names the handler and can be bound, called with arguments to make an
`EventSpec`, returned or yielded; on an instance it gives the bound method. A background handler
gives a handle on the instance that refuses to be called, because running beside the others is
the runtime's business. Knows nothing of how handlers are run.
"""

from __future__ import annotations

import copy
import inspect
import typing
from collections.abc import Callable
from functools import cached_property
from types import MethodType
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Self, TypeVar, overload

import attrs

from triostate.state.expr import VarRef
from triostate.state.var import Var

__all__ = [
    "TASK_VARS",
    "BackgroundHandle",
    "BackgroundHandler",
    "BackgroundOptions",
    "CancelHandler",
    "EventHandler",
    "EventSpec",
    "Handler",
    "HandlerDefinition",
    "Param",
    "Policy",
    "Scope",
]

P = ParamSpec("P")
R = TypeVar("R")

Policy = Literal["parallel", "drop", "replace", "queue"]
Scope = Literal["session", "page"]

#: The vars that the runtime keeps for each background handler, with their values before any run.
TASK_VARS: dict[str, Any] = {
    "running": False,
    "count": 0,
    "status": "idle",
    "progress": None,
    "error": None,
}


@attrs.frozen
class BackgroundOptions:
    """What was asked of a background handler where it was declared."""

    policy: Policy = "parallel"
    key: Callable[..., object] | None = None
    max_running: int | None = None
    timeout_seconds: float | None = None
    scope: Scope = "session"


@attrs.frozen
class Param:
    """A parameter of a handler, ``self`` apart."""

    name: str
    annotation: Any
    """The resolved type, or ``Any`` where there is none."""
    has_default: bool


class HandlerDefinition:
    """A method of a State class that a page may bind: what both kinds have in common."""

    owner: Any = None
    """The State class that declares it: what it runs on, and under whose name it is known, also
    when it is reached through a substate."""
    options: BackgroundOptions | None = None
    """What was asked of a background handler; None for one that runs in turn."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        self.fn = fn
        self.name = fn.__name__
        self.__doc__ = fn.__doc__

    def bind(self, owner: Any, name: str) -> None:
        """Take the place in a class that it was declared at."""
        self.owner, self.name = owner, name

    def copy(self) -> Self:
        """Return the same declaration, for another class (what a mixin's handlers become)."""
        return copy.copy(self)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters after ``self``; variadic ones are left out."""
        return tuple(
            Param(
                parameter.name,
                self._hints.get(parameter.name, Any),
                parameter.default is not parameter.empty,
            )
            for parameter in self._parameters
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        )

    @cached_property
    def takes_any(self) -> bool:
        """Whether there is a ``*args``."""
        return any(parameter.kind == parameter.VAR_POSITIONAL for parameter in self._parameters)

    @property
    def _parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.fn).parameters.values())[1:]

    @property
    def _hints(self) -> dict[str, Any]:
        try:
            return typing.get_type_hints(self.fn)
        except NameError:  # a name imported for checking only: take what resolves without it
            annotations = getattr(self.fn, "__annotations__", {})
            return {k: v for k, v in annotations.items() if not isinstance(v, str)}


class Handler(HandlerDefinition, Generic[P, R]):
    """A handler that runs in turn with the others."""

    if typing.TYPE_CHECKING:

        def __init__(self, fn: Callable[Concatenate[Any, P], R]) -> None: ...

    @overload
    def __get__(self, instance: None, owner: type) -> EventHandler[P]: ...
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


class EventHandler(Generic[P]):
    """A handler as a page sees it: named, bindable, and callable with arguments to bind."""

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

    def __call__(self, *args: Any) -> EventSpec:
        """Return the event with these arguments, values or Vars, for binding or returning."""
        return EventSpec(self, args)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventHandler) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Any, ...]:
        return (type(self), self.state, self.definition)

    def __repr__(self) -> str:
        return f"<handler {self.full_name}>"


class BackgroundEventHandler(EventHandler[P]):
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
        return CancelHandler(self)


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


@attrs.frozen
class EventSpec:
    """A handler with arguments: what binding, returning or yielding ``Handler(args)`` means."""

    handler: EventHandler[...]
    args: tuple[Any, ...]


class BackgroundHandle:
    """A background handler on an instance: readable, but not to be called.

    `running`, `count`, `status`, `progress` and `error` are the values of this session.
    """

    def __init__(self, instance: Any, handler: BackgroundEventHandler[...]) -> None:
        self._instance = instance
        self.handler = handler

    def __getattr__(self, name: str) -> Any:
        if name == "__call__":
            raise AttributeError(name)
        if name in TASK_VARS:
            return self._instance._tree.task_var(self.handler, name)
        raise AttributeError(f"a background handler has no {name!r}")

    if not typing.TYPE_CHECKING:

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            name = f"{self.handler.state.__name__}.{self.handler.name}"
            raise RuntimeError(
                f"background handler {name} cannot be called directly: "
                f"return or yield it (`return {name}`) and it starts beside the others"
            )
