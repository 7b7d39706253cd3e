"""Where a container is: the path to it from its var, below which operations are addressed.

The place in a list is a remembered index, verified by identity. Rows move, so what is remembered
is a guess: corrected by how many items came and went in the front half since (which is where
queues and prepends move everything), then searched for outwards. What the searches cost is added
up, and when it comes to a walk through the list, all its items are located in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triostate.state.kinds import kind_of
from triostate.state.nodes import Holder, Node
from triostate.state.transaction import MISSING

__all__ = ["path_of"]


def path_of(node: Node, nodes: Mapping[int, Node]) -> tuple[str, ...] | None:
    """Return the path below its var of a container that one path leads to.

    None if the container is not where it should be: see `links` on references. ``nodes`` has all
    nodes by the ``id`` of their value.
    """
    tokens: list[str] = []
    while (holder := node.holder) is not None:
        parent = holder.parent
        if type(parent) is not Node:
            return tuple(reversed(tokens))
        key = _locate(parent, holder, node.raw, nodes)
        if key is MISSING:
            return None
        tokens.extend(reversed(parent.tokens(key)))
        node = parent
    return None


def _locate(parent: Node, holder: Holder, raw: Any, nodes: Mapping[int, Node]) -> Any:
    """Return the key at which a container holds the value now, and remember it."""
    if not parent.is_list:
        return holder.key if _has(parent.raw, holder.key, raw) else MISSING
    guess = holder.key + parent.front - holder.front
    index = _index_near(parent.raw, guess, raw)
    if index is None:
        return MISSING
    holder.key, holder.front = index, parent.front
    parent.searched += abs(index - guess)
    if parent.searched > len(parent.raw):
        _locate_all(parent, nodes)
    return index


def _locate_all(parent: Node, nodes: Mapping[int, Node]) -> None:
    parent.searched = 0
    for index, item in enumerate(parent.raw):
        node = nodes.get(id(item))
        if node is not None:
            for holder in node.all_holders():
                if holder.parent is parent:
                    holder.key, holder.front = index, parent.front


def _has(container: Any, key: Any, value: Any) -> bool:
    kind = kind_of(container)
    if kind is dict:
        return container.get(key) is value
    if kind is tuple:
        return True
    return getattr(container, key, None) is value


def _index_near(items: list[Any], guess: int, value: Any) -> int | None:
    """Search outwards from the guess: rows move a little far more often than a lot."""
    size = len(items)
    guess = min(max(guess, 0), size)
    for distance in range(max(guess, size - guess) + 1):
        for index in (guess - distance, guess + distance):
            if 0 <= index < size and items[index] is value:
                return index
    return None
