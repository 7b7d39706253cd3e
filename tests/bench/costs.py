"""What the runtime costs in process: a state block, a background run.

Each beside the same thing in bare Trio, in the same Trio run, on the real clock. A stream is
attached; its frames are made and taken, and thrown away.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable

import attrs
import trio

import triostate as ts

from .listening import Listening, ignore
from .table import Row, Section

BLOCKS = 2_000
RUNS_AT_ONCE = 500
ROUNDS = 7
BLOCK_GOAL_US = 30.0
BLOCK_GOAL_LOCKS = 4


class Costs(ts.State):
    """A number, and handlers that do next to nothing."""

    n: int = 0

    @ts.event(background=True)
    async def count(self) -> None:
        """Count in blocks, and leave what it took."""
        began = time.perf_counter()
        for _ in range(BLOCKS):
            async with self:
                self.n += 1
        progress.finish(BLOCKS, began)

    @ts.event(background=True)
    async def step(self) -> None:
        """Start and end, and count."""
        progress.ended += 1
        if progress.ended == RUNS_AT_ONCE:
            progress.done.set()

    @ts.event(background=True)
    async def start_many(self) -> list[object]:
        """Have many others started when this one ends, and leave when that began."""
        progress.began = time.perf_counter()
        return [Costs.step] * RUNS_AT_ONCE


@ts.page(route="/", title="Costs")
def index() -> ts.Component:
    """Bind the handlers: what no page binds nobody can call."""
    return ts.vstack(
        ts.text(Costs.n),
        ts.button("Count", on_click=Costs.count),
        ts.button("Start", on_click=Costs.start_many),
    )


@attrs.define
class Progress:
    """What a handler tells the measurement."""

    began: float = 0.0
    ended: int = 0
    microseconds: float = 0.0
    """Of one of its steps."""
    done: trio.Event = attrs.field(factory=trio.Event)

    def finish(self, steps: int, began: float) -> None:
        """Take note that so many steps have been made since then."""
        self.microseconds = (time.perf_counter() - began) / steps * 1e6
        self.done.set()

    def restart(self) -> None:
        """Forget, for the next round."""
        self.ended = 0
        self.done = trio.Event()


progress = Progress()


async def measure_all() -> tuple[Row, ...]:
    """Serve the page to one tab and measure, ours and bare in turns."""
    app = ts.App(modules=[__name__])
    rounds: dict[str, list[float]] = {}

    async def note(name: str, measure: Callable[[], Awaitable[float]]) -> None:
        rounds.setdefault(name, []).append(await measure())

    async with Listening(app) as client, client.tab() as tab:
        # Applying the frames is the browser's work, not this process's.
        client.listener = ignore

        async def block() -> float:
            progress.restart()
            await tab.trigger(Costs.count)
            await progress.done.wait()
            return progress.microseconds

        async def run() -> float:
            progress.restart()
            await tab.trigger(Costs.start_many)
            await progress.done.wait()
            while app.background_tasks:
                await trio.lowlevel.checkpoint()
            progress.finish(RUNS_AT_ONCE, progress.began)
            return progress.microseconds

        for _ in range(ROUNDS):
            await note("block", block)
            await note("lock", bare_lock)
            await note("run", run)
            await note("task", bare_tasks)
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    return (
        Row("async with self: self.n += 1", medians["block"], "us", BLOCK_GOAL_US),
        Row(
            "  the same, in blocks of a bare Lock",
            medians["block"],
            "us",
            BLOCK_GOAL_LOCKS * medians["lock"],
            medians["lock"],
            "Lock",
        ),
        Row("background run, start and end", medians["run"], "us", None, medians["task"], "task"),
    )


async def bare_lock() -> float:
    """Return the microseconds of the same block under a bare `trio.Lock`."""
    lock, n = trio.Lock(), 0
    began = time.perf_counter()
    for _ in range(BLOCKS):
        async with lock:
            n += 1
    return (time.perf_counter() - began) / n * 1e6


async def bare_tasks() -> float:
    """Return the microseconds of a task that does nothing, in a nursery of as many."""
    began = time.perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(RUNS_AT_ONCE):
            nursery.start_soon(trio.lowlevel.checkpoint)
    return (time.perf_counter() - began) / RUNS_AT_ONCE * 1e6


def measure() -> Section:
    """Measure in a Trio run of its own."""
    return Section(
        f"5. In process, with a stream attached (median of {ROUNDS} rounds)",
        trio.run(measure_all),
        (
            f"{BLOCKS} blocks one after another, uncontended, beside as many of a bare trio.Lock;",
            f"{RUNS_AT_ONCE} runs at once, task vars and all, beside bare tasks of one nursery.",
        ),
    )
