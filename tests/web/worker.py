"""A browser's one connection for all its tabs, in process: a shared stream or a WebSocket.

It does what a SharedWorker does, on the raw messages of the app, so that a test can look at every
frame and every chunk. Knows nothing of what a page shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import trio

from tests.protocol.sse import parse_sse
from triostate.testing import Answer, Browser
from triostate.testing.browser import StreamLine
from triostate.testing.connection import Connection, Event
from triostate.testing.waiting import until

__all__ = ["Document", "SocketWorker", "Worker"]


class Document(Connection):
    """One tab's document on a shared connection: its copy of the state."""

    def __init__(self, browser: Browser, name: str, path: str) -> None:
        super().__init__(browser, name)
        self.path = path

    @property
    def page_id(self) -> str:
        return self.path

    async def click(self, binding: int = 0) -> Answer:
        return await self.post_events([Event(binding, ())])

    def names(self) -> list[str]:
        return [name for name, _ in self.frames]


@attrs.define(eq=False)
class _Line(StreamLine):
    """A stream whose browser may stop reading."""

    is_stuck: bool = False

    async def _send(self, message: Any) -> None:
        if self.is_stuck:
            await trio.sleep_forever()
        await super()._send(message)


@attrs.define(eq=False)
class Worker:
    """A shared stream and the documents on it."""

    browser: Browser
    stream: str = ""
    chunks: list[tuple[float, list[tuple[str, Any]]]] = attrs.field(factory=list)
    """When each chunk came, and the events in it."""
    documents: dict[str, Document] = attrs.field(factory=dict)
    _early: list[tuple[str, Any]] = attrs.field(factory=list)
    _line: _Line | None = None

    async def open(self, query: str = "") -> Worker:
        """Open the stream and wait for its name."""
        self._line = line = _Line(self._take, self.browser._keep_cookies)
        scope = self.browser.scope("GET", f"/_triostate/stream?shared=1{query}", {})
        self.browser._start_soon(line.run, self.browser.app.serve, scope)
        await until(lambda: self.stream or not self.is_open, what="the stream's name")
        return self

    @property
    def is_open(self) -> bool:
        return self._line is not None and self._line.is_open

    @property
    def refusal(self) -> Answer | None:
        """What was answered in place of a stream."""
        return None if self._line is None else self._line.refusal

    @property
    def frames(self) -> list[tuple[str, Any]]:
        """All frames, heartbeats apart."""
        return [frame for _, chunk in self.chunks for frame in chunk if frame[0]]

    def of(self, token: str) -> list[tuple[str, Any]]:
        """Return a session's frames."""
        return [frame for frame in self.frames if frame[1].get("token") == token]

    def cut(self) -> None:
        """Lose the connection."""
        assert self._line is not None
        self._line.cut()

    def stop_reading(self) -> None:
        """Take nothing any more, and stay."""
        assert self._line is not None
        self._line.is_stuck = True

    async def ask(self, document: Document, **more: Any) -> Answer:
        """Ask for a document's session, to be joined to this stream."""
        seq = document.seq if document.is_attached else 0
        body = {
            "page": document.path,
            "token": document.token,
            "doc": document.epoch,
            "seq": seq,
            "stream": self.stream,
            **more,
        }
        return await self.post("attach", body)

    async def attach(self, document: Document, **more: Any) -> Document:
        """Join a document's session to this stream and wait for its first frame, if one is due."""
        document.is_fresh, was_attached = False, document.is_attached
        answer = await self.ask(document, **more)
        assert answer.status == 200, answer.body
        token = answer.json["token"]
        self.documents[token] = document
        early, self._early = self._early, []
        for name, data in early:
            self._route(name, data)
        await until(lambda: was_attached or document.is_attached, what="the first frame")
        return document

    async def tab(self, name: str, path: str = "/") -> Document:
        """Open another tab."""
        return await self.attach(Document(self.browser, name, path))

    async def post(self, kind: str, body: Any) -> Answer:
        return await self.browser.post(f"/_triostate/{kind}", body)

    def _take(self, chunk: bytes) -> None:
        self._took(parse_sse(chunk))

    def _took(self, events: list[tuple[str, Any]]) -> None:
        self.chunks.append((trio.current_time(), events))
        for name, data in events:
            self._route(name, data)

    def _route(self, name: str, data: Any) -> None:
        if name == "hello":
            self.stream = data["stream"]
        elif name and data["token"]:
            document = self.documents.get(data["token"])
            if document is None:
                self._early.append((name, data))
            else:
                document._take(name, data)


class SocketWorker(Worker):
    """The same over a WebSocket."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser)
        self.accepted: Mapping[bytes, bytes] | None = None
        self.closed: int | None = None
        """The code that the server closed it with."""
        self.rejected: list[Any] = []
        self._answers: dict[int | None, Any] = {}
        self._number = 0
        self._up, self._receive = trio.open_memory_channel[Any](10)
        self._is_over = self._is_stuck = self._is_gone = False

    async def open(self, query: str = "", **headers: str) -> SocketWorker:
        scope = {**self.browser.scope("GET", f"/_triostate/ws{query}", headers)}
        del scope["method"]
        scope |= {
            "type": "websocket",
            "scheme": "ws",
            "extensions": {"websocket.http.response": {}},
        }
        await self._up.send({"type": "websocket.connect"})
        self.browser._start_soon(self._serve, scope)
        await until(lambda: self.stream or self._is_over, what="the stream's name")
        return self

    async def _serve(self, scope: Any) -> None:
        try:
            await self.browser.app.serve(scope, self._receive.receive, self._send)
        finally:
            self._is_over = True

    @property
    def is_open(self) -> bool:
        return not self._is_over

    def cut(self) -> None:
        self._up.send_nowait({"type": "websocket.disconnect", "code": 1006})

    def stop_reading(self) -> None:
        self._is_stuck = True

    def vanish(self) -> None:
        """Be gone, as the server's `send` says before its `receive` does."""
        self._is_gone = True

    async def _send(self, message: Any) -> None:
        await trio.lowlevel.checkpoint()
        if self._is_gone:
            raise ConnectionError("the client is gone")
        if self._is_stuck:
            await trio.sleep_forever()
        if message["type"] == "websocket.accept":
            self.accepted = dict(message["headers"])
            self.browser._keep_cookies(message)
        elif message["type"] == "websocket.close":
            self.closed = message["code"]
        elif message["type"] == "websocket.send":
            self._heard(json.loads(message["text"]))
        else:
            self.rejected.append(message)

    def _heard(self, message: Any) -> None:
        name, data = message["event"], message.get("data")
        if name == "answer":
            self._answers[data["id"]] = data
        elif name == "ping":
            assert message == {"event": "ping"}
            self._took([("", "")])
        else:
            self._took([(name, data)])

    async def say(self, text: str | bytes) -> None:
        """Send a message as it is."""
        key = "text" if isinstance(text, str) else "bytes"
        await self._up.send({"type": "websocket.receive", key: text})

    async def post(self, kind: str, body: Any) -> Answer:
        self._number += 1
        number = self._number
        await self.say(json.dumps({"kind": kind, "id": number, "body": body}))
        answer = await self.answer(number)
        return Answer(answer["status"], {}, json.dumps(answer["body"]).encode())

    async def answer(self, number: int | None) -> Any:
        """Wait for the answer to a message."""
        await until(lambda: number in self._answers or self._is_over, what="an answer")
        return self._answers.pop(number)


Opener = Callable[[Browser], Worker]
