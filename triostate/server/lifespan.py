"""How an application's lifespan starts, runs and ends, and what the server is told of it.

Knows neither loops nor requests; the same under a guest run and a Trio worker.

Servers disagree on an application whose lifespan raises: hypercorn and uvicorn both take it for one
without a lifespan and go on serving it, a page of 500s. They agree on `lifespan.startup.failed`:
hypercorn's worker ends with status 1 and uvicorn with 3. So every failure becomes that message, and
since hypercorn shows it only at the end of a traceback, it goes to the log first.

A last word (`startup.failed`, `shutdown.complete`, `shutdown.failed`) is held back until the
application has returned, and given to the caller to send: hypercorn's `send` raises on a failure,
and both servers tear down as soon as they are told.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import cast

import attrs
import trio

from triostate.limits import MAX_MESSAGE_CHARACTERS
from triostate.server.asgi import Message, Receive, Scope, Send, TrioASGIApp

logger = logging.getLogger("triostate.server")

UNFINISHED = "triostate.unfinished"
"""A key in a last word: it is said although not all of the application has ended, or ever may. The
server is given it at once."""


class LifespanEndedError(RuntimeError):
    """The application's lifespan ended though nobody had asked it to.

    Raised to the server, which can then only report it; requests that still come are refused.
    """


def first_leaf(error: BaseException) -> BaseException:
    """Return the first exception of a group, however deep; an exception itself if it is none."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def one_line(error: BaseException) -> str:
    """Say an exception in one line: of a group its first leaf, and no more than the first line."""
    error = first_leaf(error)
    text = str(error).strip().partition("\n")[0]
    if isinstance(error, SystemExit):
        return text[:MAX_MESSAGE_CHARACTERS]  # written for people: `sys.exit("...")`
    name = type(error).__name__
    return (f"{name}: {text}" if text else name)[:MAX_MESSAGE_CHARACTERS]


def _holds_an_order(error: BaseException) -> bool:
    orders = (KeyboardInterrupt, trio.Cancelled, GeneratorExit)
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return group.subgroup(orders) is not None
    return isinstance(error, orders)


@attrs.define(eq=False)
class Lifespan:
    """One run of an application's lifespan scope."""

    _app: TrioASGIApp
    _on_told_to_stop: Callable[[], object] = lambda: None
    _on_unfinished: Callable[[], object] = lambda: None
    started: bool = False
    """The application has said `startup.complete`."""
    told_to_stop: bool = False
    """The application has been given `lifespan.shutdown`."""
    _last_word: Message | None = None
    _scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)

    async def run(self, scope: Scope, receive: Receive, send: Send) -> Message:
        """Run the lifespan to its end and return the message to be sent to the server last.

        A crash on the way up or down is logged and becomes the message of a failure. Raises
        LifespanEndedError if the application ends between the two. A cancellation ends the
        application in the ordinary way.
        """

        async def guarded_receive() -> Message:
            if self._last_word is not None:
                # It has said its last word and is in a loop over events: there are no more.
                self._scope.cancel()
            message = await receive()
            if message["type"] == "lifespan.shutdown" and not self.told_to_stop:
                self.told_to_stop = True
                self._on_told_to_stop()
            return message

        async def guarded_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                # Before the send: the server may act on it before this task runs again.
                self.started = True
                # Code, pages and tables stay for good: a full collection that walked through them
                # again and again would hold up everybody for tens of milliseconds.
                gc.freeze()
                await send(message)
            else:
                self._last_word = message
                if message.get(UNFINISHED):
                    self._on_unfinished()

        try:
            with self._scope:
                await self._app(scope, guarded_receive, guarded_send)
        # The crash wall of the application as a whole. An exit is a failure like any other, since
        # uvicorn swallows it; a Ctrl-C or a cancellation is not.
        except (Exception, BaseExceptionGroup, SystemExit) as error:
            if _holds_an_order(error):
                raise
            return self._crashed(error)
        return self._ended()

    def _crashed(self, error: BaseException) -> Message:
        line = one_line(error)
        shown = None if isinstance(first_leaf(error), SystemExit) else error
        logger.error("%s: %s", self._failure(), line, exc_info=shown)
        if self.started and not self.told_to_stop:
            raise LifespanEndedError(f"the application has crashed: {line}") from error
        return self._failed(line)

    def _ended(self) -> Message:
        word = self._last_word
        if word is not None:
            if word["type"] != "lifespan.shutdown.complete":
                logger.error("%s: %s", self._failure(), word.get("message", ""))
            return word
        if not self.started:
            line = "the application's lifespan returned without lifespan.startup.complete"
            logger.error("%s: %s", self._failure(), line)
            return self._failed(line)
        if not self.told_to_stop:
            raise LifespanEndedError("the application's lifespan returned while it was serving")
        return {"type": "lifespan.shutdown.complete"}

    def _failure(self) -> str:
        if not self.started:
            return "The application did not start"
        if self.told_to_stop:
            return "The application did not shut down in order"
        return "The application has crashed"

    def _failed(self, line: str) -> Message:
        phase = "shutdown" if self.started else "startup"
        return {"type": f"lifespan.{phase}.failed", "message": line}
