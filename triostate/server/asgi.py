"""The shapes of ASGI 3 that the server side speaks: scope, message, receive, send, application.

Knows neither Trio nor asyncio: the same shapes hold on both sides of the bridge.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol, TypeAlias

# `Any`: a scope's and a message's values differ by key, and servers add their own.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class TrioASGIApp(Protocol):
    """An ASGI 3 callable that awaits Trio primitives: lifespan, http and websocket scopes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope to its end."""
