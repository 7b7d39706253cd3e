"""The bridge under a Trio worker, driven in process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio
import trio.testing

from tests.server.driving import START, part
from triostate.limits import END_SECONDS, LAST_SEND_SECONDS
from triostate.server.asgi import Message, Receive, Scope, Send
from triostate.server.guest import Bridge


class Context:
    def __init__(self) -> None:
        self.terminate = trio.Event()
        self.terminated = trio.Event()


class Stream:
    """The object whose bound method hypercorn passes as `send`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        await trio.sleep(0.5)
        self.sent.append(message)


async def receive() -> Message:
    await trio.sleep_forever()
    raise AssertionError


HTTP: Scope = {"type": "http", "path": "/", "headers": []}


def virtual(test: Callable[[], Awaitable[None]]) -> None:
    trio.run(test, clock=trio.testing.MockClock(autojump_threshold=0))


def test_stopping_follows_hypercorn() -> None:
    """The event of hypercorn's worker fires `triostate.stopping` for every request of the run."""
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        stopping = scope["extensions"]["triostate.stopping"]
        assert not stopping.is_set()
        await stopping.wait()
        heard.append(scope["path"])

    async def test() -> None:
        bridge = Bridge(app)
        context = Context()
        async with trio.open_nursery() as nursery:
            for path in "abc":
                nursery.start_soon(bridge, {**HTTP, "path": path}, receive, Stream(context).send)
            await trio.testing.wait_all_tasks_blocked()
            context.terminated.set()
        assert sorted(heard) == ["a", "b", "c"]

    virtual(test)


def test_stopping_without_support() -> None:
    """Under a server that tells nothing `triostate.stopping` is there and does not fire."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with trio.move_on_after(3600) as limit:
            await scope["extensions"]["triostate.stopping"].wait()
        assert limit.cancelled_caught

    async def send(message: Message) -> None:
        raise AssertionError

    async def test() -> None:
        await Bridge(app)(HTTP, receive, send)

    virtual(test)


def test_last_send_survives_a_cancellation() -> None:
    """Only the last message of a response is sent to its end by a cancelled task."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        with trio.CancelScope() as cancelled:
            cancelled.cancel()
            await send(part(b"lost"))
        with trio.move_on_after(0.1):
            await send(part(b"bye", more=False))

    async def test() -> None:
        stream = Stream(Context())
        await Bridge(app)(HTTP, receive, stream.send)
        assert stream.sent == [START, part(b"bye", more=False)]

    virtual(test)


def test_last_send_has_a_limit_once_cancelled() -> None:
    """A last send that hangs is given up a fixed time after the cancellation, not before."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with trio.move_on_after(100):
            await send(part(more=False))
        assert trio.current_time() - start == 100 + LAST_SEND_SECONDS

    async def hang(message: Message) -> None:
        await trio.sleep_forever()

    start = 0.0

    async def test() -> None:
        nonlocal start
        start = trio.current_time()
        await Bridge(app)(HTTP, receive, hang)

    virtual(test)


def test_last_send_error_is_raised_bare() -> None:
    """What the server's last send raises is raised as it is, not in a group."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(ConnectionResetError):
            await send(part(more=False))

    async def fail(message: Message) -> None:
        raise ConnectionResetError

    async def test() -> None:
        await Bridge(app)(HTTP, receive, fail)

    virtual(test)


def test_lifespan_last_word_is_sent_after_the_application() -> None:
    """`shutdown.complete` is sent when the application has returned; `startup.failed` too."""
    trace: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async with trio.open_nursery():
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            await trio.sleep(1)
        trace.append("out")

    async def send(message: Message) -> None:
        trace.append(message["type"])
        await trio.lowlevel.checkpoint()

    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        await trio.lowlevel.checkpoint()
        return {"type": next(messages)}

    async def test() -> None:
        await Bridge(app)({"type": "lifespan"}, receive, send)
        assert trace == ["lifespan.startup.complete", "out", "lifespan.shutdown.complete"]

    virtual(test)


def test_application_that_does_not_end_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """The server is answered in time and once, and the log says which task stands where."""
    answers: list[float] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        with trio.CancelScope(shield=True):
            await trio.sleep(1000)

    async def send(message: Message) -> None:
        if message["type"] == "lifespan.shutdown.complete":
            answers.append(trio.current_time())
        await trio.lowlevel.checkpoint()

    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        await trio.lowlevel.checkpoint()
        return {"type": next(messages)}

    async def test() -> None:
        since = trio.current_time()
        await Bridge(app)({"type": "lifespan"}, receive, send)
        assert [answer - since for answer in answers] == pytest.approx([END_SECONDS])

    virtual(test)
    (said,) = caplog.messages
    assert said.startswith("The application did not end in time and is left behind: ")
    assert f"at {__file__}:" in said
    assert said.endswith("in test_application_that_does_not_end_is_left_behind.<locals>.app")
