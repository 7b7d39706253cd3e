"""Background runs: their life in `app.background_tasks`, their ends, and the vars about them."""

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
from triostate.limits import LEAVE_GRACE_SECONDS
from triostate.testing import Client, Tab, isolated


def make(work: Callable[[Any, str], Awaitable[None]], **options: Any) -> SimpleNamespace:
    """Return an app whose background handler `work` is this function, and one that works on."""
    errors: list[BaseException] = []
    with isolated():

        class Jobs(ts.State):
            n: int = 0

            @ts.event(background=True, **options)
            async def work(self, name: str = ""):
                await work(self, name)

            @ts.event(background=True)
            async def sibling(self):
                for _ in range(20):
                    await trio.sleep(1)
                    async with self:
                        self.n += 1

        @ts.page(route="/other", title="Other")
        def other():
            return ts.text(Jobs.n)

        app = app_with(Jobs)
    app.on_error(errors.append)
    return SimpleNamespace(app=app, work=Jobs.work, Jobs=Jobs, errors=errors)


def about(tab: Tab, made: SimpleNamespace) -> dict[str, Any]:
    """Return the vars that the page has about the handler."""
    names = ("running", "count", "status", "progress", "error")
    return {name: tab.value(made.Jobs, f"work.{name}") for name in names}


async def sleep_long(_: Any, __: str) -> None:
    await trio.sleep(100)


async def slow_to_end(_: Any, __: str) -> None:
    try:
        await trio.sleep(100)
    finally:
        with trio.CancelScope(shield=True, deadline=trio.current_time() + 9):
            await trio.sleep(2)


# Its life


@virtual
async def test_in_background_tasks_until_its_last_finally() -> None:
    """From its trigger, before its first step, until its last finally, then not (43)."""
    made = make(slow_to_end)
    tasks = made.app.background_tasks
    async with Client(made.app) as client, client.tab() as tab:
        assert len(tasks) == 0
        before = trio.current_time()
        go(tab, made.work)
        (task,) = tasks
        assert (task.handler, task.token) == ("state.jobs.work", tab.token)
        assert (task.status, task.started) == ("running", before)
        await trio.sleep(5)
        task.cancel()
        await trio.sleep(1)
        assert set(tasks) == {task}
        await trio.sleep(1.5)
        assert (len(tasks), task.status) == (0, "cancelled")


@virtual
async def test_background_tasks_is_read_only() -> None:
    """It is one live set, read as any other, and can be neither replaced nor changed (43)."""
    made = make(sleep_long)
    tasks = made.app.background_tasks
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        go(tab, made.Jobs.sibling)
        kept = {*tasks}
        work, sibling = sorted(tasks, key=lambda task: task.handler, reverse=True)
        assert tasks is made.app.background_tasks
        assert tasks & {work} == {work}
        assert tasks - {work} == {sibling}
        assert tasks == kept
        assert tasks | set() == kept
        assert work in tasks
        assert not hasattr(tasks, "add")
        assert not hasattr(tasks, "discard")
        with pytest.raises(AttributeError):
            made.app.background_tasks = set()
        for task in tasks:  # a loop that changes what it goes over
            task.cancel()
        await trio.sleep(1)
        assert not tasks
        assert tasks - kept == set()


# Its ends


@virtual
async def test_time_out() -> None:
    """`timeout=` cancels a run so many seconds after its start, with status timed_out (47)."""
    ends: list[float] = []

    async def work(state: Any, name: str) -> None:
        start = trio.current_time()
        try:
            await trio.sleep(100)
        finally:
            ends.append(trio.current_time() - start)
            async with state:
                state.n += 1

    made = make(work, timeout=7.5, policy="queue")
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        go(tab, made.work)  # its time begins when it does
        first, second = sorted(made.app.background_tasks, key=lambda task: task.status)
        await trio.sleep(7.4)
        assert about(tab, made)["status"] == "running"
        await trio.sleep(0.2)
        assert (first.status, second.status) == ("timed_out", "running")
        await trio.sleep(8)
        assert about(tab, made) == {
            "running": False,
            "count": 0,
            "status": "timed_out",
            "progress": None,
            "error": None,
        }
        assert ends == [pytest.approx(7.5)] * 2
        assert tab.var(made.Jobs, "n") == 2
        assert not made.errors


