"""Committed values while a transaction is open: the undo log, applied to a copy.

So a snapshot never waits for the lock and never shows what is not committed. Knows nothing of
vars but that they are keys.
"""

from __future__ import annotations

import copy
from typing import Any

from triostate.state.copies import rebuild_tuple
from triostate.state.inverse import UndoLog, undo
from triostate.state.kinds import attributes, is_container, kind_of
from triostate.state.transaction import Undo

__all__ = ["CommittedCopy"]


class CommittedCopy:
    """A copy of values as they were before the open transaction."""

    def __init__(self, log: UndoLog) -> None:
        self._copies: dict[int, Any] = {}
        self._keep: list[Any] = []  # the originals, so that no id is reused meanwhile
        self._replaced: dict[Any, Any] = {}
        for step in log.latest_first():
            self._apply(step)

    def _apply(self, step: Undo) -> None:
        name, target, *arguments = step
        if name == "assign":
            (self._replaced[target],) = arguments
            return
        match step:
            case ("splice", _, start, count, old):
                arguments = [start, count, [self.copy(item) for item in old]]
            case ("put", _, key, old, order):
                arguments = [key, self.copy(old), order]
            case ("attribute", _, attribute, old):
                arguments = [attribute, self.copy(old)]
        undo((name, self.copy(target), *arguments))

    def value(self, field: Any, current: Any) -> Any:
        """Return the committed value of a var whose value is now ``current``."""
        return self.copy(self._replaced.get(field, current))

    def copy(self, raw: Any) -> Any:
        """Return the copy of a container, made at first need, and scalars as they are."""
        if not is_container(raw):
            return raw
        made = self._copies.get(id(raw))
        if made is None:
            made = self._make(raw)
        return made

    def _make(self, raw: Any) -> Any:
        self._keep.append(raw)
        kind = kind_of(raw)
        if kind is tuple:
            made: Any = rebuild_tuple(raw, [self.copy(item) for item in raw])
            return self._copies.setdefault(id(raw), made)
        made = self._copies[id(raw)] = copy.copy(raw)
        if kind is list:
            made[:] = [self.copy(item) for item in raw]
        elif kind is dict:
            for key, item in raw.items():
                if is_container(item):
                    made[key] = self.copy(item)
        elif kind is object:
            for name, item in attributes(raw).items():
                if is_container(item):
                    object.__setattr__(made, name, self.copy(item))
        return made
