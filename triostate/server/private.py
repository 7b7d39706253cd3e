"""A lifespan for servers that send none (`uvicorn --lifespan off`): the server's part of it.

Knows nothing of the run that it is given to: it is a `receive` and a `send` like any server's.

It says `lifespan.startup` at once and `lifespan.shutdown` never. The run ends itself: when the
server stops and no request is open (uvicorn dies by its own signal before its loop ends, and leaves
it a tenth of a second), or when asyncio's runner cancels every task at the end of the loop, for it
takes a cancelled lifespan for an order to shut down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import attrs

from triostate.server.asgi import Message, Receive, Scope, Send
from triostate.server.lifespan import LifespanEndedError


@attrs.define(eq=False)
class PrivateLifespan:
    """The server's part of a lifespan, played on the host's side by a task of its own."""

    _started: asyncio.Event = attrs.field(factory=asyncio.Event)
    _said_startup: bool = False
    _error: Exception | None = None
    _keeper: asyncio.Task[None] | None = None

    def start(self, serve: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        """Start the task that plays it with `serve`."""
        self._keeper = asyncio.get_running_loop().create_task(self._keep(serve))

    async def startup(self) -> None:
        """Wait until the application has started; raise LifespanEndedError if it did not."""
        await self._started.wait()
        if self._error is not None:
            raise LifespanEndedError(str(self._error)) from self._error

    async def _keep(self, serve: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": {},
        }
        try:
            await serve(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001  nobody awaits this task: requests raise it
            self._error = error
        finally:
            self._started.set()

    async def _receive(self) -> Message:
        if self._said_startup:
            await asyncio.get_running_loop().create_future()
        self._said_startup = True
        return {"type": "lifespan.startup"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            self._error = LifespanEndedError(message["message"])
        self._started.set()