@virtual
async def test_a_cancel_before_the_time_out_is_a_cancel() -> None:
    """Cancelled first, a run whose cleanup outlasts its time is cancelled, not timed out (47)."""
    made = make(slow_to_end, timeout=5)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        await trio.sleep(4)
        await tab.click(made.work.cancel)
        await tab.wait_var(made.Jobs, "work.running", False)
        assert about(tab, made)["status"] == "cancelled"


@virtual
async def test_its_own_time_outs_are_its_own() -> None:
    """A `fail_after` inside fails it, a `move_on_after` does nothing to it (47)."""

    async def work(_: Any, name: str) -> None:
        with trio.move_on_after(1):
            await trio.sleep(50)
        if name == "fail":
            with trio.fail_after(1):
                await trio.sleep(50)

    made = make(work, timeout=7.5)
    async with Client(made.app) as client, client.tab() as tab:
        for name, status in (("", "succeeded"), ("fail", "failed")):
            go(tab, made.work, name)
            await trio.sleep(3)
            assert about(tab, made)["status"] == status


@pytest.mark.parametrize("kind", ["exception", "group", "group of the nursery", "no Exception"])
@virtual
async def test_one_that_raises(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """It leaves siblings and session alive, is logged once, and the tab gets a toast (42, 44)."""
    boom = ValueError("on purpose")

    async def work(state: Any, name: str) -> None:
        async with state:
            state.n = 99
            if kind == "exception":
                raise boom
            if kind == "group":
                raise ExceptionGroup("both", [boom, KeyError("too")])
            if kind == "no Exception":
                raise Panic("of a library")
            async with trio.open_nursery() as nursery:
                nursery.start_soon(fail)
                nursery.start_soon(trio.sleep_forever)

    async def fail() -> None:
        raise boom

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Jobs.sibling)
        await trio.sleep(2.5)
        with caplog.at_level(logging.INFO, "triostate"):
            go(tab, made.work)
            await tab.wait_toast("Something went wrong.")
        (record,) = caplog.records
        assert "state.jobs.work (session " in record.getMessage()
        assert tab.token[:6] in record.getMessage()
        (error,) = made.errors
        assert record.exc_info is not None
        assert record.exc_info[1] is error
        assert (error is boom) is (kind == "exception")
        assert tab.toasts == ["Something went wrong."]
        found = about(tab, made)
        assert (found["running"], found["status"]) == (False, "failed")
        assert found["error"] == "Something went wrong."
        await tab.wait_var(made.Jobs, "n", 20)
        assert tab.value(made.Jobs, "sibling.status") == "succeeded"
        assert tab.session.is_open


class Panic(BaseException):
    """As a library raises that wants nobody to catch it."""


@virtual
async def test_its_detail_in_development(monkeypatch: pytest.MonkeyPatch) -> None:
    """In development toast and `.error` say what it was; the next start clears `.error` (44)."""
    monkeypatch.setenv("TRIOSTATE_DEV", "1")

    async def work(_: Any, name: str) -> None:
        await trio.sleep(1)
        if name == "fail":
            raise ValueError("on purpose")

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work, "fail")
        await tab.wait_toast("ValueError: on purpose")
        assert about(tab, made)["error"] == "ValueError: on purpose"
        go(tab, made.work, "")
        await trio.sleep(0.5)
        assert about(tab, made)["error"] is None
        await trio.sleep(2)
        assert about(tab, made)["status"] == "succeeded"


@virtual
async def test_vars_before_and_after() -> None:
    """Idle before the first run; running while any is; then as the last to end did (44)."""

    async def work(_: Any, name: str) -> None:
        await trio.sleep(1 if name == "short" else 5)
        if name == "short":
            raise ValueError("on purpose")

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        idle = {"running": False, "count": 0, "status": "idle", "progress": None, "error": None}
        assert about(tab, made) == idle
        server = tab.server(made.Jobs)
        assert not server.work.running
        go(tab, made.work, "short")
        go(tab, made.work, "long")
        await trio.sleep(0.5)
        assert about(tab, made)["count"] == 2
        assert (server.work.running, server.work.count, server.work.status) == (True, 2, "running")
        await trio.sleep(1)
        found = about(tab, made)
        assert (found["running"], found["count"], found["status"]) == (True, 1, "running")
        assert found["error"] == "Something went wrong."
        await trio.sleep(5)
        found = about(tab, made)
        assert (found["running"], found["count"], found["status"]) == (False, 0, "succeeded")


