"""Finding elements: by id, by accessible name, by the handler that they run.

A search that finds nothing, or more than one, is an error that lists what there is: a test that
presses whatever comes first would go on passing when the page is wrong. Knows nothing of sending.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from triostate.protocol.effects import Effect
from triostate.state.expr import Expr, evaluate
from triostate.state.handlers import EventHandler, EventSpec
from triostate.testing.element import Element, Values
from triostate.testing.errors import NotShownError
from triostate.ui import Binding, Slot
from triostate.ui.bindings import Call

__all__ = ["Target", "find", "matching", "owner_of", "shows"]

#: What names an element: its id, its accessible name (the text of a button, the label of a
#: control), a handler that it runs, or ``Handler(args)`` for one that runs it with these.
Target: TypeAlias = "str | EventHandler[...] | EventSpec | Element"

MAX_LISTED = 30
"""Elements and lines that an error lists."""


def find(
    page: Element,
    target: Target,
    wanted: Callable[[Element], bool],
    what: str,
    bindings: Sequence[Binding],
    at: int | None = None,
) -> Element:
    """Return the one element on show that is meant.

    Args:
        page: the page on show.
        target: what names it.
        wanted: whether an element can be meant at all, such as: it can be pressed.
        what: for error texts, such as ``"press"``.
        bindings: what the page's triggers run.
        at: which one, counted from 0 in the order of the page (-1 is the last), where several
            are named alike.

    Raises NotShownError if there is none, or several and no ``at``.
    """
    found = matching(page, target, wanted, bindings)
    if at is not None and -len(found) <= at < len(found):
        return found[at]
    if at is None and len(found) == 1:
        return found[0]
    candidates = [e for e in page.on_show if wanted(e)]
    raise NotShownError(_complaint(page, target, what, candidates, found))


def matching(
    page: Element,
    target: Target,
    wanted: Callable[[Element], bool],
    bindings: Sequence[Binding],
) -> list[Element]:
    """Return all elements on show that may be meant; arguments as for `find`."""
    shown = page.on_show
    if isinstance(target, Element):
        return [e for e in shown if e is target and wanted(e)]
    if isinstance(target, str):
        by_id = [e for e in shown if e.id == target and wanted(e)]
        return by_id or _innermost([e for e in shown if e.is_named(target) and wanted(e)])
    return [e for e in shown if _runs(e, target, bindings) and wanted(e)]


def _innermost(found: list[Element]) -> list[Element]:
    """Of elements one inside the other with one name, a card and its only button, keep one.

    It is the one that a finger would land on: what it does reaches those around it. Of a control
    and its label it is the control.
    """
    passed_over = {id(other) for e in found for other in [*list(e.upwards())[1:], *e.labels]}
    return [e for e in found if id(e) not in passed_over]


def _runs(element: Element, target: EventHandler[...] | EventSpec, bindings: Any) -> bool:
    return any(
        _is_call(call, target, sent.args, element.values)
        for event in element.events
        for trigger in element.triggers(event)
        for sent in trigger.calls
        for call in bindings[sent.binding].calls
    )


def _is_call(
    call: Call, target: EventHandler[...] | EventSpec, slots: Sequence[Expr], values: Values
) -> bool:
    if isinstance(call.handler, Effect):
        return False
    if isinstance(target, EventHandler):
        return call.handler == target
    if call.handler != target.handler:
        return False
    try:
        args = [
            evaluate(slots[arg.index], values) if isinstance(arg, Slot) else arg.value
            for arg in call.args
        ]
    except Exception:  # noqa: BLE001 - an argument that the page cannot compute is no match
        return False
    return args[: len(target.args)] == list(target.args)


def owner_of(element: Element, event: str) -> Element | None:
    """Return the element that an event on this one reaches first: itself or one around it."""
    return next((e for e in element.upwards() if e.triggers(event)), None)


# Saying what is there


def _complaint(
    page: Element, target: Target, what: str, candidates: list[Element], found: list[Element]
) -> str:
    if found:
        return (
            f"there are {len(found)} to {what} that {_named(target)} names: say which by an id, "
            f"or at=0 to at={len(found) - 1} in the order of the page"
        )
    listed = ", ".join(map(repr, candidates[:MAX_LISTED])) or "nothing"
    return f"{_named(target)} is not there to {what}; there is {listed}. {shows(page)}"


def _named(target: Target) -> str:
    if isinstance(target, EventSpec):
        return f"{target.handler.full_name}({', '.join(map(repr, target.args))})"
    if isinstance(target, EventHandler):
        return f"handler {target.full_name}"
    return repr(target)


def shows(page: Element) -> str:
    """Return what can be read on a page, cut short, for error texts."""
    lines = page.text.split("\n")
    if len(lines) > MAX_LISTED:
        lines[MAX_LISTED:] = [f"... and {len(lines) - MAX_LISTED} lines more"]
    return "\n".join(["The page shows:", *lines]) if lines != [""] else "The page shows no text."
