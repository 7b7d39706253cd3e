"""Computed vars: methods whose value is cached and sent like a var's.

What a computed var depends on is what its last run read, of whatever state. A change to one of
those marks it stale; it is run again when somebody reads it, at the latest by the commit, and its
operation is sent only if the value is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import attrs

from ..errors import DefinitionError
from .codec import JSON, encode_value
from .expr import VarRef
from .kinds import plain
from .tree import PatchOp, StateTree, pointer
from .var import Var

if TYPE_CHECKING:
    from .state import State

__all__ = ["ComputedCache", "ComputedVar", "var"]

T = TypeVar("T")


class ComputedVar(Generic[T]):
    """A method that is read like a var."""

    owner: type[State]

    def __init__(self, fn: Callable[[Any], T], *, backend: bool = False) -> None:
        self.fn = fn
        self.name = fn.__name__
        self.is_public = not (backend or self.name.startswith("_"))
        self.__doc__ = fn.__doc__

    def bind(self, owner: type[State], name: str) -> None:
        """Take the place in a class that it was declared at."""
        self.owner, self.name = owner, name
        self.path = (owner.get_full_name(), name)
        self.pointer = pointer(self.path)
        self.label = f"{owner.__name__}.{name}"

    def copy(self) -> ComputedVar[T]:
        """Return the same declaration, for another class."""
        return ComputedVar(self.fn, backend=not self.is_public)

    @overload
    def __get__(self, instance: None, owner: type) -> Var[T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return Var(VarRef(*self.path))
        return cache_of(instance._tree).read(self, instance)

    def __set__(self, instance: Any, value: object) -> None:
        instance._tree.check_write(self.label)
        raise AttributeError(f"{self.label} is computed: it cannot be assigned")


@overload
def var(fn: Callable[[Any], T], /) -> ComputedVar[T]: ...
@overload
def var(*, backend: bool = False) -> Callable[[Callable[[Any], T]], ComputedVar[T]]: ...
def var(fn: Any = None, /, *, backend: bool = False) -> Any:
    """Declare a computed var: a method without arguments that only reads.

    With ``backend=True`` its value stays on the server. It is run again only when something that
    it read has changed, once a commit at most. One that raises at a commit keeps its value, is
    reported once, and the commit stands.
    """
    if fn is not None:
        return ComputedVar(fn)
    return lambda fn: ComputedVar(fn, backend=backend)


@attrs.define(eq=False)
class _Entry:
    value: Any
    reads: set[Any]
    is_stale: bool = False


class ComputedCache:
    """The computed values of one session."""

    def __init__(self, tree: StateTree) -> None:
        self._tree = tree
        self._entries: dict[ComputedVar[Any], _Entry] = {}
        self._readers: dict[Any, set[ComputedVar[Any]]] = {}
        self._recorders: list[set[Any]] = []
        self._stale: set[ComputedVar[Any]] = set()
        self.sent: dict[ComputedVar[Any], JSON] = {}
        """What the browser has, by var: what a snapshot shows while a transaction is open."""

    @property
    def recording(self) -> bool:
        """Whether a computed var is being run."""
        return bool(self._recorders)

    def record(self, read: Any) -> None:
        """Note that the var being run has read a field or a computed var."""
        self._recorders[-1].add(read)

    def invalidate(self, changed: Any) -> None:
        """Mark stale what depends on a field, through other computed vars too."""
        for reader in self._readers.get(changed, ()):
            entry = self._entries[reader]
            if not entry.is_stale:
                entry.is_stale = True
                self._stale.add(reader)
                self.invalidate(reader)

    def read(self, computed: ComputedVar[Any], instance: Any) -> Any:
        """Return the value, run anew if it is stale; raises what the method raises."""
        if self._recorders:
            self.record(computed)
        entry = self._entries.get(computed)
        if entry is None or entry.is_stale:
            entry = self._run(computed, instance)
        return entry.value

    def _run(self, computed: ComputedVar[Any], instance: Any) -> _Entry:
        reads: set[Any] = set()
        self._recorders.append(reads)
        try:
            value = plain(computed.fn(instance))
        finally:
            self._recorders.pop()
            self._subscribe(computed, reads)
        entry = self._entries[computed] = _Entry(value, reads)
        self._stale.discard(computed)
        return entry

    def _subscribe(self, computed: ComputedVar[Any], reads: Iterable[Any]) -> None:
        # Also after a failure: the next change of what it read gives it another chance.
        previous = self._entries.get(computed)
        for read in previous.reads if previous else ():
            self._readers[read].discard(computed)
        for read in reads:
            self._readers.setdefault(read, set()).add(computed)
        if previous is not None:
            previous.reads = set(reads)

    def wire(self, computed: ComputedVar[Any]) -> JSON:
        """Return the wire form for a snapshot, and remember that the browser has it.

        While a transaction is open a var that was never sent is computed from the committed
        values, on a tree of its own; the commit then computes it anew.
        """
        if computed not in self.sent:
            tree = self._tree
            if tree.undo_log:
                tree = tree.committed_tree()
                self._stale.add(computed)
            self.sent[computed] = self._first_wire(computed, tree)
        return self.sent[computed]

    def _first_wire(self, computed: ComputedVar[Any], tree: StateTree) -> JSON:
        try:
            value = cache_of(tree).read(computed, tree.instances[computed.owner])
            return encode_value(value)
        except Exception as error:  # crash wall: user code, and the page must be shown
            self._tree.report(computed.label, error)
            return None

    def commit(self) -> list[PatchOp]:
        """Run what is stale and the browser has; return what is different now."""
        ops: list[PatchOp] = []
        for computed in [c for c in self._stale if c in self.sent]:
            self._stale.discard(computed)
            try:
                instance = self._tree.instances[computed.owner]
                wire = encode_value(self.read(computed, instance))
            except Exception as error:  # crash wall: user code, and the commit stands
                self._tree.report(computed.label, error)
                continue
            if wire != self.sent[computed] or encoded_differs(wire, self.sent[computed]):
                self.sent[computed] = wire
                ops.append(PatchOp("replace", computed.pointer, wire))
        return ops


def encoded_differs(left: JSON, right: JSON) -> bool:
    """Whether two equal wire values differ in type somewhere (``True == 1`` in Python)."""
    return repr(left) != repr(right)


def cache_of(tree: StateTree) -> ComputedCache:
    """Return the tree's cache, made at first need."""
    if tree.computed is None:
        tree.computed = ComputedCache(tree)
    return tree.computed


def check_computed(fn: Callable[..., Any], label: str) -> None:
    """Raise DefinitionError unless the method takes ``self`` only."""
    code = getattr(fn, "__code__", None)
    if code is not None and (code.co_argcount != 1 or code.co_kwonlyargcount):
        raise DefinitionError(f"computed var {label} must take self and nothing else")
