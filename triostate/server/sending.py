"""The way out: the server's `send` for a Trio task, under a guest run and under a Trio worker.

Knows no application.

The last message of a response is different from the others: in its send a server also closes the
stream, and an application that watches for the client's end beside its sender is told of that
close while the send is still running. Cancelled there, hypercorn keeps the connection, and with it
the whole process, for its full grace. So the last send is not interrupted by a cancellation before
`LAST_SEND_SECONDS` are over. There is no deadline without a cancellation: a last message may be a
large body on its way to a slow client.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import attrs
import trio

from triostate.limits import LAST_SEND_SECONDS, MAX_EAGER_SENDS
from triostate.server.asgi import Message, Send
from triostate.server.host import as_coroutine, call_host

# What servers send with buffers and locks alone. Others may need a current asyncio task: closing a
# WebSocket opens an `asyncio.timeout` under uvicorn.
_EAGER = frozenset({"http.response.start", "http.response.body", "websocket.send"})


def is_last(message: Message) -> bool:
    """Whether a server closes its stream after this message."""
    if message["type"] == "http.response.body":
        return not message.get("more_body", False)
    return bool(message["type"] == "websocket.close")


@attrs.define(eq=False)
class Outlet(ABC):
    """Sends one request's messages, and tells how that goes."""

    _send: Send
    sending_since: float = math.inf
    """When the send under way began, in seconds of the Trio clock; infinity without one."""
    gave_up: bool = False
    """The last send did not come to its end: it was cancelled, or has failed."""

    async def send(self, message: Message) -> None:
        """Send one message, as ASGI's `send` does."""
        self.sending_since = trio.current_time()
        self.gave_up = True
        try:
            await self._pass_on(message)
        finally:
            self.sending_since = math.inf
        self.gave_up = False

    @abstractmethod
    async def _pass_on(self, message: Message) -> None: ...


@attrs.define(eq=False)
class GuestOutlet(Outlet):
    """Sends from a Trio task of a guest run through a server on asyncio.

    A send returns when the server's `send` has: its backpressure is felt here. Cancelled before it
    has begun, nothing is sent; later, the server's `send` is cancelled and waited for, the last
    message's only after `LAST_SEND_SECONDS`.
    """

    _eager_sends: int = 0

    async def _pass_on(self, message: Message) -> None:
        last = is_last(message)
        if not last:
            await self._rest()
        await call_host(
            as_coroutine(self._send, message),
            eager=message["type"] in _EAGER,
            cancel_delay_seconds=LAST_SEND_SECONDS if last else 0.0,
        )

    async def _rest(self) -> None:
        self._eager_sends += 1
        if self._eager_sends < MAX_EAGER_SENDS:
            await trio.lowlevel.checkpoint_if_cancelled()
        else:
            self._eager_sends = 0
            await trio.lowlevel.checkpoint()


@attrs.define(eq=False)
class NativeOutlet(Outlet):
    """Sends from a Trio task through a server that runs on Trio itself.

    The last message survives a cancellation for a while.
    """

    async def _pass_on(self, message: Message) -> None:
        if is_last(message):
            await self._send_last(message)
        else:
            await self._send(message)

    async def _send_last(self, message: Message) -> None:
        failure: Exception | None = None
        async with trio.open_nursery() as nursery:
            # The deadline is set by the task beside it, from the moment of a cancellation.
            with trio.CancelScope(shield=True, deadline=float("inf")) as shield:
                nursery.start_soon(_limit_once_cancelled, shield)
                try:
                    await self._send(message)
                except Exception as error:  # noqa: BLE001  raised below, outside the nursery's group
                    failure = error
            nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure


async def _limit_once_cancelled(scope: trio.CancelScope) -> None:
    try:
        await trio.sleep_forever()
    finally:
        scope.deadline = trio.current_time() + LAST_SEND_SECONDS
