"""Components that place others: boxes, stacks, grids, sections, cards, dividers.

The looks are classes and data attributes of the theme; a prop that is a Var becomes a bound data
attribute. Knows nothing of how they are rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast

from ..errors import PageError
from ..state.expr import Literal as Constant
from ..state.expr import Op
from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .tree import Child, Component, as_expr
from .values import is_var, items_of, to_var
from .variants import choice, choices

__all__ = [
    "box",
    "card",
    "center",
    "container",
    "desktop_only",
    "divider",
    "grid",
    "hstack",
    "mobile_and_tablet",
    "mobile_only",
    "section",
    "spacer",
    "tablet_and_desktop",
    "tablet_only",
    "vstack",
]

V = TypeVar("V")

#: A value for each of several widths of the window: a list, or a dict as of `breakpoints`.
ByWidth: TypeAlias = Sequence[V | None] | Mapping[str, V]
#: The steps of the spacing scale: 4, 8, 12, 16, 24, 32, 40, 48 and 64 pixels.
Step: TypeAlias = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] | int
Spacing: TypeAlias = Step | Var[Any] | ByWidth[Step]
Alignment: TypeAlias = Literal["start", "center", "end", "baseline", "stretch"]
Align: TypeAlias = Alignment | Var[Any] | ByWidth[Alignment] | None
Justification: TypeAlias = Literal["start", "center", "end", "between"]
Justify: TypeAlias = Justification | Var[Any] | ByWidth[Justification] | None
Wrapping: TypeAlias = Literal["nowrap", "wrap", "wrap-reverse"]
Wrap: TypeAlias = Wrapping | Var[Any] | ByWidth[Wrapping] | None
Way: TypeAlias = Literal["row", "column", "row-reverse", "column-reverse"]
Direction: TypeAlias = Way | Var[Any] | ByWidth[Way] | None

_REM: Final = ("0", *(f"{rem}rem" for rem in (0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4)))


def _steps(name: str) -> dict[str, str]:
    return {f"{step}": f"{name}:{size}" for step, size in enumerate(_REM)}


_SPACINGS: Final = _steps("--ts-gap")
_ALIGNS: Final = {
    "start": "align-items:flex-start",
    "center": "align-items:center",
    "end": "align-items:flex-end",
    "baseline": "align-items:baseline",
    "stretch": "align-items:stretch",
}
_JUSTIFIES: Final = {
    "start": "justify-content:flex-start",
    "center": "justify-content:center",
    "end": "justify-content:flex-end",
    "between": "justify-content:space-between",
}
_WRAPS: Final = {way: f"flex-wrap:{way}" for way in ("nowrap", "wrap", "wrap-reverse")}
_WAYS: Final = ("row", "column", "row-reverse", "column-reverse")
_FLOWS = ("row", "column", "dense", "row-dense", "column-dense")
_STACK_PROPS = ("spacing", "align", "justify", "wrap", "direction")

_GRID_PROPS = ("columns", "rows", "spacing", "spacing_x", "spacing_y", "align", "justify", "flow")

#: A number of equal tracks, a Var of one, or tracks as CSS has them, such as ``"2fr 1fr"``.
Track: TypeAlias = str | int | Var[Any]
Tracks: TypeAlias = Track | ByWidth[Track] | None

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
    direction: Direction = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return the children side by side, on further lines where there is no room.

    Each of its own props may be a list or dict of values by widths of the window, as `breakpoints`
    makes it: ``direction=["column", None, "row"]``.

    Args:
        children: components, text, numbers, vars, and lists of these.
        spacing: the room between them, a step of the scale ``"0"`` to ``"9"``.
        align: across: ``"start" "center" "end" "baseline" "stretch"``.
        justify: along: ``"start" "center" "end" "between"``.
        wrap: ``"wrap"``, ``"nowrap"`` or ``"wrap-reverse"``.
        direction: another way, ``"row" "column" "row-reverse" "column-reverse"``.
        on_click: runs when it is pressed.
        props: styles, attributes and triggers.
    """
    own = (spacing, align, justify, wrap, direction)
    return _stack(_HSTACK, children, {"on_click": on_click, **props}, own, ("3", "center", "wrap"))


