"""What a state block gives: its turn, one delta, and the right to write until it ends."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.testing import Client, Tab, isolated


def make(inside: Callable[[Any], Any]) -> SimpleNamespace:
    """Return an app whose handler `work` is what it is told to be."""
    log: list[Any] = []
    with isolated():

        class Box(ts.State):
            n: int = 0
            m: int = 0
            items: list[list[int]] = [[1], [2]]
            _hidden: int = 0

            @ts.var
            def double(self) -> int:
                return self.n * 2

            @ts.event(background=True)
            async def work(self):
                await inside(self)

            @ts.event(background=True)
            async def steps(self):
                async with self:
                    self.n = 1
                    yield
                    await trio.sleep(1)
                    self.n = 2
                    yield Box.note
                    await trio.sleep(1)
                    self.n = 3
                    raise ValueError("after the last commit")

            @ts.event
            def note(self):
                log.append(self.n)

            @ts.event
            def bump(self):
                self.n += 1

            def helper(self):
                self._private()

            def _private(self):
                self._hidden += 1
                self.n += 10

        app = app_with(Box)
    return SimpleNamespace(app=app, Box=Box, log=log)


def changes(tab: Tab) -> list[list[tuple[str, Any]]]:
    """Return the var and value of each operation, by delta; task vars left out."""
    found = [
        [
            (op["path"].removeprefix("/state.box/"), op["value"])
            for op in data["ops"]
            if "." not in op["path"].removeprefix("/state.box/")
        ]
        for kind, data in tab.frames
        if kind == "delta"
    ]
    return [ops for ops in found if ops]


@virtual
async def test_one_delta() -> None:
    """What a block changed and what is computed from it come in one delta, nothing else (24)."""

    async def inside(state: Any) -> None:
        async with state:
            for _ in range(3):
                state.n += 1
                await trio.sleep(1)
            state._hidden = 5
            state.items[1].append(3)

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert changes(tab) == [[("n", 3), ("items/1/1", 3), ("double", 6)]]


@virtual
async def test_empty_block() -> None:
    """A block that only reads, or does nothing, has the latest values and sends nothing (25)."""
    seen: list[int] = []

    async def inside(state: Any) -> None:
        before = state.n
        await trio.sleep(1)  # and somebody sets it to 7
        async with state:
            pass
        async with state as s:
            seen.extend([before, state.n, s.n])
        assert s is state

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.sleep(0.5)
        async with made.app.modify_state(tab.token) as root:
            root.get_substate(made.Box).n = 7
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert seen == [0, 7, 7]
        assert changes(tab) == [[("n", 7), ("double", 14)]]
        frames = len(tab.frames)
        async with made.app.modify_state(tab.token):
            pass
        await trio.sleep(1)
        assert [kind for kind, _ in tab.frames[frames:]] == []


@virtual
async def test_hundred_contenders() -> None:
    """A hundred runs that each add one in a block give exactly a hundred (26)."""

    async def inside(state: Any) -> None:
        async with state:
            before = state.n
            await trio.sleep(0.01)
            state.n = before + 1

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        for _ in range(100):
            go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert (tab.var(made.Box, "n"), tab.var(made.Box, "double")) == (100, 200)


@pytest.mark.parametrize("by", ["itself", "a child", "modify_state", "modify_state in a child"])
@virtual
async def test_nested_entry(by: str) -> None:
    """A block inside a block is refused at once; the outer one stays usable and commits (27)."""

    async def enter(state: Any) -> None:
        block = state.app.modify_state(state.get_token()) if "modify" in by else state
        with trio.fail_after(0.01), pytest.raises(ts.ImmutableStateError):
            async with block:
                pytest.fail("entered")

    async def inside(state: Any) -> None:
        async with state:
            state.n = 1
            if "child" in by:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(enter, state)
            else:
                await enter(state)
            state.m = 2

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert changes(tab) == [[("n", 1), ("m", 2), ("double", 2)]]
        await tab.run(made.Box.bump)
        assert tab.var(made.Box, "n") == 2


@virtual
async def test_yield() -> None:
    """A yield in a block commits, sends, keeps the right; what follows is undone (28, 31)."""

    async def inside(state: Any) -> None: ...

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.steps)
        await trio.sleep(0.5)
        assert tab.var(made.Box, "n") == 1
        with pytest.raises(ts.ImmutableStateError):
            tab.server(made.Box).n = 9
        await trio.sleep(1)
        assert (tab.var(made.Box, "n"), made.log) == (2, [])  # the block has not ended
        await tab.wait_var(made.Box, "steps.status", "failed")
        await trio.sleep(1)
        assert made.log == [2]
        assert changes(tab) == [[("n", 1), ("double", 2)], [("n", 2), ("double", 4)]]


@virtual
async def test_what_may_be_called() -> None:
    """Methods, private ones, foreground handlers, reset and setters work inside (29)."""

    async def inside(state: Any) -> None:
        async with state:
            state.items.append([3])
            state.reset()
            state.helper()
            state._private()
            state.bump()
            state.set_m(4)
            popped = state.items.pop()
            assert type(popped) is list
            assert type(state.items.pop(0)) is list
            popped.append("not part of the state any more")

    made = make(inside)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert [tab.var(made.Box, name) for name in ("n", "m", "items")] == [21, 4, []]
        popped_alone = tab.server(made.Box)
        assert popped_alone._hidden == 2
