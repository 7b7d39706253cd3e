"""Background handlers that a class has from another: mixins and parents."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from triostate.testing import Client, isolated


def make() -> SimpleNamespace:
    with isolated():

        class Part(ts.State, mixin=True):
            done: int = 0

            @ts.event(background=True)
            async def mixed(self):
                await trio.sleep(1)
                async with self:
                    self.done += 1

        class Base(ts.State):
            n: int = 0

            @ts.event(background=True)
            async def work(self):
                await trio.sleep(1)
                async with self:
                    self.n += 1

        class Sub(Part, Base): ...

        @ts.page(route="/")
        def index():
            return ts.vstack(
                ts.button("work", on_click=Sub.work),
                ts.button("mixed", on_click=Sub.mixed),
                ts.text(Sub.work.running, Sub.mixed.running, Sub.n, Sub.done),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Base=Base, Sub=Sub)


@pytest.mark.parametrize("name, var", [("work", "n"), ("mixed", "done")])
@virtual
async def test_runs_and_shows(name: str, var: str) -> None:
    """A handler bound through a subclass runs, and its task vars reach the page (3, 44)."""
    made = make()
    async with Client(made.app) as client, client.tab() as tab:
        handler = getattr(made.Sub, name)
        shown, owner = handler.running.expr, getattr(made.Sub, var).expr
        await tab.run(handler)
        await tab.until(lambda: tab.state[shown.state][shown.name] is True, timeout_seconds=5)
        await tab.until(lambda: tab.state[owner.state][owner.name] == 1, timeout_seconds=5)
        await tab.until(lambda: tab.state[shown.state][shown.name] is False, timeout_seconds=5)
