"""Form controls: buttons, and inputs of text and numbers. All are the browser's own elements.

Each has a table of its triggers and the values these carry. Knows nothing of how an edit and an
update from the server are told apart: that is the browser runtime's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from ..errors import PageError
from ..state.expr import Expr, Op
from ..state.expr import Literal as Constant
from ..state.var import Var
from .element import Kind, make_element, when
from .event_types import ClickEvent, KeyEvent, NumberEvent, TextEvent
from .tree import Child, Component, as_expr
from .triggers import TriggerKind
from .typography import COLOR_SCHEMES, ColorScheme
from .values import to_var
from .variants import choice

__all__ = ["Flag", "button", "input", "number_input", "slider", "text_area"]

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
#: Of what text is typed into.
_TEXT_ATTRIBUTES = {
    **_CONTROL_ATTRIBUTES,
    "max_length": "maxlength",
    "min_length": "minlength",
    "spell_check": "spellcheck",
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
    attributes={"name": "name", "value": "value", "form": "form"},
    properties={
        "disabled": "disabled",
        "auto_focus": "autofocus",
        "form_no_validate": "formNoValidate",
    },
    classes=("btn", "ts-button"),
    own=("variant", "color_scheme", "size", "loading", "type"),
)
_NUMBER_ATTRIBUTES = {
    **_CONTROL_ATTRIBUTES,
    "default_value": "value",
    "min": "min",
    "max": "max",
    "step": "step",
}

_INPUT = Kind(
    name="input",
    tag="input",
    attributes={
        **_TEXT_ATTRIBUTES,
        **_NUMBER_ATTRIBUTES,
        "pattern": "pattern",
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
    attributes=_NUMBER_ATTRIBUTES,
    properties=_CONTROL_PROPERTIES,
    triggers=_edits("number"),
    classes=("input",),
)
_TEXT_AREA = Kind(
    name="text_area",
    tag="textarea",
    attributes={
        **_TEXT_ATTRIBUTES,
        "rows": "rows",
        "cols": "cols",
        "wrap": "wrap",
    },
    properties=_CONTROL_PROPERTIES,
    triggers=_edits("value"),
    classes=("ts-text-area",),
    own=("default_value",),
)
_SLIDER = Kind(
    name="slider",
    tag="input",
    attributes={**_NUMBER_ATTRIBUTES, "list": "list"},
    properties=_CONTROL_PROPERTIES,
    triggers={**_edits("number"), "on_value_commit": TriggerKind("change", ("number",))},
    classes=("ts-slider",),
    own=("label", "size", "color_scheme"),
)


def button(
    *children: Child,
    variant: Variant = "solid",
    color_scheme: ColorScheme = None,
    size: ButtonSize = "2",
    disabled: Flag = None,
    loading: Flag = None,
    type: Literal["button", "submit", "reset"] = "button",
    on_click: ClickEvent = None,
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
        type: what it does in a form. One that sends it adds its ``name`` and ``value``, and with
            ``form_no_validate`` the browser lets wrong entries through.
        on_click: runs when it is pressed, with a `MouseEvent` for a parameter annotated with it.
            While its handler runs the button has ``aria-busy``, shown after a moment.
        props: styles, attributes and further triggers; ``busy=False`` never shows it as busy.
    """
    if loading is not None:
        disabled = _either(disabled, loading)
    data = {
        "type": choice("button", "type", type, ("button", "submit", "reset")),
        "data-variant": choice("button", "variant", variant, _VARIANTS),
        "data-color": choice("button", "color_scheme", color_scheme, COLOR_SCHEMES),
        "data-size": choice("button", "size", size, "1234"),
        "data-loading": when(loading),
        "aria-busy": when(loading),
    }
    return make_element(
        _BUTTON, children, {"disabled": disabled, "on_click": on_click, **props}, data
    )


