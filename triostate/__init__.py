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
    DefinitionError,
    ExpressionError,
    ImmutableStateError,
    OutboxFullError,
    PageError,
    QueueFullError,
    SessionClosedError,
    SessionNotFoundError,
    SetUndefinedStateVarError,
    TriostateError,
    UnsendableValueError,
)
from triostate.protocol.effects import console_log, download, redirect, set_focus, set_value, toast
from triostate.runtime.background import BackgroundTask
from triostate.runtime.session import Session
from triostate.state.computed import var
from triostate.state.decorators import background, event
from triostate.state.fields import Field, field
from triostate.state.handlers import EventHandler, EventSpec
from triostate.state.kinds import plain
from triostate.state.state import State
from triostate.state.var import Var, contains, length, not_
from triostate.ui import (
    Component,
    box,
    button,
    card,
    center,
    checkbox,
    code,
    code_block,
    cond,
    divider,
    foreach,
    fragment,
    heading,
    hstack,
    input,
    label,
    link,
    match,
    number_input,
    page,
    spacer,
    span,
    text,
    vstack,
)

__version__ = "0.1.0"

__all__ = [
    "App",
    "BackgroundTask",
    "Component",
    "DefinitionError",
    "EventHandler",
    "EventSpec",
    "ExpressionError",
    "Field",
    "ImmutableStateError",
    "OutboxFullError",
    "PageError",
    "QueueFullError",
    "Session",
    "SessionClosedError",
    "SessionNotFoundError",
    "SetUndefinedStateVarError",
    "State",
    "TriostateError",
    "UnsendableValueError",
    "Var",
    "background",
    "box",
    "button",
    "card",
    "center",
    "checkbox",
    "code",
    "code_block",
    "cond",
    "console_log",
    "contains",
    "divider",
    "download",
    "event",
    "field",
    "foreach",
    "fragment",
    "get_app",
    "heading",
    "hstack",
    "input",
    "label",
    "length",
    "link",
    "match",
    "not_",
    "number_input",
    "page",
    "plain",
    "redirect",
    "set_focus",
    "set_value",
    "spacer",
    "span",
    "text",
    "toast",
    "var",
    "vstack",
]
