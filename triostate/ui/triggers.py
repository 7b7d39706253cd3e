"""Triggers: which DOM events a component offers, what values they carry, and what they run.

``on_click=Counter.reset`` becomes a `Trigger` of `Call`s whose arguments are expressions. That is
decided where the component is made, so an error points at the user's line. Which of the arguments
stay on the server is the compiler's business; how handlers run is not known here.

What a trigger carries goes to the parameters that the handler leaves open, as far as it has any.
Common ones of all components:

======================================  ===========================================================
trigger                                 carries
======================================  ===========================================================
``on_click on_double_click``            a `MouseEvent`, for a parameter annotated with it
``on_context_menu``                     the same; with ``.prevent_default`` no menu is shown
``on_mouse_down on_mouse_up``,          the same
``_enter _leave _over _out``
``on_mouse_move``                       the same, at most ten times a second
``on_key_down on_key_up``               the key's name, and a `KeyInfo`; filtered by a dict of keys
``on_focus on_blur``                    nothing; of a control its value
``on_scroll``                           a `ScrollEvent`, at most ten times a second
``on_scroll_end``                       a `ScrollEvent`, when scrolling has stopped
``on_copy on_cut``                      nothing
``on_paste``                            the text that is pasted
``on_mount on_unmount``                 nothing: it has come on the page or gone from it. When the
                                        page itself goes nothing is told: use the session's end
``on_visible on_hidden``                nothing: some of it can be seen, by scrolling; or none
======================================  ===========================================================

Ten times a second is what a chatty trigger is throttled to where its binding says nothing else.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

import attrs

from ..errors import PageError
from ..protocol.effects import Effect, OpenEffect
from ..state.actions import NO_ACTIONS, EventActions
from ..state.converters import NoConverterError
from ..state.expr import EventValue, Expr, Literal, Op, walk
from ..state.form_fields import FormClass, form_class
from ..state.handlers import EventHandler, EventSpec
from ..state.methods import Param
from ..state.var import Var, lift
from .event_values import EVENT_CLASSES
from .keys import KeyFilter, key_filter
from .values import items_of, shown

__all__ = [
    "COMMON_TRIGGERS",
    "PendingCall",
    "Trigger",
    "TriggerKind",
    "calls_of",
    "form_of",
    "make_triggers",
]

#: Of events that come with every move of a pointer or wheel: often enough for the eye, and far
#: from the rate at which a server refuses more.
CHATTY_SECONDS: Final = 0.1


@attrs.frozen
class TriggerKind:
    """A DOM event and the values that it hands to a handler."""

    event: str
    values: tuple[str, ...] = ()
    """Extractors of the browser runtime: ``value number checked key open form fields detail``, and
    those of its chunk: ``info mouse scroll width height seen pasted``."""
    flags: tuple[str, ...] = ()
    """What the runtime does besides: ``prevent`` the browser's own action."""
    throttle_seconds: float | None = None
    """Of a chatty event whose binding says nothing else."""


@attrs.frozen(eq=False)
class PendingCall:
    """A handler or effect and the expressions of its arguments."""

    handler: EventHandler[Any] | Effect
    args: tuple[Expr, ...] = ()
    actions: EventActions = NO_ACTIONS


@attrs.frozen(eq=False)
class Trigger:
    """What one event of one component runs, in order, if it is held back alike."""

    name: str
    """As the user wrote it: ``on_click``."""
    kind: TriggerKind
    calls: tuple[PendingCall, ...]
    actions: EventActions = NO_ACTIONS
    """What the browser does about the event; of prevent and stop, what any of the calls says."""
    key: KeyFilter | None = None
    """The only key that it is for."""

    @property
    def is_form(self) -> bool:
        """Whether it carries a form's entries, and its answer what is wrong with them."""
        return self.kind.values[:1] == ("form",)

    @property
    def values(self) -> tuple[str, ...]:
        """The extractors whose values are sent, or may be shown again when they are refused."""
        used = {
            node.index
            for call in self.calls
            for arg in call.args
            for node in walk(arg)
            if isinstance(node, EventValue)
        }
        names = list(self.kind.values)
        while names and names[-1] in EVENT_CLASSES and len(names) - 1 not in used:
            names.pop()
        return tuple(names)


