"""For tests, of users and our own: an app in the same process, on any Trio clock.

::

    from triostate.testing import Client, virtual

    @virtual
    async def test_it_counts_to_its_limit():
        async with Client(app) as client, client.tab("/counter") as tab:
            await tab.click("Start")
            await tab.wait_text("10 / 10")

- `Client` serves the app and is a browser of it; `Client.browser` makes further visitors. A `Tab`
  shows what a user sees (`Tab.text`, `Tab.find`) and does what a user does (`Tab.click`,
  `Tab.fill`, `Tab.goto`, `Tab.drop`, `Tab.reconnect`, `Tab.reload`).
- `virtual` runs an async test on a clock that jumps whenever nothing can go on before time does: an
  hour of sleep takes milliseconds. It stands still while a call is out in a thread (`hold_clock`).
- `until` waits for anything.
- `cancel_sweep` cancels a scenario at its every step and checks what is left.
- `leak_check` demands that tasks, sessions, files and threads return to where they were.
- With pytest there are fixtures besides: ``ts_client``, ``ts_open``, ``ts_clock``.

Needs the extra ``triostate[testing]``.
"""

from __future__ import annotations

from triostate.state.definitions import isolated
from triostate.testing.aftermath import Invariant
from triostate.testing.browser import Browser
from triostate.testing.client import Client
from triostate.testing.clock import hold_clock, run_virtual, virtual
from triostate.testing.connection import Answer
from triostate.testing.element import Element
from triostate.testing.errors import (
    ExpectationError,
    InvalidEntryError,
    LeakError,
    NotReachedError,
    NotShownError,
    RefusedError,
    SweepError,
)
from triostate.testing.leaks import LeakCheck, leak_check
from triostate.testing.sweep import Cancel, Sweep, cancel_sweep
from triostate.testing.tab import Tab
from triostate.testing.values import Record
from triostate.testing.waiting import until

__all__ = [
    "Answer",
    "Browser",
    "Cancel",
    "Client",
    "Element",
    "ExpectationError",
    "InvalidEntryError",
    "Invariant",
    "LeakCheck",
    "LeakError",
    "NotReachedError",
    "NotShownError",
    "Record",
    "RefusedError",
    "Sweep",
    "SweepError",
    "Tab",
    "cancel_sweep",
    "hold_clock",
    "isolated",
    "leak_check",
    "run_virtual",
    "until",
    "virtual",
]
