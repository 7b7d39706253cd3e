"""Snapshots: the public state of a session as it was last committed.

Never waits for the lock and never shows what an open block has changed: the undo log, applied to
a copy, gives the committed values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triostate.state.codec import JSON, encode_value
from triostate.state.fields import Field
from triostate.state.handlers import TASK_VARS, BackgroundHandler
from triostate.state.inverse import CommittedCopy
from triostate.state.state import State
from triostate.state.tree import StateTree

__all__ = ["public_state", "public_value"]

States = Sequence[type[State]]


def public_state(tree: StateTree, states: States) -> dict[str, dict[str, JSON]]:
    """Return the committed values of all public vars, by full name of their state."""
    committed = tree.committed()
    return {cls.get_full_name(): _state(tree, cls, committed) for cls in states}


def public_value(tree: StateTree, states: States, var: str) -> JSON:
    """Return the committed value of one var, given by its pointer."""
    _, state, name = var.split("/")
    cls = next(cls for cls in states if cls.get_full_name() == state)
    return _state(tree, cls, tree.committed(), only=name)[name]


def _state(
    tree: StateTree, cls: type[State], committed: CommittedCopy, only: str | None = None
) -> dict[str, JSON]:
    values: dict[str, JSON] = {}
    for name, field in cls._fields.items():
        if field.is_public and only in (None, name):
            values[name] = encode_value(_committed(tree, field, committed))
    for name, computed in cls._computed.items():
        if computed.is_public and only in (None, name):
            values[name] = tree.computed.wire(computed)
    for name, handler in vars(cls).items():
        if isinstance(handler, BackgroundHandler):
            for task_var, default in TASK_VARS.items():
                key = f"{name}.{task_var}"
                values[key] = tree.task_values.get((cls.get_full_name(), key), default)
    return values


def _committed(tree: StateTree, field: Field[Any], committed: CommittedCopy) -> Any:
    value = tree.values.get(field, field.default)
    return committed.value(field, value) if tree.is_changed else value
