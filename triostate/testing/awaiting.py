"""`Awaiting`: what a test waits for a tab to show: texts, vars, toasts, pages.

How the waiting is done is in `waiting`. Knows nothing of what brings it about.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from triostate.state.state import State
from triostate.testing.errors import NotShownError
from triostate.testing.performing import Performing
from triostate.testing.waiting import until

__all__ = ["Awaiting"]


class Awaiting(Performing):
    """A tab that can be waited for."""

    async def until(
        self,
        condition: Callable[[], object],
        timeout_seconds: float | None = None,
        *,
        what: str = "what the test waits for",
    ) -> None:
        """Wait until a condition holds; see `waiting.until`. The error shows the page."""
        await until(condition, timeout_seconds, what=what, instead=self._on_show)

    async def wait_text(
        self, text: str, target: str | None = None, timeout_seconds: float | None = None
    ) -> None:
        """Wait until a text can be read on the page, or on the element of that id or name."""

        def is_there() -> bool:
            with suppress(NotShownError):
                return text in self.text(target)
            return False

        where = "" if target is None else f" on {target!r}"
        await self.until(is_there, timeout_seconds, what=f"the text {text!r}{where}")

    async def wait_var(
        self, state: type[State], name: str, value: Any, timeout_seconds: float | None = None
    ) -> None:
        """Wait until the browser's copy of a var has a value, given as Python has it."""
        await until(
            lambda: self.value(state, name) == value,
            timeout_seconds,
            what=f"{value!r} in {state.get_full_name()}.{name}",
            instead=lambda: f"It is {self.value(state, name)!r}. {self._on_show()}",
        )

    async def wait_toast(self, message: str, timeout_seconds: float | None = None) -> None:
        """Wait until a toast has been shown whose message has this in it."""
        await until(
            lambda: any(message in toast for toast in self.toasts),
            timeout_seconds,
            what=f"a toast with {message!r}",
            instead=lambda: f"Toasts so far: {self.toasts!r}. {self._on_show()}",
        )

    async def wait_path(self, path: str, timeout_seconds: float | None = None) -> None:
        """Wait until the tab is at a path, live: where a redirect leads."""
        await self.until(
            lambda: self.path == path and self.is_attached,
            timeout_seconds,
            what=f"the page {path}",
        )
