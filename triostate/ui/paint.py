"""Painting: a numbered tree as HTML, with the default values or, for a template, without values.

Painting with values writes what the browser runtime would show for the same values, so that the
runtime can take over the page as it stands. Knows nothing of the document around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ..errors import PageError
from ..state.annotations import a_or_an
from ..state.expr import Expr, Literal, LocalName, VarRef, evaluate
from .html import VOID_TAGS, escape, open_tag
from .plan import Plan, is_only_text
from .sheet import Sheet
from .styles import css_text
from .tree import Component, Each, Element, Fragment, Script, Switch, Text
from .urls import URL_ATTRIBUTES, is_safe_url

__all__ = ["Values", "paint"]

#: DOM properties that no attribute stands for.
_WITHOUT_ATTRIBUTE = frozenset({"indeterminate"})
#: Elements without an attribute for their value.
_VALUE_INSIDE = frozenset({"select", "textarea"})


@attrs.frozen(eq=False)
class Values:
    """Where a painted expression finds its values."""

    defaults: Callable[[VarRef], Any]
    locals: Mapping[LocalName, Any] = attrs.field(factory=dict[LocalName, Any])

    def var(self, ref: VarRef, /) -> Any:
        """Return a var's default."""
        return self.defaults(ref)

    def local(self, local: LocalName, /) -> Any:
        """Return the item or index of the row that is painted."""
        return self.locals[local]

    def within(self, locals_: Mapping[LocalName, Any]) -> Values:
        """Return the values inside a row."""
        return attrs.evolve(self, locals={**self.locals, **locals_})


def paint(node: Component, plan: Plan, sheet: Sheet, values: Values | None) -> str:
    """Return the HTML of a node whose plan is made; without values, that of a template."""
    painter = _Painter(plan, sheet)
    painter.node(node, values)
    return "".join(painter.out)


