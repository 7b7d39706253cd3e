"""Components that place others: boxes, stacks, cards, dividers.

The looks are classes and data attributes of the theme; a prop that is a Var becomes a bound data
attribute. Knows nothing of how they are rendered.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.var import Var
from .element import Kind, choice, make_element
from .event_types import PlainEvent
from .tree import Child, Component

__all__ = ["box", "card", "center", "divider", "hstack", "spacer", "vstack"]

#: The steps of the spacing scale: 4, 8, 12, 16, 24, 32, 40, 48 and 64 pixels.
Spacing: TypeAlias = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] | int | Var[Any]
Align: TypeAlias = Literal["start", "center", "end", "baseline", "stretch"] | Var[Any] | None
Justify: TypeAlias = Literal["start", "center", "end", "between"] | Var[Any] | None
Wrap: TypeAlias = Literal["nowrap", "wrap", "wrap-reverse"] | Var[Any] | None

_SPACINGS = tuple("0123456789")
_ALIGNS = ("start", "center", "end", "baseline", "stretch")
_JUSTIFIES = ("start", "center", "end", "between")
_WRAPS = ("nowrap", "wrap", "wrap-reverse")
_STACK_PROPS = ("spacing", "align", "justify", "wrap")

_BOX = Kind("box", "div")
_HSTACK = Kind("hstack", "div", classes=("ts-hstack",), own=_STACK_PROPS)
_VSTACK = Kind("vstack", "div", classes=("ts-vstack",), own=_STACK_PROPS)
_CENTER = Kind("center", "div", classes=("ts-center",))
_CARD = Kind("card", "div", classes=("ts-card",), own=("size",))
_DIVIDER = Kind("divider", "hr", classes=("ts-divider",), own=("orientation",))
_SPACER = Kind("spacer", "div", classes=("ts-spacer",))


def box(*children: Child, on_click: PlainEvent = None, **props: object) -> Component:
    """Return a plain ``<div>``."""
    return make_element(_BOX, children, {"on_click": on_click, **props})


def hstack(
    *children: Child,
    spacing: Spacing = "3",
    align: Align = "center",
    justify: Justify = None,
    wrap: Wrap = "wrap",
    on_click: PlainEvent = None,
    **props: object,
) -> Component:
    """Return the children side by side, on further lines where there is no room.

    Args:
        children: components, text, numbers, vars, and lists of these.
        spacing: the room between them, a step of the scale ``"0"`` to ``"9"``.
        align: across: ``"start" "center" "end" "baseline" "stretch"``.
        justify: along: ``"start" "center" "end" "between"``.
        wrap: ``"wrap"``, ``"nowrap"`` or ``"wrap-reverse"``.
        on_click: runs with no event values.
        props: styles, attributes and triggers.
    """
    return _stack(_HSTACK, children, {"on_click": on_click, **props}, spacing, align, justify, wrap)


def vstack(
    *children: Child,
    spacing: Spacing = "3",
    align: Align = "start",
    justify: Justify = None,
    wrap: Wrap = "nowrap",
    on_click: PlainEvent = None,
    **props: object,
) -> Component:
    """Return the children one under the other; arguments as for `hstack`."""
    return _stack(_VSTACK, children, {"on_click": on_click, **props}, spacing, align, justify, wrap)


def _stack(
    kind: Kind,
    children: tuple[Child, ...],
    props: dict[str, object],
    spacing: object,
    align: object,
    justify: object,
    wrap: object,
) -> Component:
    name = kind.name
    data = {
        "data-gap": choice(name, "spacing", spacing, _SPACINGS),
        "data-align": choice(name, "align", align, _ALIGNS),
        "data-justify": choice(name, "justify", justify, _JUSTIFIES),
        "data-wrap": choice(name, "wrap", wrap, _WRAPS),
    }
    return make_element(kind, children, props, data)


def center(*children: Child, on_click: PlainEvent = None, **props: object) -> Component:
    """Return the children in the middle of the room there is."""
    return make_element(_CENTER, children, {"on_click": on_click, **props})


def card(
    *children: Child,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    on_click: PlainEvent = None,
    **props: object,
) -> Component:
    """Return the children on a raised surface; ``size`` is its padding, ``"1"`` to ``"3"``."""
    data = {"data-size": choice("card", "size", size, "123")}
    return make_element(_CARD, children, {"on_click": on_click, **props}, data)


def divider(
    *, orientation: Literal["horizontal", "vertical"] = "horizontal", **props: object
) -> Component:
    """Return a thin line."""
    allowed = ("horizontal", "vertical")
    value = choice("divider", "orientation", orientation, allowed)
    data = {"aria-orientation": value} if value != "horizontal" else {}
    return make_element(_DIVIDER, (), props, data)


def spacer(**props: object) -> Component:
    """Return room that takes all that is left in a stack."""
    return make_element(_SPACER, (), props)
