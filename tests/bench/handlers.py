"""What background handlers cost together: many to cancel, many at one lock, many beside a click.

In process, on the real clock; each beside the same thing in bare Trio where there is such a thing.
"""

from __future__ import annotations

import gc
import statistics
import time
from pathlib import Path

import attrs
import trio
import trio.testing

import triostate as ts
from triostate.testing import Tab, isolated

from .listening import Listening, ignore
from .table import Row, Section, percentile

TASKS = (1, 100, 1_000)
CANCEL_GOAL_MS = 50.0
CONTENDERS = 100
BLOCKS_EACH = 20
BUSY = 100
CLICKS = 200
LATENCY_GOAL_MS = 5.0
LATENCY_GOAL_BLOCKS = 1.5
"""Times the cost of as many blocks as there are busy siblings: first come, first served."""
CYCLES = 500
CYCLE_TASKS = 3

with isolated():

    class Crowd(ts.State):
        """A number that many want to change."""

        n: int = 0
        clicks: int = 0

        @ts.event(background=True)
        async def wait(self) -> None:
            """Wait to be cancelled."""
            await trio.sleep_forever()

        @ts.event(background=True)
        async def contend(self) -> None:
            """Change the number some times, as fast as the others let it."""
            for _ in range(BLOCKS_EACH):
                async with self:
                    self.n += 1
            watch.wanted -= 1
            if not watch.wanted:
                watch.over.set()

        @ts.event(background=True)
        async def keep_busy(self) -> None:
            """Change the number until cancelled, with hardly a pause."""
            while True:
                async with self:
                    self.n += 1
                watch.blocks += 1
                await trio.lowlevel.checkpoint()

        @ts.event
        def click(self) -> None:
            """Do what a click does."""
            self.clicks += 1
            watch.clicked.set()

        @ts.event
        def start_waiters(self) -> list[object]:
            """Start as many as asked for."""
            return [Crowd.wait] * watch.wanted

        @ts.event
        def start_contenders(self) -> list[object]:
            """Start as many as asked for."""
            return [Crowd.contend] * watch.wanted

        @ts.event
        def start_busy(self) -> list[object]:
            """Start as many as asked for."""
            return [Crowd.keep_busy] * watch.wanted

    @ts.page(route="/", title="Crowd")
    def index() -> ts.Component:
        """Bind the handlers."""
        handlers = (Crowd.click, Crowd.start_waiters, Crowd.start_contenders, Crowd.start_busy)
        return ts.vstack(*(ts.button("Go", on_click=handler) for handler in handlers))

    app = ts.App(modules=[__name__])


@attrs.define
class Watch:
    """What handlers tell the measurement, and it them."""

    wanted: int = 0
    blocks: int = 0
    clicked: trio.Event = attrs.field(factory=trio.Event)
    over: trio.Event = attrs.field(factory=trio.Event)


watch = Watch()


async def _until_running(count: int) -> None:
    while len(app.background_tasks) != count:
        await trio.lowlevel.checkpoint()
    await trio.testing.wait_all_tasks_blocked()


async def _open(client: Listening) -> Tab:
    client.listener = None
    tab = await client.open()
    client.listener = ignore
    return tab


async def _cancel(client: Listening, count: int) -> float:
    """Return the milliseconds from closing a session to the end of its last task."""
    tab = await _open(client)
    watch.wanted = count
    await tab.trigger(Crowd.start_waiters)
    await _until_running(count)
    session = app._engine.sessions[tab.token]
    began = time.perf_counter()
    await session.aclose()
    return (time.perf_counter() - began) * 1e3


async def _bare_cancel(count: int) -> float:
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(trio.sleep_forever)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
        began = time.perf_counter()
    return (time.perf_counter() - began) * 1e3


async def _contenders(client: Listening) -> float:
    """Return the microseconds that a block takes at a contended lock."""
    tab = await _open(client)
    watch.wanted, watch.over = CONTENDERS, trio.Event()
    began = time.perf_counter()
    await tab.trigger(Crowd.start_contenders)
    await watch.over.wait()
    taken = time.perf_counter() - began
    await app._engine.sessions[tab.token].aclose()
    return taken / (CONTENDERS * BLOCKS_EACH) * 1e6


async def _bare_contenders() -> float:
    lock = trio.Lock()

    async def contend() -> None:
        for _ in range(BLOCKS_EACH):
            async with lock:
                pass

    began = time.perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(CONTENDERS):
            nursery.start_soon(contend)
    return (time.perf_counter() - began) / (CONTENDERS * BLOCKS_EACH) * 1e6