def _either(first: object, second: object) -> Var[Any]:
    parts: list[Expr] = [
        Constant(False) if part is None else as_expr(part) for part in (first, second)
    ]
    return to_var(Op("or", tuple(parts)))


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
        type: one of HTML's text-like types; ``"email"`` and ``"url"`` are checked by the browser.
        disabled: whether it can be edited.
        on_change: runs with the text at each keystroke.
        on_blur: runs with the text when the focus leaves.
        on_key_down: runs with the key's name, such as ``"Enter"``, and a `KeyInfo`; or a dict from
            keys to what each runs, ``{"Enter": Chat.send, "Ctrl+s": Chat.save}``: others send
            nothing.
        props: ``name``; what the browser checks before a form is sent, with messages of its own:
            ``required``, ``pattern`` (a regular expression for all of the text), ``min_length``,
            ``max_length``, and of dates and times ``min``, ``max``, ``step``; styles, attributes
            and further triggers.
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
    it is empty. ``min``, ``max``, ``step`` and ``required`` are checked by the browser before a
    form is sent; a handler still checks.
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


def text_area(
    *,
    value: Text = None,
    default_value: Text = None,
    placeholder: str | Var[Any] | None = None,
    rows: int | Var[Any] | None = None,
    disabled: Flag = None,
    on_change: TextEvent = None,
    on_blur: TextEvent = None,
    on_key_down: KeyEvent = None,
    **props: object,
) -> Component:
    """Return a field for text of several lines; it grows with what is in it.

    Args:
        value: what it shows. With a var it follows the var, but never while the user types.
        default_value: what it shows at first; the user's from then on.
        placeholder: shown while it is empty.
        rows: how many lines it shows at least.
        disabled: whether it can be edited.
        on_change: runs with the text at each keystroke.
        on_blur: runs with the text when the focus leaves.
        on_key_down: runs with the key's name, such as ``"Enter"``, and a `KeyInfo`; or a dict from
            keys to what each runs, ``{"Enter": Chat.send, "Ctrl+s": Chat.save}``: others send
            nothing.
        props: styles (``resize="none"``), attributes and further triggers.
    """
    if value is not None and default_value is not None:
        raise PageError("text_area: value= and default_value= exclude each other")
    given = {
        "value": value,
        "placeholder": placeholder,
        "rows": rows,
        "disabled": disabled,
        "on_change": on_change,
        "on_blur": on_blur,
        "on_key_down": on_key_down,
    }
    return make_element(_TEXT_AREA, (default_value,), {**given, **props})


def slider(
    *,
    value: Number = None,
    default_value: Number = None,
    min: Number = 0,
    max: Number = 100,
    step: Number = 1,
    label: str | Var[Any] | None = None,
    disabled: Flag = None,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    color_scheme: ColorScheme = None,
    on_change: NumberEvent = None,
    on_value_commit: NumberEvent = None,
    **props: object,
) -> Component:
    """Return a handle on a line that stands for a number.

    Args:
        value: where it is. With a var it follows the var, but not while an edit is on its way.
        default_value: where it is at first; the user's from then on.
        min: the number at its left end.
        max: the number at its right end.
        step: what the numbers between are multiples of, from ``min`` on.
        label: its name for those who do not see it, where no `label` or `form_field` says it.
        disabled: whether it can be moved.
        size: ``"1"`` to ``"3"``.
        color_scheme: a name of the theme's colours.
        on_change: runs with the number each time that the handle has moved.
        on_value_commit: runs with the number when the handle is let go.
        props: styles, attributes and further triggers.
    """
    given = {
        "min": min,
        "max": max,
        "step": step,
        "value": value,
        "default_value": default_value,
        "aria_label": label,
        "disabled": disabled,
        "on_change": on_change,
        "on_value_commit": on_value_commit,
    }
    data = {
        "data-size": choice("slider", "size", size, "123"),
        "data-color": choice("slider", "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    return _input(_SLIDER, {**given, **props}, "range", data)


def _input(
    kind: Kind, props: Mapping[str, object], type_: str, data: Mapping[str, object] | None = None
) -> Component:
    if props["value"] is not None and props["default_value"] is not None:
        raise PageError(f"{kind.name}: value= and default_value= exclude each other")
    return make_element(kind, (), props, {"type": type_, **(data or {})})
