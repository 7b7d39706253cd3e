"""Attacks on a real server's time and memory: refused or bounded, and others are served meanwhile.

Figures of time are bounds that a hang would miss, not measurements: `tests.bench` measures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import h11
import httpx
import pytest
import trio

from tests.faults.tab import exchange
from tests.server.serving import Server, receive_until, running, until
from triostate.limits import BODY_SECONDS, MAX_SESSIONS_PER_ADDRESS

MEGABYTE = 1024 * 1024
WORKERS = ("asyncio", "trio")
HYPERCORN = [sys.executable, "-m", "hypercorn", "--bind", "127.0.0.1:0"]
ATTACKER = {"x-forwarded-for": "203.0.113.9"}
BYSTANDER = {"x-forwarded-for": "203.0.113.10"}

each_worker = pytest.mark.parametrize("worker", WORKERS)


@asynccontextmanager
async def attacked(
    worker: str, folder: Path, *, is_quiet: bool = True
) -> AsyncIterator[tuple[Server, httpx.AsyncClient]]:
    """Serve the app; give the server and a client who means no harm.

    Where it is not quiet, hypercorn itself logs what was done to it.
    """
    command = [*HYPERCORN, "-k", worker, "tests.attacks.exhausted:app"]
    async with running(command, folder) as server:
        url = f"http://127.0.0.1:{server.port}"
        limits = httpx.Limits(max_connections=1000)
        async with httpx.AsyncClient(base_url=url, limits=limits, timeout=20) as client:
            client.headers.update(BYSTANDER)
            yield server, client
        assert not is_quiet or "Traceback" not in server.output


def run(test: Callable[[], Awaitable[None]], seconds: float = 60) -> None:
    """Run a test that is stuck after so many seconds."""

    async def limited() -> None:
        with trio.fail_after(seconds):
            await test()

    trio.run(limited)


def memory_of(server: Server) -> int:
    """Return the bytes that the server's processes have in memory."""
    pids = [server.process.pid]
    for pid in pids:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pids.extend(map(int, children))
    total = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(status.partition("VmRSS:")[2].split()[0]) * 1024
    return total


async def attach(client: httpx.AsyncClient, headers: Any = None) -> httpx.Response:
    return await client.post(
        "/_triostate/attach", json={"token": "", "page": "/", "doc": "d"}, headers=headers
    )


def batch(token: str, first: int, count: int) -> bytes:
    events = [{"n": first + i, "b": 0, "a": []} for i in range(count)]
    return json.dumps({"token": token, "page": "/", "epoch": "d", "events": events}).encode()


@asynccontextmanager
async def live_tab(client: httpx.AsyncClient) -> AsyncIterator[str]:
    """Open a stream of the client's; give its session's token."""
    port, text = client.base_url.port or 0, b""
    headers = {
        "host": f"127.0.0.1:{port}",
        "x-forwarded-for": client.headers["x-forwarded-for"],
    }
    target = "/_triostate/stream?page=/&doc=d"
    async with (
        await trio.open_tcp_stream("127.0.0.1", port) as stream,
        aclosing(exchange(stream, "GET", target, headers)) as answer,
    ):
        async for event in answer:
            if isinstance(event, h11.Response):
                assert event.status_code == 200
                cookie = dict(event.headers)[b"set-cookie"].decode()
                client.headers["cookie"] = cookie.partition(";")[0]
            else:
                text += event
            if b'"token":"' in text:
                break
        yield text.partition(b'"token":"')[2].partition(b'"')[0].decode()


async def click(client: httpx.AsyncClient, token: str, number: int) -> None:
    kind = {"content-type": "application/json"}
    answer = await client.post("/_triostate/events", content=batch(token, number, 1), headers=kind)
    assert answer.status_code == 202


async def until_no_streams(client: httpx.AsyncClient) -> None:
    """Poll until the server has no stream left; the test's deadline bounds it."""
    while (await client.get("/counts")).json()["streams"]:  # noqa: ASYNC110  it is another process
        await trio.sleep(0.1)


async def is_closed(stream: trio.SocketStream) -> bytes:
    """Read until the server closes; return what it said."""
    said = b""
    try:
        while part := await stream.receive_some():
            said += part
    except trio.BrokenResourceError:
        pass
    return said


