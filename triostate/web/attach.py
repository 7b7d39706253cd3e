"""``POST /_triostate/attach``: ask for a session, with what the browser has kept of its vars.

With the name of a shared stream, the session is joined to that. Without one the answer is a token
to open a stream of its own with; only pages with vars that live in the browser ask for that, as the
stream makes everybody else's session. Asked with the token of a session that lives, it is that one.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from triostate.errors import MisroutedError, ProtocolError
from triostate.protocol.uplink import Attach, read_attach
from triostate.runtime.stream import Stream
from triostate.state.restoring import read_stored, stored_fields
from triostate.web.access import if_open
from triostate.web.gate import visitor_or_new
from triostate.web.http import Request, Response, json_response
from triostate.web.joining import Joining

__all__ = ["Attaching"]


class Attaching:
    """Where the tabs of one app ask for their sessions."""

    def __init__(self, joining: Joining) -> None:
        self._joining = joining
        self._engine = joining.pages.engine
        self._fields = stored_fields(self._engine.around.states)

    def answer(self, known: str, body: Any, request: Request) -> Response | Awaitable[Response]:
        """Answer 200 with a token, or 410 with ``"known": true`` for a session that is gone.

        And 421 with the same for one that is another worker's. Raises ProtocolError where
        `Joining.find` does, 403 for a page that is not open to the visitor, 410 for an unknown
        stream and 421 for another worker's.
        """
        wish = read_attach(body)
        self._engine.around.worker.refuse_misrouted(wish.stream)
        try:
            verdict = self._joining.ask(known, wish, request)
        except MisroutedError as error:
            # Of the two that can be elsewhere it is not the stream.
            return json_response(421, {"error": str(error), "known": True})
        return if_open(verdict, lambda: self._admit(known, wish, request))

    def _admit(self, known: str, wish: Attach, request: Request) -> Response:
        visitor, cookie = (known, ()) if known else visitor_or_new(request)
        stream = self._stream(visitor, wish)
        try:
            seat = self._joining.find(visitor, wish, request)
        except ProtocolError as error:
            if error.status != 410:
                raise
            # Of the two that can be gone it is not the stream.
            return json_response(410, {"error": str(error), "known": True})
        session = seat.session
        if stream is None or wish.stored or wish.changed:  # else it has sent them before
            kept = read_stored(self._fields, wish.stored, wish.changed, fresh=seat.fresh)
            session.kept_values = kept
        if stream is not None:
            self._joining.join(request, seat, wish, stream)
        response = json_response(200, {"token": session.token})
        return Response(response.status, response.body, (*response.headers, *cookie))

    def _stream(self, visitor: str, wish: Attach) -> Stream | None:
        """Return the shared stream that is asked for: before a session is made for nothing."""
        self._joining.page(wish)
        self._engine.refuse_if_ending()
        return self._engine.streams.find(visitor, wish.stream) if wish.stream else None
