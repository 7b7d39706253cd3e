"""Pages: what `ts.page` says of a function, and the list it goes to.

Declaring a page builds nothing: the function is called when an app that has the page starts, so
modules may be imported in any order. Knows nothing of how a page is compiled or served.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar

import attrs

from ..errors import PageError
from ..state.definitions import add_definition
from ..state.var import Var
from .event_types import PlainEvent
from .heads import Meta, read_meta
from .routes import Route, parse_route
from .tree import Component
from .values import items_of

__all__ = ["NOT_FOUND", "Layout", "Page", "page"]

F = TypeVar("F", bound=Callable[..., object])

#: Puts something around what a page function returns.
Layout: TypeAlias = Callable[[Component], object]

#: The route of the page that is shown at addresses which lead nowhere.
NOT_FOUND: Final = "/404"


@attrs.frozen
class Page:
    """A page as it was declared."""

    route: str
    _title: str | Var[Any] | Callable[[], str] = attrs.field(alias="title")
    function: Callable[..., object] = attrs.field(repr=False)
    module: str
    require: Callable[..., object] | None = None
    """Asked at each request for the page, its attach and its events whether it is open."""
    on_load: tuple[Any, ...] = ()
    """Handlers and specs that run when a tab opens the page, in order."""
    _description: str | Callable[[], str | None] | None = attrs.field(
        default=None, alias="description"
    )
    layout: Layout | Literal[False] | None = None
    """What is put around the page; None for what the app says, False for nothing."""
    meta: tuple[Meta, ...] = ()
    is_lazy: bool = False
    """Whether it is compiled when it is first asked for."""

    @property
    def title(self) -> str | Var[Any]:
        """What the browser shows."""
        title = self._title
        return title() if callable(title) and not isinstance(title, Var) else title

    @property
    def description(self) -> str | None:
        """What search engines show."""
        return self._description() if callable(self._description) else self._description

    @property
    def address(self) -> Route:
        """The route, taken apart."""
        return parse_route(self.route)

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
    title: str | Var[Any] | Callable[[], str] | None = None,
    description: str | Callable[[], str | None] | None = None,
    image: str | None = None,
    meta: Sequence[Mapping[str, str]] = (),
    layout: Layout | Literal[False] | None = None,
    on_load: PlainEvent = None,
    require: Callable[..., object] | None = None,
    is_lazy: bool = False,
) -> Callable[[F], F]:
    """Declare a function as a page; it is returned unchanged.

    Args:
        route: the address, such as ``"/orders"``; by default the function's name, ``index`` being
            ``"/"``. A segment in brackets, ``"/orders/[id]"``, is a parameter, which handlers read
            as ``self.router.page.params["id"]`` and pages show as
            ``ts.State.router.page.params["id"]``: a text, decoded, not empty, without a slash. At
            the end ``[...path]`` takes one segment or more, ``[[...path]]`` none as well; theirs is
            the text with slashes, ``"a/b"``. Of two routes that fit an address the one that is
            literal for longer has it, and a route of ``app.quart`` goes before parameters. The page
            at ``"/404"`` is shown, with that status, where there is no other.
        title: what the browser shows; by default the function's name in words. It may be a var,
            or text with vars in it, which the browser keeps up to date; or a function that
            returns the text, which is called when the page is compiled.
        description: what search engines show, or a function that returns it.
        image: the address of a picture that stands for the page where somebody shares it.
        meta: other elements for the head: ``{"name": "robots", "content": "noindex"}`` or
            ``{"property": "og:type", "content": "article"}``.
        layout: a function that is given the page's content, a component, and returns what is
            shown: with a menu around it, say. It may call another layout. By default that of
            ``App(layout=)``; False for none.
        on_load: a handler, or several, to run when a tab opens the page; also when it comes to
            the same page at another address.
        require: a function, sync or async, that says who may use the page. It is given a
            `ts.Visit` (``path``, ``params``, ``cookie(name)``, ``quart_session``, ``headers``,
            ``client_ip``, ``session``) each time the page is asked for, a tab attaches to it, and
            events of it come: it decides about that request, and not from its own memory. True lets
            in; False is a 403; an address, such as ``"/login"``, is where somebody is sent who asks
            for the page, and a 403 for anything else. One that raises is reported, and is a no. On
            an open WebSocket, cookies and headers are those of the request that opened it.
        is_lazy: True compiles the page when it is first asked for, which takes some 10 to 100 ms,
            and not when the app starts: for a site of many pages that few look at. A mistake in it
            is noticed then, and by `triostate check`.

    Raises:
        PageError: a route that is none, or a ``meta`` that is none.
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
            layout=layout,
            meta=read_meta(name, meta, image),
            is_lazy=is_lazy,
        )
        add_definition("page", made, made.module)
        return function

    return declare


def _route(route: str | None, name: str) -> str:
    if route is None:
        return "/" if name == "index" else f"/{name.replace('_', '-')}"
    text = f"/{route.strip('/')}"
    try:
        parse_route(text)
    except ValueError as error:
        raise PageError(f"page {name}: {route!r} is no route; {error}") from None
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
