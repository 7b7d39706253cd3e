"""Which container holds which: the graph from tracked values up to the vars that reach them.

Every container reachable from a var has a `Node` with its holders. With one holder all the way up,
a change has one path, found by the remembered key, verified by identity, else searched nearby.
With more than one, every var that reaches the value is affected as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from triostate.state.codec import encode_key, is_plain_key
from triostate.state.declared import DeclaredVar
from triostate.state.kinds import children, is_container

__all__ = ["COMMITTED", "Holder", "Links", "Node"]

#: A `Node.born` before every commit: the browser has the value already.
COMMITTED = -1


@attrs.define(eq=False)
class Holder:
    """One place that holds a container: a var, or a key of another container."""

    parent: Node | DeclaredVar
    key: Any = None


@attrs.define(eq=False)
class Node:
    """A tracked container and where it is held."""

    raw: Any
    born: int
    """The serial of the commit interval in which it came to be reachable: until that commit, the
    operation that brought it in carries it whole, and changes inside need no words of their own."""
    holders: list[Holder] = attrs.field(factory=list)
    odd_keys: int = 0
    """How many keys of a dict cannot stand in a JSON object: with any, it travels as ``$map``."""
    has_mixed_keys: bool = False
    """Whether a dict has, or had, a key that may equal one of another type (True, 1.0 and 1)."""

    def tokens(self, key: Any) -> tuple[str, ...]:
        """Return the pointer tokens from the wire form of this container to what it has at key."""
        raw = self.raw
        if isinstance(raw, list):
            return (str(key),)
        if isinstance(raw, dict):
            if not self.odd_keys:
                return (str(key),)
            return ("$map", encode_key(self._stored_key(key)))
        return ("$tuple" if isinstance(raw, tuple) else "$obj", str(key))

    def _stored_key(self, key: Any) -> Any:
        """Return the key that the dict has in its place: equal, but maybe of another type."""
        if type(key) is str or (type(key) is int and not self.has_mixed_keys):
            return key
        return next((stored for stored in self.raw if stored == key), key)

    def note_key(self, key: Any) -> None:
        """Take note of a key that a dict gets."""
        self.odd_keys += not is_plain_key(key)
        self.has_mixed_keys = self.has_mixed_keys or type(key) in (bool, float)


@attrs.define(eq=False)
class Links:
    """The graph of one session's tracked values."""

    nodes: dict[int, Node] = attrs.field(factory=dict)
    """By ``id`` of the raw value, which the node keeps alive."""
    serial: int = 0
    """Counts commits and rollbacks."""

    def node(self, raw: Any) -> Node | None:
        """Return the node of a reachable container, else None."""
        return self.nodes.get(id(raw))

    def link(
        self, value: Any, parent: Node | DeclaredVar, key: Any = None, *, born: int | None = None
    ) -> bool:
        """Record that a container is now held there; scalars need nothing.

        Return whether it, or a container inside it, was reachable already: it is shared now.
        """
        if not is_container(value):
            return False
        shared = True
        node = self.nodes.get(id(value))
        if node is None:
            node = self.nodes[id(value)] = Node(value, self.serial if born is None else born)
            if isinstance(value, dict):
                for name in value:
                    node.note_key(name)
            inside = [self.link(child, node, k, born=born) for k, child in children(value)]
            shared = any(inside)
        node.holders.append(Holder(parent, key))
        return shared

    def unlink(self, value: Any, parent: Node | DeclaredVar, key: Any = None) -> None:
        """Record that one holding is over; what nothing holds any more is forgotten."""
        if not is_container(value):
            return
        node = self.nodes[id(value)]
        mine = [holder for holder in node.holders if holder.parent is parent]
        node.holders.remove(next((h for h in mine if h.key == key), mine[0]))
        if not node.holders:
            del self.nodes[id(value)]
            for child_key, child in children(value):
                self.unlink(child, node, child_key)

    def refuse_cycle(self, value: Any, parent: Node) -> None:
        """Raise ValueError if storing ``value`` in ``parent`` would make it hold itself."""
        above = {id(node.raw) for node in self.ancestors(parent)}
        if any(id(part) in above for part in _parts(value)):
            raise ValueError("a value cannot be stored inside itself")

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Yield the node and every node above it, each once."""
        seen = {id(node)}
        waiting = [node]
        while waiting:
            current = waiting.pop()
            yield current
            for holder in current.holders:
                if isinstance(holder.parent, Node) and id(holder.parent) not in seen:
                    seen.add(id(holder.parent))
                    waiting.append(holder.parent)

    def roots(self, node: Node) -> set[DeclaredVar]:
        """Return every var that reaches the node."""
        return {
            holder.parent
            for above in self.ancestors(node)
            for holder in above.holders
            if not isinstance(holder.parent, Node)
        }

    def path(self, node: Node) -> tuple[DeclaredVar, tuple[str, ...], bool] | None:
        """Return var, path below it and whether it is new since the last commit.

        None where there is no single path.
        """
        tokens: list[str] = []
        fresh = False
        while len(node.holders) == 1:
            fresh = fresh or node.born == self.serial
            holder = node.holders[0]
            if not isinstance(holder.parent, Node):
                return holder.parent, tuple(reversed(tokens)), fresh
            tokens.extend(reversed(holder.parent.tokens(_current_key(holder, node.raw))))
            node = holder.parent
        return None


def _parts(value: Any) -> Iterator[Any]:
    if is_container(value):
        yield value
        for _, child in children(value):
            yield from _parts(child)


def _current_key(holder: Holder, raw: Any) -> Any:
    """Return the key at which the parent holds the value now, and remember it."""
    assert isinstance(holder.parent, Node)
    container, key = holder.parent.raw, holder.key
    if isinstance(container, list):
        holder.key = key = _index_near(container, key, raw)
    return key


def _index_near(items: list[Any], hint: int, value: Any) -> int:
    """Search outwards from the hint: rows move a little far more often than a lot."""
    size = len(items)
    for distance in range(max(hint, size - hint) + 1):
        for index in (hint - distance, hint + distance):
            if 0 <= index < size and items[index] is value:
                return index
    raise AssertionError("a tracked list has lost an item")  # links and lists always agree
