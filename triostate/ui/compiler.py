"""The page compiler: from a page function to what is served, once, before the first request.

The result is the same bytes for every visitor: HTML with the default values, the plan by which
the browser keeps it up to date, the page's style sheet, and the table of what its triggers run.
Knows nothing of sessions or of how any of it is sent.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import attrs

from ..errors import ExpressionError, PageError
from ..state.actions import NO_ACTIONS
from ..state.codec import JSON, encode_json
from ..state.expr import VarRef
from ..state.fields import Field
from ..state.router import router_default
from .bindings import Binding, Call, constant_call
from .calls import calls_of
from .document import Assets, document
from .heads import meta_html, title_node
from .html import open_tag
from .keeping import keep
from .naming import naming
from .nesting import check_nesting
from .pages import Layout, Page
from .paint import Values, paint
from .plan import Plan
from .routes import Route, parse_route
from .sheet import Sheet
from .tree import Component, Fragment, as_nodes

__all__ = ["CompiledPage", "Surround", "compile_page", "page_id"]


@attrs.frozen
class Surround:
    """What an app says of all its pages."""

    layout: Layout | None = None
    lang: str = "en"


@attrs.frozen(eq=False)
class CompiledPage:
    """A page as it is served."""

    id: str
    """A name of the page as it is: of the route, and of all that the browser has of it."""
    route: str
    assets: Assets = attrs.field(repr=False)
    plan: dict[str, JSON] = attrs.field(repr=False)
    css: bytes | None = attrs.field(repr=False)
    css_name: str | None
    """File name of a style sheet of the page's own, by its content; None where there is none."""
    bindings: tuple[Binding, ...] = attrs.field(repr=False)
    """The row of id n is at index n."""
    on_load: tuple[Call, ...] = ()
    """What opening the page runs; all arguments are constants."""
    vars: tuple[VarRef, ...] = attrs.field(default=(), repr=False)
    """The vars that the page reads, in the plan's order."""
    address: Route = attrs.field(
        default=attrs.Factory(lambda self: parse_route(self.route), takes_self=True), repr=False
    )
    _document: Callable[[Assets], bytes] = attrs.field(
        default=lambda _: b"", repr=False, alias="document"
    )

    @property
    def html(self) -> bytes:
        """The whole document."""
        return self._document(self.assets)

    def finished(self, assets: Assets) -> CompiledPage:
        """Return the page as it is served: with addresses that are known by now."""
        html = self._document(assets)
        return attrs.evolve(self, assets=assets, document=lambda _: html)


def page_id(route: str, content: JSON = None) -> str:
    """Return the name that a browser calls a page by.

    Another content is another page: a tab that was opened before an update of the app numbers its
    bindings as they were. Its name is not known any more, and it loads the page that there is.
    """
    return hashlib.sha256(encode_json([route, content])).hexdigest()[:12]


def compile_page(
    page: Page,
    defaults: Callable[[VarRef], Any],
    assets: Assets,
    stored: Iterable[Field[Any]] = (),
    states: Collection[str] = (),
    surround: Surround = Surround(),
    sheet: Sheet | None = None,
) -> CompiledPage:
    """Compile a page.

    Args:
        page: as declared.
        defaults: gives each var's value for the first paint, a plain Python value.
        assets: addresses for the document's head.
        stored: the app's vars that live in the browser.
        states: full names of the app's states; handlers of others are an error.
        surround: what the app says of all its pages.
        sheet: one to put the styles into, to be served with `assets`; without it, or with one that
            has another below it, the page gets one of its own.

    Raises:
        PageError: the page cannot be compiled; names page, component, prop and remedy.
        ExpressionError: a var was used as if it had a value.
    """
    try:
        return _compile(page, defaults, assets, stored, states, surround, sheet)
    except PageError as error:
        raise PageError(f"page {page.route}: {error}", place=error.place) from error
    except ExpressionError as error:
        raise ExpressionError(f"page {page.route}: {error}") from error


def _compile(
    page: Page,
    defaults: Callable[[VarRef], Any],
    assets: Assets,
    stored: Iterable[Field[Any]],
    states: Collection[str],
    surround: Surround,
    shared: Sheet | None,
) -> CompiledPage:
    root, title = _built(page, surround.layout), title_node(page.title)
    check_nesting(root)
    values = _with_router(page, defaults)
    plan, sheet = Plan(values, root, states), shared or Sheet()
    plan.add(root)
    plan.add(title)
    content = paint(root, plan, sheet, Values(values))
    about = _about(page, paint(title, plan, sheet, Values(values)))
    templates = [paint(node, plan, sheet, None) for node in plan.templates]
    kept = keep(plan, stored)
    is_own = sheet is not shared or sheet.below is not None
    css, data = sheet.css() if is_own else None, plan.to_json("")
    if kept:
        data["stored"] = kept
    on_load = _on_load(page, plan)
    if on_load:
        data["load"] = True  # a tab that comes from another page waits a moment for what it changes
    css_name = None if css is None else f"{hashlib.sha256(css).hexdigest()[:16]}.css"
    whole: list[JSON] = [*about, content, *templates, css_name, assets.runtime_url, data]
    whole += plan.scripts
    data["page"] = name = page_id(page.route, whole)
    show = partial(
        document,
        about=about,
        content=content,
        lang=surround.lang,
        css_name=css_name,
        templates=templates,
        plan=data,
        scripts=plan.scripts,
    )
    return CompiledPage(
        id=name,
        route=page.route,
        assets=assets,
        plan=data,
        css=css,
        css_name=css_name,
        bindings=tuple(plan.bindings),
        on_load=on_load,
        vars=tuple(plan.vars),
        document=lambda assets: show(assets=assets),
    )


def _with_router(page: Page, defaults: Callable[[VarRef], Any]) -> Callable[[VarRef], Any]:
    """Return the defaults of vars, with those of the router for this page."""
    empty = page.address.empty()

    def value(ref: VarRef) -> Any:
        try:
            return router_default(ref, page.route, empty)
        except LookupError:
            return defaults(ref)

    return value


def _about(page: Page, title: str) -> list[str]:
    about = [title]
    if page.description:
        about.append(open_tag("meta", [("name", "description"), ("content", page.description)]))
    return [*about, *map(meta_html, page.meta)]


def _built(page: Page, everywhere: Layout | None) -> Component:
    layout = everywhere if page.layout is None else page.layout
    with naming():
        content = _component(page.function(), "the function")
        if not layout:
            return content
        return _component(layout(content), f"layout {getattr(layout, '__name__', '')}".strip())


def _component(result: object, where: str) -> Component:
    if inspect.iscoroutine(result):
        result.close()
        raise PageError(
            f"{where} is async: a page is made once, without await; load data in on_load="
        )
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise PageError(f"{where} yields: return the component, or a list of them")
    if result is None:
        raise PageError(f"{where} returned None; return a component")
    nodes = as_nodes((result,), "page")
    return nodes[0] if len(nodes) == 1 else Fragment(nodes)


def _on_load(page: Page, plan: Plan) -> tuple[Call, ...]:
    calls: list[Call] = []
    plan.where, plan.place = "on_load: ", page.place
    for pending in calls_of(page.on_load, (), "on_load"):
        if pending.actions != NO_ACTIONS:
            raise PageError(f"on_load: {pending.actions} is for what a user does, not for loading")
        call = constant_call(pending)
        if call is None:
            raise PageError("on_load: arguments are constants; read vars in the handler")
        plan.check_handler(call)
        calls.append(call)
    return tuple(calls)
