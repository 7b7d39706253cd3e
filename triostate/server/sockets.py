"""Options of a client's socket, by which the kernel finds out a peer that is gone or does not read.

Knows no server, no loop and no request.

A peer whose network is gone sends neither FIN nor RST, and one that does not read holds up whoever
sends to it. Both are found out by `TCP_USER_TIMEOUT`: what was sent and is not acknowledged, or may
not be sent because the peer's buffer stays full, ends the connection. Live streams always have
something on the way soon, since they send heartbeats; keepalive probes, which come later than
those and so cost a live stream nothing, do the same for connections that are silent.

`TCP_NOTSENT_LOWAT` bounds what the kernel takes before it has to: what it has taken can not be
merged with what is newer any more, so a slow reader would see values of a megabyte ago.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Protocol

from triostate.limits import (
    KEEPALIVE_IDLE_SECONDS,
    KEEPALIVE_INTERVAL_SECONDS,
    MAX_UNSENT_BYTES,
    PEER_TIMEOUT_SECONDS,
)

__all__ = ["AnySocket", "harden", "reset_on_close"]

# By name, because each system has its own choice of them. macOS calls the idle time so.
_TCP_OPTIONS = {
    "TCP_USER_TIMEOUT": round(PEER_TIMEOUT_SECONDS * 1000),
    "TCP_KEEPIDLE": round(KEEPALIVE_IDLE_SECONDS),
    "TCP_KEEPALIVE": round(KEEPALIVE_IDLE_SECONDS),
    "TCP_KEEPINTVL": round(KEEPALIVE_INTERVAL_SECONDS),
    # Where there is no TCP_USER_TIMEOUT, so many probes are waited for.
    "TCP_KEEPCNT": 2,
    "TCP_NOTSENT_LOWAT": MAX_UNSENT_BYTES,
}


class AnySocket(Protocol):
    """A socket as asyncio, uvloop or Trio wraps it."""

    @property
    def family(self) -> int: ...
    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None: ...


#: What an option is refused with; of a closed connection uvloop's sockets raise a ValueError.
_REFUSALS = (OSError, ValueError)


def harden(sock: AnySocket) -> None:
    """Set the options; those that this system does not have, or refuses, are left out."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with contextlib.suppress(*_REFUSALS):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _TCP_OPTIONS.items():
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(*_REFUSALS):
                sock.setsockopt(socket.IPPROTO_TCP, option, value)


def reset_on_close(sock: AnySocket) -> None:
    """Have the socket's close drop what it has not sent, and tell the peer by a RST."""
    with contextlib.suppress(*_REFUSALS):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