def vstack(
    *children: Child,
    spacing: Spacing = "3",
    align: Align = "start",
    justify: Justify = None,
    wrap: Wrap = "nowrap",
    direction: Direction = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return the children one under the other; arguments as for `hstack`."""
    own = (spacing, align, justify, wrap, direction)
    return _stack(_VSTACK, children, {"on_click": on_click, **props}, own, ("3", "start", "nowrap"))


def _stack(
    kind: Kind,
    children: tuple[Child, ...],
    props: dict[str, object],
    own: tuple[object, ...],
    defaults: tuple[str, str, str],
) -> Component:
    name = kind.name
    spacing, align, justify, wrap, direction = own
    gap, align_, wrap_ = defaults
    data, wider = _spread(
        name,
        ("spacing", "data-gap", spacing, _SPACINGS, gap),
        ("align", "data-align", align, _ALIGNS, align_),
        ("justify", "data-justify", justify, _JUSTIFIES, None),
        ("wrap", "data-wrap", wrap, _WRAPS, wrap_),
    )
    way = _each(direction, lambda one: choice(name, "direction", one, _WAYS))
    return make_element(kind, children, {"flex_direction": way, **props}, data, wider)


def _spread(
    name: str, *props: tuple[str, str, object, dict[str, str], object]
) -> tuple[dict[str, object], dict[str, dict[str, str]]]:
    """Return the attributes of props that may be given by widths, and the styles of wider ones."""
    data: dict[str, object] = {}
    wider: dict[str, dict[str, str]] = {}
    for prop, attribute, value, texts, default in props:
        data[attribute], styles = choices(name, prop, value, texts, default)
        for width, made in styles.items():
            wider.setdefault(width, {}).update(made)
    return data, wider


def _each(value: object, make: Callable[[object], object]) -> object:
    """Apply a function to a value, or to each of those that are given by widths."""
    if (several := items_of(value)) is not None:
        return [None if one is None else make(one) for one in several]
    if isinstance(value, Mapping):
        named = cast("Mapping[str, object]", value)
        return {width: None if one is None else make(one) for width, one in named.items()}
    return None if value is None else make(value)


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
            A Var is a number; a Var of CSS goes to ``grid_template_columns``. By widths of the
            window: ``["1", None, "2", "4"]``, as are ``rows``, ``spacing``, ``align``, ``justify``.
        rows: the same of rows.
        spacing: the room between them, a step of the scale ``"0"`` to ``"9"``.
        spacing_x: the room between columns, where it is another.
        spacing_y: the room between rows, where it is another.
        align: each child in its row: ``"start" "center" "end" "baseline" "stretch"``.
        justify: the columns in the grid: ``"start" "center" "end" "between"``.
        flow: where children go: ``"row"``, ``"column"``, and with ``-dense`` into earlier gaps.
        on_click: runs when it is pressed.
        props: styles, attributes and triggers.
    """
    data, wider = _spread(
        "grid",
        ("spacing", "data-gap", spacing, _SPACINGS, "3"),
        ("spacing_x", "data-gap-x", spacing_x, _steps("--ts-gap-x"), None),
        ("spacing_y", "data-gap-y", spacing_y, _steps("--ts-gap-y"), None),
        ("align", "data-align", align, _ALIGNS, None),
        ("justify", "data-justify", justify, _JUSTIFIES, None),
    )
    data["data-flow"] = choice("grid", "flow", flow, _FLOWS)
    styles = {
        "grid_template_columns": _each(columns, lambda one: _tracks("columns", one)),
        "grid_template_rows": _each(rows, lambda one: _tracks("rows", one)),
    }
    given = {"on_click": on_click, **styles, **props}
    return make_element(_GRID, children, given, data, wider)


def _tracks(prop: str, value: object) -> object:
    """Equal tracks for a number; they do not grow with what is in them."""
    if is_var(value):
        return to_var(Op("concat", (Constant("repeat("), as_expr(value), Constant(_EQUAL))))
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        if isinstance(value, bool) or int(value) < 1:
            raise PageError(f"grid: {prop}={value!r}: how many is a number from 1 on")
        return f"repeat({value}{_EQUAL}"
    return value


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


def mobile_only(*children: Child, **props: object) -> Component:
    """Return a box that is shown on windows narrower than 480 pixels (``xs``) only.

    As `tablet_only`, `desktop_only` and their kin it is in the page at any width: what it holds is
    hidden, not left out.
    """
    return _shown("mobile_only", children, props, {"initial": True, "xs": False})


def tablet_only(*children: Child, **props: object) -> Component:
    """Return a box that is shown from 480 (``xs``) up to 992 pixels (``md``) only."""
    return _shown("tablet_only", children, props, {"initial": False, "xs": True, "md": False})


def desktop_only(*children: Child, **props: object) -> Component:
    """Return a box that is shown from 992 pixels (``md``) on only."""
    return _shown("desktop_only", children, props, {"initial": False, "md": True})


def mobile_and_tablet(*children: Child, **props: object) -> Component:
    """Return a box that is shown on windows narrower than 992 pixels (``md``) only."""
    return _shown("mobile_and_tablet", children, props, {"initial": True, "md": False})


def tablet_and_desktop(*children: Child, **props: object) -> Component:
    """Return a box that is shown from 480 pixels (``xs``) on only."""
    return _shown("tablet_and_desktop", children, props, {"initial": False, "xs": True})


def _shown(
    name: str, children: tuple[Child, ...], props: dict[str, object], at: dict[str, bool]
) -> Component:
    display = {width: "block" if is_shown else "none" for width, is_shown in at.items()}
    if "display" in props:
        raise PageError(f"{name}: display= is what it sets; put display= on a box inside")
    return make_element(Kind(name, "div"), children, {**props, "display": display})


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
