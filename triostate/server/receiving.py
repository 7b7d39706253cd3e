"""The way in: the server's `receive` as a Trio-awaitable one, for one scope of a guest run.

Knows no application and no lifespan rules.

The first receives are stepped in place, which finds a request's body without any task: it is
mostly there already. The first one that suspends becomes the pump, an asyncio task that lives as
long as the scope and moves messages into a bounded channel. It must outlive each Trio receive: a
receive polled in a cancelled scope would otherwise never see the client leave. When the channel is
full the pump waits, and the server's own flow control holds the client back.
"""

from __future__ import annotations

import asyncio

import outcome
import trio

from triostate.limits import MAX_RECEIVED_MESSAGES
from triostate.server.asgi import Message, Receive
from triostate.server.host import Rest, as_coroutine, settle, step

_DISCONNECTS = frozenset({"http.disconnect", "websocket.disconnect"})


class Inlet:
    """Messages of one scope on their way to a Trio task.

    After the last message (the client has left, the server has failed, or `end` was called) every
    further receive gives that message or raises that error again, rather than waiting for ever.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._into, self._out_of = trio.open_memory_channel[Message](MAX_RECEIVED_MESSAGES)
        self._room = asyncio.Event()
        self._first: Rest[Message] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._last: Message | Exception | None = None

    async def receive(self) -> Message:
        """Return the next message, as ASGI's `receive` does. Any number of tasks may wait.

        A cancellation loses no message.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._pump is None and self._last is None:
            began = step(as_coroutine(self._receive))
            if isinstance(began, outcome.Value):
                return self._noted(began.value)
            self._first = began
            self._pump = asyncio.Task(self._run(began), loop=asyncio.get_running_loop())
        try:
            message = await self._out_of.receive()
        except trio.EndOfChannel:
            # A loop that ignores a disconnect must not take the thread with it.
            await trio.lowlevel.checkpoint()
            assert self._last is not None
            if isinstance(self._last, Exception):
                raise self._last from None
            return self._last
        self._room.set()
        return message

    def end(self, message: Message) -> None:
        """Make `message` the last one: what is waiting in the channel still comes before it."""
        if self._last is None:
            self._last = message
        if self._pump is not None:
            self._pump.cancel()
        self._into.close()

    async def aclose(self) -> None:
        """End the pump and wait for it (on the host's side)."""
        if self._pump is not None and not self._pump.done():
            await settle(self._pump)
        if self._first is not None:
            self._first.close()
        self._into.close()
        self._out_of.close()

    def _noted(self, message: Message) -> Message:
        if message["type"] in _DISCONNECTS:
            self._last = message
            self._into.close()
        return message

    async def _run(self, first: Rest[Message]) -> None:
        try:
            message = await first
            while message["type"] not in _DISCONNECTS:
                await self._put(message)
                message = await self._receive()
            last: Message | Exception = message
        except asyncio.CancelledError:
            last = ConnectionAbortedError("the server ended this request")
        except Exception as error:  # noqa: BLE001  the server's: raised in the Trio task instead
            last = error
        if self._last is None:
            self._last = last
        self._into.close()

    async def _put(self, message: Message) -> None:
        while True:
            try:
                self._into.send_nowait(message)
            except trio.WouldBlock:
                self._room.clear()
                await self._room.wait()
            else:
                return
