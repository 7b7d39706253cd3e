"""asyncio libraries in handlers: `run_asyncio`, and the loop that its calls run on.

Under an asyncio server that loop is the server's own: Trio is its guest, so both are one thread.
Under a Trio server there is none, and one is opened at the first call, in a thread of its own, for
the rest of the app's life. An asyncio loop on top of Trio (trio-asyncio) would save the thread, but
it replaces functions of the asyncio module for the whole process: a guest run in that process
breaks, `asyncio.run` gets another loop, a library that was imported before finds no running loop;
and its timers are Trio's, which stand still while a virtual clock waits for the call.

A call is an asyncio task. Its end, whatever it is, is carried back as an outcome, so an exception
of any kind neither is lost nor ends the loop. Knows nothing of servers and apps.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar, TypeVarTuple

import attrs
import outcome
import trio

from triostate.errors import AsyncioCancelledError
from triostate.limits import ASYNCIO_CLOSE_SECONDS
from triostate.runtime.functions import call_async, check_function, name_of
from triostate.runtime.outside import outside
from triostate.state.transaction import rights

__all__ = ["AsyncioCalls", "run_asyncio", "use_asyncio"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

logger = logging.getLogger("triostate")

#: How a call ended, as the asyncio side found it.
Ending = outcome.Outcome[Any]


class Loop(Protocol):
    """An asyncio loop, as calls from Trio reach it and come back."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...

    def post(self, fn: Callable[[], object]) -> None:
        """Have a function called on the loop, after those posted before."""

    def post_back(self, fn: Callable[[], object]) -> None:
        """Have a function called in the Trio thread; used on the loop."""


@attrs.frozen
class HostLoop:
    """The loop that Trio is a guest of: plain calls cross either way."""

    loop: asyncio.AbstractEventLoop

    def post(self, fn: Callable[[], object]) -> None:
        fn()

    def post_back(self, fn: Callable[[], object]) -> None:
        fn()


