"""The user's own HTTP routes: a Quart-Trio app beside the pages, as `App.quart` gives it.

Imported at the first use of `App.quart` only: Quart costs a quarter of a second at start, and an
app of pages alone does not need it.
"""

from __future__ import annotations

from collections.abc import Callable

import quart
from quart_trio import QuartTrio

from triostate.limits import DRAIN_SECONDS
from triostate.web.http import Response

__all__ = ["QuartTrio", "make_quart"]


def make_quart(name: str, not_found: Callable[[str], Response]) -> QuartTrio:
    """Return an empty Quart-Trio app whose defaults suit the app around it.

    What it has no route for is answered by ``not_found``, given the path; a handler for 404 that
    the user registers goes before.
    """
    made = QuartTrio(name, static_folder=None)
    made.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    made.config["SESSION_COOKIE_HTTPONLY"] = True
    made.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = DRAIN_SECONDS

    async def unknown(error: Exception) -> quart.Response:
        page = not_found(quart.request.path)
        return quart.Response(page.body, page.status, dict(page.headers))

    made.register_error_handler(404, unknown)
    return made
