"""The right to write.

A transaction is open while a foreground handler or a state block runs. It belongs to the context
that opened it: tasks started inside inherit the right while it is open, other tasks and threads
never have it. Knows nothing of locks and tasks, nor of what is written.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any

import attrs

__all__ = ["MISSING", "Transaction", "Undo", "rights"]

MISSING: Any = object()

#: One inverse step of the undo log: the name of a step in `inverse.STEPS` and its arguments.
Undo = tuple[Any, ...]


@attrs.define(eq=False)
class Transaction:
    """The open right to write one session's state."""

    tree: object
    """The state tree, for its identity."""
    is_block: bool = True
    """Whether a state block opened it; otherwise a foreground handler holds it for its run."""
    thread: int = attrs.field(factory=threading.get_ident)
    is_open: bool = True

    def allows(self, tree: object) -> bool:
        """Whether this is an open right to that state, asked from the thread that opened it."""
        return self.is_open and self.tree is tree and self.thread == threading.get_ident()


#: The transactions of the current context, outermost first: one per session written to.
rights: ContextVar[tuple[Transaction, ...]] = ContextVar("triostate_rights", default=())
