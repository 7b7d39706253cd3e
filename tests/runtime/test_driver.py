"""The driver of handlers that are generators: yields, cancellations, nurseries around a yield."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.testing import Client, isolated


def app_of(handler: Any) -> SimpleNamespace:
    """Return an app of one State whose handler `work` is this function, as it is written."""
    made = SimpleNamespace(log=[], errors=[])
    with isolated():

        class Box(ts.State):
            n: int = 0
            work = handler

            @ts.event
            def note(self, what: str):
                made.log.append((what, self.n))

            @ts.event(background=True)
            async def other(self):
                made.log.append("other")

        made.app = app_with(Box)
    made.Box = Box
    made.app.on_error(made.errors.append)
    return made


@virtual
async def test_yield_in_a_block() -> None:
    """A yield inside a block commits, sends, and keeps the right to write (28)."""
    held: list[bool] = []

    @ts.event(background=True)
    async def work(self):
        async with self:
            self.n = 1
            yield
            held.append(self.session.lock.holder is not None)
            await trio.sleep(5)
            self.n = 2
            await trio.sleep(5)
            raise ValueError("takes back what came after the yield")

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.sleep(1)
        assert tab.var(made.Box, "n") == 1
        await trio.sleep(6)
        assert tab.var(made.Box, "n") == 1
        assert held == [True]
        await tab.wait_var(made.Box, "work.status", "failed")
        assert tab.server(made.Box).n == 1
        assert tab.var(made.Box, "n") == 1


@virtual
async def test_yield_outside_a_block_only_queues() -> None:
    """A yield outside a block has nothing to commit: it queues what it carries (28)."""

    @ts.event(background=True)
    async def work(self):
        yield type(self).note("first")
        await trio.sleep(1)
        async with self:
            self.n = 1
        yield [type(self).note("second"), type(self).other]
        yield

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        await tab.until(lambda: len(made.log) == 3)
        assert made.log == [("first", 0), ("second", 1), "other"]


@virtual
async def test_foreground_handler_yielded_in_a_block() -> None:
    """A foreground handler yielded from inside a block runs after it, with no deadlock (10)."""

    @ts.event(background=True)
    async def work(self):
        async with self:
            self.n = 1
            yield type(self).note("yielded at 1")
            await trio.sleep(5)
            assert made.log == []
            self.n = 2
        await trio.sleep(1)

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert made.log == [("yielded at 1", 2)]
        assert not made.errors


@virtual
async def test_yield_of_no_event() -> None:
    """A yield of what is no event raises TypeError at that yield, where it may be caught (11)."""

    @ts.event
    def work(self):
        try:
            yield 42
        except TypeError as error:
            made.log.append(str(error))
        self.n = 1
        yield

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        await tab.click(made.Box.work)
        assert tab.var(made.Box, "n") == 1
        assert "not int: 42" in made.log[0]


@pytest.mark.parametrize("is_background", [True, False])
@pytest.mark.parametrize("end", ["close", "error inside", "error at the yield", "goes through"])
@virtual
async def test_yield_in_a_nursery(end: str, is_background: bool) -> None:
    """A yield inside a nursery is harmless, whatever ends the handler: nothing leaks or crashes.

    Left unfinished it would end the whole run.
    """
    log: list[str] = []

    async def child() -> None:
        try:
            await trio.sleep(5 if end == "goes through" else 1000)
        finally:
            log.append("child ends")

    async def handler(self):
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(child)
                yield
                await trio.sleep(2)
                yield 42 if end == "error at the yield" else None
                if end == "error inside":
                    raise ValueError("on purpose")
        finally:
            log.append("handler ends")

    work = ts.event(background=True)(handler) if is_background else ts.event(handler)
    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab, client.tab() as other:
        session = tab.session
        go(tab, made.Box.work)
        await trio.sleep(1)
        if end == "close":
            await session.aclose()
        else:
            await trio.sleep(10)
        assert log == ["child ends", "handler ends"]
        go(other, made.Box.note, "alive")
        await other.until(lambda: made.log == [("alive", 0)])
        assert other.session.is_open
        assert len(made.errors) == (1 if end.startswith("error") else 0)


@virtual
async def test_cancelled_at_a_yield() -> None:
    """At its yield a generator gets `Cancelled`, never GeneratorExit, and is driven to its end."""
    caught: list[type[BaseException]] = []

    @ts.event(background=True)
    async def work(self):
        while True:
            try:
                yield type(self).note("turn")
            except BaseException as error:
                caught.append(type(error))
                async with self:
                    self.n += 1
                yield  # once more after that: driven on all the same
                raise

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.lowlevel.checkpoint()
        (task,) = made.app.background_tasks
        while len(made.log) < 3:
            await trio.lowlevel.checkpoint()
        task.cancel()
        await tab.wait_var(made.Box, "work.status", "cancelled")
        assert caught == [trio.Cancelled]
        assert tab.var(made.Box, "n") == 1


@virtual
async def test_one_task_for_all_of_it() -> None:
    """Cancel scopes and the task are the same before and after a yield."""
    tasks: list[Any] = []

    @ts.event(background=True)
    async def work(self):
        with trio.move_on_after(3) as scope:
            for _ in range(10):
                tasks.append(trio.lowlevel.current_task())
                yield
                await trio.sleep(1)
        async with self:
            self.n = scope.cancelled_caught

    made = app_of(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "work.status", "succeeded")
        assert len(set(tasks)) == 1
        assert tab.server(made.Box).n
