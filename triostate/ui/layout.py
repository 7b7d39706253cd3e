"""Components that place others: boxes, stacks, grids, sections, cards, dividers.

The looks are classes and data attributes of the theme; a prop that is a Var becomes a bound data
attribute. Knows nothing of how they are rendered.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.expr import Literal as Constant
from ..state.expr import Op
from ..state.var import Var
from .element import Kind, choice, make_element
from .event_types import ClickEvent
from .tree import Child, Component, as_expr
from .values import is_var, to_var

__all__ = [
    "box",
    "card",
    "center",
    "container",
    "divider",
    "grid",
    "hstack",
    "section",
    "spacer",
    "vstack",
]

#: The steps of the spacing scale: 4, 8, 12, 16, 24, 32, 40, 48 and 64 pixels.
Spacing: TypeAlias = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] | int | Var[Any]
Align: TypeAlias = Literal["start", "center", "end", "baseline", "stretch"] | Var[Any] | None
Justify: TypeAlias = Literal["start", "center", "end", "between"] | Var[Any] | None
Wrap: TypeAlias = Literal["nowrap", "wrap", "wrap-reverse"] | Var[Any] | None

_SPACINGS = tuple("0123456789")
_ALIGNS = ("start", "center", "end", "baseline", "stretch")
_JUSTIFIES = ("start", "center", "end", "between")
_WRAPS = ("nowrap", "wrap", "wrap-reverse")
_FLOWS = ("row", "column", "dense", "row-dense", "column-dense")
_STACK_PROPS = ("spacing", "align", "justify", "wrap")

_GRID_PROPS = ("columns", "rows", "spacing", "spacing_x", "spacing_y", "align", "justify", "flow")

#: A number of equal tracks, a Var of one, or tracks as CSS has them, such as ``"2fr 1fr"``.
Tracks: TypeAlias = str | int | Var[Any] | None

_EQUAL = ", minmax(0, 1fr))"

_BOX = Kind("box", "div")
_GRID = Kind("grid", "div", classes=("ts-grid",), own=_GRID_PROPS)
_CONTAINER = Kind("container", "div", classes=("ts-container",), own=("size",))
_SECTION = Kind("section", "section", classes=("ts-section",), own=("size",))
_HSTACK = Kind("hstack", "div", classes=("ts-hstack",), own=_STACK_PROPS)
_VSTACK = Kind("vstack", "div", classes=("ts-vstack",), own=_STACK_PROPS)
_CENTER = Kind("center", "div", classes=("ts-center",))
_CARD = Kind("card", "div", classes=("ts-card",), own=("size",))
_DIVIDER = Kind("divider", "hr", classes=("ts-divider",), own=("orientation",))
_SPACER = Kind("spacer", "div", classes=("ts-spacer",))


def box(*children: Child, on_click: ClickEvent = None, **props: object) -> Component:
    """Return a plain ``<div>``."""
    return make_element(_BOX, children, {"on_click": on_click, **props})


def hstack(
    *children: Child,
    spacing: Spacing = "3",
    align: Align = "center",
    justify: Justify = None,
    wrap: Wrap = "wrap",
    on_click: ClickEvent = None,
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
    on_click: ClickEvent = None,
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


def grid(
    *children: Child,
    columns: Tracks = None,
    rows: Tracks = None,
    spacing: Spacing = "3",
    spacing_x: Spacing | None = None,
    spacing_y: Spacing | None = None,
    align: Align = None,
    justify: Justify = None,
    flow: Literal["row", "column", "dense", "row-dense", "column-dense"] | Var[Any] | None = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return the children in rows and columns.

    Args:
        children: components, text, numbers, vars, and lists of these.
        columns: how many, ``3``, all of one width; or their widths as CSS has them, such as
            ``"2fr 1fr"`` or ``"repeat(auto-fill, minmax(14rem, 1fr))"``, which has as many as fit.
            A Var is a number; a Var of CSS goes to ``grid_template_columns``.
        rows: the same of rows.
        spacing: the room between them, a step of the scale ``"0"`` to ``"9"``.
        spacing_x: the room between columns, where it is another.
        spacing_y: the room between rows, where it is another.
        align: each child in its row: ``"start" "center" "end" "baseline" "stretch"``.
        justify: the columns in the grid: ``"start" "center" "end" "between"``.
        flow: where children go: ``"row"``, ``"column"``, and with ``-dense`` into earlier gaps.
        on_click: runs with no event values.
        props: styles, attributes and triggers.
    """
    data = {
        "data-gap": choice("grid", "spacing", spacing, _SPACINGS),
        "data-gap-x": choice("grid", "spacing_x", spacing_x, _SPACINGS),
        "data-gap-y": choice("grid", "spacing_y", spacing_y, _SPACINGS),
        "data-align": choice("grid", "align", align, _ALIGNS),
        "data-justify": choice("grid", "justify", justify, _JUSTIFIES),
        "data-flow": choice("grid", "flow", flow, _FLOWS),
    }
    styles = {"grid_template_columns": _tracks(columns), "grid_template_rows": _tracks(rows)}
    return make_element(_GRID, children, {"on_click": on_click, **styles, **props}, data)


def _tracks(value: object) -> object:
    """Equal tracks for a number; they do not grow with what is in them."""
    if is_var(value):
        return to_var(Op("concat", (Constant("repeat("), as_expr(value), Constant(_EQUAL))))
    is_number = isinstance(value, int) or (isinstance(value, str) and value.isdecimal())
    return f"repeat({value}{_EQUAL}" if is_number else value


def container(
    *children: Child,
    size: Literal["1", "2", "3", "4"] | int | Var[Any] = "3",
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return the children in the middle of the page, in a column for reading.

    ``size`` is how wide it gets: ``"1"`` to ``"4"`` for 448, 688, 880 and 1136 pixels.
    """
    data = {"data-measure": choice("container", "size", size, "1234")}
    return make_element(_CONTAINER, children, {"on_click": on_click, **props}, data)


def section(
    *children: Child,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a part of the page with room above and below it.

    ``size`` is the room: ``"1"`` to ``"3"`` for 24, 40 and 64 pixels.
    """
    data = {"data-room": choice("section", "size", size, "123")}
    return make_element(_SECTION, children, {"on_click": on_click, **props}, data)


def center(*children: Child, on_click: ClickEvent = None, **props: object) -> Component:
    """Return the children in the middle of the room there is."""
    return make_element(_CENTER, children, {"on_click": on_click, **props})


def card(
    *children: Child,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    on_click: ClickEvent = None,
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
