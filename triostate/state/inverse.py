"""The steps of the undo log: inverse changes as data, applied to the raw values.

Because a step is data, the log serves twice: on the values themselves it is the rollback; on a
copy of them, while a transaction is open, it gives the committed values without waiting for it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from triostate.state.kinds import children, is_container, rebuild_tuple
from triostate.state.transaction import MISSING, Undo

__all__ = ["STEPS", "CommittedCopy", "undo"]


def _splice(items: list[Any], start: int, count: int, old: list[Any]) -> None:
    items[start : start + count] = old


def _put(mapping: dict[Any, Any], key: Any, old: Any, order: list[Any] | None) -> None:
    if old is MISSING:
        del mapping[key]
        return
    mapping[key] = old
    if order is not None:  # the key was deleted: put it back where it stood
        ordered = {name: mapping[name] for name in order}
        mapping.clear()
        mapping.update(ordered)


def _discard(items: set[Any], added: set[Any], removed: set[Any]) -> None:
    items -= added
    items |= removed


def _attribute(instance: Any, name: str, old: Any) -> None:
    if old is MISSING:
        object.__delattr__(instance, name)
    else:
        object.__setattr__(instance, name, old)  # past converters: it has been through them


STEPS: dict[str, Callable[..., None]] = {
    "splice": _splice,
    "put": _put,
    "discard": _discard,
    "attribute": _attribute,
}


def undo(step: Undo) -> None:
    """Apply one inverse step to the value that it names."""
    name, *arguments = step
    STEPS[name](*arguments)


class CommittedCopy:
    """A copy of values as they were before the open transaction."""

    def __init__(self, log: list[Undo]) -> None:
        self._copies: dict[int, Any] = {}
        self._keep: list[Any] = []  # the originals, so that no id is reused meanwhile
        self.replaced: dict[Any, Any] = {}
        for step in reversed(log):
            self._apply(step)

    def _apply(self, step: Undo) -> None:
        if step[0] == "assign":
            _, field, old = step
            self.replaced[field] = old
            return
        match step:
            case ("splice", raw, start, count, old):
                _splice(self.copy(raw), start, count, [self.copy(item) for item in old])
            case ("put", raw, key, old, order):
                _put(self.copy(raw), key, self.copy(old), order)
            case ("discard", raw, added, removed):
                _discard(self.copy(raw), added, removed)
            case ("attribute", raw, name, old):
                _attribute(self.copy(raw), name, self.copy(old))

    def value(self, field: Any, current: Any) -> Any:
        """Return the committed value of a var whose value is now ``current``."""
        return self.copy(self.replaced.get(field, current))

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
        if isinstance(raw, tuple):
            made: Any = rebuild_tuple(raw, map(self.copy, raw))
            self._copies[id(raw)] = made
            return made
        if isinstance(raw, set):
            made = set(raw)
            self._copies[id(raw)] = made
            return made
        if isinstance(raw, list):
            made = self._copies[id(raw)] = []
            made.extend(map(self.copy, raw))
        elif isinstance(raw, dict):
            made = self._copies[id(raw)] = {}
            made.update((key, self.copy(item)) for key, item in raw.items())
        else:
            made = self._copies[id(raw)] = copy.copy(raw)
            for name, item in children(raw):
                object.__setattr__(made, name, self.copy(item))
        return made
