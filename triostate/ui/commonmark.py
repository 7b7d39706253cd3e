"""Reading Markdown: a text's syntax tree, its headings and fences, which addresses may be in it.

CommonMark with tables and strikethrough. HTML is no part of it: it is text, and shown as such.
Knows nothing of components.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs

from .outline import Fenced
from .urls import is_safe_url

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

__all__ = [
    "Heading",
    "distinct",
    "fenced_of",
    "fences_of",
    "headings_of",
    "parse",
    "parse_headings",
    "plain_text",
    "slug",
]


@attrs.frozen
class Heading:
    """One heading of a text."""

    level: int
    """1 to 6."""
    text: str
    id: str
    """What a fragment names it by: ``#getting-started``; one of a kind in its text."""


def parse(text: str) -> SyntaxTreeNode:
    """Return the syntax tree of a text; there is no text that is none."""
    parser, tree = _parser()
    root: SyntaxTreeNode = tree(parser.parse(text))
    return root


@cache
def _parser(*, only_headings: bool = False) -> tuple[Any, Any]:
    # By name, at the first use: most apps have no Markdown, and it is a tenth of their start.
    made = importlib.import_module("markdown_it").MarkdownIt("commonmark", {"html": False})
    made.enable(["table", "strikethrough"])
    # What is refused here is no link, and its source stays on show.
    made.validateLink = lambda url: is_safe_url("href", url) or is_safe_url("src", url)
    if only_headings:
        made.core.ruler.at("inline", _parse_lines_of_headings)
    return made, importlib.import_module("markdown_it.tree").SyntaxTreeNode


def parse_headings(text: str) -> SyntaxTreeNode:
    """Return the tree of a text's headings alone, which is a third of the work."""
    parser, tree = _parser(only_headings=True)
    tokens = parser.parse(text)
    parts = [tokens[at : at + 3] for at, token in enumerate(tokens) if _opens_heading(token)]
    root: SyntaxTreeNode = tree([token for part in parts for token in part])
    return root


def _opens_heading(token: Any) -> bool:
    return bool(token.type == "heading_open")


def _parse_lines_of_headings(state: Any) -> None:
    for before, token in pairwise(state.tokens):
        if _opens_heading(before):
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def plain_text(node: SyntaxTreeNode) -> str:
    """Return the words of a node without what marks them."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if not node.children:
        return node.content if node.type != "root" else ""
    return "".join(map(plain_text, node.children))


def slug(text: str) -> str:
    """Return a heading's words as the name of a fragment."""
    words = re.sub(r"[^\w\s-]", "", text.lower())
    return re.sub(r"[\s-]+", "-", words).strip("-") or "section"


def headings_of(root: SyntaxTreeNode) -> Iterator[Heading]:
    """Yield the headings of a tree in order; of two of one name the second gets a number."""
    name = distinct()
    for node in root.walk(include_self=False):
        if node.type == "heading":
            text = plain_text(node).strip()
            yield Heading(int(node.tag[1]), text, name(slug(text)))


def fences_of(root: SyntaxTreeNode) -> Iterator[Fenced]:
    """Yield the fenced blocks of a tree in order."""
    for node in root.walk():
        if (fenced := fenced_of(node)) is not None:
            yield fenced


def fenced_of(node: SyntaxTreeNode) -> Fenced | None:
    """Return the fenced block that a node is, if it is one."""
    if node.type != "fence" or node.map is None:
        return None
    return Fenced(node.info, node.content, node.map[0] + 2)


def distinct() -> Callable[[str], str]:
    """Return a function that numbers names which it has been given before."""
    seen: set[str] = set()

    def name(wanted: str) -> str:
        found, number = wanted, 1
        while found in seen:
            found, number = f"{wanted}-{number}", number + 1
        seen.add(found)
        return found

    return name
