"""A network that can go wrong, between clients and a server of this machine.

Relays bytes and knows no protocol. What can go wrong: connections break (by FIN or by RST), bytes
come late or are held back, the network is gone without a word, and new connections are refused.

A network that is gone is a matter of the kernel's: a relay that merely stops to read still
acknowledges what comes. So a lost socket gets a packet filter that drops all that arrives, which
takes no privileges: its kernel answers nothing any more, neither data nor probes.
"""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import attrs
import trio

FULL_SECONDS = 0.4
"""A buffer that has not grown for so long, though there is always more for it, is full."""

_SO_ATTACH_FILTER = 26
_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # one instruction: return a packet of no length


def lose(sock: trio.socket.SocketType) -> None:
    """Let nothing reach a socket any more, as if its network were gone. Linux only."""
    program = ctypes.create_string_buffer(_DROP_ALL, len(_DROP_ALL))
    sock.setsockopt(
        socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program))
    )


def reset(sock: trio.socket.SocketType) -> None:
    """Close a socket by RST."""
    if sock.fileno() != -1:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


async def until_full(stream: trio.SocketStream) -> None:
    """Return when what waits to be read from a stream grows no more."""
    before, since = -1, trio.current_time()
    while trio.current_time() < since + FULL_SECONDS:
        count = struct.unpack("i", fcntl.ioctl(stream.socket.fileno(), termios.FIONREAD, bytes(4)))
        if count[0] != before:
            before, since = count[0], trio.current_time()
        await trio.sleep(0.02)


@attrs.define(eq=False)
class _Link:
    client: trio.SocketStream
    server: trio.SocketStream


@attrs.define(eq=False)
class Network:
    """A relay to one port. Its own `port` is where clients connect to."""

    _server_port: int
    port: int = 0
    delay_seconds: float = 0.0
    """By which every chunk is late."""
    is_refusing: bool = False
    """New connections are closed at once."""
    accepted: int = 0
    """Connections so far."""
    _is_held: bool = False
    _released: trio.Event = attrs.field(factory=trio.Event)
    _links: set[_Link] = attrs.field(factory=set[_Link])

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._links)

    def cut(self, *, by_reset: bool = False) -> int:
        """Break every connection, on both sides; return how many there were."""
        links = list(self._links)
        for link in links:
            for end in (link.client.socket, link.server.socket):
                if by_reset:
                    reset(end)
                else:
                    end.close()
        return len(links)

    def lose(self) -> None:
        """Be gone without a word, for all connections that there are."""
        for link in self._links:
            lose(link.client.socket)
            lose(link.server.socket)

    def hold(self) -> None:
        """Read what comes and keep it, as a proxy that buffers does."""
        if not self._is_held:
            self._is_held, self._released = True, trio.Event()

    def release(self) -> None:
        """Pass on what was kept, and what comes."""
        self._is_held = False
        self._released.set()

    async def _relay(self, client: trio.SocketStream) -> None:
        self.accepted += 1
        if self.is_refusing:
            await client.aclose()
            return
        server = await trio.open_tcp_stream("127.0.0.1", self._server_port)
        link = _Link(client, server)
        self._links.add(link)
        try:
            async with client, server, trio.open_nursery() as nursery:
                nursery.start_soon(self._pass_on, client, server, nursery.cancel_scope)
                nursery.start_soon(self._pass_on, server, client, nursery.cancel_scope)
        finally:
            self._links.discard(link)

    async def _pass_on(
        self, source: trio.SocketStream, target: trio.SocketStream, both: trio.CancelScope
    ) -> None:
        try:
            async for chunk in source:
                if self.delay_seconds:
                    await trio.sleep(self.delay_seconds)
                if self._is_held:
                    await self._released.wait()
                await target.send_all(chunk)
            await target.send_eof()
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            # What broke on one side breaks on the other, in the same way.
            for end in (source, target):
                reset(end.socket)
            both.cancel()


@asynccontextmanager
async def network(server_port: int) -> AsyncIterator[Network]:
    """Have a network to a port of this machine while the block runs."""
    made = Network(server_port)
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(
            partial(trio.serve_tcp, made._relay, 0, host="127.0.0.1", backlog=2048)
        )
        made.port = listeners[0].socket.getsockname()[1]
        try:
            yield made
        finally:
            nursery.cancel_scope.cancel()
