"""Requests and responses of the bare ASGI routes: the few lines that the hot path needs.

Knows nothing of sessions; the routes that are not hot are Quart's.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import attrs
import trio

from triostate.errors import ProtocolError, TooManyError
from triostate.limits import BODY_SECONDS, MAX_QUERY_FIELDS
from triostate.state.codec import encode_json

__all__ = [
    "Message",
    "Receive",
    "Request",
    "Response",
    "Scope",
    "Send",
    "json_response",
    "refusal",
]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

Headers = tuple[tuple[str, str], ...]


@attrs.frozen(eq=False)
class Request:
    """One HTTP request."""

    scope: Scope
    receive: Receive
    headers: Mapping[str, str]
    """Names in lower case; repeated ones joined by commas, and cookies, which HTTP/2 sends apart,
    by semicolons (RFC 9110, section 5.3; RFC 9113, section 8.2.3)."""

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> Request:
        """Return the request of an ASGI http scope."""
        headers: dict[str, str] = {}
        for raw, value in scope.get("headers", ()):
            name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
            if name in headers:
                text = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{text}"
            headers[name] = text
        return cls(scope, receive, headers)

    @property
    def method(self) -> str:
        """GET, POST, ..."""
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """The decoded path."""
        return str(self.scope["path"])

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of repeated ones the last."""
        text = self.scope.get("query_string", b"").decode("latin-1")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS))
        except ValueError:
            raise ProtocolError(f"more than {MAX_QUERY_FIELDS} query parameters") from None

    @property
    def client_ip(self) -> str:
        """The address of the peer."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def is_tls(self) -> bool:
        """Whether the request came over TLS."""
        return self.scope.get("scheme") in ("https", "wss")

    @property
    def accepts_gzip(self) -> bool:
        """Whether ``accept-encoding`` names gzip, and not with the weight 0."""
        for entry in self.headers.get("accept-encoding", "").split(","):
            coding, _, weight = entry.partition(";")
            if coding.strip().lower() == "gzip":
                return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        return False

    def cookie(self, name: str) -> str:
        """Return a cookie's value, or an empty string; of repeated ones the first.

        What other applications on this host have set, however odd, does not get in the way.
        """
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                value = value.strip()
                is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
                return value[1:-1] if is_quoted else value
        return ""

    async def body(self, limit: int) -> bytes:
        """Read the body; raise ProtocolError 413 as soon as it is longer than ``limit`` bytes.

        And 408 for one that has not come after `BODY_SECONDS`.
        """
        announced = self.headers.get("content-length", "0").lstrip("0")
        if announced.isdecimal() and (len(announced) > 15 or int(announced) > limit):
            raise ProtocolError(f"the body is longer than {limit} bytes", 413)
        with trio.move_on_after(BODY_SECONDS):
            return await self._read(limit)
        raise ProtocolError(f"the body has not come within {BODY_SECONDS:g} s", 408)

    async def _read(self, limit: int) -> bytes:
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ProtocolError("the client left before its body had come")
            body += message.get("body", b"")
            if len(body) > limit:
                raise ProtocolError(f"the body is longer than {limit} bytes", 413)
            if not message.get("more_body", False):
                return bytes(body)


@attrs.frozen
class Response:
    """A response whose body is at hand."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    gzipped: bytes | None = None
    """The body compressed, sent to whoever accepts it."""
    is_packed: bool = False
    """Whether it is to be compressed here, when it is first asked for."""

    @cached_property
    def _packed(self) -> bytes:
        # Not at the start of an app, whose pages are hardly all asked for before the next.
        return self.gzipped or gzip.compress(self.body, 9, mtime=0)

    async def send(self, request: Request, send: Send) -> None:
        """Send it, compressed where that is accepted, without the body to HEAD."""
        body, headers = self.body, list(self.headers)
        if self.is_packed or self.gzipped is not None:
            headers.append(("vary", "accept-encoding"))
            if request.accepts_gzip:
                body = self._packed
                headers.append(("content-encoding", "gzip"))
        if self.status not in (204, 304):
            headers.append(("content-length", str(len(body))))
        await send(start_message(self.status, tuple(headers)))
        await send(
            {"type": "http.response.body", "body": b"" if request.method == "HEAD" else body}
        )


def start_message(status: int, headers: Headers) -> Message:
    """Return the ASGI message that starts a response."""
    return {"type": "http.response.start", "status": status, "headers": encoded(headers)}


def encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI has them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def json_response(status: int, value: object) -> Response:
    """Return a response of one line of JSON."""
    headers = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(status, encode_json(value), headers)


def refusal(error: ProtocolError) -> Response:
    """Return the answer to a request that is refused."""
    response = json_response(error.status, {"error": str(error)})
    if not isinstance(error, TooManyError):
        return response
    seconds = str(max(1, math.ceil(error.wait_seconds)))
    return attrs.evolve(response, headers=(*response.headers, ("retry-after", seconds)))
