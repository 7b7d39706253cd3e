"""From keyword arguments to an `Element`: which props a component takes, and where each goes.

A prop is an attribute, a DOM property, a style, a class or a trigger; an unknown one is an error
that names the component and the nearest name it does take. Knows nothing of single components:
each brings its own `Kind`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import attrs

from ..errors import PageError
from ..state.expr import Expr, Literal, Op
from .gestures import BUSY, running_of
from .styles import STYLE_PROPS, css_text
from .tree import Element, as_expr, as_nodes
from .triggers import COMMON_TRIGGERS, Trigger, TriggerKind, make_triggers
from .urls import URL_ATTRIBUTES, is_safe_url
from .values import is_var, to_var

__all__ = ["Kind", "choice", "make_element", "when"]

_GLOBAL_ATTRIBUTES: Final = {
    name: name.replace("_", "")
    for name in ("id", "title", "role", "lang", "dir", "tab_index", "access_key", "draggable")
}
_GLOBAL_PROPERTIES: Final = {"hidden": "hidden"}
_PLAIN_NAME: Final = re.compile(r"[a-z]+(-[a-z0-9]+)+")
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
    attributes: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    properties: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    style: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
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
            self._add_property(kind.properties.get(prop) or _GLOBAL_PROPERTIES[prop], value)
        elif (name := _attribute_name(kind, prop)) is not None:
            self.add_attribute(prop, name, value)
        elif prop in STYLE_PROPS:
            self._add_style(prop, value)
        elif prop == "style":
            self._add_style_dict(value)
        elif prop == "class_name":
            self._add_class(value)
        elif prop == "busy":
            if not isinstance(value, bool):
                raise PageError(f"{kind.name}: busy= is True or False, known when the page is made")
            self.shows_busy = value
        else:
            raise PageError(_unknown(kind, prop))

    def _add_property(self, name: str, value: object) -> None:
        if value is not None:
            expr = as_expr(value)
            is_any = name == "value" or self.kind.properties_vary
            self.properties[name] = expr if is_any else _truth(expr, value)

    def add_attribute(self, prop: str, name: str, value: object) -> None:
        expr = as_expr(value)
        if name.startswith("aria-"):
            expr = _aria(expr, value)
        if isinstance(expr, Literal):
            _check_attribute(self.kind.name, prop, name, expr.value)
        if expr != Literal(None):
            self.attributes[name] = expr

    def _add_style(self, prop: str, value: object) -> None:
        if value is None:
            return
        expr = as_expr(value)
        for name in STYLE_PROPS[prop]:
            try:
                known = Literal(css_text(name, expr.value)) if isinstance(expr, Literal) else None
            except PageError as error:
                raise PageError(f"{self.kind.name}: {error}") from None
            self.style[name] = known or _with_unit(name, expr, value)

    def _add_style_dict(self, value: object) -> None:
        if not isinstance(value, Mapping):
            raise PageError(f"{self.kind.name}: style= is a dict of CSS properties")
        for name, item in cast("Mapping[object, object]", value).items():
            prop = str(name).replace("-", "_")
            if prop not in STYLE_PROPS:
                near = difflib.get_close_matches(prop, STYLE_PROPS, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise PageError(f"{self.kind.name}: style has no property {name!r}{hint}")
            self._add_style(prop, item)

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
) -> Element:
    """Return the element of a component.

    Args:
        kind: the component.
        children: as the user passed them.
        props: the keyword arguments; PageError for one that the component does not take.
        data: attributes that the component itself sets; None leaves one out.
    """
    draft = _Draft(kind)
    for name, value in (data or {}).items():
        draft.add_attribute(name, name, value)
    for prop, value in (props or {}).items():
        draft.add(prop, value)
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
        style=draft.style,
        classes=(*kind.classes, *draft.classes),
        class_expr=draft.class_expr,
        triggers=triggers,
        shows_busy=shows_busy and running is None,
        children=as_nodes(children, kind.name),
    )


def choice(component: str, prop: str, value: object, allowed: Iterable[str]) -> Any:
    """Return ``value`` if it is a Var, None, or one of the allowed texts; else PageError."""
    if is_var(value):
        known = as_expr(value)
        if not isinstance(known, Literal):
            return value
        value = known.value
    if value is None:
        return value
    names = list(allowed)
    if str(value) in names:
        return str(value)
    near = difflib.get_close_matches(str(value), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
    raise PageError(f"{component}: {prop}={value!r} is unknown; {hint}")


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
    if value is not None and not isinstance(value, str | int | float):
        raise PageError(f"{component}: {prop}= is text, not {type(value).__name__}")
    if name in URL_ATTRIBUTES and value is not None and not is_safe_url(name, str(value)):
        raise PageError(
            f"{component}: {prop}={str(value)[:60]!r} is refused: an address is relative, "
            "http, https, mailto or tel (images: also data:image/)"
        )


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
    if (is_var(value) and value.type_ is bool) or _is_predicate(expr):
        return Op("cond", (expr, Literal("true"), Literal("false")))
    return expr


def _with_unit(name: str, expr: Expr, value: object) -> Expr:
    if is_var(value) and value.type_ in (int, float):
        unit = css_text(name, 1).removeprefix("1")
        return Op("concat", (expr, Literal(unit))) if unit else expr
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
        "class_name",
        "busy",
    ]
    near = difflib.get_close_matches(prop, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    what = "trigger" if prop.startswith("on_") else "prop"
    return f"{kind.name} has no {what} {prop!r}{hint}"
