"""`until`: the moment at which a condition holds, without polling."""

from __future__ import annotations

import pytest
import trio

from triostate.testing import NotReachedError, until, virtual


@virtual
async def test_the_very_moment() -> None:
    """A wait ends when its condition holds, at the virtual time at which it came to hold."""
    done: list[int] = []

    async def work() -> None:
        await trio.sleep(1234.5)
        done.append(1)
        await trio.sleep(1000)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(work)
        await until(lambda: done)
        assert trio.current_time() == 1234.5


@virtual
async def test_looked_at_when_all_has_come_to_rest() -> None:
    """Everything that goes on at the same moment has gone on before the wait ends."""
    seen: list[int] = []

    async def work() -> None:
        for number in range(5):
            seen.append(number)
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(work)
        await until(lambda: seen)
        assert seen == [0, 1, 2, 3, 4]


@virtual
async def test_too_late() -> None:
    """The error names what was waited for and how long, by the run's clock."""
    with pytest.raises(NotReachedError, match=r"the end has not come in 60 s\. It is Monday\."):
        await until(lambda: False, 60, what="the end", instead=lambda: "It is Monday.")
    assert trio.current_time() == 60
    with pytest.raises(trio.TooSlowError, match="3600 s"):
        await until(lambda: False)


@virtual
async def test_errors_of_the_condition() -> None:
    """What a condition raises is raised where it is waited for."""
    with pytest.raises(ZeroDivisionError):
        await until(lambda: 1 / 0)


def test_on_a_real_clock() -> None:
    """On a real clock a condition that holds is seen while other tasks never rest."""
    count = 0

    async def busy() -> None:
        nonlocal count
        while True:
            count += 1
            await trio.lowlevel.checkpoint()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(busy)
            await until(lambda: count > 10)
            nursery.cancel_scope.cancel()

    trio.run(main)
