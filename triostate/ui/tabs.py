"""Tabs: several panels in one place, of which one is shown.

    ts.tabs.root(
        ts.tabs.list(ts.tabs.trigger("Sales", value="sales"), ts.tabs.trigger("Costs", value="c")),
        ts.tabs.content(sales(), value="sales"),
        ts.tabs.content(costs(), value="c"),
        default_value="sales",
    )

The panels are all in the page; switching between them is done in the browser, by pointer or with
the arrow keys, Home and End, and asks the server nothing. Knows nothing of what they show.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from ..errors import PageError
from ..state.expr import Expr, Op
from ..state.expr import Literal as Constant
from ..state.var import Var
from .document import WIDGETS
from .element import Kind, make_element
from .event_types import TextEvent
from .parts import dressed, each_part, with_attributes, with_script
from .tree import Child, Component, Element, as_expr, as_nodes
from .triggers import TriggerKind
from .values import to_var
from .variants import choice

__all__ = ["content", "list", "root", "trigger"]

_ROOT = Kind(
    name="tabs.root",
    tag="div",
    triggers={"on_change": TriggerKind("ts-change", ("detail",))},
    classes=("ts-tabs",),
    own=("value", "default_value", "orientation"),
)
_LIST = Kind("tabs.list", "div", classes=("ts-tab-list",))
_TRIGGER = Kind(
    name="tabs.trigger",
    tag="button",
    properties={"disabled": "disabled"},
    classes=("ts-tab",),
    own=("value",),
)
_CONTENT = Kind("tabs.content", "div", classes=("ts-tab-panel",), own=("value",))


def root(
    *children: Child,
    value: str | Var[Any] | None = None,
    default_value: str | None = None,
    orientation: Literal["horizontal", "vertical"] = "horizontal",
    on_change: TextEvent = None,
    **props: object,
) -> Component:
    """Return tabs.

    Args:
        children: a `list` of triggers, and a `content` for each of them.
        value: which one is shown, by its ``value``; with a var it follows the var.
        default_value: which one is shown at first; by default the first.
        orientation: how the triggers stand, ``"horizontal"`` or ``"vertical"``.
        on_change: runs with the ``value`` of the one that the user has chosen.
        props: styles, attributes and triggers.
    """
    name = _ROOT.name
    if value is not None and default_value is not None:
        raise PageError(f"{name}: value= and default_value= exclude each other")
    way = choice(name, "orientation", orientation, ("horizontal", "vertical"))
    nodes = as_nodes(children, name)
    found = [*each_part(nodes, frozenset({_TRIGGER.name}), name)]
    if not found:
        raise PageError(f"{name}: there is no tab; give a ts.tabs.list of ts.tabs.trigger")
    shown = value if value is not None else default_value
    chosen = found[0].attributes["data-value"] if shown is None else as_expr(shown)
    _check_values([*found, *each_part(nodes, frozenset({_CONTENT.name}), name)], chosen)

    def tab(element: Element) -> Element:
        is_chosen = _is_chosen(element, chosen)
        state = {
            "aria-selected": _either(is_chosen, "true", "false"),
            "tabindex": _either(is_chosen, "0", "-1"),
        }
        return with_attributes(element, state)

    def panel(element: Element) -> Element:
        hidden = as_expr(to_var(Op("not", (_is_chosen(element, chosen),))))
        return attrs.evolve(element, properties={**element.properties, "hidden": hidden})

    def tab_list(element: Element) -> Element:
        return with_attributes(element, {"aria-orientation": way})

    dress = {_TRIGGER.name: tab, _CONTENT.name: panel, _LIST.name: tab_list}
    inside = dressed(nodes, dress, name)
    data = {"data-tabs": "", "data-value": to_var(chosen), "data-orientation": way}
    made = make_element(_ROOT, inside, {"on_change": on_change, **props}, data)
    return with_script(made, WIDGETS)


def list(*children: Child, label: str | Var[Any] | None = None, **props: object) -> Component:
    """Return the row of triggers; ``label`` names it for those who do not see it."""
    return make_element(_LIST, children, props, {"role": "tablist", "aria-label": label})


def trigger(
    *children: Child, value: str | Var[Any], disabled: int | Var[Any] | None = None, **props: object
) -> Component:
    """Return what shows the `content` of the same ``value`` when it is chosen."""
    data = {"type": "button", "role": "tab", "data-value": value}
    return make_element(_TRIGGER, children, {"disabled": disabled, **props}, data)


def content(*children: Child, value: str | Var[Any], **props: object) -> Component:
    """Return the panel that is shown while the `trigger` of the same ``value`` is chosen."""
    data = {"role": "tabpanel", "tabindex": 0, "data-value": value}
    return make_element(_CONTENT, children, props, data)


def _is_chosen(element: Element, chosen: Expr) -> Expr:
    sides = (element.attributes["data-value"], chosen)
    return as_expr(to_var(Op("eq", tuple(Op("str", (side,)) for side in sides))))


def _either(test: Expr, yes: str, no: str) -> object:
    return to_var(Op("cond", (test, Constant(yes), Constant(no))))


def _check_values(parts: Any, chosen: Expr) -> None:
    """Raise PageError where constants name no tab, a tab twice, or a panel without one."""
    values = {kind.name: [] for kind in (_TRIGGER, _CONTENT)}  # type: dict[str, Any]
    for part in parts:
        values[part.name].append(part.attributes["data-value"])
    known, panels = values.values()
    if not all(isinstance(value, Constant) for value in (*known, *panels)):
        return
    for value in (*panels, chosen):
        if isinstance(value, Constant) and value not in known:
            raise PageError(
                f"tabs.root: there is no tab {value.value!r}; the triggers are "
                f"{', '.join(repr(one.value) for one in known)}"
            )