async def _latency(client: Listening) -> list[Row]:
    """Measure from the POST of a click to the handler that it runs, beside busy siblings."""
    tab = await _open(client)
    session = app._engine.sessions[tab.token]
    watch.wanted = BUSY
    await tab.trigger(Crowd.start_busy)
    while len(app.background_tasks) != BUSY:
        await trio.lowlevel.checkpoint()
    waited, blocks, start = [], watch.blocks, time.perf_counter()
    for _ in range(CLICKS):
        watch.clicked = trio.Event()
        began = time.perf_counter()
        await tab.trigger(Crowd.click)
        await watch.clicked.wait()
        waited.append((time.perf_counter() - began) * 1e3)
        await trio.sleep(0.005)
    # What a block cost at that time, among those siblings: it changes with the machine's load.
    blocks_ms = BUSY * (time.perf_counter() - start) * 1e3 / (watch.blocks - blocks)
    await session.aclose()
    bare, bare_ms = await _bare_latency()
    worst, bare_worst = percentile(waited, 0.99), percentile(bare, 0.99)
    return [
        Row(
            f"click beside {BUSY} busy siblings, p50",
            percentile(waited, 0.5),
            "ms",
            None,
            percentile(bare, 0.5),
            "Lock",
        ),
        Row("  p99", worst, "ms", LATENCY_GOAL_MS, bare_worst, "Lock"),
        Row(
            "  p99, of so many blocks meanwhile",
            worst,
            "ms",
            LATENCY_GOAL_BLOCKS * blocks_ms,
            blocks_ms,
            "blocks",
        ),
        Row("  the same at a bare Lock", bare_worst, "ms", None, bare_ms, "turns"),
    ]


async def _bare_latency() -> tuple[list[float], float]:
    """Measure what a newcomer waits for a bare Lock, and what so many turns take meanwhile."""
    lock, turns, waited = trio.Lock(), 0, []

    async def keep_busy() -> None:
        nonlocal turns
        while True:
            async with lock:
                turns += 1
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        for _ in range(BUSY):
            nursery.start_soon(keep_busy)
        await trio.sleep(0.005)
        turns, start = 0, time.perf_counter()
        for _ in range(CLICKS):
            began = time.perf_counter()
            async with lock:
                waited.append((time.perf_counter() - began) * 1e3)
            await trio.sleep(0.005)
        turns_ms = BUSY * (time.perf_counter() - start) * 1e3 / turns
        nursery.cancel_scope.cancel()
    return waited, turns_ms


async def _cycles(client: Listening) -> Row:
    """Attach, start some tasks, close; return what memory grew by, a cycle, after the first."""
    await _cycle(client, 50)
    before = _memory_bytes()
    await _cycle(client, CYCLES)
    return Row(
        f"memory kept by a session that has come and gone ({CYCLES})",
        (_memory_bytes() - before) / CYCLES / 1e3,
        "KB",
    )


async def _cycle(client: Listening, count: int) -> None:
    for _ in range(count):
        tab = await _open(client)
        watch.wanted = CYCLE_TASKS
        await tab.trigger(Crowd.start_waiters)
        await _until_running(CYCLE_TASKS)
        await app._engine.sessions[tab.token].aclose()


def _memory_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


async def measure_all() -> tuple[Row, ...]:
    """Serve the page and measure."""
    rows: list[Row] = []
    async with Listening(app) as client:
        for count in TASKS:
            ours = [await _cancel(client, count) for _ in range(5)]
            bare = [await _bare_cancel(count) for _ in range(5)]
            goal = CANCEL_GOAL_MS if count == TASKS[-1] else None
            what = f"close a session of {count:,} running handlers"
            rows.append(
                Row(what, statistics.median(ours), "ms", goal, statistics.median(bare), "nursery")
            )
        block_us = statistics.median([await _contenders(client) for _ in range(5)])
        bare_us = statistics.median([await _bare_contenders() for _ in range(5)])
        rows.append(Row(f"a block, {CONTENDERS} contenders", block_us, "us", None, bare_us, "Lock"))
        rows += await _latency(client)
        rows.append(await _cycles(client))
    return tuple(rows)


def measure() -> Section:
    """Measure in a Trio run of its own."""
    return Section("8. Many handlers, in process", trio.run(measure_all))