@attrs.define(eq=False)
class _Painter:
    plan: Plan
    sheet: Sheet
    out: list[str] = attrs.field(factory=list[str])
    chosen: str | None = None
    """The value of the select that is being painted."""

    def node(self, node: Component, values: Values | None) -> None:
        match node:
            case Text():
                self.text(node, values)
            case Fragment():
                for child in node.children:
                    self.node(child, values)
            case Element():
                self.element(node, values)
            case Switch():
                self.block(node, values, self.branch)
            case Each():
                self.block(node, values, self.rows)
            case Script():
                pass
            case _:
                raise PageError(f"{a_or_an(type(node).__name__)} cannot be shown")

    def text(self, node: Text, values: Values | None) -> None:
        text = escape(_shown(_value(node.value, values)))
        if isinstance(node.value, Literal):
            self.out.append(text)
        else:
            self.out.append(f"<!--t{self.plan.part_of[node]}-->{text}<!--/-->")

    def block(
        self, node: Switch | Each, values: Values | None, content: Callable[[Any, Values], None]
    ) -> None:
        self.out.append(f"<!--[{self.plan.block_of[node]}-->")
        if values is not None:
            content(node, values)
        self.out.append("<!--]-->")

    def branch(self, node: Switch, values: Values) -> None:
        chosen = (i for i, test in enumerate(node.tests) if _value(test, values))
        self.node(node.branches[next(chosen, len(node.tests))], values)

    def rows(self, node: Each, values: Values) -> None:
        for index, item in enumerate(_items(_value(node.items, values))):
            self.out.append("<!--r-->")
            self.node(node.row, values.within({node.item: item, node.index: index}))

    def element(self, node: Element, values: Values | None) -> None:
        self.out.append(open_tag(node.tag, self.attributes(node, values)))
        if node.tag in VOID_TAGS:
            return
        if node.tag in _VALUE_INSIDE:
            self.inside(node, values)
        elif is_only_text(node) and isinstance(text := node.children[0], Text):
            self.out.append(_leading(node, _shown(_value(text.value, values))))
        else:
            for child in node.children:
                self.node(child, values)
        self.out.append(f"</{node.tag}>")

    def inside(self, node: Element, values: Values | None) -> None:
        """Paint a control whose value HTML says by what is in it."""
        value = _value(node.properties.get("value", Literal(None)), values)
        if node.tag == "textarea" and value is not None:
            self.out.append(_leading(node, _shown(value)))
            return
        around, self.chosen = self.chosen, None if value is None else _shown(value)
        for child in node.children:
            self.node(child, values)
        self.chosen = around

    def attributes(self, node: Element, values: Values | None) -> list[tuple[str, str]]:
        shown: dict[str, str] = {}
        classes = " ".join(self.classes(node, values))
        if classes:
            shown["class"] = classes
        for name, expr in node.attributes.items():
            value = _value(expr, values)
            if _is_present(value) and (name not in URL_ATTRIBUTES or is_safe_url(name, str(value))):
                shown[name] = _attribute_text(value)
        for name, expr in node.properties.items():
            value = _value(expr, values)
            if node.is_custom:
                continue
            if name == "value":
                if value is not None and node.tag not in _VALUE_INSIDE:
                    shown[name] = _shown(value)
            elif value and name not in _WITHOUT_ATTRIBUTE:
                shown[name.lower()] = ""
        if node.tag == "option" and self.chosen is not None and shown.get("value") == self.chosen:
            shown["selected"] = ""
        if node in self.plan.part_of:
            shown["data-t"] = f"{self.plan.part_of[node]}"
        if values is not None and self.shows_vars(node):
            shown["data-m"] = ""
        return list(shown.items())

    def shows_vars(self, node: Element) -> bool:
        """Whether text or a value of it is hidden on a reload until the session's values come."""
        return any(
            not isinstance(node.properties.get(name, Literal(None)), Literal)
            for name in ("value", "checked")
        ) or any(
            isinstance(child, Text) and not isinstance(child.value, Literal)
            for child in node.children
        )

    def classes(self, node: Element, values: Values | None) -> list[str]:
        classes = list(node.classes)
        if node.class_expr is not None:
            classes += _shown(_value(node.class_expr, values)).split()
        fixed = {p: str(e.value) for p, e in node.style.items() if isinstance(e, Literal)}
        if fixed or node.rules:
            classes.append(self.sheet.add(fixed, node.rules))
        first = self.first_styles(node, values)
        if first:
            classes.append(self.sheet.add(first))
        return classes

    def first_styles(self, node: Element, values: Values | None) -> dict[str, str]:
        """Return the styles that follow vars, as the defaults have them.

        They too become classes; what the runtime sets on the element itself goes before them.
        """
        styles: dict[str, str] = {}
        for prop, expr in node.style.items():
            value = _value(expr, values)
            if isinstance(expr, Literal) or not isinstance(value, str | int | float):
                continue
            try:
                styles[prop] = css_text(prop, value if isinstance(value, str) else str(value))
            except PageError:  # a default that is no style: shown without it, as the browser does
                continue
        return styles


def _value(expr: Expr, values: Values | None) -> Any:
    """Evaluate; None where there are no values, or where evaluation fails."""
    if isinstance(expr, Literal):
        return expr.value
    if values is None:
        return None
    try:
        return evaluate(expr, values)
    except Exception:  # noqa: BLE001 - whatever a user's expression raises, the page is shown
        return None


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _is_present(value: Any) -> bool:
    return value is not None and value is not False


def _attribute_text(value: Any) -> str:
    return "" if value is True else str(value)


def _items(value: Any) -> list[Any]:
    try:
        return list(value)
    except TypeError:
        return []


def _leading(node: Element, text: str) -> str:
    """A parser drops a line end right after the start tag of these: one more is written for it."""
    is_dropped = node.tag in ("pre", "textarea") and text.startswith("\n")
    return ("\n" if is_dropped else "") + escape(text)
