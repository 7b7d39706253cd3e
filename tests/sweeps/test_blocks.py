"""State blocks under cancellation: what they hand back, what they yield, whose state they write."""

from __future__ import annotations

from typing import Any

import pytest
import trio

import triostate as ts
from tests.sweeps.ledger import (
    Book,
    entry,
    make_book,
    nothing_is_half_written,
    swept,
    until_idle,
)
from triostate.testing import Client, Sweep, Tab, cancel_sweep
from triostate.testing.aftermath import Checks

# What the usual run can do without, as it is much like the rest.
SLOW = [pytest.param(cancel, marks=pytest.mark.slow) for cancel in ("drain", "handler", "drop")]
CANCELS = ["task", "session", "drain"]


async def work(client: Client, tab: Tab) -> None:
    """Run the book's handler to its end."""
    await tab.click("Work")
    await until_idle(client.app, tab.session)


@pytest.mark.parametrize("cancel", ["session", "drain", *SLOW[1:]])
def test_a_generator_in_the_foreground(cancel: str) -> None:
    """A handler that yields handlers between its entries, and one in its ``finally`` (8, 10)."""

    async def drive(client: Client, tab: Tab) -> None:
        await tab.click("Hand back")
        await until_idle(client.app, tab.session)

    assert swept(make_book(), drive, cancel) > 15


@pytest.mark.parametrize("cancel", ["session", "drop"])
def test_a_foreground_handler_that_fails(cancel: str) -> None:
    """What it has changed since its last yield is undone, whatever else happens (5, 31)."""

    async def drive(client: Client, tab: Tab) -> None:
        await tab.click("Fail")
        await until_idle(client.app, tab.session)

    assert swept(make_book(), drive, cancel, allow=(ValueError,)) > 10


@pytest.mark.parametrize("cancel", [*CANCELS, *SLOW[1:]])
def test_yields_inside_and_outside_a_block(cancel: str) -> None:
    """A yield commits inside a block, and hands back handlers in both places (10, 28, 32)."""

    async def drive(client: Client, tab: Tab) -> None:
        await tab.click("Hand back beside")
        await until_idle(client.app, tab.session)

    assert swept(make_book(), drive, cancel) > 20


@pytest.mark.parametrize("cancel", ["task", "session", *SLOW])
def test_blocks_and_children(cancel: str) -> None:
    """Two children of a block write with its right, and neither outlives it (21, 32)."""

    async def body(self: Any, book: Book, key: str) -> None:
        async with self:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(entry, self)
                nursery.start_soon(trio.sleep, 0.05)
            await entry(self)

    assert swept(make_book(body), work, cancel) > 10


@pytest.mark.parametrize("cancel", ["task", "session", *SLOW])
def test_a_cleanup_block(cancel: str) -> None:
    """A block in a ``finally`` commits, wherever the cancellation came (38)."""

    async def body(self: Any, book: Book, key: str) -> None:
        try:
            async with self:
                await entry(self)
            await trio.sleep(0.1)
        finally:
            async with self:
                await entry(self)
                book.excess += [] if book.busy[key] == 1 else ["cleaned up after its end"]

    assert swept(make_book(body), work, cancel) > 10


@pytest.mark.parametrize("cancel", ["task", "session", *SLOW])
def test_modify_state_of_its_own(cancel: str) -> None:
    """A handler that takes its own state by its token: outside a block only (27, 50)."""

    async def body(self: Any, book: Book, key: str) -> None:
        async with self.app.modify_state(self.get_token()) as state:
            await entry(state.get_substate(book.Ledger))
        async with self:
            with pytest.raises(ts.ImmutableStateError):
                async with self.app.modify_state(self.get_token()):
                    pass
            await entry(self)

    assert swept(make_book(body), work, cancel) > 10


# Two sessions


def swept_together(body: Any, cancel: Any, *, allow: tuple[type[BaseException], ...]) -> int:
    """Sweep two tabs whose handlers write each other's book, with all checks of both."""
    book = make_book(body)
    tokens: list[str] = []

    async def scenario(sweep: Sweep) -> None:
        book.begin()
        async with Client(book.app) as client, client.tab() as one, client.tab() as two:
            tokens[:] = [one.token, two.token]
            others = Checks(two, nothing_is_half_written, allow)
            with others.watching():
                async with sweep(
                    one, cancel=cancel, invariant=nothing_is_half_written, allow=allow
                ):
                    await one.click("Work", wait=False)
                    await two.click("Work")
                    await one.until(lambda: not client.app.background_tasks)
                await others.tab.until(lambda: not client.app.background_tasks)
                await others.check([])
            assert set(book.busy.values()) <= {0}

    async def write_other(self: Any, made: Book, key: str) -> None:
        (other,) = {*tokens} - {self.get_token()}
        await body(self, made, other)

    book = make_book(write_other)
    points = cancel_sweep(scenario)
    print(f"cancelled ({cancel}) at {points} points")
    return points


# The other session may end before its state is asked for, or while it is being written.
GONE = (ts.SessionNotFoundError, ts.ImmutableStateError)


def close_the_other(tab: Tab) -> None:
    """Close the other tab's session."""
    for session in tab.browser.app._engine.sessions.values():
        if session.token != tab.token:
            session.close()


@pytest.mark.parametrize("cancel", [*CANCELS, close_the_other])
def test_modify_state_of_another_session(cancel: Any) -> None:
    """Two handlers write each other's state, whichever of the sessions ends when (32, 50, 52)."""

    async def body(self: Any, book: Book, other: str) -> None:
        async with self.app.modify_state(other) as state:
            await entry(state.get_substate(book.Ledger))
        async with self:
            await entry(self)

    assert swept_together(body, cancel, allow=GONE) > 20


@pytest.mark.parametrize("cancel", ["task", "session", *SLOW[:1], close_the_other])
def test_a_circle_of_two_sessions(cancel: Any) -> None:
    """Of two that want each other's state one is told so, whatever is cancelled (27, 32)."""

    async def body(self: Any, book: Book, other: str) -> None:
        async with self:
            await entry(self)
            async with self.app.modify_state(other) as state:
                await entry(state.get_substate(book.Ledger))

    assert swept_together(body, cancel, allow=(*GONE, ts.StateDeadlockError)) > 20
