"""Which controls a form has, and whether they fit the class that its entries become.

A control counts by its name; one of another component's making, or whose name is computed, may be
called anything, and then what seems to be missing is not complained of. Knows nothing of values.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import attrs

from ..errors import PageError
from ..state.expr import Literal
from ..state.form_fields import FormClass
from .tree import Component, Each, Element, Fragment, Switch
from .triggers import Trigger, form_of

__all__ = ["Controls", "check_form", "controls_of"]

_CONTROLS = frozenset({"input", "select", "textarea"})


@attrs.frozen
class Controls:
    """What is known of the names of a form's controls."""

    names: frozenset[str]
    entered: frozenset[str]
    """Those of controls that something is entered in, of which a button is none."""
    is_all: bool
    """Whether there are no others."""


def controls_of(form: Element, root: Component | None) -> Controls:
    """Return the controls in a form, and those elsewhere below ``root`` that say they belong to it.

    Without a root there may be more of these if the form has an id.
    """
    id_ = form.attributes.get("id")
    inside = [(control, name) for control, name in _named(form) if "form" not in control.attributes]
    is_all = True
    if id_ is not None:
        is_all = isinstance(id_, Literal) and root is not None
        elsewhere = () if root is None else _named(root)
        inside += [(c, name) for c, name in elsewhere if c.attributes.get("form") == id_]
    names = frozenset(name for _, name in inside if name is not None)
    entered = frozenset(n for c, n in inside if n is not None and c.tag in _CONTROLS)
    return Controls(names, entered, is_all and all(name is not None for _, name in inside))


def _named(node: Component) -> Iterator[tuple[Element, str | None]]:
    """Yield the elements that may have an entry, with the name, None if it is not known."""
    if isinstance(node, Element):
        name = node.attributes.get("name")
        is_control = node.tag in _CONTROLS or node.tag == "button" or node.is_custom
        if name is not None and is_control:
            yield node, str(name.value) if isinstance(name, Literal) else None
        for child in node.children:
            yield from _named(child)
    elif isinstance(node, Fragment | Switch | Each):
        for part in _parts(node):
            yield from _named(part)


def _parts(node: Fragment | Switch | Each) -> Iterable[Component]:
    if isinstance(node, Fragment):
        return node.children
    return (node.row,) if isinstance(node, Each) else node.branches


def check_form(component: str, trigger: Trigger, controls: Controls) -> None:
    """Raise PageError for a field that no control fills, and for a control that fills none."""
    shapes: list[FormClass] = []
    for call in trigger.calls:
        for position in range(len(call.args)):
            shape = form_of(trigger, call, position)
            if shape is not None:
                shapes.append(shape)
    where = f"{component}: {trigger.name}"
    for shape in shapes:
        _check_missing(where, shape, controls)
    is_plain = len(shapes) < len(trigger.calls)  # another call may take what is left over
    if shapes and not is_plain:
        _check_unknown(where, shapes, controls)


def _check_missing(where: str, shape: FormClass, controls: Controls) -> None:
    if not controls.is_all:
        return
    for name, field in shape.fields.items():
        if not field.has_default and name not in controls.names:
            raise PageError(
                f"{where}: {shape.cls.__name__}.{name} has no default, and no control of the form "
                f"has name={name!r}{_near(name, controls.names)}"
            )


def _check_unknown(where: str, shapes: list[FormClass], controls: Controls) -> None:
    known = {name for shape in shapes for name in shape.fields}
    for name in sorted(controls.entered - known):
        raise PageError(
            f"{where}: {shapes[0].cls.__name__} has no field for the control with "
            f"name={name!r}{_near(name, known)}; a control that is not to be sent has no name"
        )


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
