"""The state tree: all the values of one session, and the only place that changes them.

A var is changed by `StateTree.assign`, what it holds by `steps`. Both check the right to write,
keep the links, and write two logs: the undo log (`inverse`) and the change log (`changes`). A
transaction ends in `commit`, which turns the change log into JSON Patch operations, or in
`rollback`, which applies the undo log. All of it is synchronous: there is no point in the middle
at which anything else could run.
Knows nothing of locks, tasks or connections.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from triostate.errors import ImmutableStateError
from triostate.state.admission import admit
from triostate.state.background import TASK_VARS
from triostate.state.changes import ChangeLog
from triostate.state.codec import encode_value
from triostate.state.committed import CommittedCopy
from triostate.state.computed_cache import ComputedCache
from triostate.state.copies import deep_copy, unwrap
from triostate.state.declared import DeclaredVar
from triostate.state.handlers import EventHandler
from triostate.state.inverse import UndoLog
from triostate.state.kinds import SCALARS, is_container, same_scalar, same_value
from triostate.state.links import Links
from triostate.state.nodes import COMMITTED
from triostate.state.patch import PatchOp, pointer
from triostate.state.size import StateSize
from triostate.state.steps import Steps
from triostate.state.transaction import (
    MISSING,
    ContextTransaction,
    Transaction,
    rights,
)

__all__ = ["StateTree"]


class StateTree:
    """The values of one session.

    ``host`` is the runtime's side of the session (see `state.State`); None for a detached tree,
    such as that of a State built by hand, which anyone may write to. ``max_bytes`` bounds what the
    values take (see `size`).
    """

    def __init__(self, host: Any = None, max_bytes: float = math.inf) -> None:
        self.host = host
        self.open: Transaction | None = None
        """The transaction under way, whoever has the right to it."""
        self.values: dict[DeclaredVar, Any] = {}
        self.instances: dict[type[Any], Any] = {}
        self.links = Links(owner=self)
        self.computed = ComputedCache(self)
        self.size = StateSize(max_bytes, self.values, self.links)
        self._log = UndoLog()
        self._changes = ChangeLog(self.links, self.values, self.computed)
        self.steps = Steps(self, self.links, self._log, self._changes, self.size)
        self.task_values: dict[tuple[str, str], Any] = {}

    # Reading

    def read(self, field: DeclaredVar) -> Any:
        """Return the raw value of a var; a default is copied in at its first use."""
        self.computed.record(field)
        try:
            return self.values[field]
        except KeyError:
            value = self.values[field] = deep_copy(field.default)
            self.links.link(value, field, born=COMMITTED)
            return value

    def task_var(self, handler: EventHandler[...], name: str) -> Any:
        """Return what the runtime keeps about a background handler of this session."""
        place = (handler.state.get_full_name(), f"{handler.name}.{name}")
        self.computed.record(place)
        return self.task_values.get(place, TASK_VARS[name])

    def set_task_vars(self, state: str, values: dict[str, Any]) -> list[PatchOp]:
        """Set what the runtime keeps about a handler; return that and what is computed from it.

        It is committed at once, whatever block is open: what is computed waits for that one.
        """
        ops = []
        for name, value in values.items():
            place = (state, name)
            if self.task_values.get(place, MISSING) == value:
                continue
            self.task_values[place] = value
            self.computed.invalidate(place)
            ops.append(PatchOp("replace", pointer(place), encode_value(value)))
        return ops if self.is_changed else [*ops, *self.computed.commit()]

    # The right to write

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open the right to write for this context; the caller commits or rolls back inside."""
        transaction = self.begin()
        try:
            yield transaction
        finally:
            self.end(transaction)

    def begin(self, transaction: Transaction | None = None) -> Transaction:
        """Open a right to write, for the current context and what is started in it."""
        self.open = transaction = transaction or ContextTransaction()
        others = rights.get()
        rights.set((*others, transaction) if others else (transaction,))
        return transaction

    def right(self) -> Transaction | None:
        """Return the open transaction if it lets the caller write to this tree."""
        right = self.open
        return right if right is not None and right.is_mine() else None

    def end(self, transaction: Transaction) -> None:
        """Close the right to write, for this context and all that inherited it."""
        transaction.is_open = False
        self.open = None
        # What a context inherited from a block that has ended goes with it.
        others = rights.get()
        rights.set(() if len(others) == 1 else tuple(right for right in others if right.is_open))

    def may_write(self) -> bool:
        """Whether the caller may change this tree now."""
        if self.computed.is_running:
            return False
        right = self.open
        return self.host is None or (right is not None and right.is_mine())

    def check_write(self, what: str = "the state") -> None:
        """Raise ImmutableStateError unless the caller may change this tree now."""
        if self.may_write():
            return
        if self.computed.is_running:
            raise ImmutableStateError(f"a computed var may not change {what}: it only reads")
        raise ImmutableStateError(
            f"{what} may be changed only inside `async with self` (or "
            "`async with app.modify_state(token)`), by the task that opened it, while it is open"
        )

    def report(self, where: str, error: Exception) -> None:
        """Hand a failure of user code inside a commit to the runtime; the commit goes on."""
        if self.host is None:
            raise error
        self.host.report(where, error)

    # Changing

    def assign(self, field: DeclaredVar, value: Any) -> None:
        """Set a var."""
        self.check_write(field.label)
        old = self.read(field)
        if type(value) in SCALARS and type(old) in SCALARS:
            self._assign_scalar(field, old, value)
        else:
            self._assign_any(field, old, value)

    def _assign_scalar(self, field: DeclaredVar, old: Any, value: Any) -> None:
        """Set a var from one scalar to another: what most blocks do, and nothing to link."""
        if type(value) is type(old) and same_scalar(value, old):
            return
        admit(value, field if field.is_public else None, old=old)
        if field not in self._changes:
            self._log.append(("assign", field, old))
        self.size.replace(old, value)
        self.values[field] = value
        self._changes.replace(field, old)

    def _assign_any(self, field: DeclaredVar, old: Any, value: Any) -> None:
        raw = unwrap(value, self, self.links.nodes)
        if raw is old and (raw is not value or (field.is_public and not is_container(raw))):
            return  # its own view comes back from `self.rows += [...]`, which is done by then
        admit(raw, field if field.is_public else None)
        # An equal value is not sent, but it takes the old one's place: that one may be shared. The
        # same object is news: it may have been filled meanwhile.
        is_news = field in self._changes or raw is old or not same_value(raw, old)
        self._log.append(("assign", field, old))
        self.size.replace(old, raw)
        if raw is old:
            self.links.renew(raw, field)
        else:
            self.links.unlink(old, field)
            # What is reachable by another way as well may have changed there.
            is_news = self.links.link(raw, field, born=None if is_news else COMMITTED) or is_news
        self.values[field] = raw
        if is_news:
            self._changes.replace(field, old)

    # The end of a transaction

    def commit(self) -> list[PatchOp]:
        """Make the changes so far final and return them as operations; the right stays open.

        Where it raises, all of them are undone: UnsendableValueError if something that cannot be
        sent got into a value past the state, by a reference from before it was stored; ValueError
        if such a value holds itself by now; StateTooLargeError if the state has become that.
        """
        try:
            self.links.settle()
            self.size.check(self._log)
            ops = self._changes.operations()
        except BaseException:
            self.rollback()
            raise
        self._changes.clear()
        self._log.clear()
        self.links.forget_fresh()
        self.size.committed()
        return [*ops, *self.computed.commit()]

    def rollback(self) -> None:
        """Undo everything since the last commit; the right stays open."""
        for step in self._log.latest_first():
            if step[0] == "assign":
                self._unassign(*step[1:])
            else:
                self.steps.undo(step)
        self._log.clear()
        self._changes.undone()
        self.links.forget_fresh()
        self.size.undone()

    def _unassign(self, field: DeclaredVar, old: Any) -> None:
        self.links.unlink(self.values[field], field)
        self.values[field] = old
        self.links.link(old, field)

    def forget(self) -> None:
        """Drop all values: the session is over. What is read from now on are the defaults."""
        self._log.clear()
        self._changes.clear()
        self.links.clear()
        self.computed.clear()
        self.values.clear()
        self.task_values.clear()

    @property
    def is_changed(self) -> bool:
        """Whether an open transaction has changed something since the last commit."""
        return bool(self._log)

    def has_changed(self, field: DeclaredVar) -> bool:
        """Whether an open transaction has changed what a var shows."""
        return field in self._changes

    def committed(self) -> CommittedCopy:
        """Return the values as last committed, whatever an open transaction has done since."""
        return CommittedCopy(self._log)

    def committed_tree(self) -> StateTree:
        """Return a tree of its own that holds the committed values and the same states."""
        copy, tree = self.committed(), StateTree(self.host)
        tree.task_values = self.task_values  # committed as soon as they are set
        for field, value in self.values.items():
            tree.values[field] = copy.value(field, value)
        for cls in self.instances:
            instance: Any = object.__new__(cls)
            tree.instances[cls] = instance
            object.__setattr__(instance, "_tree", tree)
        return tree
