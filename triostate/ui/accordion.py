"""Accordions: headings that open what is under them.

    ts.accordion.root(
        ts.accordion.item(header="Shipping", content="Two days.", value="shipping"),
        ts.accordion.item(header="Returns", content=ts.text("Thirty days."), value="returns"),
        default_value="shipping",
    )

The browser's own ``<details>``: Enter and Space open and close, a search in the page finds what is
inside, and no script is needed. Knows nothing of what is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs

from ..errors import PageError
from ..state.expr import Literal as Constant
from ..state.var import Var
from .element import Kind, make_element
from .event_types import CheckedEvent
from .icons import icon
from .naming import fresh_name
from .parts import dressed, each_part, with_attributes
from .tree import Child, Component, Element, as_nodes
from .triggers import TriggerKind
from .values import items_of
from .variants import choice

__all__ = ["item", "root"]

_ROOT = Kind("accordion.root", "div", classes=("ts-accordion",), own=("type", "default_value"))
_ITEM = Kind(
    name="accordion.item",
    tag="details",
    properties={"open": "open"},
    triggers={"on_open_change": TriggerKind("toggle", ("open",))},
    own=("header", "content", "value"),
)
_HEADER = Kind("accordion.header", "summary")
_CONTENT = Kind("accordion.content", "div")


def root(
    *children: Child,
    type: Literal["single", "multiple"] = "single",
    default_value: str | Sequence[str] | None = None,
    **props: object,
) -> Component:
    """Return an accordion.

    Args:
        children: each an `item`.
        type: ``"single"``: opening one closes the one that was open; or ``"multiple"``.
        default_value: the ``value`` of the item that is open at first, or a list of these.
        props: styles, attributes and triggers.
    """
    kind = choice(_ROOT.name, "type", type, ("single", "multiple"))
    nodes = as_nodes(children, _ROOT.name)
    parts = [*each_part(nodes, frozenset({_ITEM.name}), _ROOT.name)]
    if not parts:
        raise PageError("accordion.root: there is nothing in it; give ts.accordion.item(...)")
    several = items_of(default_value)
    opened = [] if default_value is None else [default_value] if several is None else [*several]
    _check_opened(opened, parts, kind)
    name = fresh_name()

    def part(element: Element) -> Element:
        if kind == "single":
            element = with_attributes(element, {"name": name})
        value = element.attributes.get("data-value")
        if isinstance(value, Constant) and value.value in opened:
            return attrs.evolve(element, properties={**element.properties, "open": Constant(True)})
        return element

    return make_element(_ROOT, dressed(nodes, {_ITEM.name: part}, _ROOT.name), props)


def item(
    *,
    header: Child,
    content: Child,
    value: str | Var[Any] | None = None,
    open: int | Var[Any] | None = None,
    on_open_change: CheckedEvent = None,
    **props: object,
) -> Component:
    """Return a heading with what is under it.

    Args:
        header: the heading.
        content: what it opens.
        value: its name in the root's ``default_value``.
        open: whether it is open; with a var it follows the var.
        on_open_change: runs with True or False when it has been opened or closed.
        props: styles, attributes and triggers.
    """
    summary = make_element(_HEADER, (header, icon("chevron-down")))
    given = {"open": open, "on_open_change": on_open_change, **props}
    inside = (summary, make_element(_CONTENT, (content,)))
    return make_element(_ITEM, inside, given, {"data-value": value})


def _check_opened(opened: Sequence[object], parts: Sequence[Element], kind: str) -> None:
    known = [part.attributes.get("data-value") for part in parts]
    constants = [value.value for value in known if isinstance(value, Constant)]
    for value in opened:
        if value not in constants and len(constants) == len(known):
            raise PageError(
                f"accordion.root: there is no item {value!r}; their values are "
                f"{', '.join(map(repr, constants)) or 'not given'}"
            )
    if kind == "single" and len(opened) > 1:
        raise PageError('accordion.root: one item is open at a time; write type="multiple"')
