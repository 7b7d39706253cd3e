"""The user's own HTTP routes: a Quart-Trio app beside the pages, as `App.quart` gives it.

Imported at the first use of `App.quart` only: Quart costs a quarter of a second at start, and an
app of pages alone does not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import quart
from itsdangerous import BadSignature
from quart.sessions import SecureCookieSessionInterface
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException, NotFound

from triostate.limits import DRAIN_SECONDS
from triostate.web.http import Request, Response, Scope
from triostate.web.public import is_marked

__all__ = ["QuartTrio", "has_route", "is_public", "make_quart", "read_session"]


def _here() -> quart.Request | quart.Websocket:
    return quart.request if quart.has_request_context() else quart.websocket


class _Quart(QuartTrio):
    """Quart, but for the log: an address of a client's must not start a line of its own there."""

    def log_exception(self, exception_info: Any) -> None:
        here = _here()
        self.logger.error("Exception on %s %r", here.method, here.path, exc_info=exception_info)


class _Sessions(SecureCookieSessionInterface):
    """Quart's signed cookie, which goes over TLS only once it has come over TLS."""

    def get_cookie_secure(self, app: quart.Quart) -> bool:
        said = app.config["SESSION_COOKIE_SECURE"]
        return _here().is_secure if said is None else bool(said)


def make_quart(name: str, not_found: Callable[[str], Response]) -> QuartTrio:
    """Return an empty Quart-Trio app whose defaults suit the app around it.

    What it has no route for is answered by ``not_found``, given the path; a handler for 404 that
    the user registers goes before.
    """
    made = _Quart(name, static_folder=None)
    made.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    made.config["SESSION_COOKIE_HTTPONLY"] = True
    made.config["SESSION_COOKIE_SECURE"] = None  # as the request came; True or False is for all
    made.session_interface = _Sessions()
    made.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = DRAIN_SECONDS

    async def unknown(error: HTTPException) -> quart.Response | HTTPException:
        if not quart.has_request_context():
            return error  # a WebSocket, which takes no page
        page = not_found(quart.request.path)
        return quart.Response(page.body, page.status, dict(page.headers))

    made.register_error_handler(404, unknown)
    return made


def is_public(app: QuartTrio, scope: Scope) -> bool:
    """Whether a request goes to a route whose function is marked as public."""
    adapter = app.url_map.bind("localhost")
    is_websocket = scope["type"] == "websocket"
    method = "GET" if is_websocket else scope["method"]
    try:
        endpoint, _ = adapter.match(scope["path"], method, websocket=is_websocket)
    except HTTPException:  # no such route, or another address to go to
        return False
    return is_marked(app.view_functions.get(endpoint))


def has_route(app: QuartTrio, scope: Scope) -> bool:
    """Whether a path is one of the routes', for whatever method."""
    try:
        app.url_map.bind("localhost").match(scope["path"], "GET")
    except NotFound:
        return False
    except HTTPException:  # for another method, or at an address with a slash more
        return True
    return True


def read_session(app: QuartTrio, request: Request) -> Mapping[str, Any]:
    """Return what the app's routes have put into ``quart.session`` for this browser."""
    interface = app.session_interface
    if not isinstance(interface, SecureCookieSessionInterface):
        raise TypeError(
            f"quart_session reads Quart's own signed cookie; app.quart has a "
            f"{type(interface).__name__}: read `visit.cookie(...)`"
        )
    serializer = interface.get_signing_serializer(app)
    cookie = request.cookie(app.config["SESSION_COOKIE_NAME"])
    if serializer is None or not cookie:
        return {}
    try:
        max_age = int(app.permanent_session_lifetime.total_seconds())
        return dict(serializer.loads(cookie, max_age=max_age))
    except BadSignature:
        return {}