@each_worker
def test_slow_heads(worker: str, tmp_path: Path) -> None:
    """Heads that come byte by byte are cut by the server's own limit; others are served."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (server, client), trio.open_nursery() as nursery:
            cut = 0

            async def dribble() -> None:
                nonlocal cut
                stream = await server.connect()
                async with stream:
                    try:
                        await stream.send_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ")
                        while True:
                            await stream.send_all(b"x")
                            await trio.sleep(0.5)
                    except trio.BrokenResourceError:
                        cut += 1

            for _ in range(100):
                nursery.start_soon(dribble)
            await trio.sleep(1)
            assert (await client.get("/")).status_code == 200
            await until(lambda: cut == 100)

    run(test, 40)


@each_worker
def test_long_heads(worker: str, tmp_path: Path) -> None:
    """A head without end is refused after 16 KiB."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (server, _), await server.connect() as stream:
            await stream.send_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: " + b"x" * 65_000)
            assert b" 4" in (await is_closed(stream))[:12]

    run(test)


@pytest.mark.slow
@each_worker
def test_slow_bodies(worker: str, tmp_path: Path) -> None:
    """Bodies that come byte by byte are a 408 each; others are served meanwhile."""

    async def test() -> None:
        # With its trio worker an early answer and the next byte of the body can meet in one send.
        async with (
            attacked(worker, tmp_path, is_quiet=False) as (server, client),
            trio.open_nursery() as nursery,
        ):
            answers: list[bytes] = []
            head = b"POST /_triostate/events HTTP/1.1\r\nhost: localhost\r\n"
            head += b"content-type: application/json\r\ncontent-length: 1000\r\n\r\n"

            async def dribble() -> None:
                async with await server.connect() as stream, trio.open_nursery() as both:

                    async def send() -> None:
                        while True:
                            await stream.send_all(b" ")
                            await trio.sleep(1)

                    await stream.send_all(head)
                    both.start_soon(send)
                    answers.append(await receive_until(stream, b"\r\n\r\n"))
                    both.cancel_scope.cancel()

            for _ in range(50):
                nursery.start_soon(dribble)
            async with live_tab(client) as token:
                for number in range(1, 20):
                    await click(client, token, number)
                    await trio.sleep(BODY_SECONDS / 20)
            await until(lambda: len(answers) == 50)
            assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}

    run(test)


@each_worker
def test_bodies_without_end(worker: str, tmp_path: Path) -> None:
    """A body of 200 MB, announced or in chunks, is a 413 and fills no memory."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (server, client):
            await client.get("/")
            before = memory_of(server)
            for head in (b"content-length: 200000000", b"transfer-encoding: chunked"):
                async with await server.connect() as stream, trio.open_nursery() as nursery:
                    line = b"POST /_triostate/events HTTP/1.1\r\nhost: localhost\r\n"
                    await stream.send_all(
                        line + b"content-type: application/json\r\n" + head + b"\r\n\r\n"
                    )

                    async def send(stream: trio.SocketStream = stream) -> None:
                        try:
                            for _ in range(3000):
                                await stream.send_all(b"10000\r\n" + b" " * 65_536 + b"\r\n")
                        except trio.BrokenResourceError:
                            pass

                    nursery.start_soon(send)
                    assert b" 413 " in await receive_until(stream, b"\r\n\r\n")
                    nursery.cancel_scope.cancel()
            assert memory_of(server) - before < 50 * MEGABYTE

    run(test)


@each_worker
def test_flood_of_events(worker: str, tmp_path: Path) -> None:
    """A connection that sends all it can is held to its rate; another tab's clicks all work."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (_, client), trio.open_nursery() as nursery:
            taken, refused = 0, 0

            async def flood() -> None:
                nonlocal taken, refused
                async with httpx.AsyncClient(base_url=client.base_url, headers=ATTACKER) as other:
                    other.headers["content-type"] = "application/json"
                    async with live_tab(other) as token:
                        while True:
                            data = batch(token, taken + 1, 32)
                            answer = await other.post("/_triostate/events", content=data)
                            if answer.status_code == 202:
                                taken += 32
                            else:
                                assert answer.status_code == 429
                                refused += 1

            since = trio.current_time()
            nursery.start_soon(flood)
            async with live_tab(client) as token:
                for number in range(1, 60):
                    await click(client, token, number)
                    await trio.sleep(0.05)
            took = trio.current_time() - since
            assert 400 <= taken <= 400 + 200 * took + 64
            # Each refusal is held until there is room: they are no flood themselves.
            assert 0 < refused <= 200 * took / 32 + 32
            nursery.cancel_scope.cancel()

    run(test)


