"""What a session shares with the others of its app."""

from __future__ import annotations

from typing import Any

import attrs

from triostate.runtime.background import BackgroundTask
from triostate.runtime.reports import Reporter
from triostate.state.state import State

__all__ = ["Surroundings"]


@attrs.define(eq=False)
class Surroundings:
    """The app around a session."""

    app: Any
    """The public App, as `self.app` gives it."""
    reporter: Reporter = attrs.field(factory=Reporter)
    states: tuple[type[State], ...] = ()
    running_tasks: set[BackgroundTask] = attrs.field(factory=set)
    """The background runs of all sessions."""
