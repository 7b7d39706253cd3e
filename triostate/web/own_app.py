"""The user's Quart app, as the site asks for it: made at its first use, and absent until then.

Knows nothing of Quart but where it is: importing that takes longer than all of an app that needs
none (`user_routes`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from triostate.web.http import Receive, Request, Response, Scope, Send

if TYPE_CHECKING:
    from triostate.web.user_routes import QuartTrio

__all__ = ["OwnApp"]


class OwnApp:
    """The Quart app that a user may have beside the pages; ``not_found`` answers for it."""

    def __init__(self, not_found: Callable[[str], Response]) -> None:
        self._not_found = not_found
        self.made: QuartTrio | None = None
        """None as long as nobody has asked for it."""

    @property
    def quart(self) -> QuartTrio:
        """The app; made now, if it was not."""
        if self.made is None:
            made: QuartTrio = _routes().make_quart("triostate", self._not_found)
            self.made = made
        return self.made

    def is_public(self, scope: Scope) -> bool:
        """Whether a request goes to a route that is marked as public."""
        return self.made is not None and bool(_routes().is_public(self.made, scope))

    def has_route(self, scope: Scope) -> bool:
        """Whether a path is one of its routes', for whatever method."""
        return self.made is not None and bool(_routes().has_route(self.made, scope))

    def read_session(self, request: Request) -> Mapping[str, Any]:
        """Return what its routes have put into ``quart.session`` for this browser."""
        if self.made is None:
            return {}
        found: Mapping[str, Any] = _routes().read_session(self.made, request)
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope; only where the app was made."""
        app: Any = self.made  # its types of ASGI messages are narrower than the specification's
        await app(scope, receive, send)


def _routes() -> Any:
    return importlib.import_module("triostate.web.user_routes")
