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
from typing import Any, Final, TypeAlias, cast

import attrs

from ..errors import PageError
from ..state.expr import Expr, Literal, Op
from .conditions import ALWAYS, PSEUDO_PROPS, Condition, by_width
from .gestures import BUSY, running_of
from .naming import fresh_variable
from .places import place_of_call
from .styles import STYLE_PROPS, css_string, css_text
from .tree import Component, Element, as_expr, as_nodes
from .triggers import COMMON_TRIGGERS, Trigger, TriggerKind, make_triggers
from .urls import URL_ATTRIBUTES, is_safe_url
from .values import is_var, to_var, value_type

__all__ = ["Kind", "Wider", "choice", "choices", "make_element", "when"]

_GLOBAL_ATTRIBUTES: Final = {
    name: name.replace("_", "")
    for name in ("id", "title", "role", "lang", "dir", "tab_index", "access_key", "draggable")
}
_GLOBAL_PROPERTIES: Final = {"hidden": "hidden"}
_PLAIN_NAME: Final = re.compile(r"[a-z]+(-[a-z0-9]+)+")
#: Pseudo props with text of their own.
_WITH_CONTENT: Final = frozenset({"before", "after"})
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
    attributes: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    properties: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    style: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    rules: dict[Condition, dict[str, str]] = attrs.field(factory=dict[Condition, dict[str, str]])
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
            self._add_style(prop, value)
        elif prop in PSEUDO_PROPS:
            if value is not None:
                self._add_pseudo(prop, value, ALWAYS)
        elif prop == "style":
            self._add_style_dict(value)
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

    def _add_style(self, prop: str, value: object, when: Condition = ALWAYS) -> None:
        """Add a style prop: one value, or one for each of several widths."""
        if value is None:
            return
        where = f"{self.kind.name}: {_within(when)}{prop}"
        if prop == "content" and when.part in _WITH_CONTENT:
            self.add_rule(when, "content", _content(value, where))
            return
        wide = by_width(value, f"{where}=")
        for width, one in {when.width: value}.items() if wide is None else wide.items():
            at = attrs.evolve(when, width=width)
            for name in STYLE_PROPS[prop]:
                styled = self._styled(name, one, where)
                if at == ALWAYS:
                    self.style.pop(name, None)  # the later of two is the later in the sheet, too
                    self.style[name] = styled
                else:
                    self.add_rule(at, name, self._fixed(styled))

    def add_rule(self, when: Condition, name: str, text: str) -> None:
        """Add what holds on a condition; the text is CSS, and safe."""
        self.rules.setdefault(when, {})[name] = text

    def _styled(self, name: str, value: object, where: str) -> Expr:
        """Return a CSS property's value as an expression; a constant is checked CSS."""
        if isinstance(value, Component):
            raise PageError(
                f"{where}= is given a component; for another value in dark mode write "
                f"_dark={{{name.replace('-', '_')!r}: ...}}"
            )
        expr = as_expr(value)
        if not isinstance(expr, Literal):
            return _with_unit(name, expr, value)
        try:
            return Literal(css_text(name, expr.value))
        except PageError as error:
            # It names the CSS property; the user wrote the prop.
            said = str(error).removeprefix(f"{name}=")
            raise PageError(f"{where}={said}") from None

    def _fixed(self, expr: Expr) -> str:
        """Return CSS for a rule: of a var, a CSS variable that the element sets from it."""
        if isinstance(expr, Literal):
            return str(expr.value)
        name = fresh_variable()
        self.style[name] = expr
        # Where the var is None, what the theme says without this.
        return f"var({name},revert-layer)"

    def _add_pseudo(self, prop: str, value: object, when: Condition) -> None:
        """Add the styles of a pseudo prop such as ``_hover``."""
        where = f"{self.kind.name}: {_within(when)}{prop}"
        if not isinstance(value, Mapping):
            raise PageError(f"{where}= is a dict of style props, such as {{'color': 'red'}}")
        inner = when.within(prop, where)
        if inner.part in _WITH_CONTENT:  # nothing is shown without
            self.rules.setdefault(attrs.evolve(inner, states=(), theme=""), {}).setdefault(
                "content", '""'
            )
        self._add_styles(cast("Mapping[object, object]", value), where, inner)

    def _add_styles(self, styles: Mapping[object, object], where: str, when: Condition) -> None:
        for name, item in styles.items():
            prop = str(name).replace("-", "_")
            if prop in PSEUDO_PROPS:
                self._add_pseudo(prop, item, when)
            elif prop in STYLE_PROPS or (prop == "content" and when.part in _WITH_CONTENT):
                self._add_style(prop, item, when)
            else:
                raise PageError(f"{where} has no property {name!r}; {_near_style(prop)}")

    def settle(self) -> None:
        """Let rules win over styles that follow vars, which stand on the element itself."""
        if not self.rules:
            return
        for name, expr in list(self.style.items()):
            if not isinstance(expr, Literal) and not name.startswith("--"):
                self.style[name] = Literal(self._fixed(expr))

    def _add_style_dict(self, value: object) -> None:
        if not isinstance(value, Mapping):
            raise PageError(f"{self.kind.name}: style= is a dict of CSS properties")
        styles = cast("Mapping[object, object]", value)
        self._add_styles(styles, f"{self.kind.name}: style", ALWAYS)

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
    draft = _Draft(kind)
    for width, styles in (wider or {}).items():
        for name, text in styles.items():
            draft.add_rule(Condition(width), name, text)
    for name, value in (data or {}).items():
        draft.add_attribute(name, name, value)
    for prop, value in (props or {}).items():
        draft.add(prop, value)
    draft.settle()
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
        rules=draft.rules,
        classes=(*kind.classes, *draft.classes),
        class_expr=draft.class_expr,
        triggers=triggers,
        shows_busy=shows_busy and running is None,
        children=as_nodes(children, kind.name),
        place=place_of_call(),
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
    if isinstance(value, list | tuple | Mapping):
        raise PageError(
            f"{component}: {prop}={_short(value)}: it takes one value; style props take values by "
            "widths, such as font_size=['1em', '2em']"
        )
    if not isinstance(value, str | int):
        raise PageError(
            f"{component}: {prop}={_short(value)} is no text; one of {', '.join(names)}"
        )
    if str(value) in names:
        return str(value)
    near = difflib.get_close_matches(str(value), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
    raise PageError(f"{component}: {prop}={value!r} is unknown; {hint}")


def choices(
    component: str, prop: str, value: object, texts: Mapping[str, str], default: object = None
) -> tuple[Any, dict[str, dict[str, str]]]:
    """Return a prop that may be given by widths: what holds from no width on, and the rest as CSS.

    Args:
        component: for error texts, as ``prop``.
        prop: the keyword argument.
        value: one of ``texts``, a Var of one, None, or a list or dict of them by widths.
        texts: each allowed value with its declaration in CSS, such as ``"flex-wrap:wrap"``.
        default: what holds where the widths that are given do not begin at none.
    """
    wide = by_width(value, f"{component}: {prop}=")
    if wide is None:
        return choice(component, prop, value, texts), {}
    wider: dict[str, dict[str, str]] = {}
    for width, one in wide.items():
        known = choice(component, prop, one, texts)
        if is_var(known):
            raise PageError(
                f"{component}: {prop}= by widths takes constants; give one Var for all widths, or "
                "put ts.cond around the component"
            )
        name, _, text = texts[known].partition(":")
        wider[width] = {name: text}
    wider.pop("initial", None)
    return choice(component, prop, wide.get("initial", default), texts), wider


def when(value: object) -> object:
    """Return what makes an attribute ``"true"`` while the value is true, and absent otherwise."""
    expr = as_expr(value)
    if isinstance(expr, Literal):
        return "true" if expr.value else None
    return to_var(Op("cond", (expr, Literal("true"), Literal(None))))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _within(when: Condition) -> str:
    """Where a style stands: nothing, or the pseudo props around it."""
    names = [when.theme, *when.states, when.part]
    return "".join(f"_{name} " for name in names if name)


def _content(value: object, where: str) -> str:
    if is_var(value):
        raise PageError(f"{where}= is a constant: show what changes by a child, ts.span(...)")
    try:
        return css_string(value)
    except PageError as error:
        raise PageError(f"{where}{str(error).removeprefix('content')}") from None


def _near_style(prop: str) -> str:
    near = difflib.get_close_matches(prop, (*STYLE_PROPS, *PSEUDO_PROPS), 1)
    return f"did you mean {near[0]!r}?" if near else "styles are those of CSS, such as 'color'"


def _attribute_name(kind: Kind, prop: str) -> str | None:
    if prop in kind.attributes:
        return kind.attributes[prop]
    if prop.startswith(("aria_", "data_")):
        name = prop.replace("_", "-").lower()
        return name if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED_DATA else None
    return _GLOBAL_ATTRIBUTES.get(prop)


def _check_attribute(component: str, prop: str, name: str, value: object) -> None:
    if value is not None and not isinstance(value, str | int | float | Decimal):
        raise PageError(f"{component}: {prop}={_short(value)}: it is text or a number, or a Var")
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
                f"{kind.name}: {prop}={_short(value)}: it is True or False, or a Var, such as "
                f"State.{prop}"
            )
    elif not isinstance(value, str | int | float | Decimal):
        raise PageError(f"{kind.name}: {prop}={_short(value)}: it is text or a number, or a Var")


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


def _with_unit(name: str, expr: Expr, value: object) -> Expr:
    if is_var(value) and value_type(value) in (int, float):
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
        *PSEUDO_PROPS,
        "style",
        "class_name",
        "busy",
    ]
    near = difflib.get_close_matches(prop, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    what = "trigger" if prop.startswith("on_") else "prop"
    return f"{kind.name} has no {what} {prop!r}{hint}"
