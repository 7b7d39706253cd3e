"""State blocks: exclusive, atomic, and the only place where a background handler may write."""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.demo import make_app
from triostate.testing import Client


@virtual
async def test_no_write_outside() -> None:
    """Assigning a var or backend var, or appending to a list, is refused outside a block (14)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.writes_outside)
        assert len(demo.log) == 3
        assert all("async with self" in text for text in demo.log)
        assert tab.var(demo.Demo, "n") == 0


@virtual
async def test_exclusive_with_foreground() -> None:
    """While a block is open no other handler of the session runs (23)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.holds)
        await tab.run(demo.Demo.notes)
        assert demo.log == ["holds", "lets go", "noted"]


@virtual
async def test_contended_read_modify_write() -> None:
    """Blocks of ten runs that read, sleep and write lose no update (23, 26)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        for _ in range(10):
            await tab.run(demo.Demo.adder)
        await tab.wait_var(demo.Demo, "n", 100)


@virtual
async def test_exit_commits_one_delta() -> None:
    """Leaving a block sends one delta: what changed and what is computed from it (24)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.yields_task_with)
        await tab.wait_var(demo.Demo, "text", "a")
        before = len(tab.frames)
        async with demo.app.modify_state(tab.token) as state:
            state.get_substate(demo.Demo).n = 4
        await tab.wait_var(demo.Demo, "n", 4)
        assert [
            (op["path"], op["value"]) for _, data in tab.frames[before:] for op in data["ops"]
        ] == [("/state.demo/n", 4), ("/state.demo/double", 8)]


@virtual
async def test_exception_rolls_back() -> None:
    """A block that raises changes nothing that anyone can see, and frees the lock (31)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.fails_in_block)
        await trio.sleep(0.5)
        # A tab that reloads while the block is open is shown committed values, at once.
        with trio.fail_after(0.1):
            tab.new_document()
            await tab.reconnect()
        assert (tab.var(demo.Demo, "n"), tab.var(demo.Demo, "double")) == (0, 0)
        await trio.sleep(1)
        await tab.run(demo.Demo.increment)
        assert tab.var(demo.Demo, "n") == 1
        assert tab.var(demo.Demo, "items") == []
        assert tab.var(demo.Demo, "fails_in_block.status") == "failed"
        values = [op["value"] for name, data in tab.frames if name == "delta" for op in data["ops"]]
        assert 99 not in values


@virtual
async def test_cancellation_rolls_back() -> None:
    """A block that is cancelled changes nothing either (32)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.cancelled_in_block)
        await trio.sleep(1)
        await tab.run(demo.Demo.cancelled_in_block.cancel)
        await tab.run(demo.Demo.increment)
        assert tab.var(demo.Demo, "n") == 1
        assert tab.var(demo.Demo, "items") == []
        assert tab.var(demo.Demo, "cancelled_in_block.status") == "cancelled"


@virtual
async def test_reload_during_a_long_foreground_handler() -> None:
    """A reload during a foreground handler of 5 s paints at once, with committed values (31)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Demo.slow_increment)
        await trio.sleep(1)
        with trio.fail_after(0.1):
            tab.new_document()
            await tab.reconnect()
        assert tab.var(demo.Demo, "n") == 0
        await tab.wait_var(demo.Demo, "n", 2)


@virtual
async def test_nested_entry_is_refused() -> None:
    """A block inside a block raises at once; the outer one stays usable and commits (27)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.nests)
        await tab.wait_var(demo.Demo, "n", 5)


@virtual
async def test_pass_sends_nothing() -> None:
    """A block with nothing but `pass` in it has the latest values and sends nothing (25)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.increment)
        before = len(tab.frames)
        async with demo.app.modify_state(tab.token) as state:
            pass
        assert state.get_substate(demo.Demo).n == 1
        await trio.sleep(1)
        assert len(tab.frames) == before


@virtual
async def test_first_come_first_served() -> None:
    """Those that wait get the state in the order in which they came, handlers of any kind (23)."""
    demo = make_app()
    order: list[int] = []

    async def contend(number: int) -> None:
        for turn in range(3):
            async with demo.app.modify_state(tab.token):
                order.append(number + 10 * turn)
                await trio.sleep(1)

    async with Client(demo.app) as client, client.tab() as tab, trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(contend, number)
            await trio.sleep(0.1)
    assert order == [number + 10 * turn for turn in range(3) for number in range(5)]


@virtual
async def test_cancelled_entry() -> None:
    """Who is cancelled while waiting leaves no trace: the next in line gets the state (33)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab, trio.open_nursery() as nursery:
        await tab.run(demo.Demo.holds)
        for seconds in (0.5, 1.0, 1.5):

            @nursery.start_soon
            async def _(seconds: float = seconds) -> None:
                with trio.move_on_after(seconds):
                    async with demo.app.modify_state(tab.token):
                        raise AssertionError("not before 5 s are over")

        await tab.run(demo.Demo.increment)
        assert demo.log == ["holds", "lets go"]
        assert tab.var(demo.Demo, "n") == 1
        with trio.CancelScope() as scope:
            scope.cancel()
            async with demo.app.modify_state(tab.token):
                raise AssertionError("cancelled before it came to enter")
        await tab.run(demo.Demo.increment)
        assert tab.var(demo.Demo, "n") == 2


@virtual
async def test_modify_state_from_outside() -> None:
    """modify_state commits and sends like a block, from any task (50)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        async with demo.app.modify_state(tab.token) as state:
            state.get_substate(["state", "demo"]).n = 3
        await tab.wait_var(demo.Demo, "n", 3)
        with pytest.raises(ts.ImmutableStateError):
            state.get_substate(demo.Demo).n = 4
        with pytest.raises(ts.SessionNotFoundError):
            async with demo.app.modify_state("nobody"):
                pass


@virtual
async def test_low_level_example() -> None:
    """A task of the app's own changes the state by the token, as the seeds show (51)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.detaches)
        assert tab.var(demo.Demo, "n") == 0
        await tab.wait_var(demo.Demo, "n", 7)
