"""How soon a server notices that a client is gone, whichever way it went."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import pytest
import trio

from tests.faults.network import lose, network, reset
from tests.faults.servers import EVERY_SERVER, TIMES, WORKERS, Site, on_each, serving
from tests.faults.tab import HOST, Tab
from tests.server.serving import DEADLINE_SECONDS

Record = Callable[[str, object], None]

GONE_SECONDS = 0.1
"""Stated: one that says goodbye or is killed is noticed."""

LOST_SECONDS = 20.0
"""Stated: one whose network is gone is noticed, and one that does not read."""

GROWTH_BYTES = 24 * 2**20
"""By which a server may grow for one that does not read while there are news of 3 MB/s for it:
what Python's allocator takes for making them, and nowhere near their sum."""


async def goodbye(site: Site, tab: Tab) -> float:
    """Leave as a page does that is being closed."""
    async with tab.held() as stream:
        await tab.leave()
        since = trio.current_time()
        await stream.aclose()
        return await site.until_lost(tab.token) - since


async def reset_connection(site: Site, tab: Tab) -> float:
    """Leave by RST."""
    async with tab.held() as stream:
        since = trio.current_time()
        reset(stream.socket)
        return await site.until_lost(tab.token) - since


CLIENT = """
import socket, sys, time
stream = socket.create_connection((sys.argv[1], int(sys.argv[2])))
stream.sendall(sys.argv[3].encode())
stream.recv(65536)
print("open", flush=True)
time.sleep(120)
"""


@asynccontextmanager
async def client(tab: Tab, address: str, port: int, *inside: str) -> AsyncIterator[trio.Process]:
    """Have a process that holds the tab's stream and reads no more than its beginning."""
    head = f"GET {tab.target} HTTP/1.1\r\nhost: {HOST}\r\ncookie: {tab.cookie}\r\n\r\n"
    command = [*inside, sys.executable, "-Sc", CLIENT, address, str(port), head]
    process = await trio.lowlevel.open_process(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        await process.stdout.receive_some()  # "open"
        yield process
    finally:
        process.kill()
        with trio.CancelScope(shield=True, deadline=trio.current_time() + DEADLINE_SECONDS):
            await process.wait()
            assert process.stdout is not None
            await process.stdout.aclose()


async def kill(site: Site, tab: Tab) -> float:
    """Be a process of its own, and be killed."""
    async with tab.held():
        pass
    await site.until_lost(tab.token)
    async with client(tab, "127.0.0.1", site.port) as process:
        assert await site.phase(tab.token) == "live"
        since = trio.current_time()
        process.kill()
        return await site.until_lost(tab.token) - since


def test_client_that_goes(tmp_path: Path, record_property: Record) -> None:
    """A client that says goodbye, resets its connection or is killed: noticed in 100 ms (62)."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path) as site:
            for way in (goodbye, reset_connection, kill):
                seconds = await way(site, site.tab())
                record_property(f"{name}, {way.__name__}, seconds", seconds)
                assert seconds < TIMES * GONE_SECONDS

    on_each(EVERY_SERVER, test)


@pytest.mark.slow
def test_network_that_is_gone(tmp_path: Path, record_property: Record) -> None:
    """A client whose network is gone is noticed in 20 s, though nothing happens in its session."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path) as site:
            tab = site.tab()
            async with tab.held() as stream:
                lose(stream.socket)
                await noticed(site, tab, record_property)

    on_each(EVERY_SERVER, test)


@pytest.mark.slow
def test_network_that_is_gone_while_busy(tmp_path: Path, record_property: Record) -> None:
    """The same for a session that has something to say all the time, behind a lost proxy."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path) as site, network(site.port) as between:
            tab = site.tab(stream_port=between.port)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(tab.live)
                await tab.until(lambda: tab.is_live)
                await site.trigger(tab, "babble")
                await tab.until(lambda: tab.deltas > 10)
                between.lose()
                await noticed(site, tab, record_property)
                nursery.cancel_scope.cancel()

    on_each(EVERY_SERVER, test)


@pytest.mark.slow
def test_client_that_does_not_read(tmp_path: Path, record_property: Record) -> None:
    """A client that never reads is dropped in 20 s, and costs bounded memory until then (62)."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path) as site:
            tab = site.tab()
            async with tab.held():
                before = await site.resident_bytes()
                await site.trigger(tab, "babble")
                await noticed(site, tab, record_property)
                growth = await site.resident_bytes() - before
                record_property(f"{name} bytes", growth)
                assert growth < GROWTH_BYTES

    on_each(EVERY_SERVER, test)


async def noticed(site: Site, tab: Tab, record_property: Record) -> None:
    """Wait until the server has noticed that a tab is lost, and hold it to the bound."""
    since = trio.current_time()
    with trio.fail_after(TIMES * LOST_SECONDS):
        seconds = await site.until_lost(tab.token) - since
    record_property(f"{site.name} seconds", seconds)


@attrs.frozen
class Cable:
    """A cable to a network namespace: this end has an address, the other end a client."""

    namespace: str
    address: str

    def lay(self) -> bool:
        """Lay it; tell whether this machine allows that."""
        here, there = f"{self.namespace}a", f"{self.namespace}b"
        inside = ("-n", self.namespace)
        return (
            ip("netns", "add", self.namespace)
            and ip("link", "add", here, "type", "veth", "peer", "name", there)
            and ip("link", "set", there, "netns", self.namespace)
            and ip("addr", "add", f"{self.address}1/30", "dev", here)
            and ip("link", "set", here, "up")
            and ip(*inside, "addr", "add", f"{self.address}2/30", "dev", there)
            and ip(*inside, "link", "set", there, "up")
        )

    def pull(self) -> None:
        """Pull it at the client's end."""
        assert ip("-n", self.namespace, "link", "set", f"{self.namespace}b", "down")

    def remove(self) -> None:
        """Leave nothing behind."""
        ip("link", "delete", f"{self.namespace}a")
        ip("netns", "delete", self.namespace)


def ip(*arguments: str) -> bool:
    """Run `ip`; tell whether it did what it was to do."""
    done = subprocess.run(["ip", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def cables() -> Iterator[dict[str, Cable]]:
    """A cable for each worker."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("to lay a cable to a network namespace takes `ip` and root")
    laid = {
        name: Cable(f"ts{os.getpid() % 100_000}n{number}", f"198.18.{number}.")
        for number, name in enumerate(WORKERS)
    }
    try:
        if not all(cable.lay() for cable in laid.values()):
            pytest.skip("this machine allows no network namespaces, not even to root")
        yield laid
    finally:
        for cable in laid.values():
            cable.remove()


@pytest.mark.slow
def test_cable_that_is_pulled(
    cables: dict[str, Cable], tmp_path: Path, record_property: Record
) -> None:
    """A client behind a cable that is pulled is noticed in 20 s, under either worker."""

    async def test(name: str) -> None:
        cable = cables[name]
        address = f"{cable.address}1"
        async with serving(name, tmp_path, "--bind", f"{address}:0") as site:
            found = re.search(rf"http://{re.escape(address)}:(\d+)", site.server.output)
            assert found is not None
            tab = site.tab()
            async with tab.held():
                pass
            await site.until_lost(tab.token)
            inside = ("ip", "netns", "exec", cable.namespace)
            async with client(tab, address, int(found[1]), *inside):
                assert await site.phase(tab.token) == "live"
                cable.pull()
                await noticed(site, tab, record_property)

    on_each(WORKERS, test)