@each_worker
def test_sessions_without_end(worker: str, tmp_path: Path) -> None:
    """One address gets 200 sessions, whatever cookies it drops; another gets its own."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (server, client):
            await attach(client)
            before = memory_of(server)
            statuses: list[int] = []
            async with httpx.AsyncClient(base_url=client.base_url, headers=ATTACKER) as other:

                async def take() -> None:
                    statuses.append((await attach(other)).status_code)

                # Many at a time: one that no stream reaches ends after 10 s, and makes room.
                for _ in range(0, MAX_SESSIONS_PER_ADDRESS + 100, 50):
                    other.cookies.clear()
                    async with trio.open_nursery() as nursery:
                        for _ in range(50):
                            nursery.start_soon(take)
            assert statuses.count(200) == MAX_SESSIONS_PER_ADDRESS
            assert statuses.count(429) == 100
            assert (await attach(client)).status_code == 200
            assert memory_of(server) - before < 50 * MEGABYTE

    run(test)


@each_worker
def test_flood_of_streams(worker: str, tmp_path: Path) -> None:
    """One address gets 200 shared streams; when it goes, nothing of them is left."""

    async def test() -> None:
        async with attacked(worker, tmp_path) as (server, client):
            statuses: list[bytes] = []
            streams: list[trio.SocketStream] = []
            line = b"GET /_triostate/stream?shared=1 HTTP/1.1\r\nhost: localhost\r\n"
            for _ in range(MAX_SESSIONS_PER_ADDRESS + 50):
                stream = await server.connect()
                streams.append(stream)
                await stream.send_all(line + b"x-forwarded-for: 203.0.113.9\r\n\r\n")
                statuses.append((await receive_until(stream, b"\r\n\r\n"))[9:12])
            assert statuses == [b"200"] * MAX_SESSIONS_PER_ADDRESS + [b"429"] * 50
            async with live_tab(client) as token:
                await click(client, token, 1)
            for stream in streams:
                await stream.aclose()
            await until_no_streams(client)

    run(test)


@each_worker
def test_rapid_resets(worker: str, tmp_path: Path) -> None:
    """10,000 HTTP/2 requests that are reset at once: served again in 5 s, nothing is left of them.

    CVE-2023-44487. Over plain TCP here, which servers take from clients that begin so.
    """

    async def test() -> None:
        # It gives the connection up with an error of its priority tree.
        async with attacked(worker, tmp_path, is_quiet=False) as (server, client):
            await client.get("/counts")
            before = memory_of(server)
            await reset_rapidly(server, 10_000)
            with trio.fail_after(5):
                assert (await client.get("/")).status_code == 200
                async with live_tab(client) as token:
                    await click(client, token, 1)
            await until_no_streams(client)
            assert memory_of(server) - before < 150 * MEGABYTE

    run(test)


async def reset_rapidly(server: Server, count: int) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    connection.initiate_connection()
    head = [(":method", "GET"), (":scheme", "http"), (":authority", "localhost")]
    head += [(":path", "/_triostate/stream?shared=1"), ("x-forwarded-for", "203.0.113.9")]
    stream = await server.connect()
    async with stream, trio.open_nursery() as nursery:

        async def read() -> None:
            await is_closed(stream)

        nursery.start_soon(read)
        try:
            for _ in range(count):
                number = connection.get_next_available_stream_id()
                connection.send_headers(number, head, end_stream=True)
                connection.reset_stream(number)
                await stream.send_all(connection.data_to_send())
        except trio.BrokenResourceError:
            pass  # the server has had enough
        nursery.cancel_scope.cancel()
