"""Pages from Markdown files, with code in them that runs.

A file's blocks of code share one module, which `blocks` makes when the file is declared, so that
its State classes are there before an app starts; the components are made when the page is
compiled, as any page's are. Knows nothing of what the code does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import PageError
from .code_block import code_block
from .commonmark import Heading, distinct, fences_of, headings_of, parse, parse_headings, plain_text
from .element import Kind, make_element
from .event_types import PlainEvent
from .layout import container
from .listings import Listing, Listings
from .markdown import render
from .outline import Fenced, Outline, outline
from .pages import page
from .tree import Component, Fragment

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["MarkdownDocument", "markdown_page", "markdown_pages"]

_KIND = Kind("markdown_page", "div", classes=("ts-markdown",))
_DEMO = Kind("demo", "div", classes=("ts-demo",))
_RESULT = Kind("demo", "div", classes=("ts-demo-result",))


@attrs.frozen(eq=False, slots=False)
class _Source:
    """A text; as little of it is parsed as will do, and when it is asked for."""

    text: str

    @cached_property
    def root(self) -> SyntaxTreeNode:
        return parse(self.text)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(headings_of(parse_headings(self.text)))

    @cached_property
    def outline(self) -> Outline | None:
        return outline(self.text)

    @cached_property
    def head(self) -> SyntaxTreeNode:
        """A tree that begins as the whole one does."""
        head = self.outline.head if self.outline is not None else None
        return parse(head) if head is not None else self.root

    @property
    def fences(self) -> Iterable[Fenced]:
        return self.outline.fences if self.outline is not None else fences_of(self.root)


@attrs.frozen(eq=False)
class MarkdownDocument:
    """A Markdown file as it was declared as a page; what ``show=`` is given."""

    file: Path
    route: str
    module: str
    """Name of the module that the file's code is."""
    _source: _Source = attrs.field(repr=False)
    _listings: Listings = attrs.field(repr=False)
    _title: str | None = attrs.field(repr=False)
    _description: str | None = attrs.field(repr=False)

    @property
    def title(self) -> str:
        """The first heading's words."""
        first = next(headings_of(self._source.head), None)
        return self._title or (first.text if first is not None else self.file.stem)

    @property
    def description(self) -> str | None:
        """The words of the paragraph that follows it, if one does."""
        return self._description or next(_lead(self._source.head), None)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All of them in order, the title too, each with the id that a fragment names it by."""
        return self._source.headings

    def content(self) -> Component:
        """Return the text as components, each demo above its source.

        Raises PageError, with file and line, if a block could not be run or a demo not be shown.
        """
        self._listings.check()
        return make_element(_KIND, render(self._source.root, distinct(), self._fence))

    def _fence(self, node: SyntaxTreeNode) -> Component | None:
        listing = self._listings.at(node)
        if listing is None or not listing.is_run:
            return None
        if not listing.is_demo:
            return Fragment()
        result = make_element(_RESULT, (self._listings.show(listing),))
        return make_element(_DEMO, (result, code_block(listing.source)))

    @property
    def namespace(self) -> dict[str, Any]:
        """What the file's code has defined, by name."""
        return self._listings.namespace

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The file's fenced blocks in order, those that are only shown too."""
        return self._listings.entries


#: Returns a page of a document.
ShowDocument = Callable[[MarkdownDocument], Component]
#: Returns what the browser shows as the title of a document's page.
TitleOf = Callable[[MarkdownDocument], str]
Title = str | TitleOf


def markdown_page(
    file: str | Path,
    *,
    route: str | None = None,
    title: Title | None = None,
    description: str | None = None,
    show: ShowDocument | None = None,
    on_load: PlainEvent = None,
    require: Callable[..., object] | None = None,
    is_lazy: bool = False,
) -> MarkdownDocument:
    """Declare a Markdown file as a page.

    The text is shown as `markdown` does. A fenced block marked ``python exec`` runs and is not
    shown; one marked ``python demo exec`` runs, and what its last function returns is shown, live,
    above its source; one marked ``python demo`` holds one expression, whose value is shown. All
    blocks of a file are one module, run once, here. If one fails, the page is an error page that
    says so, and `triostate check` names the line of the Markdown file; other pages live.

    Args:
        file: its path; a relative one begins at the folder of the module that calls this.
        route: the address; by default the file's name, ``index.md`` being ``"/"``.
        title: what the browser shows, or a function that is given the `MarkdownDocument` and
            returns it; by default the first heading.
        description: what search engines show; by default the paragraph after that heading.
        show: a function that is given the `MarkdownDocument` and returns the page's content, with
            ``document.content()`` in it; by default that alone, in the middle.
        on_load: a handler, or several, to run when a tab opens the page.
        require: says who may use the page, as for `page`.
        is_lazy: compiles the page on its first use, as for `page`; the code runs here all the same.

    Returns:
        the document: title, headings, route.

    Raises:
        PageError: the file cannot be read, or the route is none.
    """
    caller = _Caller.of(sys._getframe(1))  # as logging and warnings find theirs
    path = caller.home / file
    address = route if route is not None else _route("", Path(path.name))
    document = _read(path, address, caller.module_of(path), title, description)
    _declare(document, title, show, on_load, require, is_lazy=is_lazy)
    return document


