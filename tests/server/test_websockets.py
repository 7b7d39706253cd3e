"""The WebSocket on real servers, with a client of another make."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
import trio
from trio_websocket import (
    ConnectionClosed,
    WebSocketConnection,
    open_websocket_url,
    wrap_client_stream,
)

from tests.server.live import COMMANDS, STOP_SECONDS, Tab
from tests.server.serving import Server, receive_until, run_limited, running

every_worker = pytest.mark.parametrize("worker", COMMANDS)

_HANDSHAKE = (
    b"GET /_triostate/ws HTTP/1.1\r\nhost: %s\r\norigin: %s\r\nconnection: upgrade\r\n"
    b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Socket:
    """The messages of a WebSocket."""

    def __init__(self, connection: WebSocketConnection) -> None:
        self.connection = connection
        self.tabs: dict[str, Tab] = {}
        self.answers: dict[int, Any] = {}
        self.last: Any = None
        self._number = 0

    async def hear(self) -> None:
        """Take the next message."""
        self.last = message = json.loads(await self.connection.get_message())
        name, data = message["event"], message.get("data")
        if name == "answer":
            self.answers[data["id"]] = data
        elif name in ("snapshot", "delta"):
            self.tabs.setdefault(data["token"], Tab()).take(name, data)

    async def hear_for_ever(self) -> None:
        while True:
            await self.hear()

    async def ask(self, kind: str, body: Any) -> Any:
        self._number += 1
        message = {"kind": kind, "id": self._number, "body": body}
        await self.connection.send_message(json.dumps(message))
        while self._number not in self.answers:
            await self.hear()
        return self.answers.pop(self._number)

    async def attach(self, token: str = "") -> Tab:
        answer = await self.ask("attach", {"page": "/", "token": token, "doc": "doc"})
        assert answer["status"] == 200
        token = answer["body"]["token"]
        while token not in self.tabs:
            await self.hear()
        return self.tabs[token]


def socket_url(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}/_triostate/ws"


@every_worker
def test_websocket(worker: str, tmp_path: Path) -> None:
    """10 tabs on one WebSocket: snapshots, events and changes of each, as over HTTP (61)."""

    async def test() -> None:
        async with (
            running(COMMANDS[worker], tmp_path) as server,
            open_websocket_url(socket_url(server)) as connection,
        ):
            headers = dict(connection.handshake_headers)
            assert b"HttpOnly" in headers[b"set-cookie"]
            socket = Socket(connection)
            await socket.hear()
            assert socket.last["event"] == "hello"
            tabs = [await socket.attach() for _ in range(10)]
            for tab in tabs:
                answer = await socket.ask("events", tab.events("/"))
                assert (answer["status"], answer["body"]["ack"]) == (202, 1)
            while not all(tab.is_done for tab in tabs):
                await socket.hear()
            for tab in tabs:
                tab.check(await server.get(tab.where))
            assert "Traceback" not in server.output

    run_limited(test)


@every_worker
def test_websocket_that_comes_back(worker: str, tmp_path: Path) -> None:
    """A tab whose WebSocket was lost finds its session again by another, with its cookie (56)."""

    async def test() -> None:
        async with running(COMMANDS[worker], tmp_path) as server:
            async with open_websocket_url(socket_url(server)) as connection:
                cookie = dict(connection.handshake_headers)[b"set-cookie"].partition(b";")[0]
                socket = Socket(connection)
                tab = await socket.attach()
                await socket.ask("events", tab.events("/"))
                # Cut, not closed: what is under the library's own closing handshake.
                await connection._stream.aclose()
            url = socket_url(server)
            async with open_websocket_url(url, extra_headers=[(b"cookie", cookie)]) as connection:
                again = Socket(connection)
                found = await again.attach(tab.token)
                assert found.token == tab.token
                while not found.is_done:
                    await again.hear()
                found.check(await server.get(found.where))
            async with open_websocket_url(url) as connection:
                stranger = Socket(connection)
                assert (await stranger.attach(tab.token)).token != tab.token
            assert "Traceback" not in server.output

    run_limited(test)


@every_worker
def test_websocket_from_another_site(worker: str, tmp_path: Path) -> None:
    """A page of another site is refused with a 403 at the handshake; our own gets through."""

    async def test() -> None:
        async with running(COMMANDS[worker], tmp_path) as server:
            own = f"127.0.0.1:{server.port}"
            for origin, answer in (
                (f"http://{own}", b"HTTP/1.1 101 "),
                ("http://evil.example", b"HTTP/1.1 403 "),
            ):
                async with await server.connect() as stream:
                    await stream.send_all(_HANDSHAKE % (own.encode(), origin.encode()))
                    assert (await receive_until(stream, b"\r\n\r\n")).startswith(answer)
            assert "Traceback" not in server.output

    run_limited(test)


@every_worker
def test_sigterm_with_open_websocket(worker: str, tmp_path: Path) -> None:
    """SIGTERM says goodbye on a WebSocket, closes it as going away, and ends the server soon."""

    async def test() -> None:
        async with running(COMMANDS[worker], tmp_path) as server:
            # A stream of our own: the library leaves its socket open when the server closes first.
            async with await server.connect() as stream, trio.open_nursery() as nursery:
                host = f"127.0.0.1:{server.port}"
                socket = Socket(await wrap_client_stream(nursery, stream, host, "/_triostate/ws"))
                await socket.attach()
                status, seconds = await server.stop()
                # uvicorn ends with the signal's own status, after an orderly shutdown.
                assert status == (-signal.SIGTERM if worker == "uvicorn" else 0), server.output
                assert seconds < STOP_SECONDS
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.hear_for_ever()
                assert (socket.last["event"], socket.last["data"]["reason"]) == ("bye", "drain")
                assert closed.value.reason is not None
                assert closed.value.reason.code == 1001
            assert "Traceback" not in server.output

    run_limited(test)
