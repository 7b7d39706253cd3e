"""A session: the server side of one browser tab.

It owns a nursery; everything that it starts is a child of that nursery, so when the session ends,
all of it has ended. Its state is guarded by one lock. It lives from its attach until it is closed
or its grace runs out without a stream (`lifecycle`).
"""

from __future__ import annotations

import contextvars
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import trio

from triostate.errors import SessionClosedError
from triostate.protocol.effects import Effect
from triostate.protocol.uplink import EventSequence
from triostate.runtime.background import BackgroundRuns
from triostate.runtime.calls import Chain
from triostate.runtime.dispatch import Dispatcher
from triostate.runtime.host import SessionHost
from triostate.runtime.lifecycle import GRACE_SECONDS, Departure, Happening, Phase, after
from triostate.runtime.outbox import Outbox
from triostate.runtime.router import RouterData
from triostate.runtime.snapshot import public_state, public_value
from triostate.runtime.stream import Stream
from triostate.runtime.surroundings import Surroundings
from triostate.state.state import instance_of
from triostate.state.tree import StateTree

__all__ = ["Session"]


class Session:
    """One browser tab's state, handlers and tasks."""

    def __init__(self, around: Surroundings, visitor: str) -> None:
        self.around = around
        self.visitor = visitor
        self.token = secrets.token_urlsafe(18)
        self.lock = trio.Lock()
        self.tree = StateTree(SessionHost(self))
        for cls in around.states:
            instance_of(self.tree, cls)
        self.outbox = Outbox(
            self.token,
            lambda: public_state(self.tree, around.states),
            lambda var: public_value(self.tree, around.states, var),
        )
        self.dispatcher = Dispatcher(self)
        self.runs = BackgroundRuns(
            self.token,
            self.spawn,
            self.dispatcher.run_background,
            self._publish_task_vars,
            self.failed,
            around.running_tasks,
        )
        self.events = EventSequence("")
        self.router = RouterData()
        self.page = ""
        self.stream: Stream | None = None
        self.stream_id = ""
        self.phase = Phase.CONNECTING
        self.departure = Departure.SILENT
        self.closed = trio.Event()
        """Set by the engine when nothing of the session is left."""
        self._deadline = trio.current_time() + GRACE_SECONDS[self.phase, self.departure]
        self._moved = trio.Event()
        self._close_asked = False
        self._nursery: trio.Nursery | None = None
        self._early: list[Callable[[trio.Nursery], None]] = []

    # Life

    async def run(self) -> None:
        """Live until closed, cancelled or forgotten; then end everything, in order."""
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                nursery.start_soon(self.dispatcher.run, name=f"dispatch {self.token[:6]}")
                for start in self._early:
                    start(nursery)
                self._early.clear()
                await self._until_over()
                self._move(Happening.OVER)
                nursery.cancel_scope.cancel()
        finally:
            if self.phase is not Phase.CLOSING:
                self._move(Happening.OVER)  # cancelled from outside: the app is going down
            self._move(Happening.ENDED)

    async def _until_over(self) -> None:
        while not self._close_asked and trio.current_time() < self._deadline:
            self._moved = trio.Event()
            with trio.move_on_at(self._deadline):
                await self._moved.wait()

    def _move(self, happening: Happening) -> None:
        self.phase = after(self.phase, happening)
        if self.phase is Phase.CLOSING:
            self.runs.close()
            if self.stream is not None:
                self.stream.end("closed")
        self._set_deadline()

    def _set_deadline(self) -> None:
        grace = GRACE_SECONDS.get((self.phase, self.departure), math.inf)
        self._deadline = trio.current_time() + grace
        self._moved.set()

    @property
    def is_open(self) -> bool:
        """Whether the session takes events, streams and writers from outside."""
        return not self._close_asked and self.phase not in (Phase.CLOSING, Phase.CLOSED)

    def close(self) -> None:
        """Begin to end the session; `closed` is set when all of it is gone."""
        self._close_asked = True
        self._moved.set()

    async def aclose(self) -> None:
        """End the session and wait until every task of it has ended and its state is gone."""
        self.close()
        await self.closed.wait()

    # The stream

    def attach(self, stream: Stream, router: RouterData, page: str, epoch: str) -> None:
        """Give the session a stream to speak through; an older one is told that it is replaced."""
        if self.stream is not None:
            self.stream.end("replaced")
        self.stream = stream
        self.stream_id = stream.id
        self.router = router
        self.departure = Departure.SILENT
        if page != self.page:
            self.runs.cancel_page_scoped()
            self.page = page
        if epoch != self.events.epoch:
            self.events = EventSequence(epoch)
        self.outbox.attach(self.events.done)
        self._move(Happening.ATTACH)

    def detach(self, stream: Stream) -> None:
        """Take note that a stream has ended; one that was replaced does not matter any more."""
        if self.stream is not stream:
            return
        self.stream = None
        self.outbox.detach()
        if self.phase is Phase.LIVE:
            self._move(Happening.LOST)

    def leave(self, epoch: str) -> None:
        """Take note that the document of this epoch said goodbye."""
        if epoch == self.events.epoch and self.is_open:
            self.departure = Departure.LEFT
            self._set_deadline()

    def stay(self) -> None:
        """Start the grace anew: the visitor is loading a page, perhaps this tab's own reload."""
        if self.phase is Phase.DETACHED and self.departure is Departure.LEFT:
            self._set_deadline()

    # Work

    def spawn(self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None) -> None:
        """Start a task in the session's nursery, in a clean context: no right to write leaks in.

        Raises SessionClosedError once the session has ended.
        """

        def start(nursery: trio.Nursery) -> None:
            contextvars.Context().run(lambda: nursery.start_soon(fn, *args, name=name))

        if self.phase is Phase.CLOSED:
            raise SessionClosedError("the session has ended")
        if self._nursery is None:
            self._early.append(start)
        else:
            start(self._nursery)

    def start_soon(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start ``await fn(*args)`` as a child of the session, cancelled when the session ends.

        An exception is reported like a handler's and ends that task alone.
        """
        self.spawn(self._guarded, fn, *args, name=getattr(fn, "__qualname__", None))

    async def _guarded(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        try:
            await fn(*args)
        except Exception as error:  # noqa: BLE001 - crash wall: a session's task fails alone
            self.failed(getattr(fn, "__qualname__", repr(fn)), error)

    def submit(self, chain: Chain, number: int | None = None) -> None:
        """Run a chain of calls; with a number, as that event of the current document."""
        if number is None:
            self.dispatcher.submit(chain)
            return
        events = self.events
        self.dispatcher.submit(chain, lambda: self._event_done(events, number))

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

    def send(self, effect: Effect) -> None:
        """Queue an effect for the browser."""
        self.outbox.add_effect(effect)

    def failed(self, where: str, error: BaseException) -> str:
        """Report an exception of user code; return what the browser may be told of it."""
        reporter = self.around.reporter
        reporter.notify(f"{where} (session {self.token[:6]})", error, self.send)
        return reporter.describe(error)

    def _publish_task_vars(self, state: str, values: dict[str, Any]) -> None:
        self.outbox.push(self.tree.set_task_vars(state, values))
