"""HTML as text: escaping by where a string stands, attribute names, void elements.

Knows nothing of components, pages or vars: strings in, strings out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..state.codec import JSON, encode_json

__all__ = ["VOID_TAGS", "attribute", "escape", "open_tag", "script_json", "to_bytes"]

#: Elements that have neither content nor an end tag.
VOID_TAGS = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})

# `"` matters in attributes only. One table for both keeps a value safe wherever it is moved to.
_ENTITIES = str.maketrans(
    # A parser turns NUL into nothing and a lone CR into LF; said here, so that text reads alike.
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\0": "\N{REPLACEMENT CHARACTER}"}
)

_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9-]*")


def escape(text: str) -> str:
    """Return text that means ``text`` in element content and in a double-quoted attribute."""
    return text.translate(_ENTITIES)


def attribute(name: str, value: str) -> str:
    """Return `` name="value"`` with a leading blank; an empty value is written as a bare name."""
    if not _ATTRIBUTE_NAME.fullmatch(name) or name.startswith("on") or name == "style":
        raise ValueError(f"{name!r} is no attribute that a page may write")
    return f' {name}="{escape(value)}"' if value else f" {name}"


def open_tag(tag: str, attributes: Iterable[tuple[str, str]]) -> str:
    """Return a start tag."""
    return f"<{tag}{''.join(attribute(name, value) for name, value in attributes)}>"


def script_json(data: JSON) -> str:
    """Return JSON that no parser takes for the end of the script element that it stands in."""
    return encode_json(data).decode().replace("<", "\\u003c")


def to_bytes(html: str) -> bytes:
    """Return UTF-8; a lone surrogate, which has none, becomes a question mark."""
    return html.encode("utf-8", "replace")
