"""The app that is swept: an account book that nobody may ever see half written, and its checks.

Every entry changes two sums and a list, with a pause between them. The checks are stricter than
those of `cancel_sweep`: the session's nursery holds nothing but its queue, what a policy bounds was
never exceeded, and the task vars say of the last run to end what became of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import trio

import triostate as ts
from triostate.testing import Client, Sweep, Tab, cancel_sweep, isolated, until

__all__ = ["Book", "entry", "make_book", "nothing_is_half_written", "swept", "until_idle"]

Drive = Callable[[Client, Tab], Awaitable[None]]
Body = Callable[[Any, "Book", str], Awaitable[None]]


class Endings(set[ts.BackgroundTask]):
    """The app's register of runs, which also remembers those that have left it, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[ts.BackgroundTask] = []

    def discard(self, task: object) -> None:
        assert isinstance(task, ts.BackgroundTask)
        self.ended.append(task)
        super().discard(task)

    def last_of(self, handler: str, token: str) -> ts.BackgroundTask | None:
        """Return the last run to end; those that only waited for their turn were none."""
        runs = (
            task
            for task in reversed(self.ended)
            if (task.handler, task.token) == (handler, token)
            and (task.status != "cancelled" or task._scope.cancel_called)
        )
        return next(runs, None)


@attrs.define(eq=False)
class Book:
    """The app of a sweep, and what is noted of one run of its scenario."""

    app: ts.App
    Ledger: Any
    endings: Endings
    max_busy: int
    busy: dict[Any, int] = attrs.field(factory=dict)
    """How many runs of a key are between their first line and the end of their ``finally``."""
    excess: list[str] = attrs.field(factory=list)

    def begin(self) -> None:
        """Forget the run before."""
        self.busy.clear()
        self.excess.clear()
        self.endings.ended.clear()

    def enter(self, key: Any) -> None:
        """A run has begun."""
        self.busy[key] = self.busy.get(key, 0) + 1
        if self.busy[key] > self.max_busy:
            self.excess.append(f"{self.busy[key]} runs of {key!r} at a time")

    def leave(self, key: Any) -> None:
        """A run is through."""
        self.busy[key] -= 1


def make_book(body: Body | None = None, *, max_busy: int = 1000, **options: Any) -> Book:
    """Return an app whose background handler has these options.

    ``body(self, book, key)`` is what it does; by default one entry.
    """
    with isolated():

        class Ledger(ts.State):
            left: int = 0
            right: int = 0
            rows: list[int] = []
            notes: list[str] = []
            _kept: dict[str, int] = {}

            @ts.var
            def total(self) -> int:
                return self.left + self.right

            @ts.event(background=True, **options)
            async def work(self, key: str = "a"):
                book.enter(key)
                try:
                    await (body or _one_entry)(self, book, key)
                finally:
                    book.leave(key)

            @ts.event
            async def enter_one(self):
                await entry(self)

            @ts.event
            async def fail_half_way(self):
                await entry(self)
                yield
                self.left += 1
                await trio.sleep(0.1)
                raise ValueError("on purpose")

            @ts.event
            async def enter_and_hand_back(self):
                try:
                    await entry(self)
                    yield Ledger.enter_one
                    await entry(self)
                finally:
                    self.notes.append("handed back")
                yield [Ledger.work("b"), ts.toast("handed back")]

            @ts.event(background=True)
            async def hand_back(self):
                yield Ledger.enter_one
                async with self:
                    await entry(self)
                    yield Ledger.work("inside")
                    await entry(self)
                    yield
                    self.notes.append("third")
                yield ts.toast("handed back")

        @ts.page("/")
        def index():
            return ts.vstack(
                ts.text(Ledger.left, " and ", Ledger.right, " make ", Ledger.total),
                ts.text(ts.length(Ledger.rows), " rows"),
                ts.foreach(Ledger.notes, ts.text),
                ts.button("Work", on_click=Ledger.work("a")),
                ts.button("Thrice", on_click=[Ledger.work(key) for key in "aab"]),
                ts.button("Hand back", on_click=Ledger.enter_and_hand_back),
                ts.button("Fail", on_click=Ledger.fail_half_way),
                ts.button("Hand back beside", on_click=Ledger.hand_back),
            )

        app = ts.App()
    endings = Endings()
    # Where the app and its sessions look; nothing is changed about what they see there.
    app._around.running_tasks = app._tasks._tasks = endings
    book = Book(app, Ledger, endings, max_busy)
    return book


async def entry(state: Any) -> None:
    """Make an entry; until its last line the book is wrong."""
    state.left += 1
    await trio.sleep(0.1)
    state._kept[f"{state.left}"] = state.left
    state.rows.append(state.left)
    state.right += 1


async def _one_entry(self: Any, book: Book, key: str) -> None:
    async with self:
        await entry(self)


# Checks


def nothing_is_half_written(tab: Tab) -> None:
    """Demand that both sums, their total and the rows tell the same."""
    book = tab.state["state.ledger"]
    left, right, rows, total = (book[name] for name in ("left", "right", "rows", "total"))
    assert left == right == len(rows), f"{left} and {right} in {len(rows)} rows"
    assert total == left + right


async def until_idle(app: ts.App, session: ts.Session) -> None:
    """Wait until no handler of a session runs, and none waits."""
    await until(
        lambda: (
            session.dispatcher._idle.is_set()
            and not any(task.token == session.token for task in app.background_tasks)
        ),
        what="the end of all handlers",
    )


async def check_afterwards(
    book: Book, tab: Tab, session: ts.Session, *, is_undisturbed: bool
) -> None:
    """Let what was not cancelled end; then check what is left, and what the page is told."""
    assert not book.excess, book.excess
    await until_idle(book.app, session)
    if not session.is_open or book.app._engine.is_draining:
        assert session.closed.is_set()
        assert session.lock.holder is None
        return
    await until(lambda: session.outbox.is_empty, what="the last frame")
    assert session._nursery is not None
    names = [task.name for task in session._nursery.child_tasks]
    assert not names
    assert session.lock.holder is None
    assert not session.lock.waiting
    nothing_is_half_written(tab)
    assert set(book.busy.values()) <= {0}, book.busy
    _status_is_right(book, tab, is_undisturbed=is_undisturbed)


def _status_is_right(book: Book, tab: Tab, *, is_undisturbed: bool) -> None:
    told = tab.state["state.ledger"]
    last = book.endings.last_of("state.ledger.work", tab.token)
    assert told["work.status"] == ("idle" if last is None else last.status)
    assert (told["work.running"], told["work.count"]) == (False, 0)
    # No handler here raises, so whatever else is told is wrong.
    assert told["work.status"] in ("idle", "succeeded", "cancelled"), told["work.status"]
    if is_undisturbed:
        assert told["work.status"] in ("idle", "succeeded"), told["work.status"]


def swept(
    book: Book, drive: Drive, cancel: Any, *, allow: tuple[type[BaseException], ...] = ()
) -> int:
    """Sweep what a tab does; return at how many points something was cancelled, and print it."""

    async def scenario(sweep: Sweep) -> None:
        book.begin()
        async with Client(book.app) as client, client.tab() as tab:
            session = tab.session
            async with sweep(tab, cancel=cancel, invariant=nothing_is_half_written, allow=allow):
                await drive(client, tab)
            await check_afterwards(book, tab, session, is_undisturbed=cancel == "drop")

    points = cancel_sweep(scenario)
    print(f"cancelled ({cancel}) at {points} points")
    return points
