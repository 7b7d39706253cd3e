"""The steps that change tracked values in place, and their inverse.

Each checks the right to write and the new values, changes the raw value, keeps the links, and
writes both logs: the undo log and, for what a var reaches, the change log. A value that no var
reaches any more changes as any Python object does; only the undo log hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from triostate.state.admission import admit
from triostate.state.changes import ChangeLog
from triostate.state.codec import by_value_fields
from triostate.state.copies import unwrap
from triostate.state.inverse import UndoLog, reorder, restore, undo
from triostate.state.keys import Keys, stored_key
from triostate.state.kinds import SCALARS, attributes, is_container, same_scalar
from triostate.state.links import Links
from triostate.state.nodes import Node, Way
from triostate.state.size import StateSize
from triostate.state.transaction import MISSING, Undo

__all__ = ["Steps"]


class Guard(Protocol):
    """What says who may write."""

    def check_write(self, what: str = ...) -> None: ...


class Steps:
    """The ways in which the values of one session change in place."""

    def __init__(
        self, tree: Guard, links: Links, log: UndoLog, changes: ChangeLog, size: StateSize
    ) -> None:
        self._tree = tree
        self._links = links
        self._log = log
        self._changes = changes
        self._size = size

    # Lists

    def splice(self, raw: list[Any], start: int, stop: int, given: Iterable[Any]) -> None:
        """Replace ``raw[start:stop]``, 0 <= start <= stop <= len, by other items."""
        old, given = raw[start:stop], list(given)
        items = [self._own(item) for item in given]
        known = set(map(id, old))
        came = [item for item in items if id(item) not in known]
        way = self._enter(raw, came, old[0] if len(old) == 1 else None)
        raw[start:stop] = items
        if len(old) == len(items) == 1:
            step = ("splice", raw, start, 1, old)
            self._log.replace(step, raw, start, old[0], items[0])
            self._size.replace(old[0], items[0])
        else:
            self._size.replace_items(old, items)
            self._log.shift(("splice", raw, start, len(items), old), raw)
        if way is not None:
            way.node.shift(start, len(items) - len(old))
            # What its own view puts in its own place has not come anew.
            same = {
                start + at
                for at, (before, value, item) in enumerate(zip(old, items, given, strict=False))
                if before is value and (item is not value or type(value) in SCALARS)
            }
            self._relink(way.node, _numbered(start, old, same), _numbered(start, items, same))
            self._changes.splice(way, start, old, items, same)

    def set_item(self, raw: list[Any], index: int, given: Any) -> None:
        """Replace one item of a list, 0 <= index < len."""
        if self._is_same(raw[index], given):
            self._tree.check_write()
        else:
            self.splice(raw, index, index + 1, [given])

    # Dicts

    def put(self, raw: dict[Any, Any], key: Any, given: Any) -> None:
        """Set a key of a dict."""
        old = dict.get(raw, key, MISSING)
        if self._is_same(old, given):
            self._tree.check_write()
            return
        key = unwrap(key) if old is MISSING else stored_key(raw, key)
        value = self._own(given)
        way = self._enter(raw, [value], old)
        keys = None if way is None else self._keys(way)
        if keys is not None and old is MISSING:
            keys.admit([key], raw)
        was_odd = keys is not None and keys.are_odd
        raw[key] = value
        self._log.replace(("put", raw, key, old, None), raw, key, old, value)
        self._size.replace(old, value)
        if old is MISSING:
            self._size.add_entries((key,))
        if way is None:
            return
        if keys is not None and old is MISSING:
            keys.change([key], ())
        self._relink(way.node, _items(key, old), {key: value})
        self._note_key(way, keys, was_odd, key, old, value)

    def drop(self, raw: dict[Any, Any], key: Any) -> None:
        """Delete a key, which is there, of a dict."""
        way = self._enter(raw, ())
        keys = None if way is None else self._keys(way)
        was_odd = keys is not None and keys.are_odd
        key = stored_key(raw, key)
        order, is_last = None, False
        if self._log.needs_order(raw):
            is_last = next(reversed(raw)) is key
            order = None if is_last else self._log.order(raw)
        # Taken out by `popitem` the last key leaves no gap for the next search to walk over.
        old = raw.popitem()[1] if is_last else raw.pop(key)
        self._log.append(("put", raw, key, old, order))
        if way is None:
            return
        if keys is not None:
            keys.change((), [key])
        self._relink(way.node, {key: old}, {})
        self._note_key(way, keys, was_odd, key, old, MISSING)

    def move_to_back(self, raw: dict[Any, Any], key: Any) -> None:
        """Move a key, which is there, to the end of a dict."""
        key = stored_key(raw, key)
        value = dict.__getitem__(raw, key)
        self.drop(raw, key)
        self.put(raw, key, value)

    def move_to_front(self, raw: dict[Any, Any], key: Any) -> None:
        """Move a key, which is there, to the front of a dict."""
        way = self._enter(raw, ())
        key, order = stored_key(raw, key), list(raw)
        reorder(raw, [key, *(other for other in order if other != key)])
        self._log.append(("order", raw, order))
        if way is not None:
            self._changes.whole(way)

    def _keys(self, way: Way) -> Keys | None:
        """Return what is known of the keys, or members, of a container that is sent."""
        if way.public is not None:
            return way.node.keys_on_wire()
        way.node.keys = None
        return None

    def _note_key(
        self, way: Way, keys: Keys | None, was_odd: bool, key: Any, old: Any, value: Any
    ) -> None:
        if keys is not None and keys.are_odd != was_odd:
            self._changes.whole(way)  # its wire form is another now
        else:
            self._changes.item(way, key, old, value)

    # Sets

    def change_set(self, raw: set[Any], add: Iterable[Any], remove: Iterable[Any]) -> None:
        """Add members to a set, and remove others."""
        added = [member for member in dict.fromkeys(map(unwrap, add)) if member not in raw]
        removed = [stored_key(raw, member) for member in dict.fromkeys(remove) if member in raw]
        way = self._enter(raw, added)
        if not added and not removed:
            return
        keys = None if way is None else self._keys(way)
        if keys is not None:
            keys.admit(added, raw)
        raw.update(added)
        raw.difference_update(removed)
        self._log.append(("members", raw, added, removed))
        self._size.add_entries(added)
        if keys is not None:
            keys.change(added, removed)
        if way is not None:
            self._changes.members(way, added, removed)

    def pop_member(self, raw: set[Any]) -> Any:
        """Remove some member of a set that is not empty, and return it."""
        self._tree.check_write()
        # Python's own `pop` does not start its search at the front each time, as `iter` does.
        member = raw.pop()
        raw.add(member)
        self.change_set(raw, (), (member,))
        return member

    # Instances

    def set_attribute(self, raw: Any, name: str, given: Any) -> None:
        """Set an attribute of a by-value instance, and whatever its class changes besides."""
        old = getattr(raw, name, MISSING)
        is_bare = _sets_attributes_as_objects_do(type(raw))
        if is_bare and self._is_same(old, given):
            self._tree.check_write()
            return
        value = self._own(given)
        way = self._enter(raw, ())
        before = {name: old} if is_bare else {**attributes(raw), name: old}
        try:
            setattr(raw, name, value)
            after = {key: getattr(raw, key, MISSING) for key in before}
            for key, new in after.items():
                if new is not before[key]:
                    self._admit(raw, way, [new], before[key])
        except BaseException:
            self._restore(raw, before)
            raise
        again = value is old and after[name] is old
        for key, new in after.items():
            if new is not before[key] or (again and key == name):
                self._note_attribute(way, raw, key, before[key], new)

    def _restore(self, raw: Any, before: dict[str, Any]) -> None:
        for key, old in before.items():
            if getattr(raw, key, MISSING) is not old:
                restore(raw, key, old)

    def _note_attribute(self, way: Way | None, raw: Any, name: str, old: Any, new: Any) -> None:
        self._log.replace(("attribute", raw, name, old), raw, name, old, new)
        self._size.replace(old, new)
        if way is None:
            return
        if name in (by_value_fields(type(raw)) or ()):
            self._relink(way.node, _items(name, old), _items(name, new))
            self._changes.item(way, name, old, new)
        elif _makes_fields(type(raw)):
            self._changes.whole(way)
        else:
            self._changes.touch(way)

    # What all have in common

    def _own(self, given: Any) -> Any:
        if type(given) in SCALARS:
            return given
        return unwrap(given, self._tree, self._links.nodes)

    def _is_same(self, old: Any, given: Any) -> bool:
        """Whether a place has already what it is given.

        Its own view is the same: ``row.tags += [1]`` has changed the list already and assigns it
        once more. The plain object is not: it may have been filled meanwhile.
        """
        if type(given) in SCALARS:
            return type(old) is type(given) and same_scalar(old, given)
        return given is not old and unwrap(given, self._tree) is old

    def _enter(self, raw: Any, values: Iterable[Any], old: object = None) -> Way | None:
        """Check the right and the new values; return the way to a reachable container.

        ``old`` is what one of them may take the place of.
        """
        self._tree.check_write()
        node = self._links.node(raw)
        way = None if node is None else self._links.climb(node)
        self._admit(raw, way, values, old)
        return way

    def _admit(self, raw: Any, way: Way | None, values: Iterable[Any], old: object) -> None:
        """Check values that are about to be held by a container."""
        for value in values:
            if way is None:
                if type(value) not in SCALARS:
                    self._links.refuse_holding(value, raw)
                continue
            admit(value, way.public, way.depth, old)
            if is_container(value):
                self._links.refuse_cycle(value, way.node)

    def _relink(self, node: Node, old: dict[Any, Any], new: dict[Any, Any]) -> None:
        """Keep the links of a container that holds other values at some keys."""
        # What only moves is linked in its new place before it is unlinked from the old one, so
        # that what is inside it stays linked.
        for key, value in new.items():
            if type(value) in SCALARS:
                continue
            if key in old and old[key] is value:
                self._links.renew(value, node, key)
            else:
                self._links.link(value, node, key)
        for key, value in old.items():
            if not (key in new and new[key] is value):
                self._links.unlink(value, node, key)

    # The inverse

    def undo(self, step: Undo) -> None:
        """Apply one inverse step to a value, and keep the links."""
        name, target, *arguments = step
        node = self._links.node(target)
        if node is None:
            undo(step)
            return
        if node.keys is not None:
            _undo_keys(node.keys, step)
        before, after = _held(step)
        undo(step)
        if name == "splice":
            node.shift(arguments[0], len(after) - len(before))
        self._relink(node, before, after)


def _undo_keys(keys: Keys, step: Undo) -> None:
    match step:
        case ("put", raw, key, old, _):
            came = [key] if key not in raw else []
            keys.change(came, [key] if old is MISSING else [])
        case ("members", _, added, removed):
            keys.change(removed, added)


def _held(step: Undo) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return what a step's target holds there before and after the step is undone."""
    match step:
        case ("splice", raw, start, count, old):
            return (
                dict(enumerate(raw[start : start + count], start)),
                dict(enumerate(old, start)),
            )
        case ("put", raw, key, old, _):
            return _items(key, dict.get(raw, key, MISSING)), _items(key, old)
        case ("attribute", raw, name, old):
            return _items(name, getattr(raw, name, MISSING)), _items(name, old)
    return {}, {}


def _numbered(start: int, values: list[Any], same: set[int]) -> dict[int, Any]:
    return {at: value for at, value in enumerate(values, start) if at not in same}


def _items(key: Any, value: Any) -> dict[Any, Any]:
    return {} if value is MISSING else {key: value}


def _sets_attributes_as_objects_do(cls: Any) -> bool:
    return cls.__setattr__ is object.__setattr__


def _makes_fields(cls: type) -> bool:
    """Whether a field of a by-value class is a property, made from attributes beside the fields."""
    return any(
        isinstance(getattr(cls, name, None), property) for name in by_value_fields(cls) or ()
    )
