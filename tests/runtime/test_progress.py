"""Progress of background runs: who may set it, how often it is sent, which run's it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from triostate.testing import Client, Tab, isolated
from triostate.ui import Const


def make_app(work: Callable[..., Any], **options: Any) -> SimpleNamespace:
    """Return an app with one background handler, whose body is ``work(state, argument)``."""
    with isolated():

        class Jobs(ts.State):
            n: int = 0
            seen: list[float | None] = []

            @ts.event(background=True, **options)
            async def run(self, argument: int = 0):
                await work(self, argument)

            @ts.event
            def misuse(self):
                ts.set_progress(1, 2)

            @ts.event
            def look(self):
                self.seen.append(self.run.progress)

        @ts.page(route="/")
        def index():
            return ts.vstack(
                ts.text(Jobs.run.progress, Jobs.n, Jobs.seen),
                ts.button("run", on_click=Jobs.run),
                *(ts.button(f"run {i}", on_click=Jobs.run(i)) for i in (1, 2)),
                ts.button("misuse", on_click=Jobs.misuse),
                ts.button("look", on_click=Jobs.look),
                ts.button("cancel", on_click=Jobs.run.cancel),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Jobs=Jobs)


def shown(tab: Tab, demo: SimpleNamespace) -> list[Any]:
    """Return the values of progress that the browser was sent, in order, from the first one on."""
    path = f"/{demo.Jobs.get_full_name()}/run.progress"
    ops = (op for name, data in tab.frames if name == "delta" for op in data["ops"])
    values = [op["value"] for op in ops if op["path"] == path]
    return values[1:] if values[:1] == [None] else values


async def until_done(tab: Tab, demo: SimpleNamespace, status: str = "succeeded") -> None:
    """Wait for the end of the newest run."""
    await tab.wait_var(demo.Jobs, "run.status", status, timeout_seconds=60)


def binding(tab: Tab, argument: int) -> int:
    """Return the binding that starts a run with that argument."""
    return next(
        b.id
        for b in tab.page.bindings
        for call in b.calls
        if [arg.value for arg in call.args if isinstance(arg, Const)] == [argument]
    )


@virtual
async def test_track_counts_what_is_done() -> None:
    """`track` gives the share of the items before this one, and all when there is no more (44)."""
    values: list[Any] = []

    async def work(state: Any, _: int) -> None:
        for _item in ts.track(["a", "b", "c", "d"]):
            values.append(state.run.progress)
            await trio.sleep(1)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        assert tab.var(demo.Jobs, "run.progress") is None
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        assert values == [0, 0.25, 0.5, 0.75]
        assert shown(tab, demo) == [{"$float": "0.0"}, 0.25, 0.5, 0.75, {"$float": "1.0"}]


@virtual
async def test_track_follows_an_async_iterable() -> None:
    """`track` iterates over an async iterable, with the total that it is told (44)."""

    async def numbers() -> AsyncIterator[int]:
        for number in range(4):
            await trio.sleep(1)
            yield number

    got: list[int] = []

    async def work(state: Any, _: int) -> None:
        got.extend([number async for number in ts.track(numbers(), total=4)])

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        assert got == [0, 1, 2, 3]
        assert shown(tab, demo) == [{"$float": "0.0"}, 0.25, 0.5, 0.75, {"$float": "1.0"}]


@virtual
async def test_unknown_total_is_none() -> None:
    """Without a length or a total the progress stays None, and the items come all the same."""
    got: list[int] = []

    async def work(state: Any, _: int) -> None:
        for number in ts.track(number for number in range(3)):
            got.append(number)
            await trio.sleep(1)
        ts.set_progress(3, None)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        assert got == [0, 1, 2]
        assert shown(tab, demo) == []


@virtual
async def test_more_than_the_total_is_all() -> None:
    """An estimate that was too low shows as all done, and nothing of nothing is all of it."""

    async def work(state: Any, _: int) -> None:
        for _item in ts.track(range(3), total=2):
            await trio.sleep(1)
        ts.set_progress(0, 0)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        assert shown(tab, demo) == [{"$float": "0.0"}, 0.5, {"$float": "1.0"}]


@virtual
async def test_a_tight_loop_sends_little_and_the_last() -> None:
    """10,000 values in a second are sent ten times a second, and the last one always (44)."""

    async def work(state: Any, _: int) -> None:
        for done in range(10_000):
            ts.set_progress(done, 20_000)
            await trio.sleep(0.0001)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        values = shown(tab, demo)
        assert len(values) <= 12
        assert values[-1] == 9_999 / 20_000


@virtual
async def test_the_last_value_arrives_though_the_run_goes_silent() -> None:
    """A value set just after another one is sent though nothing follows for long."""

    async def work(state: Any, _: int) -> None:
        ts.set_progress(1, 4)
        ts.set_progress(2, 4)
        await trio.sleep(1000)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await tab.wait_var(demo.Jobs, "run.progress", 0.5, timeout_seconds=1)


@virtual
async def test_a_start_resets_and_an_end_keeps() -> None:
    """The value stays after the end, whatever the end, until the next run starts (44)."""

    async def work(state: Any, argument: int) -> None:
        if argument == 1:
            ts.set_progress(1, 2)
            raise ValueError("on purpose")
        await trio.sleep(5)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.send(binding(tab, 1))
        await until_done(tab, demo, "failed")
        assert tab.var(demo.Jobs, "run.progress") == 0.5
        await tab.run(demo.Jobs.look)
        assert tab.var(demo.Jobs, "seen") == [0.5]
        await tab.send(binding(tab, 2))
        await tab.wait_var(demo.Jobs, "run.progress", None, timeout_seconds=1)


@virtual
async def test_the_newest_run_shows() -> None:
    """Of several runs only the newest one's progress is shown, also once it has ended (44)."""

    async def work(state: Any, argument: int) -> None:
        ts.set_progress(argument, 10)
        await trio.sleep(10 if argument == 1 else 1)
        ts.set_progress(argument + 5, 10)
        await trio.sleep(1)

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.send(binding(tab, 1))
        await tab.wait_var(demo.Jobs, "run.progress", 0.1)
        await tab.send(binding(tab, 2))
        first, second = sorted(demo.app.background_tasks, key=lambda task: task.started)
        await until_done(tab, demo)
        assert shown(tab, demo) == [0.1, 0.2, 0.7]
        assert (first.progress, second.progress) == (0.6, 0.7)


