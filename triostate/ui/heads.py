"""What a page says of itself in the head of its document: title and meta elements.

Knows nothing of the files that a document loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from ..errors import PageError
from ..state.expr import Literal
from .html import open_tag
from .tree import Element, Text, as_expr
from .urls import is_safe_url

__all__ = ["Meta", "check_lang", "meta_html", "read_meta", "title_node"]

_NAME = re.compile(r"[A-Za-z][\w:.-]*", re.ASCII)
_LANG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
#: Written by the document itself.
_TAKEN = frozenset({"viewport", "description"})


@attrs.frozen
class Meta:
    """One meta element."""

    kind: str
    """``name`` or ``property``."""
    name: str
    content: str


def read_meta(
    page: str, entries: Sequence[Mapping[str, str]], image: str | None
) -> tuple[Meta, ...]:
    """Return the meta elements of a page; raise PageError for what is none."""
    given: object = entries
    if isinstance(given, str | Mapping):
        raise PageError(
            f'page {page}: meta= is a list, such as [{{"name": "robots", "content": "noindex"}}]'
        )
    read = [_entry(page, entry) for entry in entries]
    if image is not None:
        if not is_safe_url("src", image):
            raise PageError(f"page {page}: image={image[:80]!r} is no address of a picture")
        read.append(Meta("property", "og:image", image))
    return tuple(read)


def _entry(page: str, entry: Mapping[str, str]) -> Meta:
    kind = next((key for key in ("name", "property") if key in entry), "")
    given = {key: entry[key] for key in entry}
    if set(given) != {kind, "content"} or not all(isinstance(v, str) for v in given.values()):
        raise PageError(
            f'page {page}: a meta is {{"name": ..., "content": ...}} or {{"property": ..., '
            f'"content": ...}}, both texts, not {given!r:.120}'
        )
    name = given[kind]
    if not _NAME.fullmatch(name):
        raise PageError(f"page {page}: {name[:80]!r} is no name of a meta element")
    if name.lower() in _TAKEN:
        raise PageError(
            f"page {page}: the document writes the meta {name!r} itself; a description is given "
            "as description="
        )
    return Meta(kind, name, given["content"])


def meta_html(entry: Meta) -> str:
    """Return the element."""
    return open_tag("meta", [(entry.kind, entry.name), ("content", entry.content)])


def title_node(title: object) -> Element:
    """Return the element of a title; raise PageError for what is none."""
    expr = as_expr(title)
    if isinstance(expr, Literal) and not isinstance(expr.value, str):
        raise PageError(f"title is a text or a var, not {title!r:.80}")
    return Element("title", "title", children=(Text(expr),))


def check_lang(lang: str) -> str:
    """Return the name of a language; raise ValueError for what is none."""
    if not _LANG.fullmatch(lang):
        raise ValueError(f"App(lang=) is a language, such as 'en' or 'pt-BR', not {lang!r:.40}")
    return lang
