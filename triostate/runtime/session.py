"""A session: the server side of one browser tab.

It lives in a nursery of its own (`living`) and speaks to a document (`speaking`); here is what it
does in between: its state, which one lock guards, and its handlers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import trio
from trio.lowlevel import Task

from triostate.errors import (
    CleanupTimeoutError,
    OutboxFullError,
    TooManyError,
)
from triostate.protocol.uplink import EventSequence
from triostate.runtime.background import BackgroundRuns
from triostate.runtime.calls import Call, Chain
from triostate.runtime.cleanup import Cleanups
from triostate.runtime.dispatch import Dispatcher
from triostate.runtime.host import SessionHost
from triostate.runtime.lock import Right, StateLock
from triostate.runtime.speaking import Speaking
from triostate.runtime.submissions import form_error_in, told_by
from triostate.runtime.surroundings import Surroundings
from triostate.state.fields import Field
from triostate.state.state import instance_of
from triostate.state.tree import StateTree

__all__ = ["Session"]

logger = logging.getLogger("triostate")


class Session(Speaking):
    """One browser tab's state, handlers and tasks."""

    def __init__(self, around: Surroundings, visitor: str, owner: str = "") -> None:
        super().__init__(around)
        self.visitor = visitor
        self.owner = owner
        """Whom the session is counted for: an address."""
        self._bucket = around.allowance.bucket(trio.current_time())
        self.lock = StateLock(self._lock_broken)
        self.cleanups = Cleanups(around.durations.cleanup_seconds, self._cleanup_cut)
        self.tree = StateTree(SessionHost(self), around.allowance.max_state_bytes)
        for cls in around.states:
            instance_of(self.tree, cls)
        self.dispatcher = Dispatcher(self)
        self.runs = BackgroundRuns(
            self.token,
            self.spawn,
            self.dispatcher.run_background,
            self._publish_task_vars,
            self.call_failed,
            around.running_tasks,
        )
        self.kept_values: Mapping[Field[Any], Any] = {}
        """What the browser has kept of its vars, until the stream attaches."""

    # Its life

    def _begun(self, nursery: trio.Nursery) -> None:
        self.lock.home = nursery

    def _left_page(self) -> None:
        self.runs.cancel_page_scoped()

    def _closing(self) -> None:
        self.runs.close()
        if self.stream is not None:
            self.stream.end_session(self.token, "closed")

    def _drop_state(self) -> None:
        right = self.tree.open
        if right is not None:  # somebody from outside: their block ends here
            self.tree.rollback()
            self.tree.end(right)
        self.lock.close()
        self.tree.forget()

    # Work

    def submit(self, chain: Chain, number: int | None = None) -> None:
        """Run a chain of calls; with a number, as that event of the current document."""
        if number is None:
            self.dispatcher.submit(chain)
            return
        events = self.events
        self.dispatcher.submit(chain, lambda: self._event_done(events, number))

    def charge(self, count: int) -> None:
        """Take note that so many events have come; raise TooManyError if that is too fast."""
        wait = self._bucket.take(count, trio.current_time())
        if wait:
            rate = self.around.allowance.max_events_per_second
            raise TooManyError(f"more than {rate} events a second from one tab", wait)

    def discharge(self, count: int) -> None:
        """Take the note back: they have been refused for another reason."""
        self._bucket.give_back(count)

    def skip(self, number: int) -> None:
        """Take note that an event of the current document was refused: it is done, too."""
        self._event_done(self.events, number)

    def _event_done(self, events: EventSequence, number: int) -> None:
        if events.finish(number) and events is self.events:
            self.outbox.acknowledge(events.done)

    # Results

    def commit(self) -> None:
        """Make the open transaction's changes final and hand them to the outbox."""
        self.outbox.push(self.tree.commit())

    def failed(self, where: str, error: BaseException) -> str:
        reporter = self.around.reporter
        reporter.notify(self._place(where), error, self.send)
        return reporter.describe(error)

    def call_failed(self, call: Call, error: BaseException) -> str:
        """Deal with an exception of a handler as `failed` does; show a FormError by its form."""
        told = form_error_in(error)
        if told is None:
            return self.failed(call.handler.full_name, error)
        try:
            self.send(told_by(told, call.submission, self.events))
        except OutboxFullError:
            logger.debug("no room for what %s says of a form", call.handler.full_name)
        return str(told)

    def _report(self, where: str, error: BaseException) -> None:
        self.around.reporter.report(self._place(where), error)

    def _place(self, where: str) -> str:
        return f"{where} (session {self.token[:6]})"

    def _cleanup_cut(self, task: Task) -> None:
        seconds = self.around.durations.cleanup_seconds
        self._report(
            task.name,
            CleanupTimeoutError(
                f"its state blocks after the cancellation took more than {seconds:g} s together "
                "and were cut: do less in them, or set App(cleanup_seconds=)"
            ),
        )

    def _lock_broken(self, right: Right) -> None:
        """End the session: a task ended in its block, so the state cannot be relied on."""
        self.tree.rollback()
        if right.is_open:
            self.tree.end(right)
        logger.error(
            "session %s: task %s ended without leaving its state block, and the session is closed; "
            "`async with` always leaves it, `__aenter__` by hand or a generator that is left "
            "unfinished does not",
            self.token[:6],
            right.task.name,
        )
        self.close()
        if self._nursery is not None:
            self._nursery.cancel_scope.cancel()

    def _publish_task_vars(self, state: str, values: dict[str, Any]) -> None:
        self.outbox.push(self.tree.set_task_vars(state, values))
