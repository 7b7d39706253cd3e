"""Components, the page compiler and the HTML they make.

Pure: knows neither Trio nor the web, and can be used to render a page in a script.

    tree, triggers, calls, urls, html    what components are made of
    event_values, keys, gestures         what events carry; which keys; what the plan says of them
    event_fit                            whether a handler can take what an event carries
    styles, conditions, sheet            styles, when they hold, and a page's sheet of them
    element, styling, variants           from keyword arguments to a node
    naming                               ids that components need
    layout, typography, icons, media, feedback, code_block, blocks   components to look at
    controls, choices, toggles, forms    components to enter something with
    parts                                what components made of parts have in common
    accordion, dialog, dropdown_menu, table, tabs, tooltip   components made of parts
    window                               the browser's window, as something that has triggers
    el, custom                           generic elements, and elements and scripts of the user's
    theme, color_mode                    the look of all pages; light and dark
    commonmark, markdown                 Markdown as components
    listings, documents                  Markdown files as pages, with code that runs
    pages, routes, heads                 what `ts.page` declares
    plan, bindings, paint, document, compiler          from a page to what is served
"""

from __future__ import annotations

from . import accordion, dialog, dropdown_menu, el, table, tabs
from .bindings import Binding, Call, Const, Slot
from .blocks import cond, foreach, fragment, match
from .choices import radio_group, select
from .code_block import code_block
from .color_mode import color_mode_button, color_mode_cond
from .compiler import CompiledPage, Surround, compile_page, page_id
from .conditions import breakpoints
from .controls import button, input, number_input, slider, text_area
from .custom import custom_element, script
from .document import Assets, error_html, not_found_html
from .documents import MarkdownDocument, markdown_page, markdown_pages
from .event_values import KeyInfo, MouseEvent, ScrollEvent
from .feedback import badge, callout, progress, skeleton, spinner
from .forms import form, form_errors, form_field
from .heads import check_lang
from .icons import icon
from .layout import (
    box,
    card,
    center,
    container,
    desktop_only,
    divider,
    grid,
    hstack,
    mobile_and_tablet,
    mobile_only,
    section,
    spacer,
    tablet_and_desktop,
    tablet_only,
    vstack,
)
from .markdown import markdown
from .media import avatar, image
from .pages import NOT_FOUND, Layout, Page, page
from .routes import Route
from .sheet import Sheet
from .theme import Theme, theme
from .toggles import checkbox, switch
from .tooltip import tooltip
from .tree import Child, Component
from .typography import code, heading, label, link, span, text
from .window import window_event_listener

__all__ = [
    "NOT_FOUND",
    "Assets",
    "Binding",
    "Call",
    "Child",
    "CompiledPage",
    "Component",
    "Const",
    "KeyInfo",
    "Layout",
    "MarkdownDocument",
    "MouseEvent",
    "Page",
    "Route",
    "ScrollEvent",
    "Sheet",
    "Slot",
    "Surround",
    "Theme",
    "accordion",
    "avatar",
    "badge",
    "box",
    "breakpoints",
    "button",
    "callout",
    "card",
    "center",
    "check_lang",
    "checkbox",
    "code",
    "code_block",
    "color_mode_button",
    "color_mode_cond",
    "compile_page",
    "cond",
    "container",
    "custom_element",
    "desktop_only",
    "dialog",
    "divider",
    "dropdown_menu",
    "el",
    "error_html",
    "foreach",
    "form",
    "form_errors",
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
    "mobile_and_tablet",
    "mobile_only",
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
    "tablet_and_desktop",
    "tablet_only",
    "tabs",
    "text",
    "text_area",
    "theme",
    "tooltip",
    "vstack",
    "window_event_listener",
]
