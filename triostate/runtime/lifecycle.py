"""The life of a session as a table: which event takes it from which phase to which.

::

    CONNECTING --attach--> LIVE --lost--> DETACHED --attach--> LIVE
        |                   |                |
        +------ over -------+----- over -----+--> CLOSING --ended--> CLOSED

A pair that is not in the table is a mistake of the runtime and raises. ``over`` is the one way
out, whoever decides it: a grace that ran out, ``aclose()``, a drain.
"""

from __future__ import annotations

import enum
import math

import attrs

from triostate.limits import (
    CLEANUP_SECONDS,
    CONNECT_GRACE_SECONDS,
    DETACH_GRACE_SECONDS,
    DRAIN_SECONDS,
    HIDDEN_GRACE_SECONDS,
    LEAVE_GRACE_SECONDS,
)

__all__ = ["TRANSITIONS", "Departure", "Durations", "Happening", "Phase", "after"]


class Phase(enum.Enum):
    """Where in its life a session is."""

    CONNECTING = "connecting"
    LIVE = "live"
    DETACHED = "detached"
    CLOSING = "closing"
    CLOSED = "closed"


class Happening(enum.Enum):
    """What moves a session from one phase to the next."""

    ATTACH = "attach"
    LOST = "lost"
    OVER = "over"
    ENDED = "ended"


class Departure(enum.Enum):
    """What the tab said before its stream was lost."""

    SILENT = "silent"
    LEFT = "left"
    HIDDEN = "hidden"


TRANSITIONS: dict[tuple[Phase, Happening], Phase] = {
    (Phase.CONNECTING, Happening.ATTACH): Phase.LIVE,
    (Phase.CONNECTING, Happening.OVER): Phase.CLOSING,
    (Phase.LIVE, Happening.ATTACH): Phase.LIVE,  # a newer stream takes over
    (Phase.LIVE, Happening.LOST): Phase.DETACHED,
    (Phase.LIVE, Happening.OVER): Phase.CLOSING,
    (Phase.DETACHED, Happening.ATTACH): Phase.LIVE,
    (Phase.DETACHED, Happening.OVER): Phase.CLOSING,
    (Phase.CLOSING, Happening.ENDED): Phase.CLOSED,
}


def after(phase: Phase, happening: Happening) -> Phase:
    """Return the next phase; raise RuntimeError for a pair that is not in the table."""
    try:
        return TRANSITIONS[phase, happening]
    except KeyError:
        raise RuntimeError(f"a {phase.value} session cannot take {happening.value!r}") from None


def _is_number_of_seconds(
    instance: object, attribute: attrs.Attribute[float], value: float
) -> None:
    if not value >= 0:  # NaN, too
        raise ValueError(f"{attribute.name}={value!r}: a number of seconds, 0 or more")


def _field(default: float) -> float:
    field: float = attrs.field(default=default, kw_only=True, validator=_is_number_of_seconds)
    return field


@attrs.frozen
class Durations:
    """How long the stages of a session's life last; what an app may set of it."""

    detach_grace_seconds: float = _field(DETACH_GRACE_SECONDS)
    """Kept after the stream was lost without a word."""
    leave_grace_seconds: float = _field(LEAVE_GRACE_SECONDS)
    """Kept after the tab said goodbye: long enough for a reload."""
    hidden_grace_seconds: float = _field(HIDDEN_GRACE_SECONDS)
    """Kept after the stream of a tab that was hidden was lost."""
    cleanup_seconds: float = _field(CLEANUP_SECONDS)
    """What a cancelled task has for all its cleanup blocks, and ``on_close`` hooks together."""
    drain_seconds: float = _field(DRAIN_SECONDS)
    """What running foreground handlers get to finish when the app ends."""

    def grace(self, phase: Phase, departure: Departure) -> float:
        """Return for how long a session without a stream is kept; infinite with one."""
        if phase not in (Phase.CONNECTING, Phase.DETACHED):
            return math.inf
        if departure is Departure.LEFT:
            return self.leave_grace_seconds
        if departure is Departure.HIDDEN:
            return self.hidden_grace_seconds
        return CONNECT_GRACE_SECONDS if phase is Phase.CONNECTING else self.detach_grace_seconds
