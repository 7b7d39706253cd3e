"""Dialogs: a window over the page that has to be answered or closed before anything else.

    ts.dialog.root(
        ts.dialog.trigger(ts.button("Delete")),
        ts.dialog.content(
            ts.dialog.title("Delete the order?"),
            ts.dialog.description("It cannot be brought back."),
            ts.hstack(
                ts.dialog.close(ts.button("Keep", variant="soft")),
                ts.dialog.close(ts.button("Delete", color_scheme="red", on_click=Orders.delete)),
            ),
        ),
    )

The browser's own ``<dialog>``: the focus goes into it, stays in it and returns, Escape and a press
beside it close it. Knows nothing of what it asks.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from ..errors import PageError
from ..state.var import Var
from .document import WIDGETS
from .element import Kind, make_element, when
from .event_types import CheckedEvent
from .naming import fresh_name
from .parts import dressed, each_part, on_button, with_attributes, with_script
from .tree import Child, Component, Element, as_nodes
from .triggers import TriggerKind
from .variants import choice

__all__ = ["close", "content", "description", "root", "title", "trigger"]

_ROOT = Kind(
    name="dialog.root",
    tag="div",
    triggers={"on_open_change": TriggerKind("ts-change", ("detail",))},
    classes=("ts-dialog-root",),
    own=("open",),
)
_CONTENT = Kind("dialog.content", "dialog", classes=("ts-dialog",), own=("size",))
_TITLE = Kind("dialog.title", "h2", classes=("ts-dialog-title",))
_DESCRIPTION = Kind("dialog.description", "p", classes=("ts-dialog-description",))


def root(
    *children: Child,
    open: int | Var[Any] | None = None,
    on_open_change: CheckedEvent = None,
    **props: object,
) -> Component:
    """Return a dialog with what opens it.

    Args:
        children: a `trigger`, unless a handler opens it, and the `content`.
        open: whether it is open; with a var it follows the var. Bind ``on_open_change`` to the
            var's setter with it, or the var does not know that the user has closed it.
        on_open_change: runs with True when the user has opened it, with False when closed.
        props: attributes and triggers.
    """
    nodes = as_nodes(children, _ROOT.name)
    if not [*each_part(nodes, frozenset({_CONTENT.name}), _ROOT.name)]:
        raise PageError("dialog.root: there is nothing to open; give a ts.dialog.content(...)")
    inside = dressed(nodes, {_CONTENT.name: _named}, _ROOT.name)
    data = {"data-dialog": "", "data-open": when(open)}
    made = make_element(_ROOT, inside, {"on_open_change": on_open_change, **props}, data)
    return with_script(made, WIDGETS)


def trigger(child: Child) -> Component:
    """Return the component, which opens the dialog when it is pressed."""
    return on_button(child, "dialog.trigger", {"data-dialog-open": "", "aria-haspopup": "dialog"})


def close(child: Child) -> Component:
    """Return the component, which closes the dialog when it is pressed, after its own handlers."""
    return on_button(child, "dialog.close", {"data-dialog-close": ""})


def content(
    *children: Child,
    size: Literal["1", "2", "3", "4"] | int | Var[Any] = "2",
    **props: object,
) -> Component:
    """Return what the dialog shows; ``size`` is how wide it gets, ``"1"`` to ``"4"``.

    There is a `title` in it, or it has an ``aria_label``: a dialog has a name.
    """
    return make_element(
        _CONTENT, children, props, {"data-measure": choice("dialog.content", "size", size, "1234")}
    )


def title(*children: Child, **props: object) -> Component:
    """Return the dialog's heading, which is its name."""
    return make_element(_TITLE, children, props)


def description(*children: Child, **props: object) -> Component:
    """Return what the dialog is about, said after its name."""
    return make_element(_DESCRIPTION, children, props)


def _named(element: Element) -> Element:
    """Let the dialog be named by its title and described by its description."""
    name = fresh_name()
    links: dict[str, object] = {}
    roles = {_TITLE.name: "aria-labelledby", _DESCRIPTION.name: "aria-describedby"}
    for part in each_part(element.children, frozenset(roles), _ROOT.name):
        links.setdefault(roles[part.name], f"{name}-{part.name.partition('.')[2]}")
    if not {"aria-labelledby", "aria-label"} & {*links, *element.attributes}:
        raise PageError("dialog.content: it has no name; give a ts.dialog.title or aria_label=")

    def with_id(part: Element) -> Element:
        return with_attributes(part, {"id": f"{name}-{part.name.partition('.')[2]}"})

    children = dressed(element.children, dict.fromkeys(roles, with_id), _ROOT.name)
    return attrs.evolve(with_attributes(element, links), children=tuple(children))
