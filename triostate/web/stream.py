"""``GET /_triostate/stream``: one session's frames, or with ``shared=1`` those of all tabs.

A session gets onto a shared stream by ``POST /_triostate/attach``; the one for whose sake it is
opened, by the same request. The server's ``send`` lives in
the request's task, never in a session's nursery: a peer that does not read can hold up its own
connection and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import trio

from triostate.errors import ProtocolError
from triostate.protocol.uplink import Attach
from triostate.runtime.stream import Stream
from triostate.web.access import check
from triostate.web.gate import visitor_or_new
from triostate.web.http import Headers, Message, Receive, Request, Send, start_message
from triostate.web.joining import Joining
from triostate.web.posting import keep_pace

__all__ = ["StreamRoute", "delivered"]

_HEADERS: Headers = (
    ("content-type", "text/event-stream"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # nginx would hold frames back
)


class StreamRoute:
    """The streams of one app."""

    def __init__(self, joining: Joining) -> None:
        self._joining = joining
        self._engine = joining.pages.engine

    async def __call__(self, request: Request, send: Send) -> None:
        """Serve one stream until the browser, its session or the server ends it."""
        if request.method != "GET":
            raise ProtocolError("GET only", 405)
        query = request.query
        visitor, cookie = visitor_or_new(request)
        await keep_pace(self._engine, visitor, request)
        seat, wish, is_shared = None, _wish(query), query.get("shared") == "1"
        self._engine.refuse_if_ending()
        if wish.page or not is_shared:
            verdict = self._joining.ask(visitor, wish, request)
            check(verdict if isinstance(verdict, bool | str) else await verdict)
            seat = self._joining.find(visitor, wish, request)
        append, address = query.get("append") == "1", request.client_ip
        with self._engine.streams.opened(
            visitor, append=append, is_shared=is_shared, address=address
        ) as stream:
            if seat is not None:
                self._joining.join(request, seat, wish, stream)
            await _serve(stream, request, send, (*_HEADERS, *cookie))


def _wish(query: Mapping[str, str]) -> Attach:
    return Attach(
        token=query.get("token", ""),
        page=query.get("page", ""),
        doc=query.get("doc", ""),
        seq=_number(query.get("seq", "")),
        path=query.get("path", ""),
        known=query.get("known") == "1",
        shown_only=query.get("shown_only") == "1",
    )


def _number(text: str) -> int:
    """Return the number of a frame; 0 for no frame, or none that there could be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


async def _serve(stream: Stream, request: Request, send: Send, headers: Headers) -> None:
    async with trio.open_nursery() as nursery:
        stream.on_stalled = nursery.cancel_scope.cancel
        nursery.start_soon(_watch_disconnect, request.receive, nursery.cancel_scope)
        if await delivered(stream, send, start_message(200, headers)):
            await _send_chunks(stream, send)
        nursery.cancel_scope.cancel()


async def _send_chunks(stream: Stream, send: Send) -> None:
    while True:
        chunk = await stream.next_chunk()
        if chunk is None:
            break
        message = {"type": "http.response.body", "body": chunk, "more_body": True}
        if not await delivered(stream, send, message):
            return
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def delivered(stream: Stream, send: Send, message: Message) -> bool:
    """Send a message of a stream; return whether there is still a peer.

    One that is gone ASGI has a server tell by an OSError of its own. One that does not read ends
    the stream (`Stream.on_stalled`): what it missed comes when it is back.
    """
    stream.sending_since = trio.current_time()
    try:
        await send(message)
    except OSError:
        return False
    stream.sending_since = None
    return True


async def _watch_disconnect(receive: Receive, scope: trio.CancelScope) -> None:
    """End the stream when the browser is gone: sends alone would never learn of it."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
