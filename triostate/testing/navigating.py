"""`Navigating`: where a tab is: its page, its history, whether it is in sight, and its end.

Knows nothing of what is on the page.
"""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote, urljoin, urlsplit

import attrs

from triostate.testing.connection import Answer
from triostate.testing.errors import RefusedError
from triostate.testing.markup import read_markup
from triostate.testing.sending import Sending
from triostate.testing.showing import Surroundings

__all__ = ["Navigating"]

MAX_REDIRECTS = 10


@attrs.define(eq=False)
class _History:
    """The pages that a tab was at, and which of them is on show."""

    _paths: list[str] = attrs.field(factory=list[str])
    _at: int = -1

    def add(self, path: str) -> None:
        """Take a page for the newest; those that the tab had gone back from are forgotten."""
        self._at += 1
        self._paths[self._at :] = [path]

    def move(self, step: int) -> str:
        """Return the page so many steps on, which is on show from now on."""
        at = self._at + step
        if not 0 <= at < len(self._paths):
            raise LookupError(f"the tab's history has no page there; it has {self._paths!r}")
        self._at = at
        return self._paths[at]


class Navigating(Sending):
    """A tab that goes from page to page."""

    def __init__(self, browser: Surroundings, document: str) -> None:
        super().__init__(browser, document)
        self.is_hidden = False
        """Whether another tab or window is in front of it; see `hide`."""
        self._said_hidden = False
        self._history = _History()

    async def goto(self, path: str) -> None:
        """Go to a path of the app, as following a link does: same tab, same session.

        Where a page's ``require=`` leads elsewhere, that is where the tab comes to. Raises
        RefusedError for a path that leads to no live page; the tab has left its page then.
        """
        await self._show(urljoin(self.path or "/", path))
        self._history.add(self.path)

    async def back(self) -> None:
        """Go back to the page before, as the browser's button does; LookupError if it is none."""
        await self._show(self._history.move(-1))

    async def forward(self) -> None:
        """Go forward again, after `back`; LookupError if there is nowhere to go."""
        await self._show(self._history.move(1))

    async def reload(self) -> None:
        """Load the page again: a new document, the same session."""
        if self.is_connected:
            await self.close()
        await self._show(self.path)

    async def _follow(self, url: str) -> None:
        parts = urlsplit(url)
        # A test has no other site to go to; a fragment is on the page already.
        if not (parts.scheme or parts.netloc or url.startswith("#")):
            await self.goto(url)

    async def _show(self, path: str) -> None:
        """Show the page at a path. A session that is connected does not notice more than that."""
        if self.is_connected:
            await self._holding.release()  # what was typed here is sent first
        answer = await self._load(path)
        if not read_markup(answer.body).page:
            await self._leave_for(answer)
        self.new_document()
        self._holding.forget()
        self._mounted = {}
        self._view.load(answer.body)
        await self.reconnect()

    async def _load(self, path: str) -> Answer:
        for _ in range(MAX_REDIRECTS):
            self.path = urlsplit(path)._replace(fragment="").geturl()
            answer = await self.browser.request("GET", self.path)
            if answer.status != 303:
                return answer
            path = urljoin(self.path, answer.headers["location"])
        raise RefusedError(f"{self.path}: {MAX_REDIRECTS} redirects, and still no page")

    async def _leave_for(self, answer: Answer) -> NoReturn:
        if self.is_connected:
            await self.close()
        self.new_document()
        self._view.load(answer.body)
        text = " / ".join(self._view.root.text.split("\n"))
        raise RefusedError(f"{self.path} is no live page: {answer.status}, {text[:200]!r}")

    async def reconnect(self) -> None:
        """Come back after `drop`, with the same document; send what was done meanwhile.

        When it returns the tab shows what has been committed meanwhile.
        """
        await self.attach(self.page_id, quote(self.path))
        if self._has_mounts:
            await self._tell_mounted(wait=True)
        if self.is_hidden or self._said_hidden:
            await self._say_hidden()

    async def hide(self) -> None:
        """Put the tab out of sight, as going to another does, or putting the phone away.

        It stays connected. If it is lost then, its session is kept for ``hidden_grace_seconds``.
        """
        await self._be_hidden(True)

    async def show(self) -> None:
        """Bring it back into sight: the session is kept no longer than that of any other."""
        await self._be_hidden(False)

    async def _be_hidden(self, is_hidden: bool) -> None:
        self.is_hidden = is_hidden
        if self.is_connected:
            await self._say_hidden()

    async def _say_hidden(self) -> None:
        self._said_hidden = self.is_hidden
        await self.tell_hidden(is_hidden=self.is_hidden)

    async def close(self) -> None:
        """Close the tab: say goodbye and lose the connection."""
        if self.is_connected:
            await self._holding.release()
        if self.token:
            await self.leave()
        await self.drop()

    async def kill(self) -> None:
        """Lose the tab without a goodbye, as a crash of the browser does."""
        self.unsent.clear()
        await self.drop()
