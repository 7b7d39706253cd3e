"""`cancel_sweep`: it passes what is sound, and finds each kind of thing that is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from triostate.testing import Client, Sweep, SweepError, Tab, cancel_sweep, isolated

Body = Callable[[Any], Awaitable[None]]


def bank(body: Body) -> SimpleNamespace:
    """Return an app with two accounts, whose background handler is the given function."""
    with isolated():

        class Bank(ts.State):
            left: int = 100
            right: int = 0
            rows: list[str] = []

            @ts.event(background=True)
            async def transfer(self):
                await body(self)

        @ts.page("/")
        def index():
            return ts.vstack(
                ts.text(Bank.left, " and ", Bank.right),
                ts.foreach(Bank.rows, ts.text),
                ts.button("Transfer", on_click=Bank.transfer),
                ts.cond(Bank.transfer.running, "busy", "done"),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Bank=Bank)


def the_total_is_right(tab: Tab) -> None:
    """Demand that no money is between the accounts."""
    left, right = (tab.state["state.bank"][name] for name in ("left", "right"))
    assert left + right == 100, f"{left} and {right}"


def scenario_of(body: Body, **options: Any) -> Callable[[Sweep], Awaitable[None]]:
    """Return the scenario of one transfer."""
    made = bank(body)

    async def scenario(sweep: Sweep) -> None:
        async with (
            Client(made.app) as client,
            client.tab() as tab,
            sweep(tab, invariant=the_total_is_right, **options),
        ):
            await tab.click("Transfer")
            await tab.wait_text("done")

    return scenario


async def sound(self: Any) -> None:
    """Transfer in three atomic blocks, and note it in a cleanup block of its own."""
    try:
        for number in range(3):
            async with self:
                self.left -= 10
                await trio.sleep(0.1)
                self.right += 10
                self.rows.append(f"{number}")
            await trio.sleep(0.1)
    finally:
        await trio.lowlevel.checkpoint_if_cancelled()


@pytest.mark.parametrize("cancel", ["task", "handler", "session", "drop"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_sound_handler_passes(cancel: Any, seed: int) -> None:
    """Blocks that commit or roll back hold, whatever is cancelled, at every step (32, 33, 40)."""
    assert cancel_sweep(scenario_of(sound, cancel=cancel), more_than=20, seed=seed) > 20


def test_a_cancellation_of_the_tests_own() -> None:
    """Any function of the tab may be what happens at a step."""
    assert cancel_sweep(scenario_of(sound, cancel=lambda tab: tab.session.close())) > 20


def test_the_same_steps_each_time() -> None:
    """Two sweeps of one seed see the same number of steps."""
    counts = {cancel_sweep(scenario_of(sound), seed=3) for _ in range(2)}
    assert len(counts) == 1


# What it has to find


async def commits_half(self: Any) -> None:
    """Swallow the cancellation inside the block, which then ends as if all were well."""
    async with self:
        self.left -= 10
        try:
            await trio.sleep(0.1)
        except trio.Cancelled:
            return
        self.right += 10


async def keeps_the_lock(self: Any) -> None:
    """Leave a task behind that holds the state."""

    async def hold() -> None:
        async with self:
            await trio.sleep_forever()

    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        self.session.start_soon(hold)
        raise


async def changes_behind_the_back(self: Any) -> None:
    """Change a value where nothing is noted, so nothing is sent."""
    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        self._tree.values[type(self)._fields["left"]] = 7
        raise


async def does_not_end(self: Any) -> None:
    """Go on, shielded, for longer than anyone waits."""
    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        with trio.move_on_after(5000, shield=True):
            await trio.sleep_forever()
        raise


async def crashes_in_its_cleanup(self: Any) -> None:
    """Raise something else while it unwinds."""
    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        raise KeyError("on purpose") from None


async def leaves_a_task(self: Any) -> None:
    """Start a task outside of every nursery of the app."""
    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        trio.lowlevel.spawn_system_task(trio.sleep, 1000)
        raise


async def lies_about_its_runs(self: Any) -> None:
    """Have it said of itself that it runs seven times."""

    async def lie() -> None:
        self.session._publish_task_vars("state.bank", {"transfer.count": 7})

    try:
        await trio.sleep(0.1)
    except trio.Cancelled:
        self.session.start_soon(lie)
        raise


@pytest.mark.parametrize(
    "body,cancel,found",
    [
        (commits_half, "task", "90 and 0"),
        (keeps_the_lock, "task", "its lock is held by task"),
        (changes_behind_the_back, "task", "copy in the browser that equals"),
        (does_not_end, "task", "the end of the cancelled tasks has not come"),
        (does_not_end, "session", "the end of the cancelled tasks has not come"),
        (crashes_in_its_cleanup, "handler", "KeyError: 'on purpose'"),
        (leaves_a_task, "task", "a task is left over: trio.*sleep"),
        (leaves_a_task, "session", "a task is left over: trio.*sleep"),
        (lies_about_its_runs, "task", "state.bank.transfer.count is 7, but there are 0 running"),
    ],
)
def test_what_is_broken_is_found(body: Body, cancel: Any, found: str) -> None:
    """Each invariant fails for a handler that breaks it, and for no cancellation alone."""
    with pytest.raises(SweepError, match=found) as caught:
        cancel_sweep(scenario_of(body, cancel=cancel), more_than=0)
    assert "without any cancellation" not in str(caught.value)


def test_the_error_names_the_step() -> None:
    """The point, the task that stood there and its stack are in the error."""
    with pytest.raises(SweepError) as caught:
        cancel_sweep(scenario_of(commits_half))
    text = str(caught.value)
    assert "cancelled at point " in text
    assert "step of task background state.bank.transfer" in text
    assert "test_sweep.py" in text
    assert "commits_half" in text


def test_crashes_that_are_allowed() -> None:
    """What a scenario's handlers may end with is said, and fails nothing."""
    allowed = scenario_of(crashes_in_its_cleanup, allow=(KeyError,))
    assert cancel_sweep(allowed, more_than=0) > 0


