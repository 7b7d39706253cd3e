"""Pages: what `ts.page` says of a function, and the list it goes to.

Declaring a page builds nothing: the function is called when an app that has the page starts, so
modules may be imported in any order. Knows nothing of how a page is compiled or served.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from ..errors import PageError
from ..state.definitions import add_definition
from .event_types import PlainEvent
from .values import items_of

__all__ = ["Page", "page"]

F = TypeVar("F", bound=Callable[..., object])

_ROUTE = re.compile(r"/|(/(?:[\w.~-]+|\[[a-z_]\w*\]))+", re.ASCII)


@attrs.frozen
class Page:
    """A page as it was declared."""

    route: str
    title: str
    function: Callable[..., object] = attrs.field(repr=False)
    module: str
    require: Callable[..., object] | None = None
    """Asked at each request for the page, its attach and its events whether it is open."""
    on_load: tuple[Any, ...] = ()
    """Handlers and specs that run when a tab opens the page, in order."""
    description: str | None = None
    is_lazy: bool = False
    """Whether it is compiled when it is first asked for."""

    @property
    def place(self) -> str:
        """``file:line`` of the function, or of what it says it stands for; empty if it is none."""
        if declared_at := getattr(self.function, "declared_at", ""):
            return str(declared_at)
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        return f"{code.co_filename}:{code.co_firstlineno}" if code else ""


def page(
    route: str | None = None,
    *,
    title: str | None = None,
    description: str | None = None,
    on_load: PlainEvent = None,
    require: Callable[..., object] | None = None,
    is_lazy: bool = False,
) -> Callable[[F], F]:
    """Declare a function as a page; it is returned unchanged.

    Args:
        route: the address, such as ``"/orders"``; a segment in brackets, ``"/orders/[id]"``, is a
            parameter. By default the function's name, ``index`` being ``"/"``.
        title: what the browser shows; by default the function's name in words.
        description: what search engines show.
        on_load: a handler, or several, to run when a tab opens the page.
        require: a function, sync or async, that says who may use the page. It is given a
            `ts.Visit` (``cookie(name)``, ``quart_session``, ``headers``, ``client_ip``,
            ``session``) each time the page is asked for, a tab attaches to it, and events of it
            come: it decides about that request, and not from its own memory. True lets in; False
            is a 403; an address, such as ``"/login"``, is where somebody is sent who asks for the
            page, and a 403 for anything else. One that raises is reported, and is a no. On an
            open WebSocket, cookies and headers are those of the request that opened it.
        is_lazy: True compiles the page when it is first asked for, which takes some 10 to 100 ms,
            and not when the app starts: for a site of many pages that few look at. A mistake in it
            is noticed then, and by `triostate check`.

    Raises:
        PageError: a route that is none.
    """
    if callable(route):
        raise PageError("page is called: write @ts.page() or @ts.page(route=...)")

    def declare(function: F) -> F:
        name = getattr(function, "__name__", "page")
        made = Page(
            route=_route(route, name),
            title=title if title is not None else _words(name),
            function=function,
            module=function.__module__,
            require=require,
            on_load=_flat(on_load),
            description=description,
            is_lazy=is_lazy,
        )
        add_definition("page", made, made.module)
        return function

    return declare


def _route(route: str | None, name: str) -> str:
    if route is None:
        return "/" if name == "index" else f"/{name.replace('_', '-')}"
    text = f"/{route.strip('/')}"
    if not _ROUTE.fullmatch(text):
        raise PageError(
            f"page {name}: {route!r} is no route; write segments of letters, digits, . _ ~ - "
            "and parameters in brackets, such as '/orders/[id]'"
        )
    if text == "/_triostate" or text.startswith("/_triostate/"):
        raise PageError(f"page {name}: addresses under /_triostate/ are the framework's own")
    return text


def _words(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _flat(events: object) -> tuple[Any, ...]:
    if events is None:
        return ()
    several = items_of(events)
    if several is None:
        return (events,)
    return tuple(event for item in several for event in _flat(item))
