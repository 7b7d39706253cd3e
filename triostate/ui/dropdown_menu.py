"""Menus that open from a button: a short list of things to do.

    ts.dropdown_menu.root(
        ts.dropdown_menu.trigger(ts.button("Actions", variant="soft")),
        ts.dropdown_menu.content(
            ts.dropdown_menu.item("Edit", shortcut="E", on_click=Orders.edit),
            ts.dropdown_menu.separator(),
            ts.dropdown_menu.item("Delete", color_scheme="red", on_click=Orders.delete),
        ),
    )

Enter, Space and the arrow keys open it; arrows, Home, End and first letters move in it; Escape and
Tab close it. Opening and moving ask the server nothing. Knows nothing of what the items do.
"""

from __future__ import annotations

from typing import Any, Literal

from ..errors import PageError
from ..state.var import Var
from .document import WIDGETS
from .element import Kind, make_element
from .event_types import ClickEvent
from .naming import fresh_name
from .parts import dressed, each_part, on_button, with_attributes, with_script
from .tree import Child, Component, Element, as_nodes
from .typography import COLOR_SCHEMES, ColorScheme
from .variants import choice

__all__ = ["content", "item", "label", "root", "separator", "trigger"]

_ROOT = Kind("dropdown_menu.root", "div", classes=("ts-menu-root",))
_CONTENT = Kind("dropdown_menu.content", "div", classes=("ts-menu",), own=("align",))
_ITEM = Kind(
    name="dropdown_menu.item",
    tag="button",
    properties={"disabled": "disabled"},
    classes=("ts-menu-item",),
    own=("shortcut", "color_scheme"),
)
_SHORTCUT = Kind("dropdown_menu.item", "kbd")
_LABEL = Kind("dropdown_menu.label", "div", classes=("ts-menu-label",))
_SEPARATOR = Kind("dropdown_menu.separator", "hr", classes=("ts-menu-separator",))


def root(*children: Child, **props: object) -> Component:
    """Return a menu: its `trigger`, and the `content` that this opens."""
    nodes = as_nodes(children, _ROOT.name)
    if not [*each_part(nodes, frozenset({_CONTENT.name}), _ROOT.name)]:
        raise PageError(
            "dropdown_menu.root: there is nothing to open; give a ts.dropdown_menu.content(...)"
        )
    name = fresh_name()

    def menu(element: Element) -> Element:
        return with_attributes(element, {"id": name})

    inside = dressed(nodes, {_CONTENT.name: menu}, _ROOT.name)
    made = make_element(_ROOT, inside, props, {"data-menu": ""})
    return with_script(made, WIDGETS)


def trigger(child: Child) -> Component:
    """Return the component, usually a button, which opens the menu when it is pressed."""
    added = {"data-menu-trigger": "", "aria-haspopup": "menu", "aria-expanded": "false"}
    return on_button(child, "dropdown_menu.trigger", added)


def content(
    *children: Child, align: Literal["start", "end"] = "start", **props: object
) -> Component:
    """Return the list; ``align`` is the edge of the trigger that it has: ``"start"``, ``"end"``."""
    data = {
        "role": "menu",
        "popover": "manual",  # so that nothing around it cuts it off
        "tabindex": -1,  # it has the focus, and so the keyboard, after a press that hits no item
        "data-side": choice("dropdown_menu.content", "align", align, ("start", "end")),
    }
    return make_element(_CONTENT, children, {"hidden": True, **props}, data)


def item(
    *children: Child,
    shortcut: str | None = None,
    color_scheme: ColorScheme = None,
    disabled: int | Var[Any] | None = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return one thing to do.

    Args:
        children: what stands there.
        shortcut: a key that does the same, shown at the end; it is shown only.
        color_scheme: a name of the theme's colours, such as ``"red"``.
        disabled: whether it can be chosen.
        on_click: runs when it is pressed; the menu closes.
        props: styles, attributes and triggers.
    """
    name = _ITEM.name
    data = {
        "type": "button",
        "role": "menuitem",
        "tabindex": -1,
        "data-color": choice(name, "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    key = None if shortcut is None else make_element(_SHORTCUT, (shortcut,))
    given = {"disabled": disabled, "on_click": on_click, **props}
    return make_element(_ITEM, (*children, key), given, data)


def label(*children: Child, **props: object) -> Component:
    """Return a heading for the items below it."""
    return make_element(_LABEL, children, props, {"role": "presentation"})


def separator(**props: object) -> Component:
    """Return a line between items."""
    return make_element(_SEPARATOR, (), props)
