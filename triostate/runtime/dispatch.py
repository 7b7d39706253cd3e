"""Dispatch: events of a session become running handlers, in order and one at a time.

Foreground handlers wait in a queue and run one after another, each in a task and a clean context
of its own, holding the session's state for its whole run. Background handlers and cancels do not
queue. What a handler returns or yields comes back here as a chain of calls, at the end of the
queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import attrs
import trio

from triostate.errors import QueueFullError
from triostate.limits import MAX_QUEUED_EVENTS
from triostate.protocol.effects import Effect
from triostate.runtime.background import BackgroundRuns
from triostate.runtime.calls import Call, Chain, read_calls
from triostate.runtime.driver import drive
from triostate.runtime.outbox import Outbox
from triostate.state.handlers import CancelHandler
from triostate.state.state import instance_of
from triostate.state.tree import StateTree

__all__ = ["Dispatcher"]


class Ground(Protocol):
    """What dispatch needs of the session that it works for."""

    lock: trio.Lock
    tree: StateTree
    outbox: Outbox
    runs: BackgroundRuns

    def spawn(
        self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None
    ) -> None: ...
    def commit(self) -> None: ...
    def failed(self, where: str, error: BaseException) -> str: ...


def _nothing() -> None: ...


@attrs.define(eq=False)
class _Job:
    """What is left of a chain, and whom to tell when it is through."""

    calls: deque[Call | Effect]
    done: Callable[[], None]


class Dispatcher:
    """The foreground queue of one session."""

    def __init__(self, session: Ground) -> None:
        self._session = session
        self._queue: deque[_Job] = deque()
        self._arrived = trio.Event()
        self._idle = trio.Event()
        self._idle.set()

    def submit(self, chain: Chain, done: Callable[[], None] = _nothing) -> None:
        """Take a chain: start what need not wait, queue the rest.

        ``done`` is called when its last call has finished (foreground) or started (background).
        Raises QueueFullError, with nothing started, if too many chains wait.
        """
        if len(self._queue) >= MAX_QUEUED_EVENTS:
            raise QueueFullError(f"{MAX_QUEUED_EVENTS} events wait in this session already")
        job = _Job(deque(chain), done)
        self._start_immediate(job)
        if job.calls:
            self._queue.append(job)
            self._arrived.set()
        else:
            done()

    def _start_immediate(self, job: _Job) -> None:
        """Deal with the chain's calls up to the first that has to wait for its turn."""
        session = self._session
        while job.calls:
            call = job.calls[0]
            if isinstance(call, Effect):
                session.outbox.add_effect(call)
            elif isinstance(call.handler, CancelHandler):
                session.runs.cancel(call.handler.target)
            elif call.handler.is_background:
                self._trigger(call)
            else:
                return
            job.calls.popleft()

    def _trigger(self, call: Call) -> None:
        try:
            self._session.runs.trigger(call)
        except QueueFullError:
            raise
        except Exception as error:  # noqa: BLE001 - crash wall: a policy's key= is user code
            self._session.failed(call.handler.full_name, error)

    @property
    def is_idle(self) -> bool:
        """Whether no foreground handler runs or waits."""
        return self._idle.is_set() and not self._queue

    async def wait_idle(self) -> None:
        """Wait until no foreground handler runs and none waits."""
        while not self.is_idle:
            await self._idle.wait()
            if self._queue:
                await trio.lowlevel.checkpoint()

    async def run(self) -> None:
        """Run chains in order until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived = trio.Event()
            while self._queue:
                self._idle = trio.Event()
                await self._run_job(self._queue.popleft())
                self._idle.set()

    async def _run_job(self, job: _Job) -> None:
        try:
            while job.calls:
                call = job.calls.popleft()
                assert isinstance(call, Call)
                finished = trio.Event()
                self._session.spawn(
                    self._run_foreground, call, finished, name=f"handler {call.handler.full_name}"
                )
                await finished.wait()
                self._start_immediate(job)
        except Exception as error:  # noqa: BLE001 - crash wall: a chain that fails ends, the session does not
            self._session.failed("the session's queue", error)
        finally:
            job.done()

    async def _run_foreground(self, call: Call, finished: trio.Event) -> None:
        session = self._session
        try:
            async with session.lock:
                right = session.tree.begin(is_block=False)
                try:
                    value = await self._drive(call)
                    self._take(value)
                except BaseException:
                    session.tree.rollback()
                    raise
                finally:
                    session.tree.end(right)
        except Exception as error:  # noqa: BLE001 - crash wall: one handler's failure is its own
            session.failed(call.handler.full_name, error)
        except BaseExceptionGroup as group:
            failures, rest = group.split(Exception)
            if failures is not None:
                session.failed(call.handler.full_name, failures)
            if rest is not None:
                raise rest from None
        finally:
            finished.set()

    async def run_background(self, call: Call) -> None:
        """Run a background handler's body to its end; raises what it raises."""
        value = await self._drive(call)
        self.submit(read_calls(value, self._session.tree))

    async def _drive(self, call: Call) -> Any:
        instance = instance_of(self._session.tree, call.handler.state)
        return await drive(call.handler.definition.fn(instance, *call.args), self._on_yield)

    async def _on_yield(self, value: Any) -> None:
        self._take(value)
        await trio.lowlevel.checkpoint()

    def _take(self, value: Any) -> None:
        """Commit what the handler holds open, then queue what it handed back."""
        chain = read_calls(value, self._session.tree)
        if self._session.tree.right() is not None:
            self._session.commit()
        if chain:
            self.submit(chain)
