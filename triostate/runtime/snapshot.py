"""Snapshots: the public state of a session as it was last committed.

Never waits for the lock and never shows what an open block has changed: the undo log, applied to
a copy, gives the committed values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triostate.state.background import TASK_VARS, BackgroundHandler
from triostate.state.codec import JSON, encode_value
from triostate.state.committed import CommittedCopy
from triostate.state.fields import Field
from triostate.state.state import State
from triostate.state.tree import StateTree

__all__ = ["public_state", "public_value"]

States = Sequence[type[State]]


def public_state(tree: StateTree, states: States) -> dict[str, dict[str, JSON]]:
    """Return the committed values of all public vars, by full name of their state."""
    committed = _Committed(tree)
    return {cls.get_full_name(): _state(cls, committed) for cls in states}


def public_value(tree: StateTree, states: States, var: str) -> JSON:
    """Return the committed value of one var, given by its pointer."""
    _, state, name = var.split("/")
    cls = next(cls for cls in states if cls.get_full_name() == state)
    return _state(cls, _Committed(tree), only=name)[name]


class _Committed:
    """The committed values of a tree; copied, once, only where an open block has changed some."""

    def __init__(self, tree: StateTree) -> None:
        self.live = tree
        self._copy: CommittedCopy | None = None
        self._tree: StateTree | None = None

    def value(self, field: Field[Any]) -> Any:
        value = self.live.values.get(field, field.default)
        if not self.live.has_changed(field):
            return value
        if self._copy is None:
            self._copy = self.live.committed()
        return self._copy.value(field, value)

    def tree(self) -> StateTree:
        """Return a tree to compute from."""
        if not self.live.is_changed:
            return self.live
        if self._tree is None:
            self._tree = self.live.committed_tree()
        return self._tree


def _state(cls: type[State], committed: _Committed, only: str | None = None) -> dict[str, JSON]:
    tree = committed.live
    values: dict[str, JSON] = {}
    for name, field in cls._fields.items():
        if field.is_public and only in (None, name):
            values[name] = encode_value(committed.value(field))
    for name, computed in cls._computed.items():
        if computed.is_public and only in (None, name):
            values[name] = tree.computed.wire(computed, committed.tree)
    for name, handler in vars(cls).items():
        if isinstance(handler, BackgroundHandler):
            for task_var, default in TASK_VARS.items():
                key = f"{name}.{task_var}"
                value = tree.task_values.get((cls.get_full_name(), key), default)
                values[key] = encode_value(value)
    return values
