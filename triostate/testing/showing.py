"""`Showing`: what a tab shows, as a user has it before them.

The page is the served HTML, kept up to date by the page's own plan on the browser's copy of the
state. Knows nothing of how the tab came to the page, nor of what is done to it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from triostate.state.state import State
from triostate.testing.connection import Answer, Connection, Network
from triostate.testing.element import Element
from triostate.testing.finding import Target, shows
from triostate.testing.values import from_wire
from triostate.testing.view import View
from triostate.ui import Binding, CompiledPage

__all__ = ["Showing", "Surroundings"]


class Surroundings(Network, Protocol):
    """What a tab needs of its browser."""

    app: Any

    @property
    def _stop(self) -> Callable[[], None] | None: ...
    async def request(self, method: str, path: str) -> Answer: ...
    def page(self, name: str) -> CompiledPage: ...
    def _start_soon(self, fn: Callable[..., Any], *args: Any) -> None: ...


class Showing(Connection):
    """A tab that can be looked at."""

    def __init__(self, browser: Surroundings, document: str) -> None:
        super().__init__(browser, document)
        self.browser = browser
        self.path = ""
        """Path and query of the page on show."""
        self.watchers: list[Callable[[], object]] = []
        """Called after each frame: for a test that wants to see every state a user has seen."""
        self._view = View(lambda ref: self.state[ref.state][ref.name], self._bindings)

    def text(self, target: str | None = None) -> str:
        """Return what can be read on the page, or on the element of that id or name: lines.

        Values of controls are no text: see `find`. Raises NotShownError for a name that is not
        there.
        """
        return (self._view.root if target is None else self.find(target)).text

    def find(self, target: Target, at: int | None = None) -> Element:
        """Return the element on show that an id, a name or a handler means.

        Args:
            target: an id; else an accessible name, which is the text of a button or the label of a
                control; else a handler that it runs, or ``Handler(args)``.
            at: which one, counted from 0, where several are named alike; -1 is the last.

        Raises NotShownError if there is none, or several and no ``at``.
        """
        return self._view.find(target, at=at)

    def has(self, target: Target) -> bool:
        """Whether at least one element on show is meant; see `find`."""
        return self._view.has(target)

    def value(self, state: type[State], name: str) -> Any:
        """Return the browser's copy of a var as a Python value; instances come as `Record`."""
        return from_wire(self.state[state.get_full_name()][name])

    def var(self, state: type[State], name: str) -> Any:
        """Return the browser's copy of a var in its wire form, as it is now."""
        return copy.deepcopy(self.state[state.get_full_name()][name])

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with the entries of the forms on show, by field.

        ``""`` is what is said of a whole form. What is of one control is its ``error``, too.
        """
        return self._view.errors

    @property
    def title(self) -> str:
        """The page's title."""
        return self._view.title

    @property
    def page_id(self) -> str:
        """The id of the page on show."""
        return self._view.markup.page

    @property
    def page(self) -> CompiledPage:
        """The page on show as the server compiled it."""
        return self.browser.page(self.page_id)

    def _bindings(self) -> Sequence[Binding]:
        return self.page.bindings if self.page_id else ()

    def _on_show(self) -> str:
        lost = "" if self.is_connected else " (its connection is lost)"
        return f"Tab at {self.path}{lost}. {shows(self._view.root)}"

    def took(self, name: str) -> None:
        """Draw the page anew when it is next looked at."""
        self._view.change(self.ack)
        if name != "bye":
            for watch in self.watchers:
                watch()
