"""From keyword arguments to an `Element`: which props a component takes, and where each goes.

A prop is an attribute, a DOM property, a style, a class or a trigger; an unknown one is an error
that names the component and the nearest name it does take. Knows nothing of single components:
each brings its own `Kind`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from ..errors import PageError
from ..state.expr import Expr, Literal, Op
from .conditions import PSEUDO_PROPS, Condition
from .gestures import BUSY, running_of
from .places import place_of_call
from .styles import STYLE_PROPS
from .styling import Styling
from .tree import Element, as_expr, as_nodes
from .triggers import COMMON_TRIGGERS, Trigger, TriggerKind, make_triggers
from .urls import URL_ATTRIBUTES, is_safe_url
from .values import is_var, shown, to_var, value_type

__all__ = ["Kind", "Wider", "make_element", "when"]

_GLOBAL_ATTRIBUTES: Final = {
    name: name.replace("_", "")
    for name in ("id", "title", "role", "lang", "dir", "tab_index", "access_key", "draggable")
}
_GLOBAL_PROPERTIES: Final = {"hidden": "hidden"}
_PLAIN_NAME: Final = re.compile(r"[a-z]+(-[a-z0-9]+)+")
#: CSS, and safe, by the least width that it holds from.
Wider: TypeAlias = Mapping[str, Mapping[str, str]]
_RESERVED_DATA: Final = frozenset({"data-t", "data-m", "data-ts"})

#: Operations that give True or False, whatever they are applied to.
_PREDICATES: Final = frozenset(
    {"eq", "ne", "lt", "le", "gt", "ge", "not", "bool", "contains", "startswith", "endswith"}
)


@attrs.frozen
class Kind:
    """What is particular to one component."""

    name: str
    tag: str
    attributes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Prop to HTML attribute."""
    properties: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Prop to DOM property; all but ``value`` are true or false."""
    triggers: Mapping[str, TriggerKind] = attrs.field(factory=dict[str, TriggerKind])
    classes: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """Props that the component's function takes itself; named here for error texts."""
    properties_vary: bool = False
    """Whether properties may be of any type: the user's script knows of which."""


@attrs.define(eq=False)
class _Draft:
    """An element while its props are sorted."""

    kind: Kind
    styling: Styling
    attributes: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    properties: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    classes: list[str] = attrs.field(factory=list[str])
    class_expr: Expr | None = None
    triggers: list[Trigger] = attrs.field(factory=list[Trigger])
    shows_busy: bool = True

    def add(self, prop: str, value: object) -> None:
        kind = self.kind
        trigger = kind.triggers.get(prop) or COMMON_TRIGGERS.get(prop)
        if trigger is not None:
            if value is not None:
                self.triggers += make_triggers(kind.name, prop, trigger, value)
        elif prop in kind.properties or prop in _GLOBAL_PROPERTIES:
            target = kind.properties.get(prop) or _GLOBAL_PROPERTIES[prop]
            self._add_property(prop, target, value)
        elif (name := _attribute_name(kind, prop)) is not None:
            self.add_attribute(prop, name, value)
        elif prop in STYLE_PROPS:
            self.styling.add(prop, value)
        elif prop in PSEUDO_PROPS:
            if value is not None:
                self.styling.add_pseudo(prop, value)
        elif prop == "style":
            self.styling.add_dict(value)
        elif prop == "class_name":
            self._add_class(value)
        elif prop == "busy":
            self._set_busy(value)
        else:
            raise PageError(_unknown(kind, prop))

    def _add_property(self, prop: str, name: str, value: object) -> None:
        if value is not None:
            expr = as_expr(value)
            is_any = name == "value" or self.kind.properties_vary
            if isinstance(expr, Literal):
                _check_property(self.kind, prop, expr.value, is_any=is_any)
            self.properties[name] = expr if is_any else _truth(expr, value)

    def add_attribute(self, prop: str, name: str, value: object) -> None:
        expr = as_expr(value)
        if name.startswith("aria-"):
            expr = _aria(expr, value)
        if isinstance(expr, Literal):
            _check_attribute(self.kind.name, prop, name, expr.value)
        if expr != Literal(None):
            self.attributes[name] = expr

    def _set_busy(self, value: object) -> None:
        if not isinstance(value, bool):
            raise PageError(
                f"{self.kind.name}: busy= is True or False, known when the page is made"
            )
        self.shows_busy = value

    def _add_class(self, value: object) -> None:
        expr = as_expr(value)
        if not isinstance(expr, Literal):
            self.class_expr = expr
        elif expr.value is not None:
            self.classes += str(expr.value).split()


