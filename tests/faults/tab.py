"""A tab without a browser: the documented protocol over plain sockets, and nothing of ours.

Reads frames with a parser of its own, applies them with a foreign JSON Patch library, numbers and
retries its events, reconnects. It is as strict as it can be: a frame out of order, an answer that
the protocol does not know, fails the test.
"""

from __future__ import annotations

import json
import random
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import attrs
import h11
import jsonpatch
import trio

from tests.protocol.sse import parse_sse

ANSWER_SECONDS = 2.0
"""After which an answer that has not come is taken for lost."""

MAX_BATCH = 32

HOST = "localhost"  # without a port: the visitor's cookie is the same by whichever port one comes


class LostError(Exception):
    """The connection broke, or the answer did not come."""


@attrs.frozen
class Door:
    """A way to a server of this machine, other than a plain connection to its port."""

    port: int
    tls: ssl.SSLContext | None = None
    source: str = "127.0.0.1"
    """The address that one comes from; all of 127.0.0.0/8 are this machine's."""

    async def connected(self) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
        """Open a connection; raises OSError."""
        plain = trio.socket.socket()
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await plain.bind((self.source, 0))
            await plain.connect(("127.0.0.1", self.port))
        except BaseException:
            plain.close()
            raise
        stream = trio.SocketStream(plain)
        if self.tls is None:
            return stream
        return trio.SSLStream(stream, self.tls, server_hostname=HOST, https_compatible=True)


Port = int | Door


