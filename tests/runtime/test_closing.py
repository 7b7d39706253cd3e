"""The ends of sessions: hooks, drain, what will not end, a lock that was never given back."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.limits import CLEANUP_SECONDS, CONNECT_GRACE_SECONDS, DRAIN_SECONDS
from triostate.runtime.lifecycle import Phase
from triostate.testing import Client, isolated, leak_check


def make(work: Callable[[Any], Awaitable[Any]] = trio.sleep, **options: Any) -> SimpleNamespace:
    """Return an app whose handlers `front` and `back` run this function."""
    made = SimpleNamespace(log=[], errors=[])
    with isolated():

        class Box(ts.State):
            n: int = 0
            name: str = ""

            @ts.event
            async def front(self):
                await work(self)

            @ts.event(background=True)
            async def back(self):
                await work(self)

        @ts.page(route="/load", title="Load", on_load=Box.front)
        def load():
            return ts.text(Box.n)

        made.app = app_with(Box, **options)
    made.Box = Box
    made.app.on_error(made.errors.append)
    return made


async def shielded(seconds: float) -> None:
    """Sleep, whatever is cancelled."""
    with trio.CancelScope(shield=True, deadline=trio.current_time() + seconds):
        await trio.sleep_forever()


# Hooks


@pytest.mark.parametrize("is_async", [True, False])
@virtual
async def test_on_open_before_any_handler(is_async: bool) -> None:
    """Handlers, `on_load` above all, wait for `on_open`, which may write by the token."""

    async def work(state: Any) -> None:
        made.log.append(("handler", state.name))

    made = make(work)

    async def opened(session: ts.Session) -> None:
        await trio.sleep(3)
        async with made.app.modify_state(session.token) as root:
            root.get_substate(made.Box).name = "Ada"
        made.log.append("opened")

    def opened_at_once(session: ts.Session) -> None:
        made.log.append("opened")

    hook: Any = opened if is_async else opened_at_once
    assert made.app.on_open(hook) is hook
    async with Client(made.app) as client, client.tab("/load") as tab:
        go(tab, made.Box.back)
        await tab.until(lambda: len(made.log) == 3)
        name = "Ada" if is_async else ""
        assert made.log == ["opened", ("handler", name), ("handler", name)]
        await tab.wait_var(made.Box, "name", name)


@virtual
async def test_on_open_may_wait_for_what_it_starts() -> None:
    """A task that the hook starts in the session runs at once: the hook may wait for it."""
    made = make()
    ready = trio.Event()

    async def task() -> None:
        ready.set()

    @made.app.on_open
    async def opened(session: ts.Session) -> None:
        session.start_soon(task)
        await ready.wait()
        made.log.append("opened")

    async with Client(made.app) as client, client.tab() as tab:
        await tab.until(lambda: made.log == ["opened"], 1)


@virtual
async def test_hooks_that_fail() -> None:
    """An exception of a hook is reported; the others run, and the session goes on, or ends."""
    made = make()
    for register in (made.app.on_open, made.app.on_close):

        @register
        async def fails(_: ts.Session) -> None:
            raise ValueError("on purpose")

        @register
        async def works(session: ts.Session) -> None:
            made.log.append(session.phase)

    async with Client(made.app) as client, client.tab() as tab:
        await trio.sleep(1)
        assert tab.session.is_open
        await tab.session.aclose()
    assert made.log == [Phase.LIVE, Phase.CLOSING]
    assert [str(error) for error in made.errors] == ["on purpose"] * 2


@virtual
async def test_on_close_after_every_task_before_closed() -> None:
    """`on_close` runs when all tasks have ended, with the state still there; then `closed` (40)."""

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            async with state:
                state.n = 7
            made.log.append("task ends")

    made = make(work)

    @made.app.on_close
    async def closes(session: ts.Session) -> None:
        assert not session.closed.is_set()
        await trio.sleep(1)
        async with made.app.modify_state(session.token) as root:
            made.log.append(f"closes at {root.get_substate(made.Box).n}")

    async with Client(made.app) as client, client.tab() as tab:
        session, state = tab.session, tab.server(made.Box)
        go(tab, made.Box.back)
        await trio.sleep(1)
        await session.aclose()
        assert session.closed.is_set()
        assert session.phase is Phase.CLOSED
        assert made.log == ["task ends", "closes at 7"]
        assert state.n == 0  # dropped


@virtual
async def test_on_close_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """All hooks together get `cleanup_seconds`; then they are cut, and the log says so."""
    made = make()

    @made.app.on_close
    async def hangs(_: ts.Session) -> None:
        await trio.sleep_forever()

    async with Client(made.app) as client, client.tab() as tab:
        before = trio.current_time()
        await tab.session.aclose()
        assert trio.current_time() - before == pytest.approx(CLEANUP_SECONDS)
    assert "on_close was cut after 2 s" in caplog.text


# Who ends it


@virtual
async def test_nobody_connects() -> None:
    """A session that no stream has reached ends after 10 s; its token names nothing then."""
    made = make()
    async with Client(made.app):
        session, is_new = made.app._engine.attach("visitor", "")
        assert (is_new, session.phase) == (True, Phase.CONNECTING)
        await trio.sleep(CONNECT_GRACE_SECONDS - 0.1)
        assert session.is_open
        await trio.sleep(0.2)
        assert session.closed.is_set()
        again, is_new = made.app._engine.attach("visitor", session.token)
        assert is_new
        assert again is not session


@virtual
async def test_aclose_by_its_own_task() -> None:
    """A handler that closes its own session is cancelled like all the others (40)."""

    async def work(state: Any) -> None:
        try:
            await state.session.aclose()
        except trio.Cancelled:
            made.log.append("cancelled")
            raise

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        session = tab.session
        go(tab, made.Box.back)
        await session.closed.wait()
        assert made.log == ["cancelled"]
        assert not made.errors


@virtual
async def test_aclose_by_a_shielded_task_of_its_own() -> None:
    """One that is shielded would wait for itself for ever: RuntimeError that says what to do."""

    async def work(state: Any) -> None:
        with trio.CancelScope(shield=True, deadline=trio.current_time() + 9):
            await state.session.aclose()

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        session = tab.session
        go(tab, made.Box.back)
        await session.closed.wait()
        (error,) = made.errors
        assert "call `session.close()`" in str(error)


@virtual
async def test_work_after_the_end() -> None:
    """A session that has ended takes no task; what its handlers hand back is dropped."""

    async def work(state: Any) -> Any:
        try:
            await trio.sleep_forever()
        finally:
            state.session.submit(())

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        session = tab.session
        go(tab, made.Box.back)
        await trio.sleep(1)
        await session.aclose()
        with pytest.raises(ts.SessionClosedError, match="has ended"):
            session.start_soon(trio.sleep, 1)
        assert not made.errors


# What will not end


@virtual
async def test_a_task_in_a_shield_of_its_own_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """It is waited for, and named after 5 s with its line: our own shields alone end (40)."""

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            await shielded(60)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        session = tab.session
        go(tab, made.Box.back)
        await trio.sleep(1)
        session.close()
        await trio.sleep(4.9)
        assert not caplog.messages
        await trio.sleep(0.2)
        (message,) = caplog.messages
        assert "has been closing for 5 s and waits for: background state.box.back at" in message
        assert "test_closing.py" in message
        assert "in shielded" in message
        await trio.sleep(50)
        assert not session.closed.is_set()
        await trio.sleep(10)
        assert session.closed.is_set()


@pytest.mark.parametrize("waits", [True, False])
@virtual
async def test_a_block_that_was_never_left(waits: bool, caplog: pytest.LogCaptureFixture) -> None:
    """A task that ends holding the state ends the session, which says why; nobody hangs (40)."""

    async def work(state: Any) -> None:
        await state.__aenter__()
        state.n = 99
        await trio.sleep(1)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        session, began = tab.session, trio.current_time()
        go(tab, made.Box.back)
        if waits:
            await trio.sleep(0.5)
            go(tab, made.Box.back)
        await session.closed.wait()
        assert trio.current_time() - began < 2
        assert "ended without leaving its state block" in caplog.text
        values = [op["value"] for name, data in tab.frames if name == "delta" for op in data["ops"]]
        assert 99 not in values


# The end of the app


@pytest.mark.parametrize("seconds", [0.5, 100])
@virtual
async def test_drain(seconds: float) -> None:
    """A running foreground handler gets `drain_seconds`, then it is cancelled; tabs are told."""

    async def work(state: Any) -> None:
        try:
            await trio.sleep(seconds)
            made.log.append("through")
        finally:
            made.log.append(trio.current_time())

    made = make(work)
    async with Client(made.app) as client:
        tab = await client.open()
        go(tab, made.Box.front)
        await trio.sleep(0.1)
        begun = trio.current_time()
    if seconds < DRAIN_SECONDS:
        assert made.log == ["through", pytest.approx(begun - 0.1 + seconds)]
    else:
        assert made.log == [pytest.approx(begun + DRAIN_SECONDS)]
    name, data = tab.frames[-1]
    assert (name, data["reason"]) == ("bye", "drain")
    assert 0.5 <= data["retry_seconds"] <= 1.5


@virtual
async def test_drain_waits_for_no_background_handler() -> None:
    """With no foreground handler running there is nothing to wait for."""

    async def work(state: Any) -> None:
        await trio.sleep(100)

    made = make(work)
    async with Client(made.app) as client:
        tab = await client.open()
        go(tab, made.Box.back)
        await trio.sleep(1)
        begun = trio.current_time()
    assert trio.current_time() == begun


@virtual
async def test_no_session_while_draining() -> None:
    """While the app drains, no session is taken: the browser is told to come back."""

    async def work(state: Any) -> None:
        await trio.sleep(0.5)

    made = make(work)
    statuses: list[int] = []

    async with trio.open_nursery() as nursery, Client(made.app) as client:
        tab = await client.open()
        page_id = tab.page_id
        go(tab, made.Box.front)

        @nursery.start_soon
        async def _() -> None:
            await trio.sleep(0.2)
            path = f"/_triostate/stream?page={page_id}"
            statuses.append((await client.request("GET", path)).status)

    assert statuses == [503]


@virtual
async def test_what_is_stuck_at_the_end_is_listed(caplog: pytest.LogCaptureFixture) -> None:
    """What has not ended after 2.5 s is listed in the log, and the app answers all the same."""

    async def work(state: Any) -> None:
        await shielded(30)

    made = make(work)
    with caplog.at_level(logging.ERROR, "triostate"):
        async with Client(made.app) as client:
            tab = await client.open()
            go(tab, made.Box.back)
            await trio.sleep(1)
    (message,) = [text for text in caplog.messages if "is left as it is" in text]
    assert "background state.box.back at" in message


@virtual
async def test_nothing_is_left_of_it() -> None:
    """Sessions that ended in every way there is leave exactly what there was (40)."""

    async def work(state: Any) -> None:
        try:
            async with state:
                state.n += 1
            await trio.sleep_forever()
        finally:
            async with state:
                state.n += 1

    made = make(work)
    async with Client(made.app) as client, leak_check(made.app):
        for how in ("close", "kill", "aclose"):
            tab = await client.open()
            go(tab, made.Box.back)
            await trio.sleep(1)
            session = tab.session
            if how == "aclose":
                session.close()
            await (tab.kill() if how == "kill" else tab.close())
            await session.closed.wait()