def make_element(
    kind: Kind,
    children: Iterable[object] = (),
    props: Mapping[str, object] | None = None,
    data: Mapping[str, object] | None = None,
    wider: Wider | None = None,
) -> Element:
    """Return the element of a component.

    Args:
        kind: the component.
        children: as the user passed them.
        props: the keyword arguments; PageError for one that the component does not take.
        data: attributes that the component itself sets; None leaves one out.
        wider: styles that the component itself sets from some widths on, as `by_width` names them.
    """
    styling = Styling(kind.name)
    draft = _Draft(kind, styling)
    for width, styles in (wider or {}).items():
        for name, text in styles.items():
            styling.add_rule(Condition(width), name, text)
    for name, value in (data or {}).items():
        draft.add_attribute(name, name, value)
    for prop, value in (props or {}).items():
        draft.add(prop, value)
    styling.settle()
    triggers = tuple(trigger for trigger in draft.triggers if trigger.calls)
    # What the user says of it, or a component's `loading`, is not said twice.
    shows_busy = draft.shows_busy and BUSY not in draft.attributes
    running = running_of(triggers) if shows_busy else None
    if running is not None:
        draft.attributes[BUSY] = as_expr(when(running))
    return Element(
        name=kind.name,
        tag=kind.tag,
        attributes=draft.attributes,
        properties=draft.properties,
        style=styling.style,
        rules=styling.rules,
        classes=(*kind.classes, *draft.classes),
        class_expr=draft.class_expr,
        triggers=triggers,
        shows_busy=shows_busy and running is None,
        children=as_nodes(children, kind.name),
        place=place_of_call(),
    )


def when(value: object) -> object:
    """Return what makes an attribute ``"true"`` while the value is true, and absent otherwise."""
    expr = as_expr(value)
    if isinstance(expr, Literal):
        return "true" if expr.value else None
    return to_var(Op("cond", (expr, Literal("true"), Literal(None))))


def _attribute_name(kind: Kind, prop: str) -> str | None:
    if prop in kind.attributes:
        return kind.attributes[prop]
    if prop.startswith(("aria_", "data_")):
        name = prop.replace("_", "-").lower()
        return name if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED_DATA else None
    return _GLOBAL_ATTRIBUTES.get(prop)


def _check_attribute(component: str, prop: str, name: str, value: object) -> None:
    if value is not None and not isinstance(value, str | int | float | Decimal):
        raise PageError(f"{component}: {prop}={shown(value)}: it is text or a number, or a Var")
    if name in URL_ATTRIBUTES and value is not None and not is_safe_url(name, str(value)):
        raise PageError(
            f"{component}: {prop}={str(value)[:60]!r} is refused: an address is relative, "
            "http, https, mailto or tel (images: also data:image/)"
        )


def _check_property(kind: Kind, prop: str, value: object, *, is_any: bool) -> None:
    """Raise PageError for a constant that a control cannot hold."""
    if kind.properties_vary:
        return
    if not is_any:
        if value is not None and not isinstance(value, int):
            raise PageError(
                f"{kind.name}: {prop}={shown(value)}: it is True or False, or a Var, such as "
                f"State.{prop}"
            )
    elif not isinstance(value, str | int | float | Decimal):
        raise PageError(f"{kind.name}: {prop}={shown(value)}: it is text or a number, or a Var")


def _truth(expr: Expr, value: object) -> Expr:
    """Wrap what is not known to be a bool: Python's truth, not the browser's, decides."""
    if isinstance(expr, Literal):
        return Literal(bool(expr.value))
    known = is_var(value) and value.type_ is bool
    return expr if known or _is_predicate(expr) else Op("bool", (expr,))


def _is_predicate(expr: Expr) -> bool:
    return isinstance(expr, Op) and expr.name in _PREDICATES


def _aria(expr: Expr, value: object) -> Expr:
    """ARIA spells its booleans out."""
    if isinstance(expr, Literal):
        return Literal(str(expr.value).lower()) if isinstance(expr.value, bool) else expr
    if (is_var(value) and value_type(value) is bool) or _is_predicate(expr):
        return Op("cond", (expr, Literal("true"), Literal("false")))
    return expr


def _unknown(kind: Kind, prop: str) -> str:
    known = [
        *kind.own,
        *kind.attributes,
        *kind.properties,
        *kind.triggers,
        *COMMON_TRIGGERS,
        *_GLOBAL_ATTRIBUTES,
        *_GLOBAL_PROPERTIES,
        *STYLE_PROPS,
        *PSEUDO_PROPS,
        "style",
        "class_name",
        "busy",
    ]
    near = difflib.get_close_matches(prop, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    what = "trigger" if prop.startswith("on_") else "prop"
    return f"{kind.name} has no {what} {prop!r}{hint}"
