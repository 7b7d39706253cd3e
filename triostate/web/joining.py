"""Joining: how a document gets its session onto a stream, whichever way it asks.

A stream of its own is asked for by a query, a shared one by a POST or a message of a WebSocket.
Knows nothing of how a stream's bytes travel.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable

import attrs

from triostate.errors import (
    OutboxFullError,
    ProtocolError,
    QueueFullError,
    StateTooLargeError,
)
from triostate.limits import MAX_TOKEN_CHARS
from triostate.protocol.uplink import Attach
from triostate.runtime.calls import Chain
from triostate.runtime.restoring import restore
from triostate.runtime.session import Session
from triostate.runtime.stream import Stream
from triostate.state.router import PageLocation, RouterData, TabIdentity
from triostate.ui import CompiledPage
from triostate.web.access import Verdict
from triostate.web.addresses import Address, address_told
from triostate.web.chains import chain_of
from triostate.web.http import Request
from triostate.web.pages import Pages

__all__ = ["Joining", "Seat"]


@attrs.frozen
class Seat:
    """What a document has asked for."""

    page: CompiledPage
    session: Session
    fresh: bool
    """Whether nothing of the session has been sent to a browser yet."""


@attrs.frozen
class Joining:
    """The sessions of one app, for documents that ask for theirs."""

    pages: Pages

    def ask(self, visitor: str, wish: Attach, request: Request) -> Verdict | Awaitable[Verdict]:
        """Return whether the page is open to who asks; asked before a session is made for nothing.

        Raises ProtocolError 404 if there is none, or it is not at the address that the document
        has, 421 for a session that is another worker's.
        """
        session = self.pages.engine.find(visitor, wish.token)
        if session is None:
            self.pages.engine.around.worker.refuse_misrouted(wish.token)
        page = self.page(wish)
        return self.pages.access.ask(page.route, _address(page, wish), request, session)

    def find(self, visitor: str, wish: Attach, request: Request) -> Seat:
        """Return the session that a document asks for, or a new one.

        Raises ProtocolError: 404 for an unknown page, 503 while draining, 429 when the visitor or
        its address has too many tabs, 410 for a session that is gone if that was to be told.
        """
        page, engine = self.page(wish), self.pages.engine
        engine.refuse_if_ending()
        if wish.known and engine.find(visitor, wish.token) is None:
            # It has values for a new one, which it sends with a request for that.
            raise ProtocolError("no such session: ask for one at /_triostate/attach", 410)
        session, fresh = engine.attach(visitor, wish.token, request.client_ip)
        return Seat(page, session, fresh or not session.stream_id)

    def page(self, wish: Attach) -> CompiledPage:
        """Return the page that a document shows; raise ProtocolError 404 if there is none."""
        page = self.pages.find(wish.page, wish.path)
        if page is None:
            raise ProtocolError("no such page", 404)
        return page

    def join(self, request: Request, seat: Seat, wish: Attach, stream: Stream) -> None:
        """Give the session the stream to speak through, and start what the page runs on loading.

        What the browser has kept of its vars is set before that.
        """
        session, page = seat.session, seat.page
        document = wish.doc[:MAX_TOKEN_CHARS] or secrets.token_urlsafe(6)
        is_new_document = document != session.events.epoch
        router = _router(request, session, page, _address(page, wish))
        session.attach(
            stream,
            attrs.evolve(router, quart_session=self.pages.access.signed_session(request)),
            page.id,
            document,
            reads=page.vars if wish.shown_only else None,
            seen=wish.seq,
            fresh=seat.fresh,
        )
        chain = _restored(session)
        if is_new_document:
            chain = (*chain, *chain_of(page.on_load, (), "on_load"))
        if not chain:
            return
        try:
            session.submit(chain)
        except (QueueFullError, OutboxFullError) as error:
            session.failed("on_load", error)  # the tab is full, and all the more to be seen


def _restored(session: Session) -> Chain:
    try:
        return restore(session)
    except StateTooLargeError as error:
        session.failed("what the browser has kept", error)
        return ()


def _address(page: CompiledPage, wish: Attach) -> Address:
    by_name = wish.page if wish.page.startswith("/") and wish.page != page.route else ""
    return address_told(page.address, wish.path or by_name)


def _router(request: Request, session: Session, page: CompiledPage, address: Address) -> RouterData:
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    return RouterData(
        TabIdentity(session.token, request.client_ip),
        PageLocation(page.route, address.params, address.url),
        headers,
        address.url,
    )