async def request(
    port: Port, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> AsyncGenerator[h11.Response | bytes]:
    """Make one request over a connection of its own: yield the answer's head, then its body.

    Close the generator to hang up. Raises LostError when the connection breaks.
    """
    try:
        stream = await (Door(port) if isinstance(port, int) else port).connected()
    except OSError as error:
        raise LostError(str(error)) from None
    async with stream:
        try:
            async with aclosing(exchange(stream, method, target, headers, body)) as answer:
                async for event in answer:
                    yield event
        except (trio.BrokenResourceError, trio.ClosedResourceError, h11.RemoteProtocolError) as e:
            raise LostError(str(e)) from None


async def exchange(
    stream: trio.abc.Stream,
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> AsyncGenerator[h11.Response | bytes]:
    """Make one request over an open connection."""
    connection = h11.Connection(h11.CLIENT)
    fields = {"host": HOST, "content-length": str(len(body)), **(headers or {})}
    sent = [
        connection.send(h11.Request(method=method, target=target, headers=[*fields.items()])),
        connection.send(h11.Data(body)) if body else b"",
        connection.send(h11.EndOfMessage()),
    ]
    await stream.send_all(b"".join(part or b"" for part in sent))
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(bytes(await stream.receive_some(65_536)))
        elif isinstance(event, h11.Response):
            yield event
        elif isinstance(event, h11.Data):
            yield bytes(event.data)
        else:
            return


async def ask(
    port: Port, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes]:
    """Make one request and return the status and body of its answer."""
    status, content = 0, b""
    async with aclosing(request(port, method, target, headers, body)) as answer:
        async for event in answer:
            if isinstance(event, h11.Response):
                status = event.status_code
            else:
                content += event
    if not status:
        raise LostError("the connection ended before an answer")
    return status, content


def with_cookies(cookie: str, head: h11.Response) -> str:
    """Return the header by which a browser that had these cookies now says what it has."""
    jar = dict(pair.split("=", 1) for pair in cookie.split("; ") if pair)
    for name, value in head.headers:
        if name == b"set-cookie":
            key, _, content = value.decode().partition(";")[0].partition("=")
            jar[key] = content
    return "; ".join(f"{key}={content}" for key, content in jar.items())


async def page_id(port: int) -> str:
    """Return the id of the page at `/`, as its plan says it."""
    _, page = await ask(port, "GET", "/")
    plan = page.decode().partition('id="ts-plan">')[2].partition("</script>")[0]
    return str(json.loads(plan)["page"])


@attrs.define(eq=False)
class Tab:
    """One tab: a document that holds a stream and sends events."""

    _stream_port: Port
    _post_port: Port
    page: str
    doc: str = attrs.field(factory=lambda: f"doc{random.getrandbits(48):x}")
    token: str = ""
    cookie: str = ""
    seq: int = 0
    acknowledged: int = 0
    state: dict[str, Any] = attrs.field(factory=dict)
    is_live: bool = False
    """There is a stream, and a session that it belongs to."""
    streams: int = 0
    """How many streams there have been, so far."""
    snapshots: int = 0
    deltas: int = 0
    byes: list[str] = attrs.field(factory=list)
    posts: int = 0
    gaps: int = 0
    """Answers 409."""
    _queue: list[dict[str, Any]] = attrs.field(factory=list)
    _number: int = 0
    _rest: bytes = b""
    _changed: trio.Event = attrs.field(factory=trio.Event)

    # Down

    async def live(self) -> None:
        """Hold a stream, and come back whenever it is lost, until cancelled."""
        failures = 0
        while True:
            try:
                await self.hold_stream()
            except LostError:
                failures += 1
            if self.is_live:
                failures = 0
            self.is_live = False
            self._tell()
            await trio.sleep(random.uniform(0, min(1.0, 0.05 * 2**failures)))

    async def hold_stream(self) -> None:
        """Hold one stream until it ends; LostError when it breaks."""
        async with aclosing(request(self._stream_port, "GET", self.target, self.cookies)) as answer:
            async for part in answer:
                self.feed(part)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[trio.SocketStream]:
        """Hold a stream whose first frame has come; no more of it is read but by the block."""
        self.is_live = False
        assert isinstance(self._stream_port, int), "over a plain connection only"
        stream = await trio.open_tcp_stream("127.0.0.1", self._stream_port)
        answer = exchange(stream, "GET", self.target, self.cookies)
        async with stream, aclosing(answer):
            while not self.is_live:
                self.feed(await anext(answer))
            yield stream

    def feed(self, part: h11.Response | bytes) -> None:
        """Take the head of a stream, or some of its bytes."""
        if isinstance(part, h11.Response):
            self._take_head(part)
            return
        *whole, self._rest = (self._rest + part).split(b"\n\n")
        for text in whole:
            for name, data in parse_sse(text + b"\n\n"):
                self._take(name, data)

    @property
    def target(self) -> str:
        """The address of the stream that this tab would ask for now."""
        return (
            f"/_triostate/stream?page={self.page}&doc={self.doc}"
            f"&token={self.token}&seq={self.seq or ''}&append=1"
        )

    @property
    def cookies(self) -> dict[str, str]:
        """The header that names the visitor."""
        return {"cookie": self.cookie} if self.cookie else {}

    def _take_head(self, head: h11.Response) -> None:
        if head.status_code >= 500:
            raise LostError(f"the server is not up to it: {head.status_code}")
        assert head.status_code == 200, head
        self.cookie = with_cookies(self.cookie, head)
        self.streams += 1
        self._rest = b""

    def _take(self, name: str, data: Any) -> None:
        if name == "snapshot":
            assert self.token in ("", data["token"]), "the session is another one"
            assert data["epoch"] == self.doc
            self.token, self.state = data["token"], data["state"]
            self.snapshots += 1
        elif name == "delta":
            assert data["token"] == self.token
            assert data["seq"] == self.seq + 1, f"frame {data['seq']} after {self.seq}"
            self.state = _applied(self.state, data["ops"])
            self.deltas += 1
        elif name == "bye":
            self.byes.append(data["reason"])
            return
        else:
            assert name == "", f"an unknown frame: {name}"
            self._is_up()
            return
        self.seq, self.acknowledged = data["seq"], data["ack"]
        self._is_up()

    def _is_up(self) -> None:
        # A stream that has nothing to say yet begins with a comment.
        self.is_live = bool(self.token)
        self._tell()

    # Up

    def trigger(self, binding: int, *values: Any) -> int:
        """Queue an event and return its number."""
        self._number += 1
        self._queue.append({"n": self._number, "b": binding, "a": [*values]})
        self._tell()
        return self._number

    async def send_events(self) -> None:
        """Send what is queued, in batches, each until it is answered, until cancelled."""
        while True:
            await self.until(lambda: self._queue and self.token)
            try:
                with trio.fail_after(ANSWER_SECONDS):
                    status, answer = await self._post(self._queue[:MAX_BATCH])
            except (LostError, trio.TooSlowError):
                await trio.sleep(random.uniform(0, 0.02))
                continue
            if status == 202:
                assert answer["refused"] == []
                self._queue = [event for event in self._queue if event["n"] > answer["ack"]]
            else:
                assert status == 409, (status, answer)
                self.gaps += 1
                self._queue = [event for event in self._queue if event["n"] >= answer["expected"]]
            self._tell()

    @property
    def queued(self) -> int:
        """How many events are not answered yet."""
        return len(self._queue)

    async def _post(self, events: list[dict[str, Any]]) -> tuple[int, Any]:
        """Deliver a batch and return the answer's status and what it says."""
        self.posts += 1
        headers = {"content-type": "application/json", **self.cookies}
        letter = self._letter(events)
        status, answer = await ask(self._post_port, "POST", "/_triostate/events", headers, letter)
        return status, json.loads(answer)

    def _letter(self, events: list[dict[str, Any]]) -> bytes:
        batch = {
            "token": self.token,
            "page": self.page,
            "epoch": self.doc,
            "seen": self.seq,
            "events": events,
        }
        return json.dumps(batch).encode()

    async def leave(self) -> None:
        """Say goodbye, as a page that is being closed does."""
        body = json.dumps({"token": self.token, "epoch": self.doc}).encode()
        headers = {"content-type": "application/json", **self.cookies}
        status, _ = await ask(self._post_port, "POST", "/_triostate/leave", headers, body)
        assert status == 204

    # Waiting

    def _tell(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as a condition on this tab holds."""
        while not condition():
            await self._changed.wait()


def _applied(state: dict[str, Any], ops: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the state after a patch; our one extension is taken care of here."""
    for op in ops:
        if op["op"] == "append":
            before = jsonpatch.JsonPointer(op["path"]).resolve(state)
            op = {"op": "replace", "path": op["path"], "value": before + op["value"]}
        # One by one and in place: the copy that the library makes otherwise costs the most.
        state = jsonpatch.apply_patch(state, [op], in_place=True)
    return state
