"""The hand-written counterpart of `burst_app`: no locks, no blocks, one frame a frame time.

It has to conflate by hand: without that the page would show each number, long after it was new.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from urllib.parse import parse_qs

from .bare_app import PAGE, SCRIPT, STYLE, Receive, Scope, Send, answer, live
from .bare_sse import HEADERS
from .burst_app import BURST_SECONDS

FRAME_SECONDS = 1 / 60

FILES = {
    "/": (
        b"text/html; charset=utf-8",
        PAGE.replace(
            b"<body>",
            b'<body><h1 id="n">0</h1><p id="total">-1</p><button id="burst">Burst</button>',
        ),
    ),
    "/page.css": (b"text/css; charset=utf-8", STYLE),
    "/page.js": (
        b"text/javascript; charset=utf-8",
        SCRIPT.replace(
            b"  count.textContent = JSON.parse(data).count;",
            b"  for (const [id, value] of Object.entries(JSON.parse(data))) {\n"
            b"    const node = document.getElementById(id);\n"
            b"    if (node.textContent !== String(value)) node.textContent = value;\n"
            b"  }",
        )
        + b"""\
document.getElementById("burst").addEventListener("click", () => {
  fetch(`/burst?id=${id}`, { method: "POST" });
});
""",
    ),
}


class Visitor:
    """One tab's numbers, and an event that is set when one has changed."""

    def __init__(self) -> None:
        self.numbers = {"n": 0, "total": -1, "count": 0}
        self.changed = asyncio.Event()

    def add(self, name: str) -> None:
        """Change a number."""
        self.numbers[name] += 1
        self.changed.set()


visitors: defaultdict[str, Visitor] = defaultdict(Visitor)
bursts: set[asyncio.Task[None]] = set()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    visitor = visitors[parse_qs(scope["query_string"].decode()).get("id", [""])[0]]
    if scope["path"] == "/stream":
        await stream(visitor, send)
    elif scope["path"] in FILES:
        await answer(send, 200, *FILES[scope["path"]])
    else:
        await receive()
        if scope["path"] == "/burst":
            bursts.add(asyncio.create_task(burst(visitor)))
        else:
            visitor.add("count")
        await answer(send, 202, b"application/json", b"{}")


async def stream(visitor: Visitor, send: Send) -> None:
    """Send the numbers, and again when one has changed, at most once a frame time."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    while True:
        visitor.changed.clear()
        body = b"data: %s\n\n" % json.dumps(visitor.numbers).encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await asyncio.sleep(FRAME_SECONDS)
        await visitor.changed.wait()


async def burst(visitor: Visitor) -> None:
    """Change the number without pauses, and at the end say how far it came."""
    until = time.monotonic() + BURST_SECONDS
    while time.monotonic() < until:
        visitor.add("n")
        await asyncio.sleep(0)
    visitor.numbers["total"] = visitor.numbers["n"]
    visitor.changed.set()
