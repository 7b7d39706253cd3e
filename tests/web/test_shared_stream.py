"""One connection for all tabs of a browser: the shared stream, and the same over a WebSocket."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import trio

from tests.clock import virtual
from tests.web.site import make_site
from tests.web.worker import Document, Opener, SocketWorker, Worker
from triostate.limits import (
    DETACH_GRACE_SECONDS,
    FRAME_SECONDS,
    HEARTBEAT_FIRST_SECONDS,
    HEARTBEAT_SECONDS,
    HIDDEN_GRACE_SECONDS,
    LEAVE_GRACE_SECONDS,
    MAX_STREAMS_PER_VISITOR,
    SEND_STALL_SECONDS,
)
from triostate.protocol.effects import Effect
from triostate.testing import Client
from triostate.testing.waiting import until

both = pytest.mark.parametrize("made", [Worker, SocketWorker])


def number(site: Any, document: Document) -> Any:
    return document.state["state.shop"]["n"]


def phase(site: Any, document: Document) -> str | None:
    session = site.app._engine.sessions.get(document.token)
    return None if session is None else session.phase.value


async def write(site: Any, document: Document, value: int) -> None:
    async with site.app.modify_state(document.token) as root:
        root.get_substate(site.Shop).n = value


@both
@virtual
async def test_begins_with_its_name(made: Opener) -> None:
    """Its first frame is its name; then heartbeats, and no session is made."""
    site = make_site()
    async with Client(site.app) as client:
        worker = await made(client).open()
        start = trio.current_time()
        assert worker.frames == [("hello", {"stream": worker.stream})]
        assert len(worker.stream) >= 22  # 128 random bits
        assert len(client.cookies) == 1
        await trio.sleep(25)
        assert not site.app._engine.sessions
        beats = [t - start for t, chunk in worker.chunks if chunk == [("", "")] and t > start]
        first = HEARTBEAT_FIRST_SECONDS
        assert beats == pytest.approx([first, first + HEARTBEAT_SECONDS, first + 20])


@both
@virtual
async def test_ten_tabs(made: Opener) -> None:
    """10 tabs on one connection are all live, and clicks work in each (54, 61)."""
    site = make_site()
    async with Client(site.app) as client:
        worker = await made(client).open()
        tabs = [await worker.tab(f"doc-{i}") for i in range(10)]
        assert len({tab.token for tab in tabs}) == 10
        assert all(tab.is_fresh for tab in tabs)
        for count, tab in enumerate(tabs, 1):
            for click in range(count):
                body = {"token": tab.token, "page": "/", "epoch": tab.epoch}
                event = {"n": click + 1, "b": 0, "a": []}
                answer = await worker.post("events", {**body, "events": [event]})
                assert (answer.status, answer.json["ack"]) == (202, click + 1)
        await until(lambda: all(tab.ack == i for i, tab in enumerate(tabs, 1)))
        assert [number(site, tab) for tab in tabs] == list(range(1, 11))
        assert set(site.app.event_namespace.token_to_sid.values()) == {worker.stream}


@both
@virtual
async def test_on_load(made: Opener) -> None:
    """A tab that joins gets its snapshot for its document, and its on_load runs, once (12)."""
    site = make_site()
    async with Client(site.app) as client:
        worker = await made(client).open()
        tab = await worker.tab("doc", "/loads")
        assert worker.of(tab.token)[0][1]["epoch"] == "doc"
        await until(lambda: number(site, tab) == 100)
        await worker.attach(tab)
        await trio.sleep(1)
        assert site.log == ["loaded", "job"]


@virtual
async def test_where_it_is() -> None:
    """Handlers see the page, the address and the headers of the request that asked."""
    site = make_site()
    async with Client(site.app) as client:
        worker = await Worker(client).open()
        tab = await worker.attach(Document(client, "doc", "/"), path="/?a=1")
        await tab.click(_binding(client, site.Shop.look))
        await until(lambda: len(site.log) == 2)
        (place, headers) = site.log
        assert place == ("/", "/?a=1", "127.0.0.1")
        assert headers["host"] == "localhost:8000"
        assert "cookie" not in headers


class TestOpenedForATab:
    @virtual
    async def test_comes_with_it(self) -> None:
        """The tab for whose sake it is opened is on it at once; others join as ever (54)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open("&page=/loads&doc=one")
            await until(lambda: len(worker.frames) > 1)
            (hello, _), (name, snapshot) = worker.frames[:2]
            assert (hello, name) == ("hello", "snapshot")
            assert (snapshot["epoch"], snapshot["fresh"]) == ("one", True)
            other = await worker.tab("two")
            assert other.token != snapshot["token"]
            await until(lambda: "loaded" in site.log)
            worker.cut()
            session = site.app._engine.get(snapshot["token"])
            await until(lambda: session.phase.value == "detached")

    @virtual
    async def test_resumes(self) -> None:
        """One that comes back with it gets what it has missed, not a snapshot (56)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.tab("doc")
            worker.cut()
            await until(lambda: phase(site, tab) == "detached")
            await write(site, tab, 7)
            query = f"&page=/&doc=doc&token={tab.token}&seq={tab.seq}"
            again = await Worker(client).open(query)
            await until(lambda: len(again.of(tab.token)) > 0)
            assert [name for name, _ in again.of(tab.token)] == ["delta"]

    @pytest.mark.parametrize(
        "query, status",
        [("&page=/closed", 403), ("&page=/nowhere", 404), ("&page=/&known=1&token=gone", 410)],
    )
    @virtual
    async def test_refused(self, query: str, status: int) -> None:
        """What the tab is refused for is the answer, and there is no stream."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open(query)
            assert worker.refusal is not None
            assert worker.refusal.status == status
            assert not site.app._engine.sessions


