"""Controls that are on or off: checkboxes and switches. Both are the browser's own elements.

Knows nothing of how an edit and an update from the server are told apart: that is the browser
runtime's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from ..errors import PageError
from ..state.var import Var
from .controls import Flag
from .element import Kind, make_element, when
from .event_types import CheckedEvent
from .tree import Child, Component, Element
from .triggers import TriggerKind
from .typography import COLOR_SCHEMES, ColorScheme
from .variants import choice

__all__ = ["checkbox", "switch"]

_CHECKBOX = Kind(
    name="checkbox",
    tag="input",
    attributes={
        "name": "name",
        "value": "value",
        "form": "form",
        "default_checked": "checked",
    },
    properties={
        "checked": "checked",
        "indeterminate": "indeterminate",
        "disabled": "disabled",
        "required": "required",
        "auto_focus": "autofocus",
    },
    triggers={"on_change": TriggerKind("change", ("checked",))},
    classes=("input",),
    own=("label",),
)
_SWITCH = attrs.evolve(
    _CHECKBOX,
    name="switch",
    properties={name: p for name, p in _CHECKBOX.properties.items() if name != "indeterminate"},
    classes=("ts-switch",),
    own=("label", "size", "color_scheme"),
)


def checkbox(
    label: Child = None,
    *,
    checked: Flag = None,
    default_checked: Flag = None,
    disabled: Flag = None,
    on_change: CheckedEvent = None,
    class_name: str | Var[Any] | None = None,
    **props: object,
) -> Component:
    """Return a box to tick, with its label.

    Args:
        label: what stands beside it, a part of what can be clicked.
        checked: whether it is ticked; with a var it follows the var.
        default_checked: whether it is ticked at first.
        disabled: whether it can be changed.
        on_change: runs with True or False.
        class_name: classes of the whole.
        props: styles of the whole; attributes and triggers of the box.
    """
    given = {
        "checked": checked,
        "default_checked": default_checked,
        "disabled": disabled,
        "on_change": on_change,
    }
    return _toggle(_CHECKBOX, label, {**given, **props}, class_name, {})


def switch(
    label: Child = None,
    *,
    checked: Flag = None,
    default_checked: Flag = None,
    disabled: Flag = None,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    color_scheme: ColorScheme = None,
    on_change: CheckedEvent = None,
    class_name: str | Var[Any] | None = None,
    **props: object,
) -> Component:
    """Return a switch, for what holds as soon as it is switched.

    Args:
        label: what stands beside it, a part of what can be clicked.
        checked: whether it is on; with a var it follows the var.
        default_checked: whether it is on at first.
        disabled: whether it can be changed.
        size: ``"1"`` to ``"3"``.
        color_scheme: a name of the theme's colours, shown while it is on.
        on_change: runs with True or False.
        class_name: classes of the whole.
        props: styles of the whole; attributes and triggers of the switch.
    """
    data = {
        "role": "switch",
        "data-size": choice("switch", "size", size, "123"),
        "data-color": choice("switch", "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    given = {
        "checked": checked,
        "default_checked": default_checked,
        "disabled": disabled,
        "on_change": on_change,
    }
    return _toggle(_SWITCH, label, {**given, **props}, class_name, data)


def _toggle(
    kind: Kind,
    label: Child,
    props: dict[str, object],
    class_name: object,
    data: Mapping[str, object],
) -> Element:
    if props["checked"] is not None and props["default_checked"] is not None:
        raise PageError(f"{kind.name}: checked= and default_checked= exclude each other")
    props["default_checked"] = when(props["default_checked"])
    tick = make_element(kind, (), props, {"type": "checkbox", **data})
    if label is None:
        return _restyled(tick, tick, class_name)
    frame = Kind(kind.name, "label", classes=("ts-checkbox",))
    around = make_element(frame, (attrs.evolve(tick, style={}, rules={}), label))
    return _restyled(around, tick, class_name)


def _restyled(element: Element, styled: Element, class_name: object) -> Element:
    """Return the element with the styles of another, and with classes."""
    classes = make_element(Kind(element.name, element.tag), (), {"class_name": class_name})
    return attrs.evolve(
        element,
        style=styled.style,
        rules=styled.rules,
        classes=(*element.classes, *classes.classes),
        class_expr=classes.class_expr,
    )
