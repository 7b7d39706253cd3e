"""The site of the documentation: every page of ``pages/`` in one look, and the reference.

Wide windows show the navigation on the left and the page's headings on the right; narrow ones have
the navigation behind a button at the top.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import triostate as ts
from examples.docs import reference
from examples.docs.contents import ROOT, Entry, Group, group_entries, neighbours
from examples.docs.search import Headings, add_page, search_box

__all__ = ["DOCUMENTS", "frame"]


_MIDDLE: dict[str, Any] = {"max_width": "86rem", "margin": "0 auto", "padding_x": "1.25rem"}
_STICKY: dict[str, Any] = {
    "position": "sticky",
    "top": "3.5rem",
    "max_height": "calc(100dvh - 3.5rem)",
    "overflow_y": "auto",
}
_QUIET: dict[str, Any] = {
    "color": "var(--muted-foreground)",
    "text_decoration": "none",
    "_hover": {"color": "var(--foreground)"},
}
_PLACE: dict[str, Any] = {
    "display": "block",
    "padding": "0.3rem 0.625rem",
    "border_radius": "var(--radius)",
    "font_size": "0.875rem",
}
#: What wide windows show instead of what narrow ones do.
_WIDE: dict[str, Any] = {"initial": "none", "md": "block"}
_NARROW: dict[str, Any] = {"initial": "block", "md": "none"}


#: By route, what tells a page's title; a document is read for it when the first page is shown.
_titles: dict[str, Callable[[], str]] = {}


@cache
def _groups() -> tuple[Group, ...]:
    return group_entries({route: title() for route, title in _titles.items()})


def frame(route: str, headings: Headings, *content: ts.Component) -> ts.Component:
    """Return a whole page around its content."""
    before, after = neighbours(_groups(), route)
    return ts.box(
        _header(route),
        ts.box(
            ts.el.nav(
                _navigation(route),
                id="docs-navigation",  # so that it stays as it is scrolled from page to page
                scroll_padding="40vh 0",
                aria_label="Documentation",
                display=_WIDE,
                flex="none",
                width="15rem",
                padding="2rem 1rem 3rem 0",
                **_STICKY,
            ),
            ts.el.main(
                *content,
                ts.divider(margin="3rem 0 1.5rem"),
                ts.hstack(
                    _step("Previous", before, "left"),
                    _step("Next", after, "right"),
                    justify="between",
                    align="stretch",
                ),
                flex="1 1 0",
                min_width="0",
                padding="2rem 0 4rem",
            ),
            _on_this_page(headings),
            display="flex",
            gap="2.5rem",
            align_items="flex-start",
            **_MIDDLE,
        ),
        class_name="ts-whole-page",
    )


def _header(route: str) -> ts.Component:
    return ts.el.header(
        ts.hstack(
            ts.link(
                ts.icon("zap", size=18),
                "triostate",
                href=ROOT,
                display="flex",
                align_items="center",
                gap="0.5rem",
                color="var(--foreground)",
                font_weight="600",
                text_decoration="none",
            ),
            ts.spacer(),
            search_box(),
            ts.link(
                "Examples", href="/", font_size="0.875rem", display=["none", "inline"], **_QUIET
            ),
            ts.color_mode_button(),
            wrap="nowrap",
            spacing="3",
            height="3.5rem",
            **_MIDDLE,
        ),
        ts.el.details(
            ts.el.summary(
                ts.icon("menu", size=16),
                "Menu",
                display="flex",
                align_items="center",
                gap="0.5rem",
                cursor="pointer",
                padding="0.5rem 1.25rem",
                font_size="0.875rem",
            ),
            ts.el.nav(
                _navigation(route),
                ts.link("Examples", href="/", **_PLACE, **_QUIET),
                aria_label="Documentation",
                padding="0.5rem 1.25rem 1.5rem",
                max_height="70dvh",
                overflow_y="auto",
            ),
            display=_NARROW,
            border_top="1px solid var(--border)",
        ),
        position="sticky",
        top="0",
        z_index=20,
        border_bottom="1px solid var(--border)",
        background="var(--background)",
    )


def _navigation(route: str) -> ts.Component:
    return ts.vstack(
        *(
            ts.vstack(
                ts.text(group.title, as_="div", size="2", weight="medium", padding="0 0.625rem"),
                ts.el.ul(
                    *(ts.el.li(_place(entry, route)) for entry in group.entries), width="100%"
                ),
                spacing="1",
                width="100%",
            )
            for group in _groups()
        ),
        spacing="5",
    )


def _place(entry: Entry, route: str) -> ts.Component:
    if entry.route != route:
        return ts.link(entry.title, href=entry.route, **_PLACE, **_QUIET)
    return ts.link(
        entry.title,
        href=entry.route,
        aria_current="page",
        scroll_initial_target="nearest",
        text_decoration="none",
        color="var(--foreground)",
        background="var(--muted)",
        font_weight="500",
        **_PLACE,
    )


def _on_this_page(headings: Headings) -> ts.Component:
    return ts.el.nav(
        ts.text("On this page", as_="div", size="2", weight="medium", margin_bottom="0.5rem"),
        *(
            ts.link(
                text,
                href=f"#{name}",
                display="block",
                padding="0.2rem 0",
                font_size="0.8125rem",
                **_QUIET,
            )
            for text, name in headings
        ),
        aria_label="On this page",
        display=_WIDE,
        flex="none",
        width="13rem",
        padding="2rem 0 3rem",
        visibility="visible" if headings else "hidden",
        **_STICKY,
    )


def _step(way: str, entry: Entry | None, side: str) -> ts.Component:
    if entry is None:
        return ts.box()
    return ts.link(
        ts.text(way, as_="div", size="1", color_scheme="gray"),
        ts.text(entry.title, as_="div", weight="medium"),
        href=entry.route,
        text_align=side,
        text_decoration="none",
    )


def _document_page(document: ts.MarkdownDocument) -> ts.Component:
    return frame(document.route, _headings(document, (2,)), document.content())


def _headings(document: ts.MarkdownDocument, levels: tuple[int, ...]) -> Headings:
    return [(found.text, found.id) for found in document.headings if found.level in levels]


def _reference_page(section: reference.Section, route: str) -> Callable[[], ts.Component]:
    return lambda: frame(route, section.headings, section.content())


def _declare() -> list[ts.MarkdownDocument]:
    documents = ts.markdown_pages(
        "pages", route=ROOT, title=_title, show=_document_page, is_lazy=True
    )
    for document in documents:
        _add(document.route, document, partial(_headings, document, (2, 3)))
    for section in reference.SECTIONS:
        route = f"{ROOT}/reference/{section.name}"
        _add(route, section, partial(getattr, section, "headings"))
        show = _reference_page(section, route)
        show.__module__ = __name__
        ts.page(
            route,
            title=f"{section.title} reference - triostate",
            description=section.lead,
            is_lazy=True,
        )(show)
    return documents


def _title(document: ts.MarkdownDocument) -> str:
    return f"{document.title} - triostate"


def _add(
    route: str, page: ts.MarkdownDocument | reference.Section, headings: Callable[[], Headings]
) -> None:
    title = _titles[route] = partial(getattr, page, "title")
    add_page(title, route, headings)


DOCUMENTS = _declare()
