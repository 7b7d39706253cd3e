"""Resuming: the frames that were sent and may not have arrived, until the browser names them.

A connection that breaks takes with it what was on its way. A browser that comes back says which
frame it applied last; if all since then are still here it gets exactly those, otherwise a snapshot.
Effects are no part of a snapshot's state, so they are kept beside it: the browser tells repeats by
their ids. Knows nothing of connections and sessions.
"""

from __future__ import annotations

from collections import deque

from triostate.limits import MAX_KEPT_BYTES, MAX_WAITING_EFFECTS
from triostate.protocol.frames import NumberedEffect

__all__ = ["SentFrames"]


class SentFrames:
    """The frames of one session that its browser has not named as applied."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._last = 0
        self._effects: deque[tuple[int, NumberedEffect]] = deque(maxlen=MAX_WAITING_EFFECTS)

    def add(self, seq: int, data: bytes, effects: tuple[NumberedEffect, ...] = ()) -> None:
        """Keep a delta, as it was encoded; the oldest give way to `limits.MAX_KEPT_BYTES`."""
        self._last = seq
        self._effects.extend((seq, effect) for effect in effects)
        self._frames.append((seq, data))
        self._bytes += len(data)
        while self._bytes > MAX_KEPT_BYTES:
            self._drop()

    def restart(self, seq: int, effects: tuple[NumberedEffect, ...] = ()) -> None:
        """Forget all frames: what was sent last is a snapshot, which is made anew if it is lost."""
        self._last = seq
        self._frames.clear()
        self._bytes = 0
        known = {effect.id for _, effect in self._effects}
        self._effects.extend((seq, effect) for effect in effects if effect.id not in known)

    def seen(self, seq: int) -> None:
        """Forget what the browser has applied."""
        while self._frames and self._frames[0][0] <= seq:
            self._drop()
        while self._effects and self._effects[0][0] <= seq:
            self._effects.popleft()

    def _drop(self) -> None:
        _, data = self._frames.popleft()
        self._bytes -= len(data)

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
