"""The hand-written counterpart: a page with a counter and a button, in bare ASGI and JavaScript.

What the same page costs with no framework on either side: server-sent events down, a POST up,
one number a visitor. It stands beside our figures, so that they can be read on any machine.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAGE = b"""\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clicks</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script></head>
<body><h1 id="count">0</h1><button id="add">Add</button></body></html>
"""

STYLE = b"body { font: 1rem sans-serif; margin: 2rem } button { padding: 0.5rem 1rem }"

SCRIPT = b"""\
const { dataset } = document.documentElement;
const count = document.getElementById("count");
const id = crypto.randomUUID();
dataset.ts = "connecting";
const source = new EventSource(`/stream?id=${id}`);
source.onmessage = ({ data }) => {
  count.textContent = JSON.parse(data).count;
  dataset.ts = "live";
};
document.getElementById("add").addEventListener("click", () => {
  fetch(`/events?id=${id}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ event: "add" }),
  });
});
"""

FILES = {
    "/": (b"text/html; charset=utf-8", PAGE),
    "/page.css": (b"text/css; charset=utf-8", STYLE),
    "/page.js": (b"text/javascript; charset=utf-8", SCRIPT),
}


class Visitor:
    """One tab's number, and an event that is set when it has changed."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = asyncio.Event()


visitors: defaultdict[str, Visitor] = defaultdict(Visitor)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    visitor_id = parse_qs(scope["query_string"].decode()).get("id", [""])[0]
    if scope["path"] == "/stream":
        await stream(visitors[visitor_id], receive, send)
    elif scope["path"] == "/events":
        await receive()
        visitors[visitor_id].count += 1
        visitors[visitor_id].changed.set()
        await answer(send, 202, b"application/json", b"{}")
    elif scope["path"] in FILES:
        await answer(send, 200, *FILES[scope["path"]])
    else:
        await answer(send, 404, b"text/plain", b"")


async def live(receive: Receive, send: Send) -> None:
    """Answer what the server says of its own start and end."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def answer(send: Send, status: int, kind: bytes, body: bytes) -> None:
    """Send a whole response."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", b"%d" % len(body))],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def stream(visitor: Visitor, receive: Receive, send: Send) -> None:
    """Send the number, and again whenever it changes, until the browser goes."""
    gone = asyncio.create_task(disconnect(receive, visitor))
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while not gone.done():
        visitor.changed.clear()
        body = b'data: {"count": %d}\n\n' % visitor.count
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await visitor.changed.wait()
    await send({"type": "http.response.body", "body": b""})


async def disconnect(receive: Receive, visitor: Visitor) -> None:
    """Wait until the browser has gone, and wake the stream."""
    while (await receive())["type"] != "http.disconnect":
        pass
    visitor.changed.set()
