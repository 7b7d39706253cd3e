"""The fenced blocks of a Markdown file: which run, in one module, and what they show.

The module is a real one, under a name in ``sys.modules``: State classes, dataclasses, annotations
work as anywhere. Its code is compiled with the file's own name and lines, so that tracebacks and
debuggers lead there. Knows nothing of pages.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import PageError
from .commonmark import fenced_of
from .outline import Fenced
from .tree import Component, Fragment, as_nodes

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["Listing", "Listings"]


@attrs.frozen
class Listing:
    """One fenced block."""

    words: tuple[str, ...]
    """What it is marked with: ``("python", "demo", "exec")``."""
    source: str
    line: int
    """Of the file, where the source begins; the first is 1."""

    @classmethod
    def of(cls, fenced: Fenced) -> Listing:
        """Return a block of a text."""
        return cls(tuple(fenced.info.split()), fenced.content, fenced.line)

    @property
    def is_run(self) -> bool:
        """Whether it is run with the file."""
        return self.words[:1] == ("python",) and bool({"exec", "demo"} & {*self.words[1:]})

    @property
    def is_demo(self) -> bool:
        """Whether what it makes is shown."""
        return self.is_run and "demo" in self.words

    @property
    def name(self) -> str:
        """How error texts call it."""
        return f"the block `{' '.join(self.words)}`"


@attrs.define(eq=False)
class Listings:
    """The blocks of one file, run."""

    file: Path
    entries: tuple[Listing, ...]
    namespace: dict[str, Any] = attrs.field(repr=False)
    _demos: dict[Listing, Callable[[], object]] = attrs.field(factory=dict, repr=False)
    """What makes that which each of them shows; by then a later block may have taken its names."""
    _failure: PageError | None = None

    @classmethod
    def run(cls, fences: Iterable[Fenced], file: Path, module: str) -> Listings:
        """Run what is to be run, in order, up to the first that fails; see `check`."""
        entries = tuple(map(Listing.of, fences))
        has_code = any(listing.is_run for listing in entries)
        made = cls(file, entries, _new_module(module, file) if has_code else {})
        for listing in entries:
            if listing.is_run and made._failure is None:
                made._run(listing)
        return made

    def check(self) -> None:
        """Raise PageError, with file and line, if a block failed."""
        if self._failure is not None:
            raise self._failure

    def at(self, node: SyntaxTreeNode) -> Listing | None:
        """Return the block of a node of the tree."""
        fenced = fenced_of(node)
        found = Listing.of(fenced) if fenced is not None else None
        return found if found in self.entries else None

    def show(self, listing: Listing) -> Component:
        """Return what a demo shows; PageError, with file and line, if that is no component."""
        try:
            nodes = as_nodes((self._demos[listing](),), "demo")
            if not nodes:
                raise PageError("it returned None; return a component")
        except Exception as error:  # the document's code: named, and raised on
            raise self._error(listing, error) from error
        return nodes[0] if len(nodes) == 1 else Fragment(nodes)

    def _run(self, listing: Listing) -> None:
        try:
            if "exec" in listing.words:
                exec(self._compiled(listing, "exec"), self.namespace)  # noqa: S102 - what it is for
                if listing.is_demo:
                    self._demos[listing] = partial(_call_last, listing, dict(self.namespace))
            else:
                code = self._compiled(listing, "eval")
                self._demos[listing] = lambda: eval(code, self.namespace)  # noqa: S307 - the same
        except Exception as error:  # noqa: BLE001 - crash wall: one page's code is not the app's
            self._failure = self._error(listing, error)
            self._failure.__cause__ = error

    def _compiled(self, listing: Listing, mode: str) -> Any:
        # Blank lines before it: line numbers are the file's.
        source = "\n" * (listing.line - 1) + listing.source
        return compile(source, str(self.file), mode, dont_inherit=True)

    def _error(self, listing: Listing, error: Exception) -> PageError:
        what = f"{type(error).__name__}: {error}"
        if isinstance(error, PageError):
            what = str(error)
        return PageError(f"{self.file.name}:{listing.line}: {listing.name}: {what}")


def _new_module(name: str, file: Path) -> dict[str, Any]:
    linecache.checkcache(str(file))
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = str(file)
    return module.__dict__


def _call_last(listing: Listing, names: dict[str, Any]) -> object:
    # It is looked for when it is shown: parsing is half of what running a block costs.
    return names[_last_function(listing)]()


def _last_function(listing: Listing) -> str:
    body = ast.parse(listing.source).body
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    if not functions:
        raise PageError(
            "nothing in it can be shown; end it with a function that returns a component"
        )
    return functions[-1]
