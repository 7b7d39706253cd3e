"""What the apps behind the measurements of the connection and their driver both know."""

from __future__ import annotations

EVENTS = ("add", "tick")
"""By the number of their binding."""

RATE_SECONDS = 0.1
"""Between two changes of a tab that ticks."""

MARK = b"number"
"""Occurs once in every frame that carries the number."""