class OwnLoop:
    """A loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._is_closing = False
        self._token = trio.lowlevel.current_trio_token()
        # A daemon: one that is stuck in user code does not hold up the end of the process.
        self._thread = threading.Thread(
            target=self._run_in_thread, name="triostate asyncio", daemon=True
        )
        self._thread.start()

    def post(self, fn: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop is closed: `AsyncioCalls.aclose` ends what is left
            self.loop.call_soon_threadsafe(fn)

    def post_back(self, fn: Callable[[], object]) -> None:
        with suppress(trio.RunFinishedError):  # nobody is left who waits
            self._token.run_sync_soon(fn)

    def _run_in_thread(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            while not self._is_closing:
                self._run_once()
            self.loop.run_until_complete(_cancel_all())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()

    def _run_once(self) -> None:
        try:
            self.loop.run_forever()
        except (SystemExit, KeyboardInterrupt):
            # Of a task that is no call: asyncio lets these through, but it is not its loop to end.
            logger.exception("asyncio code tried to end the process from its loop's thread")

    async def aclose(self) -> bool:
        """Cancel what runs on it and wait for its end; False if that takes too long."""
        self._is_closing = True
        self.loop.call_soon_threadsafe(self.loop.stop)
        # Shielded, or an app that is cancelled would leave the loop's tasks in the middle. The
        # limit that counts is of real time: the loop's thread knows no virtual clock.
        with trio.move_on_after(2 * ASYNCIO_CLOSE_SECONDS, shield=True):
            await trio.to_thread.run_sync(self._thread.join, ASYNCIO_CLOSE_SECONDS)
        return not self._thread.is_alive()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@attrs.define(eq=False)
class _Call:
    """One call on its way: its asyncio task, and the Trio task that waits for it."""

    loop: Loop
    _fn: Callable[..., Awaitable[Any]]
    _args: tuple[object, ...]
    _context: contextvars.Context
    _waiter: trio.lowlevel.Task
    _task: asyncio.Task[Ending] | None = None
    _is_over: bool = False

    def start(self) -> None:
        # Not by `create_task`: an eager task factory would run it in the middle of a Trio step.
        self._task = asyncio.Task(
            outcome.acapture(_called, self._fn, self._args),
            loop=self.loop.loop,
            context=self._context,
        )
        self._task.add_done_callback(self._done)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _done(self, task: asyncio.Task[Ending]) -> None:
        # Cancelled before its first step, a task has not come to capture anything.
        ending = outcome.Error(asyncio.CancelledError()) if task.cancelled() else task.result()
        self.loop.post_back(lambda: self.finish(ending))

    def finish(self, ending: Ending) -> None:
        """Wake the waiter, the first time; in the Trio thread."""
        if not self._is_over:
            self._is_over = True
            trio.lowlevel.reschedule(self._waiter, outcome.Value(ending))


async def _called(fn: Callable[..., Awaitable[T]], args: tuple[object, ...]) -> T:
    # Called on the loop too: a plain function that returns a future needs a running one.
    return await call_async(fn, *args)


class AsyncioCalls:
    """The asyncio calls of one app.

    ``host_loop`` is the loop that this Trio run is a guest of; None if it is not.
    """

    def __init__(self, host_loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop: Loop | None = None if host_loop is None else HostLoop(host_loop)
        self._own: OwnLoop | None = None
        self._calls: set[_Call] = set()
        self._is_closed = False

    async def run(self, fn: Callable[..., Awaitable[T]], args: tuple[object, ...]) -> T:
        """Run an asyncio function; see `run_asyncio`."""
        if self._is_closed:
            raise RuntimeError("the app is shut down: ts.run_asyncio has no asyncio loop any more")
        await trio.lowlevel.checkpoint_if_cancelled()
        context = contextvars.copy_context()
        context.run(rights.set, ())  # the right to write stays with the handler
        waiter = trio.lowlevel.current_task()
        call = _Call(self._open_loop(), fn, args, context, waiter)
        self._calls.add(call)
        try:
            with outside():
                ending, raise_cancelled = await _wait(call)
        finally:
            self._calls.discard(call)
        if isinstance(ending, outcome.Error) and isinstance(ending.error, asyncio.CancelledError):
            if raise_cancelled is not None:
                raise_cancelled()
            raise AsyncioCancelledError(
                f"{name_of(fn)} was cancelled by asyncio code, not by its handler: "
                "an asyncio task was cancelled or the loop is closing"
            ) from ending.error
        result: T = ending.unwrap()
        return result

    def _open_loop(self) -> Loop:
        if self._loop is None:
            self._loop = self._own = OwnLoop()
        return self._loop

    async def aclose(self) -> None:
        """End the loop, if it is ours, and every call that is left."""
        self._is_closed = True
        if self._own is not None and not await self._own.aclose():
            names = "; ".join(name_of(call._fn) for call in self._calls) or "a task of its own"
            logger.warning(
                "the asyncio loop did not end within %g s: %s", ASYNCIO_CLOSE_SECONDS, names
            )
        for call in tuple(self._calls):
            call.finish(outcome.Error(asyncio.CancelledError()))


async def _wait(call: _Call) -> tuple[Ending, trio.lowlevel.RaiseCancelT | None]:
    """Start a call and wait for its end; with what raises Cancelled if it was asked to end."""
    raise_cancelled: trio.lowlevel.RaiseCancelT | None = None

    def abort(raise_cancel: trio.lowlevel.RaiseCancelT) -> trio.lowlevel.Abort:
        nonlocal raise_cancelled
        raise_cancelled = raise_cancel
        call.loop.post(call.cancel)
        return trio.lowlevel.Abort.FAILED  # the asyncio side is waited for

    call.loop.post(call.start)
    ending = await trio.lowlevel.wait_task_rescheduled(abort)
    return ending, raise_cancelled


_calls: trio.lowlevel.RunVar[AsyncioCalls] = trio.lowlevel.RunVar("triostate_asyncio")


@contextmanager
def use_asyncio(calls: AsyncioCalls) -> Iterator[None]:
    """Let `run_asyncio` use these in this Trio run while the block is open."""
    token = _calls.set(calls)
    try:
        yield
    finally:
        _calls.reset(token)


async def run_asyncio(fn: Callable[[*Ts], Awaitable[T]], *args: *Ts) -> T:
    """Run ``await fn(*args)`` under asyncio, and return what it returns.

    For libraries that know asyncio alone. All calls of an app share one loop, so what one call
    makes, a client or a queue, another may use; it is an asyncio object all the same, and Trio's
    are none: hand values over by arguments and results. Under an asyncio server the loop is the
    server's, so blocking code in ``fn`` stops every page; under a Trio server it is in a thread.

    Context variables are those of the caller; the right to write is not: state is changed by the
    handler, with what ``fn`` returned. `set_progress` and `track` may be used.

    A cancellation cancels the asyncio task and waits until it has ended, every ``finally`` of it.
    If it returns a result all the same, that is returned.

    Raises:
        AsyncioCancelledError: asyncio code cancelled the call by itself.
        RuntimeError: no app is being served in this Trio run, or it is shut down.
        BaseException: what ``fn`` raises, exception groups included.
    """
    try:
        calls = _calls.get()
    except LookupError:
        raise RuntimeError("ts.run_asyncio needs an app that is being served") from None
    check_function(fn, "ts.run_asyncio")
    return await calls.run(fn, args)
