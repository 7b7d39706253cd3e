"""Forms, and fields: a control with its label, a hint and what is wrong with the entry.

Knows which elements are controls, and nothing of what they are for.
"""

from __future__ import annotations

from typing import Any

from ..errors import PageError
from ..state.expr import Expr, Literal, Op
from ..state.var import Var
from .blocks import cond
from .element import Kind, make_element
from .event_types import D, FormEvent
from .naming import fresh_name
from .parts import first_element, with_changed
from .tree import Child, Component, Element, as_expr
from .triggers import TriggerKind
from .values import to_var

__all__ = ["form", "form_errors", "form_field"]


_SUBMIT = TriggerKind("submit", ("form",), ("prevent",))
#: Read by the browser's script of forms.
_RESET = "data-ts-reset"
_FORM = Kind(
    name="form",
    tag="form",
    attributes={"name": "name", "auto_complete": "autocomplete"},
    properties={"no_validate": "noValidate"},
    triggers={"on_submit": _SUBMIT},
    classes=("ts-form",),
    own=("on_submit", "reset_on_submit"),
)
_FIELD = Kind("form_field", "div", classes=("ts-field",), own=("description", "error"))
_LABEL = Kind("form_field", "label", {"for": "for"}, classes=("ts-label",))
_GROUP_LABEL = Kind("form_field", "div", classes=("ts-label",))
_HINT = Kind("form_field", "p", classes=("ts-field-hint",))
_ERRORS = Kind("form_errors", "div", classes=("ts-form-errors",))
_ERROR = Kind("form_field", "p", classes=("ts-field-error",))

_CONTROLS = frozenset({"input", "select", "textarea"})


def form(
    *children: Child,
    on_submit: FormEvent[D] = None,
    reset_on_submit: bool = False,
    **props: object,
) -> Component:
    """Return a form: controls whose values are sent together.

    Args:
        children: controls with a ``name``, and a button of ``type="submit"``.
        on_submit: runs when the button or Enter is pressed and the browser has found every entry
            valid. A handler whose parameter is an attrs class or a dataclass gets an instance of
            it, each field filled from the control of that name; what does not convert, and what
            the class's validators say, is shown beside the fields, and the handler does not run.
            Any other gets a dict of each control's name and value, both text: a box that is not
            ticked is not in it, nor a `select` whose placeholder is shown, and of controls with
            one name the last is. A handler says that an entry is wrong by ``raise
            ts.FormError({"email": "is taken"})``.
        reset_on_submit: empty the controls when the server has taken the entries. Refused, they
            stay; a FormError that comes later brings them back.
        props: styles, attributes and triggers.

    What is wrong with a field is cleared when its control is edited, or at the next try. See
    `form_errors` for what is of no field.

    Raises:
        PageError: a field of the class without a default has no control, or a control no field.
    """
    data = {_RESET: "true" if reset_on_submit else None}
    return make_element(_FORM, children, {"on_submit": on_submit, **props}, data)


def form_errors(**props: object) -> Component:
    """Return the place in a form for what is wrong with its entries and is of no one field.

    Without one it stands at the form's end. It is empty while there is nothing to say.

    Args:
        props: styles and attributes.
    """
    return make_element(_ERRORS, (), props, {"role": "alert"})


def form_field(
    label: Child,
    control: Component,
    *,
    description: Child = None,
    error: str | Var[Any] | None = None,
    **props: object,
) -> Component:
    """Return a control under its label, with what belongs to it.

    The label and the texts are the control's for screen readers as well: nothing has to be given
    an id.

    Args:
        label: the control's name.
        control: an `input`, `number_input`, `text_area`, `select`, `radio_group`, `slider`,
            `checkbox`, `switch`, or anything that holds one of these.
        description: a hint below it.
        error: what is wrong with the entry; nothing while it is empty or None.
        props: styles, attributes and triggers of the whole.
    """
    name = fresh_name()
    hint = error_text = None
    described: list[Expr] = []
    if description is not None:
        hint = make_element(_HINT, (description,), {"id": f"{name}-hint"})
        described.append(as_expr(f"{name}-hint"))
    wrong: object = None
    if error is not None:
        is_wrong = Op("bool", (as_expr(error),))
        wrong = to_var(Op("cond", (is_wrong, Literal("true"), Literal(None))))
        described.append(as_expr(f"{name}-error"))
        shown = cond(to_var(is_wrong), error)
        error_text = make_element(
            _ERROR, (shown,), {"id": f"{name}-error"}, {"aria-live": "polite"}
        )
    added: dict[str, object] = {
        "aria-describedby": _joined(described),
        "aria-invalid": wrong,
    }
    group = first_element(control, _is_group)
    if group is not None:
        title = make_element(_GROUP_LABEL, (label,), {"id": f"{name}-label"})
        done = with_changed(control, group, {**added, "aria-labelledby": f"{name}-label"})
    else:
        own = first_element(control, lambda element: element.tag in _CONTROLS)
        if own is None:
            raise PageError("form_field: there is no control in it: give an input, a select, ...")
        id_ = own.attributes.get("id")
        title = make_element(_LABEL, (label,), {"for": name if id_ is None else to_var(id_)})
        done = with_changed(control, own, added if id_ is not None else {"id": name, **added})
    return make_element(_FIELD, (title, done, hint, error_text), props)


def _joined(ids: list[Expr]) -> object:
    if not ids:
        return None
    parts: list[Expr] = [ids[0]]
    for one in ids[1:]:
        parts += [Literal(" "), one]
    return to_var(Op("concat", tuple(parts)))


def _is_group(element: Element) -> bool:
    return element.attributes.get("role") == Literal("radiogroup")
