"""`Bridge`: a Trio-native application as an ASGI application for any server.

Knows no server's loop but by asking: under a Trio worker calls pass through, under asyncio or
uvloop they go to one guest-mode Trio run on that loop.
"""

from __future__ import annotations

import asyncio

import attrs
import trio

from triostate.server.asgi import Receive, Scope, Send, TrioASGIApp
from triostate.server.native import NativeRun
from triostate.server.private import PrivateLifespan
from triostate.server.run import GuestRun


@attrs.define(eq=False)
class Bridge:
    """Serve a Trio-native ASGI application under any ASGI server.

    The application gets lifespan, http and websocket scopes, each in a Trio task, with
    Trio-awaitable `receive` and `send`, and in every scope
    `scope["extensions"]["triostate.stopping"]`, an object with `is_set()` and `async wait()` that
    fires when the server begins to go down, well before `lifespan.shutdown`. Under an asyncio
    server the lifespan scope has `"triostate.host_loop"` too, the loop that Trio is a guest of.

    The last word of the lifespan reaches the server when nothing of the application is left. A
    request that the server cancels is cancelled in Trio too, and waited for.
    """

    _app: TrioASGIApp
    _run: GuestRun | None = None
    _private: PrivateLifespan | None = None
    _native_run: trio.lowlevel.RunVar[NativeRun] = attrs.field(
        factory=lambda: trio.lowlevel.RunVar("triostate.native_run")
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope. Raises what the application raises for a request."""
        if trio.lowlevel.in_trio_task():
            native = self._native()
            if scope["type"] == "lifespan":
                await native.serve_lifespan(scope, receive, send)
            else:
                await native.serve_request(scope, receive, send)
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

    def _native(self) -> NativeRun:
        """Return what the scopes of this Trio run share."""
        try:
            return self._native_run.get()
        except LookupError:
            run = NativeRun(self._app)
            self._native_run.set(run)
            return run
