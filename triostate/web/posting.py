"""POSTs of JSON that are answered at once: the way up, one message at a time.

Each kind of message has a function that takes it and returns the answer; a WebSocket carries the
same messages to the same functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triostate.protocol.strict_json import parse_json
from triostate.web.gate import Gate, visitor_of
from triostate.web.http import Request, Response, Send

__all__ = ["Answering", "PostRoute"]

Answering = Callable[[str, Any, Request], Response]
"""Given the visitor's secret (empty for none), the JSON value and the request that it came by, or
the one that opened its WebSocket. Raises ProtocolError."""


class PostRoute:
    """The address of one kind of message."""

    def __init__(self, gate: Gate, answer: Answering) -> None:
        self._gate = gate
        self._answer = answer

    async def __call__(self, request: Request, send: Send) -> None:
        """Take one message and answer it."""
        body = parse_json(await self._gate.json_body(request))
        await self._answer(visitor_of(request), body, request).send(request, send)
