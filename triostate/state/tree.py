"""The state tree: all the values of one session, and the only place that changes them.

The steps that change tracked values (`assign`, `splice`, `put`, `drop`, `change_set`,
`set_attribute`) each check the right to write, change the raw value, keep the links, and write both
logs: the undo log here, the change log in `changes`. A transaction ends in `commit`, which turns
the change log into JSON Patch operations, or in `rollback`, which applies the undo log. All of it
is synchronous: there is no point in the middle at which anything else could run.
Knows nothing of locks, tasks or connections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from triostate.errors import ImmutableStateError, UnsendableValueError
from triostate.state.changes import ChangeLog
from triostate.state.codec import by_value_fields, is_plain_key
from triostate.state.computed_cache import ComputedCache
from triostate.state.declared import DeclaredVar
from triostate.state.handlers import TASK_VARS, EventHandler
from triostate.state.inverse import CommittedCopy, undo
from triostate.state.kinds import SCALARS, deep_copy, is_container, same_value, unwrap, validate
from triostate.state.links import COMMITTED, Links, Node
from triostate.state.patch import PatchOp, pointer
from triostate.state.transaction import MISSING, Transaction, Undo, rights

__all__ = ["StateTree"]


class StateTree:
    """The values of one session.

    ``host`` is the runtime's side of the session (see `state.State`); None for a detached tree,
    such as that of a State built by hand, which anyone may write to.
    """

    def __init__(self, host: Any = None) -> None:
        self.host = host
        self.values: dict[DeclaredVar, Any] = {}
        self.instances: dict[type[Any], Any] = {}
        self.links = Links()
        self.computed = ComputedCache(self)
        self._undo_log: list[Undo] = []
        self._changes = ChangeLog(self.links, self.values, self.computed)
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
            ops.append(PatchOp("replace", pointer(place), value))
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

    def begin(self, *, is_block: bool = True) -> Transaction:
        """Open the right to write for the current context."""
        transaction = Transaction(self, is_block=is_block)
        others = rights.get()
        rights.set((*others, transaction) if others else (transaction,))
        return transaction

    def right(self) -> Transaction | None:
        """Return the open transaction that lets the caller write to this tree, if there is one."""
        for right in rights.get():
            if right.allows(self):
                return right
        return None

    def end(self, transaction: Transaction) -> None:
        """Close the right to write, for this context and all that inherited it."""
        transaction.is_open = False
        # What a context inherited from a block that has ended goes with it.
        others = rights.get()
        rights.set(() if len(others) == 1 else tuple(right for right in others if right.is_open))

    def may_write(self) -> bool:
        """Whether the caller may change this tree now."""
        if self.computed.is_running:
            return False
        return self.host is None or self.right() is not None

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

    # The steps

    def assign(self, field: DeclaredVar, value: Any) -> None:
        """Set a var."""
        self.check_write(field.label)
        raw = unwrap(value)
        old = self.read(field)
        kind = type(raw)
        if kind is type(old) and kind in SCALARS and raw == old:
            return
        if raw is old:
            return
        self._validate(field, raw)
        # An equal value is not sent, but it takes the old one's place: that one may be shared.
        is_news = field in self._changes or not same_value(raw, old)
        self._undo_log.append(("assign", field, old))
        self.links.unlink(old, field)
        self.links.link(raw, field, born=None if is_news else COMMITTED)
        self.values[field] = raw
        if is_news:
            self._changes.replace(field, old)

    def splice(self, raw: list[Any], start: int, stop: int, items: list[Any]) -> None:
        """Replace ``raw[start:stop]``, 0 <= start <= stop <= len, by items."""
        node = self._enter(raw, items)
        old = raw[start:stop]
        raw[start:stop] = items
        self._undo_log.append(("splice", raw, start, len(items), old))
        if node is None:
            return
        self._relink(node, enumerate(old, start), enumerate(items, start))
        self._changes.splice(node, start, old, items)

    def put(self, raw: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a key of a dict."""
        old = raw.get(key, MISSING)
        if type(old) in SCALARS and type(old) is type(value) and old == value:
            self.check_write()
            return
        node = self._enter(raw, [value], [key])
        was_odd = node is not None and node.odd_keys > 0
        raw[key] = value
        self._undo_log.append(("put", raw, key, old, None))
        if node is None:
            return
        if old is MISSING:
            node.note_key(key)
        self._relink(node, [] if old is MISSING else [(key, old)], [(key, value)])
        if was_odd != (node.odd_keys > 0):
            self._changes.whole(node)  # its wire form is another now
        else:
            self._changes.item(node, node.tokens(key), old, value)

    def drop(self, raw: dict[Any, Any], key: Any) -> None:
        """Delete a key, which is there, of a dict."""
        node = self._enter(raw, [])
        was_odd = node is not None and node.odd_keys > 0
        order = None if next(reversed(raw)) == key else list(raw)
        tokens = () if node is None else node.tokens(key)
        old = raw.pop(key)
        self._undo_log.append(("put", raw, key, old, order))
        if node is None:
            return
        if not is_plain_key(key):
            node.odd_keys -= 1
        self._relink(node, [(key, old)], [])
        if was_odd != (node.odd_keys > 0):
            self._changes.whole(node)
        else:
            self._changes.item(node, tokens, old, MISSING)

    def change_set(self, raw: set[Any], add: set[Any], remove: set[Any]) -> None:
        """Add and remove members of a set."""
        added, removed = add - raw, remove & raw
        node = self._enter(raw, list(added))
        if not added and not removed:
            return
        raw |= added
        raw -= removed
        self._undo_log.append(("discard", raw, added, removed))
        if node is not None:
            self._changes.whole(node)

    def set_attribute(self, raw: Any, name: str, value: Any) -> None:
        """Set an attribute of a by-value instance."""
        old = getattr(raw, name, MISSING)
        if type(old) in SCALARS and type(old) is type(value) and old == value:
            self.check_write()
            return
        node = self._enter(raw, [value])
        setattr(raw, name, value)
        self._undo_log.append(("attribute", raw, name, old))
        if node is None:
            return
        stored = getattr(raw, name)  # a converter of the class may have had its say
        if stored is not value:
            self._check_converted(node, self._undo_log[-1], stored)
        if name not in (by_value_fields(type(raw)) or ()):
            return  # an attribute beside the declared ones is nothing that is sent
        self._relink(node, [] if old is MISSING else [(name, old)], [(name, stored)])
        self._changes.item(node, node.tokens(name), old, stored)

    def _enter(self, raw: Any, values: list[Any], keys: Iterable[Any] = ()) -> Node | None:
        """Check the right and the new values; return the node of a reachable container."""
        self.check_write()
        node = self.links.node(raw)
        if node is None:
            return None
        self._validate_below(node, (*values, *keys))
        return node

    def _check_converted(self, node: Node, step: Undo, stored: Any) -> None:
        try:
            self._validate_below(node, [stored])
        except Exception:
            undo(step)
            self._undo_log.pop()
            raise

    def _validate_below(self, node: Node, values: Iterable[Any]) -> None:
        """Check values that are about to be held below a container."""
        roots = self.links.roots(node)
        public = next((field for field in roots if field.is_public), None)
        for value in values:
            self._validate(public, value)
            if is_container(value):
                self.links.refuse_cycle(value, node)

    def _validate(self, field: DeclaredVar | None, value: Any) -> None:
        sendable = field is not None and field.is_public
        try:
            validate(value, sendable=sendable)
        except UnsendableValueError as error:
            assert field is not None
            raise UnsendableValueError(
                f"{field.label}: {error}; a name with a leading underscore stays on the server"
            ) from None

    def _relink(
        self, node: Node, old: Iterable[tuple[Any, Any]], new: Iterable[tuple[Any, Any]]
    ) -> None:
        # Unlinking first makes what only moved count as new: its operation carries it whole.
        for key, value in old:
            self.links.unlink(value, node, key)
        for key, value in new:
            if self.links.link(value, node, key):
                self._changes.replace_roots(node)  # shared from now on: it has no single path

    # The end of a transaction

    def commit(self) -> list[PatchOp]:
        """Make the changes so far final and return them as operations; the right stays open."""
        ops = self._changes.operations()
        self._changes.clear()
        self._undo_log.clear()
        self.links.serial += 1
        return [*ops, *self.computed.commit()]

    def rollback(self) -> None:
        """Undo everything since the last commit; the right stays open."""
        for step in reversed(self._undo_log):
            self._undo(step)
        self._undo_log.clear()
        self._changes.undone()
        self.links.serial += 1

    def _undo(self, step: Undo) -> None:
        kind, target, *arguments = step
        if kind == "assign":
            self.links.unlink(self.values[target], target)
            self.values[target] = arguments[0]
            self.links.link(arguments[0], target)
            return
        node = self.links.node(target)
        if node is None or kind == "discard":
            undo(step)
            return
        before, after = _held(step)
        undo(step)
        if kind == "put":
            node.odd_keys = sum(not is_plain_key(key) for key in target)
        self._relink(node, before, after)

    @property
    def is_changed(self) -> bool:
        """Whether an open transaction has changed something since the last commit."""
        return bool(self._undo_log)

    def committed(self) -> CommittedCopy:
        """Return the values as last committed, whatever an open transaction has done since."""
        return CommittedCopy(self._undo_log)

    def committed_tree(self) -> StateTree:
        """Return a tree of its own that holds the committed values and the same states."""
        copy, tree = self.committed(), StateTree(self.host)
        for field, value in self.values.items():
            tree.values[field] = copy.value(field, value)
        for cls in self.instances:
            instance: Any = object.__new__(cls)
            tree.instances[cls] = instance
            object.__setattr__(instance, "_tree", tree)
        return tree


def _held(step: Undo) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    """Return what a step's target holds there before and after the step is undone."""
    match step:
        case ("splice", raw, start, count, old):
            return (
                list(enumerate(raw[start : start + count], start)),
                list(enumerate(old, start)),
            )
        case ("put", raw, key, old, _):
            return (
                [(key, raw[key])] if key in raw else [],
                [] if old is MISSING else [(key, old)],
            )
        case ("attribute", raw, name, old):
            return [(name, getattr(raw, name))], [] if old is MISSING else [(name, old)]
    raise AssertionError(f"unknown step {step[0]!r}")
