"""The options of a client's socket, on real sockets."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvloop

from triostate.limits import PEER_TIMEOUT_SECONDS
from triostate.server.sockets import harden, reset_on_close


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


def test_tcp_socket_is_hardened() -> None:
    """A peer that is gone, or does not read, is found out by the kernel (62)."""
    client, server = tcp_pair()
    with client, server:
        harden(server)
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        timeout = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert timeout == PEER_TIMEOUT_SECONDS * 1000


def test_closed_socket_is_left_alone() -> None:
    """A connection that has gone meanwhile is no error."""
    client, server = tcp_pair()
    client.close()
    server.close()
    harden(server)
    reset_on_close(server)


def test_closed_socket_of_uvloop_is_left_alone() -> None:
    """What uvloop shows of one says so in its own way."""

    async def look() -> None:
        loop = asyncio.get_running_loop()
        client, server = tcp_pair()
        with client:
            transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, server)
            shown = transport.get_extra_info("socket")
            transport.abort()
            await asyncio.sleep(0.01)
            with pytest.raises(ValueError, match="descriptor"):
                shown.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            harden(shown)
            reset_on_close(shown)

    uvloop.run(look())


def test_other_socket_is_left_alone() -> None:
    """A unix socket, behind a proxy on the same machine, has no such options."""
    one, other = socket.socketpair()
    with one, other:
        harden(one)
        assert not one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_close_resets() -> None:
    """What was not sent is dropped, and the peer is told by a RST."""
    client, server = tcp_pair()
    with client:
        reset_on_close(server)
        server.close()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
