"""The site: every request to its route, behind the gate; and the app's life in the lifespan.

Pages, assets, the stream and the events are answered here, on bare ASGI. Whatever else is asked
for goes to the user's Quart-Trio app, if there is one.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import trio

from triostate.errors import ProtocolError
from triostate.web.attach import Attaching
from triostate.web.development import PATH as DEVELOPMENT
from triostate.web.events import Events, Whereabouts
from triostate.web.gate import OWN, Gate
from triostate.web.http import Message, Receive, Request, Scope, Send, refusal
from triostate.web.joining import Joining
from triostate.web.own_app import OwnApp
from triostate.web.pages import NAVIGATE, NOT_TO_BE_SWAPPED, Found, Pages
from triostate.web.posting import Answering, PostRoute, paced
from triostate.web.socket import SocketRoute, refuse_socket
from triostate.web.stream import StreamRoute
from triostate.web.tasks import TasksRoute

if TYPE_CHECKING:
    from quart_trio import QuartTrio

__all__ = ["Site", "run_quart", "wait_for_lifespan_end"]

logger = logging.getLogger("triostate")


class Site:
    """The routes of one app."""

    def __init__(
        self,
        pages: Pages,
        gate: Gate,
        own: OwnApp,
    ) -> None:
        self.pages = pages
        self._gate = gate
        # One that is made when the app is served already has not been started.
        self._own = own if own.made is not None else None
        joining, whereabouts = Joining(pages), Whereabouts(pages.engine)
        answers: dict[str, Answering] = {
            "attach": paced(pages.engine, Attaching(joining).answer),
            "events": Events(pages).answer,  # which each session has a rate of its own for
            "leave": paced(pages.engine, whereabouts.leave),
            "applied": paced(pages.engine, whereabouts.applied),
        }
        self._routes: dict[str, Callable[[Request, Send], Awaitable[None]]] = {
            f"{OWN}stream": StreamRoute(joining),
            f"{OWN}tasks": TasksRoute(pages),
            **{f"{OWN}{kind}": PostRoute(gate, answer) for kind, answer in answers.items()},
        }
        if pages.development.build:
            self._routes[DEVELOPMENT] = pages.development
        self._socket = SocketRoute(pages.engine, answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one http or websocket scope."""
        scope = self._gate.proxies.resolve(scope)
        if scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        request = Request.of(scope, receive)
        try:
            await self._serve(request, watched_send)
        except ProtocolError as error:
            if started:
                raise
            await refusal(error).send(request, send)

    def _check(self, request: Request) -> None:
        """Raise ProtocolError for what the gate does not let through, and is not meant for all."""
        try:
            self._gate.check(request)
        except ProtocolError:
            is_ours = request.path.startswith(OWN) or self._find(request) is not None
            if is_ours or self._own is None or not self._own.is_public(request.scope):
                raise

    def _find(self, request: Request) -> Found | None:
        """Return the page or file that is asked for; the user's routes go before parameters."""
        found = self.pages.get(request.path)
        if found is None or found.route is None or not found.route.is_dynamic:
            return found
        is_theirs = self._own is not None and self._own.has_route(request.scope)
        return None if is_theirs else found

    async def _serve(self, request: Request, send: Send) -> None:
        self._check(request)
        route = self._routes.get(request.path)
        if route is not None:
            await route(request, send)
            return
        found = self._find(request)
        if found is not None and request.method in ("GET", "HEAD"):
            await self.pages.serve(found, request, send)
        elif request.path.startswith(OWN):
            raise ProtocolError("no such address", 404)
        elif found is None and request.method == "GET" and NAVIGATE in request.headers:
            await NOT_TO_BE_SWAPPED.send(request, send)
        elif self._own is not None and found is None:
            await self._own(request.scope, request.receive, send)
        elif found is None:
            await self.pages.not_found(request.path).send(request, send)
        else:
            raise ProtocolError("GET only", 405)

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request.of({**scope, "method": "GET"}, receive)
        try:
            self._check(request)
            if self._own is None or request.path.startswith(OWN):
                await receive()  # websocket.connect
                if request.path != f"{OWN}ws":
                    raise ProtocolError("no such address", 404)
                await self._socket(request, send)
                return
        except ProtocolError as error:
            await refuse_socket(request, send, error)
            return
        await self._own(scope, receive, send)


async def run_quart(
    quart: QuartTrio,
    over: trio.Event,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Give the user's Quart app its life: started before requests, shut down once ``over``."""
    async with trio.open_nursery() as nursery:
        quart.nursery = nursery  # where Quart keeps its own background tasks
        await quart.startup()
        task_status.started()
        await over.wait()
        await quart.shutdown()


async def wait_for_lifespan_end(receive: Receive) -> None:
    """Wait until the server says that the app's life is over."""
    while (await receive())["type"] != "lifespan.shutdown":
        await trio.lowlevel.checkpoint()
