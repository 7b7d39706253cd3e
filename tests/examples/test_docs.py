"""The documentation: every page compiles, every link leads somewhere, every name is explained."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest

import triostate as ts
import triostate.testing
from examples.docs import ROOT, docstrings, reference
from examples.docs.contents import group_entries, neighbours
from examples.docs.search import DocsSearch
from examples.gallery import app
from triostate.state.definitions import current_definitions
from triostate.testing import Client, virtual
from triostate.ui import Page

HREF = re.compile(r'<a[^>]* href="([^"]*)"')
ID = re.compile(r' id="([^"]+)"')

PAGES: list[Page] = [
    page
    for page in current_definitions().select("page", ["examples"])
    if page.route == ROOT or page.route.startswith(f"{ROOT}/")
]


@pytest.fixture(scope="module")
def markup() -> dict[str, str]:
    """The HTML of every page of the gallery, by route."""
    site = app._build()
    declared = current_definitions().select("page", ["examples"])
    for page in declared:
        assert site.pages.get(page.route) is not None
    assert [str(failure) for failure in site.pages.development.failures.values()] == []
    found = {page.route: site.pages.find(page.route) for page in declared}
    return {route: page.html.decode() for route, page in found.items() if page is not None}


def test_nothing_is_wrong(markup: dict[str, str]) -> None:
    """Every page compiles, its demos included, and has a title and a description of its own."""
    assert len({page.title for page in PAGES}) == len(PAGES)
    assert {page.route for page in PAGES} <= markup.keys()
    assert [page.route for page in PAGES if not page.description] == []


def test_links_lead_somewhere(markup: dict[str, str]) -> None:
    """Each link to a page of the app names one that exists, and an id that is on it."""
    lost = [
        f"{route}: {href}"
        for route, html in markup.items()
        if route.startswith(ROOT)
        for href in HREF.findall(html)
        if not leads_somewhere(href, route, markup)
    ]
    assert lost == []


def leads_somewhere(href: str, route: str, markup: dict[str, str]) -> bool:
    """Whether an address is another site's, or a page and place of this one."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return True
    target = markup.get(parts.path or route)
    return target is not None and (
        not parts.fragment or unquote(parts.fragment) in ID.findall(target)
    )


def test_ids_are_ones_of_a_kind(markup: dict[str, str]) -> None:
    """No page has an id twice: a fragment would lead to the first only."""
    for route, html in markup.items():
        if route.startswith(ROOT):
            ids = ID.findall(html)
            assert sorted(set(ids)) == sorted(ids), route


def test_every_public_name_is_in_the_reference(markup: dict[str, str]) -> None:
    """What `triostate` and `triostate.testing` export is on one page of the reference each."""
    names = [name for section in reference.SECTIONS for name, _ in section.entries]
    public = {*ts.__all__, *triostate.testing.__all__}
    assert public - {*names} == set()
    for section in reference.SECTIONS:
        html = markup[f"{ROOT}/reference/{section.name}"]
        assert [name for _, name in section.headings if f' id="{name}"' not in html] == []


def test_every_public_name_has_a_docstring() -> None:
    """The reference has something to say of each."""
    silent = [
        name
        for section in reference.SECTIONS
        for name, value in section.entries
        if (inspect.isclass(value) or inspect.isroutine(value)) and not docstrings.read(value).text
    ]
    assert silent == []


def test_docstrings_are_taken_apart() -> None:
    """Sections of a docstring become its parts, each argument with all of its words."""

    def example(first: int, *rest: str, key: str | None = None) -> bool:
        """Return whether it is so.

        More of it::

            example(1)

        Args:
            first: a number; it may
                go on.
            rest: texts.
            key: a name.

        Returns:
            True, mostly.

        Raises:
            ValueError: it is not so.
        """
        return bool(first or rest or key)

    doc = docstrings.read(example)
    assert doc.text == "Return whether it is so.\n\nMore of it:\n\n    example(1)"
    assert doc.arguments == (
        ("first", "a number; it may go on."),
        ("rest", "texts."),
        ("key", "a name."),
    )
    assert (doc.returns, doc.raises) == ("True, mostly.", (("ValueError", "it is not so."),))
    assert docstrings.signature("example", example) == (
        "example(first: int, *rest: str, key: str | None = None) -> bool"
    )


def test_order_of_pages() -> None:
    """Pages that have a place come in it, new ones after them by title; steps follow the order."""
    titles = {
        "/docs": "Start here",
        "/docs/zebra": "Zebra",
        "/docs/quick-start": "Quick start",
        "/docs/components/button": "Button",
        "/docs/components/box": "Box",
    }
    groups = group_entries(titles)
    assert [(group.title, [entry.title for entry in group.entries]) for group in groups] == [
        ("Start", ["Start here", "Quick start", "Zebra"]),
        ("Components", ["Box", "Button"]),
    ]
    before, after = neighbours(groups, "/docs/zebra")
    assert before is not None
    assert after is not None
    assert (before.route, after.route) == ("/docs/quick-start", "/docs/components/box")
    assert neighbours(groups, "/docs")[0] is None


@virtual
async def test_search_finds_pages_and_headings() -> None:
    """Words typed above lead to the pages and headings that have all of them."""
    async with Client(app) as client, client.tab(ROOT) as tab:
        await tab.run(DocsSearch.set_query, "ts.butt")
        hits = [(hit.title, hit.route) for hit in tab.value(DocsSearch, "hits")]
        assert hits == [("ts.button", f"{ROOT}/reference/components#button")]
        await tab.run(DocsSearch.set_query, "no such words")
        await tab.wait_text("Nothing of that name.")


def routes() -> Iterator[str]:
    """Give the route of each page."""
    return (page.route for page in PAGES)


def test_the_gallery_leads_there(markup: dict[str, str]) -> None:
    """The index links to the documentation, and each page of it leads back."""
    assert ROOT in HREF.findall(markup["/"])
    assert [route for route in routes() if "/" not in HREF.findall(markup[route])] == []
