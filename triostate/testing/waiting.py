"""Waiting in tests: until a condition holds, looked at whenever the app has come to rest.

No polling: an instrument of the run evaluates the condition each time that nothing can go on before
time does, so a wait ends at the very moment at which it may and costs no virtual time. On a real
clock, where a busy app may never rest, it looks between any two rounds of the scheduler.
Knows nothing of tabs.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import trio

from triostate.testing.clock import is_virtual
from triostate.testing.errors import NotReachedError

__all__ = ["REAL_TIMEOUT_SECONDS", "VIRTUAL_TIMEOUT_SECONDS", "until"]

VIRTUAL_TIMEOUT_SECONDS = 3600.0
"""Of a wait on a virtual clock, unless said otherwise: an hour costs milliseconds."""

REAL_TIMEOUT_SECONDS = 5.0
"""Of a wait on a real clock, unless said otherwise."""


async def until(
    condition: Callable[[], object],
    timeout_seconds: float | None = None,
    *,
    what: str = "what the test waits for",
    instead: Callable[[], str] = lambda: "",
) -> None:
    """Wait until a condition holds.

    Args:
        condition: called without arguments, often; it must not change anything. What it raises is
            raised here.
        timeout_seconds: by the run's clock; an hour by default, 5 s on a real clock.
        what: names the condition in the error's text.
        instead: called for the end of the error's text: what there was instead.

    Raises NotReachedError, a `trio.TooSlowError`, when the time is over.
    """
    if timeout_seconds is None:
        timeout_seconds = VIRTUAL_TIMEOUT_SECONDS if is_virtual() else REAL_TIMEOUT_SECONDS
    watch = _Watch(condition, trio.lowlevel.current_trio_token(), is_virtual())
    trio.lowlevel.add_instrument(watch)
    try:
        with trio.move_on_after(timeout_seconds):
            await watch.over.wait()
    finally:
        trio.lowlevel.remove_instrument(watch)
    if watch.error is not None:
        raise watch.error
    if not watch.over.is_set():
        raise NotReachedError(f"{what} has not come in {timeout_seconds:g} s. {instead()}".rstrip())


def _nothing() -> None: ...


@attrs.define(eq=False)
class _Watch(trio.abc.Instrument):
    _condition: Callable[[], object]
    _token: trio.lowlevel.TrioToken
    _at_rest_only: bool
    over: trio.Event = attrs.field(factory=trio.Event)
    error: BaseException | None = None

    def before_io_wait(self, timeout: float) -> None:
        if self.over.is_set():
            return
        error: BaseException | None = None
        try:
            if not self._condition():
                return
        except BaseException as raised:  # noqa: BLE001 - raised again, by the task that waits
            error = raised
        # Asked last, as it costs more than most conditions.
        if self._at_rest_only and trio.lowlevel.current_statistics().tasks_runnable:
            return
        self.error = error
        self.over.set()
        self._token.run_sync_soon(_nothing, idempotent=True)  # the wait must not last now
