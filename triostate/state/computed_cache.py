"""The cache of computed vars: what depends on what, and what has to be run again.

What a computed var depends on is what its last run read, of whatever state. A change to one of
those marks it stale; it is run again when somebody reads it, at the latest by the commit, and what
is different is sent. One that raises keeps the value that the browser has; it is reported once,
until it has worked again or fails in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from typing import Any, Protocol

import attrs

from triostate.errors import ImmutableStateError
from triostate.state.codec import JSON, encode_json, encode_value
from triostate.state.declared import DeclaredComputed
from triostate.state.inverse import UndoLog
from triostate.state.links import Links
from triostate.state.patch import PatchOp
from triostate.state.steps import Steps
from triostate.state.views import wrap

__all__ = ["ComputedCache"]


class Tree(Protocol):
    """What the cache needs of the state tree."""

    instances: dict[type[Any], Any]

    @property
    def computed(self) -> ComputedCache: ...
    def report(self, where: str, error: Exception) -> None: ...


@attrs.define(eq=False)
class _Entry:
    value: Any
    reads: dict[Hashable, None]
    is_stale: bool = False


class _Guard:
    """In place of a state tree: what a computed var has returned is handed out to be read."""

    def __init__(self) -> None:
        nothing: Any = None
        self.steps = Steps(self, Links(), UndoLog(), nothing, nothing)

    def may_write(self) -> bool:
        return False

    def check_write(self, what: str = "the value") -> None:
        raise ImmutableStateError(
            f"{what} of a computed var may not be changed: change what it is computed from, or "
            "take a copy, `ts.plain(...)`"
        )


@attrs.frozen
class _Sent:
    """A value that the browser has."""

    wire: JSON
    text: bytes
    """The same as JSON text, in which True and 1 are not the same."""


_NOTHING = _Sent(None, b"null")


class ComputedCache:
    """The computed values of one session."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._entries: dict[DeclaredComputed, _Entry] = {}
        self._readers: dict[Hashable, dict[DeclaredComputed, None]] = {}
        self._recorders: list[dict[Hashable, None]] = []
        self._running: list[DeclaredComputed] = []
        self._guard = _Guard()
        self._unsure: dict[DeclaredComputed, None] = {}
        """Those that may have another value than the browser has been sent, in order."""
        self._sent: dict[DeclaredComputed, _Sent] = {}
        self._failing: dict[DeclaredComputed, str] = {}
        """What was reported of those that raised at their last run for the browser."""

    @property
    def is_running(self) -> bool:
        """Whether a computed var is being run."""
        return bool(self._recorders)

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
        self._readers.clear()
        self._unsure.clear()
        self._sent.clear()
        self._failing.clear()

    def record(self, read: Hashable) -> None:
        """Note what is read, if a computed var is being run."""
        if self._recorders:
            self._recorders[-1][read] = None

    def invalidate(self, changed: Hashable) -> None:
        """Mark stale what depends on a var, through other computed vars too."""
        for reader in self._readers.get(changed, ()):
            self._unsure[reader] = None
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
        if computed in self._running:
            raise RecursionError(f"computed var {computed.label} reads itself")
        reads: dict[Hashable, None] = {}
        self._recorders.append(reads)
        self._running.append(computed)
        try:
            value = computed.fn(instance)
        finally:
            self._recorders.pop()
            self._running.pop()
            self._subscribe(computed, reads)
        entry = self._entries[computed] = _Entry(wrap(self._guard, value), reads)
        return entry

    def _subscribe(self, computed: DeclaredComputed, reads: dict[Hashable, None]) -> None:
        # Also after a failure: the next change of what it read gives it another chance.
        entry = self._entries.setdefault(computed, _Entry(None, {}, is_stale=True))
        for read in entry.reads:
            self._readers[read].pop(computed, None)
        for read in reads:
            self._readers.setdefault(read, {})[computed] = None
        entry.reads = reads

    def wire(self, computed: DeclaredComputed, committed: Callable[[], Any]) -> JSON:
        """Return the wire form for a snapshot, and remember that the browser has it.

        ``committed`` returns a tree with the committed values: while a transaction is open one of
        its own, and then a var that was never sent is computed there, and at the commit anew.
        """
        if computed not in self._sent:
            tree = committed()
            if tree is not self._tree:
                self._unsure[computed] = None
            self._sent[computed] = self._try(computed, tree) or _NOTHING
        return self._sent[computed].wire

    def keep_sent(self, pointers: Collection[str]) -> None:
        """Forget what the browser has been sent of other computed vars: it has them no more.

        So one that nothing on show reads is not run at each commit.
        """
        for computed in [one for one in self._sent if one.pointer not in pointers]:
            del self._sent[computed]

    def commit(self) -> list[PatchOp]:
        """Run what may have changed and the browser has; return what is different now."""
        ops: list[PatchOp] = []
        if not self._unsure:
            return ops
        unsure, self._unsure = self._unsure, {}
        for computed in unsure:
            sent = self._sent.get(computed)
            if sent is not None:
                found = self._try(computed, self._tree)
                if found is not None:
                    self._sent[computed] = found
                    ops += _difference(computed.pointer, sent, found)
        return ops

    def _try(self, computed: DeclaredComputed, tree: Any) -> _Sent | None:
        """Run a computed var; None if it fails, which is reported unless it was already."""
        try:
            wire = encode_value(tree.computed.read(computed, tree.instances[computed.owner]))
        except Exception as error:  # noqa: BLE001 - crash wall: user code; the commit stands
            failure = f"{type(error)} {error}"
            if self._failing.get(computed) != failure:
                self._failing[computed] = failure
                self._tree.report(computed.label, error)
            return None
        self._failing.pop(computed, None)
        return _Sent(wire, encode_json(wire))


def _difference(pointer: str, old: _Sent, new: _Sent) -> list[PatchOp]:
    """Return the operations from one value to another: what grew at its end costs what grew."""
    if old.text == new.text:
        return []
    if type(old.wire) is type(new.wire) is str and old.wire and new.wire.startswith(old.wire):
        return [PatchOp("append", pointer, new.wire[len(old.wire) :], new.wire)]
    if type(old.wire) is not list or not old.wire or type(new.wire) is not list:
        return [PatchOp("replace", pointer, new.wire)]
    if not new.text.startswith(old.text[:-1] + b","):
        return [PatchOp("replace", pointer, new.wire)]
    added = enumerate(new.wire[len(old.wire) :], len(old.wire))
    return [PatchOp("add", f"{pointer}/{at}", item) for at, item in added]
