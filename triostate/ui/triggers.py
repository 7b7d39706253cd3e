"""Triggers: which DOM events a component offers, what values they carry, and what they run.

``on_click=Counter.reset`` becomes a `Trigger` of `Call`s whose arguments are expressions. That is
decided where the component is made, so an error points at the user's line. Which of the arguments
stay on the server is the compiler's business; how handlers run is not known here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import PageError
from ..protocol.effects import Effect, OpenEffect
from ..state.converters import NoConverterError
from ..state.expr import EventValue, Expr, Literal
from ..state.form_fields import FormClass, form_class
from ..state.handlers import EventHandler, EventSpec
from ..state.var import Var, lift
from .values import items_of

__all__ = [
    "COMMON_TRIGGERS",
    "PendingCall",
    "Trigger",
    "TriggerKind",
    "calls_of",
    "form_of",
    "make_trigger",
]


@attrs.frozen
class TriggerKind:
    """A DOM event and the values that it hands to a handler."""

    event: str
    values: tuple[str, ...] = ()
    """Extractors of the browser runtime: ``value number checked key open form fields detail``."""
    flags: tuple[str, ...] = ()
    """What the runtime does besides: ``prevent`` the browser's own action."""


@attrs.frozen(eq=False)
class PendingCall:
    """A handler or effect and the expressions of its arguments."""

    handler: EventHandler[Any] | Effect
    args: tuple[Expr, ...] = ()


@attrs.frozen(eq=False)
class Trigger:
    """What one event of one component runs, in order."""

    name: str
    """As the user wrote it: ``on_click``."""
    kind: TriggerKind
    calls: tuple[PendingCall, ...]


#: Triggers of every component. A table of its own per component refines them.
COMMON_TRIGGERS: Final[Mapping[str, TriggerKind]] = {
    "on_click": TriggerKind("click"),
    "on_double_click": TriggerKind("dblclick"),
    "on_context_menu": TriggerKind("contextmenu"),
    "on_mouse_down": TriggerKind("mousedown"),
    "on_mouse_up": TriggerKind("mouseup"),
    "on_mouse_enter": TriggerKind("mouseenter"),
    "on_mouse_leave": TriggerKind("mouseleave"),
    "on_focus": TriggerKind("focus"),
    "on_blur": TriggerKind("blur"),
    "on_key_down": TriggerKind("keydown", ("key",)),
    "on_key_up": TriggerKind("keyup", ("key",)),
}


def make_trigger(component: str, name: str, kind: TriggerKind, events: object) -> Trigger:
    """Return the trigger for what the user bound; PageError names what cannot be bound."""
    where = f"{component}: {name}"
    calls = calls_of(events, len(kind.values), where)
    if kind.values == ("form",):
        calls = tuple(_with_fields(call, where) for call in calls)
        if any(_FIELDS in call.args for call in calls):
            kind = attrs.evolve(kind, values=("form", "fields"))
    return Trigger(name, kind, calls)


def form_of(call: PendingCall, position: int) -> FormClass | None:
    """Return the class that a form's entries become for an argument, if it takes them as such."""
    if call.args[position] != _FIELDS or not isinstance(call.handler, EventHandler):
        return None
    params = call.handler.params
    return form_class(params[position].annotation) if position < len(params) else None


#: The entries of a form one by one, beside the dict of them, which is its first value.
_FIELDS: Final = EventValue(1)


def _with_fields(call: PendingCall, where: str) -> PendingCall:
    """Give the entries to parameters of an attrs class or dataclass, and the dict to others."""
    if not isinstance(call.handler, EventHandler):
        return call
    args = list(call.args)
    for position, (arg, param) in enumerate(zip(args, call.handler.params, strict=False)):
        if arg != EventValue(0):
            continue
        try:
            is_filled = form_class(param.annotation) is not None
        except NoConverterError as error:
            raise PageError(f"{where}: {call.handler.full_name}({param.name}): {error}") from None
        if is_filled:
            args[position] = _FIELDS
    return attrs.evolve(call, args=tuple(args))


