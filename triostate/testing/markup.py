"""A page as a browser reads it: its HTML as a tree, beside its plan.

What the server painted with default values is left out where the plan says how to paint it, so
that the tree holds what is constant and the places of what is not. Read from the bytes that were
served: what a test sees of a page has travelled. Knows nothing of values and sessions.
"""

from __future__ import annotations

import functools
import html.parser
import re
from collections.abc import Sequence
from typing import TypeAlias

import attrs

from triostate.state.codec import decode_json
from triostate.state.expr import Expr, evaluate
from triostate.testing.plan import Each, Part, Plan, Switch
from triostate.ui.html import VOID_TAGS

__all__ = ["BlockPlace", "BoundText", "ElementNode", "Markup", "Node", "read_markup"]


@attrs.frozen(eq=False)
class ElementNode:
    """An element as it was served."""

    tag: str
    attributes: dict[str, str]
    part: int | None
    children: list[Node] = attrs.field(factory=list)


@attrs.frozen(eq=False)
class BoundText:
    """Text between other children that a part gives."""

    part: int


@attrs.frozen(eq=False)
class BlockPlace:
    """Where a block shows what it shows."""

    block: int


Node: TypeAlias = "ElementNode | BoundText | BlockPlace | str"


@attrs.frozen(eq=False)
class Markup:
    """One document."""

    title: str
    """As it was served."""
    title_part: int | None
    """What gives it, where it is not constant."""
    page: str
    """The page's id; empty for a document that is no live page."""
    root: tuple[Node, ...]
    templates: tuple[tuple[Node, ...], ...]
    parts: tuple[Part, ...]
    blocks: tuple[Switch | Each, ...]


@functools.lru_cache(maxsize=64)
def read_markup(body: bytes) -> Markup:
    """Return a served document; of one that is no live page only the text is there."""
    parser = _Parser()
    parser.feed(body.decode())
    parser.close()
    plan = Plan(decode_json(parser.plan)) if parser.plan else None
    root = _find_root(parser.body) or parser.body
    if plan is not None:
        _take_off_defaults(root, plan)
    return Markup(
        title=parser.title,
        title_part=parser.title_part,
        page="" if plan is None else plan.page,
        root=tuple(root.children),
        templates=tuple(tuple(nodes) for nodes in parser.templates),
        parts=() if plan is None else plan.parts,
        blocks=() if plan is None else plan.blocks,
    )


def _find_root(element: ElementNode) -> ElementNode | None:
    """Return the element that holds the page itself, without its head and its toasts."""
    for child in element.children:
        if isinstance(child, ElementNode):
            if child.attributes.get("id") == "ts-root":
                return child
            if (found := _find_root(child)) is not None:
                return found
    return None


def _take_off_defaults(element: ElementNode, plan: Plan) -> None:
    """Leave only constant classes: those that follow vars were painted with the defaults.

    Attributes need no such thing, because a bound one is bound whole.
    """
    expr = None if element.part is None else plan.parts[element.part].class_
    if expr is not None:
        painted = _classes(expr, plan)
        kept = [c for c in element.attributes.get("class", "").split() if c not in painted]
        element.attributes["class"] = " ".join(kept)
    for child in element.children:
        if isinstance(child, ElementNode):
            _take_off_defaults(child, plan)


def _classes(expr: Expr, plan: Plan) -> list[str]:
    try:
        value = evaluate(expr, plan)
    except Exception:  # noqa: BLE001 - the server's first paint has left it out as well
        return []
    return [] if value is None else str(value).split()


_MARK = re.compile(r"(?P<kind>[t\[])(?P<number>\d+)")


class _Parser(html.parser.HTMLParser):
    """Reads our own HTML, in which every element that is not void is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.title_part: int | None = None
        self.plan = ""
        self.body = ElementNode("body", {}, None)
        self.templates: list[list[Node]] = []
        self._open: list[ElementNode] = [self.body]
        self._painted = 0
        """How many blocks and bound texts we are inside of: the plan paints what is in there."""

    def handle_comment(self, data: str) -> None:
        if data in ("]", "/"):
            self._painted -= 1
        elif mark := _MARK.fullmatch(data):
            number = int(mark["number"])
            self._add(BoundText(number) if mark["kind"] == "t" else BlockPlace(number))
            self._painted += 1

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        part = attributes.pop("data-t", None)
        attributes.pop("data-m", None)
        element = ElementNode(tag, attributes, None if part is None else int(part))
        if tag == "title":
            self.title_part = element.part
        if tag == "template":
            self.templates.append(element.children)
        else:
            self._add(element)
        if tag not in VOID_TAGS:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID_TAGS:
            return
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag = self._open[-1].tag
        if tag == "title":
            self.title += data
        elif tag == "script":
            if self._open[-1].attributes.get("id") == "ts-plan":
                self.plan += data
        elif tag == "pre" and not self._open[-1].children:
            self._add(data.removeprefix("\n"))  # as every parser of HTML does
        else:
            self._add(data)

    def _add(self, node: Node) -> None:
        if not self._painted:
            self._open[-1].children.append(node)
