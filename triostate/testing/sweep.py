"""`cancel_sweep`: a scenario, cancelled at its every step, and what has to hold after each.

A cancellation may come at any await. The sweep lets a scenario run once to count its steps, then
once more for each of them, in the same order, and cancels there; so code that holds here holds
wherever the cancellation comes. After each the sweep checks, by itself:

- every task that was cancelled has ended, every ``finally`` included, and nothing has crashed;
- the state can be written: its lock is free and no right to write is left open;
- the browser's copy of the state equals what the server has committed, and what a test says of it
  held at every frame: nobody has seen half of a commit;
- the page's task vars are those of the runs that there are;
- after a closed session nothing of it is left; after the scenario, no task, descriptor or thread.

::

    @pytest.mark.parametrize("cancel", ["task", "session", "drop", "drain"])
    def test_money_is_never_between_accounts(cancel):
        async def scenario(sweep):
            async with Client(bank.app) as client, client.tab() as tab:
                async with sweep(tab, cancel=cancel, invariant=the_total_is_right):
                    await tab.click("Transfer")
                    await tab.wait_text("done")

        cancel_sweep(scenario)

Knows nothing of how steps are counted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal, TypeAlias

import attrs
import trio

from triostate.runtime.background import BackgroundTask
from triostate.testing.aftermath import Checks, Invariant
from triostate.testing.clock import run_virtual
from triostate.testing.errors import ExpectationError, SweepError
from triostate.testing.leaks import leak_check
from triostate.testing.stepping import Steps, in_same_order
from triostate.testing.tab import Tab

__all__ = ["Cancel", "Sweep", "cancel_sweep"]

MAX_POINTS = 1000
"""Of a scenario, unless said otherwise: some ten seconds."""

#: What is cancelled at a step: each background run of the tab's session; the handlers that have
#: runs, as their ``.cancel`` does, with what waits; the session; the connection of the tab; the
#: whole app, which is shut down; or whatever a function of the tab does (it may not await).
Cancel: TypeAlias = Literal["task", "handler", "session", "drop", "drain"] | Callable[[Tab], object]


def cancel_sweep(
    scenario: Callable[[Sweep], Awaitable[object]],
    *,
    more_than: int = 10,
    max_points: int = MAX_POINTS,
    seed: int = 0,
) -> int:
    """Run a scenario on a virtual clock, once for each of its steps, cancelling there.

    Args:
        scenario: an async function. It is given the sweep, and opens ``async with sweep(tab, ...)``
            around what is to be cancelled; see `Sweep.__call__`. It has to be deterministic: no
            threads, no sockets, no real time. What it asserts after the block has to hold whatever
            was cancelled when.
        more_than: more points than this have to have found something to cancel, or the sweep has
            tested less than it seems.
        max_points: a scenario with more is refused: each is a run of its own, so an hour with a
            heartbeat every ten seconds would be swept for many minutes. Let it take less time.
        seed: decides the order in which Trio runs what it could run in any order.

    Returns how many points found something; there are two to each step of a task, before and after.

    Raises SweepError that names the point, the task that stood there and its stack, from what the
    scenario or a check raised.
    """
    _Attempt(None).run(scenario, seed)  # fills caches, which takes steps of its own
    whole = _Attempt(None)
    whole.run(scenario, seed)
    if whole.steps.count > max_points:
        raise SweepError(
            f"the scenario has {whole.steps.count} points, each of which would be a run of its "
            f"own, and {max_points} are allowed: let it do less, for less time (or set max_points=)"
        )
    hits = 0
    for point in range(whole.steps.count):
        attempt = _Attempt(point)
        attempt.run(scenario, seed)
        hits += attempt.has_hit
    if hits <= more_than:
        raise SweepError(
            f"of {whole.steps.count} points {hits} found something to cancel, and it should have "
            f"been more than {more_than}: does it run inside `async with sweep(tab, ...)`?"
        )
    return hits


class Sweep:
    """One run of the scenario; what `cancel_sweep` hands to it."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.has_hit = False

    def __call__(
        self,
        tab: Tab,
        *,
        cancel: Cancel = "task",
        invariant: Invariant = lambda _: None,
        allow: tuple[type[BaseException], ...] = (),
    ) -> AbstractAsyncContextManager[None]:
        """Return a block whose steps are swept.

        The body drives the tab. When the step has come and the cancellation is done the body is
        abandoned, and at the end of the block everything is checked; in the run that only counts
        steps, too.

        Args:
            tab: whose session it is about.
            cancel: what is cancelled.
            invariant: raises if the browser's copy of the state is not right; called at each frame.
            allow: exceptions that handlers may end with; others fail the sweep.
        """
        return self._block(Checks(tab, invariant, allow), cancel)

    @asynccontextmanager
    async def _block(self, checks: Checks, cancel: Cancel) -> AsyncIterator[None]:
        cancelled: list[BackgroundTask] = []
        body = trio.CancelScope()

        def act() -> None:
            body.cancel()
            if callable(cancel):
                cancel(checks.tab)
            else:
                cancelled.extend(_CANCELS[cancel](checks.tab))
            self.has_hit = bool(cancelled) or cancel not in ("task", "handler")

        with checks.watching():
            try:
                with self._steps.armed(act), body:
                    yield
            except ExpectationError:
                if not self._steps.has_acted:  # else it was cut off in what it was doing
                    raise
            if self._steps.error is not None:
                raise self._steps.error
            await checks.check(cancelled)