def calls_of(
    events: object, value_count: int, where: str, *, fill_specs: bool = True
) -> tuple[PendingCall, ...]:
    """Return the calls of a handler, spec, effect, function of event values, or list of these.

    Args:
        events: what the user wrote.
        value_count: how many event values there are to fill parameters with.
        where: the beginning of an error's text.
        fill_specs: whether event values go to parameters that a spec leaves open; not where a
            function has been given them and has put them where it wanted.
    """
    if (several := items_of(events)) is not None:
        return tuple(
            call
            for event in several
            for call in calls_of(event, value_count, where, fill_specs=fill_specs)
        )
    if isinstance(events, EventHandler):
        return (_call(events, (), value_count, where),)
    if isinstance(events, EventSpec):
        return (_call(events.handler, events.args, value_count if fill_specs else 0, where),)
    if isinstance(events, Effect):
        return (_effect(events, where),)
    if callable(events) and not isinstance(events, type | Var):
        return calls_of(_ask(events, value_count, where), value_count, where, fill_specs=False)
    raise PageError(f"{where}={_short(events)} cannot be bound; {_remedy(events)}")


def _call(
    handler: EventHandler[Any], given: Sequence[object], value_count: int, where: str
) -> PendingCall:
    """Fill the parameters that ``given`` leaves open with event values, as far as both go."""
    params = handler.params
    if len(given) > len(params) and not handler.takes_any:
        raise PageError(
            f"{where}: {handler.full_name} takes {_count(len(params), 'argument')} "
            f"and is given {len(given)}"
        )
    wanted = value_count if handler.takes_any else max(0, len(params) - len(given))
    filled = [EventValue(index) for index in range(min(wanted, value_count))]
    missing = [p.name for p in params[len(given) + len(filled) :] if not p.has_default]
    if missing:
        names = ", ".join(missing)
        raise PageError(
            f"{where}: {handler.full_name} needs {names}, but the event carries "
            f"{_count(value_count, 'value')}; bind it with its arguments, "
            f"{handler.state.__name__}.{handler.name}(...), or give {names} a default"
        )
    return PendingCall(handler, (*(_argument(arg, where) for arg in given), *filled))


def _argument(value: object, where: str) -> Expr:
    if isinstance(value, EventHandler | EventSpec | Effect):
        raise PageError(f"{where}: an event cannot be an argument of another event")
    return lift(value)


def _effect(effect: Effect, where: str) -> PendingCall:
    if not isinstance(effect, OpenEffect):
        return PendingCall(effect)
    return PendingCall(effect, tuple(_argument(arg, where) for arg in effect.given))


def _ask(function: Callable[..., object], value_count: int, where: str) -> object:
    """Call a function of event values with as many as it requires, and return what it binds."""
    required = 0
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind == parameter.VAR_POSITIONAL:
            required = value_count
        elif parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_ONLY,
            parameter.POSITIONAL_OR_KEYWORD,
        ):
            required += 1
    if required > value_count:
        raise PageError(
            f"{where}: the function bound takes {_count(required, 'event value')}, "
            f"but the event carries {value_count}"
        )
    values: list[Var[Any]] = [Var(EventValue(index)) for index in range(required)]
    result = function(*values)
    if inspect.iscoroutine(result):
        result.close()
        raise PageError(f"{where}: the function bound is async; only a State's handlers may be")
    if result is None:
        raise PageError(
            f"{where}: the function bound returned None; it runs once, while the page is built, "
            "and returns the handler to run"
        )
    return result


def _remedy(events: object) -> str:
    if isinstance(events, Var):
        return "a var is no handler: bind one handler and decide in it"
    if inspect.iscoroutine(events):
        events.close()
        return "bind the handler without calling it"
    return "bind a handler (State.handler), State.handler(args), an effect, or a list of these"


def _short(value: object) -> str:
    text = repr(value.value if isinstance(value, Literal) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
