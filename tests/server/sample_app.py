"""A small Trio-native application behind the bridge, for tests that start real servers.

Knows no server. What it does at start-up is told by the environment variable `SAMPLE`:
`fail` raises, `refuse` says `lifespan.startup.failed` itself, `exit` leaves by SystemExit.
"""

from __future__ import annotations

import json
import os
import socket
from typing import Any

import trio

from triostate.server.asgi import Message, Receive, Scope, Send
from triostate.server.connections import Connections, server_of, socket_of
from triostate.server.guest import Bridge

open_streams = 0


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "websocket":
        await echo_websocket(scope, receive, send)
    elif scope["path"] == "/ticks":
        await ticks(scope, receive, send)
    elif scope["path"] == "/streams":
        await respond(send, str(open_streams).encode())
    elif scope["path"] == "/hooks":
        await respond(send, json.dumps(hooks(scope, send)).encode())
    elif scope["path"] == "/abort":
        connection = Connections().of(servers_own(send))
        assert connection is not None
        connection.abort()
        await trio.sleep_forever()
    elif scope["path"] == "/crash":
        raise LookupError("no such row")
    else:
        await respond(send, await body(receive))


async def lifespan(receive: Receive, send: Send) -> None:
    mode = os.environ.get("SAMPLE")
    await receive()
    if mode == "fail":
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail)
    if mode == "refuse":
        await send({"type": "lifespan.startup.failed", "message": "no such database: orders"})
        return
    if mode == "exit":
        raise SystemExit("no such database: orders")
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await trio.sleep(0.01)
    print("sample: shut down", flush=True)
    await send({"type": "lifespan.shutdown.complete"})


async def fail() -> None:
    raise RuntimeError("no such database: orders")


async def respond(send: Send, content: bytes) -> None:
    headers = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def servers_own(send: Send) -> Send:
    """Return what the server passed as `send`, below what the bridge makes of it."""
    outlet: Any = getattr(send, "__self__", None)
    found: Send = outlet._send
    return found


def hooks(scope: Scope, send: Send) -> dict[str, Any]:
    """Tell how far the server can be looked into, by what the bridge has done there."""
    server = server_of(servers_own(send))
    sock = socket_of(server)
    stopping = scope["extensions"]["triostate.stopping"]
    names = ("TCP_USER_TIMEOUT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_NOTSENT_LOWAT")
    return {
        "http": scope["http_version"],
        "server": type(server).__name__,
        "says when it stops": stopping.has_source,
        "keepalive": sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
        **{name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names},
    }


async def body(receive: Receive) -> bytes:
    parts = b""
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return parts


async def ticks(scope: Scope, receive: Receive, send: Send) -> None:
    """A live stream: ticks until the client leaves or the server stops, then says goodbye."""
    global open_streams
    open_streams += 1
    headers = [(b"content-type", b"text/event-stream")]
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with trio.open_nursery() as nursery:
            nursery.start_soon(until_gone, receive, nursery.cancel_scope)
            with trio.CancelScope() as ticking:
                nursery.start_soon(until_stopping, scope, ticking)
                while True:
                    await send(event(b"tick"))
                    await trio.sleep(0.02)
            # Ticks have ended: a server refuses what comes after the last message. The client's
            # leaving is still watched for, as it would be by an application that hurries.
            await send({**event(b"bye"), "more_body": False})
            nursery.cancel_scope.cancel()
    finally:
        open_streams -= 1


async def until_gone(receive: Receive, scope: trio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def until_stopping(scope: Scope, ticking: trio.CancelScope) -> None:
    await scope["extensions"]["triostate.stopping"].wait()
    ticking.cancel()


def event(data: bytes) -> Message:
    return {"type": "http.response.body", "body": b"data: %s\n\n" % data, "more_body": True}


async def echo_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 1000})
            return
        is_hooks = message.get("text") == "hooks"
        text = json.dumps(hooks(scope, send)) if is_hooks else message["text"]
        await send({"type": "websocket.send", "text": text})


app = Bridge(serve)
