"""What the browser does about an event besides sending it: hold it back, keep it to itself.

    ts.input(on_change=Search.find.debounce(0.3))
    ts.link("Delete", href="#", on_click=Files.delete.prevent_default)

Knows neither handlers nor pages: whatever can be bound is `Actionable`.
"""

from __future__ import annotations

import copy
import math
import warnings
from typing import Any, Final, Self

import attrs

from triostate.errors import PageError
from triostate.limits import MAX_HOLD_SECONDS

__all__ = ["NO_ACTIONS", "Actionable", "EventActions"]

#: From which on a number of seconds was probably meant as milliseconds.
_SUSPICIOUS_SECONDS: Final = 10


@attrs.frozen
class EventActions:
    """What is done in the browser about the events of one binding."""

    debounce_seconds: float | None = None
    throttle_seconds: float | None = None
    prevent_default: bool = False
    stop_propagation: bool = False

    def __str__(self) -> str:
        held = {"debounce": self.debounce_seconds, "throttle": self.throttle_seconds}
        texts = [f".{name}({value})" for name, value in held.items() if value is not None]
        return "".join(
            [
                *texts,
                ".prevent_default" * self.prevent_default,
                ".stop_propagation" * self.stop_propagation,
            ]
        )


NO_ACTIONS: Final = EventActions()


class Actionable:
    """What can be bound to a trigger, and told what the browser is to do about its events.

    Each of these returns another one, so they can be put one after another:
    ``Chat.send.prevent_default.stop_propagation``. They mean something where a page binds it, and
    nowhere else: a handler that returns one gets an error.
    """

    actions: EventActions = NO_ACTIONS

    def debounce(self, seconds: float) -> Self:
        """Send an event only when no other has come for that long: the last of a burst.

        What is held back is sent at once when anything else of the page is used, when the focus
        leaves the control, and when the page goes, so a button pressed after typing finds the text
        on the server.

        Args:
            seconds: more than 0, at most 60; 0.3 suits typing.

        Raises:
            PageError: the number cannot be, or there is a throttle already.
        """
        _check(seconds, "debounce", self.actions.throttle_seconds)
        return self._with(debounce_seconds=seconds)

    def throttle(self, seconds: float) -> Self:
        """Send an event at most once in that time: the first at once, the last at its end.

        Arguments and errors as for `debounce`; 0.1 suits what follows the pointer.
        """
        _check(seconds, "throttle", self.actions.debounce_seconds)
        return self._with(throttle_seconds=seconds)

    @property
    def prevent_default(self) -> Self:
        """Keep the browser from what it does itself: follow a link, open its context menu.

        Of keys that are filtered by name only those that match are prevented.
        """
        return self._with(prevent_default=True)

    @property
    def stop_propagation(self) -> Self:
        """Keep the event from the elements around: a button in a card that can be pressed too."""
        return self._with(stop_propagation=True)

    def _with(self, **changes: Any) -> Self:
        made = copy.copy(self)
        # Past `__setattr__`: some of what can be bound is frozen.
        object.__setattr__(made, "actions", attrs.evolve(self.actions, **changes))
        return made


def _check(seconds: float, name: str, other: float | None) -> None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        kind = type(seconds).__name__
        raise PageError(f".{name}(...) takes a number of seconds, not {kind}")
    if not 0 < seconds <= MAX_HOLD_SECONDS or math.isnan(seconds):
        hint = f"; it is seconds: did you mean {seconds / 1000:g}?" if seconds > 0 else ""
        raise PageError(
            f".{name}({seconds:g}): more than 0 and at most {MAX_HOLD_SECONDS} seconds{hint}"
        )
    if other is not None:
        raise PageError(f".{name}({seconds:g}): an event has a debounce or a throttle, not both")
    if seconds >= _SUSPICIOUS_SECONDS:
        warnings.warn(
            f".{name}({seconds:g}) holds events back for {seconds:g} seconds; "
            f"if milliseconds are meant, write {seconds / 1000:g}",
            stacklevel=3,
        )
