"""Snapshots: the public state of a session as it was last committed, or what a page reads of it.

Never waits for the lock and never shows what an open block has changed: the undo log, applied to
a copy, gives the committed values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from triostate.state.background import TASK_VARS, BackgroundHandler
from triostate.state.codec import JSON, encode_value
from triostate.state.committed import CommittedCopy
from triostate.state.expr import VarRef
from triostate.state.fields import Field
from triostate.state.state import State
from triostate.state.tree import StateTree

__all__ = ["public_state", "public_value"]

States = Sequence[type[State]]


def public_state(
    tree: StateTree, states: States, reads: Collection[VarRef] | None = None
) -> dict[str, dict[str, JSON]]:
    """Return the committed values of these vars, or of all public ones, by state and name.

    The router's are no vars of any state, and not among them.
    """
    committed = _Committed(tree)
    classes = {cls.get_full_name(): cls for cls in states}
    found: dict[str, dict[str, JSON]] = {}
    if reads is None:
        for state, cls in classes.items():
            found[state] = {name: _value(cls, name, committed) for name in _public_names(cls)}
        return found
    for ref in reads:
        if ref.state in classes:
            value = _value(classes[ref.state], ref.name, committed)
            found.setdefault(ref.state, {})[ref.name] = value
    return found


def public_value(tree: StateTree, states: States, var: str) -> JSON:
    """Return the committed value of one var, given by its pointer."""
    _, state, name = var.split("/")
    cls = next(cls for cls in states if cls.get_full_name() == state)
    return _value(cls, name, _Committed(tree))


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


def _public_names(cls: type[State]) -> Iterator[str]:
    yield from (name for name, field in cls._fields.items() if field.is_public)
    yield from (name for name, computed in cls._computed.items() if computed.is_public)
    for name, handler in vars(cls).items():
        if isinstance(handler, BackgroundHandler):
            yield from (f"{name}.{task_var}" for task_var in TASK_VARS)


def _value(cls: type[State], name: str, committed: _Committed) -> JSON:
    """Return the committed value of a public var, computed vars and task vars included."""
    tree = committed.live
    if (field := cls._fields.get(name)) is not None:
        return encode_value(committed.value(field))
    if (computed := cls._computed.get(name)) is not None:
        return tree.computed.wire(computed, committed.tree)
    default = TASK_VARS[name.rpartition(".")[2]]
    return encode_value(tree.task_values.get((cls.get_full_name(), name), default))