class TestShownOnly:
    @both
    @virtual
    async def test_what_the_page_reads(self, made: Opener) -> None:
        """A document that asks for it is told of the vars that its page reads, and no others."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            tab = await worker.attach(Document(client, "doc", "/loads"), shown_only=True)
            await until(lambda: number(site, tab) == 100)
            assert tab.state == {"state.shop": {"n": 100}}
            frames = len(tab.frames)
            async with site.app.modify_state(tab.token) as root:
                root.get_substate(site.Shop).busy_text = "not on show"
            await trio.sleep(1)
            assert len(tab.frames) == frames
            await write(site, tab, 5)
            await until(lambda: number(site, tab) == 5)

    @virtual
    async def test_of_the_next_page(self) -> None:
        """The page that it goes to is told what that reads, as it is by then."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.attach(Document(client, "doc", "/loads"), shown_only=True)
            async with site.app.modify_state(tab.token) as root:
                root.get_substate(site.Shop).note = "meanwhile"
            tab.path = "/"
            tab.new_document()
            await worker.attach(tab, shown_only=True)
            assert tab.state["state.shop"]["note"] == "meanwhile"
            assert tab.state["state.shop"]["activity"] == "busy"
            assert "busy_text" not in tab.state["state.shop"]

    @virtual
    async def test_no_resuming_as_another(self) -> None:
        """One that asked for all before cannot go on from there: it gets a snapshot."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.attach(Document(client, "doc", "/"))
            await worker.attach(tab, shown_only=True)
            await until(lambda: tab.names() == ["snapshot", "snapshot"])
            assert "busy_text" not in tab.state["state.shop"]


class TestTakingTurns:
    @both
    @virtual
    async def test_busy_does_not_starve(self, made: Opener) -> None:
        """A session that never stops writing does not hold up another's frames (60)."""
        site = make_site()
        async with Client(site.app) as client, trio.open_nursery() as nursery:
            worker = await made(client).open()
            busy, calm = await worker.tab("busy"), await worker.tab("calm")

            async def write_for_ever() -> None:
                for value in range(10**9):
                    await write(site, busy, value)
                    await trio.sleep(0.001)

            nursery.start_soon(write_for_ever)
            await trio.sleep(1)
            for value in range(1, 6):
                before = trio.current_time()
                await write(site, calm, value)
                await until(lambda value=value: number(site, calm) == value)
                assert trio.current_time() == before
                await trio.sleep(0.1)
            assert number(site, busy) > 1000
            assert len(worker.of(busy.token)) > 50
            nursery.cancel_scope.cancel()

    @virtual
    async def test_paced_each(self) -> None:
        """Every session sends one frame a frame time at most; what is due goes in one send."""
        site = make_site()
        async with Client(site.app) as client, trio.open_nursery() as nursery:
            worker = await Worker(client).open()
            tabs = [await worker.tab(f"doc-{i}") for i in range(5)]
            await trio.sleep(1)
            began = len(worker.chunks)

            async def write_for_ever() -> None:
                for value in range(1, 10**9):
                    for tab in tabs:
                        await write(site, tab, value)
                    await trio.sleep(0.001)

            nursery.start_soon(write_for_ever)
            await trio.sleep(1)
            nursery.cancel_scope.cancel()
            for tab in tabs:
                times = [
                    time
                    for time, chunk in worker.chunks[began:]
                    for name, data in chunk
                    if name and data["token"] == tab.token
                ]
                assert all(b - a >= FRAME_SECONDS - 1e-9 for a, b in pairwise(times))
                assert len(times) >= 50
            # After the first ones, which left as they came, all five travel together.
            sizes = [len(chunk) for _, chunk in worker.chunks[began:]]
            assert sizes.count(5) >= 45