_MOUSE: Final = ("mouse",)

#: Triggers of every component. A table of its own per component refines them.
COMMON_TRIGGERS: Final[Mapping[str, TriggerKind]] = {
    "on_click": TriggerKind("click", _MOUSE),
    "on_double_click": TriggerKind("dblclick", _MOUSE),
    "on_context_menu": TriggerKind("contextmenu", _MOUSE),
    "on_mouse_down": TriggerKind("mousedown", _MOUSE),
    "on_mouse_up": TriggerKind("mouseup", _MOUSE),
    "on_mouse_enter": TriggerKind("mouseenter", _MOUSE),
    "on_mouse_leave": TriggerKind("mouseleave", _MOUSE),
    "on_mouse_over": TriggerKind("mouseover", _MOUSE),
    "on_mouse_out": TriggerKind("mouseout", _MOUSE),
    "on_mouse_move": TriggerKind("mousemove", _MOUSE, throttle_seconds=CHATTY_SECONDS),
    "on_focus": TriggerKind("focus"),
    "on_blur": TriggerKind("blur"),
    "on_key_down": TriggerKind("keydown", ("key", "info")),
    "on_key_up": TriggerKind("keyup", ("key", "info")),
    "on_scroll": TriggerKind("scroll", ("scroll",), throttle_seconds=CHATTY_SECONDS),
    "on_scroll_end": TriggerKind("scrollend", ("scroll",)),
    "on_copy": TriggerKind("copy"),
    "on_cut": TriggerKind("cut"),
    "on_paste": TriggerKind("paste", ("pasted",)),
    "on_mount": TriggerKind("ts-mount"),
    "on_unmount": TriggerKind("ts-unmount"),
    "on_visible": TriggerKind("ts-visible"),
    "on_hidden": TriggerKind("ts-hidden"),
}


def make_triggers(
    component: str, name: str, kind: TriggerKind, events: object
) -> tuple[Trigger, ...]:
    """Return the triggers for what the user bound; PageError names what cannot be bound.

    There is one for each way of being held back, and one for each key of a filter.
    """
    where = f"{component}: {name}"
    if not isinstance(events, Mapping):
        calls = calls_of(events, kind.values, where)
        if kind.values == ("form",):
            calls = tuple(_with_fields(call, where) for call in calls)
            if any(_FIELDS in call.args for call in calls):
                kind = attrs.evolve(kind, values=("form", "fields"))
        return _grouped(name, kind, calls)
    if kind.values[:1] != ("key",):
        raise PageError(f"{where}: a dict of keys goes to on_key_down and on_key_up")
    made: list[Trigger] = []
    for text, bound in cast("Mapping[object, object]", events).items():
        key = key_filter(text, where)
        # Which key it is needs no telling.
        alone = attrs.evolve(kind, values=())
        made += _grouped(name, alone, calls_of(bound, (), f"{where} {text!r}"), key)
    return tuple(made)


def _grouped(
    name: str, kind: TriggerKind, calls: Iterable[PendingCall], key: KeyFilter | None = None
) -> tuple[Trigger, ...]:
    groups: dict[tuple[float | None, float | None], list[PendingCall]] = {}
    for call in calls:
        held = (call.actions.debounce_seconds, call.actions.throttle_seconds)
        if held == (None, None):
            held = (None, kind.throttle_seconds)
        groups.setdefault(held, []).append(call)
    return tuple(
        Trigger(
            name,
            kind,
            tuple(group),
            EventActions(
                *held,
                prevent_default=any(call.actions.prevent_default for call in group),
                stop_propagation=any(call.actions.stop_propagation for call in group),
            ),
            key,
        )
        for held, group in groups.items()
    )


def form_of(trigger: Trigger, call: PendingCall, position: int) -> FormClass | None:
    """Return the class that a form's entries become for an argument, if it takes them as such."""
    if not trigger.is_form:
        return None  # another event's second value is what it is: a key's `KeyInfo`
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
        for expr in (field.expr for field in attrs.astuple(cast(Any, value)) if _is_var(field)):
            return cast(Expr, expr.args[0])
    return lift(value)


def _is_var(value: object) -> bool:
    return isinstance(value, Var)


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
