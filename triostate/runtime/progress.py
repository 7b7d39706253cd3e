"""Progress: how far a background run is, as its code says it, sent at a bearable rate.

A value that is set is sent at once if none was in the last `PROGRESS_SECONDS`, else when that time
is over; so a tight loop costs an assignment a turn, the newest value always arrives, and so does
the last one when the run ends. Values may come from any thread. Knows nothing of handlers: what
is sent, and how, is the business of who makes a `RunProgress`.

The order of the steps in `set` and `_pace` makes a lock needless: a setter stores the value before
it looks at the flags, and the sender clears a flag before it reads the value.
"""

from __future__ import annotations

import math
import threading
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextvars import ContextVar
from numbers import Real
from typing import Any, Protocol, TypeVar, overload

import trio

from triostate.limits import PROGRESS_SECONDS

__all__ = ["RunProgress", "set_progress", "track"]

T = TypeVar("T")


class Spawn(Protocol):
    """Starts a task that ends with the session at the latest."""

    def __call__(
        self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None
    ) -> None: ...


class RunProgress:
    """The progress of one run.

    Args:
        send: given this object when its value is to be seen; called in the Trio thread only.
        spawn: starts the task that waits between two sends.
    """

    def __init__(self, send: Callable[[RunProgress], None], spawn: Spawn) -> None:
        self.value: float | None = None
        """0.0 to 1.0, or None while it is not known."""
        self.is_over = False
        self._send = send
        self._spawn = spawn
        self._sent: float | None = None
        self._sent_at = -math.inf
        self._is_pacing = False
        self._is_posted = False
        self._pause: trio.CancelScope | None = None
        self._thread = threading.get_ident()
        self._token = trio.lowlevel.current_trio_token()

    def enter(self) -> None:
        """Let `track` and `set_progress` find it in this context and those copied from it."""
        _current.set(self)

    def set(self, value: float | None) -> None:
        """Take a new value; raise RuntimeError if the run is over."""
        if self.is_over:
            raise _over()
        self.value = value
        if self._is_pacing:
            return
        if threading.get_ident() == self._thread:
            self._look()
        elif not self._is_posted:
            self._is_posted = True
            try:
                self._token.run_sync_soon(self._posted)
            except trio.RunFinishedError:
                raise _over() from None

    def close(self) -> None:
        """End with the run: the last value is sent if it has not been."""
        self.is_over = True
        if self._pause is not None:
            self._pause.cancel()
        self._send_newest()

    def _posted(self) -> None:
        self._is_posted = False
        if not self.is_over:
            self._look()

    def _look(self) -> None:
        """Send the value if it may be sent by now, else begin to wait until it may."""
        if self._is_pacing or self.value == self._sent:
            return
        if trio.current_time() >= self._sent_at + PROGRESS_SECONDS:
            self._send_newest()
        else:
            self._is_pacing = True
            self._spawn(self._pace, name="progress")

    def _send_newest(self) -> None:
        if self.value != self._sent:
            self._sent, self._sent_at = self.value, trio.current_time()
            self._send(self)

    async def _pace(self) -> None:
        with trio.CancelScope() as self._pause:
            while self._is_pacing and not self.is_over:
                await trio.sleep_until(self._sent_at + PROGRESS_SECONDS)
                self._is_pacing = False
                if self.value != self._sent:
                    self._is_pacing = True
                    self._send_newest()


_current: ContextVar[RunProgress] = ContextVar("triostate_progress")


def set_progress(done: float, total: float | None) -> None:
    """Say how far the background run is that this code belongs to.

    ``.progress`` of the handler becomes ``done / total``, at most 1.0, or None with ``total=None``.
    It shows without a state block, at most each 0.1 s, the last value always. May be called by the
    handler, by tasks that it started, and in `run_in_thread` and `run_asyncio`.

    Args:
        done: how much of it is done, 0 or more.
        total: how much it is in all, 0 or more; None if that is not known.

    Raises:
        RuntimeError: called outside a background run, or by a thread that outlived its run.
        ValueError: a number is negative or not finite.
        TypeError: it is no number.
    """
    progress = _running("set_progress")
    progress.set(_fraction(done, total))


def _fraction(done: float, total: float | None) -> float | None:
    _check("ts.set_progress: done", done)
    if total is None:
        return None
    _check("ts.set_progress: total", total)
    return 1.0 if done >= total else float(done / total)


def _check(name: str, value: object) -> None:
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be finite and not negative, not {value!r}")


@overload
def track(items: Iterable[T], total: float | None = None) -> Iterator[T]: ...
@overload
def track(items: AsyncIterable[T], total: float | None = None) -> AsyncIterator[T]: ...
def track(items: Any, total: float | None = None) -> Any:
    """Iterate, and say with each turn how far the background run is.

    ``for row in ts.track(rows):`` or, over an async iterable, ``async for``. An item counts as done
    when the next one is asked for, and all is done when there is none. See `set_progress` for how
    it shows and where it may be used.

    Args:
        items: what to iterate over.
        total: how many items there are; ``len(items)`` by default, and if there is none,
            ``.progress`` stays None.

    Raises RuntimeError outside a background run; ValueError for a total that is negative or not
    finite; TypeError for what cannot be iterated over.
    """
    progress = _running("track")
    if total is None and hasattr(items, "__len__"):
        total = len(items)
    elif total is not None:
        _check("ts.track: total", total)
    if isinstance(items, AsyncIterable):
        return _AsyncTrack(items, total, progress)
    return _track(iter(items), total, progress)


def _track(items: Iterator[T], total: float | None, progress: RunProgress) -> Iterator[T]:
    for done, item in enumerate(items):
        progress.set(_share(done, total))
        yield item
    progress.set(None if total is None else 1.0)


def _share(done: int, total: float | None) -> float | None:
    if total is None:
        return None
    return done / total if done < total else 1.0


class _AsyncTrack(AsyncIterator[T]):
    """No generator: one that is left half-way would be finished who knows when."""

    def __init__(self, items: AsyncIterable[T], total: float | None, progress: RunProgress) -> None:
        self._items = aiter(items)
        self._total = total
        self._progress = progress
        self._done = 0

    async def __anext__(self) -> T:
        self._progress.set(_share(self._done, self._total))
        try:
            item = await anext(self._items)
        except StopAsyncIteration:
            self._progress.set(None if self._total is None else 1.0)
            raise
        self._done += 1
        return item


def _running(what: str) -> RunProgress:
    progress = _current.get(None)
    if progress is None:
        raise RuntimeError(
            f"ts.{what} was called outside a background run: it tells the progress of a handler "
            "with `@ts.event(background=True)` and of what that handler starts"
        )
    if progress.is_over:
        raise _over()
    return progress


def _over() -> RuntimeError:
    return RuntimeError("the background run that this tells the progress of has ended")
