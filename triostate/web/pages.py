"""The pages of an app: compiled once, served as the same bytes to everyone.

A page request makes no session and sets no cookie. A page whose function raises is logged and
answered with an error page; the other pages live.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

import attrs

from triostate.errors import DefinitionError, PageError
from triostate.runtime.engine import Engine
from triostate.state.expr import VarRef
from triostate.state.restoring import stored_fields
from triostate.state.router import is_router
from triostate.ui import (
    NOT_FOUND,
    CompiledPage,
    Page,
    Route,
    Sheet,
    Surround,
    compile_page,
    error_html,
    not_found_html,
)
from triostate.web.access import Access, ReadSession, Verdict
from triostate.web.addresses import address_asked_for
from triostate.web.assets import AssetFiles, page_assets, style_response
from triostate.web.development import Development
from triostate.web.failure import describe_failure
from triostate.web.gate import OWN, visitor_of
from triostate.web.http import Headers, Request, Response, Send
from triostate.web.posting import keep_pace

__all__ = ["NAVIGATE", "NOT_TO_BE_SWAPPED", "Found", "Pages", "page_headers", "refuse_same_routes"]

logger = logging.getLogger("triostate")

#: The header of a request by which a tab follows a link without loading anew. What it could not
#: take the place of the page that it shows with is answered 204: it then loads that as ever, and
#: nothing of the user's has run twice.
NAVIGATE = "triostate-navigate"

_CSP = {
    "default-src": ("'self'",),
    # What the first does not stand for: a frame of another site could have a visitor press buttons
    # unawares.
    "base-uri": ("'self'",),
    "frame-ancestors": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
}


@attrs.frozen
class Found:
    """What there is at a path."""

    response: Response
    route: Route | None = None
    """The page's; None for a file."""


