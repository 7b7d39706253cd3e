"""Components for text: headings, paragraphs, spans, labels, inline code, links.

Knows nothing of how they are rendered; sizes and colours are the theme's.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .tree import Child, Component
from .variants import choice

__all__ = [
    "COLOR_SCHEMES",
    "ColorScheme",
    "Size",
    "code",
    "heading",
    "label",
    "link",
    "span",
    "text",
]

Size: TypeAlias = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"] | int | Var[Any] | None
Weight: TypeAlias = Literal["light", "regular", "medium", "bold"] | Var[Any] | None
TextAlign: TypeAlias = Literal["left", "center", "right"] | Var[Any] | None
#: One of `COLOR_SCHEMES`, or a Var of one.
ColorScheme: TypeAlias = str | Var[Any] | None

COLOR_SCHEMES = tuple(
    """
    accent gray tomato red ruby crimson pink plum purple violet iris indigo blue cyan teal jade
    green grass brown orange sky mint lime yellow amber gold bronze
    """.split()  # noqa: SIM905 - a table to be read
)
_SIZES = tuple("123456789")
_WEIGHTS = ("light", "regular", "medium", "bold")
_TEXT_ALIGNS = ("left", "center", "right")
_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXT_TAGS = ("p", "div", "span", "strong", "em", "small", "label", "pre")
_TEXT_PROPS = ("size", "weight", "align", "color_scheme", "as_")

_HEADING = Kind("heading", "h1", classes=("ts-heading",), own=_TEXT_PROPS)
_TEXT = Kind("text", "p", classes=("ts-text",), own=_TEXT_PROPS)
_SPAN = Kind("span", "span", own=("size", "weight", "color_scheme"))
_LABEL = Kind("label", "label", {"html_for": "for"}, classes=("ts-label",))
_CODE = Kind("code", "code", classes=("ts-code",), own=("color_scheme",))
_LINK = Kind(
    "link", "a", {"href": "href", "target": "target", "rel": "rel", "download": "download"},
    classes=("ts-link",), own=("is_external", "color_scheme"),
)  # fmt: skip


def heading(
    *children: Child,
    size: Size = "6",
    as_: Literal["h1", "h2", "h3", "h4", "h5", "h6"] = "h1",
    weight: Weight = None,
    align: TextAlign = None,
    color_scheme: ColorScheme = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a heading; ``size`` is its look (``"1"`` to ``"9"``), ``as_`` its rank."""
    return _text(
        _HEADING, children, {"on_click": on_click, **props}, size, as_, weight, align, color_scheme
    )


def text(
    *children: Child,
    size: Size = None,
    as_: Literal["p", "div", "span", "strong", "em", "small", "label", "pre"] = "p",
    weight: Weight = None,
    align: TextAlign = None,
    color_scheme: ColorScheme = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a paragraph; ``size`` from ``"1"`` to ``"9"``, 3 being the page's own."""
    return _text(
        _TEXT, children, {"on_click": on_click, **props}, size, as_, weight, align, color_scheme
    )


def _text(
    kind: Kind,
    children: tuple[Child, ...],
    props: dict[str, object],
    size: object,
    as_: object,
    weight: object,
    align: object,
    color_scheme: object,
) -> Component:
    name = kind.name
    tags = _HEADING_TAGS if name == "heading" else _TEXT_TAGS
    data = {
        "data-size": choice(name, "size", size, _SIZES),
        "data-weight": choice(name, "weight", weight, _WEIGHTS),
        "data-text-align": choice(name, "align", align, _TEXT_ALIGNS),
        "data-color": choice(name, "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    tag = choice(name, "as_", as_, tags)
    return make_element(attrs.evolve(kind, tag=tag), children, props, data)


def span(
    *children: Child,
    size: Size = None,
    weight: Weight = None,
    color_scheme: ColorScheme = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return text inside a line."""
    data = {
        "data-size": choice("span", "size", size, _SIZES),
        "data-weight": choice("span", "weight", weight, _WEIGHTS),
        "data-color": choice("span", "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    return make_element(_SPAN, children, {"on_click": on_click, **props}, data)


def label(*children: Child, html_for: str | Var[Any] | None = None, **props: object) -> Component:
    """Return the label of the control inside it, or of the one whose id is ``html_for``."""
    return make_element(_LABEL, children, {"html_for": html_for, **props})


def code(*children: Child, color_scheme: ColorScheme = None, **props: object) -> Component:
    """Return a piece of code inside a line; `code_block` shows whole listings."""
    data = {"data-color": choice("code", "color_scheme", color_scheme, COLOR_SCHEMES)}
    return make_element(_CODE, children, props, data)


def link(
    *children: Child,
    href: str | Var[Any] | None = None,
    is_external: bool = False,
    color_scheme: ColorScheme = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a link; with ``is_external`` it opens a new tab that knows nothing of this one.

    An address is relative or has the scheme http, https, mailto or tel; PageError for any other,
    and one that arrives while the page is shown is left out.
    """
    data: dict[str, object] = {
        "data-color": choice("link", "color_scheme", color_scheme, COLOR_SCHEMES)
    }
    if is_external:
        data |= {"target": "_blank", "rel": "noopener noreferrer"}
    return make_element(_LINK, children, {"href": href, "on_click": on_click, **props}, data)
