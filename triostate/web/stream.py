"""``GET /_triostate/stream``: attach a tab and stream its session's frames.

The server's ``send`` lives in the request's task, never in the session's nursery: a peer that does
not read can hold up its own connection and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

import trio

from triostate.errors import OutboxFullError, ProtocolError, QueueFullError
from triostate.limits import MAX_TOKEN_CHARS, SEND_STALL_SECONDS
from triostate.runtime.restoring import restore
from triostate.runtime.router import PageLocation, RouterData, TabIdentity
from triostate.runtime.session import Session
from triostate.runtime.stream import Stream
from triostate.ui import CompiledPage
from triostate.web.chains import chain_of
from triostate.web.gate import new_visitor, visitor_cookie_header, visitor_of
from triostate.web.http import Headers, Receive, Request, Send, start_message
from triostate.web.pages import Pages
from triostate.web.stopping import stopping_of

__all__ = ["StreamRoute"]

_HEADERS: Headers = (
    ("content-type", "text/event-stream"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # nginx would hold frames back
)


class StreamRoute:
    """The stream of one app."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def __call__(self, request: Request, send: Send) -> None:
        """Serve one stream until the browser, the session or the server ends it."""
        if request.method != "GET":
            raise ProtocolError("GET only", 405)
        page, session, stream, headers = self._prepare(request)
        try:
            self._attach(request, page, session, stream)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(_watch_disconnect, request.receive, nursery.cancel_scope)
                nursery.start_soon(_watch_stopping, request, stream)
                with trio.move_on_after(SEND_STALL_SECONDS) as limit:
                    await send(start_message(200, (*_HEADERS, *headers)))
                if not limit.cancelled_caught:
                    await _send_chunks(stream, send)
                nursery.cancel_scope.cancel()
        finally:
            session.detach(stream)

    def _prepare(self, request: Request) -> tuple[CompiledPage, Session, Stream, Headers]:
        query = request.query
        page = self._pages.find(query.get("page", ""))
        if page is None:
            raise ProtocolError("no such page", 404)
        known = visitor_of(request)
        visitor = known or new_visitor()
        headers = () if known else (visitor_cookie_header(request, visitor),)
        session, fresh = self._session(visitor, query)
        epoch = query.get("doc", "")[:MAX_TOKEN_CHARS] or secrets.token_urlsafe(6)
        stream = Stream(
            session.token,
            session.outbox,
            epoch,
            fresh=fresh,
            append=query.get("append") == "1",
            seen=_number(query.get("seq", "")),
        )
        return page, session, stream, headers

    def _session(self, visitor: str, query: Mapping[str, str]) -> tuple[Session, bool]:
        engine, token = self._pages.engine, query.get("token", "")
        is_known = engine.is_draining or engine.find(visitor, token) is not None
        if query.get("known") == "1" and not is_known:
            # It has values for a new one, which it sends with a request for that.
            raise ProtocolError("no such session: ask for one at /_triostate/attach", 410)
        session, fresh = engine.attach(visitor, token)
        return session, fresh or not session.stream_id

    def _attach(
        self, request: Request, page: CompiledPage, session: Session, stream: Stream
    ) -> None:
        is_new_document = stream.epoch != session.events.epoch
        session.attach(stream, _router(request, session, page), page.id, stream.epoch)
        chain = restore(session)
        if is_new_document and self._pages.is_open_to(page, session):
            chain = (*chain, *chain_of(page.on_load, (), "on_load"))
        if not chain:
            return
        try:
            session.submit(chain)
        except (QueueFullError, OutboxFullError) as error:
            session.failed("on_load", error)  # the tab is full, and all the more to be seen


def _number(text: str) -> int | None:
    """Return the number of a frame; None for no frame, or none that there could be."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 16 else None


def _router(request: Request, session: Session, page: CompiledPage) -> RouterData:
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    url = request.query.get("path", page.route)
    params = dict(parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True))
    return RouterData(
        TabIdentity(session.token, request.client_ip),
        PageLocation(page.route, params),
        headers,
        url,
    )


async def _send_chunks(stream: Stream, send: Send) -> None:
    while True:
        chunk = await stream.next_chunk()
        if chunk is None:
            break
        with trio.move_on_after(SEND_STALL_SECONDS) as limit:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if limit.cancelled_caught:
            return  # it does not read: what it missed comes with its next snapshot
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _watch_disconnect(receive: Receive, scope: trio.CancelScope) -> None:
    """End the stream when the browser is gone: sends alone would never learn of it."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _watch_stopping(request: Request, stream: Stream) -> None:
    """Say goodbye as soon as the server begins to stop, which is before its lifespan ends."""
    await stopping_of(request.scope).wait()
    stream.end("drain", retry_seconds=1.0)