#: The answer to a tab that asks for what cannot take the place of its page.
NOT_TO_BE_SWAPPED = Response(204, headers=(("cache-control", "no-store"),))


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
        stylesheets: Sequence[str] = (),
        appearance: str = "system",
        surround: Surround = Surround(),  # noqa: B008 - frozen
    ) -> None:
        self.engine = engine
        self.access = Access(engine.around.reporter, read_session)
        self._files = files
        self._surround = surround
        states = engine.around.states
        self._stored = tuple(stored_fields(states).values())
        self._states = frozenset(state.get_full_name() for state in states)
        self.development = Development(build, route_of=self._route_of)
        self.assets = page_assets(
            files, build, by_socket=by_socket, stylesheets=stylesheets, appearance=appearance
        )
        self.headers = page_headers(csp)
        engine.around.modules_of = self._modules_of
        self._by_id: dict[str, CompiledPage] = {}
        self._by_route: dict[str, CompiledPage] = {}
        self._responses: dict[str, Response] = {}
        """By route."""
        self._static: dict[str, Route] = {}
        self._dynamic: list[Route] = []
        """In the order in which they are asked whether an address is theirs."""
        self._sheet = Sheet()
        """Of the pages that are compiled before the first request."""
        self._styles: dict[str, Response] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        """By route, what takes in a page that is compiled when it is asked for."""

    def add(self, pages: Iterable[Page], defaults: Callable[[VarRef], Any]) -> None:
        """Compile all pages of the app and take them in; those that wait, on their first use."""
        compiled: list[tuple[Page, CompiledPage | Exception]] = []
        for page in pages:
            self._take_address(page)
            if page.is_lazy:
                self._waiting[page.route] = partial(self._compile_late, page, defaults)
            else:
                compiled.append((page, self._try(page, defaults, self._sheet)))
        self._serve_sheet()
        for page, result in compiled:
            self._take_in(page, result)

    def _take_address(self, page: Page) -> None:
        if page.address.is_dynamic:
            self._dynamic = sorted([*self._dynamic, page.address], key=lambda route: route.rank)
        else:
            self._static[page.route] = page.address

    def _serve_sheet(self) -> None:
        """Have the pages' styles loaded with the look of all: by one request less."""
        css = self._sheet.css()
        if css is None:
            return
        if self.assets.stylesheets:  # the user's come between the two
            url = self._add_sheet(css, f"{hashlib.sha256(css).hexdigest()[:16]}.css")
            self.assets = attrs.evolve(self.assets, rules_url=url)
        else:
            self._files = self._files.with_css(css)
            self.assets = attrs.evolve(self.assets, css_url=self._files.url("triostate.css"))

    def _add_sheet(self, css: bytes, name: str) -> str:
        url = self.assets.page_css_url(name)
        self._styles[url] = style_response(css)
        return url

    def _awake(self, route: str) -> None:
        """Take in the page of a route, if it still waits."""
        if (take_in := self._waiting.pop(route, None)) is not None:
            take_in()

    def _compile_late(self, page: Page, defaults: Callable[[VarRef], Any]) -> None:
        self._take_in(page, self._try(page, defaults, Sheet(below=self._sheet)))

    def _try(
        self, page: Page, defaults: Callable[[VarRef], Any], sheet: Sheet
    ) -> CompiledPage | Exception:
        try:
            return self.compile(page, defaults, sheet)
        except Exception as error:  # crash wall: one page's failure is not the app's
            logger.exception("page %s (module %s) failed", page.route, page.module)
            return error

    def _take_in(self, page: Page, compiled: CompiledPage | Exception) -> None:
        """Take in a page; what it failed with becomes the page."""
        if isinstance(compiled, Exception):
            failure = describe_failure(f"page {page.route}", compiled, page.place)
            self.development.failures[page.route] = failure
            detail = str(compiled) if self.engine.around.reporter.is_development else ""
            self._responses[page.route] = self.error(500, "This page has an error", detail)
            return
        compiled = compiled.finished(self.assets)
        self._by_id[compiled.id] = self._by_route[page.route] = compiled
        self.access.guard(page.route, page.require)
        self.engine.around.shows_router |= any(is_router(ref) for ref in compiled.vars)
        response = self._html(404 if page.route == NOT_FOUND else 200, compiled.html)
        if page.require is not None:
            response = attrs.evolve(response, headers=_private(response.headers))
        self._responses[page.route] = response
        if compiled.css is not None and compiled.css_name is not None:
            self._add_sheet(compiled.css, compiled.css_name)

    def compile(
        self, page: Page, defaults: Callable[[VarRef], Any], sheet: Sheet | None = None
    ) -> CompiledPage:
        """Compile a page for this app; raise what `compile_page` does."""
        if page.route == NOT_FOUND and page.require is not None:
            raise PageError(f"page {NOT_FOUND}: it is shown to everybody, and takes no require=")
        return compile_page(
            page, defaults, self.assets, self._stored, self._states, self._surround, sheet
        )

    def find(self, name: str, url: str = "") -> CompiledPage | None:
        """Return the page of an id, a route or an address.

        One that waits for its first use is known by route and address: the one of ``url`` is used
        now.
        """
        self._awake(name)
        if self._waiting:
            self._awake(self._route_of(url.partition("#")[0].partition("?")[0]))
        page = self._by_id.get(name) or self._by_route.get(name)
        if page is None and (route := self._route(name)) is not None:
            self._awake(route.text)
            return self._by_route.get(route.text)
        return page

    def _route(self, path: str) -> Route | None:
        found = self._static.get(path)
        if found is not None or f"{path}/".startswith(OWN):
            return found
        return next((route for route in self._dynamic if route.match(path) is not None), None)

    def _route_of(self, path: str) -> str:
        route = self._route(path)
        return path if route is None else route.text

    def _modules_of(self, name: str) -> Collection[str] | None:
        page = self.find(name)
        return None if page is None else page.plan.get("modules", ())

    def error(self, status: int, title: str, message: str = "") -> Response:
        """Return an error page."""
        return self._html(
            status, error_html(status, title, message, self.assets, self._surround.lang)
        )

    def not_found(self, path: str) -> Response:
        """Return the page for an address that leads nowhere: the user's own, if there is one."""
        if NOT_FOUND in self._by_route:
            return self._responses[NOT_FOUND]
        return self._html(404, not_found_html(path, self.assets))

    def _refusal(self, verdict: Verdict) -> Response:
        if isinstance(verdict, str):
            return Response(303, headers=(("location", verdict), ("cache-control", "no-store")))
        return self.error(403, "This page is not open to you")

    def _html(self, status: int, body: bytes) -> Response:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = self.headers if status != 200 else (*self.headers, ("etag", etag))
        return Response(status, body, headers, is_packed=True)

    def get(self, path: str) -> Found | None:
        """Return what there is at a path, a page or a built file; or None."""
        route = self._route(path)
        if route is not None:
            self._awake(route.text)
            return Found(self._responses[route.text], route)
        response = self._styles.get(path) or self._files.get(path)
        return None if response is None else Found(response)

    async def serve(self, found: Found, request: Request, send: Send) -> None:
        """Send a page or file; a browser that has it already is told so.

        A page that is not open to who asks is a 403, or leads to where its ``require=`` says.
        Raises TooManyError where pages are asked for too fast.
        """
        visitor, response, route = visitor_of(request), found.response, found.route
        if route is not None:
            await keep_pace(self.engine, visitor, request)
            if self.access.is_guarded(route.text):
                address = address_asked_for(route, request)
                verdict = self.access.ask(route.text, address, request, None)
                verdict = verdict if isinstance(verdict, bool | str) else await verdict
                if verdict is not True:
                    response = self._refusal(verdict)
            if response.status != 200 and NAVIGATE in request.headers:
                response = NOT_TO_BE_SWAPPED
            if response is not found.response:
                await response.send(request, send)
                return
        if visitor and route is not None:
            for session in self.engine.of_visitor(visitor):
                session.stay()
        etag = dict(response.headers).get("etag")
        if etag is not None and request.headers.get("if-none-match") == etag:
            cache = dict(response.headers)["cache-control"]
            response = Response(304, headers=(("etag", etag), ("cache-control", cache)))
        await response.send(request, send)


def refuse_same_routes(pages: Sequence[Page]) -> None:
    """Raise DefinitionError if two pages have the same addresses, naming both."""
    seen: dict[tuple[str, ...], Page] = {}
    for page in pages:
        other = seen.setdefault(page.address.shape, page)
        if other is page:
            continue
        if other.route == page.route:
            what = f"two pages have the route {page.route!r}: {_name(other)} and {_name(page)}"
        else:
            what = (
                f"two pages have the same addresses: {_name(other)} with the route "
                f"{other.route!r} and {_name(page)} with {page.route!r}"
            )
        raise DefinitionError(what)


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
