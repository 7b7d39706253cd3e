"""App: the façade that wires the layers, and ``app``, what servers are given.

``hypercorn triostate.app:app`` serves what ``TRIOSTATE_APP`` or ``[tool.triostate]`` in
``./pyproject.toml`` names, else the welcome page. A user may as well build an `App` of their own
and serve that.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Awaitable, Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import trio

from triostate.errors import DefinitionError
from triostate.runtime.background import BackgroundTask
from triostate.runtime.engine import Engine, ModifyState, TokenMap
from triostate.runtime.reports import Reporter
from triostate.runtime.surroundings import Surroundings
from triostate.server.guest import Bridge
from triostate.state.declaring import refuse_duplicates
from triostate.state.defaults import default_values
from triostate.state.definitions import current_definitions
from triostate.state.state import State
from triostate.target import load_target
from triostate.ui import Page
from triostate.web.assets import AssetFiles
from triostate.web.gate import Gate
from triostate.web.http import Receive, Response, Scope, Send
from triostate.web.pages import Pages
from triostate.web.site import ASGIApp, Site, run_quart, wait_for_lifespan_end

if TYPE_CHECKING:
    from triostate.web.user_routes import QuartTrio

__all__ = ["App", "app", "get_app"]

F = TypeVar("F", bound=Callable[[BaseException], object])

_current: trio.lowlevel.RunVar[App] = trio.lowlevel.RunVar("triostate_app")


def get_app() -> App:
    """Return the app that is being served in this Trio run; raise RuntimeError if none is."""
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("no app is being served here") from None


class App:
    """An ASGI application of pages, states and sessions.

    Args:
        modules: names of the modules whose definitions (and those of modules below them) make the
            app; all that are imported when it starts, by default.
        hosts: host names to answer to beside localhost and IP addresses.
        csp: sources to allow beyond the strict default, by directive:
            ``{"img-src": ["https://images.example"]}``.
    """

    def __init__(
        self,
        *,
        modules: Collection[str] | None = None,
        hosts: Collection[str] = (),
        csp: dict[str, Sequence[str]] | None = None,
    ) -> None:
        self._modules = modules
        self._definitions = current_definitions()
        self._gate = Gate.of(hosts)
        self._csp = csp or {}
        self._quart: QuartTrio | None = None
        self._site: Site | None = None
        self._bridge = Bridge(self.serve)
        self._around = Surroundings(self, Reporter(os.environ.get("TRIOSTATE_DEV") == "1"))
        self._engine = Engine(self._around)
        self._tasks = _ReadOnlySet(self._around.running_tasks)
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

    def on_error(self, hook: F) -> F:
        """Register a function that is given every exception that user code did not catch."""
        self._around.reporter.hooks.append(hook)
        return hook

    @property
    def quart(self) -> QuartTrio:
        """A Quart-Trio app for HTTP routes of one's own; made at the first use."""
        if self._quart is None:
            # By name: Quart takes longer to import than all of an app that needs none.
            routes = importlib.import_module("triostate.web.user_routes")
            made: QuartTrio = routes.make_quart("triostate", self._not_found)
            self._quart = made
        return self._quart

    def _not_found(self, path: str) -> Response:
        assert self._site is not None, "asked by a request, so the app is served"
        return self._site.pages.not_found(path)

    # Serving

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope in a Trio task; `__call__` comes here under any server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._site is None:
            raise RuntimeError("the app has not been started: the server sent no lifespan")
        else:
            await self._site(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        self._site = self._build()
        _current.set(self)
        async with trio.open_nursery() as nursery:
            quart_over, engine_over = trio.Event(), trio.Event()
            if self._quart is not None:
                await nursery.start(run_quart, self._quart, quart_over)
            await nursery.start(self._engine.run, engine_over)
            await send({"type": "lifespan.startup.complete"})
            await wait_for_lifespan_end(receive)
            await self._engine.drain()
            engine_over.set()
            await self._engine.ended.wait()
            quart_over.set()
        await send({"type": "lifespan.shutdown.complete"})

    def _build(self) -> Site:
        """Gather the definitions and compile the pages.

        Raises DefinitionError for definitions that do not go together, AssetsMissingError.
        """
        states: list[type[State]] = self._definitions.select("state", self._modules)
        refuse_duplicates(states)
        self._around.states = tuple(states)
        pages = Pages(self._engine, AssetFiles.load(), self._csp)
        defaults = default_values(states)
        for page in self._pages():
            pages.add(page, defaults)
        return Site(pages, self._gate, cast("ASGIApp | None", self._quart))

    def _pages(self) -> list[Page]:
        pages: list[Page] = self._definitions.select("page", self._modules)
        seen: dict[str, Page] = {}
        for page in pages:
            other = seen.setdefault(page.route, page)
            if other is not page:
                raise DefinitionError(
                    f"two pages have the route {page.route!r}: {_place(other)} and {_place(page)}"
                )
        return pages


def _place(page: Page) -> str:
    return f"{page.module}.{getattr(page.function, '__qualname__', 'page')}"


class _ReadOnlySet(AbstractSet[BackgroundTask]):
    """A live view of a set."""

    def __init__(self, tasks: set[BackgroundTask]) -> None:
        self._tasks = tasks

    def __contains__(self, task: object) -> bool:
        return task in self._tasks

    def __iter__(self) -> Any:
        return iter(tuple(self._tasks))

    def __len__(self) -> int:
        return len(self._tasks)

    def __repr__(self) -> str:
        return repr(self._tasks)


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
