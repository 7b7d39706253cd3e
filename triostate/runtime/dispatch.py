"""Dispatch: events of a session become running handlers, in order and one at a time.

Foreground handlers wait in a queue and run one after another, each in a task and a clean context
of its own, holding the session's state for its whole run; each starts the one that follows.
Background handlers and cancels do not queue. What a handler returns or yields comes back here as a
chain of calls, at the end of the queue. A session that is closing takes no more: what its handlers
hand back then is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import attrs
import trio

from triostate.errors import OutboxFullError, QueueFullError
from triostate.limits import MAX_QUEUED_EVENTS
from triostate.protocol.effects import Effect
from triostate.runtime.background import BackgroundRuns
from triostate.runtime.calls import Call, Chain, read_calls
from triostate.runtime.driver import drive
from triostate.runtime.lock import Right, StateLock
from triostate.runtime.outbox import Outbox
from triostate.runtime.surroundings import Surroundings
from triostate.runtime.walls import CrashWall
from triostate.state.background import CancelHandler
from triostate.state.state import instance_of
from triostate.state.tree import StateTree

__all__ = ["Dispatcher"]


class Ground(Protocol):
    """What dispatch needs of the session that it works for."""

    lock: StateLock
    tree: StateTree
    outbox: Outbox
    runs: BackgroundRuns
    around: Surroundings

    @property
    def takes_work(self) -> bool: ...

    def spawn(
        self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None
    ) -> None: ...
    def commit(self) -> None: ...
    def send(self, effect: Effect) -> None: ...
    def failed(self, where: str, error: BaseException) -> str: ...
    def call_failed(self, call: Call, error: BaseException) -> str: ...


def _nothing() -> None: ...


def _has_a_turn(call: Call | Effect) -> bool:
    """Whether it is a foreground handler, which waits for those before it."""
    if isinstance(call, Effect) or isinstance(call.handler, CancelHandler):
        return False
    return not call.handler.is_background


@attrs.define(eq=False)
class _Job:
    """What is left of a chain, and whom to tell when it is through."""

    calls: deque[Call | Effect]
    done: Callable[[], None]


class Dispatcher:
    """The foreground queue of one session."""

    def __init__(self, session: Ground) -> None:
        self._session = session
        self._queue: list[_Job] = []
        self._job: _Job | None = None
        """The chain whose turn it is."""
        self._idle = trio.Event()
        self._idle.set()

    def submit(self, chain: Chain, done: Callable[[], None] = _nothing) -> None:
        """Take a chain: start what need not wait, queue the rest.

        ``done`` is called when its last call has finished (foreground) or started (background).
        Raises QueueFullError, or what refuses its first call, with nothing started; what refuses
        a later one is reported, and the chain goes on.
        """
        if not self._session.takes_work:
            done()
            return
        if len(self._queue) >= MAX_QUEUED_EVENTS and any(map(_has_a_turn, chain)):
            raise QueueFullError(f"{MAX_QUEUED_EVENTS} events wait in this session already")
        job = _Job(deque(chain), done)
        if job.calls and self._start_now(job.calls[0]):
            job.calls.popleft()
            self._start_immediate(job)
        if job.calls:
            self._queue.append(job)
            if self._idle.is_set():
                self._idle = trio.Event()
                self._start_next()
        else:
            done()

    def _start_immediate(self, job: _Job) -> None:
        """Deal with the chain's calls up to the first that has to wait for its turn."""
        while job.calls:
            call = job.calls[0]
            try:
                if not self._start_now(call):
                    return
            except (QueueFullError, OutboxFullError) as error:
                self._session.failed("a chain of events", error)
            job.calls.popleft()

    def _start_now(self, call: Call | Effect) -> bool:
        """Deal with a call that need not wait for its turn; return whether this is one."""
        session = self._session
        if _has_a_turn(call):
            return False
        if isinstance(call, Effect):
            session.send(call)
        elif isinstance(call.handler, CancelHandler):
            session.runs.cancel(call.handler.target)
        else:
            self._trigger(call)
        return True

    def _trigger(self, call: Call) -> None:
        try:
            self._session.runs.trigger(call)
        except QueueFullError:
            raise
        except Exception as error:  # noqa: BLE001 - crash wall: a policy's key= is user code
            self._session.failed(call.handler.full_name, error)

    @property
    def waiting(self) -> int:
        """How many chains wait for their turn."""
        return len(self._queue)

    async def wait_idle(self) -> None:
        """Wait until no foreground handler runs and none waits."""
        while not self._idle.is_set():
            await self._idle.wait()

    def _start_next(self) -> None:
        """Start the next foreground handler: of the chain whose turn it is, or of the next one."""
        if self._job is None or not self._job.calls:
            self._job = self._queue.pop(0) if self._queue else None
        if self._job is None or not self._session.takes_work:
            self._idle.set()
            return
        call = self._job.calls.popleft()
        assert isinstance(call, Call)
        name = f"handler {call.handler.full_name}"
        self._session.spawn(self._run_foreground, call, self._job, name=name)

    async def _run_foreground(self, call: Call, job: _Job) -> None:
        session = self._session
        try:
            with CrashWall(lambda error: session.call_failed(call, error)):
                await self._hold_state(call)
            with CrashWall(lambda error: session.failed("the session's queue", error)):
                self._start_immediate(job)
                if not job.calls:
                    # In one step with the commit, so that both go in one frame.
                    job.done()
        except BaseException:
            self._idle.set()  # the session ends, and nothing more will run
            raise
        self._start_next()

    async def _hold_state(self, call: Call) -> None:
        """Run a foreground handler, which has the state for its whole run."""
        session = self._session
        task, lock = trio.lowlevel.current_task(), session.lock
        right = Right(task, len(task.child_nurseries), lock, is_block=False)
        await lock.acquire(right)
        session.tree.begin(right)
        session.around.guards.sweep.glance()
        try:
            self._take(await self._drive(call), call)
        except BaseException:
            session.tree.rollback()
            raise
        finally:
            session.tree.end(right)
            lock.release()

    async def run_background(self, call: Call) -> None:
        """Run a background handler's body to its end; raises what it raises."""
        value = await self._drive(call)
        self.submit(read_calls(value, self._session.tree, call.submission))

    async def _drive(self, call: Call) -> Any:
        instance = instance_of(self._session.tree, call.handler.state)

        async def on_yield(value: Any) -> None:
            self._take(value, call)
            await trio.lowlevel.checkpoint()

        return await drive(call.handler.definition.fn(instance, *call.args), on_yield)

    def _take(self, value: Any, call: Call) -> None:
        """Commit what the handler holds open, then queue what it handed back."""
        chain = read_calls(value, self._session.tree, call.submission)
        if self._session.tree.right() is not None:
            self._session.commit()
        if chain:
            self.submit(chain)
