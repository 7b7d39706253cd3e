"""The change log: what an open transaction did, in the words of the delta to come.

An operation is noted with its path at the time and its value by reference; values are encoded at
commit. So what is new since the last commit needs no words for what happens inside it: the
operation that brought it in carries it as it is in the end.

Several changes of one scalar are one entry: a later one is folded into the first, for as long as
nothing has moved in between. So a loop that counts in a cell costs one operation, and a string
that grows in steps is kept once, not once a step.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Protocol, TypeAlias

import attrs

from triostate.errors import UnsendableValueError
from triostate.state.codec import encode_value
from triostate.state.declared import DeclaredVar
from triostate.state.kinds import SCALARS, same_scalar
from triostate.state.links import Links
from triostate.state.nodes import Node, Way
from triostate.state.patch import PatchOp, pointer
from triostate.state.places import path_of
from triostate.state.transaction import MISSING

__all__ = ["ChangeLog"]

#: Kind of operation, path below the var, value by reference (with ``append`` the whole string),
#: and with ``append`` how long the string was.
Entry: TypeAlias = tuple[str, tuple[str, ...], Any, int]

#: Fewer elements than this are always sent one by one.
FEW_ITEMS = 8


@attrs.define(eq=False)
class _Change:
    """What happened to one var."""

    old: Any
    """The value that the var had, by reference: for scalars the committed value itself."""
    replaced: bool = False
    """The var is sent whole; its entries do not matter any more."""
    entries: list[Entry] = attrs.field(factory=list)
    foldable: dict[tuple[str, ...], int] = attrs.field(factory=dict)
    """Entries into which a further change of the same scalar may be folded, by path."""

    def note(self, path: tuple[str, ...], old: Any, value: Any) -> None:
        """Note that a place, which does not move others, went from one value to another."""
        at = self.foldable.get(path)
        if type(value) in SCALARS and (old is MISSING or type(old) in SCALARS):
            if at is not None and old is not MISSING:
                self.entries[at] = _folded(self.entries[at], value)
                return
            self.foldable[path] = len(self.entries)
        elif old is MISSING or type(old) in SCALARS:
            self.foldable.pop(path, None)
        else:
            self.foldable.clear()  # what was inside is not there any more
        self.entries.append(_entry(path, old, value))

    def move(self, path: tuple[str, ...], old: Any, value: Any) -> None:
        """Note that a place went from one value to another and what is behind it has moved."""
        self.foldable.clear()
        self.entries.append(_entry(path, old, value))

    def replace(self) -> None:
        """Note that the var is sent whole."""
        self.replaced = True
        self.entries.clear()
        self.foldable.clear()


class Dependants(Protocol):
    """What is computed from vars."""

    def invalidate(self, changed: DeclaredVar) -> None: ...


class ChangeLog:
    """The changes of one session's open transaction, by var."""

    def __init__(
        self, links: Links, values: Mapping[DeclaredVar, Any], computed: Dependants
    ) -> None:
        self._links = links
        self._values = values
        self._computed = computed
        self._changes: dict[DeclaredVar, _Change] = {}

    def __contains__(self, var: DeclaredVar) -> bool:
        """Whether something has happened to the var."""
        return var in self._changes

    def replace(self, var: DeclaredVar, old: Any) -> None:
        """Note that a var as a whole has another value."""
        self._change(var, old).replace()

    def _change(self, var: DeclaredVar, old: Any) -> _Change:
        change = self._changes.get(var)
        if change is None:
            change = self._changes[var] = _Change(old)
        self._computed.invalidate(var)
        return change

    def _place(self, way: Way) -> tuple[_Change, tuple[str, ...]] | None:
        """Mark what a change of a container affects; return where to write its entries.

        None where no entry is needed: nothing holds it, it is new, or what holds it goes whole.
        """
        if way.var is None:
            for var in way.roots:
                change = self._change(var, self._values[var])
                if not way.is_fresh:
                    change.replace()
            return None
        change = self._change(way.var, self._values[way.var])
        if way.is_fresh or change.replaced or not way.var.is_public:
            return None
        if way.whole is not None:
            self._whole(change, way.whole)
            return None
        path = path_of(way.node, self._links.nodes)
        if path is None:
            change.replace()
            return None
        return change, path

    def touch(self, way: Way) -> None:
        """Note that something about a container has changed that is not sent."""
        for var in way.roots:
            self._change(var, self._values[var])

    def item(self, way: Way, key: Any, old: Any, value: Any) -> None:
        """Note a change of what a container has at one key; MISSING for absent."""
        place = self._place(way)
        if place is not None:
            change, path = place
            change.note((*path, *way.node.tokens(key)), old, value)

    def members(self, way: Way, added: list[Any], removed: list[Any]) -> None:
        """Note that members came to a set, and others went."""
        place = self._place(way)
        if place is None:
            return
        change, path = place
        if FEW_ITEMS < len(added) + len(removed) > len(way.node.raw) // 2:
            self._whole(change, way.node)
            return
        for member in removed:
            change.note((*path, *way.node.tokens(member)), 1, MISSING)
        for member in added:
            change.note((*path, *way.node.tokens(member)), MISSING, 1)

    def whole(self, way: Way) -> None:
        """Note that a container is sent whole: single changes do not pay, or do not say it."""
        place = self._place(way)
        if place is not None:
            self._whole(place[0], way.node)

    def _whole(self, change: _Change, node: Node) -> None:
        path = path_of(node, self._links.nodes)
        if not path:  # it is the var's own value, or lost
            change.replace()
            return
        assert node.holder is not None
        node.holder.born = self._links.serial
        change.move(path, node.raw, node.raw)

    def splice(
        self, way: Way, start: int, old: list[Any], new: list[Any], same: Container[int]
    ) -> None:
        """Note that a list has other items from ``start`` on, but at the indexes in ``same``."""
        place = self._place(way)
        if place is None:
            return
        change, path = place
        if max(len(old), len(new)) > FEW_ITEMS and len(old) + len(new) > len(way.node.raw) // 2:
            self._whole(change, way.node)
            return
        both = min(len(old), len(new))
        for index, (before, after) in enumerate(zip(old, new, strict=False), start):
            if index not in same:
                change.note((*path, str(index)), before, after)
        for item in old[both:]:
            change.move((*path, str(start + both)), item, MISSING)
        for index, item in enumerate(new[both:], start + both):
            change.move((*path, str(index)), MISSING, item)

    def operations(self) -> list[PatchOp]:
        """Return the changes of public vars as operations, values encoded as they are now.

        Raises UnsendableValueError if something that cannot be sent was put into a value past
        the state, by a reference from before it was stored.
        """
        ops: list[PatchOp] = []
        for var, change in self._changes.items():
            if var.is_public:
                ops += _sendable(var, change, self._values[var])
        return ops

    def clear(self) -> None:
        """Forget all: they have been committed."""
        self._changes.clear()

    def undone(self) -> None:
        """Forget all: they have been undone, and what was computed from them is stale."""
        for var in self._changes:
            self._computed.invalidate(var)
        self._changes.clear()


