"""Policies: what a trigger does while a run of the same handler is under way."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.errors import QueueFullError
from triostate.limits import MAX_BACKGROUND_RUNS, MAX_WAITING_RUNS
from triostate.runtime.calls import Call
from triostate.testing import Client, Tab, isolated


def make(**options: Any) -> SimpleNamespace:
    """Return an app whose handler `work` notes what it does, and takes 10 s, its cleanup 1 s."""
    log: list[str] = []
    with isolated():

        class Jobs(ts.State):
            @ts.event(background=True, **options)
            async def work(self, name: str = ""):
                log.append(f"{name} starts")
                try:
                    await trio.sleep(10)
                    log.append(f"{name} is through")
                finally:
                    with trio.CancelScope(shield=True, deadline=trio.current_time() + 9):
                        await trio.sleep(1)
                    log.append(f"{name} ends")

        app = app_with(Jobs, cleanup_seconds=9)
    return SimpleNamespace(app=app, work=Jobs.work, Jobs=Jobs, log=log)


def running(tab: Tab, made: SimpleNamespace) -> tuple[bool, int, str]:
    """Return what the page is told of the handler."""
    return tuple(tab.var(made.Jobs, f"work.{name}") for name in ("running", "count", "status"))


@virtual
async def test_parallel() -> None:
    """By default every trigger starts a run of its own, at once (6, 46)."""
    made = make()
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abcde":
            go(tab, made.work, name)
        await trio.sleep(1)
        assert sorted(made.log) == [f"{name} starts" for name in "abcde"]
        assert len(made.app.background_tasks) == 5
        assert running(tab, made) == (True, 5, "running")
        await trio.sleep(10.1)
        assert running(tab, made) == (False, 0, "succeeded")


@virtual
async def test_drop() -> None:
    """With `drop` a trigger does nothing while a run is under way, and is not made up for (46)."""
    made = make(policy="drop")
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abc":
            go(tab, made.work, name)
            await trio.sleep(1)
        assert running(tab, made) == (True, 1, "running")
        await tab.until(lambda: not made.app.background_tasks)
        await trio.sleep(60)
        assert made.log == ["a starts", "a is through", "a ends"]
        go(tab, made.work, "d")
        await trio.sleep(1)
        assert made.log[-1] == "d starts"


@virtual
async def test_replace() -> None:
    """With `replace` the old run's finally is through before the new one's first line (46)."""
    made = make(policy="replace")
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work, "a")
        await trio.sleep(5)
        go(tab, made.work, "b")
        await trio.sleep(0.5)
        assert made.log == ["a starts"]
        assert sorted(task.status for task in made.app.background_tasks) == ["running", "waiting"]
        await trio.sleep(60)
        assert made.log == ["a starts", "a ends", "b starts", "b is through", "b ends"]
        assert running(tab, made) == (False, 0, "succeeded")


@virtual
async def test_replace_keeps_the_newest() -> None:
    """Of several triggers that wait for the old run's end the newest alone survives (46)."""
    made = make(policy="replace")
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abcd":
            go(tab, made.work, name)
            await trio.sleep(0.1)
        await trio.sleep(60)
        assert made.log == ["a starts", "a ends", "d starts", "d is through", "d ends"]
        assert not made.app.background_tasks


@virtual
async def test_queue() -> None:
    """With `queue` runs follow one another in the order of their triggers (46)."""
    made = make(policy="queue")
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abc":
            go(tab, made.work, name)
        await trio.sleep(1)
        assert running(tab, made) == (True, 1, "running")
        assert len(made.app.background_tasks) == 3
        await trio.sleep(60)
        assert [line for line in made.log if "starts" in line] == [f"{n} starts" for n in "abc"]
        assert all(
            pair != ("starts", "starts")
            for pair in itertools.pairwise(line.split()[1] for line in made.log)
        )


@virtual
async def test_max_running() -> None:
    """`max_running` bounds what runs side by side; the rest wait in order (46)."""
    made = make(max_running=2)
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abcde":
            go(tab, made.work, name)
        await trio.sleep(1)
        assert sorted(made.log) == ["a starts", "b starts"]
        assert running(tab, made) == (True, 2, "running")
        await trio.sleep(11)
        assert sorted(made.log[-2:]) == ["c starts", "d starts"]
        await trio.sleep(60)
        assert made.log[-3:] == ["e starts", "e is through", "e ends"]


