"""Resuming: the frames that were sent and may not have arrived, until the browser names them.

A connection that breaks takes with it what was on its way. A browser that comes back says which
frame it applied last; if all since then are still here it gets exactly those, otherwise a snapshot.
Effects are no part of a snapshot's state, so they are kept beside it: the browser tells repeats by
their ids. Knows nothing of connections and sessions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter

from triostate.limits import MAX_KEPT_BYTES, MAX_WAITING_EFFECTS
from triostate.protocol.frames import NumberedEffect

__all__ = ["SentFrames"]


class SentFrames:
    """The frames of one session that its browser has not named as applied."""

    def __init__(self) -> None:
        # Lists: of deques an empty one takes as much as a short text, in each of all sessions.
        self._frames: list[tuple[int, bytes]] = []
        self._bytes = 0
        self._last = 0
        self._effects: list[tuple[int, NumberedEffect]] = []

    def add(self, seq: int, data: bytes, effects: tuple[NumberedEffect, ...] = ()) -> None:
        """Keep a delta, as it was encoded; the oldest give way to `limits.MAX_KEPT_BYTES`."""
        self._last = seq
        self._keep_effects(seq, effects)
        self._frames.append((seq, data))
        self._bytes += len(data)
        while self._bytes > MAX_KEPT_BYTES:
            self._drop(1)

    def restart(self, seq: int, effects: tuple[NumberedEffect, ...] = ()) -> None:
        """Forget all frames: what was sent last is a snapshot, which is made anew if it is lost."""
        self._last = seq
        self._frames.clear()
        self._bytes = 0
        known = {effect.id for _, effect in self._effects}
        self._keep_effects(seq, (effect for effect in effects if effect.id not in known))

    def _keep_effects(self, seq: int, effects: Iterable[NumberedEffect]) -> None:
        self._effects.extend((seq, effect) for effect in effects)
        del self._effects[:-MAX_WAITING_EFFECTS]

    def seen(self, seq: int) -> None:
        """Forget what the browser has applied."""
        self._drop(bisect_right(self._frames, seq, key=itemgetter(0)))
        del self._effects[: bisect_right(self._effects, seq, key=itemgetter(0))]

    def _drop(self, count: int) -> None:
        """Drop so many of the oldest frames."""
        self._bytes -= sum(len(data) for _, data in self._frames[:count])
        del self._frames[:count]

    def reaches(self, seq: int) -> bool:
        """Whether all frames after that one are here."""
        first = self._frames[0][0] if self._frames else self._last + 1
        return seq == self._last or first <= seq + 1 <= self._last

    def since(self, seq: int) -> bytes | None:
        """Return all frames after that one; None if one of them is not here any more."""
        if not self.reaches(seq):
            return None
        return b"".join(data for number, data in self._frames if number > seq)

    def unseen_effects(self) -> tuple[NumberedEffect, ...]:
        """Return the effects that may not have arrived, for a snapshot to carry once more."""
        return tuple(effect for _, effect in self._effects)
