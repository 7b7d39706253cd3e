"""Finding a page: what somebody types is looked for in the titles and headings of all pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import triostate as ts

__all__ = ["Headings", "add_page", "search_box"]

#: Headings of a page, each with its id.
Headings = Sequence[tuple[str, str]]

_MOST = 8


@dataclass(frozen=True)
class Hit:
    """One page, or one heading of it."""

    title: str
    page: str
    route: str


_pages: list[tuple[Callable[[], str], str, Callable[[], Headings]]] = []


def add_page(title: Callable[[], str], route: str, headings: Callable[[], Headings]) -> None:
    """Let a page be found by its title and by its headings, which are asked for once."""
    _pages.append((title, route, headings))


@cache
def _index() -> list[Hit]:
    """Return all that can be found; made when somebody searches for the first time."""
    found = [Hit(title(), "", route) for title, route, _ in _pages]
    for title, route, headings in _pages:
        found += [Hit(text, title(), f"{route}#{name}") for text, name in headings()]
    return found


class DocsSearch(ts.State):
    """What a reader looks for."""

    query: str = ""

    @ts.var
    def hits(self) -> list[Hit]:
        """The first few that have all of the words, those that begin with them first."""
        words = self.query.lower().split()
        if not words:
            return []
        found = [hit for hit in _index() if all(word in hit.title.lower() for word in words)]
        found.sort(key=lambda hit: (not hit.title.lower().startswith(words[0]), bool(hit.page)))
        return found[:_MOST]


def _row(hit: ts.ObjectVar[Hit]) -> ts.Component:
    return ts.link(
        ts.text(hit.title, as_="div", size="2", weight="medium", color="var(--foreground)"),
        ts.text(hit.page, as_="div", size="1", color_scheme="gray"),
        href=hit.route,
        display="block",
        padding="0.4rem 0.75rem",
        text_decoration="none",
        on_click=DocsSearch.set_query(""),
    )


def search_box() -> ts.Component:
    """Return the field, and what was found below it."""
    return ts.box(
        ts.input(
            value=DocsSearch.query,
            on_change=DocsSearch.set_query,
            type="search",
            placeholder="Search",
            aria_label="Search the documentation",
            width="100%",
        ),
        ts.cond(
            DocsSearch.query != "",
            ts.card(
                ts.cond(
                    ts.length(DocsSearch.hits) == 0,
                    ts.text("Nothing of that name.", size="2", color_scheme="gray"),
                ),
                ts.foreach(DocsSearch.hits, _row),
                size="1",
                position="absolute",
                top="calc(100% + 0.375rem)",
                right="0",
                width="min(22rem, 90vw)",
                max_height="70vh",
                overflow_y="auto",
                z_index=30,
                role="group",
                aria_label="Found",
            ),
        ),
        position="relative",
        flex="0 1 16rem",
        min_width="7rem",
    )
