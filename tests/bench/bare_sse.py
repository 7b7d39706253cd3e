"""The bare counterpart of `live_app` on the server's own loop: server-sent events in plain ASGI.

No session, no lock, no visitor, no check of what comes: a number for each stream, a frame for each
change. `bare_sse_trio` is the same on Trio, behind the bridge that triostate's apps are behind.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict

from .bare_app import Receive, Scope, Send, answer, live
from .live_names import RATE_SECONDS

HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]


class Tab:
    """One tab's number, an event that is set when it has changed, and one that starts its task."""

    def __init__(self) -> None:
        self.number = 0
        self.changed = asyncio.Event()
        self.ticking = asyncio.Event()

    def add(self) -> None:
        """Change the number."""
        self.number += 1
        self.changed.set()


tabs: defaultdict[str, Tab] = defaultdict(Tab)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope."""
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
    tasks = [asyncio.create_task(tick(tab)), asyncio.create_task(report(tab, send))]
    while (await receive())["type"] != "http.disconnect":
        pass
    for task in tasks:
        task.cancel()


async def report(tab: Tab, send: Send) -> None:
    """Send the number whenever it changes."""
    while True:
        tab.changed.clear()
        body = b'data: {"number": %d}\n\n' % tab.number
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await tab.changed.wait()


async def tick(tab: Tab) -> None:
    """Change the number at a steady rate, once told to."""
    await tab.ticking.wait()
    while True:
        tab.add()
        await asyncio.sleep(RATE_SECONDS)
