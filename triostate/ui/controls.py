"""Form controls: buttons, inputs, checkboxes. All are the browser's own elements.

Each has a table of its triggers and the values these carry. Knows nothing of how an edit and an
update from the server are told apart: that is the browser runtime's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs

from ..errors import PageError
from ..state.expr import Expr, Op
from ..state.expr import Literal as Constant
from ..state.var import Var
from .element import Kind, choice, make_element
from .event_types import CheckedEvent, KeyEvent, NumberEvent, PlainEvent, TextEvent
from .tree import Child, Component, Element, as_expr, is_constant
from .triggers import TriggerKind
from .typography import COLOR_SCHEMES, ColorScheme
from .values import to_var

__all__ = ["button", "checkbox", "input", "number_input"]

Variant: TypeAlias = Literal["solid", "soft", "surface", "outline", "ghost"] | Var[Any]
ButtonSize: TypeAlias = Literal["1", "2", "3", "4"] | int | Var[Any]
Text: TypeAlias = str | int | float | Var[Any] | None
Number: TypeAlias = int | float | Decimal | Var[float | Decimal | None] | None
#: ``~flag`` is an int to checkers, in the plain form of declaring a var.
Flag: TypeAlias = int | Var[Any] | None

_VARIANTS = ("solid", "soft", "surface", "outline", "ghost")
_INPUT_TYPES = tuple(
    """
    text email password search tel url date datetime-local month week time color hidden
    """.split()  # noqa: SIM905 - a table to be read
)

_CONTROL_ATTRIBUTES = {
    "name": "name",
    "placeholder": "placeholder",
    "auto_complete": "autocomplete",
    "input_mode": "inputmode",
    "form": "form",
}
_CONTROL_PROPERTIES = {
    "value": "value",
    "disabled": "disabled",
    "read_only": "readOnly",
    "required": "required",
    "auto_focus": "autofocus",
}


def _edits(extractor: str) -> dict[str, TriggerKind]:
    return {
        "on_change": TriggerKind("input", (extractor,)),
        "on_blur": TriggerKind("blur", (extractor,)),
        "on_focus": TriggerKind("focus", (extractor,)),
    }


_BUTTON = Kind(
    name="button",
    tag="button",
    attributes={"name": "name", "form": "form"},
    properties={"disabled": "disabled", "auto_focus": "autofocus"},
    classes=("btn", "ts-button"),
    own=("variant", "color_scheme", "size", "loading", "type"),
)
_INPUT = Kind(
    name="input",
    tag="input",
    attributes={
        **_CONTROL_ATTRIBUTES,
        "default_value": "value",
        "max_length": "maxlength",
        "min_length": "minlength",
        "pattern": "pattern",
        "min": "min",
        "max": "max",
        "list": "list",
    },
    properties=_CONTROL_PROPERTIES,
    triggers=_edits("value"),
    classes=("input",),
    own=("type",),
)
_NUMBER_INPUT = Kind(
    name="number_input",
    tag="input",
    attributes={
        **_CONTROL_ATTRIBUTES,
        "default_value": "value",
        "min": "min",
        "max": "max",
        "step": "step",
    },
    properties=_CONTROL_PROPERTIES,
    triggers=_edits("number"),
    classes=("input",),
)
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
_CHECKBOX_LABEL = Kind("checkbox", "label", classes=("ts-checkbox",))


def button(
    *children: Child,
    variant: Variant = "solid",
    color_scheme: ColorScheme = None,
    size: ButtonSize = "2",
    disabled: Flag = None,
    loading: Flag = None,
    type: Literal["button", "submit", "reset"] = "button",
    on_click: PlainEvent = None,
    **props: object,
) -> Component:
    """Return a button.

    Args:
        children: what stands on it.
        variant: ``"solid" "soft" "surface" "outline" "ghost"``.
        color_scheme: a name of the theme's colours, such as ``"red"``.
        size: ``"1"`` to ``"4"``.
        disabled: whether it can be pressed.
        loading: show a spinner and refuse to be pressed.
        type: what it does in a form.
        on_click: runs with no event values.
        props: styles, attributes and further triggers.
    """
    if loading is not None:
        disabled = _either(disabled, loading)
    data = {
        "type": choice("button", "type", type, ("button", "submit", "reset")),
        "data-variant": choice("button", "variant", variant, _VARIANTS),
        "data-color": choice("button", "color_scheme", color_scheme, COLOR_SCHEMES),
        "data-size": choice("button", "size", size, "1234"),
        "data-loading": _flag(loading),
        "aria-busy": _flag(loading),
    }
    return make_element(
        _BUTTON, children, {"disabled": disabled, "on_click": on_click, **props}, data
    )


def _either(first: object, second: object) -> Var[Any]:
    parts: list[Expr] = [
        Constant(False) if part is None else as_expr(part) for part in (first, second)
    ]
    return to_var(Op("or", tuple(parts)))


def _flag(value: object) -> object:
    """Return what makes an attribute ``"true"`` while the value is true, and absent otherwise."""
    expr = as_expr(value)
    if is_constant(expr):
        return "true" if isinstance(expr, Constant) and expr.value else None
    return to_var(Op("cond", (expr, Constant("true"), Constant(None))))


def input(
    *,
    value: Text = None,
    default_value: Text = None,
    placeholder: str | Var[Any] | None = None,
    type: str = "text",
    disabled: Flag = None,
    on_change: TextEvent = None,
    on_blur: TextEvent = None,
    on_key_down: KeyEvent = None,
    **props: object,
) -> Component:
    """Return a text field.

    Args:
        value: what it shows. With a var it follows the var, but never while the user types.
        default_value: what it shows at first; the user's from then on.
        placeholder: shown while it is empty.
        type: one of HTML's text-like types.
        disabled: whether it can be edited.
        on_change: runs with the text at each keystroke.
        on_blur: runs with the text when the focus leaves.
        on_key_down: runs with the key's name, such as ``"Enter"``.
        props: styles, attributes and further triggers.
    """
    if type == "number":
        raise PageError("input: for numbers use ts.number_input, whose events carry numbers")
    if type == "checkbox":
        raise PageError("input: for a checkbox use ts.checkbox")
    given = {
        "value": value,
        "default_value": default_value,
        "placeholder": placeholder,
        "disabled": disabled,
        "on_change": on_change,
        "on_blur": on_blur,
        "on_key_down": on_key_down,
    }
    return _input(_INPUT, {**given, **props}, choice("input", "type", type, _INPUT_TYPES))


def number_input(
    *,
    value: Number = None,
    default_value: Number = None,
    min: Number = None,
    max: Number = None,
    step: Number = None,
    disabled: Flag = None,
    on_change: NumberEvent = None,
    on_blur: NumberEvent = None,
    **props: object,
) -> Component:
    """Return a field for a number.

    Its events carry an int where the text is one, a float where it has a point, and None where
    it is empty. ``min``, ``max`` and ``step`` guide the user; a handler still checks.
    """
    given = {
        "value": value,
        "default_value": default_value,
        "min": min,
        "max": max,
        "step": step,
        "disabled": disabled,
        "on_change": on_change,
        "on_blur": on_blur,
    }
    return _input(_NUMBER_INPUT, {**given, **props}, "number")


def _input(kind: Kind, props: Mapping[str, object], type_: str) -> Component:
    if props["value"] is not None and props["default_value"] is not None:
        raise PageError(f"{kind.name}: value= and default_value= exclude each other")
    return make_element(kind, (), props, {"type": type_})


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
    if checked is not None and default_checked is not None:
        raise PageError("checkbox: checked= and default_checked= exclude each other")
    given = {
        "checked": checked,
        "default_checked": _flag(default_checked),
        "disabled": disabled,
        "on_change": on_change,
    }
    tick = make_element(_CHECKBOX, (), {**given, **props}, {"type": "checkbox"})
    if label is None:
        return _restyled(tick, tick.style, class_name)
    around = make_element(_CHECKBOX_LABEL, (attrs.evolve(tick, style={}), label))
    return _restyled(around, tick.style, class_name)


def _restyled(element: Element, style: Mapping[str, Expr], class_name: object) -> Element:
    classes = make_element(Kind("checkbox", element.tag), (), {"class_name": class_name})
    return attrs.evolve(
        element,
        style=style,
        classes=(*element.classes, *classes.classes),
        class_expr=classes.class_expr,
    )
