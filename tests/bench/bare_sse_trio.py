"""The bare counterpart of `live_app` behind the same bridge: `bare_sse`, on Trio."""

from __future__ import annotations

import json
from collections import defaultdict

import trio

from triostate.server.guest import Bridge

from .bare_app import Receive, Scope, Send, answer, live
from .bare_sse import HEADERS
from .live_names import RATE_SECONDS


class Tab:
    """One tab's number, an event that is set when it has changed, and one that starts its task."""

    def __init__(self) -> None:
        self.number = 0
        self.changed = trio.Event()
        self.ticking = trio.Event()

    def add(self) -> None:
        """Change the number."""
        self.number += 1
        self.changed.set()


tabs: defaultdict[str, Tab] = defaultdict(Tab)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope in a Trio task."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    name = scope["query_string"].decode()
    if scope["path"] == "/stream":
        await stream(tabs[name], receive, send)
        del tabs[name]
        return
    tab = tabs[name]
    message = json.loads((await receive())["body"])
    if message["event"] == "tick":
        tab.ticking.set()
    else:  # "attach" has the number sent again
        tab.add()
    await answer(send, 202, b"application/json", b"{}")


async def stream(tab: Tab, receive: Receive, send: Send) -> None:
    """Send the number, and again whenever it changes, until the peer goes."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tick, tab)
        nursery.start_soon(report, tab, send)
        while (await receive())["type"] != "http.disconnect":
            pass
        nursery.cancel_scope.cancel()


async def report(tab: Tab, send: Send) -> None:
    """Send the number whenever it changes."""
    while True:
        tab.changed = trio.Event()
        body = b'data: {"number": %d}\n\n' % tab.number
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await tab.changed.wait()


async def tick(tab: Tab) -> None:
    """Change the number at a steady rate, once told to."""
    await tab.ticking.wait()
    while True:
        tab.add()
        await trio.sleep(RATE_SECONDS)


app = Bridge(serve)
