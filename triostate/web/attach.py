"""``POST /_triostate/attach``: ask for a session, with what the browser has kept of its vars.

Only pages with such vars ask: everybody else's session is made by the stream. The answer is the
token to open the stream with. Asked with the token of a session that lives, it is that one.
"""

from __future__ import annotations

from triostate.errors import ProtocolError
from triostate.protocol.uplink import parse_attach
from triostate.state.restoring import read_stored, stored_fields
from triostate.web.gate import Gate, new_visitor, visitor_cookie_header, visitor_of
from triostate.web.http import Request, Response, Send, json_response
from triostate.web.pages import Pages

__all__ = ["AttachRoute"]


class AttachRoute:
    """Where the tabs of one app ask for their sessions."""

    def __init__(self, pages: Pages, gate: Gate) -> None:
        self._pages = pages
        self._gate = gate
        self._fields = stored_fields(pages.engine.around.states)

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer 200 with a token; 404 for an unknown page, 429 and 503 where the stream would."""
        body = await self._gate.json_body(request)
        await self._answer(request, body).send(request, send)

    def _answer(self, request: Request, body: bytes) -> Response:
        attach = parse_attach(body)
        if self._pages.find(attach.page) is None:
            raise ProtocolError("no such page", 404)
        known = visitor_of(request)
        visitor = known or new_visitor()
        session, fresh = self._pages.engine.attach(visitor, attach.token)
        is_new = fresh or not session.stream_id  # nothing has been sent from it yet
        session.kept_values = read_stored(self._fields, attach.stored, attach.changed, fresh=is_new)
        response = json_response(200, {"token": session.token})
        if known:
            return response
        cookie = visitor_cookie_header(request, visitor)
        return Response(response.status, response.body, (*response.headers, cookie))
