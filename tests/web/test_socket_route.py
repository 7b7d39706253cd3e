"""The WebSocket's own: its handshake, its messages, and how it ends.

What it carries is tested with the shared stream, which it is.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from tests.clock import virtual
from tests.web.site import make_site
from tests.web.worker import Document, SocketWorker
from triostate.limits import MAX_BODY_BYTES
from triostate.testing import Client
from triostate.testing.waiting import until


class TestHandshake:
    @virtual
    async def test_cookie(self) -> None:
        """The handshake gives a browser its secret if it has none, and leaves one that it has."""
        site = make_site()
        async with Client(site.app) as client:
            first = await SocketWorker(client).open()
            assert first.accepted is not None
            assert b"HttpOnly" in first.accepted[b"set-cookie"]
            await first.tab("doc")
            second = await SocketWorker(client).open()
            assert not second.accepted

    @pytest.mark.parametrize(
        "status, headers",
        [
            (403, {"origin": "http://evil.example"}),
            (403, {"origin": "null"}),
            (403, {"sec-fetch-site": "cross-site"}),
            (421, {"host": "evil.example"}),
        ],
    )
    @virtual
    async def test_gate(self, status: int, headers: dict[str, str]) -> None:
        """Another site's page, or another host, is refused before anything is opened."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open(**headers)
            start, body = worker.rejected
            assert start["status"] == status
            assert json.loads(body["body"])["error"]
            assert (worker.accepted, worker.stream) == (None, "")

    @virtual
    async def test_own_pages(self) -> None:
        """The app's own pages get through, as do clients that are no browsers."""
        site = make_site()
        async with Client(site.app) as client:
            assert (await SocketWorker(client).open(origin="http://localhost:8000")).stream
            assert (await SocketWorker(client).open()).stream

    @pytest.mark.parametrize("path", ["/_triostate/stream", "/_triostate/nothing", "/"])
    @virtual
    async def test_other_addresses(self, path: str) -> None:
        """There is one address for WebSockets; a server that cannot send a 404 gets a close."""
        site = make_site()
        async with Client(site.app) as client:
            sent: list[Any] = []

            async def receive() -> Any:
                return {"type": "websocket.connect"}

            async def send(message: Any) -> None:
                sent.append(message)

            scope = {**client.scope("GET", path, {}), "type": "websocket", "scheme": "ws"}
            await site.app.serve(scope, receive, send)
            assert sent == [{"type": "websocket.close", "code": 4404}]


class TestMessages:
    @pytest.mark.parametrize(
        "text",
        [
            "hello",
            "[]",
            '{"kind": "events"}',
            '{"kind": "reset", "id": 1, "body": {}}',
            '{"kind": "leave", "id": 1, "id": 2, "body": {}}',
            '{"kind": "leave", "id": -1, "body": {}}',
            '{"kind": "leave", "id": 1, "body": {}, "more": 1}',
            '{"kind": "leave", "id": 1, "body": NaN}',
            '{"kind": "leave", "id": 1, "body": "\\ud800"}',
            "[" * 60_000,
        ],
    )
    @virtual
    async def test_malformed(self, text: str) -> None:
        """What is no message is answered 400 without a number; the connection goes on."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            await worker.say(text)
            answer = await worker.answer(None)
            assert answer["status"] == 400
            assert answer["body"]["error"].startswith("malformed body")
            await worker.tab("doc")

    @virtual
    async def test_malformed_body(self) -> None:
        """A body that its POST would refuse is answered with the number and the same status."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            for kind in ("attach", "events", "leave", "applied"):
                for body in (None, [], "text", {"token": 5}, {"handler": "reset"}):
                    assert (await worker.post(kind, body)).status == 400
            await worker.tab("doc")

    @virtual
    async def test_stream_by_itself(self) -> None:
        """A session that asks for no stream joins this one: a client needs no name."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            answer = await worker.post("attach", {"page": "/", "token": ""})
            token = answer.json["token"]
            await until(lambda: worker.of(token))
            assert worker.of(token)[0][0] == "snapshot"

    @virtual
    async def test_no_body_in_an_answer(self) -> None:
        """What a POST answers with 204 has null for a body."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            answer = await worker.post("leave", {"token": "t", "epoch": "e"})
            assert (answer.status, answer.json) == (204, None)

    @virtual
    async def test_another_visitors_token(self) -> None:
        """A token names a session only together with its visitor, here too."""
        site = make_site()
        async with Client(site.app) as client, client.tab() as tab:
            worker = await SocketWorker(client.browser()).open()
            events = [{"n": 1, "b": 0, "a": []}]
            body = {"token": tab.token, "page": "/", "epoch": tab.epoch, "events": events}
            assert (await worker.post("events", body)).status == 404
            await worker.post("leave", {"token": tab.token, "epoch": tab.epoch})
            document = await worker.attach(Document(client, "doc", "/"))
            assert document.token != tab.token
            await tab.run(site.Shop.add)
            assert site.log == ["add"]

    @virtual
    async def test_append(self) -> None:
        """A client that asks for it gets the operation for strings that grow."""
        site = make_site()
        async with Client(site.app) as client:
            for query, kind in (("?append=1", "append"), ("", "replace")):
                worker = await SocketWorker(client).open(query)
                answer = await worker.post("attach", {"page": "/", "token": ""})
                token = answer.json["token"]
                async with site.app.modify_state(token) as root:
                    root.get_substate(site.Shop).busy_text += "!"
                await until(lambda token=token, worker=worker: len(worker.of(token)) == 2)
                (op,) = worker.of(token)[1][1]["ops"]
                assert op["op"] == kind


class TestEnd:
    @pytest.mark.parametrize(
        "message, code",
        [("x" * (MAX_BODY_BYTES + 1), 1009), ("é" * (MAX_BODY_BYTES // 2 + 1), 1009), (b"x", 1003)],
    )
    @virtual
    async def test_unacceptable(self, message: str | bytes, code: int) -> None:
        """A message that is too long, or no text, ends the connection with a code that says so."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            await worker.say(message)
            await until(lambda: not worker.is_open)
            assert worker.closed == code

    @virtual
    async def test_longest(self) -> None:
        """A message as long as a POST may be is taken."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            await worker.say(" " * (MAX_BODY_BYTES - 2) + "{}")
            assert (await worker.answer(None))["status"] == 400
            assert worker.is_open

    @virtual
    async def test_drain(self) -> None:
        """After the goodbye of a drain it is closed as going away."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            client.begin_shutdown()
            await until(lambda: not worker.is_open)
            assert worker.frames[-1][1]["reason"] == "drain"
            assert worker.closed == 1001

    @virtual
    async def test_answers_to_who_does_not_read(self) -> None:
        """A client that sends and never reads is given up; nothing of it is left (62)."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            worker.stop_reading()
            for _ in range(5):
                await worker.say("{}")
            await trio.sleep(60)
            assert not worker.is_open

    @virtual
    async def test_send_to_who_is_gone(self) -> None:
        """Servers may say so by an OSError of their own: the connection is over, with no error."""
        site = make_site()
        async with Client(site.app) as client:
            worker = await SocketWorker(client).open()
            worker.vanish()
            await worker.say("{}")
            await until(lambda: not worker.is_open)
