"""What a session shares with the others of its app."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextvars import Context, ContextVar
from typing import Any

import attrs

from triostate.runtime.background import BackgroundTask
from triostate.runtime.guards import Guards
from triostate.runtime.lifecycle import Durations
from triostate.runtime.rates import Allowance
from triostate.runtime.reports import Reporter
from triostate.runtime.worker import Worker
from triostate.state.state import State

__all__ = ["SessionHook", "Surroundings", "current_app"]

#: Given the session; may be an async function.
SessionHook = Callable[[Any], object]

#: The app that the running task belongs to.
current_app: ContextVar[Any] = ContextVar("triostate_app")


def _not_known(page: str) -> None: ...


@attrs.define(eq=False)
class Surroundings:
    """The app around a session."""

    app: Any
    """The public App, as `self.app` gives it."""
    reporter: Reporter = attrs.field(factory=Reporter)
    durations: Durations = attrs.field(factory=Durations)
    allowance: Allowance = attrs.field(factory=Allowance)
    guards: Guards = attrs.field(factory=Guards)
    worker: Worker = attrs.field(factory=Worker)
    authorise_tasks: Callable[[Any], object] | None = None
    """Given a request, says whether it may see the live view of tasks; may be async."""
    states: tuple[type[State], ...] = ()
    shows_router: bool = False
    """Whether a page shows something of `State.router`, so that browsers are told of it."""
    running_tasks: set[BackgroundTask] = attrs.field(factory=set)
    """The background runs of all sessions."""
    modules_of: Callable[[str], Collection[str] | None] = _not_known
    """Names that a page, by its id, gives to scripts of the user's; None if it is not known."""
    on_open: list[SessionHook] = attrs.field(factory=list)
    on_close: list[SessionHook] = attrs.field(factory=list)

    def clean_context(self) -> Context:
        """Return a context for a new task, into which no right to write leaks."""
        context = Context()
        context.run(current_app.set, self.app)
        return context
