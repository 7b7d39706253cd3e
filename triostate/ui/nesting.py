"""What may stand in what: parts in their component, and elements where an HTML parser leaves them.

A parser puts an element that stands in the wrong place somewhere else (a ``div`` in a ``p`` behind
it, a row outside of a table nowhere), without a word. The page's numbers would then be on other
elements than the plan means. So a page whose HTML would come out as another tree is refused, with
the component, its line, and what to write instead. Ids are looked at on the same walk. Knows
nothing of how pages are painted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from ..errors import PageError
from ..state.expr import Literal
from .tree import Component, Each, Element, Fragment, Script, Switch, Text

__all__ = ["check_nesting"]

#: A component's part to what it stands in, at any depth, and what to write.
_PARTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "tabs.list": (("tabs.root",), "ts.tabs.root(...)"),
    "tabs.trigger": (("tabs.list",), "ts.tabs.list(...)"),
    "tabs.content": (("tabs.root",), "ts.tabs.root(...)"),
    "dialog.content": (("dialog.root",), "ts.dialog.root(...)"),
    "dialog.title": (("dialog.content",), "ts.dialog.content(...)"),
    "dialog.description": (("dialog.content",), "ts.dialog.content(...)"),
    "dropdown_menu.content": (("dropdown_menu.root",), "ts.dropdown_menu.root(...)"),
    "dropdown_menu.item": (("dropdown_menu.content",), "ts.dropdown_menu.content(...)"),
    "dropdown_menu.label": (("dropdown_menu.content",), "ts.dropdown_menu.content(...)"),
    "dropdown_menu.separator": (("dropdown_menu.content",), "ts.dropdown_menu.content(...)"),
    "accordion.item": (("accordion.root",), "ts.accordion.root(...)"),
}

_ROWS: Final = ("thead", "tbody", "tfoot")
#: Tags that a parser keeps in these parents only, and what to write.
_PARENTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "thead": (("table",), "a table: ts.table.root(...) or ts.el.table(...)"),
    "tbody": (("table",), "a table: ts.table.root(...) or ts.el.table(...)"),
    "tfoot": (("table",), "a table: ts.el.table(...)"),
    "caption": (("table",), "a table: ts.el.table(...)"),
    "colgroup": (("table",), "a table: ts.el.table(...)"),
    "col": (("colgroup",), "ts.el.colgroup(...)"),
    "tr": (_ROWS, "ts.table.header(...) or ts.table.body(...) (ts.el.tbody(...))"),
    "td": (("tr",), "ts.table.row(...) (ts.el.tr(...))"),
    "th": (("tr",), "ts.table.row(...) (ts.el.tr(...))"),
}
#: Tags that hold these alone; a parser moves anything else out of them.
_CHILDREN: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "table": (
        frozenset({"caption", "colgroup", *_ROWS}),
        "ts.table.header(...) and ts.table.body(...)",
    ),
    **dict.fromkeys(_ROWS, (frozenset({"tr"}), "ts.table.row(...)")),
    "tr": (frozenset({"td", "th"}), "ts.table.cell(...)"),
    "colgroup": (frozenset({"col"}), "ts.el.col(...)"),
    "select": (frozenset({"option", "optgroup", "hr"}), "options: ts.el.option(...)"),
    "datalist": (frozenset({"option"}), "ts.el.option(...)"),
    "optgroup": (frozenset({"option"}), "ts.el.option(...)"),
    "option": (frozenset(), "text"),
    "textarea": (frozenset(), "text"),
}
_TEXT_INSIDE: Final = frozenset({"option", "textarea"})
#: Never inside of another of the same, however deep.
_NOT_IN_ITSELF: Final = frozenset({"a", "button", "form", "select", "option"})
#: What ends an open paragraph.
_ENDS_PARAGRAPH: Final = frozenset(
    """
    address article aside blockquote details dialog div dl fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul li dd dt
    """.split()  # noqa: SIM905 - a table to be read
)
#: One directly in another of these would end it.
_END_EACH_OTHER: Final = (
    frozenset({"h1", "h2", "h3", "h4", "h5", "h6"}),
    frozenset({"li"}),
    frozenset({"dd", "dt"}),
)
#: What is inside does not reach what is around.
_SCOPES: Final = frozenset({"td", "th", "caption", "template"})


@attrs.frozen
class _Around:
    """What an element stands in."""

    parent: Element | None = None
    names: frozenset[str] = frozenset()
    open: Mapping[str, Element] = attrs.field(factory=dict[str, Element])
    """Of the tags that matter at any depth the innermost."""
    is_repeated: bool = False
    """Whether it is in a row of `foreach`."""

    def inside(self, node: Element) -> _Around:
        kept = {} if node.tag in _SCOPES else dict(self.open)
        if node.tag in ("button", "select"):
            kept.pop("p", None)  # it is closed only from outside of these
        if node.tag in _NOT_IN_ITSELF or node.tag == "p":
            kept[node.tag] = node
        if node.tag in _SCOPES:  # of these a cell hides nothing
            kept |= {tag: self.open[tag] for tag in ("form", "button") if tag in self.open}
        return attrs.evolve(self, parent=node, names=self.names | {node.name}, open=kept)


def check_nesting(root: Component) -> None:
    """Raise PageError, which names the component and its line, for what would not stay in place."""
    _Walk().visit(root, _Around())


@attrs.define(eq=False)
class _Walk:
    ids: dict[str, Element] = attrs.field(factory=dict[str, Element])

    def visit(self, node: Component, around: _Around) -> None:
        match node:
            case Text():
                _check_text(node, around.parent)
            case Element():
                _check_part(node, around)
                _check_place(node, around)
                self.check_id(node, around)
                inner = around.inside(node)
                for child in node.children:
                    self.visit(child, inner)
            case Fragment():
                for child in node.children:
                    self.visit(child, around)
            case Switch():
                self.branches(node, around)
            case Each():
                self.visit(node.row, attrs.evolve(around, is_repeated=True))
            case _:
                assert isinstance(node, Script), node

    def branches(self, node: Switch, around: _Around) -> None:
        """Of these only one is in the page: an id may be in each of them."""
        before, after = self.ids, dict(self.ids)
        for branch in node.branches:
            self.ids = dict(before)
            self.visit(branch, around)
            after |= self.ids
        self.ids = after

    def check_id(self, node: Element, around: _Around) -> None:
        expr = node.attributes.get("id")
        if not isinstance(expr, Literal) or expr.value is None:
            return
        name = str(expr.value)
        if around.is_repeated:
            raise _wrong(
                node,
                f"id={name!r} is in every row of a foreach; make it of the item: "
                f'id=f"{name}-{{item.id}}"',
            )
        other = self.ids.setdefault(name, node)
        if other is not node or around.is_repeated:
            there = f" at {other.place}" if other.place else ""
            raise _wrong(node, f"id={name!r} is also that of a {other.name}{there}; an id is once")


def _wrong(node: Element, what: str) -> PageError:
    return PageError(f"{node.name}: {what}", place=node.place)


def _check_part(node: Element, around: _Around) -> None:
    owners, remedy = _PARTS.get(node.name, ((), ""))
    if owners and not around.names.intersection(owners):
        raise _wrong(node, f"it stands outside of {owners[0]}; put it into {remedy}")


def _check_text(node: Text, parent: Element | None) -> None:
    if parent is None or parent.tag in _TEXT_INSIDE or parent.tag not in _CHILDREN:
        return
    if isinstance(node.value, Literal) and not str(node.value.value or "").strip():
        return
    _, remedy = _CHILDREN[parent.tag]
    raise _wrong(parent, f"text cannot stand in it directly; put it into {remedy}")


def _check_place(node: Element, around: _Around) -> None:
    parent, tag = around.parent, node.tag
    parents, remedy = _PARENTS.get(tag, ((), ""))
    if parents and (parent is None or parent.tag not in parents):
        inside = "nothing" if parent is None else f"a {parent.name}"
        raise _wrong(node, f"it stands in {inside}, and HTML moves it; put it into {remedy}")
    if parent is not None and parent.tag in _CHILDREN:
        allowed, remedy = _CHILDREN[parent.tag]
        if tag not in allowed:
            raise _wrong(node, f"it cannot stand in a {parent.name} directly; that holds {remedy}")
    if (other := around.open.get(tag)) is not None and tag != "p":
        apart = _APART.get(tag, "put one beside the other")
        raise _wrong(node, f"it stands in another {other.name}, and HTML parts them; {apart}")
    if parent is not None and any(tag in kin and parent.tag in kin for kin in _END_EACH_OTHER):
        raise _wrong(node, f"it cannot stand in a {parent.name} directly; put it beside that")
    paragraph = around.open.get("p")
    if paragraph is not None and tag in _ENDS_PARAGRAPH:
        remedy = (
            'write ts.text(..., as_="div")'
            if paragraph.name == "text"
            else "that holds text, ts.span, ts.link and the like"
        )
        raise _wrong(node, f"it cannot stand in a paragraph, a {paragraph.name}; {remedy}")


_APART: Final = {
    "button": "put one beside the other, or give one of them another role, such as ts.badge",
    "a": "put one link beside the other",
    "form": "put one form beside the other; a control belongs to one by form=",
}
