"""Real servers with the app of these tests, and what one asks them from outside."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import trio

from tests.faults.app import BINDINGS
from tests.faults.tab import Tab, ask, page_id
from tests.server.serving import Server, running

TARGET = "tests.faults.app:app"
_HYPERCORN = [sys.executable, "-m", "hypercorn", "--bind", "127.0.0.1:0"]
COMMANDS: dict[str, list[str]] = {
    "hypercorn": [*_HYPERCORN, TARGET],
    "hypercorn-trio": [*_HYPERCORN, "-k", "trio", TARGET],
    "hypercorn-uvloop": [*_HYPERCORN, "-k", "uvloop", TARGET],
    "uvicorn": [sys.executable, "-m", "uvicorn", "--port", "0", "--no-access-log", TARGET],
}
EVERY_SERVER = tuple(COMMANDS)
WORKERS = ("hypercorn", "hypercorn-trio")

TEST_SECONDS = 150.0
"""A test that takes longer hangs."""

#: Bounds are so many times the stated figures.
TIMES = 3.0


@attrs.define(eq=False)
class Site:
    """One server of the app, as a test sees it."""

    name: str
    server: Server
    page: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    def tab(self, stream_port: int = 0, post_port: int = 0) -> Tab:
        """Return a tab that is not open yet; other ports lead through networks."""
        return Tab(stream_port or self.port, post_port or self.port, self.page)

    async def phase(self, token: str) -> str:
        """Return where in its life a session is."""
        return (await ask(self.port, "GET", f"/phase/{token}"))[1].decode()

    async def phases(self) -> dict[str, int]:
        """Return how many sessions are in each phase."""
        found: dict[str, int] = json.loads((await ask(self.port, "GET", "/phases"))[1])
        return found

    async def state(self, token: str) -> dict[str, Any]:
        """Return a session's vars and what its handler has seen."""
        found: dict[str, Any] = json.loads((await ask(self.port, "GET", f"/state/{token}"))[1])
        return found

    async def until_lost(self, token: str) -> float:
        """Poll until the server has noticed that a tab is gone; return when that was."""
        while await self.phase(token) == "live":  # noqa: ASYNC110  it is another process
            await trio.sleep(0.005)
        return trio.current_time()

    async def trigger(self, tab: Tab, handler: str, *values: Any) -> None:
        """Have a handler triggered by a tab that does not send by itself."""
        tab.trigger(BINDINGS.index(handler), *values)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tab.send_events)
            await tab.until(lambda: not tab.queued)
            nursery.cancel_scope.cancel()

    async def pid(self) -> int:
        """Return the process that serves: a worker of the one that was started."""
        return int((await ask(self.port, "GET", "/pid"))[1])

    async def resident_bytes(self) -> int:
        """Return how much memory the process that serves has."""
        return resident_bytes(await self.pid())


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


@asynccontextmanager
async def serving(
    name: str, folder: Path, *options: str, **environment: str
) -> AsyncIterator[Site]:
    """Have a server of that name while the block runs; its log is in a folder of its own."""
    own = folder / name
    own.mkdir(parents=True)
    async with running([*COMMANDS[name], *options], own, **environment) as server:
        yield Site(name, server, await page_id(server.port))


def on_each(names: Sequence[str], test: Callable[[str], Awaitable[None]]) -> None:
    """Run a test for several servers at once: most of its time is waiting."""

    async def all_of_them() -> None:
        with trio.fail_after(TEST_SECONDS):
            async with trio.open_nursery() as nursery:
                for name in names:
                    nursery.start_soon(test, name, name=name)

    trio.run(all_of_them)
