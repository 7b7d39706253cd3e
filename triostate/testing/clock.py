"""Virtual time: tests on a clock that jumps to the next deadline whenever the run has come to rest.

An hour of `trio.sleep` takes milliseconds. The jump is `trio.testing.MockClock`'s own, with one
thing added: **the clock does not jump while a call is out**, in a thread or on another event loop.
To Trio such a run looks idle, and every time-out in it would fire before the thread has even
started. Here time stands still until the call is back; whoever wants it to pass meanwhile moves
it on with ``clock.jump(seconds)``.

Real sockets and processes are not seen: a test that waits for one says so with `hold_clock`.
Knows nothing of apps and pages.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ParamSpec, TypeVar, overload

import attrs
import trio
from trio.testing import MockClock, active_thread_count

from triostate.runtime.outside import calls_outside, outside
from triostate.testing.errors import NotReachedError

__all__ = [
    "VIRTUAL_LIMIT_SECONDS",
    "guarded_clock",
    "hold_clock",
    "is_virtual",
    "make_clock",
    "run_virtual",
    "virtual",
]

P = ParamSpec("P")
R = TypeVar("R")

VIRTUAL_LIMIT_SECONDS = 24 * 3600.0
"""Of virtual time that a test may take: without a limit, one that waits for what never happens
would turn its clock for ever."""


def hold_clock() -> AbstractContextManager[None]:
    """Let the virtual clock stand still while the block is open.

    For what Trio cannot see coming: an answer of a real server, the end of a child process.
    """
    return outside()


def make_clock() -> MockClock:
    """Return a clock that jumps whenever the run has come to rest."""
    return MockClock(autojump_threshold=0)


def run_virtual(
    fn: Callable[..., Awaitable[R]],
    *args: Any,
    limit_seconds: float = VIRTUAL_LIMIT_SECONDS,
    clock: MockClock | None = None,
) -> R:
    """Run ``await fn(*args)`` to its end on a clock that jumps; return what it returns.

    Args:
        fn: an async function.
        args: its arguments.
        limit_seconds: virtual seconds after which it is cancelled.
        clock: a clock to use in place of a new one, not yet used by another run.

    Raises NotReachedError, a `trio.TooSlowError`, if it has not ended by then; else what it raises.
    """
    return trio.run(_limited, fn, args, limit_seconds, clock=clock or make_clock())


async def _limited(
    fn: Callable[..., Awaitable[R]], args: tuple[Any, ...], limit_seconds: float
) -> R:
    with guarded_clock(), trio.move_on_after(limit_seconds):
        return await fn(*args)
    raise NotReachedError(
        f"the test has not ended within {limit_seconds:g} s of virtual time: it waits for "
        "something that never happens (or give it more, limit_seconds=)"
    )


@overload
def virtual(test: Callable[P, Awaitable[None]], /) -> Callable[P, None]: ...
@overload
def virtual(
    *, limit_seconds: float = VIRTUAL_LIMIT_SECONDS
) -> Callable[[Callable[P, Awaitable[None]]], Callable[P, None]]: ...
def virtual(
    test: Callable[P, Awaitable[None]] | None = None,
    /,
    *,
    limit_seconds: float = VIRTUAL_LIMIT_SECONDS,
) -> Any:
    """Make an async test one that any test runner can call, on a virtual clock.

    ::

        @virtual
        async def test_the_hour_is_over_in_no_time():
            await trio.sleep(3600)

    With pytest it takes fixtures as any other test, and no plugin has to know of it.
    ``@virtual(limit_seconds=...)`` allows it more virtual time than a day.
    """
    if test is None:
        return functools.partial(virtual, limit_seconds=limit_seconds)
    return _as_sync(test, limit_seconds)


def _as_sync(test: Callable[P, Awaitable[None]], limit_seconds: float) -> Callable[P, None]:
    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        run_virtual(functools.partial(test, *args, **kwargs), limit_seconds=limit_seconds)

    return run


# Holding the clock


@contextmanager
def guarded_clock() -> Iterator[None]:
    """Keep this run's clock from jumping while a call is out; does nothing to a real clock.

    `run_virtual` and `Client` do it by themselves, so a run of another's making
    (``trio.run(main, clock=MockClock(autojump_threshold=0))``, a fixture of pytest-trio) is as
    safe while a client is open.
    """
    clock = trio.lowlevel.current_clock()
    if not isinstance(clock, MockClock) or _current_guard.get() is not None:
        yield
        return
    guard = _Guard(clock, trio.lowlevel.current_trio_token())
    trio.lowlevel.add_instrument(guard)
    _current_guard.set(guard)
    try:
        yield
    finally:
        _current_guard.set(None)
        trio.lowlevel.remove_instrument(guard)
        guard.release()


def is_virtual() -> bool:
    """Whether this run's clock is one that jumps by itself, be it held at the moment."""
    clock, guard = trio.lowlevel.current_clock(), _current_guard.get()
    is_held = guard is not None and guard.is_holding
    return isinstance(clock, MockClock) and (is_held or clock.autojump_threshold < math.inf)


def _nothing() -> None: ...


@attrs.define(eq=False)
class _Guard(trio.abc.Instrument):
    """Looks, each time the run is about to wait, whether calls are out.

    By then Trio has decided for this round whether it may jump. So a change of mind is followed by
    a wake-up, which makes this round one in which something happened, and the next is decided anew.
    """

    _clock: MockClock
    _token: trio.lowlevel.TrioToken
    _held: float | None = None
    """The threshold that is put back when no call is out any more."""

    def before_io_wait(self, timeout: float) -> None:
        is_out = active_thread_count() > 0 or calls_outside() > 0
        if is_out == self.is_holding:
            return
        if is_out:
            self._held, self._clock.autojump_threshold = self._clock.autojump_threshold, math.inf
        else:
            self.release()
        self._token.run_sync_soon(_nothing, idempotent=True)

    @property
    def is_holding(self) -> bool:
        """Whether the clock stands still on our account."""
        return self._held is not None

    def release(self) -> None:
        """Let the clock go."""
        if self._held is not None:
            self._clock.autojump_threshold, self._held = self._held, None


_current_guard: trio.lowlevel.RunVar[_Guard | None] = trio.lowlevel.RunVar(
    "triostate_clock_guard", default=None
)