@pytest.mark.parametrize("policy", ["drop", "replace", "queue"])
@virtual
async def test_key(policy: str) -> None:
    """`key=` makes a policy hold for each key alone; the count is over all keys (46)."""
    made = make(policy=policy, key=lambda name: name)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work, "a")
        go(tab, made.work, "b")
        await trio.sleep(1)
        assert sorted(made.log) == ["a starts", "b starts"]
        assert running(tab, made) == (True, 2, "running")
        go(tab, made.work, "a")
        await trio.sleep(60)
        assert made.log.count("a starts") == (1 if policy == "drop" else 2)
        assert made.log.count("b is through") == 1


@virtual
async def test_key_with_max_running() -> None:
    """With a key, `max_running` is the bound of each key (46)."""
    made = make(max_running=1, key=lambda name: name[0])
    async with Client(made.app) as client, client.tab() as tab:
        for name in ("a1", "a2", "b1"):
            go(tab, made.work, name)
        await trio.sleep(1)
        assert sorted(made.log) == ["a1 starts", "b1 starts"]


@pytest.mark.parametrize(
    "key,text",
    [(lambda name: [name], "returned a list"), (lambda name: 1 / 0, "ZeroDivisionError")],
)
@virtual
async def test_bad_key(key: Any, text: str, caplog: pytest.LogCaptureFixture) -> None:
    """A key that raises, or cannot be hashed, is reported; nothing starts, the tab lives (46)."""
    made = make(policy="drop", key=key)
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.work, "a")
        await tab.wait_toast("Something went wrong")
        assert text in caplog.text
        assert not made.log
        assert tab.session.is_open


@pytest.mark.parametrize("options", [{"policy": "queue"}, {"max_running": 1}])
@virtual
async def test_bound_of_those_that_wait(options: dict[str, Any]) -> None:
    """100 may wait; one more is refused, and what waits already is none the worse (46)."""
    made = make(**options)
    async with Client(made.app) as client, client.tab() as tab:
        for _ in range(1 + MAX_WAITING_RUNS):
            go(tab, made.work, "x")
        with pytest.raises(QueueFullError, match=r"100 runs of state\.jobs\.work wait already"):
            go(tab, made.work, "one too many")
        assert len(made.app.background_tasks) == 1 + MAX_WAITING_RUNS
        await trio.sleep(11 * (1 + MAX_WAITING_RUNS) + 1)
        assert made.log.count("x is through") == 1 + MAX_WAITING_RUNS


@virtual
async def test_bound_of_a_session() -> None:
    """2,000 runs are a session's bound; a replacement that it refuses has replaced nothing."""
    made = make(policy="replace", key=lambda name: name)
    async with Client(made.app) as client, client.tab() as tab, client.tab() as other:
        for number in range(MAX_BACKGROUND_RUNS):
            go(tab, made.work, str(number))
        await trio.sleep(1)
        for name in ("0", "new"):
            with pytest.raises(QueueFullError, match="2000 background runs in one session"):
                go(tab, made.work, name)
        assert running(tab, made) == (True, MAX_BACKGROUND_RUNS, "running")
        go(other, made.work, "of another tab")
        await trio.sleep(15)
        assert made.log.count("0 is through") == 1
        go(tab, made.work, "there is room again")
        await tab.until(lambda: not made.app.background_tasks)


@virtual
async def test_cancel_ends_those_that_wait_too() -> None:
    """`.cancel` ends what runs and forgets what waits, over all keys (45, 46)."""
    made = make(policy="queue", key=lambda name: name)
    async with Client(made.app) as client, client.tab() as tab:
        for name in "aabb":
            go(tab, made.work, name)
        await trio.sleep(1)
        (*tasks,) = made.app.background_tasks
        await tab.click(made.work.cancel)
        await trio.sleep(60)
        assert sorted(made.log) == ["a ends", "a starts", "b ends", "b starts"]
        assert {task.status for task in tasks} == {"cancelled"}
        assert running(tab, made) == (False, 0, "cancelled")


@virtual
async def test_one_that_waits_is_cancelled_alone() -> None:
    """A waiting run that is cancelled by its object ends at once, and never starts (46)."""
    made = make(policy="queue")
    async with Client(made.app) as client, client.tab() as tab:
        for name in "abc":
            tab.session.submit((Call(made.work, (name,)),))
        task = next(task for task in made.app.background_tasks if task._call.args == ("b",))
        task.cancel()
        task.cancel()
        assert (task.status, len(made.app.background_tasks)) == ("cancelled", 2)
        await trio.sleep(60)
        assert [line for line in made.log if "starts" in line] == ["a starts", "c starts"]
