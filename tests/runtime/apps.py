"""Apps for the runtime's tests: a page with a button for every handler without arguments."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import trio

import triostate as ts
from triostate.runtime.calls import Call
from triostate.state.background import BackgroundEventHandler
from triostate.state.handlers import EventHandler
from triostate.testing import Tab, isolated

__all__ = ["app_of", "app_with", "ended", "go"]


def app_with(*states: type[ts.State], **options: Any) -> ts.App:
    """Return an app of these classes; to be called where they are declared, in `isolated`."""
    found = [getattr(state, name) for state in states for name in vars(state)]
    handlers = [
        handler for handler in found if isinstance(handler, EventHandler) and not handler.params
    ]
    cancels = [handler.cancel for handler in found if isinstance(handler, BackgroundEventHandler)]

    @ts.page(route="/", title="Test")
    def index():
        buttons = [ts.button(each.full_name, on_click=each) for each in (*handlers, *cancels)]
        return ts.vstack(*buttons)

    return ts.App(**options)


def app_of(work: Callable[[Any], Any] | None = None, **options: Any) -> SimpleNamespace:
    """Return an app with a handler of either kind, whose body is ``work(state)``."""
    with isolated():

        class Demo(ts.State):
            n: int = 0
            text: str = ""
            items: list[int] = []

            @ts.event
            async def front(self):
                await work(self)  # type: ignore[misc]  # pyright: ignore[reportOptionalCall]

            @ts.event(background=True)
            async def back(self):
                await work(self)  # type: ignore[misc]  # pyright: ignore[reportOptionalCall]

        app = app_with(Demo, **options)
    return SimpleNamespace(app=app, Demo=Demo)


def go(tab: Tab, handler: EventHandler[...], *args: Any) -> None:
    """Hand a call to the tab's session as an event would be; it has not run when this returns."""
    tab.session.submit((Call(handler, args),))


async def ended(app: ts.App) -> None:
    """Let others run, without time passing, until no background run is left."""
    while app.background_tasks:
        await trio.lowlevel.checkpoint()
