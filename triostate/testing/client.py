"""`Client`: serves an app without a server and opens tabs on it, all in one Trio run.

Bytes go through the same ASGI routes as a browser's, so what a test sees is what travels. With
`trio.testing.MockClock(autojump_threshold=0)` an hour of `trio.sleep` takes milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import attrs
import jsonpatch
import trio

from triostate.app import App
from triostate.state.codec import decode_json, encode_json
from triostate.state.handlers import EventHandler
from triostate.ui import CompiledPage
from triostate.web.http import Message, Scope

__all__ = ["Answer", "Client", "Tab"]

SHUTDOWN_SECONDS = 60.0
"""What an app may take to shut down before a test gives up on it."""


@attrs.frozen
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return decode_json(self.body)


class Client:
    """One browser of an app that is served in this process.

    ``async with Client(app) as client:`` starts the app and, on the way out, shuts it down as a
    server would.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}
        self._to_app, self._from_server = trio.open_memory_channel[Message](1)
        self._nursery_manager = trio.open_nursery()
        self._nursery: trio.Nursery | None = None
        self._started = trio.Event()
        self._stopped = trio.Event()

    async def __aenter__(self) -> Self:
        self._nursery = await self._nursery_manager.__aenter__()
        self._nursery.start_soon(self._lifespan)
        await self._to_app.send({"type": "lifespan.startup"})
        await self._started.wait()
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._nursery is not None
        with trio.move_on_after(SHUTDOWN_SECONDS, shield=True):  # as a server would: whatever came
            await self._to_app.send({"type": "lifespan.shutdown"})
            await self._stopped.wait()
        self._nursery.cancel_scope.cancel()
        # A test's own exception goes on as it is, not wrapped in a group.
        await self._nursery_manager.__aexit__(None, None, None)

    async def _lifespan(self) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._started.set()

        try:
            await self.app.serve({"type": "lifespan"}, self._from_server.receive, send)
        finally:
            self._started.set()
            self._stopped.set()

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
            "client": ("127.0.0.1", 40000),
        }

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and return its whole response."""
        messages: list[Message] = []
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                await trio.sleep_forever()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app.serve(self.scope(method, path, headers or {}), receive, send)
        start = messages[0]
        found = {n.decode(): v.decode("latin-1") for n, v in start["headers"]}
        return Answer(start["status"], found, b"".join(m.get("body", b"") for m in messages[1:]))

    async def post(self, path: str, value: Any) -> Answer:
        """Send a value as JSON."""
        kind = {"content-type": "application/json"}
        return await self.request("POST", path, encode_json(value), kind)

    def page(self, route: str) -> CompiledPage:
        """Return the compiled page of a route."""
        site = self.app._site
        found = None if site is None else site.pages.find(route)
        if found is None:
            raise LookupError(f"the app has no page {route!r}")
        return found

    @asynccontextmanager
    async def tab(self, route: str = "/") -> AsyncIterator[Tab]:
        """Open a tab and close it at the end: with a goodbye, as a browser does."""
        opened = await self.open(route)
        try:
            yield opened
        finally:
            with trio.move_on_after(SHUTDOWN_SECONDS, shield=True):  # whatever happened inside
                await opened.close()

    async def open(self, route: str = "/") -> Tab:
        """Open a tab and wait for its first snapshot."""
        tab = Tab(self, self.page(route))
        await tab.connect()
        return tab

    def start_stream(self, tab: Tab, path: str) -> trio.CancelScope:
        """Let a tab hold a stream open, until its scope is cancelled."""
        assert self._nursery is not None
        scope = trio.CancelScope()
        self._nursery.start_soon(self._stream, tab, path, scope)
        return scope

    async def _stream(self, tab: Tab, path: str, cancel_scope: trio.CancelScope) -> None:
        gone = trio.Event()

        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._keep_cookies(message)
            await trio.lowlevel.checkpoint()
            tab.feed(message.get("body", b""))

        with cancel_scope:
            await self.app.serve(self.scope("GET", path, {}), receive, send)
        tab.lost()

    def _keep_cookies(self, message: Message) -> None:
        for name, value in message["headers"]:
            if name == b"set-cookie":
                key, _, rest = value.decode("latin-1").partition("=")
                self.cookies[key] = rest.partition(";")[0]


class Tab:
    """One browser tab: the browser's copy of the state, kept by the frames that arrive."""

    def __init__(self, client: Client, page: CompiledPage) -> None:
        self.client = client
        self.page = page
        self.token = ""
        self.epoch = f"doc-{id(self)}"
        self.state: dict[str, dict[str, Any]] = {}
        self.frames: list[tuple[str, Any]] = []
        """Name and data of every frame, heartbeats apart."""
        self.effects: list[dict[str, Any]] = []
        self.ack = 0
        self._number = 0
        self._buffer = b""
        self._changed = trio.Event()
        self._stream: trio.CancelScope | None = None
        self._is_connected = False

    # The connection

    async def connect(self, *, new_document: bool = False) -> None:
        """Open the tab's stream and wait for the snapshot: the first time, or again."""
        if new_document:
            self.epoch += "~"
            self._number = 0
        seen = len(self.frames)
        query = f"page={self.page.id}&token={self.token}&doc={self.epoch}"
        self._stream = self.client.start_stream(self, f"/_triostate/stream?{query}")
        await self.wait(lambda: any(name == "snapshot" for name, _ in self.frames[seen:]))
        self._is_connected = True

    async def drop(self) -> None:
        """Lose the connection without a word."""
        if self._stream is not None:
            self._stream.cancel()
            await self.wait(lambda: not self._is_connected)

    async def close(self) -> None:
        """Say goodbye and lose the connection, as a closed tab does."""
        body = {"token": self.token, "epoch": self.epoch}
        await self.client.post("/_triostate/leave", body)
        await self.drop()

    async def reload(self) -> None:
        """Leave and come back with a new document."""
        await self.close()
        await self.connect(new_document=True)

    def lost(self) -> None:
        """Take note that the stream has ended."""
        self._is_connected = False
        self._changed.set()

    # What arrives

    def feed(self, chunk: bytes) -> None:
        """Take in bytes of the stream."""
        *events, self._buffer = (self._buffer + chunk).split(b"\n\n")
        for event in events:
            fields = dict(
                line.split(": ", 1) for line in event.decode().split("\n") if ": " in line
            )
            if "data" in fields:
                self._apply(fields["event"], decode_json(fields["data"]))
        self._changed.set()

    def _apply(self, name: str, data: dict[str, Any]) -> None:
        self.frames.append((name, data))
        if name == "bye":
            return
        self.token = data["token"]
        self.ack = data["ack"]
        self.effects.extend(data["effects"])
        if name == "snapshot":
            self.state = data["state"]
        else:
            self.state = jsonpatch.apply_patch(self.state, data["ops"])

    def var(self, state: type, name: str) -> Any:
        """Return the browser's copy of a var, in wire form."""
        full_name: str = state.get_full_name()  # type: ignore[attr-defined]
        return self.state[full_name][name]

    async def wait(self, condition: Callable[[], bool], timeout: float = math.inf) -> None:
        """Wait until a condition on this tab holds; raise trio.TooSlowError after ``timeout``."""
        with trio.fail_after(timeout):
            while not condition():
                self._changed = trio.Event()
                await self._changed.wait()

    async def wait_var(self, state: type, name: str, value: Any, timeout: float = math.inf) -> None:
        """Wait until the browser's copy of a var has a value."""
        await self.wait(lambda: bool(self.var(state, name) == value), timeout)

    # What is sent

    async def trigger(self, handler: EventHandler[...], *values: Any) -> Answer:
        """Trigger the first binding of the page that runs the handler, as a click would.

        ``values`` fill what the browser sends for it. Returns when the server has answered, which
        is before the handler has run. Raises LookupError if nothing on the page runs it.
        """
        for binding in self.page.bindings:
            if any(call.handler == handler for call in binding.calls):
                return await self.send(binding.id, *values)
        raise LookupError(f"nothing on page {self.page.route} runs {handler!r}")

    async def send(self, binding: int, *values: Any) -> Answer:
        """Send one event by the number of its binding."""
        self._number += 1
        event = {"n": self._number, "b": binding, "a": list(values)}
        return await self.client.post(
            "/_triostate/events",
            {
                "token": self.token,
                "page": self.page.id,
                "epoch": self.epoch,
                "events": [event],
            },
        )

    async def run(self, handler: EventHandler[...], *values: Any) -> None:
        """Trigger a handler and wait until the server says that it is done (or started)."""
        answer = await self.trigger(handler, *values)
        if answer.status != 202:
            raise RuntimeError(f"{answer.status}: {answer.body.decode()}")
        number = self._number
        await self.wait(lambda: self.ack >= number)
