"""Where failures of user code go: the log once, `App.on_error`, and a toast in the tab.

The exception's own text is the developer's: browsers see it in development only.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable

import attrs

from triostate.errors import OutboxFullError
from triostate.protocol.effects import Effect, toast
from triostate.runtime.walls import CrashWall

__all__ = ["ErrorHook", "Reporter"]

logger = logging.getLogger("triostate")

ErrorHook = Callable[[BaseException], object]


@attrs.define(eq=False)
class Reporter:
    """The one place that deals with an exception that a handler did not catch."""

    is_development: bool = False
    hooks: list[ErrorHook] = attrs.field(factory=list)
    spawn: Callable[..., None] | None = None
    """Starts a task of the app, for hooks that are async; None while the app is not served."""

    def report(self, where: str, error: BaseException) -> None:
        """Log the exception once, with its traceback, and hand it to the hooks."""
        logger.error("%s failed: %s", where, _one_line(_line(error)), exc_info=error)
        for hook in self.hooks:
            with CrashWall(_hook_failed):  # a hook that fails must not hide the first failure
                answer = hook(error)
                if inspect.isawaitable(answer):
                    self._finish(answer)

    def _finish(self, answer: Awaitable[object]) -> None:
        if self.spawn is not None:
            self.spawn(_await_hook, answer, name="on_error hook")
            return
        if inspect.iscoroutine(answer):
            answer.close()
        logger.error("an on_error hook is async, and the app is not served: it was not run")

    def describe(self, error: BaseException) -> str:
        """Return what a browser may be told of an exception."""
        return _line(error) if self.is_development else "Something went wrong."

    def notify(self, where: str, error: BaseException, send: Callable[[Effect], None]) -> None:
        """Report, and show a toast unless the browser is too far behind to be shown anything."""
        self.report(where, error)
        try:
            send(toast(self.describe(error), "error"))
        except OutboxFullError:
            logger.debug("no room for a toast about %s", where)


async def _await_hook(answer: Awaitable[object]) -> None:
    with CrashWall(_hook_failed):
        await answer


def _hook_failed(error: BaseException) -> None:
    logger.error("an on_error hook failed", exc_info=error)


def _one_line(text: str) -> str:
    """Return text that may quote what a client sent, so that it cannot start a line of the log."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _line(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(_line, error.exceptions))
    return f"{type(error).__name__}: {error}"
