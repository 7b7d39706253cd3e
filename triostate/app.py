"""App: the façade that wires the layers, and ``app``, what servers are given.

``hypercorn triostate.app:app`` serves what ``TRIOSTATE_APP`` or ``[tool.triostate]`` in
``./pyproject.toml`` names, else the welcome page. A user may as well build an `App` of their own
and serve that.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import trio

from triostate.life import Life
from triostate.limits import (
    CLEANUP_SECONDS,
    DETACH_GRACE_SECONDS,
    DRAIN_SECONDS,
    HIDDEN_GRACE_SECONDS,
    LEAVE_GRACE_SECONDS,
    MAX_EVENTS_PER_SECOND,
    MAX_REQUESTS_PER_SECOND,
    MAX_SESSIONS_PER_ADDRESS,
    MAX_STATE_BYTES,
    MAX_TABS_PER_VISITOR,
    MAX_THREADS,
)
from triostate.runtime.background import BackgroundTask
from triostate.runtime.births import Births
from triostate.runtime.engine import Engine, ModifyState, TokenMap
from triostate.runtime.functions import check_function
from triostate.runtime.guards import Guards
from triostate.runtime.lifecycle import Durations
from triostate.runtime.rates import Allowance
from triostate.runtime.reports import Reporter
from triostate.runtime.running_tasks import RunningTasks
from triostate.runtime.services import Services
from triostate.runtime.session import Session
from triostate.runtime.surroundings import Surroundings, current_app
from triostate.runtime.worker import own_name
from triostate.server.guest import Bridge
from triostate.state.checking import check_states
from triostate.state.declaring import refuse_duplicates
from triostate.state.defaults import default_values
from triostate.state.definitions import current_definitions
from triostate.state.state import State
from triostate.target import load_target
from triostate.ui import Layout, Page, Surround, Theme, check_lang
from triostate.ui.urls import is_safe_url
from triostate.web.assets import AssetFiles
from triostate.web.failure import Failure
from triostate.web.gate import Gate
from triostate.web.http import Receive, Request, Response, Scope, Send
from triostate.web.own_app import OwnApp
from triostate.web.pages import Pages, refuse_same_routes
from triostate.web.problems import find_problems
from triostate.web.public import mark
from triostate.web.site import Site

if TYPE_CHECKING:
    from triostate.web.user_routes import QuartTrio

__all__ = ["App", "app", "get_app"]

F = TypeVar("F", bound=Callable[[BaseException], object])
H = TypeVar("H", bound=Callable[[Session], object])
V = TypeVar("V", bound=Callable[..., Any])
S = TypeVar("S", bound=Callable[..., Awaitable[Any]])

_current: trio.lowlevel.RunVar[App | None] = trio.lowlevel.RunVar("triostate_app")


def get_app() -> App:
    """Return the app that the running task belongs to.

    In a task that belongs to none (of a server, say) it is the one that this Trio run serves, the
    last to start if they are several. Raises RuntimeError where none is being served.
    """
    app: App | None = current_app.get(None)
    if app is None and trio.lowlevel.in_trio_run():
        app = _current.get(None)
    if app is None:
        raise RuntimeError("no app is being served here")
    return app


class App:
    """An ASGI application of pages, states and sessions.

    Args:
        modules: names of the modules whose definitions (and those of modules below them) make the
            app; all that are imported when it starts, by default.
        hosts: host names to answer to beside localhost and IP addresses.
        trusted_proxies: addresses and networks of proxies (``["127.0.0.1", "10.0.0.0/8"]``;
            ``"unix"`` for a Unix socket) whose ``X-Forwarded-For``, ``-Proto`` and ``-Host`` say
            where a request came from. From anybody else they count for nothing.
        layout: a function that is given each page's content, a component, and returns what is
            shown; pages say otherwise by a ``layout=`` of their own.
        lang: the language of the pages, such as ``"pt-BR"``, for screen readers and translators.
        csp: sources to allow beyond the strict default, by directive:
            ``{"img-src": ["https://images.example"]}``.
        transport: what carries frames to the browser: ``"stream"`` (server-sent events, over HTTP)
            or ``"websocket"``. Where the one does not get through, browsers try the other.
        theme: the look of all pages: colours, corners, fonts, light or dark, as `ts.theme` makes
            it.
        stylesheets: addresses of style sheets of your own, such as ``"/static/theme.css"`` for a
            file of `quart`'s static folder. They come after the framework's sheet, which they may
            change by its CSS variables (`triostate.ui.theme` lists them), and before a page's own,
            so style props win. One of another site needs ``csp={"style-src": [...]}`` besides.
        max_threads: how many threads `run_in_thread` uses at a time.
        cleanup_seconds: what a cancelled task has for all its cleanup blocks, and a session that
            ends for its ``on_close`` hooks.
        detach_grace_seconds: how long a session is kept whose connection was lost.
        leave_grace_seconds: the same after the tab said goodbye; a reload has to come back in it.
        hidden_grace_seconds: the same if the tab was hidden or frozen when it was lost.
        drain_seconds: what running foreground handlers get to finish when the app is shut down.
        max_events_per_second: of one tab, for long; twice as many at once after a rest. All tabs of
            a browser together may send four times as much. What comes faster is refused with 429,
            which browsers repeat: nothing is lost, it comes later.
        max_tabs_per_visitor: sessions of one browser.
        max_sessions_per_address: sessions of one address (of IPv6, of 64 bits of it), and shared
            streams; without bound for loopback.
        max_requests_per_second: pages, streams and sessions asked for, and goodbyes, of one
            browser, or of one address whose browsers have no tab yet (loopback without bound);
            twenty seconds' worth at once after a rest. What comes faster is refused with 429.
        max_state_bytes: what all vars of one session may take: bytes, as `sys.getsizeof` gives
            them, of lists, dicts, sets, tuples and by-value instances and of the texts, numbers and
            other plain values in them, in public and backend vars. Opaque objects in backend vars
            (a client, a model, an array) and computed vars do not count. A state block or handler
            that would pass it is rolled back with `StateTooLargeError`. It is looked at now and
            then: up to a sixteenth more can be there before it is noticed.
        authorise_tasks: a function, sync or async, that is given a request (its ``headers``,
            ``cookie(name)``, ``client_ip``, ``query``) and says whether it may see the live view of
            tasks at ``/_triostate/tasks`` and cancel there. Without it that address exists in
            development only.
    """

    def __init__(
        self,
        *,
        modules: Collection[str] | None = None,
        hosts: Collection[str] = (),
        trusted_proxies: Collection[str] = (),
        layout: Layout | None = None,
        lang: str = "en",
        csp: dict[str, Sequence[str]] | None = None,
        transport: Literal["stream", "websocket"] = "stream",
        theme: Theme | None = None,
        stylesheets: Sequence[str] = (),
        max_threads: int = MAX_THREADS,
        cleanup_seconds: float = CLEANUP_SECONDS,
        detach_grace_seconds: float = DETACH_GRACE_SECONDS,
        leave_grace_seconds: float = LEAVE_GRACE_SECONDS,
        hidden_grace_seconds: float = HIDDEN_GRACE_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
        max_events_per_second: int = MAX_EVENTS_PER_SECOND,
        max_tabs_per_visitor: int = MAX_TABS_PER_VISITOR,
        max_sessions_per_address: int = MAX_SESSIONS_PER_ADDRESS,
        max_requests_per_second: int = MAX_REQUESTS_PER_SECOND,
        max_state_bytes: int = MAX_STATE_BYTES,
        authorise_tasks: Callable[[Request], object] | None = None,
    ) -> None:
        self._modules = modules
        self._definitions = current_definitions()
        self._gate = Gate.of(hosts, trusted_proxies)
        self._csp = csp or {}
        self._surround = Surround(layout, check_lang(lang))
        self._by_socket = _is_socket(transport)
        self._theme = theme or Theme()
        self._stylesheets = _checked_stylesheets(stylesheets)
        self._own = OwnApp(self._not_found)
        self._site: Site | None = None
        self._bridge = Bridge(self.serve)
        is_development = os.environ.get("TRIOSTATE_DEV") == "1"
        shows_tasks = is_development or authorise_tasks is not None
        self._around = Surroundings(
            self,
            Reporter(is_development),
            Durations(
                detach_grace_seconds=detach_grace_seconds,
                leave_grace_seconds=leave_grace_seconds,
                hidden_grace_seconds=hidden_grace_seconds,
                cleanup_seconds=cleanup_seconds,
                drain_seconds=drain_seconds,
            ),
            allowance=Allowance(
                max_events_per_second=max_events_per_second,
                max_tabs_per_visitor=max_tabs_per_visitor,
                max_sessions_per_address=max_sessions_per_address,
                max_requests_per_second=max_requests_per_second,
                max_state_bytes=max_state_bytes,
            ),
            guards=Guards(max_threads, is_development, Births() if shows_tasks else None),
            authorise_tasks=authorise_tasks,
        )
        self._engine = Engine(self._around)
        self._services = Services(self._around.reporter)
        self._tasks = RunningTasks(self._around.running_tasks)
        self.event_namespace = SimpleNamespace(token_to_sid=TokenMap(self._engine))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope, under any server."""
        await self._bridge(scope, receive, send)

    # What handlers and other tasks use

    @property
    def background_tasks(self) -> AbstractSet[BackgroundTask]:
        """The background runs under way, of all sessions: live, and read only.

        A run is in it from its trigger until its last ``finally`` has run.

        Source: the seeds' ``app.background_tasks``.
        """
        return self._tasks

    def modify_state(self, token: str) -> ModifyState:
        """Open a state block of the session that the token names.

        ``async with app.modify_state(token) as state`` gives the session's root state, under the
        same lock and with the same commit and rollback as ``async with self``. It works from any
        Trio task: route handlers, tasks of the app, handlers of other sessions.

        Raises:
            SessionNotFoundError: the token names no live session, or it ended meanwhile.
            ImmutableStateError: this task has an open block of that session already.

        Source: the seeds' low-level API.
        """
        return ModifyState(self._engine, token)

    def start_soon(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start ``await fn(*args)`` as a task that lives as long as the app.

        It has no right to write: it takes `modify_state`. An exception is reported like a
        handler's and ends that task alone. Raises RuntimeError while the app is not served.
        """
        self._engine.start_soon(fn, *args)

    # What an app is told of

    def on_error(self, hook: F) -> F:
        """Register a function that is given every exception that user code did not catch.

        It gets the exception as it was raised, a group as a group; out of a group that holds a
        cancellation too, a group of the others. It may be async: it is then run as a task of the
        app. What it raises itself is logged. Usable as a decorator.
        """
        self._around.reporter.hooks.append(hook)
        return hook

    def on_open(self, hook: H) -> H:
        """Register a function that is given each new session, before any handler of it runs.

        It may be async; handlers, ``on_load`` above all, wait for it. To write the session's
        state it takes ``app.modify_state(session.token)``. An exception is reported, and the
        session goes on. Usable as a decorator.
        """
        self._around.on_open.append(hook)
        return hook

    def on_close(self, hook: H) -> H:
        """Register a function that is given each session that ends, when its tasks have ended.

        Its state is still there, by ``app.modify_state(session.token)``, and dropped afterwards. It
        may be async; all hooks together get ``cleanup_seconds`` and are then cancelled. An
        exception is reported. Usable as a decorator.
        """
        self._around.on_close.append(hook)
        return hook

    def service(self, fn: S) -> S:
        """Register an async function that runs as a task for as long as the app is served.

        Services are started in the order of registration, before the first session, and cancelled
        in reverse, each awaited, after the last one. One with a parameter ``task_status`` holds
        up the start until it calls ``task_status.started()``; if it raises before that, the app
        does not start. A later exception is reported and ends this service alone; it is not
        started again. Usable as a decorator.
        """
        check_function(fn, "app.service")
        self._services.functions.append(fn)
        return fn

    @property
    def quart(self) -> QuartTrio:
        """A Quart-Trio app for HTTP routes of one's own; made at the first use."""
        return self._own.quart

    def public(self, view: V) -> V:
        """Let other sites, and any host name, reach this route of `quart`; usable as a decorator.

        Routes answer to the app's hosts only, and to other sites' pages only where somebody
        follows a link. One for webhooks, or an interface with rules of its own, is exempt::

            @app.quart.post("/hook")
            @app.public
            async def hook(): ...
        """
        return mark(view)

    def _not_found(self, path: str) -> Response:
        assert self._site is not None, "asked by a request, so the app is served"
        return self._site.pages.not_found(path)

    # Serving

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope in a Trio task; `__call__` comes here under any server."""
        if scope["type"] == "lifespan":
            # Left by the bridge where Trio is the guest of an asyncio server.
            self._around.guards.host_loop = scope.get("extensions", {}).get("triostate.host_loop")
            await self._live(scope, receive, send)
        elif self._site is None:
            raise RuntimeError("the app has not been started: the server sent no lifespan")
        else:
            await self._site(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        self._site = self._build()
        self._around.worker.name = own_name()
        before = _current.get(None)
        _current.set(self)
        current_app.set(self)
        try:
            life = Life(self._engine, self._services, self._around.guards, self._own.made)
            await life.live(scope, receive, send)
        finally:
            _current.set(before)

    def _build(self) -> Site:
        """Gather the definitions and compile the pages.

        Raises DefinitionError for definitions that do not go together, AssetsMissingError.
        """
        states: list[type[State]] = self._definitions.select("state", self._modules)
        refuse_duplicates(states)
        check_states(states)
        pages = self._empty_pages(states)
        defaults = default_values(states)
        declared: list[Page] = self._definitions.select("page", self._modules)
        refuse_same_routes(declared)
        pages.add(declared, defaults)
        return Site(pages, self._gate, self._own)

    def _empty_pages(self, states: Sequence[type[State]]) -> Pages:
        self._around.states = tuple(states)
        # The name that `triostate run` has given to this run of the server.
        build = os.environ.get("TRIOSTATE_BUILD", "")
        is_development = self._around.reporter.is_development
        return Pages(
            self._engine,
            AssetFiles.load().with_css(self._theme.css().encode()),
            self._csp,
            self._own.read_session,
            build if is_development else "",
            by_socket=self._by_socket,
            surround=self._surround,
            stylesheets=self._stylesheets,
            appearance=self._theme.appearance,
        )

    def problems(self) -> list[Failure]:
        """Compile all pages without serving them; return all that is wrong.

        What it is called on is not to be served afterwards. Raises AssetsMissingError.
        """
        states: list[type[State]] = self._definitions.select("state", self._modules)
        pages: list[Page] = self._definitions.select("page", self._modules)
        return find_problems(states, pages, self._empty_pages(states))


def _is_socket(transport: str) -> bool:
    if transport not in ("stream", "websocket"):
        raise ValueError(f'App(transport=) is "stream" or "websocket", not {transport!r}')
    return transport == "websocket"


def _checked_stylesheets(urls: Sequence[str]) -> tuple[str, ...]:
    if isinstance(urls, str):
        raise ValueError(f"App(stylesheets=) is a list of addresses: write [{urls!r}]")
    for url in urls:
        if not is_safe_url("src", url) or url.lower().startswith("data:"):
            raise ValueError(
                f"App(stylesheets=) holds {url[:60]!r}: an address is relative, http or https"
            )
    return tuple(urls)


class _DefaultApp:
    """The app that the project names; it is found when the server starts it."""

    def __init__(self) -> None:
        self._bridge = Bridge(self._serve)
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._bridge(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._app = load_target(App) or App()
        await self._app.serve(scope, receive, send)


#: What ``hypercorn triostate.app:app`` serves.
app = _DefaultApp()
