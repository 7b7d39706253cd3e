"""The app that the fault tests serve: handlers that take long, and addresses to look inside.

The page's bindings, by number: see `BINDINGS`. `seen` is what no fault may disturb: what the
handler was called with, in the order in which it was called, by session.
"""

from __future__ import annotations

import os
import time
from typing import Any, Final

import quart
import trio

import triostate as ts
from triostate.state.codec import encode_value

app = ts.App(
    modules=[__name__],
    max_events_per_second=100_000,  # floods are what is tested
    trusted_proxies=os.environ.get("FAULTS_PROXIES", "").split(),
)

BINDINGS: Final = ("record", "babble", "wait", "hold_shield", "hold_thread", "hold_thread_in_front")
"""Handlers by the number of their binding."""

LONG_SECONDS: Final = 60.0
"""Longer than any server may take to end."""

seen: dict[str, list[int]] = {}
slow_requests = 0


class Fault(ts.State):
    total: int = 0
    numbers: list[int] = []
    noise: str = ""
    ended: str = ""

    @ts.event
    def record(self, number: int):
        seen.setdefault(self.get_token(), []).append(number)
        self.total += number
        self.numbers.append(number)

    @ts.event(background=True)
    async def babble(self):
        """Send a lot, always something new, for ever."""
        while True:
            async with self:
                self.noise = os.urandom(24_000).hex()
            await trio.sleep(0.005)

    @ts.event
    async def wait(self):
        """Be a foreground handler that is running."""
        await trio.sleep(LONG_SECONDS)

    @ts.event(background=True)
    async def hold_shield(self):
        """Be a task in a shield of the user's own, without the deadline that it ought to have."""
        with trio.CancelScope(shield=True):
            await trio.sleep(LONG_SECONDS)

    @ts.event(background=True)
    async def hold_thread(self):
        """Be a task that waits for a thread which nothing interrupts."""
        await trio.to_thread.run_sync(time.sleep, LONG_SECONDS)

    @ts.event
    async def hold_thread_in_front(self):
        """Be the same in the foreground."""
        await ts.run_in_thread(time.sleep, LONG_SECONDS)


@ts.page(route="/", title="Faults")
def index():
    return ts.box(
        ts.number_input(on_change=Fault.record),
        ts.button("Babble", on_click=Fault.babble),
        ts.button("Wait", on_click=Fault.wait),
        ts.button("Shield", on_click=Fault.hold_shield),
        ts.button("Thread", on_click=Fault.hold_thread),
        ts.button("Thread in the foreground", on_click=Fault.hold_thread_in_front),
        ts.text(Fault.total),
    )


def _session(token: str) -> Any:
    return app._engine.sessions.get(token)


@app.quart.get("/phase/<token>")
async def phase(token: str):
    """Where in its life the session is, by name."""
    session = _session(token)
    return "gone" if session is None else str(session.phase.value)


@app.quart.get("/phases")
async def phases():
    """How many sessions are in each phase."""
    names = [session.phase.value for session in app._engine.sessions.values()]
    return {name: names.count(name) for name in names}


@app.quart.get("/state/<token>")
async def state(token: str):
    """The session's public vars, as the browser would have them, and what `record` has seen."""
    async with app.modify_state(token) as root:
        fault = root.get_substate(Fault)
        values = {name: encode_value(ts.plain(getattr(fault, name))) for name in Fault._fields}
    return {"vars": values, "seen": seen.get(token, [])}


@app.quart.get("/whence")
async def whence():
    """Where a request has come from, as the app takes it."""
    scope = quart.request.scope
    return {
        "client": quart.request.remote_addr,
        "scheme": scope["scheme"],
        "host": quart.request.headers["host"],
    }


@app.quart.get("/whence/<token>")
async def whence_session(token: str):
    """The address that a session is counted for."""
    return str(_session(token).router.session.client_ip)


@app.quart.get("/pid")
async def pid():
    """The process that serves this, which is a child of the one that was started."""
    return str(os.getpid())


@app.quart.get("/slow")
async def slow():
    """A request that waits for a thread which nothing interrupts."""
    global slow_requests
    slow_requests += 1
    await trio.to_thread.run_sync(time.sleep, LONG_SECONDS)
    return "late"


@app.quart.get("/slow-requests")
async def count_slow_requests():
    """How many of those there have been."""
    return str(slow_requests)
