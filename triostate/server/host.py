"""The crossing between an asyncio loop and a Trio run that is its guest.

Knows nothing of ASGI. Both sides share one thread, so plain calls cross freely: `trio.Event.set`,
`Nursery.start_soon` and `CancelScope.cancel` work from an asyncio task, and `Future.set_result`
from a Trio task. What cannot cross is an await: each side waits only on things of its own.

From Trio to asyncio: `call_host` runs a coroutine of the host. It is first stepped right here, in
the Trio task, because most sends of a server finish without ever suspending: a step costs a
microsecond, an asyncio task and the way back through both schedulers fifty. Only what suspends is
handed to an asyncio task, together with the future that it waits for, and the Trio task sleeps
until that task is done. The one thing missing during the first step is `asyncio.current_task()`
(it is None), so a coroutine that opens an `asyncio.timeout` at once must be given to a task from
the start: `eager=False`.

From asyncio to Trio: `Completion` is an outcome that the Trio side sets. The host may cancel its
waiter as often as it likes; the waiter passes the wish on and goes on waiting, because a Trio task
that nobody waits for is a leak.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar, cast

import attrs
import outcome
import trio

T = TypeVar("T")


class Rest(Coroutine[Any, Any, T]):
    """What is left of a host's coroutine that has been stepped once and has suspended.

    Yields first what that step yielded, so that whoever drives it next waits for the right future.
    A coroutine in the sense of `asyncio.Task`; it is not a generator wrapping the other, because
    one that is cancelled before its first step would never reach what it wraps.
    """

    __slots__ = ("_coro", "_first", "_yielded")

    def __init__(self, coro: Coroutine[Any, Any, T], yielded: object) -> None:
        self._coro = coro
        self._yielded = yielded
        self._first = True

    def send(self, value: object, /) -> object:
        """Step it; the first time, give what it is waiting for."""
        if self._first:
            self._first = False
            yielded, self._yielded = self._yielded, None
            return yielded
        return self._coro.send(value)

    def throw(self, *error: Any) -> object:
        """Raise an error where it waits."""
        self._first = False
        return self._coro.throw(*error)

    def close(self) -> None:
        """End it where it waits."""
        self._first = False
        self._coro.close()

    def __await__(self) -> Generator[Any, Any, T]:
        # Has send, throw and close of its own: to `await` that is a generator.
        return cast("Generator[Any, Any, T]", self)

    def __iter__(self) -> Rest[T]:
        return self

    def __next__(self) -> object:
        return self.send(None)


async def as_coroutine(call: Callable[..., Awaitable[T]], *args: object) -> T:
    """Wrap a call in a real coroutine: a server's `send` may return any awaitable."""
    return await call(*args)


def step(coro: Coroutine[Any, Any, T]) -> outcome.Value[T] | Rest[T]:
    """Run a host's coroutine to its end or its first suspension, whichever is first.

    Raises what the coroutine raises; an asyncio cancellation as ConnectionAbortedError, since it
    means nothing to a Trio task.
    """
    try:
        yielded = coro.send(None)
    except StopIteration as stop:
        return outcome.Value(stop.value)
    except asyncio.CancelledError as error:
        raise _dropped() from error
    return Rest(coro, yielded)


async def call_host(
    coro: Coroutine[Any, Any, T], *, eager: bool = True, cancel_delay_seconds: float = 0.0
) -> T:
    """Run a coroutine of the host from a Trio task and return its result.

    On cancellation the coroutine is cancelled, `cancel_delay_seconds` later, and waited for. If it
    finishes all the same, its result is returned. Not a checkpoint when nothing suspends.

    Raises what the coroutine raises; ConnectionAbortedError if the host cancelled it.
    """
    rest: Coroutine[Any, Any, T] = coro
    if eager:
        began = step(coro)
        if isinstance(began, outcome.Value):
            return began.value
        rest = began
    # Not through `create_task`: an eager task factory would enter this context a second time. The
    # context is the Trio task's own, so that a context variable's token stays good.
    context = trio.lowlevel.current_task().context
    loop = asyncio.get_running_loop()
    return await _join(asyncio.Task(rest, loop=loop, context=context), cancel_delay_seconds)


async def _join(task: asyncio.Task[T], cancel_delay_seconds: float) -> T:
    """Wait in a Trio task for an asyncio task."""
    waiter = trio.lowlevel.current_task()
    raise_cancelled: trio.lowlevel.RaiseCancelT | None = None
    timer: asyncio.TimerHandle | None = None

    def abort(raise_cancel: trio.lowlevel.RaiseCancelT) -> trio.lowlevel.Abort:
        nonlocal raise_cancelled, timer
        raise_cancelled = raise_cancel
        if cancel_delay_seconds:
            timer = task.get_loop().call_later(cancel_delay_seconds, task.cancel)
        else:
            task.cancel()
        return trio.lowlevel.Abort.FAILED

    task.add_done_callback(lambda _: trio.lowlevel.reschedule(waiter))
    await trio.lowlevel.wait_task_rescheduled(abort)
    if timer is not None:
        timer.cancel()
    if not task.cancelled():
        return task.result()
    if raise_cancelled is not None:
        raise_cancelled()
    raise _dropped()


def _dropped() -> ConnectionAbortedError:
    return ConnectionAbortedError("the server cancelled this call")


@attrs.define(eq=False)
class Completion(Generic[T]):
    """An outcome set on the Trio side and waited for by one task on the host side."""

    _outcome: outcome.Outcome[T] | None = None
    _waiter: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        """Whether the outcome is known."""
        return self._outcome is not None

    def set(self, result: outcome.Outcome[T]) -> None:
        """Give the outcome; only the first counts. Call it on the loop's thread."""
        if self._outcome is not None:
            return
        self._outcome = result
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, on_cancel: Callable[[], object]) -> T:
        """Wait for the outcome and unwrap it.

        If the host cancels the waiting task, `on_cancel` is called, each time, and the wait goes
        on; the CancelledError is raised at the end unless the outcome is an error of its own.
        """
        cancelled: asyncio.CancelledError | None = None
        while self._outcome is None:
            # A new future a turn: cancelling a task cancels the future that it waits for.
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            except asyncio.CancelledError as error:
                cancelled = error
                on_cancel()
        value = self._outcome.unwrap()
        if cancelled is not None:
            raise cancelled
        return value


async def settle(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task of ours on the host and wait until it is gone, whatever the host cancels."""
    if task is None:
        return
    task.cancel()
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
