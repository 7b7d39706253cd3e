"""`Holding`: what a page holds back of what a user does, on the run's clock, as a browser does.

A debounced event is sent when no other has come for so long, a throttled one at the end of its
time; all of it at once before anything else is sent, and when the page goes. Knows nothing of pages
or connections: it is handed how to send.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import attrs
import trio

from triostate.testing.errors import RefusedError
from triostate.testing.gestures import Sent

__all__ = ["Holding"]


@attrs.define(eq=False)
class _Slot:
    """What one trigger still has to send."""

    due: Sent | None = None
    timer: object | None = None
    """Which task is to send it; another one when that has changed its mind."""


@attrs.define(eq=False)
class Holding:
    """Events of one document that wait in the browser."""

    _start_soon: Callable[..., Any]
    _send: Callable[[Sent, bool], Awaitable[None]]
    """Given what to send, and whether to wait until it is done."""
    _slots: dict[tuple[Any, ...], _Slot] = attrs.field(factory=dict)

    def forget(self) -> None:
        """Begin as another document: nothing is due."""
        self._slots = {}

    async def take(self, sent: Sent, *, wait: bool) -> None:
        """Send what a trigger sends, now or later; only the first can be waited for."""
        if not sent.is_held:
            await self.release(but=sent.place[:-1])
            await self._send(sent, wait)
            return
        slot = self._slots.setdefault(sent.place, _Slot())
        if sent.debounce_seconds:
            slot.due, slot.timer = sent, object()
            self._start_soon(self._later, slot, slot.timer, sent.debounce_seconds)
        elif slot.timer is not None:
            slot.due = sent
        else:
            slot.timer = object()
            self._start_soon(self._tick, slot, sent.throttle_seconds)
            await self._send(sent, wait)

    async def release(self, but: tuple[Any, ...] = ()) -> None:
        """Send what is due, but for one event's own triggers, without waiting for any of it."""
        for place, slot in list(self._slots.items()):
            if place[:-1] != but:
                await self._send_due(slot)

    async def _later(self, slot: _Slot, timer: object, seconds: float) -> None:
        await trio.sleep(seconds)
        if slot.timer is timer:
            await self._send_due(slot)

    async def _tick(self, slot: _Slot, seconds: float) -> None:
        while True:
            await trio.sleep(seconds)
            if slot.due is None:
                slot.timer = None
                return
            await self._send_due(slot)

    async def _send_due(self, slot: _Slot) -> None:
        sent, slot.due = slot.due, None
        if sent is None:
            return
        with suppress(RefusedError):  # as in a browser: nobody waits for it who could be told
            await self._send(sent, False)
