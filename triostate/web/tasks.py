"""``/_triostate/tasks``: the live view of the app's tasks, as a page and as JSON.

For development, and for those whom `App(authorise_tasks=)` lets in; to anyone else the address
does not exist. The page runs no script and holds no value of a var; all that it shows is escaped.
What it may change, it changes by a form of its own, which no other site can send.
"""

from __future__ import annotations

import inspect
import re
from urllib.parse import parse_qsl

import attrs

from triostate.errors import ProtocolError
from triostate.limits import MAX_TASKS_FORM_BYTES, TASKS_REFRESH_SECONDS
from triostate.runtime.tasks_view import TasksView
from triostate.state.codec import encode_json
from triostate.ui.document import document
from triostate.web.http import Headers, Request, Response, Send
from triostate.web.pages import Pages
from triostate.web.tasks_page import PATH, tasks_html

__all__ = ["PATH", "TasksRoute"]

# Not even in a frame of this app: its buttons end other people's work.
_FRAMES = re.compile("frame-ancestors [^;]*")


class TasksRoute:
    """The view of one app."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._around = pages.engine.around
        self._view = TasksView(pages.engine)

    async def __call__(self, request: Request, send: Send) -> None:
        """Show what there is, or cancel what a form names."""
        if not await self._is_open_to(request):
            raise ProtocolError("no such address", 404)
        if request.method == "POST":
            response = await self._post(request)
        elif request.method in ("GET", "HEAD"):
            response = self._get(request)
        else:
            raise ProtocolError("GET or POST only", 405)
        await response.send(request, send)

    async def _is_open_to(self, request: Request) -> bool:
        reporter, authorise = self._around.reporter, self._around.authorise_tasks
        if reporter.is_development:
            return True
        if authorise is None:
            return False
        try:
            answer = authorise(request)
            if inspect.isawaitable(answer):
                answer = await answer
        except Exception as error:  # noqa: BLE001 - crash wall: user code; in doubt it is a no
            reporter.report("authorise_tasks", error)
            return False
        return bool(answer)

    def _get(self, request: Request) -> Response:
        view = self._view.take()
        wanted = request.query.get("format") or _accepted(request)
        if wanted == "json":
            headers = (("content-type", "application/json"), ("cache-control", "no-store"))
            return Response(200, encode_json(attrs.asdict(view)), headers)
        is_paused = request.query.get("refresh") == "0"
        html = document(
            about=["<title>Tasks</title>"],
            assets=self._pages.assets,
            content=tasks_html(view, is_paused=is_paused),
        )
        return Response(200, html, self._headers(is_paused=is_paused))

    def _headers(self, *, is_paused: bool) -> Headers:
        own = dict(self._pages.headers)
        policy = _FRAMES.sub("frame-ancestors 'none'", own["content-security-policy"])
        own["content-security-policy"] = f"{policy}; form-action 'self'"
        own["cache-control"] = "no-store"
        if not is_paused:
            own["refresh"] = f"{TASKS_REFRESH_SECONDS:g}"
        return tuple(own.items())

    async def _post(self, request: Request) -> Response:
        # The gate has looked at what these say; that one of them is there is asked for here, as a
        # form, unlike JSON, may come from any page without the browser asking first.
        if "origin" not in request.headers and "sec-fetch-site" not in request.headers:
            raise ProtocolError("a form without Origin or Sec-Fetch-Site is refused", 403)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise ProtocolError("the content type must be application/x-www-form-urlencoded", 415)
        body = await request.body(MAX_TASKS_FORM_BYTES)
        for name, value in parse_qsl(body.decode("latin-1")):
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0
            if name == "cancel":
                self._view.cancel(number)
            elif name == "close":
                self._view.close(number)
        return Response(303, headers=(("location", PATH), ("cache-control", "no-store")))


def _accepted(request: Request) -> str:
    first = request.headers.get("accept", "").partition(",")[0].partition(";")[0]
    return "json" if first.strip().lower() == "application/json" else "html"
