"""`ServerSide`: what the server has for a tab, and events that are sent past the page.

For what a test asks of the app itself. Knows nothing of what is on show.
"""

from __future__ import annotations

from typing import Any, TypeVar

from triostate.errors import SessionNotFoundError
from triostate.runtime.session import Session
from triostate.state.handlers import EventHandler
from triostate.state.state import State, instance_of
from triostate.testing.connection import Answer, Event
from triostate.testing.errors import NotShownError
from triostate.testing.showing import Showing

__all__ = ["ServerSide"]

S = TypeVar("S", bound=State)


class ServerSide(Showing):
    """A tab whose session can be looked into."""

    @property
    def session(self) -> Session:
        """The session that the server has for this tab; SessionNotFoundError if it has none."""
        session: Session = self.browser.app._engine.get(self.token)
        return session

    def server(self, state: type[S]) -> S:
        """Return the server's instance of a State class for this tab, to read from."""
        return instance_of(self.session.tree, state)

    async def trigger(self, handler: EventHandler[...], *values: Any) -> Answer:
        """Send the page's first binding of a handler, on show or not; return the raw answer.

        For tests of the wire: ``values`` are the wire values for its slots, and it returns before
        the handler has run. Raises NotShownError if nothing on the page runs it.
        """
        return await self.send(self._binding_of(handler), *values)

    async def send(self, binding: int, *values: Any) -> Answer:
        """Send one event by the number of its binding; return the raw answer."""
        return await self.post_events([Event(binding, values)])

    async def run(self, handler: EventHandler[...], *values: Any) -> None:
        """Trigger a handler as `trigger` does, and wait until it is done, as `click` does."""
        await self.send_events([Event(self._binding_of(handler), values)])

    def _binding_of(self, handler: EventHandler[...]) -> int:
        for binding in self.page.bindings:
            if any(call.handler == handler for call in binding.calls):
                return binding.id
        raise NotShownError(f"nothing on page {self.page.route} runs {handler!r}")

    def is_behind(self) -> bool:
        """Whether the session has something to send."""
        try:
            return not self.session.outbox.is_empty
        except SessionNotFoundError:
            return False
