"""An ASGI application served by hypercorn in this very process, on a socket that was handed over.

For `triostate run`, which keeps the socket over restarts: connections wait in it meanwhile. Knows
nothing of what is served, nor of why it is to end.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.utils import LifespanFailureError, LifespanTimeoutError

from triostate.server.asgi import TrioASGIApp

__all__ = ["NotStartedError", "serve_socket"]


class NotStartedError(RuntimeError):
    """The application did not start; it has been logged why."""


def serve_socket(app: TrioASGIApp, listener: int, until: int) -> None:
    """Serve until there is something to read, the end included, from a descriptor.

    On an asyncio loop, as hypercorn's command does unless it is told otherwise.

    Args:
        app: the application.
        listener: descriptor of a listening socket; it is taken over.
        until: descriptor whose other end is closed when the application is to end.

    Raises NotStartedError if the application does not start; the listener is as it was then.
    """
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.loglevel = "WARNING"  # where it listens is said by whoever listens
    try:
        asyncio.run(_serve(app, config, until))
    except (LifespanFailureError, LifespanTimeoutError) as error:
        raise NotStartedError(str(error)) from error


async def _serve(app: TrioASGIApp, config: Config, until: int) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        loop.remove_reader(until)
        told.set()

    loop.add_reader(until, tell)
    await serve(cast("Any", app), config, shutdown_trigger=told.wait)  # closed types of its own
