"""The early word that the server is going down, as the scope of a request brings it."""

from __future__ import annotations

from typing import Protocol

import trio

from triostate.web.http import Scope

__all__ = ["Stopping", "stopping_of"]


class Stopping(Protocol):
    """Fires once, when the server begins to go down."""

    def is_set(self) -> bool: ...
    async def wait(self) -> None: ...


def stopping_of(scope: Scope) -> Stopping:
    """Return the signal that the server bridge left in the scope; one that never fires without."""
    found: Stopping | None = scope.get("extensions", {}).get("triostate.stopping")
    return trio.Event() if found is None else found
