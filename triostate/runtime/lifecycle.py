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

from triostate.limits import CONNECT_GRACE_SECONDS, DETACH_GRACE_SECONDS, LEAVE_GRACE_SECONDS

__all__ = ["GRACE_SECONDS", "TRANSITIONS", "Departure", "Happening", "Phase", "after"]


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

#: Seconds that a session without a stream is kept, by phase and by what the tab said.
GRACE_SECONDS: dict[tuple[Phase, Departure], float] = {
    (Phase.CONNECTING, Departure.SILENT): CONNECT_GRACE_SECONDS,
    (Phase.CONNECTING, Departure.LEFT): LEAVE_GRACE_SECONDS,
    (Phase.DETACHED, Departure.SILENT): DETACH_GRACE_SECONDS,
    (Phase.DETACHED, Departure.LEFT): LEAVE_GRACE_SECONDS,
}


def after(phase: Phase, happening: Happening) -> Phase:
    """Return the next phase; raise RuntimeError for a pair that is not in the table."""
    try:
        return TRANSITIONS[phase, happening]
    except KeyError:
        raise RuntimeError(f"a {phase.value} session cannot take {happening.value!r}") from None
