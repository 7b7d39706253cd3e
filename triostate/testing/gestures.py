"""What a user's gesture sends: the events of an element and of those around it, computed.

The values come from the page, as in a browser: what stands in the control, the items of the row.
Knows nothing of how events travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triostate.state.expr import Expr, evaluate
from triostate.testing.connection import Event
from triostate.testing.element import CONTROLS, Element, Values
from triostate.testing.errors import ExpectationError, NotShownError
from triostate.testing.finding import owner_of
from triostate.testing.plan import Trigger, event_value
from triostate.testing.values import to_wire

__all__ = [
    "can_be_changed",
    "can_be_pressed",
    "can_have",
    "carried_by",
    "entry_for",
    "is_box",
    "link_at",
    "refuse_disabled",
    "sent_by",
]

#: DOM events that the elements around the target do not see.
_NOT_BUBBLING = frozenset({"focus", "blur", "mouseenter", "mouseleave"})


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
    if event in _NOT_BUBBLING:
        return element.trigger(event) is not None
    return owner_of(element, event) is not None


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
    return {"value": value, "checked": checked, "number": _number(value), "key": ""}


def sent_by(
    element: Element, event: str, carried: dict[str, Any], form: Any = None
) -> Iterator[list[Event]]:
    """Yield what each trigger sends that an event reaches, from the inside out.

    Raises ExpectationError where a browser could not compute a value and would send nothing.
    """
    for reached in [element] if event in _NOT_BUBBLING else element.upwards():
        found = reached.trigger(event)
        if found is None:
            continue
        trigger, values = found
        yield _events(trigger, values, carried, form)
        if trigger.stops:
            return


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
