"""The requests that a run has open, and how the last of them end when the server stops.

Knows no application and no server: a request is something that can be cancelled, with a `send`
that may be stuck and a connection that may be known.

A server that stops waits for its requests, hypercorn for its whole grace and uvicorn without end.
Most end by themselves: they have heard that the server is stopping. What is left:

- A peer that does not read. Nothing can be sent to it, a goodbye or the rest of an answer least of
  all, and a connection that waits for that is aborted.
- A request that goes on. It is cancelled when running handlers have had their time.
- A request that does not end even then, because it waits for a thread or in a shield of its
  author's own. The run is told, and has to do without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
import trio

from triostate.limits import DRAIN_SECONDS, STUCK_PEER_SECONDS
from triostate.server.asgi import Scope, Send
from triostate.server.connections import Connection, Connections
from triostate.server.sending import Outlet
from triostate.server.stopping import Stopping

__all__ = ["OpenRequests"]

logger = logging.getLogger("triostate.server")


@attrs.frozen(eq=False)
class _Request:
    what: str
    connection: Connection | None
    outlet: Outlet
    cancel: Callable[[], object]


@attrs.define(eq=False)
class OpenRequests:
    """The open requests of one run."""

    _stopping: Stopping
    _on_stuck: Callable[[], object]
    """Called once if there are requests that do not end."""
    is_stuck: bool = False
    """There are such."""
    _connections: Connections = attrs.field(factory=Connections)
    _requests: set[_Request] = attrs.field(factory=set[_Request])

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._requests)

    @contextmanager
    def including(
        self, scope: Scope, send: Send, outlet: Outlet, cancel: Callable[[], object]
    ) -> Iterator[None]:
        """Count a request as open while the block is; at its end, drop a peer that is stuck.

        `send` is the server's, `outlet` what the application sends by. Its connection is hardened.
        `cancel` ends the request, and returns at once.
        """
        what = f"{scope.get('method', scope['type'])} {scope['path']}"
        request = _Request(what, self._connections.of(send), outlet, cancel)
        self._requests.add(request)
        try:
            yield
        finally:
            self._requests.discard(request)
            # The server would wait for it to read the rest. Under HTTP/2 it may be busy reading
            # what else there is on the connection.
            is_alone = scope.get("http_version", "1.1") < "2"
            if outlet.gave_up and request.connection is not None and is_alone:
                request.connection.abort()

    async def end_when_stopping(self) -> None:
        """Wait until the server stops; then see to it that no request is open for long.

        Returns when nothing is left that it could do.
        """
        await self._stopping.wait()
        began = trio.current_time()
        await trio.sleep(STUCK_PEER_SECONDS)
        self._abort_stuck()
        await trio.sleep_until(began + DRAIN_SECONDS)
        for request in list(self._requests):
            request.cancel()
        await trio.sleep(STUCK_PEER_SECONDS)
        self._abort_stuck()
        if self._requests:
            names = sorted(request.what for request in self._requests)
            logger.error("Requests that do not end, though cancelled: %s", ", ".join(names))
            self.is_stuck = True
            self._on_stuck()

    def _abort_stuck(self) -> None:
        """Abort every connection but those with requests that are getting on."""
        late = trio.current_time() - STUCK_PEER_SECONDS
        busy = {
            request.connection for request in self._requests if request.outlet.sending_since > late
        }
        for connection in self._connections:
            if connection not in busy:
                connection.abort()
