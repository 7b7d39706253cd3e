"""What `triostate run` serves in place of an app that cannot be served: every page says why.

A tab that was open finds out by the address that it asks in development (`development.py`), and
keeps its page below what it shows. Knows no session.
"""

from __future__ import annotations

from triostate.errors import ProtocolError
from triostate.ui import error_html
from triostate.web.assets import AssetFiles, page_assets
from triostate.web.development import PATH, Development
from triostate.web.failure import Failure
from triostate.web.gate import OWN, Gate
from triostate.web.http import Receive, Request, Response, Scope, Send, json_response
from triostate.web.pages import page_headers

__all__ = ["BrokenApp"]


class BrokenApp:
    """An ASGI application in place of one that cannot be served: every page says why.

    Raises AssetsMissingError.
    """

    def __init__(self, failure: Failure, build: str) -> None:
        self._files = AssetFiles.load()
        self._development = Development(build, {"": failure})
        self._gate = Gate.of(())
        self._failure = failure
        self._assets = page_assets(self._files, build)
        self._headers = page_headers({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope, under any server."""
        if scope["type"] == "lifespan":
            for word in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{word}.complete"})
        elif scope["type"] == "http":
            request = Request.of(scope, receive)
            try:
                await self._serve(request, send)
            except ProtocolError as error:
                await json_response(error.status, {"error": str(error)}).send(request, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1013})

    async def _serve(self, request: Request, send: Send) -> None:
        # A host that the app knows is not known here; an address of another site is refused.
        self._gate.check(request)
        file = self._files.get(request.path)
        if file is not None:
            await file.send(request, send)
        elif request.path == PATH:
            await self._development(request, send)
        elif request.path.startswith(OWN):
            raise ProtocolError("the app is broken: its developer is told why", 503)
        else:
            message = str(self._failure)
            html = error_html(500, "The app cannot be served", message, self._assets)
            await Response(500, html, self._headers).send(request, send)
