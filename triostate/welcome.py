"""The welcome page: what is served before there is an app, with a live counter."""

from __future__ import annotations

import trio

import triostate as ts

__all__ = ["Welcome", "welcome"]


class Welcome(ts.State):
    """Counts while the page is open, to show that it is live."""

    seconds: int = 0

    @ts.event(background=True, policy="drop")
    async def count(self) -> None:
        """Count seconds until the tab is closed."""
        while True:
            await trio.sleep(1)
            async with self:
                self.seconds += 1


_FIRST_APP = """\
import triostate as ts


class Hello(ts.State):
    name: str = "world"


@ts.page(route="/", title="Hello")
def index():
    return ts.vstack(
        ts.heading(f"Hello, {Hello.name}!"),
        ts.input(value=Hello.name, on_change=Hello.set_name),
    )
"""


@ts.page(route="/", title="Welcome to triostate", on_load=Welcome.count)
def welcome() -> ts.Component:
    """Return the page."""
    return ts.center(
        ts.card(
            ts.vstack(
                ts.heading("It works", size="7"),
                ts.text(
                    "This page has been open for ",
                    ts.text(Welcome.seconds, as_="strong"),
                    " seconds. A task on the server counts them, and ends when you close the tab.",
                ),
                ts.text("Write hello.py:"),
                ts.code_block(_FIRST_APP),
                ts.text("and serve it, to see each edit at once:"),
                ts.code_block("triostate run hello"),
                spacing="4",
            ),
            max_width="40rem",
        ),
        padding="2rem",
        min_height="100vh",
    )