def test_a_scenario_that_is_wrong_by_itself() -> None:
    """What fails without a cancellation is told apart."""

    async def half(self: Any) -> None:
        async with self:
            self.left -= 10
        await trio.sleep(1)

    with pytest.raises(SweepError, match="without any cancellation: AssertionError: 90 and 0"):
        cancel_sweep(scenario_of(half))


def test_a_sweep_that_sweeps_nothing() -> None:
    """A sweep that meets fewer points than asked for has tested less than it seems."""
    made = bank(sound)

    async def beside(sweep: Sweep) -> None:
        async with Client(made.app) as client, client.tab() as tab:
            async with sweep(tab):
                pass
            await tab.click("Transfer")

    with pytest.raises(SweepError, match="of 0 points 0 found something to cancel"):
        cancel_sweep(beside)
    with pytest.raises(SweepError, match="more than 10000"):
        cancel_sweep(scenario_of(sound, cancel="drop"), more_than=10_000)


def test_a_scenario_with_too_many_steps() -> None:
    """A sweep that would take minutes is refused, and the error says what to do."""
    with pytest.raises(SweepError, match=r"has \d+ points.*30 are allowed: let it do less"):
        cancel_sweep(scenario_of(sound), max_points=30)


def test_a_scenario_that_does_something_else_each_time() -> None:
    """A sweep is as good as its scenario is deterministic: one that is not is refused."""
    rounds = iter([5, 5, *[1] * 1000])

    async def shorter(self: Any) -> None:
        for _ in range(next(rounds)):
            await trio.sleep(1)

    with pytest.raises(SweepError, match="does not do the same each time"):
        cancel_sweep(scenario_of(shorter), more_than=0)


def test_a_cancellation_that_cannot_be_done() -> None:
    """An error of the cancelling function is the sweep's error, and not lost in Trio's log."""

    def cannot(tab: Tab) -> None:
        raise ZeroDivisionError("on purpose")

    with pytest.raises(SweepError, match="on purpose"):
        cancel_sweep(scenario_of(sound, cancel=cannot))
