"""The state tree: all the values of one session, and the only place that changes them.

The steps that change tracked values (`assign`, `splice`, `put`, `drop`, `change_set`,
`set_attribute`) each check the right to write, change the raw value, keep the links, and write both
logs. A transaction ends in `commit`, which turns the change log into JSON Patch operations, or in
`rollback`, which applies the undo log. All of it is synchronous: there is no point in the middle
at which anything else could run. Knows nothing of locks, tasks or connections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from ..errors import ImmutableStateError, UnsendableValueError
from .codec import JSON, encode_value, is_plain_key
from .handlers import TASK_VARS
from .inverse import CommittedCopy, undo
from .kinds import SCALARS, deep_copy, is_container, plain, same_value, validate
from .links import COMMITTED, Links, Node
from .transaction import MISSING, Change, ChangeEntry, Transaction, Undo, rights

if TYPE_CHECKING:
    from .computed import ComputedCache
    from .fields import Field
    from .handlers import EventHandler

__all__ = ["PatchOp", "StateTree", "pointer"]


@attrs.frozen
class PatchOp:
    """One operation of a JSON Patch (RFC 6902, and ``append`` for strings)."""

    op: str
    path: str
    """RFC 6901: ``/<state full name>/<var>/...``."""
    value: JSON = None
    whole: str | None = None
    """With ``append``: the whole string, for a client that knows ``replace`` only."""


def pointer(tokens: Iterable[str]) -> str:
    """Return the JSON Pointer (RFC 6901) of reference tokens."""
    return "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in tokens)


class StateTree:
    """The values of one session.

    ``host`` is the runtime's side of the session (see `state.State`); None for a detached tree,
    such as that of a State built by hand, which anyone may write to.
    """

    def __init__(self, host: Any = None) -> None:
        self.host = host
        self.values: dict[Field[Any], Any] = {}
        self.instances: dict[type, Any] = {}
        self.links = Links()
        self.undo_log: list[Undo] = []
        self.changes: dict[Field[Any], Change] = {}
        self.computed: ComputedCache | None = None
        self.task_values: dict[tuple[str, str], Any] = {}

    # Reading

    def read(self, field: Field[Any]) -> Any:
        """Return the raw value of a var; a default is copied in at its first use."""
        if self.computed is not None and self.computed.recording:
            self.computed.record(field)
        try:
            return self.values[field]
        except KeyError:
            value = self.values[field] = deep_copy(field.default)
            self.links.link(value, field, born=COMMITTED)
            return value

    def task_var(self, handler: EventHandler[Any], name: str) -> Any:
        """Return what the runtime keeps about a background handler of this session."""
        return self.task_values.get(
            (handler.state.get_full_name(), f"{handler.name}.{name}"), TASK_VARS[name]
        )

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
        rights.set((*(right for right in rights.get() if right.is_open), transaction))
        return transaction

    def right(self) -> Transaction | None:
        """Return the open transaction that lets the caller write to this tree, if there is one."""
        return next((right for right in rights.get() if right.allows(self)), None)

    def end(self, transaction: Transaction) -> None:
        """Close the right to write, for this context and all that inherited it."""
        transaction.is_open = False
        rights.set(tuple(right for right in rights.get() if right is not transaction))

    def may_write(self) -> bool:
        """Whether the caller may change this tree now."""
        if self.computed is not None and self.computed.recording:
            return False
        return self.host is None or self.right() is not None

    def check_write(self, what: str = "the state") -> None:
        """Raise ImmutableStateError unless the caller may change this tree now."""
        if self.may_write():
            return
        if self.computed is not None and self.computed.recording:
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

    def assign(self, field: Field[Any], value: Any) -> None:
        """Set a var."""
        self.check_write(field.label)
        raw = plain(value)
        old = self.read(field)
        kind = type(raw)
        if kind is type(old) and kind in SCALARS and raw == old:
            return
        if raw is old or (self.links.node(raw) is None and same_value(raw, old)):
            return  # an equal value changes nothing; a tracked one may be shared from now on
        self._validate(field, raw)
        self.undo_log.append(("assign", field, old))
        self.links.unlink(old, field)
        self.links.link(raw, field)
        self.values[field] = raw
        self._change(field, old).replaced = True

    def splice(self, raw: list[Any], start: int, stop: int, items: list[Any]) -> None:
        """Replace ``raw[start:stop]``, 0 <= start <= stop <= len, by items."""
        node = self._enter(raw, items)
        old = raw[start:stop]
        raw[start:stop] = items
        self.undo_log.append(("splice", raw, start, len(items), old))
        if node is None:
            return
        self._relink(node, enumerate(old, start), enumerate(items, start))
        address = self._address(node)
        if address is not None:
            self._say_splice(node, address, start, old, items)

    def put(self, raw: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a key of a dict."""
        old = raw.get(key, MISSING)
        if old is not MISSING and type(old) in SCALARS and type(old) is type(value):
            if old == value:
                self.check_write()
                return
        node = self._enter(raw, [value], [key])
        was_odd = node is not None and node.odd_keys > 0
        raw[key] = value
        self.undo_log.append(("put", raw, key, old, None))
        if node is None:
            return
        if old is MISSING and not is_plain_key(key):
            node.odd_keys += 1
        self._relink(node, [] if old is MISSING else [(key, old)], [(key, value)])
        self._say(node, key, old, value, whole=was_odd != (node.odd_keys > 0))

    def drop(self, raw: dict[Any, Any], key: Any) -> None:
        """Delete a key, which is there, of a dict."""
        node = self._enter(raw, [])
        was_odd = node is not None and node.odd_keys > 0
        order = None if next(reversed(raw)) is key else list(raw)
        tokens = None if node is None else node.tokens(key)
        old = raw.pop(key)
        self.undo_log.append(("put", raw, key, old, order))
        if node is None:
            return
        if not is_plain_key(key):
            node.odd_keys -= 1
        self._relink(node, [(key, old)], [])
        self._say(node, key, old, MISSING, tokens=tokens, whole=was_odd != (node.odd_keys > 0))

    def change_set(self, raw: set[Any], add: set[Any], remove: set[Any]) -> None:
        """Add and remove members of a set."""
        added, removed = add - raw, remove & raw
        node = self._enter(raw, list(added))
        if not added and not removed:
            return
        raw |= added
        raw -= removed
        self.undo_log.append(("discard", raw, added, removed))
        if node is not None:
            self._say_whole(node)

    def set_attribute(self, raw: Any, name: str, value: Any) -> None:
        """Set an attribute of a by-value instance."""
        old = getattr(raw, name, MISSING)
        if type(old) in SCALARS and type(old) is type(value) and old == value:
            self.check_write()
            return
        node = self._enter(raw, [value])
        setattr(raw, name, value)
        self.undo_log.append(("attribute", raw, name, old))
        if node is None:
            return
        stored = getattr(raw, name)  # a converter of the class may have had its say
        self._relink(node, [] if old is MISSING else [(name, old)], [(name, stored)])
        self._say(node, name, old, stored)

    def _enter(self, raw: Any, values: list[Any], keys: Iterable[Any] = ()) -> Node | None:
        """Check the right and the new values; return the node of a reachable container."""
        self.check_write()
        node = self.links.node(raw)
        if node is None:
            return None
        roots = self.links.roots(node)
        public = next((field for field in roots if field.is_public), None)
        for value in (*values, *keys):
            self._validate(public, value)
            if is_container(value):
                self.links.refuse_cycle(value, node)
        return node

    def _validate(self, field: Field[Any] | None, value: Any) -> None:
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
                for field in self.links.roots(node):
                    self._change(field, self.values[field]).replaced = True

    # The change log

    def _change(self, field: Field[Any], old: Any) -> Change:
        change = self.changes.get(field)
        if change is None:
            change = self.changes[field] = Change(old)
        if self.computed is not None:
            self.computed.invalidate(field)
        return change

    def _address(self, node: Node | None) -> tuple[Change, tuple[str, ...]] | None:
        """Mark what a change of this container affects; return where to write its operation.

        None where no operation is needed: nothing holds it, it is new, or its var goes whole.
        """
        if node is None:
            return None
        found = self.links.path(node)
        if found is None:
            for field in self.links.roots(node):
                self._change(field, self.values[field]).replaced = True
            return None
        field, path, fresh = found
        change = self._change(field, self.values[field])
        if fresh or change.replaced or not field.is_public:
            return None
        return change, path

    def _say(
        self,
        node: Node,
        key: Any,
        old: Any,
        value: Any,
        *,
        tokens: tuple[str, ...] | None = None,
        whole: bool = False,
    ) -> None:
        address = self._address(node)
        if address is None:
            return
        change, path = address
        if whole:
            self._say_whole(node, address)
            return
        change.ops.append(_entry((*path, *(tokens or node.tokens(key))), old, value))

    def _say_whole(
        self, node: Node, address: tuple[Change, tuple[str, ...]] | None = None
    ) -> None:
        """Send a container whole: its changes do not pay, or its wire form is another now."""
        address = address or self._address(node)
        if address is None:
            return
        change, path = address
        if not path:
            change.replaced = True
            return
        node.born = self.links.serial
        change.ops.append(("replace", path, node.raw, None))

    def _say_splice(
        self,
        node: Node,
        address: tuple[Change, tuple[str, ...]],
        start: int,
        old: list[Any],
        items: list[Any],
    ) -> None:
        change, path = address
        size, removed = len(node.raw), len(old)
        if max(removed, len(items)) > 8 and removed + len(items) > size // 2:
            self._say_whole(node, address)
            return
        both = min(removed, len(items))
        for offset in range(both):
            change.ops.append(_entry((*path, str(start + offset)), old[offset], items[offset]))
        for _ in range(removed - both):
            change.ops.append(_entry((*path, str(start + both)), None, MISSING))
        for offset in range(both, len(items)):
            change.ops.append(_entry((*path, str(start + offset)), MISSING, items[offset]))

    # The end of a transaction

    def commit(self) -> list[PatchOp]:
        """Make the changes so far final and return them as operations; the right stays open."""
        ops: list[PatchOp] = []
        for field, change in self.changes.items():
            if field.is_public:
                ops.extend(self._operations(field, change))
        self.changes.clear()
        self.undo_log.clear()
        self.links.serial += 1
        if self.computed is not None:
            ops.extend(self.computed.commit())
        return ops

    def _operations(self, field: Field[Any], change: Change) -> Iterator[PatchOp]:
        value = self.values[field]
        if not change.replaced:
            for kind, path, item, whole in change.ops:
                wire = None if kind == "remove" else encode_value(item)
                yield PatchOp(kind, pointer((*field.path, *path)), wire, whole)
            return
        old = change.old
        if type(value) is type(old) and type(value) in SCALARS:
            if value == old:
                return
        kind, path, item, whole = _entry(field.path, old, value)
        yield PatchOp(kind, field.pointer, encode_value(item), whole)

    def rollback(self) -> None:
        """Undo everything since the last commit; the right stays open."""
        for step in reversed(self.undo_log):
            self._undo(step)
        self.undo_log.clear()
        if self.computed is not None:
            for field in self.changes:
                self.computed.invalidate(field)
        self.changes.clear()
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

    def committed(self) -> CommittedCopy:
        """Return the values as last committed, whatever an open transaction has done since."""
        return CommittedCopy(self.undo_log)

    def committed_tree(self) -> StateTree:
        """Return a tree of its own that holds the committed values and the same states."""
        copy, tree = self.committed(), StateTree(self.host)
        tree.values = {field: copy.value(field, value) for field, value in self.values.items()}
        for cls in self.instances:
            instance = tree.instances[cls] = object.__new__(cls)
            object.__setattr__(instance, "_tree", tree)
        return tree


def _entry(path: tuple[str, ...], old: Any, value: Any) -> ChangeEntry:
    """Return the log entry that says that a place went from one value to another."""
    if value is MISSING:
        return ("remove", path, None, None)
    if old is MISSING:
        return ("add", path, value, None)
    if type(value) is str and type(old) is str and old and value.startswith(old):
        return ("append", path, value[len(old) :], value)
    return ("replace", path, value, None)


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

