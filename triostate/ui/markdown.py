"""The component that shows Markdown: a text becomes the components that one would have written.

There is no HTML on the way, and none comes through: what a text holds of it is shown as text, and
addresses pass the allow-list. Knows nothing of files, nor of code that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import attrs

from ..errors import PageError
from ..state.expr import Literal as Constant
from ..state.var import Var
from . import el, table
from .blocks import fragment
from .code_block import code_block
from .commonmark import parse, plain_text, slug
from .document import MARKDOWN
from .element import Kind, make_element
from .layout import divider
from .media import image
from .naming import page_wide_name
from .parts import with_script
from .tree import Component, Text, as_expr
from .typography import code, heading, link, text
from .urls import is_safe_url

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["Fence", "markdown", "render"]

_KIND: Final = Kind("markdown", "div", classes=("ts-markdown",))
_LIVE: Final = Kind("markdown", "ts-markdown")
_SOURCE: Final = Kind("markdown", "div", classes=("ts-markdown-source",))
_SIZES: Final = {"h1": "8", "h2": "6", "h3": "5", "h4": "4", "h5": "3", "h6": "2"}
_Tag = Literal["h1", "h2", "h3", "h4", "h5", "h6"]

#: Makes something else of a fenced block than a listing; None leaves it at that.
Fence = Callable[["SyntaxTreeNode"], Component | None]


def markdown(source: str | Var[Any], **props: object) -> Component:
    """Return a text in Markdown as components.

    CommonMark, with tables and ``~~strikethrough~~``. HTML in it is shown as text; a link or
    picture whose address is not allowed stays as it is written; pictures of other sites need
    ``App(csp={"img-src": [...]})`` besides.

    A constant is made into components when the page is compiled. Its headings have ids made of
    their words, so that ``#getting-started`` leads to them, and its listings are highlighted as
    `code_block` does. A Var, the answer of a model for one, is shown by a script of 17 KB that
    only pages with one load: as it grows, its last block alone is made anew; headings have no
    ids, listings no colours, and the page shows it as it is written until the script is there.

    Args:
        source: the text, or a Var of it. The lines of a constant may all be indented, as in a
            triple-quoted string.
        props: styles, attributes and triggers of the element around it.

    Raises:
        PageError: the source is a constant and no text.
    """
    expr = as_expr(source)
    if not isinstance(expr, Constant):
        written = make_element(_SOURCE, (Text(expr),))
        return with_script(make_element(_LIVE, (written,), props), MARKDOWN)
    if not isinstance(expr.value, str):
        raise PageError(f"markdown: the source is a text, not {type(expr.value).__name__}")
    return make_element(_KIND, render(parse(_dedented(expr.value)), page_wide_name), props)


def _dedented(source: str) -> str:
    lines = source.expandtabs(4).split("\n")
    margins = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()]
    margin = min(margins, default=0)
    return "\n".join([lines[0].lstrip(" "), *(line[margin:] for line in lines[1:])])


def render(
    root: SyntaxTreeNode, name: Callable[[str], str | None], fence: Fence | None = None
) -> list[Component]:
    """Return the components of a tree.

    Args:
        root: as `parse` gives it.
        name: gives a heading's id for what its words suggest; None for none.
        fence: asked of each fenced block.
    """
    return [*_Renderer(name, fence or (lambda node: None)).blocks(root.children)]


@attrs.frozen(eq=False)
class _Renderer:
    name: Callable[[str], str | None]
    fence: Fence

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> Iterator[Component]:
        for node in nodes:
            yield self.block(node)

    def block(self, node: SyntaxTreeNode) -> Component:
        match node.type:
            case "paragraph":
                inside = self.line(node)
                return fragment(*inside) if node.hidden else text(*inside)
            case "heading":
                return self.heading(node)
            case "bullet_list":
                return el.ul(*self.blocks(node.children))
            case "ordered_list":
                return el.ol(*self.blocks(node.children), start=node.attrs.get("start"))
            case "list_item":
                return el.li(*self.blocks(node.children))
            case "blockquote":
                return el.blockquote(*self.blocks(node.children))
            case "fence" | "code_block":
                words = node.info.split() if node.type == "fence" else []
                made = self.fence(node) if words else None
                return made or code_block(node.content, language=words[0] if words else None)
            case "hr":
                return divider()
            case "table":
                return self.table(node)
            case _:
                return fragment(*self.line(node))

    def heading(self, node: SyntaxTreeNode) -> Component:
        tag = cast("_Tag", node.tag)
        name = self.name(slug(plain_text(node)))
        return heading(*self.line(node), as_=tag, size=cast("Any", _SIZES[tag]), id=name)

    def table(self, node: SyntaxTreeNode) -> Component:
        parts: list[Component] = []
        for part in node.children:
            rows = [table.row(*map(self.cell, row.children)) for row in part.children]
            parts.append((table.header if part.type == "thead" else table.body)(*rows))
        return table.root(*parts)

    def cell(self, node: SyntaxTreeNode) -> Component:
        style = str(node.attrs.get("style", ""))
        side: Any = {"right": "end", "center": "center"}.get(style.rpartition(":")[2])
        make = table.column_header_cell if node.type == "th" else table.cell
        return make(*self.line(node), justify=side)

    def line(self, node: SyntaxTreeNode) -> list[Component | str]:
        """Return what is inside of a line, or of a node in it."""
        return [self.piece(child) for child in node.children]

    def piece(self, node: SyntaxTreeNode) -> Component | str:
        match node.type:
            case "inline":
                return fragment(*self.line(node))
            case "strong":
                return el.strong(*self.line(node))
            case "em":
                return el.em(*self.line(node))
            case "s":
                return el.s(*self.line(node))
            case "code_inline":
                return code(node.content)
            case "link":
                href = str(node.attrs.get("href", ""))
                if not is_safe_url("href", href):
                    return fragment(*self.line(node))
                return link(*self.line(node), href=href, title=node.attrs.get("title"))
            case "image":
                return self.image(node)
            case "hardbreak":
                return el.br()
            case "softbreak":
                return "\n"
            case _:
                return node.content

    def image(self, node: SyntaxTreeNode) -> Component | str:
        alt, src = plain_text(node), str(node.attrs.get("src", ""))
        if not is_safe_url("src", src):
            return alt
        return image(src=src, alt=alt, title=node.attrs.get("title"))
