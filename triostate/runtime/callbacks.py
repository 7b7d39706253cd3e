"""Calls of scripts whose result a handler waits for: numbered, each to be answered once.

A browser names the number and never the handler. Knows nothing of how either travels.
"""

from __future__ import annotations

import attrs

from triostate.limits import MAX_SCRIPT_CALLBACKS
from triostate.protocol.effects import Effect
from triostate.protocol.scripts import ScriptCall
from triostate.state.handlers import EventSpec

__all__ = ["ScriptCallbacks"]


@attrs.define(eq=False)
class ScriptCallbacks:
    """What the results of one session's calls go to; of too many the oldest are forgotten."""

    _waiting: dict[int, EventSpec] = attrs.field(factory=dict[int, EventSpec])
    _last: int = 0

    def number(self, call: ScriptCall) -> Effect:
        """Return the call as it is sent; what waits for its result has a number from now on."""
        if call.callback is None:
            return call
        self._last += 1
        self._waiting[self._last] = call.callback
        if len(self._waiting) > MAX_SCRIPT_CALLBACKS:
            del self._waiting[next(iter(self._waiting))]
        return Effect(call.kind, {**call.args, "callback": self._last})

    def take(self, number: int) -> EventSpec | None:
        """Return what a result goes to, once; None if nothing waits for it."""
        return self._waiting.pop(number, None)