@virtual
async def test_vars_after_a_crash_and_a_reload() -> None:
    """A snapshot has them as the deltas did, for every end that there is (44)."""

    async def work(_: Any, name: str) -> None:
        if name == "fail":
            raise ValueError("on purpose")
        await trio.sleep(1 if name == "end" else 100)

    made = make(work, timeout=2)
    async with Client(made.app) as client, client.tab() as tab:
        for name, status in (("fail", "failed"), ("end", "succeeded"), ("", "timed_out")):
            go(tab, made.work, name)
            await trio.sleep(3)
            before = about(tab, made)
            await tab.reload()
            assert about(tab, made) == before
            assert (before["status"], before["running"], before["count"]) == (status, False, 0)


# Who ends it


@virtual
async def test_cancel_from_the_page() -> None:
    """`.cancel` ends that handler's runs in that session, and no others (45)."""
    made = make(sleep_long)
    async with Client(made.app) as client, client.tab() as tab, client.tab() as other:
        for each in (tab, tab, other):
            go(each, made.work)
        go(tab, made.Jobs.sibling)
        await trio.sleep(1)
        await tab.click(made.work.cancel)
        await tab.wait_var(made.Jobs, "work.running", False)
        left = sorted((task.handler, task.token) for task in made.app.background_tasks)
        assert left == [("state.jobs.sibling", tab.token), ("state.jobs.work", other.token)]
        assert tab.value(made.Jobs, "work.status") == "cancelled"
        assert other.value(made.Jobs, "work.status") == "running"


@virtual
async def test_cancel_passes_lock_and_queue() -> None:
    """`.cancel` waits neither for who holds the state nor for handlers that queue (45)."""

    async def work(state: Any, name: str) -> None:
        async with state:
            await trio.sleep(100)

    made = make(work)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        await trio.sleep(1)
        go(tab, made.Jobs.set_n, 5)  # waits for the state
        with trio.fail_after(0.1):
            await tab.click(made.work.cancel)
            await tab.wait_var(made.Jobs, "work.status", "cancelled")
            await tab.wait_var(made.Jobs, "n", 5)


@virtual
async def test_cancel_may_be_returned() -> None:
    """A handler may return or yield `.cancel` as any other event (45)."""
    with isolated():

        class Jobs(ts.State):
            @ts.event(background=True)
            async def work(self):
                await trio.sleep(100)

            @ts.event
            def stop(self):
                return Jobs.work.cancel

        app = app_with(Jobs)
    async with Client(app) as client, client.tab() as tab:
        go(tab, Jobs.work)
        await trio.sleep(1)
        await tab.click(Jobs.stop)
        await tab.wait_var(Jobs, "work.status", "cancelled")


@virtual
async def test_scope_page() -> None:
    """`scope="page"` ends on navigation, not on a reload, and nobody waits for its end (48)."""
    made = make(slow_to_end, scope="page")
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        await trio.sleep(1)
        await tab.reload()
        await trio.sleep(1)
        assert tab.value(made.Jobs, "work.status") == "running"
        with trio.fail_after(0.1):
            await tab.goto("/other")
        (task,) = made.app.background_tasks
        await trio.sleep(2.1)
        assert task.status == "cancelled"
        assert not made.app.background_tasks


@virtual
async def test_scope_session() -> None:
    """By default a run survives navigation, and ends when the session is closed (48)."""
    made = make(sleep_long)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work)
        await trio.sleep(1)
        await tab.goto("/other")
        await trio.sleep(1)
        (task,) = made.app.background_tasks
        assert task.status == "running"
        await tab.close()
        await trio.sleep(LEAVE_GRACE_SECONDS + 0.1)
        assert task.status == "cancelled"


@virtual
async def test_scope_app() -> None:
    """What `app.start_soon` starts outlives every session, and ends at shutdown (48)."""
    log: list[str] = []

    async def outlives(word: str) -> None:
        try:
            await trio.sleep(1000)
        finally:
            log.append(word)

    async def work(state: Any, name: str) -> None:
        state.app.start_soon(outlives, "over")

    made = make(work)
    async with Client(made.app) as client:
        async with client.tab() as tab:
            go(tab, made.work)
        await trio.sleep(60)
        assert not made.app.event_namespace.token_to_sid
        assert not log
    assert log == ["over"]
