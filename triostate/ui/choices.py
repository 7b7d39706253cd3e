"""Controls to choose one of several: selects and groups of radio buttons.

Both are the browser's own elements, and take the same options. Knows nothing of how an edit and an
update from the server are told apart: that is the browser runtime's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from ..errors import PageError
from ..state.expr import Expr, Op
from ..state.expr import Literal as Constant
from ..state.var import Var
from .blocks import foreach
from .controls import Flag
from .element import Kind, make_element, when
from .event_types import ChoiceEvent
from .naming import fresh_name
from .tree import Component, as_expr
from .triggers import TriggerKind
from .values import is_var, items_of, to_var
from .variants import choice

__all__ = ["radio_group", "select"]

#: What can be chosen: texts or numbers, or pairs of a value and the text shown for it; as a list,
#: a dict of value to text, or a Var of a list of texts or numbers.
Options: TypeAlias = (
    Sequence[str | int | float | tuple[str | int | float, str]]
    | Mapping[str, str]
    | Mapping[int, str]
    | Var[Any]
)
Chosen: TypeAlias = str | int | float | Var[Any] | None

_SELECT = Kind(
    name="select",
    tag="select",
    attributes={"name": "name", "form": "form", "auto_complete": "autocomplete"},
    properties={
        "value": "value",
        "disabled": "disabled",
        "required": "required",
        "auto_focus": "autofocus",
    },
    triggers={
        "on_change": TriggerKind("change", ("value",)),
        "on_blur": TriggerKind("blur", ("value",)),
    },
    classes=("ts-select",),
    own=("items", "default_value", "placeholder", "label", "size"),
)
_OPTION = Kind(
    name="select",
    tag="option",
    attributes={"value": "value", "label": "label"},
    properties={"selected": "selected", "disabled": "disabled"},
)
_GROUP = Kind(
    name="radio_group",
    tag="div",
    classes=("ts-radio-group",),
    own=("items", "value", "default_value", "direction", "name", "label", "disabled", "required"),
)
_RADIO = Kind(
    name="radio_group",
    tag="input",
    attributes={"name": "name", "value": "value", "default_checked": "checked"},
    properties={"checked": "checked", "disabled": "disabled", "required": "required"},
    triggers={"on_change": TriggerKind("change", ("value",))},
    classes=("ts-radio",),
)
_RADIO_LABEL = Kind("radio_group", "label", classes=("ts-checkbox",))


def select(
    items: Options,
    *,
    value: Chosen = None,
    default_value: Chosen = None,
    placeholder: str | None = None,
    label: str | Var[Any] | None = None,
    disabled: Flag = None,
    required: Flag = None,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    on_change: ChoiceEvent = None,
    **props: object,
) -> Component:
    """Return a list of which one is chosen, shown as one line until it is opened.

    Args:
        items: what can be chosen: texts or numbers, pairs ``(value, text)``, a dict of value to
            text, or a Var of a list of texts or numbers.
        value: what is chosen. With a var it follows the var.
        default_value: what is chosen at first; the user's from then on.
        placeholder: shown while nothing is chosen.
        label: its name for those who do not see it, where no `label` or `form_field` says it.
        disabled: whether it can be changed.
        required: whether a form can be sent without it.
        size: ``"1"`` to ``"3"``.
        on_change: runs with the value, as text; the handler's annotation converts it.
        props: ``name``, styles, attributes and further triggers.
    """
    _check_values("select", value, default_value)
    given = {"value": value, "disabled": disabled, "required": required, "on_change": on_change}
    data = {"aria-label": label, "data-size": choice("select", "size", size, "123")}

    def option(item: object, text: object) -> Component:
        chosen = None if default_value is None else to_var(_equal(default_value, item))
        return make_element(_OPTION, (text,), {"value": item, "selected": chosen})

    options = [_each("select", items, option)]
    if placeholder is not None:
        # Without a value that is chosen the browser would show the first one.
        is_first = value is None and default_value is None
        empty = {"value": "", "disabled": True, "selected": True if is_first else None}
        options.insert(0, make_element(_OPTION, (placeholder,), empty))
    return make_element(_SELECT, options, {**given, **props}, data)


def radio_group(
    items: Options,
    *,
    value: Chosen = None,
    default_value: Chosen = None,
    direction: Literal["column", "row"] | Var[Any] = "column",
    label: str | Var[Any] | None = None,
    name: str | Var[Any] | None = None,
    disabled: Flag = None,
    required: Flag = None,
    on_change: ChoiceEvent = None,
    **props: object,
) -> Component:
    """Return buttons of which one is chosen, all of them in sight.

    Args:
        items: what can be chosen, as for `select`.
        value: what is chosen. With a var it follows the var.
        default_value: what is chosen at first; the user's from then on.
        direction: ``"column"`` or ``"row"``.
        label: the group's name for those who do not see it, where no `form_field` says it.
        name: what a form sends the value as; by default a name of its own.
        disabled: whether it can be changed.
        required: whether a form can be sent without it.
        on_change: runs with the value, as text; the handler's annotation converts it.
        props: styles, attributes and triggers of the whole.
    """
    _check_values("radio_group", value, default_value)
    group = fresh_name() if name is None else name

    def button(item: object, text: object) -> Component:
        given = {
            "name": group,
            "value": item,
            "checked": None if value is None else to_var(_equal(value, item)),
            "default_checked": (
                None if default_value is None else when(to_var(_equal(default_value, item)))
            ),
            "disabled": disabled,
            "required": required,
            "on_change": on_change,
        }
        radio = make_element(_RADIO, (), given, {"type": "radio"})
        return make_element(_RADIO_LABEL, (radio, text))

    data = {
        "role": "radiogroup",
        "aria-label": label,
        "data-direction": choice("radio_group", "direction", direction, ("column", "row")),
    }
    return make_element(_GROUP, (_each("radio_group", items, button),), props, data)


def _check_values(component: str, value: object, default_value: object) -> None:
    if value is not None and default_value is not None:
        raise PageError(f"{component}: value= and default_value= exclude each other")


def _equal(chosen: object, item: object) -> Expr:
    """Whether an item is what is chosen; as texts, which is what a browser has of them."""
    sides = [as_expr(side) for side in (chosen, item)]
    texts: list[Expr] = [
        Constant(str(side.value)) if isinstance(side, Constant) else Op("str", (side,))
        for side in sides
    ]
    return Op("eq", tuple(texts))


def _each(
    component: str, items: object, make: Callable[[object, object], Component]
) -> Component | list[Component]:
    if is_var(items) and not isinstance(as_expr(items), Constant):
        return foreach(items, lambda item: make(item, item))
    if isinstance(items, Mapping):
        pairs = list(cast("Mapping[object, object]", items).items())
    else:
        pairs = [_pair(component, item) for item in items_of(items) or ()]
    if not pairs:
        raise PageError(
            f"{component}: there is nothing to choose; give a list of texts, of pairs "
            "(value, text), a dict of value to text, or a Var of a list"
        )
    return [make(value, text) for value, text in pairs]


def _pair(component: str, item: object) -> tuple[object, object]:
    several = items_of(item)
    if several is None:
        several = (item, item)
    if len(several) != 2 or not all(
        isinstance(part, str | int | float) or is_var(part) for part in several
    ):
        raise PageError(f"{component}: an item is a text, a number, or a pair (value, text)")
    return several[0], several[1]
