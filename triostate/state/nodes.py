"""The nodes of the graph of tracked values: what is remembered of a container, and of its places.

How they hang together, and why, is told in `links`. Knows nothing of changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, final

import attrs

from triostate.state.declared import DeclaredVar
from triostate.state.keys import Keys
from triostate.state.kinds import kind_of

__all__ = ["COMMITTED", "Holder", "Node", "Way", "is_list", "place_of"]

#: A `Holder.born` before every commit: the browser has the value in that place already.
COMMITTED = -1


@attrs.define(eq=False)
class Holder:
    """One place that holds a container: a var, or a key of another container.

    A list is one place, however often it holds the value: ``count`` says how often.
    """

    parent: Node | DeclaredVar
    key: Any
    """In a list the index when it was last looked up."""
    born: int
    """The serial of the commit interval in which it began."""
    front: int
    """`Node.front` of the list when the index was right."""
    count: int = 1
    mixed: int = COMMITTED
    """The last interval in which a list held the value both anew and from before."""

    def is_place(self, parent: Node | DeclaredVar, key: Any) -> bool:
        """Whether it is that place."""
        return self.parent is parent and (is_list(parent) or self.key == key)


@final
@attrs.define(eq=False)
class Node:
    """A tracked container and where it is held."""

    raw: Any
    holder: Holder | None = None
    """Where it is held, if there is one such place."""
    holders: dict[tuple[Node | DeclaredVar, Any], Holder] | None = None
    """Where it is held, if there are several."""
    keys: Keys | None = None
    """Of a dict or set that is sent, once it has changed in place."""
    is_list: bool = False
    front: int = 0
    """Of a list: how many more items came than went in its front half."""
    searched: int = 0
    """Of a list: how far its items have been searched for since all were located."""

    def all_holders(self) -> Iterator[Holder]:
        """Yield the places that hold it."""
        if self.holder is not None:
            yield self.holder
        elif self.holders is not None:
            yield from self.holders.values()

    def times_in(self, parent: Node, key: Any) -> int:
        """Return how often a place holds it."""
        return next((h.count for h in self.all_holders() if h.is_place(parent, key)), 0)

    def shift(self, start: int, by: int) -> None:
        """Take note that the items of a list from ``start`` on have moved."""
        if by and start <= len(self.raw) // 2:
            self.front += by

    def keys_on_wire(self) -> Keys:
        """Return what is known of the keys of a dict or set, looking at them at first need."""
        if self.keys is None:
            self.keys = Keys(self.raw)
        return self.keys

    def tokens(self, key: Any) -> tuple[str, ...]:
        """Return the pointer tokens from the wire form of this container to what it has at key."""
        kind = kind_of(self.raw)
        if kind is list:
            return (str(key),)
        if kind is dict:
            keys = self.keys_on_wire()
            return ("$map", keys.token(key)) if keys.are_odd else (str(key),)
        if kind is set:
            return ("$set", self.keys_on_wire().token(key))
        return ("$tuple" if kind is tuple else "$obj", str(key))


def is_list(parent: Node | DeclaredVar) -> bool:
    """Whether a holder is a list."""
    return type(parent) is Node and parent.is_list


def place_of(parent: Node | DeclaredVar, key: Any) -> tuple[Node | DeclaredVar, Any]:
    """Return what tells one place of a value from another."""
    return parent, None if is_list(parent) else key


@attrs.define(eq=False)
class Way:
    """How a container is reached, at one moment."""

    node: Node
    var: DeclaredVar | None
    """The one var that reaches it, by one path; or None."""
    roots: tuple[DeclaredVar, ...]
    """All vars that reach it."""
    is_fresh: bool
    """Whether part of the path began in the present commit interval."""
    whole: Node | None
    """The outermost list on the path that does not say which place is meant."""
    depth: int
    """How many containers there are from the var down to it, both included."""

    @property
    def public(self) -> DeclaredVar | None:
        """A var that reaches it and is sent."""
        return next((var for var in self.roots if var.is_public), None)
