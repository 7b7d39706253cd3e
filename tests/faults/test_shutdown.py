"""SIGTERM in every state of clients and handlers: the end comes soon, and with status 0."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import trio

from tests.faults.network import lose, reset, until_full
from tests.faults.servers import TIMES, WORKERS, Site, on_each, serving
from tests.faults.tab import LostError, ask

Record = Callable[[str, object], None]
State = Callable[[Site], AbstractAsyncContextManager[None]]

IDLE_SECONDS = 1.5
"""Stated: the process has ended after SIGTERM, with no handler running."""

BUSY_SECONDS = 3.0
"""Stated: the same with one running that does not end by itself."""


@asynccontextmanager
async def idle(site: Site) -> AsyncIterator[None]:
    """Streams are open, and so is a connection that is kept alive; other clients have gone."""
    left = site.tab()
    async with left.held(), site.tab().held() as stream:
        await left.leave()
        reset(stream.socket)
    async with (
        site.tab().held(),
        site.tab().held(),
        await trio.open_tcp_stream("127.0.0.1", site.port) as kept,
    ):
        await kept.send_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await kept.receive_some()
        yield


@asynccontextmanager
async def lost(site: Site) -> AsyncIterator[None]:
    """A client's network is gone."""
    async with site.tab().held() as stream:
        lose(stream.socket)
        yield


@asynccontextmanager
async def unread(site: Site) -> AsyncIterator[None]:
    """A client does not read, and there is no room for more."""
    tab = site.tab()
    async with tab.held() as stream:
        await site.trigger(tab, "babble")
        await until_full(stream)
        yield


def running(*handlers: str) -> State:
    """Return the state in which handlers run that do not end by themselves."""

    @asynccontextmanager
    async def state(site: Site) -> AsyncIterator[None]:
        tab = site.tab()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tab.live)
            await tab.until(lambda: tab.is_live)
            for handler in handlers:
                await site.trigger(tab, handler)
            yield
            nursery.cancel_scope.cancel()

    return state


@asynccontextmanager
async def slow_request(site: Site) -> AsyncIterator[None]:
    """A request of the user's own waits for a thread that nothing interrupts."""

    async def ask_for_it() -> None:
        with suppress(LostError):
            await ask(site.port, "GET", "/slow")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask_for_it)
        while await ask(site.port, "GET", "/slow-requests") != (200, b"1"):  # noqa: ASYNC110
            await trio.sleep(0.02)
        yield
        nursery.cancel_scope.cancel()


IDLE: dict[str, State] = {"idle": idle, "lost": lost, "unread": unread}
BUSY: dict[str, State] = {
    "foreground": running("wait"),
    "stuck": running("hold_shield", "hold_thread", "hold_thread_in_front"),
    "slow request": slow_request,
}


def test_sigterm_with_no_handler_running(tmp_path: Path, record_property: Record) -> None:
    """SIGTERM ends either worker with status 0 in 1.5 s, in whatever state its clients are (62)."""
    stop_in_each(IDLE, IDLE_SECONDS, tmp_path, record_property)


def test_sigterm_with_handlers_running(tmp_path: Path, record_property: Record) -> None:
    """The same in 3 s while a handler goes on, or never ends."""
    stop_in_each(BUSY, BUSY_SECONDS, tmp_path, record_property)


def stop_in_each(
    states: dict[str, State], stated: float, folder: Path, record_property: Record
) -> None:
    """Stop a server of each worker in each state; each has the stated time, three times over."""

    async def test(name: str) -> None:
        worker, state = name.split(": ")
        async with serving(worker, folder / state) as site, states[state](site):
            status, seconds = await site.server.stop()
            record_property(f"{name}, seconds", seconds)
            assert status == 0, site.server.output
            assert seconds < TIMES * stated, name

    on_each([f"{worker}: {state}" for worker in WORKERS for state in states], test)


def test_sigterm_under_uvicorn(tmp_path: Path, record_property: Record) -> None:
    """uvicorn, which waits for connections without end, does not wait for one that is stuck."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path) as site, unread(site), lost(site):
            status, seconds = await site.server.stop()
            record_property(f"{name} seconds", seconds)
            assert status == -signal.SIGTERM, site.server.output
            assert seconds < TIMES * IDLE_SECONDS

    on_each(("uvicorn",), test)
