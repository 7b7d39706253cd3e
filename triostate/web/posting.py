"""POSTs of JSON that are answered at once: the way up, one message at a time.

Each kind of message has a function that takes it and returns the answer; a WebSocket carries the
same messages to the same functions.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import trio

from triostate.errors import TooManyError
from triostate.limits import REFUSAL_SECONDS
from triostate.protocol.strict_json import parse_json
from triostate.runtime.engine import Engine
from triostate.web.gate import Gate, visitor_of
from triostate.web.http import Request, Response, Send

__all__ = ["Answering", "PostRoute", "keep_pace", "paced", "take_message"]

Answering = Callable[[str, Any, Request], Response | Awaitable[Response]]
"""Given the visitor's secret (empty for none), the JSON value and the request that it came by, or
the one that opened its WebSocket; returns an awaitable where it has to ask somebody first. Raises
ProtocolError."""


async def take_message(answer: Answering, visitor: str, body: Any, request: Request) -> Response:
    """Return the answer to a message; a refusal of what comes too fast is held back for a while.

    Not a checkpoint where nothing has to be waited for.
    """
    try:
        made = answer(visitor, body, request)
        return made if isinstance(made, Response) else await made
    except TooManyError as error:
        await _hold(error)
        raise


async def _hold(error: TooManyError) -> None:
    seconds = error.wait_seconds
    if seconds >= REFUSAL_SECONDS:
        # Who is refused together would be back together, in one great wave.
        seconds = REFUSAL_SECONDS * random.uniform(0.5, 1.5)
    if seconds:
        await trio.sleep(seconds)


async def keep_pace(engine: Engine, visitor: str, request: Request) -> None:
    """Take note of a request; raise TooManyError, after a while, where they come too fast."""
    try:
        engine.charge_request(visitor, request.client_ip)
    except TooManyError as error:
        await _hold(error)
        raise


def paced(engine: Engine, answer: Answering) -> Answering:
    """Return the same with a check of `keep_pace`; the caller holds its refusal back."""

    def answer_in_time(visitor: str, body: Any, request: Request) -> Response | Awaitable[Response]:
        engine.charge_request(visitor, request.client_ip)
        return answer(visitor, body, request)

    return answer_in_time


class PostRoute:
    """The address of one kind of message."""

    def __init__(self, gate: Gate, answer: Answering) -> None:
        self._gate = gate
        self._answer = answer

    async def __call__(self, request: Request, send: Send) -> None:
        """Take one message and answer it."""
        body = parse_json(await self._gate.json_body(request))
        answer = await take_message(self._answer, visitor_of(request), body, request)
        await answer.send(request, send)
