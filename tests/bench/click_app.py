"""The page whose clicks are measured: a counter and a button, as in `bare_app`."""

from __future__ import annotations

import triostate as ts

app = ts.App(modules=[__name__])


class Clicks(ts.State):
    """The number."""

    count: int = 0

    @ts.event
    def add(self) -> None:
        """Count a click."""
        self.count += 1


@ts.page(route="/", title="Clicks")
def index() -> ts.Component:
    """Show the number and the button."""
    return ts.vstack(
        ts.heading(Clicks.count, id="count"),
        ts.button("Add", id="add", on_click=Clicks.add),
    )
