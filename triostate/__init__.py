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
    StateTooLargeError,
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
    progress,
    spacer,
    span,
    text,
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
    "StateTooLargeError",
    "TriostateError",
    "UnsendableValueError",
    "Var",
    "Visit",
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
    "redirect",
    "run_asyncio",
    "run_in_thread",
    "serializer",
    "set_focus",
    "set_progress",
    "set_value",
    "spacer",
    "span",
    "text",
    "toast",
    "track",
    "var",
    "vstack",
]
