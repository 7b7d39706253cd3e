"""The cache of computed vars: what depends on what, and what has to be run again.

What a computed var depends on is what its last run read, of whatever state. A change to one of
those marks it stale; it is run again when somebody reads it, at the latest by the commit, and its
operation is sent only if the value is another.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

import attrs

from triostate.state.codec import JSON, encode_value
from triostate.state.declared import DeclaredComputed
from triostate.state.patch import PatchOp

__all__ = ["ComputedCache"]


class Tree(Protocol):
    """What the cache needs of the state tree."""

    instances: dict[type[Any], Any]

    @property
    def computed(self) -> ComputedCache: ...
    @property
    def is_changed(self) -> bool: ...
    def committed_tree(self) -> Any: ...
    def report(self, where: str, error: Exception) -> None: ...


@attrs.define(eq=False)
class _Entry:
    value: Any
    reads: set[Hashable]
    is_stale: bool = False


class ComputedCache:
    """The computed values of one session."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._entries: dict[DeclaredComputed, _Entry] = {}
        self._readers: dict[Hashable, set[DeclaredComputed]] = {}
        self._recorders: list[set[Hashable]] = []
        self._unsure: set[DeclaredComputed] = set()
        """Those that may have another value than the browser has been sent."""
        self._sent: dict[DeclaredComputed, JSON] = {}

    @property
    def is_running(self) -> bool:
        """Whether a computed var is being run."""
        return bool(self._recorders)

    def record(self, read: Hashable) -> None:
        """Note what is read, if a computed var is being run."""
        if self._recorders:
            self._recorders[-1].add(read)

    def invalidate(self, changed: Hashable) -> None:
        """Mark stale what depends on a var, through other computed vars too."""
        for reader in self._readers.get(changed, ()):
            self._unsure.add(reader)
            entry = self._entries[reader]
            if not entry.is_stale:
                entry.is_stale = True
                self.invalidate(reader)

    def read(self, computed: DeclaredComputed, instance: Any) -> Any:
        """Return the value, run anew if it is stale; raises what the method raises."""
        self.record(computed)
        entry = self._entries.get(computed)
        if entry is None or entry.is_stale:
            entry = self._run(computed, instance)
        return entry.value

    def _run(self, computed: DeclaredComputed, instance: Any) -> _Entry:
        reads: set[Hashable] = set()
        self._recorders.append(reads)
        try:
            value = computed.fn(instance)
        finally:
            self._recorders.pop()
            self._subscribe(computed, reads)
        entry = self._entries[computed] = _Entry(value, reads)
        return entry

    def _subscribe(self, computed: DeclaredComputed, reads: set[Hashable]) -> None:
        # Also after a failure: the next change of what it read gives it another chance.
        entry = self._entries.setdefault(computed, _Entry(None, set(), is_stale=True))
        for read in entry.reads:
            self._readers[read].discard(computed)
        for read in reads:
            self._readers.setdefault(read, set()).add(computed)
        entry.reads = reads

    def wire(self, computed: DeclaredComputed) -> JSON:
        """Return the wire form for a snapshot, and remember that the browser has it.

        While a transaction is open a var that was never sent is computed from the committed
        values, on a tree of its own; the commit then computes it anew.
        """
        if computed not in self._sent:
            tree: Any = self._tree
            if tree.is_changed:
                tree = tree.committed_tree()
                self._unsure.add(computed)
            self._sent[computed] = self._first_wire(computed, tree)
        return self._sent[computed]

    def _first_wire(self, computed: DeclaredComputed, tree: Any) -> JSON:
        try:
            return encode_value(tree.computed.read(computed, tree.instances[computed.owner]))
        except Exception as error:  # noqa: BLE001 - crash wall: user code; the page must be shown
            self._tree.report(computed.label, error)
            return None

    def commit(self) -> list[PatchOp]:
        """Run what may have changed and the browser has; return what is different now."""
        ops: list[PatchOp] = []
        unsure, self._unsure = self._unsure, set()
        for computed in unsure & self._sent.keys():
            try:
                wire = encode_value(self.read(computed, self._tree.instances[computed.owner]))
            except Exception as error:  # noqa: BLE001 - crash wall: user code; the commit stands
                self._tree.report(computed.label, error)
                continue
            if _differs(wire, self._sent[computed]):
                self._sent[computed] = wire
                ops.append(PatchOp("replace", computed.pointer, wire))
        return ops


def _differs(left: JSON, right: JSON) -> bool:
    # Equal is not enough: to Python True == 1, to a browser they are not the same.
    return bool(left != right) or repr(left) != repr(right)
