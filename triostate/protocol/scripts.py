"""Calls of a page's own scripts: an effect whose result may go to a handler.

Knows nothing of how a result comes back, nor of which scripts a page has.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from triostate.protocol.effects import Effect, OpenEffect, check_size
from triostate.state.background import BackgroundHandle
from triostate.state.codec import encode_json, encode_value
from triostate.state.copies import plain
from triostate.state.handlers import Bindable, EventHandler, EventSpec
from triostate.state.lifting import is_dynamic

__all__ = ["ScriptCall", "call_script"]

_FUNCTION = re.compile(r"([A-Za-z][\w-]*)\.([A-Za-z_$][\w$]*)")


@attrs.frozen(eq=False)
class ScriptCall(Effect):
    """A call of a function in the browser, and what its result goes to."""

    callback: EventSpec | None = attrs.field(default=None, kw_only=True)


def call_script(
    function: str,
    *args: object,
    callback: Bindable[Callable[[Any], object]] | EventSpec | BackgroundHandle | None = None,
) -> Effect:
    """Call a function of a module of your own, which the page names by ``ts.script(src, name=)``.

    ``ts.call_script("charts.draw", points)`` calls what ``ts.script("/charts.js", name="charts")``
    exports as ``draw``. Nothing else can be called: no code travels, so that a strict content
    security policy holds. A name that the page or the module does not have is told in the console,
    one that the page does not have in the log, too.

    Args:
        function: the module's name, a dot, and the name of what it exports.
        args: None, bools, numbers, text, and lists and dicts of these: at most 256 KiB as JSON.
            Bound to a trigger, they may be Vars.
        callback: a handler that gets the result, or what a promise gives in the end, converted as
            its annotation says. Arguments may be given before it: ``Charts.drawn(row.id)``.

    Raises ValueError for what is no such name, or too much; TypeError for an argument that is none
    of these.
    """
    if not _FUNCTION.fullmatch(str(function)):
        raise ValueError(
            f"call_script: {str(function)[:60]!r} names no function: write the name that the page "
            "gives a module, a dot, and what the module exports, such as 'charts.draw'"
        )
    then = _callback(callback)
    if any(map(is_dynamic, args)):
        make = functools.partial(call_script, function, callback=callback)
        return OpenEffect("call_script", {}, make=make, given=args, names=())
    values = [_as_json(plain(arg)) for arg in args]
    check_size("call_script: arguments", len(encode_json(values)), "let the script fetch a route")
    module, _, name = function.partition(".")
    return ScriptCall(
        "call_script", {"module": module, "function": name, "args": values}, callback=then
    )


def _callback(callback: object) -> EventSpec | None:
    match callback:
        case None | EventSpec():
            return callback
        case EventHandler():
            return EventSpec(callback, ())
        case BackgroundHandle():
            return EventSpec(callback.handler, ())
    raise TypeError(
        f"call_script: callback={type(callback).__name__} is no handler: give State.handler, or "
        "State.handler(args)"
    )


def _as_json(value: object) -> Any:
    match value:
        case None | bool():
            return value
        case str() | int():
            return encode_value(value)
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_as_json(item) for item in value]
        case Mapping() if all(isinstance(key, str) for key in value):
            return {encode_value(key): _as_json(item) for key, item in value.items()}
    raise TypeError(
        f"call_script: an argument of type {type(value).__name__} is nothing that a script gets: "
        "give None, bools, finite numbers, text, lists and dicts of these"
    )
