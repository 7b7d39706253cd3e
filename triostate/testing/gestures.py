"""What a user's gesture sends: the events of an element and of those around it, computed.

The values come from the page, as in a browser: what stands in the control, the items of the row.
Knows nothing of how events travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from triostate.state.expr import Expr, evaluate
from triostate.testing.connection import Event
from triostate.testing.element import CONTROLS, Element, Values
from triostate.testing.errors import ExpectationError, NotShownError
from triostate.testing.finding import owner_of
from triostate.testing.plan import Trigger, event_value
from triostate.testing.values import to_wire
from triostate.ui.event_values import EVENT_CLASSES, KeyInfo
from triostate.ui.keys import key_filter

__all__ = [
    "Sent",
    "can_be_changed",
    "can_be_pressed",
    "can_have",
    "carried_by",
    "entry_for",
    "is_box",
    "is_key",
    "key_pressed",
    "link_at",
    "plain_values",
    "refuse_disabled",
    "sent_by",
]

#: DOM events that the elements around the target do not see.
_NOT_BUBBLING = frozenset({"focus", "blur", "mouseenter", "mouseleave", "scroll", "scrollend"})


_ALWAYS_SHORTCUT = re.compile(r"Escape|F\d+")
_SHOWS_BUSY = re.compile(r"click|submit|change")


def can_be_pressed(element: Element) -> bool:
    """Whether pressing it may do something."""
    return (
        owner_of(element, "click") is not None
        or element.tag == "button"
        or is_box(element)
        or link_at(element) is not None
    )


def can_be_changed(element: Element) -> bool:
    """Whether it is a control."""
    return element.tag in CONTROLS


def can_have(element: Element, event: str) -> bool:
    """Whether an event of this element is heard, by itself or by one around it."""
    if not _bubbles(event):
        return bool(element.triggers(event))
    return owner_of(element, event) is not None


def _bubbles(event: str) -> bool:
    return event not in _NOT_BUBBLING and not event.startswith(("ts-", "window:"))


def is_box(element: Element) -> bool:
    """Whether it is ticked rather than filled in."""
    return element.attributes.get("type") in ("checkbox", "radio")


def link_at(element: Element) -> str | None:
    """Return where pressing the element leads in the same tab, if anywhere."""
    link = next((e for e in element.upwards() if "href" in e.attributes), None)
    return None if link is None or "target" in link.attributes else link.attributes["href"]


def refuse_disabled(element: Element) -> None:
    """Raise NotShownError for what a browser lets nobody use."""
    if element.is_disabled:
        raise NotShownError(f"{element!r} is disabled: a browser lets nobody use it")


def entry_for(element: Element, value: object) -> str | bool:
    """Return what putting a value into a control leaves in it: text, or a tick."""
    if is_box(element):
        return bool(value)
    return "" if value is None else str(value)


def carried_by(element: Element, entry: str | bool | None = None) -> dict[str, Any]:
    """Return what events of an element carry, by extractor, with an entry just made in it."""
    value = entry if isinstance(entry, str) else element.value
    checked = entry if isinstance(entry, bool) else element.is_checked
    objects = {name: attrs.asdict(kind()) for name, kind in EVENT_CLASSES.items()}
    return {
        "value": value,
        "checked": checked,
        "number": _number(value),
        "key": "",
        "pasted": "",
        **objects,
    }


@attrs.frozen
class Sent:
    """What one trigger sends, and whether the browser sends it at once."""

    events: tuple[Event, ...]
    place: tuple[Any, ...] = ()
    """Which trigger it is, from one rendering to the next."""
    control: tuple[Any, ...] = ()
    """The place of the element that was used."""
    is_busy: bool = False
    """Whether the element with the trigger shows that it runs."""
    prevents: bool = False
    debounce_seconds: float = 0
    throttle_seconds: float = 0

    @property
    def is_held(self) -> bool:
        """Whether it may be sent later."""
        return bool(self.debounce_seconds or self.throttle_seconds)


def sent_by(
    element: Element, event: str, carried: dict[str, Any], form: Any = None
) -> Iterator[Sent]:
    """Yield what each trigger sends that an event reaches, from the inside out.

    Raises ExpectationError where a browser could not compute a value and would send nothing.
    """
    for reached in element.upwards() if _bubbles(event) else [element]:
        heard = [t for t in reached.triggers(event) if _is_for(t, event, carried)]
        for trigger in heard:
            yield Sent(
                tuple(_events(trigger, reached.values, carried, form)),
                (*reached.place, event, reached.triggers(event).index(trigger)),
                element.place,
                not trigger.is_quiet and _SHOWS_BUSY.search(event) is not None,
                trigger.prevents,
                trigger.debounce_seconds,
                trigger.throttle_seconds,
            )
        if any(trigger.stops for trigger in heard):
            return


def _is_for(trigger: Trigger, event: str, carried: dict[str, Any]) -> bool:
    if trigger.key is None:
        return True
    is_shortcut = trigger.key[1] & ~_SHIFT or _ALWAYS_SHORTCUT.fullmatch(trigger.key[0])
    if event.startswith("window:") and carried.get("is_writing") and not is_shortcut:
        return False
    return is_key(trigger.key, carried)


def key_pressed(text: str) -> dict[str, Any]:
    """Return what pressing a key carries; it is named as a filter names it, ``"Ctrl+s"``."""
    name, held = key_filter(text, "press_key")
    if name == text.lower() or text in ("+", " "):
        name = text  # "A", with no word of Shift, is what was typed
    return {"key": name, "info": _info(held | (_CTRL if held & _MOD else 0))}


def is_key(wanted: tuple[str, int], carried: dict[str, Any]) -> bool:
    """Whether a press is of the key that a filter wants: on a keyboard that has no Command."""
    name, held = wanted
    pressed = carried["key"]
    if name != (pressed.lower() if len(pressed) == 1 else pressed):
        return False
    info, expected = dict(carried["info"]), _info(held | (_CTRL if held & _MOD else 0))
    if len(name) == 1 and name != " " and name.lower() == name.upper() and not held & _SHIFT:
        info["shift"] = False
    return {**info, "repeat": False} == expected


_ALT, _CTRL, _META, _SHIFT, _MOD = 1, 2, 4, 8, 16


def _info(held: int) -> dict[str, Any]:
    return attrs.asdict(
        KeyInfo(
            alt=bool(held & _ALT),
            ctrl=bool(held & _CTRL),
            meta=bool(held & _META),
            shift=bool(held & _SHIFT),
        )
    )


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return given event values as the browser has them: a `MouseEvent` as a dict."""
    classes = tuple(EVENT_CLASSES.values())
    return {
        name: attrs.asdict(value) if isinstance(value, classes) else value
        for name, value in values.items()
    }


def _events(trigger: Trigger, values: Values, carried: dict[str, Any], form: Any) -> list[Event]:
    for name in trigger.extractors:
        if name not in carried:
            raise ExpectationError(f"the event carries {name!r}: give it, {name}=...")
    locals_ = {event_value(i): carried[name] for i, name in enumerate(trigger.extractors)}
    scope = values.within(locals_)
    return [
        Event(c.binding, tuple(_wire(arg, scope) for arg in c.args), form) for c in trigger.calls
    ]


def _wire(expr: Expr, scope: Values) -> Any:
    try:
        return to_wire(evaluate(expr, scope))
    except Exception as error:
        raise ExpectationError(
            f"the page cannot compute what it is to send, so it sends nothing: {error!r}"
        ) from error


def _number(text: str) -> int | float | None:
    """Return the number that a user typed, as the browser reads it."""
    try:
        return int(text) if re.fullmatch(r"\s*[+-]?\d+\s*", text) else float(text)
    except ValueError:
        return None
