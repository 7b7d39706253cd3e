"""The table of what a page's triggers may run: rows of handlers and constant arguments.

A browser names a row and sends values for its slots; it never names a handler. Knows nothing of
how an event arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from ..errors import PageError
from ..protocol.effects import Effect
from ..state.codec import JSON
from ..state.convert import unconvertible
from ..state.expr import EventValue, Expr, Literal
from ..state.form_fields import FormClass
from ..state.handlers import EventHandler
from ..state.methods import Param
from .calls import PendingCall
from .event_fit import misfit
from .tree import as_expr
from .triggers import Trigger, form_of
from .values import to_var

__all__ = ["Arg", "Binding", "Call", "Const", "Slot", "bind", "constant_call"]


@attrs.frozen(eq=False)
class Const:
    """An argument that stays on the server."""

    value: Any


@attrs.frozen
class Slot:
    """An argument that the browser sends: the index in the event's list of values."""

    index: int
    form: FormClass | None = None
    """What it is an instance of that is made of a form's entries, which are what is sent."""
    controls: frozenset[str] | None = None
    """The names that the form's controls are known to have; None if that is not known."""


Arg: TypeAlias = Const | Slot


@attrs.frozen(eq=False)
class Call:
    """One handler or effect that an event runs."""

    handler: EventHandler[Any] | Effect
    args: tuple[Arg, ...] = ()


@attrs.frozen(eq=False)
class Binding:
    """What one trigger of one component runs, in order."""

    id: int
    calls: tuple[Call, ...]
    component: str
    trigger: str
    slot_count: int
    """How many values an event of this binding carries, exactly."""
    is_form: bool = False
    """Whether a form is sent by it, which shows what is wrong with its entries."""

    @property
    def description(self) -> str:
        """``button on_click``, for error texts."""
        return f"{self.component} {self.trigger}"


def bind(
    id: int,
    component: str,
    trigger: Trigger,
    encode: Callable[[Expr], JSON],
    controls: frozenset[str] | None = None,
) -> tuple[Binding, list[JSON]]:
    """Return the row of a trigger, and the expressions whose values the browser sends for it.

    ``controls`` are the names in a form, if all of them are known.
    """
    slots: list[JSON] = []

    def arg(call: PendingCall, position: int, expr: Expr) -> Arg:
        known = as_expr(to_var(expr))
        if isinstance(known, Literal):
            return Const(known.value)
        if not isinstance(call.handler, Effect) and position < len(call.handler.params):
            param = call.handler.params[position]
            _check_param(call.handler, param, f"{component}: {trigger.name}")
            if isinstance(known, EventValue):
                _check_value(call.handler, param, trigger, known.index, component)
        wire = encode(known)
        if wire not in slots:
            slots.append(wire)
        shape = form_of(trigger, call, position)
        return Slot(slots.index(wire), shape, controls if shape else None)

    calls = tuple(
        Call(call.handler, tuple(arg(call, at, expr) for at, expr in enumerate(call.args)))
        for call in trigger.calls
    )
    return Binding(id, calls, component, trigger.name, len(slots), trigger.is_form), slots


def _check_param(handler: EventHandler[Any], param: Param, where: str) -> None:
    """Raise PageError if the parameter that a browser's value goes to can take none."""
    problem = unconvertible(param.annotation)
    if problem is not None:
        raise PageError(
            f"{where}: {handler.full_name}({param.name}) would get a browser's value, but "
            f"{problem}; annotate {param.name} with what is sent, and make the rest in the handler"
        )


def _check_value(
    handler: EventHandler[Any], param: Param, trigger: Trigger, index: int, component: str
) -> None:
    """Raise PageError if nothing that the event carries becomes what the parameter is annotated."""
    problem = misfit(trigger.kind.values[index], param.annotation)
    if problem is not None:
        raise PageError(
            f"{component}: {trigger.name}={handler.full_name}: {problem}, as {param.name} is "
            "annotated; annotate it with what is sent, or bind the handler with its argument, "
            f"{handler.state.__name__}.{handler.name}(...)"
        )


def constant_call(call: PendingCall) -> Call | None:
    """Return a call all of whose arguments are constants, else None."""
    known = [as_expr(to_var(arg)) for arg in call.args]
    if not all(isinstance(expr, Literal) for expr in known):
        return None
    return Call(call.handler, tuple(Const(e.value) for e in known if isinstance(e, Literal)))
