"""`Client`: serves an app without a server, in the Trio run of the test, and is a browser of it.

Any Trio clock will do. With a virtual one (`virtual`, `run_virtual`) an hour of `trio.sleep` takes
milliseconds.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

import trio

from triostate.app import App
from triostate.testing.browser import Browser
from triostate.testing.clock import guarded_clock
from triostate.web.http import Message

__all__ = ["Client"]

SHUTDOWN_SECONDS = 60.0
"""What an app may take to shut down before a test gives up on it."""


class Client(Browser):
    """An app that is served in this process, and one browser of it.

    ``async with Client(app) as client:`` starts the app and, on the way out, shuts it down as a
    server would: every task of every session has ended then. What a start raises, a
    `DefinitionError` perhaps, is raised there.
    """

    def __init__(self, app: App, *, address: str = "127.0.0.1") -> None:
        super().__init__(app, address=address)
        self._life = _Life(app)
        self._stack = ExitStack()

    def browser(self, *, address: str = "127.0.0.1") -> Browser:
        """Return another browser, with no cookies yet: another visitor."""
        other = Browser(self.app, address=address)
        other._nursery, other._stop = self._nursery, self._stop
        return other

    def begin_shutdown(self) -> None:
        """Begin to shut the app down, as a server does that is told to stop; waits for nothing.

        Browsers are told goodbye, foreground handlers get ``drain_seconds``, the rest is cancelled.
        The end of the ``async with`` waits for all of it.
        """
        self._life.begin_to_stop()

    async def __aenter__(self) -> Self:
        self._stack.enter_context(guarded_clock())
        self._manager = trio.open_nursery()
        self._nursery = await self._manager.__aenter__()
        self._life = _Life(self.app)
        self._stop = self.begin_shutdown
        self._nursery.start_soon(self._life.run)
        try:
            await self._life.start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        with trio.move_on_after(SHUTDOWN_SECONDS, shield=True):  # as a server would: whatever came
            await self._life.stop()
        await self._end()

    async def _end(self) -> None:
        assert self._nursery is not None
        self._nursery.cancel_scope.cancel()
        self._nursery = None
        try:
            # A test's own exception goes on as it is, not wrapped in a group.
            await self._manager.__aexit__(None, None, None)
        finally:
            self._stack.close()


class _Life:
    """The lifespan of an app, as a server runs it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._to_app, self._from_server = trio.open_memory_channel[Message](1)
        self._is_started = self._is_stopping = False
        self._failure: Exception | None = None
        self._changed = trio.Event()
        self._is_over = trio.Event()

    async def run(self) -> None:
        try:
            await self._app.serve({"type": "lifespan"}, self._from_server.receive, self._send)
        except Exception as error:
            if self._is_started:
                raise
            self._failure = error  # the start's to raise
        finally:
            self._changed.set()
            self._is_over.set()

    async def _send(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            self._is_started = True
            self._changed.set()

    async def start(self) -> None:
        await self._to_app.send({"type": "lifespan.startup"})
        await self._changed.wait()
        if self._failure is not None:
            raise self._failure

    def begin_to_stop(self) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self._to_app.send_nowait({"type": "lifespan.shutdown"})

    async def stop(self) -> None:
        self.begin_to_stop()
        await self._is_over.wait()
