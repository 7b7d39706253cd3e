"""A session: the server side of one browser tab.

It owns a nursery; everything that it starts is a child of that nursery, so when the session ends,
all of it has ended. Its state is guarded by one lock. It lives from its attach until it is closed
or its grace runs out without a stream (`lifecycle`).
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import trio
from trio.lowlevel import Task

from triostate.errors import (
    CleanupTimeoutError,
    OutboxFullError,
    SessionClosedError,
    TooManyError,
)
from triostate.limits import STUCK_SECONDS
from triostate.protocol.effects import Effect
from triostate.protocol.scripts import ScriptCall
from triostate.protocol.uplink import EventSequence
from triostate.runtime.background import BackgroundRuns
from triostate.runtime.callbacks import ScriptCallbacks
from triostate.runtime.calls import Call, Chain
from triostate.runtime.cleanup import Cleanups
from triostate.runtime.dispatch import Dispatcher
from triostate.runtime.functions import call_async, check_function, name_of
from triostate.runtime.host import SessionHost
from triostate.runtime.lanes import Lane
from triostate.runtime.lifecycle import Departure, Happening, Phase, after
from triostate.runtime.lock import Right, StateLock
from triostate.runtime.outbox import Outbox
from triostate.runtime.snapshot import public_state, public_value
from triostate.runtime.stream import Stream
from triostate.runtime.stuck import name_tasks
from triostate.runtime.submissions import form_error_in, told_by
from triostate.runtime.surroundings import SessionHook, Surroundings
from triostate.runtime.walls import CrashWall
from triostate.state.codec import JSON
from triostate.state.expr import VarRef
from triostate.state.fields import Field
from triostate.state.patch import pointer
from triostate.state.router import ROUTER, RouterData, is_router, router_values
from triostate.state.state import instance_of
from triostate.state.tree import StateTree

__all__ = ["Session"]

logger = logging.getLogger("triostate")


class Session:
    """One browser tab's state, handlers and tasks."""

    def __init__(self, around: Surroundings, visitor: str, owner: str = "") -> None:
        self.around = around
        self.visitor = visitor
        self.owner = owner
        """Whom the session is counted for: an address."""
        self._bucket = around.allowance.bucket(trio.current_time())
        self.token = around.worker.new_name()
        self.lock = StateLock(self._lock_broken)
        self.cleanups = Cleanups(around.durations.cleanup_seconds, self._cleanup_cut)
        self.tree = StateTree(SessionHost(self), around.allowance.max_state_bytes)
        for cls in around.states:
            instance_of(self.tree, cls)
        self.outbox = Outbox(
            self.token,
            self._public_state,
            lambda var: public_value(self.tree, around.states, var),
        )
        self.dispatcher = Dispatcher(self)
        self.runs = BackgroundRuns(
            self.token,
            self.spawn,
            self.dispatcher.run_background,
            self._publish_task_vars,
            self.call_failed,
            around.running_tasks,
        )
        self.events = EventSequence("")
        self.router = RouterData()
        self.page = ""
        self._reads: Collection[VarRef] | None = None
        """The vars that the document on the stream is told of; None for all public ones."""
        self.stream: Stream | None = None
        self.stream_id = ""
        self.callbacks = ScriptCallbacks()
        self.kept_values: Mapping[Field[Any], Any] = {}
        """What the browser has kept of its vars, until the stream attaches."""
        self.phase = Phase.CONNECTING
        self.departure = Departure.SILENT
        self.closed = trio.Event()
        """Set by the engine when nothing of the session is left."""
        self._deadline = 0.0
        self._moved = trio.Event()
        self._close_asked = False
        self._main: Task | None = None
        """The task that is the session: everything of it is a descendant."""
        self._nursery: trio.Nursery | None = None
        self._has_started = False
        self._has_ended = False
        self._closing_since: float | None = None
        """Since when its tasks have been ending, until that has been too long."""
        self._early: list[Callable[[trio.Nursery], None]] = []
        """What was to be started before it could be."""
        self._set_deadline()

    # Life

    async def run(self) -> None:
        """Live until closed, cancelled or forgotten; then end everything, in order."""
        self._main = trio.lowlevel.current_task()
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = self.lock.home = nursery
                self._open(nursery)
                try:
                    await self._until_over()
                finally:
                    self._begin_to_close(nursery)
        finally:
            await self._end()

    def _open(self, nursery: trio.Nursery) -> None:
        if self.around.on_open:
            nursery.start_soon(self._open_by_hooks, nursery, name=f"on_open {self.token[:6]}")
        else:
            self._start_early(nursery)

    async def _open_by_hooks(self, nursery: trio.Nursery) -> None:
        await self._run_hooks("on_open", self.around.on_open)
        self._start_early(nursery)

    def _start_early(self, nursery: trio.Nursery) -> None:
        self._has_started = True
        for start in self._early:
            start(nursery)
        self._early.clear()

    async def _until_over(self) -> None:
        while not self._close_asked and trio.current_time() < self._deadline:
            self._moved = trio.Event()
            with trio.move_on_at(self._deadline):
                await self._moved.wait()

    def _begin_to_close(self, nursery: trio.Nursery) -> None:
        self._move(Happening.OVER)
        self.runs.close()
        if self.stream is not None:
            self.stream.end_session(self.token, "closed")
        nursery.cancel_scope.cancel()
        self._closing_since = trio.current_time()
        self.around.guards.sweep.wake()
        # Only to end, as all tasks do that are cancelled before their first step.
        self._start_early(nursery)

    def name_stuck(self) -> bool:
        """Say once what holds up the session's end for long; return whether that may come."""
        if self._closing_since is None or self._has_ended or self._nursery is None:
            return False
        if trio.current_time() < self._closing_since + STUCK_SECONDS:
            return True
        self._closing_since = None
        logger.warning(
            "session %s has been closing for %g s and waits for: %s",
            self.token[:6],
            STUCK_SECONDS,
            name_tasks(self._nursery),
        )
        return False

    async def _end(self) -> None:
        """Run the hooks and drop the state: every task has ended."""
        self._has_ended = True
        seconds = self.around.durations.cleanup_seconds
        # Not to be stopped by what ended the session, be it the end of the app.
        with trio.move_on_after(seconds, shield=True) as limit:
            await self._run_hooks("on_close", self.around.on_close)
        if limit.cancelled_caught:
            logger.error("session %s: on_close was cut after %g s", self.token[:6], seconds)
        self._drop_state()
        self._move(Happening.ENDED)

    def _drop_state(self) -> None:
        right = self.tree.open
        if right is not None:  # somebody from outside: their block ends here
            self.tree.rollback()
            self.tree.end(right)
        self.lock.close()
        self.tree.forget()

    async def _run_hooks(self, name: str, hooks: Sequence[SessionHook]) -> None:
        for hook in hooks:
            with CrashWall(lambda error: self._report(f"an {name} hook", error)):
                answer = hook(self)
                if inspect.isawaitable(answer):
                    await answer

    def _move(self, happening: Happening) -> None:
        self.phase = after(self.phase, happening)
        self._set_deadline()

    def _set_deadline(self) -> None:
        grace = self.around.durations.grace(self.phase, self.departure)
        self._deadline = trio.current_time() + grace
        self._moved.set()

    @property
    def task(self) -> Task | None:
        """The task that everything of the session is below; None before it has begun."""
        return self._main

    @property
    def is_open(self) -> bool:
        """Whether the session takes events, streams and writers from outside."""
        return not self._close_asked and self.phase not in (Phase.CLOSING, Phase.CLOSED)

    @property
    def takes_work(self) -> bool:
        """Whether what its own handlers hand back is still run."""
        return self.phase not in (Phase.CLOSING, Phase.CLOSED)

    def close(self) -> None:
        """Begin to end the session; `closed` is set when all of it is gone."""
        self._close_asked = True
        self._moved.set()

    async def aclose(self) -> None:
        """End the session and wait until every task of it has ended and its state is gone.

        A task of the session itself cannot wait for its own end: it is cancelled here like all
        the others. A cancellation while waiting leaves the session closing.

        Raises RuntimeError if called by a task of the session that is shielded from its end.
        """
        self.close()
        if not self.is_own_task():
            await self.closed.wait()
            return
        if self._nursery is not None:
            self._nursery.cancel_scope.cancel()
        await trio.lowlevel.checkpoint()
        raise RuntimeError(
            "a task of a session cannot wait for the session's end, and this one is shielded from "
            "it: call `session.close()`, which does not wait"
        )

    def is_own_task(self) -> bool:
        """Whether the running task is part of the session."""
        task: Task | None = trio.lowlevel.current_task()
        while task is not None and task is not self._main:
            nursery = task.parent_nursery
            task = None if nursery is None else nursery.parent_task
        return task is not None

    # The stream

    def attach(
        self,
        stream: Stream,
        router: RouterData,
        page: str,
        epoch: str,
        *,
        reads: Collection[VarRef] | None = None,
        seen: int | None = None,
        fresh: bool = False,
    ) -> None:
        """Give the session a stream to speak through; an older one is told that it is replaced.

        The document (``epoch``) is told of the vars that it ``reads``, of all public ones by
        default; ``seen`` is the last frame that it says it has applied. Runs of ``scope="page"``
        end where the tab shows another page, or the same at another path.
        """
        if self.stream is not None and self.stream is not stream:
            self.stream.end_session(self.token, "replaced")
        self.stream = stream
        self.stream_id = stream.id
        has_moved = (page, _path_of(router)) != (self.page, _path_of(self.router))
        if router != self.router:
            self.router = router
            self.tree.computed.invalidate(ROUTER)
        if self.departure is not Departure.HIDDEN or epoch != self.events.epoch:
            self.departure = Departure.SILENT  # a hidden document says when it is shown
        if has_moved:
            self.runs.cancel_page_scoped()
            self.page = page
        if epoch != self.events.epoch:
            self.events = EventSequence(epoch)
            seen = None  # a new document has nothing that frames could be applied to
        self._reads, only = reads, None
        if reads is not None:
            only = frozenset(pointer((ref.state, ref.name)) for ref in reads)
            self.tree.computed.keep_sent(only)  # what only another page shows is run no more
        self.outbox.attach(self.events.done, seen, append=stream.append, only=only)
        stream.join(self._lane(stream, epoch, fresh=fresh))
        self._move(Happening.ATTACH)

    def _public_state(self) -> dict[str, dict[str, JSON]]:
        state = public_state(self.tree, self.around.states, self._reads)
        return {**state, **router_values(self.router)} if self._shows_router() else state

    def _shows_router(self) -> bool:
        if self._reads is None:
            return self.around.shows_router
        return any(is_router(ref) for ref in self._reads)

    def _lane(self, stream: Stream, epoch: str, *, fresh: bool) -> Lane:
        return Lane(
            self.token,
            self.outbox,
            epoch,
            fresh,
            stream.append,
            on_lost=lambda: self.detach(stream),
            on_failed=self._cannot_speak,
        )

    def _cannot_speak(self, error: BaseException) -> None:
        """End the session: what it has to say cannot be made into a frame."""
        self._report("the stream", error)
        self.close()

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
            self.abandon(epoch)

    def abandon(self, epoch: str) -> None:
        """Take note that the document of this epoch reads a shared stream no more."""
        if epoch == self.events.epoch and self.stream is not None and self.stream.is_shared:
            self.stream.leave(self.token)
            self.detach(self.stream)

    def hide(self, epoch: str, *, is_hidden: bool) -> None:
        """Take note that the document of this epoch was hidden or frozen, or is shown again."""
        if epoch == self.events.epoch and self.is_open and self.departure is not Departure.LEFT:
            self.departure = Departure.HIDDEN if is_hidden else Departure.SILENT
            self._set_deadline()

    def stay(self) -> None:
        """Start the grace anew: the visitor is loading a page, perhaps this tab's own reload."""
        if self.phase is Phase.DETACHED and self.departure is Departure.LEFT:
            self._set_deadline()

    # Work

    def spawn(self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None) -> None:
        """Start a task of a handler's in the session's nursery, when ``on_open`` hooks are through.

        It gets a clean context: no right to write leaks in. Raises SessionClosedError once the
        session's tasks have ended.
        """
        self._spawn(self._nursery if self._has_started else None, fn, *args, name=name)

    def _spawn(
        self,
        now: trio.Nursery | None,
        fn: Callable[..., Awaitable[Any]],
        *args: Any,
        name: str | None,
    ) -> None:
        if self._has_ended:
            raise SessionClosedError("the session has ended: no task can be started in it")
        context = self.around.clean_context()

        def start(nursery: trio.Nursery) -> None:
            context.run(lambda: nursery.start_soon(fn, *args, name=name))

        if now is None:
            self._early.append(start)
        else:
            start(now)

    def start_soon(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start ``await fn(*args)`` as a child of the session, cancelled when the session ends.

        An exception is reported like a handler's and ends that task alone.
        """
        check_function(fn, "start_soon")
        # At once, unlike handlers: an ``on_open`` hook may wait for what it starts.
        self._spawn(self._nursery, self._guarded, fn, *args, name=name_of(fn))

    async def _guarded(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with CrashWall(lambda error: self.failed(name_of(fn), error)):
            await call_async(fn, *args)

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

    def send(self, effect: Effect) -> None:
        """Queue an effect for the browser; raise OutboxFullError if too many wait."""
        if isinstance(effect, ScriptCall):
            self._check_module(effect.args["module"])
            effect = self.callbacks.number(effect)
        self.outbox.add_effect(effect)

    def _check_module(self, module: str) -> None:
        known = self.around.modules_of(self.page)
        if known is not None and module not in known:
            logger.warning(
                "call_script: the page on show gives no script the name %r: write "
                "ts.script(src, name=%r) on it",
                module,
                module,
            )

    def failed(self, where: str, error: BaseException) -> str:
        """Report an exception of user code; return what the browser may be told of it."""
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
        """Report what the browser is not told of."""
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


def _path_of(router: RouterData) -> str:
    """Return the path that a tab shows, without what is asked of it."""
    return router.url.partition("?")[0]
