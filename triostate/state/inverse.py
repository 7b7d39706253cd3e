"""The undo log: inverse changes as data, applied to the raw values.

Because a step is data, the log serves twice: on the values themselves it is the rollback; on a
copy of them, while a transaction is open, it gives the committed values (`committed`).

The log is as long as what is different, not as what was done: of the scalars that one place went
through only the first is kept. And of the order of a dict's keys one snapshot is enough, taken at
the first deletion that is not the last key's: when the rollback has come back to it, the dict has
the keys again that it had then; what came before only added keys behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from triostate.state.kinds import SCALARS
from triostate.state.transaction import MISSING, Undo

__all__ = ["UndoLog", "reorder", "restore", "undo"]


class UndoLog:
    """The inverse steps of one session's open transaction, oldest first."""

    def __init__(self) -> None:
        self._steps: list[Undo] = []
        self._noted: dict[int, set[Any]] = {}
        """Keys of which a step tells the earlier value, by ``id`` of what they are in."""
        self._ordered: set[int] = set()
        """Dicts of which there is a snapshot of the order, by ``id``."""

    def __len__(self) -> int:
        return len(self._steps)

    def latest_first(self) -> Iterator[Undo]:
        """Return the steps in the order in which they are undone."""
        return reversed(self._steps)

    def append(self, step: Undo) -> None:
        """Add a step."""
        self._steps.append(step)

    def replace(self, step: Undo, target: Any, key: Any, old: Any, new: Any) -> None:
        """Add a step by which a place gets its old value back, unless an earlier one does that."""
        noted = self._noted.setdefault(id(target), set())
        if key in noted and type(old) in SCALARS and type(new) in SCALARS:
            return
        noted.add(key)
        self._steps.append(step)

    def shift(self, step: Undo, target: Any) -> None:
        """Add a step that moves the items of a list: its indexes mean others from here on."""
        self._noted.pop(id(target), None)
        self._steps.append(step)

    def needs_order(self, target: dict[Any, Any]) -> bool:
        """Whether a deletion has to remember the order of the keys, unless it is the last's."""
        return id(target) not in self._ordered

    def order(self, target: dict[Any, Any]) -> list[Any]:
        """Return the keys of a dict in order, for the step that is going to be added."""
        self._ordered.add(id(target))
        return list(target)

    def clear(self) -> None:
        """Forget all."""
        if self._steps:
            self._steps.clear()
            self._noted.clear()
            self._ordered.clear()


def _splice(items: list[Any], start: int, count: int, old: list[Any]) -> None:
    items[start : start + count] = old


def _put(mapping: dict[Any, Any], key: Any, old: Any, order: list[Any] | None) -> None:
    if old is MISSING:
        del mapping[key]
        return
    mapping[key] = old
    if order is not None:  # the key was deleted: put it back where it stood
        reorder(mapping, order)


def reorder(mapping: dict[Any, Any], order: Iterable[Any]) -> None:
    """Give the keys of a dict an order; all of them must be named."""
    ordered = [(name, mapping[name]) for name in order]
    mapping.clear()
    for name, value in ordered:
        mapping[name] = value  # noqa: PERF403 - a Counter's `update` would add


def _members(items: set[Any], added: Iterable[Any], removed: Iterable[Any]) -> None:
    items.difference_update(added)
    items.update(removed)


def restore(instance: Any, name: str, old: Any) -> None:
    """Give an attribute its old value, MISSING for none, past what the class does to new ones."""
    if old is MISSING:
        object.__delattr__(instance, name)
    else:
        object.__setattr__(instance, name, old)


_STEPS: dict[str, Callable[..., None]] = {
    "splice": _splice,
    "put": _put,
    "order": reorder,
    "members": _members,
    "attribute": restore,
}


def undo(step: Undo) -> None:
    """Apply one inverse step to the value that it names."""
    name, *arguments = step
    _STEPS[name](*arguments)
