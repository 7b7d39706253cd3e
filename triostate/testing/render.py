"""What is on show: a page's markup with the values of one moment, as elements to look at.

Rendering does what the browser runtime does: a test that fails does not hold, None and False remove
an attribute. What an expression that fails would show is nothing here, and what was there before in
a browser. Knows nothing of connections.
"""

from __future__ import annotations

from typing import Any

import attrs

from triostate.state.expr import Expr, evaluate
from triostate.state.operations import text_of, truth
from triostate.testing.element import CONTROLS, Element, Values
from triostate.testing.markup import BlockPlace, BoundText, ElementNode, Markup, Node
from triostate.testing.plan import Part, Switch
from triostate.ui.urls import URL_ATTRIBUTES, is_safe_url

__all__ = ["render", "render_text"]


def render(markup: Markup, values: Values) -> Element:
    """Return the page as it looks with these values."""
    root = Element("body", {}, {})
    renderer = _Renderer(markup)
    renderer.nodes(markup.root, root, values)
    _attach_labels(renderer.made)
    root._on_show = tuple(element for element in renderer.made if not element.is_hidden)
    return root


@attrs.define(eq=False)
class _Renderer:
    markup: Markup
    made: list[Element] = attrs.field(factory=list)
    """All elements in the order of the page: cheaper than walking it anew."""
    _row: tuple[Any, ...] = ()

    def nodes(self, nodes: tuple[Node, ...] | list[Node], into: Element, values: Values) -> None:
        for node in nodes:
            match node:
                case str():
                    into.children.append(node)
                case BoundText(part):
                    into.children.append(render_text(self.markup.parts[part].text, values))
                case BlockPlace(block):
                    self.block(block, into, values)
                case ElementNode():
                    self.element(node, into, values)

    def block(self, number: int, into: Element, values: Values) -> None:
        block = self.markup.blocks[number]
        if isinstance(block, Switch):
            chosen = (i for i, test in enumerate(block.tests) if _holds(test, values))
            branch = block.branches[next(chosen, len(block.tests))]
            if branch is not None:
                self.nodes(self.markup.templates[branch], into, values)
            return
        around = self._row
        for index, item in enumerate(_items(block.items, values)):
            row = values.within({block.item: item, block.index: index})
            name = index if block.key is None else repr(_value(block.key, row))
            self._row = (*around, number, name)
            self.nodes(self.markup.templates[block.row], into, row)
        self._row = around

    def element(self, node: ElementNode, into: Element, values: Values) -> None:
        shown = Element(node.tag, dict(node.attributes), {}, parent=into)
        shown.place = (*self._row, node.part if node.part is not None else id(node))
        into.children.append(shown)
        self.made.append(shown)
        part = None if node.part is None else self.markup.parts[node.part]
        if part is not None:
            _dress(shown, part, values)
        hides = "hidden" in shown.attributes or shown.style.get("display") == "none"
        shown.is_hidden = hides or into.is_hidden
        shown._is_preformatted = node.tag == "pre" or into._is_preformatted
        if part is not None and part.text is not None:
            shown.children.append(render_text(part.text, values))
        else:
            self.nodes(node.children, shown, values)


def _dress(element: Element, part: Part, values: Values) -> None:
    """Give an element what its part says, and take from it what the first paint had there."""
    element._triggers, element._values = part.triggers, values
    element.bound = frozenset(part.properties)
    for name, expr in part.attributes.items():
        value = _value(expr, values)
        text = "" if value is True else _display(value)
        is_safe = name not in URL_ATTRIBUTES or is_safe_url(name, text)
        is_shown = value is not None and value is not False  # 0 is one that is
        _set(element.attributes, name, text if is_shown and is_safe else None)
    for name, expr in part.properties.items():
        value = _value(expr, values)
        is_text = name == "value"
        shown = _display(value) if is_text else "" if truth(value) else None
        _set(element.attributes, name.lower(), shown)
    for name, expr in part.style.items():
        value = _value(expr, values)
        if value not in (None, False):
            element.style[name] = _display(value)
    if part.class_ is not None:
        names = [element.attributes.get("class", ""), _display(_value(part.class_, values))]
        element.attributes["class"] = " ".join(filter(None, names))


def _set(attributes: dict[str, str], name: str, text: str | None) -> None:
    if text is None:
        attributes.pop(name, None)
    else:
        attributes[name] = text


def _attach_labels(elements: list[Element]) -> None:
    if not any(element.tag == "label" for element in elements):
        return
    by_id = {element.id: element for element in elements if element.id}
    for label in elements:
        if label.tag == "label":
            named = by_id.get(label.attributes.get("for", ""))
            inside = next((e for e in label.walk() if e.tag in CONTROLS), None)
            control = named if "for" in label.attributes else inside
            if control is not None:
                control.labels.append(label)


# Values on show


def _value(expr: Expr, values: Values) -> Any:
    try:
        return evaluate(expr, values)
    except Exception:  # noqa: BLE001 - whatever a page's expression raises, the rest is shown
        return None


def _holds(expr: Expr, values: Values) -> bool:
    return truth(_value(expr, values))


def _items(expr: Expr, values: Values) -> list[Any]:
    try:
        return list(_value(expr, values))
    except TypeError:
        return []


def render_text(expr: Expr | None, values: Values) -> str:
    """Return what an expression shows as text."""
    return "" if expr is None else _display(_value(expr, values))


def _display(value: Any) -> str:
    try:
        return "" if value is None else text_of(value)
    except Exception:  # noqa: BLE001 - what has no text in a browser shows none
        return ""
