"""The client connections below the requests: reached, hardened once, aborted where need be.

Knows no application: what it goes by is the `send` that a server passes for a request.

ASGI hides the connection. Where servers keep it, as far as public attributes lead:

- hypercorn: `send` is a method of the stream, the stream's `send` one of the protocol, and the
  protocol's `send` one of its TCPServer, which has `.writer` (asyncio) or `.stream` (trio).
- uvicorn: the object that `send` is a method of has `.transport`, whose protocol has it too.
- others: nothing. Their connections are left as they are, and a line at debug level says so.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterator
from typing import Any

import attrs

from triostate.server.asgi import Send
from triostate.server.sockets import AnySocket, harden, reset_on_close

__all__ = ["Connection", "Connections", "server_of", "socket_of"]

logger = logging.getLogger("triostate.server")


@attrs.define(eq=False)
class Connection:
    """One connection of a client.

    Holds on to nothing of the server's: what is gone there is gone here.
    """

    _server: weakref.ref[object]

    def harden(self) -> None:
        """Set the options of its socket, see `sockets`."""
        sock = socket_of(self._server())
        if sock is not None:
            harden(sock)

    def abort(self) -> None:
        """Close it at once; what waits to be sent is dropped. Nothing if it is closed already."""
        server = self._server()
        sock = socket_of(server)
        transport = _transport_of(server)
        if transport is not None:
            if sock is not None:
                reset_on_close(sock)
            transport.abort()
        elif sock is not None and sock.fileno() != -1:
            reset_on_close(sock)
            sock.close()  # Trio wakes whoever waits for it, however shielded


@attrs.define(eq=False)
class Connections:
    """The connections that requests of one run have come by, as long as the server has them."""

    _known: weakref.WeakKeyDictionary[Any, Connection] = attrs.field(
        factory=weakref.WeakKeyDictionary[Any, Connection]
    )
    _told_silence: bool = False

    def of(self, send: Send) -> Connection | None:
        """Return the connection of a request, hardened; None under servers that do not show it."""
        server = server_of(send)
        if server is None:
            if not self._told_silence:
                self._told_silence = True
                logger.debug("This server does not show its sockets: they are left as they are.")
            return None
        connection = self._known.get(server)
        if connection is None:
            connection = self._known[server] = Connection(weakref.ref(server))
            connection.harden()
        return connection

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._known.values()))


def server_of(send: Send) -> object | None:
    """Return what keeps a connection at its server: of all there is, it has the way to the socket.

    hypercorn's TCPServer, or uvicorn's protocol.
    """
    first = _owner(send)
    second = _owner(getattr(first, "send", None))
    third = _owner(getattr(second, "send", None))
    if hasattr(third, "writer") or hasattr(third, "stream"):
        return third
    transport: Any = getattr(first, "transport", None)
    return transport.get_protocol() if hasattr(transport, "get_protocol") else None


def _owner(method: object) -> object:
    return getattr(method, "__self__", None)


def _transport_of(server: object) -> Any:
    """Return the transport of an asyncio server's connection, None of another's."""
    writer = getattr(server, "writer", None)
    return getattr(server if writer is None else writer, "transport", None)


def socket_of(server: object) -> Any:
    """Return the socket of a connection, as its loop wraps it; None if there is none any more."""
    transport = _transport_of(server)
    if transport is not None:
        return transport.get_extra_info("socket")
    stream = getattr(server, "stream", None)  # Trio's; with TLS there is another one below
    sock: AnySocket | None = getattr(getattr(stream, "transport_stream", stream), "socket", None)
    return sock
