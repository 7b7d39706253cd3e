"""Several workers, in processes of their own: whose a token is, while they live and afterwards."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any

import h11
import pytest
import trio

from tests.faults.servers import WORKERS, Site, on_each, serving
from tests.faults.tab import Tab, ask, request
from tests.protocol.sse import parse_sse
from triostate.runtime.worker import MISROUTED

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who is alive")


async def post(port: int, tab: Tab, number: int) -> tuple[int, Any]:
    """Send one event over a connection of its own; return the status and what it says."""
    event = {"n": number, "b": 0, "a": [1]}
    body = {"token": tab.token, "page": tab.page, "epoch": tab.doc, "events": [event]}
    headers = {"content-type": "application/json", **tab.cookies}
    status, answer = await ask(
        port, "POST", "/_triostate/events", headers, json.dumps(body).encode()
    )
    return status, json.loads(answer)


async def attached(port: int, tab: Tab) -> tuple[int, Any]:
    """Ask for the tab's stream; return the status, and its first frame or what it says."""
    status = 0
    async with aclosing(request(port, "GET", tab.target, tab.cookies)) as answer:
        async for part in answer:
            if isinstance(part, h11.Response):
                status = part.status_code
            elif status != 200:
                return status, json.loads(part)
            elif frames := [data for name, data in parse_sse(part) if name == "snapshot"]:
                return status, frames[0]
    raise AssertionError("no frame has come")


async def opened(site: Site) -> Tab:
    """Return a tab that has a session, and a stream no more."""
    tab = site.tab()
    async with tab.held():
        pass
    return tab


def test_two_workers_on_one_socket(tmp_path: Path) -> None:
    """With `hypercorn -w 2` events come to the right worker or are told that it is another (60)."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path, "-w", "2") as site:
            tab = site.tab()
            async with tab.held():
                answers, number = set(), 1
                while len(answers) < 2:  # the system deals the connections out as it likes
                    status, answer = await post(site.port, tab, number)
                    answers.add((status, answer.get("error")))
                    number += status == 202
                assert answers == {(202, None), (421, MISROUTED)}

    on_each(WORKERS, test)


def test_worker_that_is_killed(tmp_path: Path) -> None:
    """Of two servers one says that a token is the other's, until that one is killed."""

    async def test(name: str) -> None:
        async with (
            serving(name, tmp_path / "one") as one,
            serving(name, tmp_path / "other") as other,
        ):
            tab = await opened(one)
            assert await attached(other.port, tab) == (421, {"error": MISROUTED})
            assert (await post(other.port, tab, 1))[0] == 421
            os.kill(await one.pid(), signal.SIGKILL)
            while (await post(other.port, tab, 1))[0] != 404:  # noqa: ASYNC110  another process
                await trio.sleep(0.01)
            status, frame = await attached(other.port, tab)
            assert (status, frame["fresh"]) == (200, True)
            assert frame["token"] != tab.token

    on_each(WORKERS, test)


def test_server_that_starts_again(tmp_path: Path) -> None:
    """After a restart of all workers the tokens of before give fresh sessions, and no 421."""

    async def test(name: str) -> None:
        async with serving(name, tmp_path / "before", "-w", "2") as before:
            tabs = [await opened(before) for _ in range(4)]
            assert (await before.server.stop())[0] == 0
        async with serving(name, tmp_path / "after", "-w", "2") as after:
            for tab in tabs:
                status, frame = await attached(after.port, tab)
                assert (status, frame["fresh"]) == (200, True)

    on_each(WORKERS, test)
