"""The right to write.

A transaction is open while a foreground handler or a state block runs; a state has one at most.
It belongs to who opened it and to what was started by that meanwhile, and to nobody once it has
ended. What "who" means depends on what runs the code: here it is a context, which is enough for
states that are tried by hand; under the runtime it is a Trio task (`runtime.lock`). Knows nothing
of locks and tasks, nor of what is written.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any, Protocol

import attrs

__all__ = ["MISSING", "ContextTransaction", "Transaction", "Undo", "rights"]

MISSING: Any = object()

#: One inverse step of the undo log: the name of a step in `inverse.STEPS` and its arguments.
Undo = tuple[Any, ...]


class Transaction(Protocol):
    """The open right to write one session's state."""

    is_block: bool
    """Whether a state block opened it; otherwise a foreground handler holds it for its run."""
    is_open: bool

    def is_mine(self) -> bool:
        """Whether the caller has this right, now."""
        ...


@attrs.define(eq=False)
class ContextTransaction:
    """The right of a context in the thread that opened it."""

    is_block: bool = True
    is_open: bool = True
    _thread: int = attrs.field(factory=threading.get_ident)

    def is_mine(self) -> bool:
        """Whether the caller runs in that thread, and in that context or a copy of it."""
        return self.is_open and self._thread == threading.get_ident() and self in rights.get()


#: The transactions of the current context, outermost first: one per session written to.
rights: ContextVar[tuple[Transaction, ...]] = ContextVar("triostate_rights", default=())