def _entry(path: tuple[str, ...], old: Any, value: Any) -> Entry:
    """Return the entry that says that a place went from one value to another."""
    if value is MISSING:
        return ("remove", path, None, 0)
    if old is MISSING:
        return ("add", path, value, 0)
    if type(value) is str and type(old) is str and old and value.startswith(old):
        return ("append", path, value, len(old))
    return ("replace", path, value, 0)


def _folded(entry: Entry, value: Any) -> Entry:
    """Return an entry of a scalar with a further value in place of its own."""
    kind, path, before, length = entry
    if kind == "append" and not (type(value) is str and value.startswith(before)):
        kind, length = "replace", 0
    return (kind, path, value, length)


def _sendable(var: DeclaredVar, change: _Change, value: Any) -> list[PatchOp]:
    if not change.replaced:
        try:
            return [_operation(var.pointer, entry) for entry in change.entries]
        except UnsendableValueError:
            # Something was brought in, taken out again, and then given what could not stay in.
            change.replace()
    return _replacement(var.pointer, change.old, value)


def _operation(where: str, entry: Entry) -> PatchOp:
    kind, path, value, length = entry
    where += pointer(path)
    if kind == "append":  # text, which was looked through when it was assigned
        return PatchOp(kind, where, value[length:], value)
    return PatchOp(kind, where, None if kind == "remove" else encode_value(value))


def _replacement(where: str, old: Any, value: Any) -> list[PatchOp]:
    if type(value) is type(old) and type(value) in SCALARS:
        if same_scalar(value, old):
            return []
        if type(value) is str and old and value.startswith(old):
            return [PatchOp("append", where, value[len(old) :], value)]
    return [PatchOp("replace", where, encode_value(value))]
