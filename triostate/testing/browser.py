"""`Browser`: one visitor of an app in this process: its cookies, its requests and its tabs.

Knows nothing of how the app is kept alive.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs
import outcome
import trio

from triostate.app import App
from triostate.state.codec import encode_json
from triostate.testing.connection import Answer
from triostate.testing.tab import Tab
from triostate.ui import CompiledPage
from triostate.web.http import Message, Receive, Scope, Send

__all__ = ["Browser", "StreamLine"]

CLOSE_SECONDS = 60.0
"""What closing a tab may take before a test gives up on it."""


class Browser:
    """One browser of an app: its cookies, which make it one visitor, and its tabs.

    ``address`` is the IP address that the app sees it come from.
    """

    def __init__(self, app: App, *, address: str = "127.0.0.1") -> None:
        self.app = app
        self.address = address
        self.cookies: dict[str, str] = {}
        self._nursery: trio.Nursery | None = None
        self._stop: Callable[[], None] | None = None
        """Begins to shut the app down."""
        self._documents = itertools.count(1)

    # Tabs

    @asynccontextmanager
    async def tab(self, path: str = "/") -> AsyncIterator[Tab]:
        """Open a tab, and close it at the end: with a goodbye, as a browser does."""
        opened = await self.open(path)
        try:
            yield opened
        finally:
            with trio.move_on_after(CLOSE_SECONDS, shield=True):  # whatever happened inside
                await opened.close()

    async def open(self, path: str = "/") -> Tab:
        """Open a tab at a path and wait until it is live.

        Raises RefusedError for a path that leads to no live page of the app.
        """
        tab = Tab(self, f"doc-{next(self._documents)}")
        await tab.goto(path)
        return tab

    def page(self, name: str) -> CompiledPage:
        """Return the compiled page of a route or a page's id; LookupError if there is none."""
        site = self.app._site
        found = None if site is None else site.pages.find(name)
        if found is None:
            raise LookupError(f"the app has no page {name!r}")
        return found

    # Requests

    def scope(self, method: str, path: str, headers: Mapping[str, str]) -> Scope:
        """Return the ASGI scope of a request of this browser."""
        path, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"host": "localhost:8000", "cookie": cookie, **headers}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "server": ("127.0.0.1", 8000),
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in sent.items()],
            "client": (self.address, 40000),
        }

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and return its whole response; raises what the app raises."""
        exchange = _Exchange(body)
        done = trio.Event()

        async def serve() -> None:
            scope = self.scope(method, path, headers or {})
            exchange.result = await outcome.acapture(
                self.app.serve, scope, exchange.receive, exchange.send
            )
            done.set()

        # In a task of its own: a test that gives up is to the server a peer that has gone away.
        self._start_soon(serve)
        try:
            await done.wait()
        finally:
            exchange.gone.set()
        exchange.result.unwrap()
        answer = exchange.answer()
        self._keep_cookies(exchange.messages[0])
        return answer

    async def post(self, path: str, value: Any) -> Answer:
        """Send a value as JSON."""
        kind = {"content-type": "application/json"}
        return await self.request("POST", path, encode_json(value), kind)

    def start_stream(self, path: str, take: Callable[[bytes], None]) -> StreamLine:
        """Open a stream whose bytes go to ``take``."""
        line = StreamLine(take, self._keep_cookies)
        scope = self.scope("GET", path, {})
        self._start_soon(line.run, self.app.serve, scope)
        return line

    def _start_soon(self, fn: Callable[..., Any], *args: Any) -> None:
        if self._nursery is None:
            raise RuntimeError("the app is not being served: write `async with Client(app) as ...`")
        self._nursery.start_soon(fn, *args)

    def _keep_cookies(self, start: Message) -> None:
        for name, value in start["headers"]:
            if name == b"set-cookie":
                key, _, rest = value.decode("latin-1").partition("=")
                self.cookies[key] = rest.partition(";")[0]


@attrs.define(eq=False)
class _Exchange:
    """One request and its response."""

    body: bytes
    messages: list[Message] = attrs.field(factory=list)
    result: outcome.Outcome[None] = attrs.field(factory=lambda: outcome.Value(None))
    gone: trio.Event = attrs.field(factory=trio.Event)
    _is_sent: bool = False

    async def receive(self) -> Message:
        if self._is_sent:
            await self.gone.wait()
            return {"type": "http.disconnect"}
        self._is_sent = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    def answer(self) -> Answer:
        start, *rest = self.messages
        headers = {n.decode(): v.decode("latin-1") for n, v in start["headers"]}
        return Answer(start["status"], headers, b"".join(m.get("body", b"") for m in rest))


@attrs.define(eq=False)
class StreamLine:
    """An open stream of a browser; see `connection.Line`."""

    _take: Callable[[bytes], None]
    _on_start: Callable[[Message], None]
    is_open: bool = True
    has_begun: bool = False
    refusal: Answer | None = None
    _start: Message | None = None
    _gone: trio.Event = attrs.field(factory=trio.Event)

    def cut(self) -> None:
        """Lose it: nothing arrives any more, and the server learns that the peer is gone."""
        self._gone.set()

    async def run(self, serve: Callable[[Scope, Receive, Send], Any], scope: Scope) -> None:
        """Serve the stream until either side ends it."""
        try:
            await serve(scope, self._receive, self._send)
        finally:
            self.is_open = False

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await trio.lowlevel.checkpoint()
        if self._gone.is_set():
            return  # as a server has it: what is sent to nobody is lost
        if message["type"] == "http.response.start":
            self._start = message
            self._on_start(message)
        elif self._start is not None and self._start["status"] == 200:
            self._take(message.get("body", b""))
            self.has_begun = True
        elif self._start is not None:
            self.refusal = Answer(self._start["status"], {}, message.get("body", b""))
