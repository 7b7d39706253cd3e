"""The user's own HTTP routes: a Quart-Trio app beside the pages, as `App.quart` gives it.

Imported at the first use of `App.quart` only: Quart costs a quarter of a second at start, and an
app of pages alone does not need it.
"""

from __future__ import annotations

from quart_trio import QuartTrio

from triostate.limits import DRAIN_SECONDS

__all__ = ["QuartTrio", "make_quart"]


def make_quart(name: str) -> QuartTrio:
    """Return an empty Quart-Trio app whose 404s and time-outs suit the app around it."""
    quart = QuartTrio(name, static_folder=None)
    quart.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    quart.config["SESSION_COOKIE_HTTPONLY"] = True
    quart.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = DRAIN_SECONDS
    return quart
