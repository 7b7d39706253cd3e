"""Visits by the thousand: attach, start three tasks, close; and what is left of them.

Used by a test, which demands that nothing is, and by the bench, which says what they take.
"""

from __future__ import annotations

import gc
import time

import attrs
import trio

import triostate as ts
from triostate.testing import Client, isolated, leak_check, run_virtual

__all__ = ["CycleReport", "run_cycles"]

TASKS = 3

with isolated():

    class Visits(ts.State):
        """A State with something of each kind in it."""

        number: int = 0
        rows: list[list[int]] = [[1], [2]]
        _kept: dict[str, bytes] = {}

        @ts.var
        def doubled(self) -> int:
            """Depend on something."""
            return self.number * 2

        @ts.event(background=True)
        async def work(self) -> None:
            """Change all of it, and work until cancelled."""
            async with self:
                self.number += 1
                self.rows.append([self.number])
                self._kept[f"{self.number}"] = bytes(1000)
            await trio.sleep_forever()

    @ts.page(route="/", title="Visits")
    def index() -> ts.Component:
        """Show it."""
        return ts.vstack(ts.text(Visits.doubled), ts.button("Work", on_click=[Visits.work] * TASKS))

    _app = ts.App()


@attrs.define
class CycleReport:
    """What so many cycles took and left."""

    cycles: int = 0
    seconds: float = 0.0
    """Of real time, without the first cycles, which warm up."""
    objects_left: int = 0
    """How many more objects the garbage collector knows after them, Trio's own apart."""
    bytes_left: int = 0
    """How much more memory the process has, by its resident set; 0 where that is not known."""


def run_cycles(cycles: int, *, warm_up: int = 20) -> CycleReport:
    """Open a tab, start three tasks, close it, so many times; raise LeakError if anything is left.

    Tasks, sessions, background tasks, descriptors and threads are demanded to be exactly as before,
    and no Session and no BackgroundTask to be alive.
    """
    return run_virtual(_run_cycles, cycles, warm_up, limit_seconds=float("inf"))


async def _run_cycles(cycles: int, warm_up: int) -> CycleReport:
    report = CycleReport(cycles)
    async with Client(_app) as client:
        for _ in range(warm_up):
            await _cycle(client)
        async with leak_check(_app, objects=[ts.Session, ts.BackgroundTask]):
            objects, resident, began = _count_objects(), _resident_bytes(), time.perf_counter()
            for _ in range(cycles):
                await _cycle(client)
            report.seconds = time.perf_counter() - began
            report.objects_left = _count_objects() - objects
            report.bytes_left = _resident_bytes() - resident
    return report


async def _cycle(client: Client) -> None:
    tab = await client.open()
    await tab.click("Work")
    assert len(client.app.background_tasks) == TASKS
    session = tab.session
    await tab.close()
    await session.closed.wait()


def _count_objects() -> int:
    """Return how many objects the collector knows, without those of Trio's deadlines.

    Scopes that were left before their deadline stay in a heap until Trio clears it, which it does
    at a thousand: how many there are at some moment says nothing.
    """
    gc.collect()
    known = gc.get_objects()
    entries = [
        thing
        for thing in known
        if type(thing) is tuple and len(thing) == 3 and type(thing[2]) is trio.CancelScope
    ]
    return len(known) - len(entries) - len({id(entry[2]) for entry in entries})


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as found:
            return int(found.read().split()[1]) * 4096
    except OSError:
        return 0
