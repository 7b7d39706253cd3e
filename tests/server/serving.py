"""Real servers in processes of their own, for tests whose claim is about them.

Knows of the application only that `sample_app:app` is one.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import trio

# Generous: a machine under load takes seconds to start an interpreter twice.
DEADLINE_SECONDS = 30.0

_ROOT = Path(__file__).parents[2]
_HYPERCORN = [sys.executable, "-m", "hypercorn", "--bind", "127.0.0.1:0"]
COMMANDS: dict[str, list[str]] = {
    "hypercorn": [*_HYPERCORN, "sample_app:app"],
    "hypercorn-trio": [*_HYPERCORN, "-k", "trio", "sample_app:app"],
    "hypercorn-uvloop": [*_HYPERCORN, "-k", "uvloop", "sample_app:app"],
    "uvicorn": [sys.executable, "-m", "uvicorn", "--port", "0", "sample_app:app"],
}
_RUNNING = re.compile(r"running on https?://127\.0\.0\.1:(\d+)", re.IGNORECASE)


@attrs.define(eq=False)
class Server:
    """A running server."""

    process: trio.Process
    _log: Path
    port: int = 0

    @property
    def output(self) -> str:
        """All that it has written so far."""
        return self._log.read_text()

    async def get(self, path: str) -> bytes:
        """Return the body of an answer, over a connection of its own."""
        return await self.exchange(b"GET %s HTTP/1.1" % path.encode())

    async def post(self, path: str, body: bytes) -> bytes:
        """Post a body and return that of the answer."""
        length = b"\r\ncontent-length: %d" % len(body)
        return await self.exchange(b"POST %s HTTP/1.1" % path.encode() + length, body)

    async def exchange(self, head: bytes, body: bytes = b"") -> bytes:
        """Send a request line with headers and a body; return the answer's body."""
        stream = await self.connect()
        async with stream:
            await stream.send_all(head + b"\r\nhost: localhost\r\nconnection: close\r\n\r\n" + body)
            answer = b"".join([part async for part in stream])
        return answer.partition(b"\r\n\r\n")[2]

    async def connect(self) -> trio.SocketStream:
        """Open a connection."""
        return await trio.open_tcp_stream("127.0.0.1", self.port)

    async def open_stream(self) -> trio.SocketStream:
        """Open the stream of ticks and wait for its first one."""
        stream = await self.connect()
        await stream.send_all(b"GET /ticks HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await receive_until(stream, b"data: tick")
        return stream

    async def streams(self) -> int:
        """Return how many streams of ticks the application counts."""
        return int(await self.get("/streams"))

    async def until_streams(self, number: int) -> None:
        """Poll until the application counts so many; the caller's deadline bounds it."""
        while await self.streams() != number:  # noqa: ASYNC110  it is another process
            await trio.sleep(0.02)

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server, as a terminal does at Ctrl-C."""
        os.killpg(self.process.pid, number)

    async def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return the exit status and the seconds that it took."""
        since = trio.current_time()
        self.process.send_signal(signal.SIGTERM)
        status = await self.process.wait()
        return status, trio.current_time() - since


async def receive_until(stream: trio.SocketStream, text: bytes) -> bytes:
    """Receive until `text` has come; return all that came."""
    received = b""
    while text not in received:
        part = await stream.receive_some()
        assert part, f"the stream ended before {text!r}: {received!r}"
        received += part
    return received


async def until(condition: Callable[[], object]) -> None:
    """Poll another process until a condition holds; the caller's deadline bounds it."""
    while not condition():  # noqa: ASYNC110  another process has no event to wait for
        await trio.sleep(0.02)


@asynccontextmanager
async def running(command: list[str], folder: Path, **environment: str) -> AsyncIterator[Server]:
    """Start a server, wait until it listens, and end it at the latest with the block."""
    async with process(command, folder, **environment) as server:

        def listening() -> bool:
            assert server.process.poll() is None, server.output
            found = _RUNNING.search(server.output)
            if found is not None:
                server.port = int(found[1])
            return found is not None

        await until(listening)
        yield server


@asynccontextmanager
async def process(command: list[str], folder: Path, **environment: str) -> AsyncIterator[Server]:
    """Start a server's process, in a group of its own that is gone after the block."""
    log = folder / "server.log"
    with log.open("wb") as file:
        started = await trio.lowlevel.open_process(
            command,
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(started, log)
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
            with trio.CancelScope(shield=True, deadline=trio.current_time() + DEADLINE_SECONDS):
                await started.wait()


def run_limited(test: Callable[[], Awaitable[None]]) -> None:
    """Run a Trio test under the deadline of all tests of this kind."""

    async def limited() -> None:
        with trio.fail_after(DEADLINE_SECONDS):
            await test()

    trio.run(limited)
