"""The page whose burst is measured: a task that changes a number in blocks without pauses."""

from __future__ import annotations

import time

import triostate as ts

app = ts.App(modules=[__name__])

BURST_SECONDS = 4.0


class Burst(ts.State):
    """The number that the task changes, what it came to, and the number that a click changes."""

    n: int = 0
    total: int = -1
    count: int = 0

    @ts.event(background=True)
    async def burst(self) -> None:
        """Change the number in one block after another, and at the end say how far it came."""
        until = time.monotonic() + BURST_SECONDS
        while time.monotonic() < until:
            async with self:
                self.n += 1
        async with self:
            self.total = self.n

    @ts.event
    def add(self) -> None:
        """Count a click."""
        self.count += 1


@ts.page(route="/", title="Burst")
def index() -> ts.Component:
    """Show the numbers and the buttons."""
    return ts.vstack(
        ts.heading(Burst.n, id="n"),
        ts.text(Burst.total, id="total"),
        ts.heading(Burst.count, id="count"),
        ts.button("Add", id="add", on_click=Burst.add),
        ts.button("Burst", id="burst", on_click=Burst.burst),
    )