def markdown_pages(
    folder: str | Path,
    *,
    route: str = "/",
    title: TitleOf | None = None,
    show: ShowDocument | None = None,
    on_load: PlainEvent = None,
    require: Callable[..., object] | None = None,
    is_lazy: bool = False,
) -> list[MarkdownDocument]:
    """Declare each Markdown file of a folder, and of those in it, as a page.

    ``guide/first-steps.md`` is ``<route>/guide/first-steps``, ``index.md`` its folder.

    Args:
        folder: its path; a relative one begins at the folder of the module that calls this.
        route: the address of the folder.
        title: a function that is given a `MarkdownDocument` and returns what the browser shows:
            ``lambda document: f"{document.title} - Shop"``; by default the first heading.
        show: as for `markdown_page`, for all of them.
        on_load: as for `page`, for all of them.
        require: as for `page`, for all of them.
        is_lazy: as for `page`, for all of them.

    Returns:
        the documents, by path.

    Raises:
        PageError: there is no Markdown file, one cannot be read, or a name makes no route.
    """
    caller = _Caller.of(sys._getframe(1))  # as logging and warnings find theirs
    home = caller.home / folder
    documents: list[MarkdownDocument] = []
    for path in sorted(home.rglob("*.md")):
        address = _route(route, path.relative_to(home))
        document = _read(path, address, caller.module_of(path), None, None)
        _declare(document, title, show, on_load, require, is_lazy=is_lazy)
        documents.append(document)
    if not documents:
        raise PageError(f"markdown_pages: there is no Markdown file below {home}")
    return documents


@attrs.frozen
class _Caller:
    """The module that declares a file."""

    name: str
    home: Path
    """Where paths begin."""

    @classmethod
    def of(cls, frame: FrameType) -> _Caller:
        file = frame.f_globals.get("__file__")
        name = str(frame.f_globals.get("__name__", "markdown"))
        return cls(name, Path(file).resolve().parent if file else Path.cwd())

    def module_of(self, path: Path) -> str:
        """Return a name below the caller's: an app with the caller's module has the file's too."""
        below = path.relative_to(self.home) if path.is_relative_to(self.home) else Path(path.name)
        parts = [re.sub(r"\W", "_", part) for part in below.with_suffix("").parts]
        return ".".join([self.name, *parts[:-1], f"{parts[-1]}_md"])


def _route(base: str, below: Path) -> str:
    parts = [*below.parent.parts, *([] if below.stem == "index" else [below.stem])]
    return "/".join([base.rstrip("/"), *parts]) or "/"


def _read(
    path: Path, route: str, module: str, title: Title | None, description: str | None
) -> MarkdownDocument:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PageError(f"markdown_page: cannot read {path}: {error}") from error
    source = _Source(text)
    listings = Listings.run(source.fences, path, module)
    given = title if isinstance(title, str) else None
    return MarkdownDocument(path, route, module, source, listings, given, description)


def _lead(root: SyntaxTreeNode) -> Iterator[str]:
    blocks = [node for node in root.children if node.type != "fence"]
    for before, node in pairwise(blocks):
        if before.type == "heading" and node.type == "paragraph":
            yield plain_text(node)
        if before.type == "heading":
            return


def _declare(
    document: MarkdownDocument,
    title: Title | None,
    show: ShowDocument | None,
    on_load: PlainEvent,
    require: Callable[..., object] | None,
    *,
    is_lazy: bool,
) -> None:
    declare = page(
        document.route,
        title=lambda: title(document) if callable(title) else document.title,
        description=lambda: document.description,
        on_load=on_load,
        require=require,
        is_lazy=is_lazy,
    )
    declare(_Shown(document, show or _alone))


def _alone(document: MarkdownDocument) -> Component:
    return container(document.content(), size="2", padding="2.5rem 1rem")


class _Shown:
    """The page function of a document."""

    def __init__(self, document: MarkdownDocument, show: ShowDocument) -> None:
        self._document, self._show = document, show
        self.__name__ = document.file.name
        self.__module__ = document.module
        self.declared_at = f"{document.file}:1"

    def __call__(self) -> Component:
        return self._show(self._document)
