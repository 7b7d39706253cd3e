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

from collections.abc import Iterable, Mapping
from typing import Final, cast

import attrs

from ..errors import PageError
from ..state.actions import NO_ACTIONS, EventActions
from ..state.converters import NoConverterError
from ..state.expr import EventValue, walk
from ..state.form_fields import FormClass, form_class
from ..state.handlers import EventHandler
from .calls import PendingCall, calls_of
from .event_values import EVENT_CLASSES
from .keys import KeyFilter, key_filter

__all__ = [
    "COMMON_TRIGGERS",
    "Trigger",
    "TriggerKind",
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