class TestComingAndGoing:
    @both
    @virtual
    async def test_leave(self, made: Opener) -> None:
        """A tab that says goodbye comes off the stream, with the short grace; the rest stay."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            one, two = await worker.tab("one"), await worker.tab("two")
            frames = len(worker.of(one.token))
            goodbye = {"token": one.token, "epoch": one.epoch}
            assert (await worker.post("leave", goodbye)).status == 204
            assert (phase(site, one), phase(site, two)) == ("detached", "live")
            await write(site, one, 5)
            await write(site, two, 6)
            await until(lambda: number(site, two) == 6)
            await trio.sleep(LEAVE_GRACE_SECONDS + 1)
            assert phase(site, one) is None
            assert len(worker.of(one.token)) == frames
            assert worker.is_open

    @virtual
    async def test_late_goodbye(self) -> None:
        """The goodbye of a document that was reloaded does not take its successor off."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.tab("first")
            tab.new_document()
            await worker.attach(tab)
            await worker.post("leave", {"token": tab.token, "epoch": "first"})
            await trio.sleep(LEAVE_GRACE_SECONDS + 1)
            await write(site, tab, 5)
            await until(lambda: number(site, tab) == 5)

    @virtual
    async def test_reload(self) -> None:
        """A reload on the same stream keeps state and token, with a snapshot and no bye (55)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.tab("doc")
            await write(site, tab, 5)
            token = tab.token
            await worker.post("leave", {"token": token, "epoch": tab.epoch})
            tab.new_document()
            await worker.attach(tab)
            assert (tab.token, number(site, tab), tab.is_fresh) == (token, 5, False)
            assert "bye" not in tab.names()

    @both
    @virtual
    async def test_moves_to_another(self, made: Opener) -> None:
        """A document that attaches elsewhere moves: the old stream is told, and goes on."""
        site = make_site()
        async with Client(site.app) as client:
            old, new = await made(client).open(), await Worker(client).open()
            one, two = await old.tab("one"), await old.tab("two")
            await new.attach(one)
            bye = ("bye", {"token": one.token, "reason": "replaced", "retry_seconds": 0.0})
            await until(lambda: old.frames[-1] == bye)
            await write(site, one, 5)
            await write(site, two, 6)
            await until(lambda: (number(site, one), number(site, two)) == (5, 6))
            assert old.frames[-1][1]["token"] == two.token
            assert new.frames[-1][1]["token"] == one.token
            old.cut()
            await trio.sleep(1)
            assert (phase(site, one), phase(site, two)) == ("live", "detached")

    @virtual
    async def test_moves_to_its_own(self) -> None:
        """A tab can leave a shared stream for one of its own, and come back."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await client.open()
            document = Document(client, tab.epoch, "/")
            document.token = tab.token
            await worker.attach(document)
            assert tab.frames[-1][1]["reason"] == "replaced"
            await until(lambda: not tab.is_connected)
            await tab.reconnect()
            await until(lambda: worker.frames[-1][1].get("reason") == "replaced")
            await tab.run(site.Shop.add)
            assert worker.is_open

    @both
    @virtual
    async def test_closed(self, made: Opener) -> None:
        """A session that ends says so; the others on the stream do not notice."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            one, two = await worker.tab("one"), await worker.tab("two")
            await site.app._engine.get(one.token).aclose()
            bye = {"token": one.token, "reason": "closed", "retry_seconds": 0.0}
            await until(lambda: one.frames[-1] == ("bye", bye))
            await write(site, two, 6)
            await until(lambda: number(site, two) == 6)
            assert worker.is_open

    @both
    @virtual
    async def test_drain(self, made: Opener) -> None:
        """At a drain the stream says goodbye once, for all, with a time to come back by."""
        site = make_site()
        async with Client(site.app) as client:
            worker, empty = await made(client).open(), await made(client).open()
            for name in ("one", "two"):
                await worker.tab(name)
            client.begin_shutdown()
            await until(lambda: not worker.is_open and not empty.is_open)
            for each in (worker, empty):
                byes = [data for name, data in each.frames if name == "bye"]
                assert [(bye["token"], bye["reason"]) for bye in byes] == [("", "drain")]
                assert 0.5 <= byes[0]["retry_seconds"] <= 1.5

    @both
    @virtual
    async def test_break(self, made: Opener) -> None:
        """When the stream breaks, each session gets the grace that its document had said."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            seen, hidden = await worker.tab("seen"), await worker.tab("hidden")
            await worker.post("leave", {"token": hidden.token, "epoch": "hidden", "hidden": True})
            worker.cut()
            await trio.sleep(DETACH_GRACE_SECONDS - 1)
            assert (phase(site, seen), phase(site, hidden)) == ("detached", "detached")
            await trio.sleep(2)
            assert (phase(site, seen), phase(site, hidden)) == (None, "detached")
            await trio.sleep(HIDDEN_GRACE_SECONDS)
            assert phase(site, hidden) is None

    @both
    @virtual
    async def test_resume(self, made: Opener) -> None:
        """After a break each session goes on from the frame its document had applied (56)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            tabs = [await worker.tab(f"doc-{i}") for i in range(5)]
            for value, tab in enumerate(tabs):
                await write(site, tab, value)
            await until(lambda: number(site, tabs[-1]) == 4)
            worker.cut()
            await until(lambda: not worker.is_open)
            for value, tab in enumerate(tabs):
                await write(site, tab, 10 * value)
            again = await made(client).open()
            for tab in tabs:
                await again.attach(tab)
            await until(lambda: [number(site, tab) for tab in tabs] == [0, 10, 20, 30, 40])
            assert not [name for name, _ in again.frames if name == "snapshot"]

    @pytest.mark.parametrize("first, second", [(Worker, SocketWorker), (SocketWorker, Worker)])
    @virtual
    async def test_resume_over_the_other(self, first: Opener, second: Opener) -> None:
        """What was lost on a stream is made up for by a WebSocket, and the other way round."""
        site = make_site()
        async with Client(site.app) as client:
            lost = await first(client).open()
            tab = await lost.tab("doc")
            await write(site, tab, 1)
            await until(lambda: number(site, tab) == 1)
            seq, kept = tab.seq, dict(tab.state["state.shop"])
            await write(site, tab, 2)
            await until(lambda: number(site, tab) == 2)
            lost.cut()
            tab.seq, tab.state["state.shop"] = seq, kept  # as if the last frame had not arrived
            found = await second(client).open()
            await found.attach(tab)
            await until(lambda: number(site, tab) == 2)
            assert [name for name, _ in found.of(tab.token)] == ["delta"]

    @virtual
    async def test_asked_twice(self) -> None:
        """A request whose answer was lost can be sent again: no bye, no second on_load (12)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            tab = await worker.tab("doc", "/loads")
            for _ in range(3):
                await worker.attach(tab)
            await trio.sleep(1)
            assert "bye" not in tab.names()
            assert site.log == ["loaded", "job"]

    @both
    @virtual
    async def test_peer_that_does_not_read(self, made: Opener) -> None:
        """A peer that takes nothing is given up after one time-out for all its sessions (62)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            tabs = [await worker.tab(f"doc-{i}") for i in range(3)]
            worker.stop_reading()
            for tab in tabs:
                await write(site, tab, 1)
            await trio.sleep(SEND_STALL_SECONDS + 1)
            assert [phase(site, tab) for tab in tabs] == ["detached"] * 3


class TestRefusals:
    @both
    @virtual
    async def test_unknown_stream(self, made: Opener) -> None:
        """A stream that is not there is a 410, and no session is made."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            for name in ("nothing", "x" * 64, worker.stream[:-1]):
                answer = await worker.ask(Document(client, "doc", "/"), stream=name)
                assert answer.status == 410
                assert "shared=1" in answer.json["error"]
                assert "known" not in answer.json
            assert not site.app._engine.sessions

    @virtual
    async def test_stream_that_has_ended(self) -> None:
        """A stream that was lost is a 410; its name is never used again."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            worker.cut()
            await until(lambda: not worker.is_open)
            assert (await worker.ask(Document(client, "doc", "/"))).status == 410
            assert (await Worker(client).open()).stream != worker.stream

    @both
    @virtual
    async def test_another_visitors_stream(self, made: Opener) -> None:
        """The name of a stream is good with its own visitor's cookie only."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            stranger = client.browser()
            theirs = await made(stranger).open()
            assert client.cookies != stranger.cookies
            answer = await theirs.ask(Document(stranger, "doc", "/"), stream=worker.stream)
            assert answer.status == 410
            nobody = await client.browser().post(
                "/_triostate/attach", {"page": "/", "token": "", "stream": worker.stream}
            )
            assert nobody.status == 410
            assert not site.app._engine.sessions

    @virtual
    async def test_stream_of_one_session(self) -> None:
        """A stream of one session takes no other."""
        site = make_site()
        async with Client(site.app) as client, client.tab() as tab:
            name = site.app.event_namespace.token_to_sid[tab.token]
            body = {"page": "/", "token": "", "stream": name}
            assert (await client.post("/_triostate/attach", body)).status == 410

    @both
    @virtual
    async def test_unknown_page(self, made: Opener) -> None:
        """A page that is not there is a 404, whatever the stream."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            for more in ({}, {"stream": "nothing"}):
                answer = await worker.ask(Document(client, "doc", "/nothing"), **more)
                assert (answer.status, answer.json) == (404, {"error": "no such page"})

    @both
    @virtual
    async def test_session_that_is_gone(self, made: Opener) -> None:
        """A document that wants its own session or none is told 410, and which is gone."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await made(client).open()
            document = Document(client, "doc", "/")
            document.token = "gone"
            answer = await worker.ask(document, known=True)
            assert (answer.status, answer.json["known"]) == (410, True)
            assert not site.app._engine.sessions

    @virtual
    async def test_too_many(self) -> None:
        """One visitor's shared streams are bounded: one more is a 429, the others live on."""
        site = make_site()
        async with Client(site.app) as client:
            workers = [await Worker(client).open() for _ in range(MAX_STREAMS_PER_VISITOR)]
            answer = await client.request("GET", "/_triostate/stream?shared=1")
            assert answer.status == 429
            socket = await SocketWorker(client).open()
            assert socket.rejected[0]["status"] == 429
            workers[0].cut()
            await until(lambda: not workers[0].is_open)
            assert (await Worker(client).open()).is_open

    @both
    @virtual
    async def test_while_draining(self, made: Opener) -> None:
        """While the server goes down there are neither streams nor sessions: 503."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await Worker(client).open()
            site.app._engine.is_draining = True
            answer = await worker.ask(Document(client, "doc", "/"))
            assert answer.status == 503
            late = await made(client).open()
            assert not late.is_open
            assert late.stream == ""


@virtual
async def test_failed_frame_ends_its_session_alone() -> None:
    """A session whose frame cannot be made is reported and ends; the others' stream goes on."""
    site = make_site()
    errors: list[BaseException] = []
    site.app.on_error(errors.append)
    async with Client(site.app) as client:
        worker = await Worker(client).open()
        one, two = await worker.tab("one"), await worker.tab("two")
        session = site.app._engine.get(one.token)
        session.send(Effect("broken", {"value": object()}))
        await until(lambda: one.frames[-1][0] == "bye")
        assert one.frames[-1][1]["reason"] == "closed"
        assert len(errors) == 1
        await write(site, two, 6)
        await until(lambda: number(site, two) == 6)


@virtual
async def test_applied() -> None:
    """A document can say how far it has come; what it has applied is kept no longer."""
    site = make_site()
    async with Client(site.app) as client:
        worker = await Worker(client).open()
        tab = await worker.tab("doc")
        await write(site, tab, 1)
        await until(lambda: number(site, tab) == 1)
        outbox = site.app._engine.get(tab.token).outbox
        for epoch, kept in (("another", 1), ("doc", 0)):
            body = {"token": tab.token, "epoch": epoch, "seen": tab.seq}
            assert (await worker.post("applied", body)).status == 204
            assert len(outbox._sent._frames) == kept


def _binding(client: Client, handler: Any) -> int:
    return next(
        binding.id
        for binding in client.page("/").bindings
        if any(call.handler == handler for call in binding.calls)
    )
