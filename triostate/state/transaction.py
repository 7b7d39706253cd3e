"""The right to write, and the record of what an open transaction has changed.

A transaction is open while a foreground handler or a state block runs. It belongs to the context
that opened it: tasks started inside inherit the right while it is open, other tasks and threads
never have it. The record is two logs: the undo log (inverse steps as data, newest last) and per var
the change that the delta will say. Knows nothing of locks and tasks.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from .tree import StateTree

__all__ = ["MISSING", "Change", "ChangeEntry", "Transaction", "Undo", "rights"]

MISSING: Any = object()

#: One inverse step: the name of a step in `inverse.STEPS` and its arguments.
Undo = tuple[Any, ...]

#: Kind of operation, path below the var, value by reference (encoded at commit), and with
#: ``append`` the whole string.
ChangeEntry = tuple[str, tuple[str, ...], Any, str | None]


@attrs.define(eq=False)
class Change:
    """What an open transaction did to one var."""

    old: Any
    """The value that the var had, by reference: for scalars the committed value itself."""
    replaced: bool = False
    """The var is sent whole; its `ops` do not matter any more."""
    ops: list[ChangeEntry] = attrs.field(factory=list)


@attrs.define(eq=False)
class Transaction:
    """The open right to write one session's state."""

    tree: StateTree
    is_block: bool = True
    """Whether a state block opened it; otherwise a foreground handler holds it for its run."""
    thread: int = attrs.field(factory=threading.get_ident)
    is_open: bool = True

    def allows(self, tree: StateTree) -> bool:
        """Whether this is an open right to that state, asked from the thread that opened it."""
        return self.is_open and self.tree is tree and self.thread == threading.get_ident()


#: The transactions of the current context, outermost first: one per session written to.
rights: ContextVar[tuple[Transaction, ...]] = ContextVar("triostate_rights", default=())
