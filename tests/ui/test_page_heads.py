"""What a page says of itself, and what is put around it."""

from __future__ import annotations

from typing import Any

import pytest

import triostate.ui as ts
from triostate.errors import ExpressionError, PageError
from triostate.state.definitions import isolated
from triostate.state.state import State

from .shop import Shop, compiled_page


def html(function: Any, surround: ts.Surround | None = None, **options: Any) -> str:
    """Return the document of a page."""
    return compiled_page(function, surround, **options).html.decode()


def index() -> ts.Component:
    return ts.heading("Content")


def shell(content: ts.Component) -> ts.Component:
    return ts.box("Menu", content, class_name="shell")


def outer(content: ts.Component) -> ts.Component:
    return ts.box("Outer", shell(content))


def test_meta() -> None:
    """Meta elements, picture and description stand in the head, escaped."""
    page = html(
        index,
        description='a "page"',
        image="/a.png",
        meta=[{"name": "robots", "content": "<noindex>"}, {"property": "og:type", "content": "x"}],
    )
    assert '<meta name="description" content="a &quot;page&quot;">' in page
    assert '<meta name="robots" content="&lt;noindex&gt;">' in page
    assert '<meta property="og:type" content="x">' in page
    assert '<meta property="og:image" content="/a.png">' in page


@pytest.mark.parametrize(
    "options",
    [
        {"meta": {"name": "x", "content": "y"}},
        {"meta": [{"http-equiv": "refresh", "content": "0"}]},
        {"meta": [{"name": "x"}]},
        {"meta": [{"name": "x", "content": 1}]},
        {"meta": [{"name": "x y", "content": ""}]},
        {"meta": [{"name": "viewport", "content": ""}]},
        {"image": "javascript:alert(1)"},
    ],
)
def test_what_is_no_meta(options: dict[str, Any]) -> None:
    """It is an error that names the page."""
    with isolated(), pytest.raises(PageError, match="page index"):
        ts.page(**options)(index)


def test_title() -> None:
    """A title with vars shows their defaults first, and is in the plan."""
    page = compiled_page(index, title=f"Shop ({Shop.count})")
    assert b'<title data-t="0" data-m>Shop (0)</title>' in page.html
    assert "text" in page.plan["parts"][0]  # type: ignore[index, operator, call-overload]
    assert "<title>&lt;b&gt;</title>" in html(index, title="<b>")
    with pytest.raises(PageError, match="title is a text or a var"):
        html(index, title=7)


def test_layouts() -> None:
    """A layout is put around the page's content; the page's own goes before the app's."""
    everywhere = ts.Surround(shell)
    assert 'shell">Menu<h1' in html(index, layout=shell)
    assert 'shell">Menu<h1' in html(index, everywhere)
    assert "Outer<div" in html(index, everywhere, layout=outer)
    assert "Menu" not in html(index, everywhere, layout=False)
    with pytest.raises(PageError, match="layout nothing returned None"):
        html(index, layout=nothing)


def nothing(content: ts.Component) -> None:
    """Forget to return what it made."""


def test_language() -> None:
    """The language of the app is the document's."""
    assert '<html lang="pt-BR">' in html(index, ts.Surround(lang="pt-BR"))
    with pytest.raises(ValueError, match="lang="):
        ts.check_lang('en">')


def test_router() -> None:
    """A page shows where the tab is: before there is one, its route and empty parameters."""
    router = State.router

    def shows() -> ts.Component:
        return ts.fragment(
            ts.text(router.page.path), ts.text("<", router.page.params["id"], ">", router.url)
        )

    page = html(shows, route="/orders/[id]")
    assert ">/orders/[id]</p>" in page
    assert "&lt;<!--t1--><!--/-->&gt;<!--t2--><!--/-->" in page


@pytest.mark.parametrize("name", ["headers", "session"])
def test_what_of_the_router_stays_on_the_server(name: str) -> None:
    """A page that shows it is an error that says what to do."""
    with pytest.raises(ExpressionError, match=r"self\.router"):
        getattr(State.router, name)
