"""A wall around each connection of hypercorn's Trio worker: one that crashes ends alone.

Knows no application and no request.

Under `-k trio` all connections are children of one nursery, and hypercorn lets what it raises
itself pass to it. A WebSocket upgrade with a byte behind it, ahead of any answer, makes it raise
`LocalProtocolError` (its issue 225): one client's byte, and the process is gone with everybody's
sessions. Under asyncio a connection is a task of its own, and the same error ends that task.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from triostate.server.asgi import Send
from triostate.server.lifespan import one_line

__all__ = ["crash_wall"]

logger = logging.getLogger("triostate.server")

_MODULE = "hypercorn.trio.tcp_server"


@contextmanager
def crash_wall(send: Send) -> Iterator[None]:
    """Guard the connections that are accepted while the block runs.

    Enter it with the `send` of the lifespan, which hypercorn's Trio worker runs before it listens.
    Nothing under other servers, but a line at debug level.
    """
    # Looked up rather than imported: under asyncio nobody needs hypercorn's Trio worker.
    server: Any = getattr(sys.modules.get(_MODULE), "TCPServer", None)
    owner = type(getattr(send, "__self__", None)).__module__
    if not (owner.startswith("hypercorn.trio.") and hasattr(server, "run")):
        logger.debug("This is not hypercorn's Trio worker: its connections get no guard.")
        yield
        return
    original = server.run
    server.run = _guarded(original)
    try:
        yield
    finally:
        server.run = original


def _guarded(run: Callable[[object], Awaitable[None]]) -> Callable[[object], Awaitable[None]]:
    async def guarded(server: object) -> None:
        try:
            await run(server)
        # The crash wall of a connection. A cancellation in a group passes on by itself.
        except* Exception as errors:
            # In a line, since any client can cause it at will; the rest for whoever looks for it.
            logger.warning("A connection crashed in hypercorn: %s", one_line(errors))
            logger.debug("Where it crashed:", exc_info=errors)

    return guarded
