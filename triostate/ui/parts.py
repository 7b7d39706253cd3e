"""Components made of parts: finding the parts in what the user has put together, and dressing them.

`ts.tabs.root` and its like get a tree in which their parts stand wherever the user wanted them: in
a stack, a branch, a row. Knows nothing of single components.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from ..errors import PageError
from ..state.expr import Expr
from .tree import Component, Each, Element, Fragment, Script, Switch, as_expr, as_nodes

__all__ = [
    "dressed",
    "each_part",
    "first_element",
    "on_button",
    "with_attributes",
    "with_changed",
    "with_script",
]

Dress = Callable[[Element], Element]


def each_part(nodes: tuple[Component, ...], names: frozenset[str], stop: str) -> Iterator[Element]:
    """Yield the elements of these components, in order; not those inside of one named ``stop``."""
    for node in nodes:
        if isinstance(node, Element):
            if node.name in names:
                yield node
            if node.name != stop:
                yield from each_part(node.children, names, stop)
        elif isinstance(node, Fragment):
            yield from each_part(node.children, names, stop)
        elif isinstance(node, Switch):
            yield from each_part(node.branches, names, stop)
        elif isinstance(node, Each):
            yield from each_part((node.row,), names, stop)


def dressed(nodes: tuple[Component, ...], dress: Mapping[str, Dress], stop: str) -> list[Component]:
    """Return the nodes with what ``dress`` makes of the elements of each component."""

    def one(node: Component) -> Component:
        if isinstance(node, Element):
            if node.name != stop:
                node = attrs.evolve(node, children=tuple(map(one, node.children)))
            return dress[node.name](node) if node.name in dress else node
        if isinstance(node, Fragment):
            return attrs.evolve(node, children=tuple(map(one, node.children)))
        if isinstance(node, Switch):
            return attrs.evolve(node, branches=tuple(map(one, node.branches)))
        if isinstance(node, Each):
            return attrs.evolve(node, row=one(node.row))
        return node

    return [one(node) for node in nodes]


def first_element(node: Component, is_wanted: Callable[[Element], bool]) -> Element | None:
    """Return the first element in a node that is wanted, the node itself included."""
    if isinstance(node, Element) and is_wanted(node):
        return node
    if not isinstance(node, Element | Fragment):
        return None
    inside = (first_element(child, is_wanted) for child in node.children)
    return next((element for element in inside if element is not None), None)


def with_changed(node: Component, wanted: Element, added: Mapping[str, object]) -> Component:
    """Return the node with more attributes on one of its elements."""
    if node is wanted:
        return with_attributes(wanted, added)
    if not isinstance(node, Element | Fragment):
        return node
    return attrs.evolve(node, children=tuple(with_changed(c, wanted, added) for c in node.children))


def on_button(child: object, part: str, added: Mapping[str, object]) -> Component:
    """Return what a user gave as the button of a part, with more attributes on the button."""
    nodes = as_nodes((child,), part)
    node = nodes[0] if len(nodes) == 1 else Fragment(nodes)
    button = first_element(node, lambda element: element.tag in ("button", "a"))
    if button is None:
        raise PageError(f"{part}: give a component that can be pressed, such as ts.button(...)")
    return with_changed(node, button, added)


def with_attributes(element: Element, added: Mapping[str, object]) -> Element:
    """Return the element with more attributes."""
    known = {name: value for name, value in added.items() if value is not None}
    given: dict[str, Expr] = {name: as_expr(value) for name, value in known.items()}
    return attrs.evolve(element, attributes={**element.attributes, **given})


def with_script(made: Component, script: str) -> Component:
    """Return a component that has the page load one of the framework's own scripts."""
    return Fragment((Script(script), made))
