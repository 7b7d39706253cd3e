"""What a background handler may do outside its blocks: read, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.testing import Client, isolated


@attrs.define
class Item:
    n: int = 0
    tags: list[str] = attrs.field(factory=list)

    def mark(self) -> None:
        self.n += 1


@dataclasses.dataclass
class Row:
    n: int = 0
    items: list[Item] = dataclasses.field(default_factory=lambda: [Item()])

    def mark(self) -> None:
        self.items[0].mark()


def make(work: Callable[[Any], Awaitable[Any]]) -> SimpleNamespace:
    """Return an app with a background handler that does what it is told, outside any block."""
    log: list[Any] = []
    with isolated():

        class Other(ts.State):
            m: int = 0

        class Box(ts.State):
            n: int = 0
            numbers: list[int] = [1]
            table: dict[str, list[int]] = {"a": [1]}
            names: set[str] = {"x"}
            row: Row = Row()
            item: Item = Item()
            _hidden: int = 0
            _things: Any = None

            @ts.event(background=True)
            async def work(self):
                log.append(await work(self))

            @ts.event(background=True)
            async def holds(self):
                async with self:
                    self.n = 5
                    self.numbers.append(5)
                    await trio.sleep(5)

            def _bump(self):
                self.n += 1

            def _reset_other(self):
                self.get_substate(Other).reset()

        app = app_with(Box, Other)
    return SimpleNamespace(app=app, Box=Box, Other=Other, log=log)


def read(state: Any) -> list[Any]:
    """Return all that the state holds."""
    return [ts.plain(getattr(state, name)) for name in type(state)._fields]


WRITES: dict[str, Callable[[Any], Any]] = {
    "var": lambda s: setattr(s, "n", 1),
    "backend var": lambda s: setattr(s, "_hidden", 1),
    "list": lambda s: s.numbers.append(2),
    "dict": lambda s: s.table.update(b=[]),
    "set": lambda s: s.names.add("y"),
    "nested": lambda s: s.table["a"].append(2),
    "attribute of a dataclass": lambda s: setattr(s.row, "n", 1),
    "attribute of an attrs instance": lambda s: setattr(s.item, "n", 1),
    "list in a dataclass": lambda s: s.row.items.append(Item()),
    "instance in a list in a dataclass": lambda s: setattr(s.row.items[0], "n", 1),
    "list in an attrs instance": lambda s: s.item.tags.append("t"),
    "method of a dataclass": lambda s: s.row.mark(),
    "method of an attrs instance": lambda s: s.item.mark(),
    "method of the state": lambda s: s._bump(),
    "setter": lambda s: s.set_n(3),
    "reset": lambda s: s.reset(),
    "get_substate": lambda s: setattr(s.get_substate("other"), "m", 1),
    "reset of another": lambda s: s._reset_other(),
    "deleting a var": lambda s: delattr(s, "n"),
    "deleting a backend var": lambda s: delattr(s, "_hidden"),
    "deleting what is not there": lambda s: delattr(s, "nothing"),
    "deleting a dataclass's attribute": lambda s: delattr(s.row, "n"),
}


@pytest.mark.parametrize("name", WRITES)
@virtual
async def test_writes(name: str) -> None:
    """Each way to write is refused, changes nothing and sends nothing (14, 15, 16, 17)."""

    async def work(state: Any) -> None:
        before = read(state)
        with pytest.raises(ts.ImmutableStateError, match="async with self"):
            WRITES[name](state)
        assert read(state) == before

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        ops = [op["path"] for kind, data in tab.frames if kind == "delta" for op in data["ops"]]
        assert all("work." in path for path in ops)


@virtual
async def test_get_state() -> None:
    """A state from get_state, asked for outside, is to be read only (16)."""
    made: SimpleNamespace

    async def work(state: Any) -> None:
        other = await state.get_state(made.Other)
        assert other.m == 0
        for write in (lambda: setattr(other, "m", 1), other.reset, lambda: delattr(other, "m")):
            with pytest.raises(ts.ImmutableStateError):
                write()
        assert other.m == 0

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")


@virtual
async def test_reads() -> None:
    """Reads see the latest, another block's uncommitted values too; get_token works (18)."""

    async def work(state: Any) -> Any:
        await trio.sleep(1)
        during = (state.n, list(state.numbers))
        await trio.sleep(2)  # that block is cancelled meanwhile
        return during, (state.n, list(state.numbers)), state.get_token()

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.holds)
        go(tab, made.Box.work)
        await trio.sleep(2)
        await tab.run(made.Box.holds.cancel)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert made.log == [((5, [1, 5]), (0, [1]), tab.token)]
        assert (tab.var(made.Box, "n"), tab.var(made.Box, "numbers")) == (0, [1])


@virtual
async def test_opaque_things() -> None:
    """Locks, channels, clients and callables in a backend var are themselves, everywhere (20)."""

    class Client_:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    things = [
        *(trio.Lock(), trio.Event(), *trio.open_memory_channel[int](1), trio.CancelScope()),
        *(Client_(), print, object()),
    ]

    async def work(state: Any) -> None:
        async with state:
            for thing in things:
                state._things = thing
                assert state._things is thing
            state._things = things
            assert all(a is b for a, b in zip(state._things, things, strict=True))
        assert all(a is b for a, b in zip(state._things, things, strict=True))
        async with state._things[0]:  # not a write: what is opaque is its own business
            state._things[1].set()
        await state._things[2].send(1)
        assert await state._things[3].receive() == 1

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
