"""An ASGI server in miniature on asyncio or uvloop, to drive a `Bridge` in process.

Knows no sockets: its requests are queues and lists that a test fills and reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import uvloop

from triostate.server.asgi import Message, Receive, Scope, Send, TrioASGIApp
from triostate.server.guest import Bridge

DEADLINE_SECONDS = 20.0

Test = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture(params=["asyncio", "uvloop"], name="run")
def run_fixture(request: pytest.FixtureRequest) -> Callable[[Test], None]:
    """Run an asyncio test function to its end on each kind of host loop."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else None

    def run(test: Test) -> None:
        async def limited() -> None:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await test()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not others, f"left over on the host's side: {others}"

        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(limited())

    return run


@attrs.define(eq=False)
class Request:
    """One http or websocket scope as a server sees it."""

    bridge: Bridge
    scope: Scope
    incoming: asyncio.Queue[Message] = attrs.field(factory=asyncio.Queue)
    sent: list[Message] = attrs.field(factory=list)
    received: int = 0
    before_send: Callable[[Message], Awaitable[None]] | None = None
    task: asyncio.Task[None] = attrs.field(init=False)

    async def receive(self) -> Message:
        message = await self.incoming.get()
        self.received += 1
        return message

    async def send(self, message: Message) -> None:
        if self.before_send is not None:
            await self.before_send(message)
        self.sent.append(message)

    def start(self) -> Request:
        self.task = asyncio.create_task(self.bridge(self.scope, self.receive, self.send))
        return self

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.sent]


def http(bridge: Bridge, **scope: Any) -> Request:
    return Request(bridge, {"type": "http", "path": "/", "headers": [], **scope})


@attrs.define(eq=False)
class Lifetime:
    """A lifespan as a server sees it."""

    bridge: Bridge
    sent: list[Message] = attrs.field(factory=list)
    incoming: asyncio.Queue[Message] = attrs.field(factory=asyncio.Queue)
    started: asyncio.Event = attrs.field(factory=asyncio.Event)
    on_send: Callable[[Message], None] = lambda _: None
    task: asyncio.Task[None] = attrs.field(init=False)

    def start(self) -> Lifetime:
        self.incoming.put_nowait({"type": "lifespan.startup"})
        scope: Scope = {"type": "lifespan", "state": {}}
        self.task = asyncio.create_task(self.bridge(scope, self.incoming.get, self.send))
        return self

    async def send(self, message: Message) -> None:
        self.on_send(message)
        self.sent.append(message)
        if message["type"] == "lifespan.startup.complete":
            self.started.set()

    def shut_down(self) -> None:
        self.incoming.put_nowait({"type": "lifespan.shutdown"})


@asynccontextmanager
async def serving(bridge: Bridge) -> AsyncIterator[Lifetime]:
    """Take a bridge through start-up and, at the end, through an orderly shutdown."""
    lifetime = Lifetime(bridge).start()
    await lifetime.started.wait()
    try:
        yield lifetime
    finally:
        lifetime.shut_down()
        await lifetime.task
    assert lifetime.sent[-1]["type"] == "lifespan.shutdown.complete"


def with_lifespan(serve: TrioASGIApp) -> TrioASGIApp:
    """Add the plainest lifespan to an application that serves requests only."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await serve(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return app


def part(body: bytes = b"", *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def until(condition: Callable[[], object]) -> None:
    """Give other tasks turns until a condition holds; the test's deadline bounds it."""
    while not condition():  # noqa: ASYNC110  the condition is set on the Trio side, by many means
        await asyncio.sleep(0)


START: Message = {"type": "http.response.start", "status": 200, "headers": []}
