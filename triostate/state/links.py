"""Which container holds which: the graph from tracked values up to the vars that reach them.

Every container reachable from a var has a `Node` that knows its holders. With one holder all the
way up, a change has one path. With more, every var that reaches the value is affected.

*Lists.* Where in a list a value stands is looked up when it is needed (`places`). A list that holds
a value several times, or did at some moment of the open transaction, does not say which place is
meant: it is then the smallest thing that can be sent.

*Freshness.* Each holding has the serial of the commit interval in which it began. A change below
one that began in the present interval needs no words: the operation that brought it in carries the
value as it is in the end.

*References.* A value is stored as it is, so a handler may go on filling what it has stored. What
came in that way is linked at the commit. Where the graph and the values disagree all the same
(because a stored object was changed directly, at some other time), a search finds nothing and the
var is sent whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_
from typing import Any

import attrs

from triostate.limits import MAX_VALUE_DEPTH
from triostate.state.copies import rebuild_tuple, unwrap
from triostate.state.declared import DeclaredVar
from triostate.state.inverse import restore
from triostate.state.kinds import SCALARS, children, is_container, is_frozen, kind_of
from triostate.state.nodes import COMMITTED, Holder, Node, Way, is_list, place_of

__all__ = ["Links"]

INSIDE_ITSELF = "a value cannot be stored inside itself"


@attrs.define(eq=False)
class Links:
    """The graph of one session's tracked values."""

    owner: object = None
    """The tree whose values these are; None for values of no session."""
    nodes: dict[int, Node] = attrs.field(factory=dict)
    """By ``id`` of the raw value, which the node keeps alive."""
    serial: int = 0
    """Counts commits and rollbacks."""
    fresh: list[Node] = attrs.field(factory=list)
    """Nodes made in the present interval, whose values the user may still be filling."""
    _shared: dict[Node, tuple[tuple[DeclaredVar, ...], int]] = attrs.field(factory=dict)
    """What reaches a node with several holders, and how deep it is; until the graph changes."""

    def node(self, raw: Any) -> Node | None:
        """Return the node of a reachable container, else None."""
        return self.nodes.get(id(raw))

    # Changing the graph

    def link(
        self, value: Any, parent: Node | DeclaredVar, key: Any = None, *, born: int | None = None
    ) -> bool:
        """Record that a container is now held there; scalars need nothing.

        Return whether it, or a container inside it, was reachable already.
        """
        if type(value) in SCALARS or not is_container(value):
            return False
        born = self.serial if born is None else born
        front = parent.front if type(parent) is Node else 0
        holder = Holder(parent, key, born, front)
        node = self.nodes.get(id(value))
        if node is not None:
            self._hold(node, holder)
            return True
        node = Node(value, holder, is_list=kind_of(value) is list)
        self.nodes[id(value)] = node
        if born == self.serial:
            self.fresh.append(node)
        met = False
        for name, child in children(value):
            met = self.link(child, node, name, born=born) or met
        return met

    def _hold(self, node: Node, new: Holder) -> None:
        """Add a place to a node that is held already."""
        only = node.holder
        if only is not None and only.is_place(new.parent, new.key):
            self._merge(only, new)
        elif only is not None and not self._is_dead(only.parent):
            self._shared.clear()
            node.holder = None
            node.holders = {place_of(holder.parent, holder.key): holder for holder in (only, new)}
        elif node.holders is None:
            node.holder = new
        else:
            self._shared.clear()
            place = place_of(new.parent, new.key)
            if place in node.holders:
                self._merge(node.holders[place], new)
            else:
                node.holders[place] = new

    def _merge(self, holder: Holder, new: Holder) -> None:
        holder.count += 1
        if not is_list(new.parent):
            holder.born = new.born  # what was there goes: this is one place with a new value
        elif holder.born != new.born:
            holder.born, holder.mixed = COMMITTED, self.serial

    def _is_dead(self, parent: Node | DeclaredVar) -> bool:
        return type(parent) is Node and self.nodes.get(id(parent.raw)) is not parent

    def unlink(self, value: Any, parent: Node | DeclaredVar, key: Any = None) -> None:
        """Record that one holding is over; what nothing holds any more is forgotten."""
        if type(value) in SCALARS:
            return
        node = self.nodes.get(id(value))
        if node is None:
            return
        if node.holders is not None:
            self._release(node, place_of(parent, key))
            return
        holder = node.holder
        if holder is None or not holder.is_place(parent, key):
            return
        holder.count -= 1
        if not holder.count:
            node.holder = None
            del self.nodes[id(value)]
            for name, child in children(value):
                self.unlink(child, node, name)

    def _release(self, node: Node, place: tuple[Node | DeclaredVar, Any]) -> None:
        """Take one holding off a node that has several places."""
        assert node.holders is not None
        holder = node.holders.get(place)
        if holder is None:
            return
        self._shared.clear()
        holder.count -= 1
        if not holder.count:
            del node.holders[place]
        if len(node.holders) == 1:
            (node.holder,) = node.holders.values()
            node.holders = None

    def renew(self, value: Any, parent: Node | DeclaredVar, key: Any = None) -> None:
        """Record that a place got the very container once more that it held already."""
        node = self.nodes.get(id(value))
        if node is None:
            return
        self.fresh.append(node)  # it was assigned again because it was filled meanwhile
        for holder in node.all_holders():
            if holder.is_place(parent, key):
                holder.mixed = self.serial if holder.count > 1 else holder.mixed
                holder.born = self.serial if holder.count == 1 else COMMITTED

    def settle(self) -> None:
        """Link what was put into new values past the state, by a reference.

        Raises ValueError if one holds itself by now.
        """
        for node in self.fresh:  # grows meanwhile, by what is found
            if self.nodes.get(id(node.raw)) is node:
                self._link_missing(node)

    def clear(self) -> None:
        """Forget all."""
        self.nodes.clear()
        self._shared.clear()
        self.forget_fresh()

    def forget_fresh(self) -> None:
        """End the present interval."""
        self.fresh.clear()
        self.serial += 1

    def _link_missing(self, node: Node) -> None:
        node.keys = None
        seen: dict[int, int] = {}
        for key, given in list(children(node.raw)):
            child = given if type(given) in SCALARS else self._without_views(given)
            if child is not given:
                self.unlink(given, node, key)
                _put(node.raw, key, child)
            if type(child) in SCALARS or not is_container(child):
                continue
            times = seen[id(child)] = seen.get(id(child), 0) + 1 if node.is_list else 1
            found = self.nodes.get(id(child))
            if found is None or found.times_in(node, key) < times:
                self.refuse_cycle(child, node)
                self.link(child, node, key)

    def _without_views(self, given: Any) -> Any:
        """Return what a view stands for, and a tuple or frozen instance that holds no views.

        What changes in place has a node of its own, or gets one, and its turn.
        """
        if hasattr(type(given), "_ts_unwrap"):
            return unwrap(given, self.owner)
        kind = kind_of(given)
        if kind is tuple:
            items = [self._without_views(item) for item in given]
            return given if all(map(is_, items, given)) else rebuild_tuple(given, items)
        if kind is object and is_frozen(type(given)) and not is_container(given):
            for name, item in list(children(given)):
                _put(given, name, self._without_views(item))
        return given

    # Looking up

    def climb(self, node: Node) -> Way:
        """Return how a container is reached now."""
        is_fresh, whole, depth, top = False, None, 1, node
        while (holder := top.holder) is not None and depth <= 2 * MAX_VALUE_DEPTH:
            is_fresh = is_fresh or holder.born == self.serial
            parent = holder.parent
            if type(parent) is not Node:
                return Way(node, parent, (parent,), is_fresh, whole, depth)
            if holder.count > 1 or holder.mixed == self.serial:
                whole = parent
            top = parent
            depth += 1
        roots, above = self._reached(top)
        return Way(node, None, roots, is_fresh, None, depth + above - 1)

    def _reached(self, node: Node) -> tuple[tuple[DeclaredVar, ...], int]:
        found = self._shared.get(node)
        if found is None:
            roots: dict[DeclaredVar, None] = {}
            depth = self._collect(node, roots, {})
            found = self._shared[node] = tuple(roots), depth
        return found

    def _collect(self, node: Node, roots: dict[DeclaredVar, None], depths: dict[Node, int]) -> int:
        """Collect the vars above a node; return how deep it is by the longest way."""
        if node not in depths:
            depths[node] = depth = 1
            for holder in node.all_holders():
                parent = holder.parent
                if type(parent) is Node:
                    depth = max(depth, 1 + self._collect(parent, roots, depths))
                else:
                    roots[parent] = None
            depths[node] = depth
        return depths[node]

    @staticmethod
    def refuse_holding(value: Any, raw: Any) -> None:
        """Raise ValueError if ``raw``, which nothing reaches, is in ``value``."""
        seen: set[int] = set()
        waiting = [value]
        while waiting:
            current = unwrap(waiting.pop())
            if current is raw:
                raise ValueError(INSIDE_ITSELF)
            if id(current) not in seen:
                seen.add(id(current))
                waiting += [child for _, child in children(current) if type(child) not in SCALARS]

    def refuse_cycle(self, value: Any, parent: Node) -> None:
        """Raise ValueError if storing ``value`` in ``parent`` would make it hold itself."""
        reached = self._reachable_parts(value, set())
        # Only what is reachable can be above, and what is below it need not be looked at: if that
        # were above, it would be above as well.
        if reached and any(node in reached for node in self._ancestors(parent)):
            raise ValueError(INSIDE_ITSELF)

    def _reachable_parts(self, value: Any, seen: set[int]) -> set[Node]:
        if id(value) in seen or not is_container(value):
            return set()
        seen.add(id(value))
        node = self.nodes.get(id(value))
        if node is not None:
            return {node}
        found: set[Node] = set()
        for _, child in children(value):
            if type(child) not in SCALARS:
                found |= self._reachable_parts(child, seen)
        return found

    def _ancestors(self, node: Node) -> Iterator[Node]:
        """Yield the node and every node above it, each once."""
        seen, waiting = {node}, [node]
        while waiting:
            current = waiting.pop()
            yield current
            for holder in current.all_holders():
                if type(holder.parent) is Node and holder.parent not in seen:
                    seen.add(holder.parent)
                    waiting.append(holder.parent)


def _put(raw: Any, key: Any, value: Any) -> None:
    """Give a container that changes, or an instance, another value at a key that it has."""
    if kind_of(raw) is object:
        restore(raw, key, value)
    else:
        raw[key] = value
