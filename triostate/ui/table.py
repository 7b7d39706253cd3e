"""Tables, made of their rows and cells.

    ts.table.root(
        ts.table.header(
            ts.table.row(
                ts.table.column_header_cell("Name"), ts.table.column_header_cell("Price")
            ),
        ),
        ts.table.body(
            ts.foreach(
                Shop.items,
                lambda item: ts.table.row(
                    ts.table.row_header_cell(item.name), ts.table.cell(item.price)
                ),
            ),
        ),
    )

Knows nothing of what is in the cells.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .tree import Child, Component
from .variants import choice

__all__ = ["body", "cell", "column_header_cell", "header", "root", "row", "row_header_cell"]

Justify: TypeAlias = Literal["start", "center", "end"] | Var[Any] | None

_SPANS = {"col_span": "colspan", "row_span": "rowspan"}
_FRAME = Kind("table.root", "div", classes=("ts-table-frame",), own=("variant", "size", "label"))
_TABLE = Kind("table.root", "table", classes=("ts-data-table",))
_HEADER = Kind("table.header", "thead")
_BODY = Kind("table.body", "tbody")
_ROW = Kind("table.row", "tr")
_CELL = Kind("table.cell", "td", _SPANS, own=("justify",))
_COLUMN_HEADER = Kind("table.column_header_cell", "th", _SPANS, own=("justify",))
_ROW_HEADER = Kind("table.row_header_cell", "th", _SPANS, own=("justify",))


def root(
    *children: Child,
    variant: Literal["surface", "ghost"] | Var[Any] = "surface",
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    label: str | Var[Any] = "Table",
    **props: object,
) -> Component:
    """Return a table; where it is wider than its place it scrolls, by keyboard too.

    Args:
        children: a `header` and a `body`.
        variant: ``"surface"`` for one with a frame, ``"ghost"`` for one without.
        size: the room in the cells, ``"1"`` to ``"3"``.
        label: its name for those who do not see it.
        props: styles, attributes and triggers of the whole.
    """
    data = {
        "role": "group",
        "aria-label": label,
        "tabindex": 0,
        "data-variant": choice("table.root", "variant", variant, ("surface", "ghost")),
        "data-size": choice("table.root", "size", size, "123"),
    }
    return make_element(_FRAME, (make_element(_TABLE, children),), props, data)


def header(*children: Child, **props: object) -> Component:
    """Return the rows at the top, of `column_header_cell`."""
    return make_element(_HEADER, children, props)


def body(*children: Child, **props: object) -> Component:
    """Return the rows of the table."""
    return make_element(_BODY, children, props)


def row(*children: Child, on_click: ClickEvent = None, **props: object) -> Component:
    """Return a row of cells."""
    return make_element(_ROW, children, {"on_click": on_click, **props})


def column_header_cell(*children: Child, justify: Justify = None, **props: object) -> Component:
    """Return a cell that names its column; ``justify`` is ``"start"``, ``"center"``, ``"end"``."""
    return _cell(_COLUMN_HEADER, children, justify, props, "col")


def row_header_cell(*children: Child, justify: Justify = None, **props: object) -> Component:
    """Return a cell that names its row."""
    return _cell(_ROW_HEADER, children, justify, props, "row")


def cell(*children: Child, justify: Justify = None, **props: object) -> Component:
    """Return a cell; numbers read best with ``justify="end"``."""
    return _cell(_CELL, children, justify, props, None)


def _cell(
    kind: Kind,
    children: tuple[Child, ...],
    justify: object,
    props: dict[str, object],
    scope: str | None,
) -> Component:
    side = choice(kind.name, "justify", justify, ("start", "center", "end"))
    return make_element(kind, children, props, {"scope": scope, "data-side": side})
