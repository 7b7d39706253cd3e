"""`Bridge`: a Trio-native application as an ASGI application for any server.

Knows no server's loop but by asking: under a Trio worker calls pass through, under asyncio or
uvloop they go to one guest-mode Trio run on that loop.
"""

from __future__ import annotations

import asyncio

import attrs
import trio

from triostate.server.asgi import Receive, Scope, Send, TrioASGIApp
from triostate.server.lifespan import Lifespan
from triostate.server.private import PrivateLifespan
from triostate.server.run import GuestRun
from triostate.server.sending import NativeOutlet
from triostate.server.sigterm import orderly_sigterm
from triostate.server.stopping import Stopping, with_stopping

# One for each Trio run that a Trio worker drives.
_native_stopping: trio.lowlevel.RunVar[Stopping] = trio.lowlevel.RunVar("triostate.stopping")


@attrs.define(eq=False)
class Bridge:
    """Serve a Trio-native ASGI application under any ASGI server.

    The application gets lifespan, http and websocket scopes, each in a Trio task, with
    Trio-awaitable `receive` and `send`, and in every scope
    `scope["extensions"]["triostate.stopping"]`, an object with `is_set()` and `async wait()` that
    fires when the server begins to go down, well before `lifespan.shutdown`.

    The last word of the lifespan reaches the server when nothing of the application is left. A
    request that the server cancels is cancelled in Trio too, and waited for.
    """

    _app: TrioASGIApp
    _run: GuestRun | None = None
    _private: PrivateLifespan | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope. Raises what the application raises for a request."""
        if trio.lowlevel.in_trio_task():
            await self._serve_native(scope, receive, send)
        elif scope["type"] == "lifespan":
            self._private = None
            await self._new_run().serve_lifespan(scope, receive, send)
        else:
            run = await self._running()
            await run.serve_request(scope, receive, send)

    def _new_run(self, *, ends_itself: bool = False) -> GuestRun:
        if self._run is not None and not self._run.ended:
            raise RuntimeError("the application is running on another loop of this process")
        self._run = GuestRun(self._app, ends_itself)
        return self._run

    async def _running(self) -> GuestRun:
        """Return the run to give a request to; start one if the server sends no lifespan."""
        run = self._run
        if run is None or (run.ends_itself and run.ended and not run.stopping.is_set()):
            self._private = PrivateLifespan()
            self._private.start(self._new_run(ends_itself=True).serve_lifespan)
        if self._private is not None:
            await self._private.startup()
        assert self._run is not None
        if self._run.loop is not asyncio.get_running_loop():
            raise RuntimeError("the application is running on another loop of this process")
        return self._run

    async def _serve_native(self, scope: Scope, receive: Receive, send: Send) -> None:
        stopping = _stopping_of_this_run()
        if scope["type"] == "lifespan":
            lifespan = Lifespan(self._app)
            with orderly_sigterm(send, stopping, lambda: lifespan.told_to_stop):
                last_word = await lifespan.run(with_stopping(scope, stopping), receive, send)
            await send(last_word)
            return
        source = stopping.source_in(send)
        if source is not None:
            # A system task: the server's nurseries are not ours, and a request ends before it.
            trio.lowlevel.spawn_system_task(stopping.follow, source)
        await self._app(with_stopping(scope, stopping), receive, NativeOutlet(send).send)


def _stopping_of_this_run() -> Stopping:
    try:
        return _native_stopping.get()
    except LookupError:
        stopping = Stopping()
        _native_stopping.set(stopping)
        return stopping
