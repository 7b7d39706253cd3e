"""The pages of an app: compiled once, served as the same bytes to everyone.

A page request makes no session and sets no cookie. A page whose function raises is logged and
answered with an error page; the other pages live.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs

from triostate.errors import DefinitionError
from triostate.runtime.engine import Engine
from triostate.state.expr import VarRef
from triostate.state.restoring import stored_fields
from triostate.ui import CompiledPage, Page, compile_page, error_html, not_found_html
from triostate.web.access import Access, ReadSession, Verdict
from triostate.web.assets import PREFIX, AssetFiles, page_assets
from triostate.web.development import Development
from triostate.web.failure import describe_failure
from triostate.web.gate import visitor_of
from triostate.web.http import Headers, Request, Response, Send
from triostate.web.posting import keep_pace

__all__ = ["Pages", "page_headers", "refuse_same_routes"]

logger = logging.getLogger("triostate")

_CSP = {
    "default-src": ("'self'",),
    # What the first does not stand for: a frame of another site could have a visitor press buttons
    # unawares.
    "base-uri": ("'self'",),
    "frame-ancestors": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
}


class Pages:
    """The compiled pages of one app."""

    def __init__(
        self,
        engine: Engine,
        files: AssetFiles,
        csp: dict[str, Sequence[str]],
        read_session: ReadSession,
        build: str = "",
        *,
        by_socket: bool = False,
    ) -> None:
        self.engine = engine
        self.access = Access(engine.around.reporter, read_session)
        self._files = files
        self.development = Development(build)
        self.assets = page_assets(files, build, by_socket=by_socket)
        self.headers = page_headers(csp)
        self._by_id: dict[str, CompiledPage] = {}
        self._by_route: dict[str, CompiledPage] = {}
        self._responses: dict[str, Response] = {}
        self._styles: dict[str, Response] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        """By route, what takes in a page that is compiled when it is asked for."""

    def add(self, page: Page, defaults: Callable[[VarRef], Any]) -> None:
        """Compile a page and take it in, now or on its first use."""
        if page.is_lazy:
            self._waiting[page.route] = partial(self._take_in, page, defaults)
        else:
            self._take_in(page, defaults)

    def _awake(self, route: str) -> None:
        """Take in the page of a route, if it still waits."""
        if (take_in := self._waiting.pop(route, None)) is not None:
            take_in()

    def _take_in(self, page: Page, defaults: Callable[[VarRef], Any]) -> None:
        """Compile a page and take it in; a failure is logged and becomes the page."""
        try:
            compiled = self.compile(page, defaults)
        except Exception as error:  # crash wall: one page's failure is not the app's
            logger.exception("page %s (module %s) failed", page.route, page.module)
            failure = describe_failure(f"page {page.route}", error, page.place)
            self.development.failures[page.route] = failure
            detail = str(error) if self.engine.around.reporter.is_development else ""
            self._responses[page.route] = self.error(500, "This page has an error", detail)
            return
        self._by_id[compiled.id] = self._by_route[page.route] = compiled
        self.access.guard(page.route, page.require)
        response = self._html(200, compiled.html)
        if page.require is not None:
            response = attrs.evolve(response, headers=_private(response.headers))
        self._responses[page.route] = response
        if compiled.css is not None:
            self._styles[f"{PREFIX}/page/{compiled.css_name}"] = _style(compiled.css)

    def compile(self, page: Page, defaults: Callable[[VarRef], Any]) -> CompiledPage:
        """Compile a page for this app; raise what `compile_page` does."""
        stored = stored_fields(self.engine.around.states).values()
        return compile_page(page, defaults, self.assets, stored)

    def find(self, name: str) -> CompiledPage | None:
        """Return the page of an id or a route."""
        self._awake(name)
        # Of a server before this one, maybe: its pages are the same under the same names.
        while name not in self._by_id and name not in self._by_route and self._waiting:
            self._awake(next(iter(self._waiting)))
        return self._by_id.get(name) or self._by_route.get(name)

    def error(self, status: int, title: str, message: str = "") -> Response:
        """Return an error page."""
        return self._html(status, error_html(status, title, message, self.assets))

    def not_found(self, path: str) -> Response:
        """Return the page for an address that leads nowhere."""
        return self._html(404, not_found_html(path, self.assets))

    def _refusal(self, verdict: Verdict) -> Response:
        if isinstance(verdict, str):
            return Response(303, headers=(("location", verdict), ("cache-control", "no-store")))
        return self.error(403, "This page is not open to you")

    def _html(self, status: int, body: bytes) -> Response:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = self.headers if status != 200 else (*self.headers, ("etag", etag))
        return Response(status, body, headers, gzip.compress(body, 9, mtime=0))

    def get(self, path: str) -> Response | None:
        """Return the response for a page's path or a built file's, or None."""
        self._awake(path)
        return self._responses.get(path) or self._styles.get(path) or self._files.get(path)

    async def serve(self, response: Response, request: Request, send: Send) -> None:
        """Send a page or file; a browser that has it already is told so.

        A page that is not open to who asks is a 403, or leads to where its ``require=`` says.
        Raises TooManyError where pages are asked for too fast.
        """
        visitor, is_page = visitor_of(request), request.path in self._responses
        if is_page:
            await keep_pace(self.engine, visitor, request)
        if self.access.is_guarded(request.path):
            verdict = self.access.ask(request.path, request, None)
            verdict = verdict if isinstance(verdict, bool | str) else await verdict
            if verdict is not True:
                await self._refusal(verdict).send(request, send)
                return
        if visitor and is_page:
            for session in self.engine.of_visitor(visitor):
                session.stay()
        etag = dict(response.headers).get("etag")
        if etag is not None and request.headers.get("if-none-match") == etag:
            cache = dict(response.headers)["cache-control"]
            response = Response(304, headers=(("etag", etag), ("cache-control", cache)))
        await response.send(request, send)


def refuse_same_routes(pages: Sequence[Page]) -> None:
    """Raise DefinitionError if two pages have one route, naming both."""
    seen: dict[str, Page] = {}
    for page in pages:
        other = seen.setdefault(page.route, page)
        if other is not page:
            raise DefinitionError(
                f"two pages have the route {page.route!r}: {_name(other)} and {_name(page)}"
            )


def _name(page: Page) -> str:
    return f"{page.module}.{getattr(page.function, '__qualname__', 'page')}"


def page_headers(csp: dict[str, Sequence[str]]) -> Headers:
    """Return the headers of every page, with sources allowed beyond the strict policy."""
    return (
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", _csp_header(csp)),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-cache"),
    )


def _csp_header(extra: dict[str, Sequence[str]]) -> str:
    directives = {name: list(sources) for name, sources in _CSP.items()}
    for name, sources in extra.items():
        directives.setdefault(name, ["'self'"]).extend(sources)
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _private(headers: Headers) -> Headers:
    """Keep a page that is not for everyone out of caches that are."""
    return tuple(
        (name, "private, no-cache" if name == "cache-control" else value) for name, value in headers
    )


def _style(css: bytes) -> Response:
    headers = (
        ("content-type", "text/css; charset=utf-8"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
    )
    return Response(200, css, headers, gzip.compress(css, 9, mtime=0))
