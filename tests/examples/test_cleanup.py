"""The cleanup example: a desk is given back however its tab goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from examples.cleanup import Desks, board
from examples.gallery import app
from triostate.testing import Client, Tab, virtual


async def stop(tab: Tab) -> None:
    """Press the button."""
    await tab.click("Give back mine")


@pytest.mark.parametrize("leave", [stop, Tab.close, Tab.kill, lambda tab: tab.goto("/counter")])
@virtual
async def test_a_desk_is_given_back(leave: Callable[[Tab], Awaitable[None]]) -> None:
    """By its button, a closed tab, a lost network; another tab sees it come and go (40)."""
    async with Client(app) as client, client.tab("/cleanup") as other:
        tab = await client.open("/cleanup")
        await tab.click("Take a desk")
        await other.wait_var(Desks, "desks", {1: f"Tab {tab.token[:4]}"})
        await leave(tab)
        if tab.path == "/counter":
            await tab.close()
        await other.wait_var(Desks, "desks", {})
        assert f"Tab {tab.token[:4]} gives desk 1 back" in other.value(Desks, "log")[0]
    assert not board.desks


@virtual
async def test_the_end_of_the_app_gives_all_back() -> None:
    """A server that is stopped leaves no desk taken (40)."""
    async with Client(app) as client:
        tab = await client.open("/cleanup")
        await tab.click("Take a desk")
        await tab.wait_var(Desks, "desks", {1: f"Tab {tab.token[:4]}"})
        assert board.desks
    assert not board.desks
