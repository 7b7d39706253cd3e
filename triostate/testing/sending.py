"""`Sending`: what a tab sends when something happens on its page, at once or held back for a while.

That elements come on show and go from it is some of what happens. Knows nothing of what a user does
to make it happen.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from triostate.testing.element import Element
from triostate.testing.errors import RefusedError
from triostate.testing.gestures import Sent, carried_by, sent_by
from triostate.testing.holding import Holding
from triostate.testing.showing import Showing, Surroundings

__all__ = ["Sending"]


def _is_watched(element: Element) -> bool:
    return bool(element.triggers("ts-mount") or element.triggers("ts-unmount"))


class Sending(Showing):
    """A tab whose page tells the server what happens on it."""

    def __init__(self, browser: Surroundings, document: str) -> None:
        super().__init__(browser, document)
        self._holding = Holding(browser._start_soon, self._send_held)
        self._mounted: dict[tuple[Any, ...], Element] = {}

    async def _use(
        self,
        element: Element,
        event: str,
        carried: dict[str, Any],
        *,
        wait: bool,
        form: tuple[Any, ...] | None = None,
    ) -> bool:
        """Send what an event of an element sends; return whether the browser does nothing more."""
        prevented = False
        for sent in sent_by(element, event, carried, form):
            prevented = prevented or sent.prevents
            await self._holding.take(sent, wait=wait)
        return prevented

    async def _send_held(self, sent: Sent, wait: bool) -> None:
        number = self.last_event + len(sent.events)
        if sent.is_busy and self.is_connected:
            self._view.be_busy(sent.place[:-2], number)
        try:
            await self.send_events(sent.events, wait=wait)
        except RefusedError:
            self._view.calm()
            raise
        self._view.sent(sent.control, self.last_event)

    # What comes and goes

    async def _tell_mounted(self, *, wait: bool) -> None:
        """Send what elements send that have come on show, or have gone."""
        now = {e.place: e for e in self._view.root.walk() if _is_watched(e)}
        before, self._mounted = self._mounted, now
        for place, element in before.items():
            if place not in now:
                await self._use(element, "ts-unmount", carried_by(element), wait=wait)
        for place, element in now.items():
            if place not in before:
                await self._use(element, "ts-mount", carried_by(element), wait=wait)

    @property
    def _has_mounts(self) -> bool:
        parts = self._view.markup.parts
        return any({"ts-mount", "ts-unmount"} & part.triggers.keys() for part in parts)

    def took(self, name: str) -> None:
        """Draw the page anew when it is next looked at, and tell what has come or gone."""
        super().took(name)
        if name == "delta" and self._has_mounts:
            self.browser._start_soon(partial(self._tell_mounted, wait=False))
