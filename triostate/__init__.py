"""triostate: web apps with long-running work behind live pages, in plain Python on Trio.

The layout, from the bottom up; imports point down only:

- ``errors``, ``limits``: used by all.
- ``state``: vars, expressions, tracked values, deltas. ``protocol``: frames and events on the
  wire. ``ui``: components and the page compiler. Pure: no Trio, no web.
- ``runtime``: sessions, state blocks, handlers, the outbox. Trio, no web.
- ``web``: routes, the gate, streams. ``server``: the bridge to ASGI servers.
- ``app``: wires all of it. ``testing``: for the tests of users and our own.
"""

from __future__ import annotations

from triostate.app import App, get_app
from triostate.errors import (
    AsyncioCancelledError,
    DefinitionError,
    ExpressionError,
    ImmutableStateError,
    OutboxFullError,
    PageError,
    QueueFullError,
    SessionClosedError,
    SessionNotFoundError,
    SetUndefinedStateVarError,
    StateDeadlockError,
    TriostateError,
    UnsendableValueError,
)
from triostate.protocol.effects import console_log, download, redirect, set_focus, set_value, toast
from triostate.runtime.asyncio_calls import run_asyncio
from triostate.runtime.background import BackgroundTask
from triostate.runtime.progress import set_progress, track
from triostate.runtime.session import Session
from triostate.runtime.threads import run_in_thread
from triostate.state.computed import var
from triostate.state.copies import json_default, plain
from triostate.state.decorators import background, event
from triostate.state.fields import Field, field
from triostate.state.handlers import EventHandler, EventSpec, SetHandler
from triostate.state.serializers import serializer
from triostate.state.state import State
from triostate.state.storage import Cookie, LocalStorage, SessionStorage
from triostate.state.var import ObjectVar, Var, contains, length, not_
from triostate.ui import (
    Component,
    accordion,
    avatar,
    badge,
    box,
    button,
    callout,
    card,
    center,
    checkbox,
    code,
    code_block,
    cond,
    container,
    custom_element,
    dialog,
    divider,
    dropdown_menu,
    el,
    foreach,
    form,
    form_field,
    fragment,
    grid,
    heading,
    hstack,
    icon,
    image,
    input,
    label,
    link,
    match,
    number_input,
    page,
    progress,
    radio_group,
    script,
    section,
    select,
    skeleton,
    slider,
    spacer,
    span,
    spinner,
    switch,
    table,
    tabs,
    text,
    text_area,
    tooltip,
    vstack,
)
from triostate.web.access import Visit

__version__ = "0.1.0"

__all__ = [
    "App",
    "AsyncioCancelledError",
    "BackgroundTask",
    "Component",
    "Cookie",
    "DefinitionError",
    "EventHandler",
    "EventSpec",
    "ExpressionError",
    "Field",
    "ImmutableStateError",
    "LocalStorage",
    "ObjectVar",
    "OutboxFullError",
    "PageError",
    "QueueFullError",
    "Session",
    "SessionClosedError",
    "SessionNotFoundError",
    "SessionStorage",
    "SetHandler",
    "SetUndefinedStateVarError",
    "State",
    "StateDeadlockError",
    "TriostateError",
    "UnsendableValueError",
    "Var",
    "Visit",
    "accordion",
    "avatar",
    "background",
    "badge",
    "box",
    "button",
    "callout",
    "card",
    "center",
    "checkbox",
    "code",
    "code_block",
    "cond",
    "console_log",
    "container",
    "contains",
    "custom_element",
    "dialog",
    "divider",
    "download",
    "dropdown_menu",
    "el",
    "event",
    "field",
    "foreach",
    "form",
    "form_field",
    "fragment",
    "get_app",
    "grid",
    "heading",
    "hstack",
    "icon",
    "image",
    "input",
    "json_default",
    "label",
    "length",
    "link",
    "match",
    "not_",
    "number_input",
    "page",
    "plain",
    "progress",
    "radio_group",
    "redirect",
    "run_asyncio",
    "run_in_thread",
    "script",
    "section",
    "select",
    "serializer",
    "set_focus",
    "set_progress",
    "set_value",
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
    "toast",
    "tooltip",
    "track",
    "var",
    "vstack",
]
