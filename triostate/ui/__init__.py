"""Components, the page compiler and the HTML they make.

Pure: knows neither Trio nor the web, and can be used to render a page in a script.

    tree, triggers, styles, urls, html   what components are made of
    element                              from keyword arguments to a node
    naming                               ids that components need
    layout, typography, icons, media, feedback, code_block, blocks   components to look at
    controls, choices, toggles, forms    components to enter something with
    parts                                what components made of parts have in common
    accordion, dialog, dropdown_menu, table, tabs, tooltip   components made of parts
    el, custom                           generic elements, and elements and scripts of the user's
    commonmark, markdown                 Markdown as components
    listings, documents                  Markdown files as pages, with code that runs
    pages                                what `ts.page` declares
    plan, bindings, paint, document, compiler          from a page to what is served
"""

from __future__ import annotations

from . import accordion, dialog, dropdown_menu, el, table, tabs
from .bindings import Binding, Call, Const, Slot
from .blocks import cond, foreach, fragment, match
from .choices import radio_group, select
from .code_block import code_block
from .compiler import CompiledPage, compile_page, page_id
from .controls import button, input, number_input, slider, text_area
from .custom import custom_element, script
from .document import Assets, error_html, not_found_html
from .documents import MarkdownDocument, markdown_page, markdown_pages
from .feedback import badge, callout, progress, skeleton, spinner
from .forms import form, form_field
from .icons import icon
from .layout import (
    box,
    card,
    center,
    container,
    divider,
    grid,
    hstack,
    section,
    spacer,
    vstack,
)
from .markdown import markdown
from .media import avatar, image
from .pages import Page, page
from .toggles import checkbox, switch
from .tooltip import tooltip
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
    "MarkdownDocument",
    "Page",
    "Slot",
    "accordion",
    "avatar",
    "badge",
    "box",
    "button",
    "callout",
    "card",
    "center",
    "checkbox",
    "code",
    "code_block",
    "compile_page",
    "cond",
    "container",
    "custom_element",
    "dialog",
    "divider",
    "dropdown_menu",
    "el",
    "error_html",
    "foreach",
    "form",
    "form_field",
    "fragment",
    "grid",
    "heading",
    "hstack",
    "icon",
    "image",
    "input",
    "label",
    "link",
    "markdown",
    "markdown_page",
    "markdown_pages",
    "match",
    "not_found_html",
    "number_input",
    "page",
    "page_id",
    "progress",
    "radio_group",
    "script",
    "section",
    "select",
    "skeleton",
    "slider",
    "spacer",
    "span",
    "spinner",
    "switch",
    "table",
    "tabs",
    "text",
    "text_area",
    "tooltip",
    "vstack",
]