@virtual
async def test_children_and_threads_tell_for_their_run() -> None:
    """A child task of the run and a thread of it may set the progress, with no block."""

    async def work(state: Any, argument: int) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(child)
        seen.append(state.run.progress)
        await ts.run_in_thread(in_thread)

    seen: list[float | None] = []

    async def child() -> None:
        ts.set_progress(1, 4)

    def in_thread() -> list[int]:
        return list(ts.track(range(4)))

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        assert seen == [0.25]
        assert tab.var(demo.Jobs, "run.progress") == {"$float": "1.0"}


@virtual
async def test_outside_a_run_it_is_refused() -> None:
    """In a foreground handler, a task of the session's or no app at all it raises RuntimeError."""

    async def work(state: Any, _: int) -> None:
        state.session.start_soon(elsewhere)
        await trio.sleep(1)

    async def elsewhere() -> None:
        ts.set_progress(1, 2)

    demo = make_app(work)
    errors: list[BaseException] = []
    demo.app.on_error(errors.append)
    for call in (lambda: ts.set_progress(1, 2), lambda: ts.track([])):
        with pytest.raises(RuntimeError, match=r"outside a background run.*background=True"):
            call()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Jobs.misuse)
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
    assert [type(error) for error in errors] == [RuntimeError, RuntimeError]


@virtual
async def test_wrong_values_are_refused() -> None:
    """Numbers that are negative or not finite are a ValueError, what is no number a TypeError."""
    wrong: list[str] = []

    async def work(state: Any, _: int) -> None:
        calls: list[Callable[[], object]] = [
            lambda: ts.set_progress(-1, 2),
            lambda: ts.set_progress(1, -2),
            lambda: ts.set_progress(float("nan"), 2),
            lambda: ts.set_progress(1, float("inf")),
            lambda: ts.track([], total=-1),
        ]
        for call in calls:
            with pytest.raises(ValueError, match="must be finite and not negative") as caught:
                call()
            wrong.append(str(caught.value))
        with pytest.raises(TypeError, match="done must be a number, not str"):
            ts.set_progress("1", 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(TypeError):
            ts.track(3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
    assert wrong[0] == "ts.set_progress: done must be finite and not negative, not -1"


@virtual
async def test_nothing_is_left_of_it() -> None:
    """When a run has ended, no task that sends its progress is left."""

    async def work(state: Any, _: int) -> None:
        ts.set_progress(1, 2)
        await trio.lowlevel.checkpoint()

    demo = make_app(work)
    async with Client(demo.app) as client, client.tab() as tab:
        before = trio.lowlevel.current_statistics().tasks_living
        await tab.trigger(demo.Jobs.run)
        await until_done(tab, demo)
        await trio.testing.wait_all_tasks_blocked()
        assert trio.lowlevel.current_statistics().tasks_living == before