@attrs.define(eq=False)
class _Attempt:
    """One run of the scenario, to be cancelled at one point or none."""

    point: int | None
    steps: Steps = attrs.field(init=False)
    has_hit: bool = False

    def __attrs_post_init__(self) -> None:
        self.steps = Steps(self.point)

    def run(self, scenario: Callable[[Sweep], Awaitable[object]], seed: int) -> None:
        sweep = Sweep(self.steps)

        async def checked() -> None:
            async with leak_check():
                await scenario(sweep)

        try:
            with in_same_order(seed):
                run_virtual(checked)
        except Exception as error:
            raise SweepError(self._describe(error)) from error
        if self.point is not None and not self.steps.has_acted:
            raise SweepError(
                f"point {self.point} did not come again: "
                "the scenario does not do the same each time"
            )
        self.has_hit = sweep.has_hit

    def _describe(self, error: Exception) -> str:
        what = "; ".join(f"{type(leaf).__name__}: {leaf}" for leaf in _leaves(error))
        if self.point is None:
            return f"without any cancellation: {what}"
        return f"cancelled at point {self.point}, {self.steps.where}\n{what}"


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _leaves(part)
    else:
        yield error


# What is cancelled: each returns the runs that have to end because of it


def _runs(tab: Tab) -> list[BackgroundTask]:
    return [task for task in tab.browser.app.background_tasks if task.token == tab.token]


def _cancel_tasks(tab: Tab) -> list[BackgroundTask]:
    runs = _runs(tab)
    for task in runs:
        task.cancel()
    return runs


def _cancel_handlers(tab: Tab) -> list[BackgroundTask]:
    runs, known = _runs(tab), tab.session.runs
    for handler in {task.handler: None for task in runs}:
        known.cancel(_handler(tab, handler))
    return runs


def _handler(tab: Tab, full_name: str) -> Any:
    state, _, name = full_name.rpartition(".")
    (cls,) = (s for s in tab.session.around.states if s.get_full_name() == state)
    return getattr(cls, name)


def _close_session(tab: Tab) -> list[BackgroundTask]:
    runs = _runs(tab)
    tab.session.close()
    return runs


def _cut_connection(tab: Tab) -> list[BackgroundTask]:
    if tab._line is not None:
        tab._line.cut()
    return []


def _shut_down(tab: Tab) -> list[BackgroundTask]:
    if tab.browser._stop is not None:
        tab.browser._stop()
    return _runs(tab)


_CANCELS: dict[str, Callable[[Tab], list[BackgroundTask]]] = {
    "task": _cancel_tasks,
    "handler": _cancel_handlers,
    "session": _close_session,
    "drop": _cut_connection,
    "drain": _shut_down,
}
