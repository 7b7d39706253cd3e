"""`leak_check`: nothing is left over, nothing is missing; each kind of leak is found."""

from __future__ import annotations

import functools
import gc
import os
import threading
from typing import Any

import pytest
import trio

from tests.testing.shop import make_shop
from triostate.runtime.session import Session
from triostate.testing import Client, LeakError, leak_check, virtual


@virtual
async def test_a_whole_visit_leaves_nothing() -> None:
    """A tab that starts work and is closed leaves everything as it was (40, 41)."""
    shop = make_shop()
    async with Client(shop.app) as client:
        async with leak_check(shop.app, objects=[Session]), client.tab() as tab:
            await tab.click("Count")
        async with leak_check(shop.app, objects=[Session]):
            tab = await client.open()
            await tab.kill()
            del tab


@virtual
async def test_tasks() -> None:
    """A task that is left over is named, with its stack."""
    async with trio.open_nursery() as nursery:
        with pytest.raises(LeakError, match=r"a task is left over: trio.*sleep_forever") as caught:
            async with leak_check():
                nursery.start_soon(trio.sleep_forever)
        assert "_timeouts.py" in str(caught.value)

        async def end_it() -> None:
            async with leak_check():
                nursery.cancel_scope.cancel()
                with trio.CancelScope(shield=True):
                    await trio.testing.wait_all_tasks_blocked()

        with pytest.raises(LeakError, match="a task is missing"):
            await end_it()


@virtual
async def test_sessions_and_background_tasks() -> None:
    """Sessions and background tasks of the app count; a tab that stays open is a leak."""
    shop = make_shop()
    async with Client(shop.app) as client:

        async def stay() -> None:
            async with leak_check(shop.app):
                tab = await client.open()
                await tab.click("Think", wait=False)
                await tab.click("Count")

        with pytest.raises(LeakError, match="a session is left over") as caught:
            await stay()
        assert "a background task is left over: BackgroundTask(handler='state.shop.count'" in str(
            caught.value
        )


@virtual
async def test_what_ends_by_itself_is_waited_for() -> None:
    """Asynchronously, what ends in its own time is no leak; the time is bounded."""
    async with trio.open_nursery() as nursery:
        async with leak_check():
            nursery.start_soon(trio.sleep, 50)
        assert trio.current_time() == 50
        with pytest.raises(LeakError):
            async with leak_check(settle_seconds=10):
                nursery.start_soon(trio.sleep, 50)
        with pytest.raises(LeakError, match="task"), leak_check():
            nursery.start_soon(trio.sleep, 50)


def test_descriptors() -> None:
    """An open descriptor is named with what it is open on; so is one that was closed."""
    made: list[int] = []
    text = r"a file descriptor is left over: \d+, open on /dev/null"
    with pytest.raises(LeakError, match=text), leak_check():
        made.append(os.open(os.devnull, os.O_RDONLY))
    with pytest.raises(LeakError, match="a file descriptor is missing"), leak_check():
        os.close(made[0])
    with leak_check():
        os.close(os.open(os.devnull, os.O_RDONLY))


def test_threads() -> None:
    """A thread that goes on is named; one that ends in a moment is waited for."""
    release = threading.Event()
    late = threading.Thread(target=release.wait, name="late")
    with pytest.raises(LeakError, match="a thread is left over: late"), leak_check():
        late.start()
    release.set()
    late.join()
    with leak_check():
        threading.Thread(target=threading.Event().wait, args=(0.02,)).start()


@virtual
async def test_threads_of_trio() -> None:
    """A thread that Trio keeps for later is no leak; one still at work is."""
    started, release = threading.Event(), threading.Event()
    async with leak_check():
        await trio.to_thread.run_sync(lambda: None)

    def stay() -> None:
        started.set()
        release.wait()

    async def abandon() -> None:
        async with leak_check(), trio.open_nursery() as nursery:
            run = functools.partial(trio.to_thread.run_sync, abandon_on_cancel=True)
            nursery.start_soon(run, stay)
            while not started.is_set():
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()

    with pytest.raises(LeakError, match=r"a thread is left over: .*stay"):
        await abandon()
    release.set()


def test_a_thread_that_has_changed_its_work() -> None:
    """A thread of a pool that was at work before, and has other work now, is left over."""
    release = threading.Event()
    worker = threading.Thread(target=release.wait, name="first work")
    worker.start()
    try:
        with pytest.raises(LeakError, match="a thread is left over: second work"), leak_check():
            worker.name = "second work"
    finally:
        release.set()
        worker.join()


class Thing:
    """Something that is to be gone."""


def test_objects() -> None:
    """On request the objects of a class are counted, those in cycles collected first."""
    kept: list[Thing] = []
    text = "there are 1 objects of Thing; 0 before"
    with pytest.raises(LeakError, match=text), leak_check(objects=[Thing]):
        kept.append(Thing())
    with leak_check(objects=[Thing]):
        cycle: list[Any] = [Thing()]
        cycle.append(cycle)
        del cycle
    kept.clear()
    gc.collect()


def test_an_error_in_the_block_is_the_error() -> None:
    """After an exception nothing is checked: that one is what is wrong."""
    made: list[int] = []

    def fail() -> None:
        with leak_check():
            made.append(os.open(os.devnull, os.O_RDONLY))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    os.close(made[0])
