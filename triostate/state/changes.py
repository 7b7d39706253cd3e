"""The change log: what an open transaction did, in the words of the delta to come.

An operation is noted with its path at the time and its value by reference; values are encoded at
commit. So what is new since the last commit needs no words for what happens inside it: the
operation that brought it in carries it as it is in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from triostate.errors import UnsendableValueError
from triostate.state.codec import encode_value
from triostate.state.computed_cache import ComputedCache
from triostate.state.declared import DeclaredVar
from triostate.state.kinds import SCALARS
from triostate.state.links import Links, Node
from triostate.state.patch import PatchOp, pointer
from triostate.state.transaction import MISSING

__all__ = ["ChangeLog"]

#: Kind of operation, path below the var, value by reference, and with ``append`` the whole string.
Entry: TypeAlias = tuple[str, tuple[str, ...], Any, str | None]

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


_Place: TypeAlias = tuple[_Change, tuple[str, ...]]


class ChangeLog:
    """The changes of one session's open transaction, by var."""

    def __init__(
        self, links: Links, values: Mapping[DeclaredVar, Any], computed: ComputedCache
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
        self._change(var, old).replaced = True

    def _change(self, var: DeclaredVar, old: Any) -> _Change:
        change = self._changes.get(var)
        if change is None:
            change = self._changes[var] = _Change(old)
        self._computed.invalidate(var)
        return change

    def replace_roots(self, node: Node) -> None:
        """Note that every var that reaches a container has to be sent whole."""
        for var in self._links.roots(node):
            self.replace(var, self._values[var])

    def _place(self, node: Node) -> _Place | None:
        """Mark what a change of this container affects; return where to write its entries.

        None where no entry is needed: nothing holds it, it is new, or its var goes whole.
        """
        found = self._links.path(node)
        if found is None:
            self.replace_roots(node)
            return None
        var, path, is_new = found
        change = self._change(var, self._values[var])
        if is_new or change.replaced or not var.is_public:
            return None
        return change, path

    def item(self, node: Node, tokens: tuple[str, ...], old: Any, value: Any) -> None:
        """Note a change of what a container has at one key; MISSING for absent."""
        place = self._place(node)
        if place is not None:
            change, path = place
            change.entries.append(_entry((*path, *tokens), old, value))

    def whole(self, node: Node) -> None:
        """Note that a container is sent whole: single changes do not pay, or do not say it."""
        place = self._place(node)
        if place is not None:
            self._whole(node, place)

    def _whole(self, node: Node, place: _Place) -> None:
        change, path = place
        if not path:
            change.replaced = True
            return
        node.born = self._links.serial
        change.entries.append(("replace", path, node.raw, None))

    def splice(self, node: Node, start: int, old: list[Any], new: list[Any]) -> None:
        """Note that a list has other items from ``start`` on."""
        place = self._place(node)
        if place is None:
            return
        if max(len(old), len(new)) > FEW_ITEMS and len(old) + len(new) > len(node.raw) // 2:
            self._whole(node, place)
            return
        change, path = place
        both = min(len(old), len(new))
        for index, (before, after) in enumerate(zip(old, new, strict=False), start):
            change.entries.append(_entry((*path, str(index)), before, after))
        for item in old[both:]:
            change.entries.append(_entry((*path, str(start + both)), item, MISSING))
        for index, item in enumerate(new[both:], start + both):
            change.entries.append(_entry((*path, str(index)), MISSING, item))

    def operations(self) -> list[PatchOp]:
        """Return the changes of public vars as operations, values encoded as they are now."""
        return [
            op
            for var, change in self._changes.items()
            if var.is_public
            for op in _sendable(var, change, self._values[var])
        ]

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
        return ("remove", path, None, None)
    if old is MISSING:
        return ("add", path, value, None)
    if type(value) is str and type(old) is str and old and value.startswith(old):
        return ("append", path, value[len(old) :], value)
    return ("replace", path, value, None)


def _sendable(var: DeclaredVar, change: _Change, value: Any) -> list[PatchOp]:
    try:
        return list(_operations(var, change, value))
    except UnsendableValueError:
        # Something was brought in, taken out again, and then given what could not stay in.
        change.replaced = True
        return list(_operations(var, change, value))


def _operations(var: DeclaredVar, change: _Change, value: Any) -> Iterator[PatchOp]:
    entries = change.entries
    if change.replaced:
        old = change.old
        if type(value) is type(old) and type(value) in SCALARS and value == old:
            return
        entries = [_entry((), old, value)]
    for kind, path, item, whole in entries:
        wire = None if kind == "remove" else encode_value(item)
        yield PatchOp(kind, var.pointer + pointer(path), wire, whole)
