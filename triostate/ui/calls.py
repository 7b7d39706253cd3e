"""What a user bound to an event, as calls: a handler or an effect and the arguments' expressions.

A bound handler's open parameters are filled with what the event carries, and a function of event
values is asked, once, what it binds. Knows nothing of which events there are.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import attrs

from ..errors import PageError
from ..protocol.effects import Effect, OpenEffect
from ..state.actions import NO_ACTIONS, EventActions
from ..state.expr import EventValue, Expr, Literal, Op
from ..state.handlers import EventHandler, EventSpec
from ..state.lifting import lift
from ..state.methods import Param
from ..state.var import Var
from .event_values import EVENT_CLASSES
from .values import is_var, items_of, shown

__all__ = ["PendingCall", "calls_of"]


@attrs.frozen(eq=False)
class PendingCall:
    """A handler or effect and the expressions of its arguments."""

    handler: EventHandler[Any] | Effect
    args: tuple[Expr, ...] = ()
    actions: EventActions = NO_ACTIONS


def calls_of(
    events: object, values: Sequence[str], where: str, *, fill_specs: bool = True
) -> tuple[PendingCall, ...]:
    """Return the calls of a handler, spec, effect, function of event values, or list of these.

    Args:
        events: what the user wrote.
        values: the extractors of the event values that there are to fill parameters with.
        where: the beginning of an error's text.
        fill_specs: whether event values go to parameters that a spec leaves open; not where a
            function has been given them and has put them where it wanted.
    """
    if (several := items_of(events)) is not None:
        return tuple(
            call
            for event in several
            for call in calls_of(event, values, where, fill_specs=fill_specs)
        )
    if isinstance(events, EventHandler):
        return (_call(events.bare, (), values, where, events.actions),)
    if isinstance(events, EventSpec):
        left = values if fill_specs else ()
        return (_call(events.handler, events.args, left, where, events.actions),)
    if isinstance(events, Effect):
        return (_effect(events, where),)
    if callable(events) and not isinstance(events, type | Var):
        return calls_of(_ask(events, values, where), values, where, fill_specs=False)
    raise PageError(f"{where}={shown(events)} cannot be bound; {_remedy(events)}")


def _call(
    handler: EventHandler[Any],
    given: Sequence[object],
    values: Sequence[str],
    where: str,
    actions: EventActions,
) -> PendingCall:
    """Fill the parameters that ``given`` leaves open with event values, as far as both go."""
    params = handler.params
    if len(given) > len(params) and not handler.takes_any:
        raise PageError(
            f"{where}: {handler.full_name} takes {_count(len(params), 'argument')} "
            f"and is given {len(given)}"
        )
    plain = [index for index, name in enumerate(values) if name not in EVENT_CLASSES]
    filled = plain if handler.takes_any else _filled(params[len(given) :], values, plain)
    missing = [p.name for p in params[len(given) + len(filled) :] if not p.has_default]
    if missing:
        names = ", ".join(missing)
        raise PageError(
            f"{where}: {handler.full_name} needs {names}, but the event carries "
            f"{_carried(values, plain)}; bind it with its arguments, "
            f"{handler.state.__name__}.{handler.name}(...), or give {names} a default"
        )
    args = (_argument(arg, where) for arg in given)
    return PendingCall(handler, (*args, *map(EventValue, filled)), actions)


def _filled(params: Iterable[Param], values: Sequence[str], plain: Sequence[int]) -> list[int]:
    """Return the event value of each parameter, until there is none for one.

    What has a class of its own goes only to a parameter that is annotated with it: a default such
    as ``by=1`` is not overwritten by where the mouse was.
    """
    left = list(plain)
    filled: list[int] = []
    for param in params:
        by_class = [i for i, name in enumerate(values) if _is_of(param, EVENT_CLASSES.get(name))]
        if by_class:
            filled.append(by_class[0])
        elif left:
            filled.append(left.pop(0))
        else:
            break
    return filled


def _is_of(param: Param, kind: type | None) -> bool:
    annotation = param.annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return kind is not None and kind in typing.get_args(annotation)
    return kind is not None and annotation is kind


def _carried(values: Sequence[str], plain: Sequence[int]) -> str:
    text = _count(len(plain), "value")
    for name in values:
        if name in EVENT_CLASSES:
            text += f", and a ts.{EVENT_CLASSES[name].__name__} for a parameter annotated with it"
    return text


def _argument(value: object, where: str) -> Expr:
    if isinstance(value, EventHandler | EventSpec | Effect):
        raise PageError(f"{where}: an event cannot be an argument of another event")
    if type(value) in EVENT_CLASSES.values():
        # As `_event_value` made it: each of its fields is one of the event's value.
        for field in attrs.astuple(cast(Any, value)):
            if is_var(field) and isinstance(field.expr, Op):
                return field.expr.args[0]
    return lift(value)


def _event_value(index: int, name: str) -> object:
    """Return what a function of event values is called with: a var, or an object of vars."""
    value = EventValue(index)
    kind: Any = EVENT_CLASSES.get(name)
    if kind is None:
        return Var[Any](value)
    fields: list[str] = [field.name for field in attrs.fields(kind)]
    return kind(**{field: Var[Any](Op("index", (value, Literal(field)))) for field in fields})


def _effect(effect: Effect, where: str) -> PendingCall:
    if not isinstance(effect, OpenEffect):
        return PendingCall(effect)
    return PendingCall(effect, tuple(_argument(arg, where) for arg in effect.given))


def _ask(function: Callable[..., object], values: Sequence[str], where: str) -> object:
    """Call a function of event values with as many as it requires, and return what it binds."""
    required = 0
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind == parameter.VAR_POSITIONAL:
            required = len(values)
        elif parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_ONLY,
            parameter.POSITIONAL_OR_KEYWORD,
        ):
            required += 1
    if required > len(values):
        raise PageError(
            f"{where}: the function bound takes {_count(required, 'event value')}, "
            f"but the event carries {len(values)}"
        )
    result = function(*map(_event_value, range(required), values))
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


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
