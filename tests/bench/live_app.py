"""The app behind the measurements of the connection: a number that an event or a task changes."""

from __future__ import annotations

import trio

import triostate as ts

from .live_names import RATE_SECONDS

# A tab that is gone ends soon, and with it its ticking: the next measurement begins with quiet.
app = ts.App(modules=[__name__], detach_grace_seconds=0.5)


class Live(ts.State):
    """The number."""

    number: int = 0

    @ts.event
    def add(self) -> None:
        """Change it."""
        self.number += 1

    @ts.event(background=True)
    async def tick(self) -> None:
        """Change it at a steady rate, for as long as the tab is there."""
        while True:
            async with self:
                self.number += 1
            await trio.sleep(RATE_SECONDS)


@ts.page(route="/", title="Live")
def index() -> ts.Component:
    """Bind the handlers, in the order of `live_names.EVENTS`."""
    return ts.vstack(
        ts.text(Live.number),
        ts.button("Add", on_click=Live.add),
        ts.button("Tick", on_click=Live.tick),
    )
