"""`@ts.event` and `@ts.background`: declaring the methods of a State as handlers.

Options are checked where they are written, so that a mistake shows at import with its name.
"""

from __future__ import annotations

import typing
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar, overload

from triostate.state.background import BackgroundHandler
from triostate.state.handlers import Handler
from triostate.state.methods import (
    BackgroundOptions,
    HandlerDefinition,
    Policy,
    Scope,
    check_method,
)

__all__ = ["background", "event"]

P = ParamSpec("P")
R = TypeVar("R")

# One for each number of arguments: the parameters of a lambda for ``...`` are unknown to pyright.
Key: TypeAlias = (
    Callable[[], object]
    | Callable[[Any], object]
    | Callable[[Any, Any], object]
    | Callable[[Any, Any, Any], object]
    | Callable[[Any, Any, Any, Any], object]
)
AsyncHandler = Callable[Concatenate[Any, P], Coroutine[Any, Any, Any] | AsyncGenerator[Any, None]]


@overload
def event(fn: Callable[Concatenate[Any, P], R], /) -> Handler[P, R]: ...
@overload
def event(
    *,
    background: Literal[True],
    policy: Policy = "parallel",
    key: Key | None = None,
    max_running: int | None = None,
    timeout: float | None = None,
    scope: Scope = "session",
) -> Callable[[AsyncHandler[P]], BackgroundHandler[P]]: ...
@overload
def event(
    *, background: Literal[False] = False
) -> Callable[[Callable[Concatenate[Any, P], R]], Handler[P, R]]: ...
def event(
    fn: Any = None,
    /,
    *,
    background: bool = False,
    policy: Policy = "parallel",
    key: Key | None = None,
    max_running: int | None = None,
    timeout: float | None = None,
    scope: Scope = "session",
) -> Any:
    """Declare a method of a State as an event handler.

    Without ``background`` it runs in turn with the session's other handlers, holding the state
    for its whole run. With ``background=True`` it must be ``async`` (TypeError otherwise) and not
    start with an underscore (ValueError); it starts at once, beside the others, and changes state
    in ``async with self`` blocks only.

    Args:
        fn: the method, when used without parentheses.
        background: run beside the other handlers, as a child of the session.
        policy: what a trigger does while a run is under way: ``"parallel"`` starts another,
            ``"drop"`` does nothing, ``"replace"`` cancels and awaits the old one first,
            ``"queue"`` waits for its turn.
        key: a function of the handler's arguments; the policy then holds for each key alone.
        max_running: how many may run at once under ``"parallel"``; the rest wait in order.
        timeout: seconds from the start of a run after which it is cancelled.
        scope: ``"session"``, or ``"page"`` to cancel it when the tab leaves the page.

    Source: the seeds' `@rx.event(background=True)`.
    """
    if fn is not None:
        return fn if isinstance(fn, HandlerDefinition) else _foreground(fn)
    options = BackgroundOptions(policy, key, max_running, timeout, scope)
    if background:
        _check_options(options)
        return lambda fn: _background(fn, options, "@ts.event(background=True)")
    if options != BackgroundOptions():
        raise TypeError("policy, key, max_running, timeout, scope: only with background=True")
    return _foreground


def _foreground(fn: Any) -> Handler[..., Any]:
    check_method(fn, "@ts.event")
    return Handler(fn)


def _background(
    fn: AsyncHandler[P], options: BackgroundOptions, decorator: str
) -> BackgroundHandler[P]:
    check_method(fn, decorator)
    return BackgroundHandler(fn, options)


def _check_options(options: BackgroundOptions) -> None:
    for name, value, allowed in (
        ("policy", options.policy, typing.get_args(Policy)),
        ("scope", options.scope, typing.get_args(Scope)),
    ):
        if value not in allowed:
            raise ValueError(f"{name}={value!r}: one of {', '.join(allowed)}")
    bound = options.max_running
    if bound is not None and (bound < 1 or options.policy != "parallel"):
        raise ValueError("max_running= is a number from 1 up, and bounds policy='parallel'")
    if options.timeout_seconds is not None and not options.timeout_seconds > 0:
        raise ValueError(f"timeout={options.timeout_seconds!r}: a number of seconds above 0")


def background(fn: AsyncHandler[P], /) -> BackgroundHandler[P]:
    """Declare a background handler: `event` with ``background=True``, under its first name."""
    return _background(fn, BackgroundOptions(), "@ts.background")
