"""Handlers: order, starting background ones, what may be returned, and failures."""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import go
from tests.runtime.demo import make_app
from triostate.errors import QueueFullError
from triostate.limits import MAX_QUEUED_EVENTS
from triostate.runtime.calls import Call
from triostate.testing import Client


def test_background_must_be_async() -> None:
    """A background handler that is no async function is refused where it is declared (1)."""
    with pytest.raises(TypeError, match=r"sync_job.* must be async"):

        class Wrong(ts.State):
            @ts.event(background=True)  # pyright: ignore[reportArgumentType]
            def sync_job(self) -> None: ...


def test_background_name_without_underscore() -> None:
    """A background handler that no page could name is refused where it is declared (2)."""
    with pytest.raises(ValueError, match="_hidden"):

        class Wrong(ts.State):
            @ts.event(background=True)
            async def _hidden(self) -> None: ...


@virtual
async def test_starts_at_once_beside_foreground() -> None:
    """A background handler starts at once, while a foreground one holds the state (4)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Demo.slow_increment)
        await trio.sleep(1)
        await tab.trigger(demo.Demo.task)
        await trio.sleep(0.1)
        assert demo.log == ["task starts"]
        assert tab.var(demo.Demo, "n") == 0


@virtual
async def test_foreground_in_order_despite_failure() -> None:
    """Foreground handlers run one after another; one that raises does not stop the next (5)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        for handler in (demo.Demo.slow_increment, demo.Demo.fail, demo.Demo.increment):
            await tab.trigger(handler)
        await tab.until(lambda: tab.ack == 3)
        assert tab.var(demo.Demo, "n") == 3
        assert tab.var(demo.Demo, "items") == []
        assert [effect["kind"] for effect in tab.effects] == ["toast"]


@virtual
async def test_runs_side_by_side() -> None:
    """Five triggers of one handler give five runs, all in app.background_tasks (6)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        for _ in range(5):
            await tab.run(demo.Demo.task)
        assert len(demo.app.background_tasks) == 5
        assert tab.var(demo.Demo, "task.count") == 5
        await tab.wait_var(demo.Demo, "n", 50)


@virtual
async def test_direct_call_is_refused() -> None:
    """Calling a background handler raises RuntimeError that says how to start it (7)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        errors: list[BaseException] = []
        demo.app.on_error(errors.append)
        await tab.run(demo.Demo.calls_task)
        await tab.run(demo.Demo.calls_a_task)
        assert "return or yield it" in str(errors[0])
        assert "return or yield it" in demo.log[0]


@pytest.mark.parametrize(
    "name, text", [("returns_task", ""), ("yields_task_with", "a"), ("returns_both", "b")]
)
@virtual
async def test_return_and_yield_start(name: str, text: str) -> None:
    """Returning or yielding a background handler, with arguments or in a list, starts it (8)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(getattr(demo.Demo, name))
        await tab.wait_var(demo.Demo, "text", text)
        if name != "yields_task_with":
            await tab.wait_var(demo.Demo, "n", 10)


@virtual
async def test_many_yields_apply_in_order() -> None:
    """A thousand yields in a tight loop all apply, in order (9)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.yields_many)
        await tab.until(lambda: len(tab.var(demo.Demo, "items")) == 1000)
        assert tab.var(demo.Demo, "items") == list(range(1000))


@virtual
async def test_nonsense_is_named() -> None:
    """Returning something that is no event is a TypeError that names it (11)."""
    demo = make_app()
    errors: list[BaseException] = []
    demo.app.on_error(errors.append)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.returns_nonsense)
        assert isinstance(errors[0], TypeError)
        assert "42" in str(errors[0])


@virtual
async def test_yield_sends_in_between() -> None:
    """A foreground generator's yields send what changed so far."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.steps)
        assert tab.var(demo.Demo, "n") == 3


@virtual
async def test_change_and_acknowledgement_in_one_frame() -> None:
    """What a foreground handler changes and the word that its event is done are one frame."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        frames = tab.session.outbox
        for _ in range(20):  # Trio does not say which of two tasks goes on first
            await trio.sleep(1)
            before = frames._seq
            await tab.trigger(demo.Demo.increment)
            await trio.sleep(1)
            assert frames._seq == before + 1


@virtual
async def test_full_queue() -> None:
    """10,000 chains may wait; one more is refused, but not what need not wait (45)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.holds)
        await tab.run(demo.Demo.cancelled_in_block)
        go(tab, demo.Demo.increment)
        await tab.until(lambda: tab.session.dispatcher.waiting == 0)  # it is under way
        for _ in range(MAX_QUEUED_EVENTS):
            go(tab, demo.Demo.increment)
        for chain in (
            (Call(demo.Demo.increment),),
            (Call(demo.Demo.task), Call(demo.Demo.increment)),
        ):
            with pytest.raises(QueueFullError, match="10000 events wait in this session already"):
                tab.session.submit(chain)
        assert demo.log == ["holds"]  # of a chain that is refused nothing has started
        go(tab, demo.Demo.cancelled_in_block.cancel)
        go(tab, demo.Demo.task)
        await trio.sleep(1)
        assert tab.var(demo.Demo, "cancelled_in_block.status") == "cancelled"
        assert demo.log == ["holds", "task starts"]
        await tab.reload()  # nothing runs on its load: nothing is refused
        assert not tab.toasts
        await tab.wait_var(demo.Demo, "n", MAX_QUEUED_EVENTS + 1)
