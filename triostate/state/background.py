"""Background handlers: what a page and an instance see of methods that run beside the others.

On the class one gives a handler with the vars that the runtime keeps for it, and one that cancels
its runs; on an instance a handle that refuses to be called, because running beside the others is
the runtime's business. Knows nothing of how that is done.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, overload

from triostate.state.expr import VarRef
from triostate.state.handlers import DeclaredHandler, EventHandler
from triostate.state.methods import BackgroundOptions, HandlerDefinition, Param
from triostate.state.var import Var

__all__ = [
    "TASK_VARS",
    "BackgroundEventHandler",
    "BackgroundHandle",
    "BackgroundHandler",
    "CancelHandler",
]

P = ParamSpec("P")

#: The vars that the runtime keeps for each background handler, with their values before any run.
TASK_VARS: dict[str, Any] = {
    "running": False,
    "count": 0,
    "status": "idle",
    "progress": None,
    "error": None,
}


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
