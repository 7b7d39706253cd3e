"""A stream on the virtual clock: when it speaks, and how it ends."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from tests.clock import virtual
from tests.protocol.sse import parse_sse
from triostate.limits import (
    FRAME_SECONDS,
    HEARTBEAT_FIRST_SECONDS,
    HEARTBEAT_SECONDS,
    PULSE_SECONDS,
    SEND_STALL_SECONDS,
)
from triostate.runtime.lanes import Lane
from triostate.runtime.outbox import Outbox
from triostate.runtime.stream import Stream
from triostate.runtime.streams import Streams
from triostate.state.patch import PatchOp


class Source:
    """An outbox of one number, and streams on it."""

    def __init__(self, token: str = "tok") -> None:
        self.n = 0
        self.token = token
        self.outbox = Outbox(token, lambda: {"s": {"n": self.n}}, lambda _: self.n)

    def stream(self, **options: Any) -> Stream:
        stream = Stream(append=False)
        self.join(stream, **options)
        return stream

    def join(self, stream: Stream, **options: Any) -> None:
        self.outbox.attach(0)
        given = {"fresh": True, "append": False, **options}
        stream.join(Lane(self.token, self.outbox, "doc", **given))

    def change(self) -> None:
        self.n += 1
        self.outbox.push([PatchOp("replace", "/s/n", self.n)])


async def next_of(stream: Stream) -> list[tuple[str, Any]]:
    chunk = await stream.next_chunk()
    return [] if chunk is None else parse_sse(chunk)


@virtual
async def test_begins_with_a_comment_and_a_snapshot() -> None:
    """The first chunk is a comment and the whole state, at once."""
    source, before = Source(), trio.current_time()
    comment, (name, data) = await next_of(source.stream())
    assert comment == ("", "")
    assert (name, data["seq"], data["state"], data["fresh"]) == (
        "snapshot",
        1,
        {"s": {"n": 0}},
        True,
    )
    assert trio.current_time() == before


@virtual
async def test_first_change_leaves_at_once() -> None:
    """A change after a quiet time leaves at once."""
    source = Source()
    stream = source.stream()
    await next_of(stream)
    await trio.sleep(1)
    before = trio.current_time()
    source.change()
    ((_, data),) = await next_of(stream)
    assert data["ops"] == [{"op": "replace", "path": "/s/n", "value": 1}]
    assert trio.current_time() == before


@virtual
async def test_one_frame_a_frame_time() -> None:
    """A busy session sends one frame each 1/60 s at most, each with the newest value."""
    source = Source()
    stream = source.stream()
    await next_of(stream)
    seen: list[int] = []

    async def busy() -> None:
        for _ in range(10_000):
            source.change()
            await trio.sleep(0.0001)

    async def read() -> None:
        while True:
            for name, data in await next_of(stream):
                if name == "delta":
                    seen.append(data["ops"][0]["value"])

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        before = trio.current_time()
        await busy()
        await trio.sleep(2 * FRAME_SECONDS)
        nursery.cancel_scope.cancel()
    assert len(seen) <= (trio.current_time() - before) / FRAME_SECONDS + 1
    assert len(seen) >= 50
    assert seen == sorted(set(seen))
    assert seen[-1] == 10_000


@asynccontextmanager
async def open_stream() -> AsyncIterator[tuple[Source, Stream]]:
    """Open a stream among those of an app, whose time is kept, and read its opening."""
    streams, source = Streams(), Source()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(streams.run, trio.sleep_forever)
        with streams.opened("visitor", append=False) as stream:
            source.join(stream)
            await next_of(stream)
            yield source, stream
        nursery.cancel_scope.cancel()


@virtual
async def test_heartbeats() -> None:
    """A quiet stream sends a comment after 2 s and then every 10 s."""
    async with open_stream() as (_, stream):
        times, start = [], trio.current_time()
        for _ in range(4):
            assert await next_of(stream) == [("", "")]
            times.append(trio.current_time() - start)
    first, every = HEARTBEAT_FIRST_SECONDS, HEARTBEAT_SECONDS
    assert times == pytest.approx([first, first + every, first + 2 * every, first + 3 * every])


@virtual
async def test_heartbeats_are_for_silence() -> None:
    """Frames put a heartbeat off, but not the first; one that is due with a frame goes with it."""
    async with open_stream() as (source, stream), trio.open_nursery() as nursery:
        beats, start = [], trio.current_time()

        async def change_now_and_then() -> None:
            for pause in (1.5, 1.5, 5, 9, 11, 10):
                await trio.sleep(pause)
                source.change()

        nursery.start_soon(change_now_and_then)
        with trio.move_on_after(60):
            while True:
                if ("", "") in (said := await next_of(stream)):
                    beats.append((round(trio.current_time() - start), len(said)))
    assert beats == [(2, 1), (27, 1), (38, 2), (48, 1), (58, 1)]


@virtual
async def test_a_crowd_is_told_together() -> None:
    """Of many streams none waits for its heartbeat much longer than one would."""
    streams, late = Streams(), []

    async def listen(number: int) -> None:
        await trio.sleep(number * 0.07)
        with streams.opened(f"visitor {number}", append=False, is_shared=True) as stream:
            due = trio.current_time()
            await next_of(stream)
            for wait in (HEARTBEAT_FIRST_SECONDS, HEARTBEAT_SECONDS):
                due += wait
                assert await next_of(stream) == [("", "")]
                late.append(trio.current_time() - due)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(streams.run, trio.sleep_forever)
        async with trio.open_nursery() as listeners:
            for number in range(50):
                listeners.start_soon(listen, number)
        nursery.cancel_scope.cancel()
    assert len(late) == 100
    assert 0 <= min(late) <= max(late) <= 2 * PULSE_SECONDS


@virtual
async def test_a_send_that_stalls() -> None:
    """What is not taken for 20 s ends the connection; what is taken in time does not."""
    async with open_stream() as (_, stream):
        stalled = trio.Event()
        stream.on_stalled, stream.sending_since = stalled.set, trio.current_time()
        await trio.sleep(SEND_STALL_SECONDS - 0.5)
        stream.sending_since = None
        await trio.sleep(30)
        assert not stalled.is_set()
        since = stream.sending_since = trio.current_time()
        await stalled.wait()
        assert trio.current_time() - since == pytest.approx(SEND_STALL_SECONDS)


@virtual
async def test_nobody_is_told_the_time_in_vain() -> None:
    """Without streams the pulse sleeps; the next one that opens has its heartbeats."""
    streams = Streams()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(streams.run, trio.sleep_forever)
        for _ in range(2):
            with streams.opened("visitor", append=False, is_shared=True) as stream:
                start = trio.current_time()
                await next_of(stream)
                await next_of(stream)
                assert trio.current_time() - start == pytest.approx(HEARTBEAT_FIRST_SECONDS)
            await trio.sleep(60)
            assert math.isinf(streams._pulse._next)
        nursery.cancel_scope.cancel()


@virtual
async def test_a_drain_ends_them() -> None:
    """Once the server is stopping, streams that are open say goodbye, and those that open."""
    streams, stopping = Streams(), trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(streams.run, stopping.wait)
        with streams.opened("visitor", append=False, is_shared=True) as early:
            await next_of(early)
            stopping.set()
            assert [name for name, _ in await next_of(early)] == ["bye"]
        with streams.opened("visitor", append=False, is_shared=True) as late:
            assert [name for name, _ in await next_of(late)] == ["bye"]
        nursery.cancel_scope.cancel()


@virtual
async def test_cancelled_wait_loses_nothing() -> None:
    """A wait that is cancelled takes nothing with it: the next one gets the change."""
    source = Source()
    stream = source.stream()
    await next_of(stream)
    source.change()  # has to wait for the next frame time
    with trio.move_on_after(FRAME_SECONDS / 2) as limit:
        await next_of(stream)
    assert limit.cancelled_caught
    source.change()
    ((_, data),) = await next_of(stream)
    assert (data["seq"], data["ops"][-1]["value"]) == (2, 2)


@virtual
async def test_bye_ends_it() -> None:
    """A stream that is ended says why and then is over; the first reason stands."""
    source = Source()
    stream = source.stream()
    await next_of(stream)
    stream.end("drain", retry_seconds=1.0)
    stream.end("closed")
    ((name, data),) = await next_of(stream)
    assert (name, data["reason"]) == ("bye", "drain")
    assert 0.5 <= data["retry_seconds"] <= 1.5
    assert await stream.next_chunk() is None
    assert await stream.next_chunk() is None


@virtual
async def test_bye_wakes_a_waiting_reader() -> None:
    """A reader that waits is told at once."""
    stream = Source().stream()
    await next_of(stream)
    async with trio.open_nursery() as nursery:

        async def read() -> None:
            ((name, _),) = await next_of(stream)
            assert (name, trio.current_time()) == ("bye", start + 1)

        start = trio.current_time()
        nursery.start_soon(read)
        await trio.sleep(1)
        stream.end("closed")


@virtual
async def test_replaced_before_it_began() -> None:
    """A stream that was replaced before its first chunk takes nothing from its successor."""
    source = Source()
    old = source.stream()
    old.end_session("tok", "replaced")
    new = source.stream(fresh=False)
    await next_of(new)
    source.change()
    assert [name for name, _ in await next_of(old) if name] == ["bye"]
    await trio.sleep(1)
    ((name, data),) = await next_of(new)
    assert (name, data["seq"], data["ops"][0]["value"]) == ("delta", 2, 1)


class TestShared:
    """A stream that sessions come to and go from."""

    @staticmethod
    def join(stream: Stream, token: str) -> Source:
        source = Source(token)
        source.join(stream)
        return source

    @virtual
    async def test_begins_with_its_name(self) -> None:
        """The first chunk is its name, alone or with what is due already."""
        for count in (0, 1):
            stream = Stream(append=False, is_shared=True)
            for number in range(count):
                self.join(stream, f"tok-{number}")
            hello, comment, *more = await next_of(stream)
            assert (hello, comment) == (("hello", {"stream": stream.id}), ("", ""))
            assert [name for name, _ in more] == ["snapshot"] * count

    @virtual
    async def test_joining_wakes_it(self) -> None:
        """A session that joins while it waits is begun with at once."""
        stream = Stream(append=False, is_shared=True)
        await next_of(stream)
        async with trio.open_nursery() as nursery:

            async def read() -> None:
                ((name, data),) = await next_of(stream)
                assert (name, data["token"]) == ("snapshot", "tok")
                assert trio.current_time() == start + 1

            start = trio.current_time()
            nursery.start_soon(read)
            await trio.sleep(1)
            self.join(stream, "tok")

    @virtual
    async def test_wakes_for_one_while_another_is_paced(self) -> None:
        """While a busy session's frame time runs, another's first change leaves at once."""
        stream = Stream(append=False, is_shared=True)
        busy, calm = self.join(stream, "busy"), self.join(stream, "calm")
        await next_of(stream)
        await trio.sleep(1)
        busy.change()
        await next_of(stream)
        busy.change()
        async with trio.open_nursery() as nursery:

            async def read() -> None:
                ((_, data),) = await next_of(stream)
                assert (data["token"], trio.current_time()) == ("calm", start + FRAME_SECONDS / 2)
                ((_, data),) = await next_of(stream)
                assert data["token"] == "busy"

            start = trio.current_time()
            nursery.start_soon(read)
            await trio.sleep(FRAME_SECONDS / 2)
            calm.change()

    @virtual
    async def test_outlives_its_sessions(self) -> None:
        """Sessions end and leave; it goes on, and its own end is for all."""
        stream = Stream(append=False, is_shared=True)
        sources = [self.join(stream, token) for token in ("one", "two", "three")]
        await next_of(stream)
        stream.end_session("one", "closed")
        stream.leave("two")
        ((name, data),) = await next_of(stream)
        assert (name, data["token"], data["reason"]) == ("bye", "one", "closed")
        sources[1].change()
        with trio.move_on_after(60) as quiet:
            await next_of(stream)
        assert quiet.cancelled_caught
        stream.end("drain", retry_seconds=1.0)
        assert not stream.is_open
        ((name, data),) = await next_of(stream)
        assert (name, data["token"], data["reason"]) == ("bye", "", "drain")
        assert await stream.next_chunk() is None

    @virtual
    async def test_close(self) -> None:
        """When its connection is gone, every session on it is told, once."""
        stream = Stream(append=False, is_shared=True)
        lost: list[str] = []
        for token in ("one", "two"):
            source = Source(token)
            source.join(stream, on_lost=lambda token=token: lost.append(token))
        await next_of(stream)
        stream.close()
        stream.close()
        assert lost == ["one", "two"]
        assert not stream.is_open
        assert await stream.next_chunk() is None
