"""What the bridge finds below ASGI in each server: it fails if a server has moved it.

The stop that servers tell early is seen in `test_servers`: streams say goodbye by it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import h2.connection
import h2.events
import pytest
import trio
from hypercorn.config import Config
from hypercorn.trio.lifespan import Lifespan
from hypercorn.trio.tcp_server import TCPServer
from trio_websocket import wrap_client_stream

from tests.server.driving import with_lifespan
from tests.server.serving import COMMANDS, Server, receive_until, run_limited, running, until
from tests.server.test_native import HTTP, receive, virtual
from triostate.limits import (
    KEEPALIVE_IDLE_SECONDS,
    KEEPALIVE_INTERVAL_SECONDS,
    MAX_UNSENT_BYTES,
    PEER_TIMEOUT_SECONDS,
)
from triostate.server.asgi import Message, Receive, Scope, Send
from triostate.server.crash_wall import crash_wall
from triostate.server.guest import Bridge

every_server = pytest.mark.parametrize("name", COMMANDS)

HARDENED = {
    "says when it stops": True,
    "keepalive": 1,
    "TCP_USER_TIMEOUT": PEER_TIMEOUT_SECONDS * 1000,
    "TCP_KEEPIDLE": KEEPALIVE_IDLE_SECONDS,
    "TCP_KEEPINTVL": KEEPALIVE_INTERVAL_SECONDS,
    "TCP_NOTSENT_LOWAT": MAX_UNSENT_BYTES,
}


async def by_http_1(server: Server) -> str:
    return (await server.get("/hooks")).decode()


async def by_http_2(server: Server) -> str:
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    names = {":method": "GET", ":path": "/hooks", ":scheme": "http", ":authority": "localhost"}
    connection.send_headers(1, [*names.items()], end_stream=True)
    content = b""
    async with await server.connect() as stream:
        await stream.send_all(connection.data_to_send())
        while True:
            for event in connection.receive_data(await stream.receive_some()):
                if isinstance(event, h2.events.DataReceived):
                    content += event.data or b""
                elif isinstance(event, h2.events.StreamEnded):
                    return content.decode()


async def by_websocket(server: Server) -> str:
    async with await server.connect() as stream, trio.open_nursery() as nursery:
        socket = await wrap_client_stream(nursery, stream, "localhost", "/")
        await socket.send_message("hooks")
        text = await socket.get_message()
        await socket.aclose()
    return str(text)


WAYS: dict[str, Callable[[Server], Awaitable[str]]] = {
    "1.1": by_http_1,
    "2": by_http_2,
    "websocket": by_websocket,
}


@every_server
def test_connection_is_reached_and_hardened(name: str, tmp_path: Path) -> None:
    """However a request comes, its socket is found and has the options; the stop is known of."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            for protocol, ask in WAYS.items():
                if name == "uvicorn" and protocol == "2":
                    continue  # it has none
                found: dict[str, Any] = json.loads(await ask(server))
                assert found.pop("http") == protocol.replace("websocket", "1.1")
                assert found.pop("server")
                assert found == HARDENED

    run_limited(test)


@every_server
def test_connection_is_aborted(name: str, tmp_path: Path) -> None:
    """A connection that is aborted is reset: its peer learns of it at once, by an error."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            async with await server.connect() as stream:
                await stream.send_all(b"GET /abort HTTP/1.1\r\nhost: localhost\r\n\r\n")
                with pytest.raises(trio.BrokenResourceError):
                    await stream.receive_some()
            assert await server.post("/echo", b"hello") == b"hello"
            assert "Traceback" not in server.output

    run_limited(test)


@every_server
def test_byte_behind_an_upgrade(name: str, tmp_path: Path) -> None:
    """A WebSocket upgrade with a byte behind it harms no other client, under any worker (62)."""
    upgrade = (
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            other = await server.open_stream()
            for _ in range(3):
                async with await server.connect() as stream:
                    await stream.send_all(upgrade + b"x")
                    with suppress(trio.BrokenResourceError):
                        await stream.receive_some()
            if name == "hypercorn-trio":
                await until(lambda: server.output.count("A connection crashed in hypercorn") == 3)
            assert await server.post("/echo", b"hello") == b"hello"
            assert await server.streams() == 1
            await receive_until(other, b"data: tick")
            await other.aclose()

    run_limited(test)


def test_crash_wall_stands_while_the_application_runs() -> None:
    """Hypercorn's Trio connections are guarded inside the block, and as they were after it."""
    original = TCPServer.run

    async def test() -> None:
        # `Any`: hypercorn has types of its own for applications and messages.
        lifespan: Any = Lifespan(cast("Any", None), Config(), {})
        with crash_wall(lifespan.asgi_send):
            assert TCPServer.run is not original
        assert TCPServer.run is original

    virtual(test)


def test_other_servers_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Under a server that shows nothing all is served, and the log says what is missing, once."""
    caplog.set_level(logging.DEBUG, "triostate.server")
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        sent.append(message)

    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive_lifespan() -> Message:
        await trio.lowlevel.checkpoint()
        return {"type": next(messages)}

    async def test() -> None:
        bridge = Bridge(with_lifespan(app))
        for _ in range(2):
            await bridge(HTTP, receive, send)
        await bridge({"type": "lifespan"}, receive_lifespan, send)

    virtual(test)
    assert len(sent) == 4
    assert {record.levelname for record in caplog.records} == {"DEBUG"}
    assert sorted(record.getMessage() for record in caplog.records) == [
        "This is not hypercorn's Trio worker: its connections get no guard.",
        "This server does not say when it begins to stop: streams hold it open.",
        "This server does not show its sockets: they are left as they are.",
    ]
