"""Components, the page compiler and the HTML they make.

Pure: knows neither Trio nor the web, and can be used to render a page in a script.

    tree, triggers, styles, urls, html   what components are made of
    element                              from keyword arguments to a node
    layout, typography, controls, feedback, blocks, code_block   the components
    pages                                what `ts.page` declares
    plan, bindings, paint, document, compiler          from a page to what is served
"""

from __future__ import annotations

from .bindings import Binding, Call, Const, Slot
from .blocks import cond, foreach, fragment, match
from .code_block import code_block
from .compiler import CompiledPage, compile_page, page_id
from .controls import button, checkbox, input, number_input
from .document import Assets, error_html, not_found_html
from .feedback import progress
from .layout import box, card, center, divider, hstack, spacer, vstack
from .pages import Page, page
from .tree import Child, Component
from .typography import code, heading, label, link, span, text

__all__ = [
    "Assets",
    "Binding",
    "Call",
    "Child",
    "CompiledPage",
    "Component",
    "Const",
    "Page",
    "Slot",
    "box",
    "button",
    "card",
    "center",
    "checkbox",
    "code",
    "code_block",
    "compile_page",
    "cond",
    "divider",
    "error_html",
    "foreach",
    "fragment",
    "heading",
    "hstack",
    "input",
    "label",
    "link",
    "match",
    "not_found_html",
    "number_input",
    "page",
    "page_id",
    "progress",
    "spacer",
    "span",
    "text",
    "vstack",
]
