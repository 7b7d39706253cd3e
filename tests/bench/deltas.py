"""What a change costs on the wire and on the processor, for a client that asked for `append`.

One tab of an app served in process, its stream read as bytes and thrown away. Every change is a
block of its own. Where a figure is for one change, the next waits until its frame has been sent, so
that nothing is saved by merging; the many rows and tokens are added as fast as Python can.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import attrs
import trio

import triostate as ts
from triostate.testing import Tab, isolated

from .listening import Listening
from .table import Row, Section

STEPS = 200
"""Changes that a figure is the mean of."""
LENGTHS = (10, 1_000, 100_000)
DEPTH = 8
MANY_ROWS = 10_000
TOKENS = 10_000
MANY_ROWS_GOAL_MB = 1.5
MANY_ROWS_GOAL_SECONDS = 2.0

Change = Callable[[Any, int], None]

with isolated():

    @attrs.define
    class Reading:
        """A row of a table."""

        number: int
        name: str
        value: float = 0.5

    class Feed(ts.State):
        """A list, a text, and a nested value."""

        rows: list[Any] = []
        text: str = ""
        deep: dict[str, Any] = {}

        @ts.event(background=True)
        async def work(self) -> None:
            """Do what the measurement asks for, a block each."""
            await plan.run(self)

    class Wide(ts.State):
        """A thousand vars."""

        locals().update({f"v{number}": 0 for number in range(1_000)})
        __annotations__ = {f"v{number}": int for number in range(1_000)}

    class Narrow(ts.State):
        """Ten vars."""

        locals().update({f"v{number}": 0 for number in range(10)})
        __annotations__ = {f"v{number}": int for number in range(10)}

    @ts.page(route="/", title="Deltas")
    def index() -> ts.Component:
        """Bind the handler."""
        return ts.button("Go", on_click=Feed.work)

    app = ts.App(modules=[__name__])


@attrs.define
class Plan:
    """What the handler has to do next, and what came of it."""

    change: Change = lambda state, step: None
    steps: int = 0
    waits: bool = True
    """Whether each change waits for the frame of the one before it."""
    bytes: int = 0
    """Of the stream since the plan was made."""
    cpu_seconds: float = 0.0
    arrived: trio.Event = attrs.field(factory=trio.Event)
    done: trio.Event = attrs.field(factory=trio.Event)

    async def run(self, state: Any) -> None:
        """Make the changes."""
        began = time.process_time()
        for step in range(self.steps):
            self.arrived = trio.Event()
            async with state:
                self.change(state, step)
            if self.waits or step == self.steps - 1:
                await self.arrived.wait()
        self.cpu_seconds = time.process_time() - began
        self.done.set()

    def take(self, chunk: bytes) -> None:
        """Count bytes of the stream."""
        self.bytes += len(chunk)
        self.arrived.set()

    @property
    def bytes_each(self) -> float:
        """Bytes of the stream for each change."""
        return self.bytes / self.steps

    @property
    def microseconds_each(self) -> float:
        """CPU time of the whole process for each change."""
        return self.cpu_seconds / self.steps * 1e6


plan = Plan()


async def carry_out(tab: Tab, change: Change, steps: int, *, waits: bool = True) -> Plan:
    """Have the handler make changes; return what they cost."""
    global plan
    await trio.sleep(0.05)  # what is under way leaves first
    plan = Plan(change, steps, waits)
    await tab.trigger(Feed.work)
    await plan.done.wait()
    return plan


def _append(state: Any, step: int) -> None:
    state.rows.append(Reading(step, "a reading"))


def _grow(state: Any, step: int) -> None:
    state.text += f"token{step % 10} "


def _nested(width: int) -> dict[str, Any]:
    """Return nested dicts and lists, each level ``width`` wide, with a row at the bottom."""
    value: Any = Reading(0, "deep")
    for _ in range(DEPTH // 2):
        value = {"items": [*range(width), value]}
    return {"items": [*range(width), value]}


def _change_deep(state: Any, step: int) -> None:
    value = state.deep
    for _ in range(DEPTH // 2 + 1):
        value = value["items"][-1]
    value.value = step + 0.5


async def _set(tab: Tab, name: str, value: Any) -> None:
    await carry_out(tab, lambda state, _: setattr(state, name, value), 1)


async def measure_all() -> tuple[Row, ...]:
    """Serve the page to one tab and measure."""
    rows: list[Row] = []
    async with Listening(app) as client, client.tab() as tab:
        # Applying the frames is the browser's work, not this process's.
        client.listener = lambda chunk: plan.take(chunk)  # noqa: PLW0108 - another plan each time
        rows += await _by_length(tab)
        rows += await _by_depth(tab)
        rows += await _by_vars(tab)
        rows += await _many(tab)
    return tuple(rows)


async def _by_length(tab: Tab) -> list[Row]:
    rows = []
    for length in LENGTHS:
        await _set(tab, "rows", [Reading(number, "a reading") for number in range(length)])
        cost = await carry_out(tab, _append, STEPS)
        rows += _rows(f"append a row to a list of {length:,}", cost)
    await _set(tab, "rows", [])
    return rows


async def _by_depth(tab: Tab) -> list[Row]:
    rows = []
    for width in (10, 10_000):
        await _set(tab, "deep", _nested(width))
        cost = await carry_out(tab, _change_deep, STEPS)
        rows += _rows(f"change an item {DEPTH} levels down, {width:,} wide", cost)
    await _set(tab, "deep", {})
    return rows


async def _by_vars(tab: Tab) -> list[Row]:
    rows = []
    for cls in (Narrow, Wide):

        def change(state: Any, step: int, cls: type[ts.State] = cls) -> None:
            state.get_substate(cls).v7 = step + 1

        cost = await carry_out(tab, change, STEPS)
        rows += _rows(f"change one var of {len(cls._fields):,}", cost)
    return rows


async def _many(tab: Tab) -> list[Row]:
    added = await carry_out(tab, _append, MANY_ROWS, waits=False)
    grown = await carry_out(tab, _grow, TOKENS, waits=False)
    apart = await carry_out(tab, _grow, STEPS)
    text_kb = sum(len(f"token{step % 10} ") for step in range(TOKENS)) / 1e3
    return [
        Row(f"{MANY_ROWS:,} rows appended", added.bytes / 1e6, "MB", MANY_ROWS_GOAL_MB),
        Row("  CPU", added.cpu_seconds, "s", MANY_ROWS_GOAL_SECONDS),
        Row(f"a text grown by {TOKENS:,} tokens", grown.bytes / 1e3, "KB", None, text_kb, "text"),
        Row("  CPU", grown.cpu_seconds, "s"),
        *_rows(f"a token more at {TOKENS:,}, a frame each", apart),
    ]


def _rows(what: str, cost: Plan) -> list[Row]:
    return [
        Row(what, cost.bytes_each, "B"),
        Row("  CPU of the process, frame included", cost.microseconds_each, "us"),
    ]


def measure() -> Section:
    """Measure in a Trio run of its own."""
    return Section(
        "6. Deltas: bytes of the stream and CPU for a change",
        trio.run(measure_all),
        (f"mean of {STEPS} changes, a block and a frame each, where it says no number.",),
    )
