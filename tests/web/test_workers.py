"""Requests that come to the wrong one of several workers, told from those for what is gone."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.clock import virtual
from tests.web.site import make_site
from tests.web.worker import Document, Worker
from triostate.runtime import worker as worker_module
from triostate.runtime.worker import MISROUTED
from triostate.testing import Answer, Client

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who is alive")

EVENT = {"n": 1, "b": 0, "a": []}

#: What is asked about a session, by its token.
UP: dict[str, dict[str, Any]] = {
    "events": {"page": "/", "epoch": "d", "events": [EVENT]},
    "leave": {"epoch": "d"},
    "applied": {"epoch": "d", "seen": 1},
    "attach": {"page": "/", "doc": "d"},
}

#: What each is answered if there is no such session.
STATUS = {"events": 404, "leave": 204, "applied": 204, "attach": 200}


@asynccontextmanager
async def neighbours() -> AsyncIterator[tuple[Client, Client]]:
    """Two workers that are alive."""
    async with Client(make_site().app) as here, Client(make_site().app) as there:
        yield here, there


async def token_of(client: Client) -> str:
    """Have a session, and return its token."""
    worker = await Worker(client).open()
    return (await worker.tab("doc")).token


async def ask(client: Client, kind: str, token: str) -> Answer:
    return await client.post(f"/_triostate/{kind}", {"token": token, **UP[kind]})


def stream(token: str) -> str:
    return f"/_triostate/stream?page=/&doc=d&token={token}"


@linux
@pytest.mark.parametrize("kind", UP)
@virtual
async def test_wrong_worker(kind: str) -> None:
    """A session of another worker, which is alive, is a 421 that speaks of sticky routing."""
    async with neighbours() as (here, there):
        answer = await ask(here, kind, await token_of(there))
        assert (answer.status, answer.json["error"]) == (421, MISROUTED)
        assert "sticky routing" in MISROUTED
        assert answer.json.get("known") == (True if kind == "attach" else None)
        assert not here.app._engine.sessions


@linux
@virtual
async def test_wrong_worker_for_a_stream() -> None:
    """So it is where the token asks for a stream of its own; no session is made for nothing."""
    async with neighbours() as (here, there):
        answer = await here.request("GET", stream(await token_of(there)))
        assert (answer.status, answer.json["error"]) == (421, MISROUTED)
        assert not here.app._engine.sessions


@linux
@virtual
async def test_wrong_worker_for_a_shared_stream() -> None:
    """Asked to join a stream of another worker, it says so of the stream, not of the session."""
    async with neighbours() as (here, there):
        worker, mine = await Worker(there).open(), await token_of(here)
        body = {"token": mine, "page": "/", "doc": "d", "stream": worker.stream}
        answer = await here.post("/_triostate/attach", body)
        assert (answer.status, [*answer.json]) == (421, ["error"])


@pytest.mark.parametrize("kind", UP)
@virtual
async def test_worker_that_is_gone(kind: str) -> None:
    """The token of a worker that is gone is that of no session: there is a fresh one for it."""
    async with Client(make_site().app) as gone:
        token = await token_of(gone)
    async with Client(make_site().app) as here:
        answer = await ask(here, kind, token)
        assert answer.status == STATUS[kind]
        if kind == "attach":
            assert answer.json["token"] != token


@pytest.mark.parametrize("kind", UP)
@virtual
async def test_worker_that_is_stopping(kind: str) -> None:
    """One that has begun to stop takes no sessions: what was its is anybody's."""
    async with neighbours() as (here, there):
        token = await token_of(there)
        there.begin_shutdown()
        await there.app._engine.ended.wait()
        assert (await ask(here, kind, token)).status == STATUS[kind]


@virtual
async def test_worker_that_starts_again() -> None:
    """A worker that has been started again is another one than before."""
    app = make_site().app
    async with Client(app) as client:
        token = await token_of(client)
    async with Client(app) as client:
        fresh = (await ask(client, "attach", token)).json["token"]
    assert fresh.partition(".")[2] != token.partition(".")[2]


@pytest.mark.parametrize(
    "token",
    ["", "x", "x.", "x.0123456789", "x.0123456789.a", "x..y", ".0123456789", "x.012345678\0"],
)
@virtual
async def test_token_of_nobody(token: str) -> None:
    """A token that no worker has made is that of no session."""
    async with Client(make_site().app) as client:
        assert (await ask(client, "attach", token)).status == 200


@virtual
async def test_named_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of workers with names another name is another worker, though nobody can tell if it lives."""
    tokens = {}
    for name in ("a1", "b-2", ""):
        monkeypatch.setenv("TRIOSTATE_WORKER", name)
        async with Client(make_site().app) as client:
            tokens[name] = await token_of(client)
    monkeypatch.setenv("TRIOSTATE_WORKER", "a1")
    async with Client(make_site().app) as client:
        statuses = {name: (await ask(client, "attach", tokens[name])).status for name in tokens}
    assert statuses == {"a1": 200, "b-2": 421, "": 200}


@pytest.mark.parametrize("name", ["a b", "a.b", "a" * 17, "\u00e9"])
@virtual
async def test_name_that_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be part of a token keeps the app from starting, and is named."""
    monkeypatch.setenv("TRIOSTATE_WORKER", name)
    with pytest.raises(ValueError, match="TRIOSTATE_WORKER"):
        async with Client(make_site().app):
            pass


@virtual
async def test_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not say who is alive, unnamed workers are taken for gone."""
    monkeypatch.setattr(worker_module, "_CAN_SEE", False)
    async with neighbours() as (here, there):
        assert (await ask(here, "attach", await token_of(there))).status == 200


@linux
@virtual
async def test_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """The log has it once, however many requests go wrong."""
    async with neighbours() as (here, there):
        token = await token_of(there)
        with caplog.at_level(logging.WARNING, "triostate"):
            for _ in range(3):
                await ask(here, "events", token)
    said = [record.getMessage() for record in caplog.records if "wrong" in record.getMessage()]
    assert said == [f"A request has come to the wrong worker: {MISROUTED}."]


@linux
@virtual
async def test_coming_back_to_the_right_one() -> None:
    """A request that went wrong has harmed nothing: the right worker goes on where it was."""
    async with neighbours() as (here, there):
        worker = await Worker(there).open()
        document: Document = await worker.tab("doc")
        for kind in UP:
            assert (await ask(here, kind, document.token)).status == 421
        assert (await document.click()).status == 202
