"""What the plan says of a trigger besides what it sends: held back, filtered, shown as busy.

While a handler runs that a press, a choice or a form has started, the element that was used has
``aria-busy="true"``: until the server says that it is over. Of a background handler that is bound
alone and takes no arguments it is computed from its ``running``, so that it is shown for as long as
one runs, whoever started it. Knows nothing of how a browser does any of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from ..state.background import BackgroundEventHandler
from ..state.codec import JSON
from ..state.var import Var
from .triggers import Trigger

__all__ = ["BUSY", "browser_actions", "needs_gestures", "running_of", "shows_busy"]

BUSY: Final = "aria-busy"

#: As static/runtime/events.js has it: of typing, moving and scrolling nobody waits for the end.
_SHOWS_BUSY: Final = re.compile(r"click|submit|change")
#: What the runtime's chunk extracts, and the events that it makes itself.
_EXTRACTORS: Final = frozenset({"info", "mouse", "scroll", "width", "height", "seen", "pasted"})
_EVENTS: Final = re.compile(r"window:|scrollend|ts-(mount|unmount|visible|hidden)")


def shows_busy(trigger: Trigger) -> bool:
    """Whether the browser shows that what the trigger has started still runs."""
    return _SHOWS_BUSY.search(trigger.kind.event) is not None


def needs_gestures(trigger: Trigger) -> bool:
    """Whether the browser needs the chunk for the rarer triggers."""
    actions = trigger.actions
    return (
        trigger.key is not None
        or actions.debounce_seconds is not None
        or actions.throttle_seconds is not None
        or not _EXTRACTORS.isdisjoint(trigger.values)
        or _EVENTS.match(trigger.kind.event) is not None
    )


def browser_actions(trigger: Trigger) -> dict[str, JSON]:
    """Return what the browser does about the event, as the plan has it; times in milliseconds."""
    actions, said = trigger.actions, dict[str, JSON]()
    if actions.debounce_seconds is not None:
        said["debounce"] = max(1, round(actions.debounce_seconds * 1000))
    if actions.throttle_seconds is not None:
        said["throttle"] = max(1, round(actions.throttle_seconds * 1000))
    if actions.prevent_default:
        said["prevent"] = True
    if actions.stop_propagation:
        said["stop"] = True
    if trigger.key is not None:
        said["key"] = list(trigger.key)
    return said


def running_of(triggers: Iterable[Trigger]) -> Var[Any] | None:
    """Return whether the background handler runs that an element's only such trigger starts."""
    calls = [call for trigger in triggers if shows_busy(trigger) for call in trigger.calls]
    if len(calls) == 1 and not calls[0].args:
        handler: object = calls[0].handler
        if isinstance(handler, BackgroundEventHandler):
            return handler.running
    return None
