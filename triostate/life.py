"""An app's life: from the server's lifespan.startup to its lifespan.shutdown, everything in order.

The user's Quart app begins first, then sessions can be had, then services; it ends the other way
round, each part awaited. Knows nothing of requests.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import attrs
import trio

from triostate.limits import END_SECONDS, LAST_SEND_SECONDS
from triostate.runtime.engine import Engine
from triostate.runtime.guards import Guards
from triostate.runtime.services import Services
from triostate.runtime.stuck import name_tasks
from triostate.server.last_resort import seconds_to_end
from triostate.server.lifespan import UNFINISHED
from triostate.web.http import Receive, Scope, Send
from triostate.web.site import run_quart, wait_for_lifespan_end
from triostate.web.stopping import stopping_of

if TYPE_CHECKING:
    from triostate.web.user_routes import QuartTrio

__all__ = ["Life"]

logger = logging.getLogger("triostate")


@attrs.define(eq=False)
class Life:
    """One app while a server has it running."""

    engine: Engine
    services: Services
    guards: Guards
    quart: QuartTrio | None
    _quart_over: trio.Event = attrs.field(init=False, factory=trio.Event)
    _engine_over: trio.Event = attrs.field(init=False, factory=trio.Event)
    _is_answered: bool = attrs.field(init=False, default=False)

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start all, tell the server so, and end all when it says so.

        Raises what a service does that fails before it has started: the app does not start.
        """
        failures: list[Exception] = []
        async with (
            self.guards.running(self.engine.sessions.values()),
            trio.open_nursery() as nursery,
        ):
            await self._begin(nursery, scope)
            try:
                await self.services.start(nursery)
            except Exception as error:  # noqa: BLE001 - raised below, as the nurseries wrap it
                failures.append(error)
                nursery.cancel_scope.cancel()
            else:
                await send({"type": "lifespan.startup.complete"})
                await wait_for_lifespan_end(receive)
                with trio.move_on_after(seconds_to_end(scope)) as limit:
                    await self._end()
                if limit.cancelled_caught:
                    await self._give_up(nursery, send)
        if failures:
            raise failures.pop()
        if not self._is_answered:
            await send({"type": "lifespan.shutdown.complete"})

    async def _begin(self, nursery: trio.Nursery, scope: Scope) -> None:
        if self.quart is not None:
            await nursery.start(run_quart, self.quart, self._quart_over, name="quart")
        stopping = stopping_of(scope).wait
        await nursery.start(self.engine.run, self._engine_over, stopping, name="app")

    async def _end(self) -> None:
        await self.engine.drain()
        self._engine_over.set()
        await self.engine.ended.wait()
        await self.services.stop()
        self._quart_over.set()

    async def _give_up(self, nursery: trio.Nursery, send: Send) -> None:
        """Cancel what is left, say what it is, and answer the server though it is not over."""
        nursery.cancel_scope.cancel()
        logger.error(
            "The app has not ended after %g s and is left as it is; still there: %s",
            END_SECONDS,
            name_tasks(nursery),
        )
        # The answer is due whatever was cancelled; a server takes it at once.
        with trio.move_on_after(LAST_SEND_SECONDS, shield=True):
            await send({"type": "lifespan.shutdown.complete", UNFINISHED: True})
        self._is_answered = True
