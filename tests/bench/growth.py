"""How the cost of changing the state grows with its size: exponents, fitted over a decade.

Each job is done at sizes from 1,000 to 10,000 and its CPU time fitted to ``size ** exponent``: 1.0
is linear, 2.0 quadratic. Nothing is sent anywhere: this is the state tree and the operations that
it hands to the outbox, encoded as a frame.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import attrs

import triostate as ts
from triostate.protocol.frames import Delta, encode_frame
from triostate.runtime.snapshot import public_state
from triostate.state.state import instance_of
from triostate.state.tree import StateTree
from triostate.testing import isolated

from .table import Row, Section

SIZES = (1_000, 2_000, 5_000, 10_000)
ROUNDS = 3
EXPONENT_GOAL = 1.3
"""A little above linear: caches and the allocator make even bare lists grow so."""

with isolated():

    @attrs.define
    class Item:
        """A row that can change in place."""

        name: str = "row"
        price: float = 1.5
        tags: list[str] = attrs.field(factory=list)

    class Store(ts.State):
        """Values of each kind, and one for what shares them."""

        rows: list[Any] = []
        other: list[Any] = []
        table: dict[Any, Any] = {}
        members: set[int] = set()
        text: str = ""


class Desk:
    """A tree with one State, and the ways of working on it."""

    def __init__(self) -> None:
        self.tree = StateTree(object())
        self.store = instance_of(self.tree, Store)
        self.sent_bytes = 0

    def fill(self, work: Callable[[Store], object]) -> None:
        """Do something in one block."""
        transaction = self.tree.begin()
        work(self.store)
        self.commit()
        self.tree.end(transaction)

    def undo(self, work: Callable[[Store], object]) -> None:
        """Do something in one block that is rolled back."""
        transaction = self.tree.begin()
        work(self.store)
        self.tree.rollback()
        self.tree.end(transaction)

    def commit(self) -> None:
        """Commit, and encode as a frame would be."""
        ops = tuple(self.tree.commit())
        self.sent_bytes += len(encode_frame(Delta("t", 1, 0, ops, ()), append=True))


Job = Callable[[Desk, int], None]


def _rows(size: int) -> list[Any]:
    return [Item(f"row {number}") for number in range(size)]


def _append_each(desk: Desk, size: int) -> None:
    for number in range(size):
        desk.fill(lambda store, n=number: store.rows.append(Item(f"row {n}")))


def _prepend(desk: Desk, size: int) -> None:
    def work(store: Store) -> None:
        for number in range(size):
            store.rows.insert(0, Item(f"row {number}"))

    desk.fill(work)


def _change_after_shift(desk: Desk, size: int) -> None:
    desk.fill(lambda store: setattr(store, "rows", _rows(size)))

    def work(store: Store) -> None:
        for _ in range(size // 10):
            store.rows.insert(0, Item("new"))
        for row in store.rows:
            row.price += 1.0

    desk.fill(work)


def _pop_front(desk: Desk, size: int) -> None:
    desk.fill(lambda store: setattr(store, "rows", _rows(size)))

    def work(store: Store) -> None:
        while store.rows:
            del store.rows[0]

    desk.fill(work)


def _dict_out_from_front(desk: Desk, size: int) -> None:
    desk.fill(lambda store: store.table.update({f"k{number}": number for number in range(size)}))

    def work(store: Store) -> None:
        for key in list(store.table):
            del store.table[key]

    desk.fill(work)


def _dict_undone(desk: Desk, size: int) -> None:
    desk.fill(lambda store: store.table.update(dict.fromkeys(range(size), 0)))

    def work(store: Store) -> None:
        for key in range(0, size, 2):
            del store.table[key]
        for key in range(1, size, 2):
            store.table[key] = key

    desk.undo(work)


def _set_each(desk: Desk, size: int) -> None:
    for number in range(size):
        desk.fill(lambda store, n=number: store.members.add(n))


def _set_out_each(desk: Desk, size: int) -> None:
    desk.fill(lambda store: store.members.update(range(size)))
    for number in range(size):
        desk.fill(lambda store, n=number: store.members.discard(n))


def _grow_text(desk: Desk, size: int) -> None:
    for number in range(size):
        desk.fill(lambda store, n=number: setattr(store, "text", f"{store.text}tök{n % 7} "))


def _shared(desk: Desk, size: int) -> None:
    def work(store: Store) -> None:
        row = Item("one for all")
        for _ in range(size):
            store.rows.append(row)
        while store.rows:
            store.rows.pop()

    desk.fill(work)


def _move_between(desk: Desk, size: int) -> None:
    desk.fill(lambda store: setattr(store, "rows", _rows(size)))

    def work(store: Store) -> None:
        while store.rows:
            row = store.rows[-1]
            del store.rows[-1]
            store.other.append(row)

    desk.fill(work)


def _sort_undone(desk: Desk, size: int) -> None:
    desk.fill(lambda store: setattr(store, "rows", _rows(size)))
    desk.undo(lambda store: store.rows.sort(key=lambda row: row.name[::-1]))


def _snapshot_in_block(desk: Desk, size: int) -> None:
    desk.fill(lambda store: setattr(store, "rows", _rows(size)))

    def work(store: Store) -> None:
        for row in store.rows:
            row.price += 1.0
        public_state(desk.tree, [Store])

    desk.undo(work)


JOBS: dict[str, Job] = {
    "append rows, a block each": _append_each,
    "insert rows at the front": _prepend,
    "change all rows after 10% were put before them": _change_after_shift,
    "delete rows from the front": _pop_front,
    "delete keys from the front of a dict": _dict_out_from_front,
    "changes of a dict with int keys, rolled back": _dict_undone,
    "add members to a set, a block each": _set_each,
    "discard members of a set, a block each": _set_out_each,
    "grow a string by tokens, a block each": _grow_text,
    "one row in a list many times, in and out": _shared,
    "move rows from one var to another": _move_between,
    "sort rows, rolled back": _sort_undone,
    "snapshot while all rows are being changed": _snapshot_in_block,
}


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)


def cpu_seconds(job: Job, size: int) -> float:
    """Return the least CPU time that a job took in a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        desk = Desk()
        gc.collect()
        began = time.process_time()
        job(desk, size)
        taken.append(time.process_time() - began)
    return min(taken)


def measure() -> Section:
    """Fit every job."""
    rows: list[Row] = []
    for name, job in JOBS.items():
        seconds = [cpu_seconds(job, size) for size in SIZES]
        rows.append(Row(name, exponent(SIZES, seconds), "^", EXPONENT_GOAL))
        rows.append(Row(f"  at {SIZES[-1]:,}, each", seconds[-1] / SIZES[-1] * 1e6, "us"))
    return Section(
        f"7. Growth: exponent of the CPU time over {SIZES[0]:,} to {SIZES[-1]:,}",
        tuple(rows),
        ("1.0 is linear; a string's own `+` copies it, as Python does.",),
    )
