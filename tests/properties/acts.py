"""What can be done to a container, as Python says it: the same for a plain value and for a view."""

from __future__ import annotations

import copy
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import attrs

from tests.properties.values import Fixed, Point, Row

__all__ = ["ACTS", "Act", "Arguments", "acts_for"]


@attrs.define
class Arguments:
    """What an act is given, on one side."""

    value: Any
    """Made for this side; holds what the act may store."""
    leaf: Any
    key: Any
    member: Any
    at: int
    to: int
    is_model: bool
    memo: dict[str, Any]
    """What the state came up with, for the model to do the same."""

    def taken(self, value: Any) -> Any:
        """Return what was popped: of the state it is a copy."""
        return copy.deepcopy(value) if self.is_model else value


@attrs.frozen
class Act:
    """Something that can be done to a container of some class."""

    kind: type
    name: str
    do: Callable[[Any, Arguments], Any]
    stores: bool = False
    """Whether it stores ``value`` and nothing else."""


ACTS: list[Act] = []


def act(
    kind: type, *, stores: bool = False
) -> Callable[[Callable[[Any, Arguments], Any]], Callable[[Any, Arguments], Any]]:
    """Register an act."""

    def register(do: Callable[[Any, Arguments], Any]) -> Callable[[Any, Arguments], Any]:
        ACTS.append(Act(kind, do.__name__, do, stores))
        return do

    return register


def acts_for(value: Any) -> list[Act]:
    """Return what can be done to a plain container."""
    return [entry for entry in ACTS if isinstance(value, entry.kind)]


def near(items: Any, at: int) -> int:
    """Return an index of a list, from either end, or one too far."""
    return at % (2 * len(items) + 2) - len(items)


# Lists


@act(list, stores=True)
def append(items: Any, a: Arguments) -> None:
    items.append(a.value)


@act(list, stores=True)
def insert(items: Any, a: Arguments) -> None:
    items.insert(near(items, a.at), a.value)


@act(list, stores=True)
def set_item(items: Any, a: Arguments) -> None:
    items[near(items, a.at)] = a.value


@act(list)
def prepend_many(items: Any, a: Arguments) -> None:
    for number in range(a.at % 4):
        items.insert(0, [number])


@act(list)
def extend(items: Any, a: Arguments) -> None:
    items.extend([a.leaf, [a.leaf]])


@act(list)
def add_in_place(items: Any, a: Arguments) -> None:
    items += [a.leaf, {"k": a.leaf}]


@act(list)
def multiply_in_place(items: Any, a: Arguments) -> None:
    if len(items) < 8:
        items *= a.at % 3


@act(list)
def pop(items: Any, a: Arguments) -> None:
    items.pop(near(items, a.at))


@act(list)
def pop_and_add_again(items: Any, a: Arguments) -> None:
    items.insert(near(items, a.to), a.taken(items.pop(near(items, a.at))))


@act(list)
def move(items: Any, a: Arguments) -> None:
    item = items[near(items, a.at)]
    items.append(item)
    items.remove(item)


@act(list)
def move_out_and_in(items: Any, a: Arguments) -> None:
    item = items[near(items, a.at)]
    del items[near(items, a.at)]
    items.insert(near(items, a.to), item)


@act(list)
def swap(items: Any, a: Arguments) -> None:
    at, to = near(items, a.at), near(items, a.to)
    items[at], items[to] = items[to], items[at]


@act(list)
def put_twice(items: Any, a: Arguments) -> None:
    if len(items) < 8:
        items.append(items[near(items, a.at)])


@act(list)
def delete_item(items: Any, a: Arguments) -> None:
    del items[near(items, a.at)]


@act(list)
def delete_slice(items: Any, a: Arguments) -> None:
    del items[near(items, a.at) : near(items, a.to)]


@act(list)
def delete_steps(items: Any, a: Arguments) -> None:
    del items[near(items, a.at) :: (2, -1, 3, -2)[a.to % 4]]


@act(list)
def set_slice(items: Any, a: Arguments) -> None:
    items[near(items, a.at) : near(items, a.to)] = [a.leaf, [a.leaf]][: a.at % 3]


@act(list)
def set_steps(items: Any, a: Arguments) -> None:
    step = (2, -1, 3, -2)[a.to % 4]
    size = len(range(*slice(None, None, step).indices(len(items))))
    items[::step] = [a.leaf, [a.leaf], *[0] * size][: size + a.at % 9 // 8]


@act(list)
def remove(items: Any, a: Arguments) -> None:
    items.remove(items[near(items, a.at)] if a.to % 2 else a.leaf)


@act(list)
def sort(items: Any, a: Arguments) -> None:
    items.sort(key=lambda item: item.__class__.__name__, reverse=bool(a.at % 2))


@act(list)
def sort_bare(items: Any, a: Arguments) -> None:
    items.sort()


@act(list)
def reverse(items: Any, a: Arguments) -> None:
    items.reverse()


@act(list)
def clear_list(items: Any, a: Arguments) -> None:
    items.clear()


@act(list)
def fill_what_was_stored(items: Any, a: Arguments) -> None:
    new: list[Any] = [a.leaf]
    items.append(new)
    new.append([a.leaf])
    new.append({})


@act(list, stores=True)
def fill_by_reference(items: Any, a: Arguments) -> None:
    new: dict[str, Any] = {}
    items.append(new)
    new["in"] = a.value
    new["pair"] = (a.value, a.leaf)
    new["fixed"] = Fixed("f", a.value)


# Dicts


@act(dict, stores=True)
def set_key(table: Any, a: Arguments) -> None:
    table[a.key] = a.value


@act(dict)
def delete_key(table: Any, a: Arguments) -> None:
    del table[a.key]


@act(dict)
def delete_some(table: Any, a: Arguments) -> None:
    for key in list(table)[a.at % 2 :: 2]:
        del table[key]


@act(dict)
def pop_key(table: Any, a: Arguments) -> None:
    table.pop(a.key)


@act(dict)
def pop_key_and_add_again(table: Any, a: Arguments) -> None:
    table[a.key] = a.taken(table.pop(a.key, 0))


@act(dict)
def rename(table: Any, a: Arguments) -> None:
    value = table[a.key]
    del table[a.key]
    table["renamed"] = value


@act(dict)
def popitem(table: Any, a: Arguments) -> None:
    table.popitem()


@act(dict)
def setdefault(table: Any, a: Arguments) -> None:
    table.setdefault(a.key, [a.leaf])


@act(dict)
def update(table: Any, a: Arguments) -> None:
    if not isinstance(table, Counter):
        table.update({a.key: a.leaf, "a": [a.leaf]}, b=a.leaf)


@act(dict)
def or_in_place(table: Any, a: Arguments) -> None:
    if not isinstance(table, Counter):
        table |= {a.key: {a.key: a.leaf}}


@act(dict)
def swap_keys(table: Any, a: Arguments) -> None:
    other = next(iter(table), None)
    table[a.key], table[other] = table[other], table[a.key]


@act(dict)
def grow_text(table: Any, a: Arguments) -> None:
    for token in ("x", "yé", "")[: a.at % 4]:
        table["text"] = str(table.get("text", "")) + token


@act(dict)
def augment_inside(table: Any, a: Arguments) -> None:
    if isinstance(table[a.key], list) and len(table[a.key]) < 8:
        table[a.key] += [a.leaf]


@act(dict)
def clear_dict(table: Any, a: Arguments) -> None:
    table.clear()


@act(defaultdict)
def missing(table: Any, a: Arguments) -> None:
    table[a.key].append(a.leaf)


@act(OrderedDict)
def move_to_end(table: Any, a: Arguments) -> None:
    table.move_to_end(a.key if a.to % 2 else next(iter(table), 0), last=bool(a.at % 2))


@act(OrderedDict)
def pop_first(table: Any, a: Arguments) -> None:
    table.popitem(last=False)


@act(Counter)
def count(table: Any, a: Arguments) -> None:
    table.update(["a", a.key])
    table["z"] += 1


@act(Counter)
def subtract(table: Any, a: Arguments) -> None:
    table.subtract({"a": 1, a.key: 2})


@act(Counter)
def combine(table: Any, a: Arguments) -> None:
    table += Counter({"b": 2})
    table -= Counter("b")


# Sets


@act(set)
def add(members: Any, a: Arguments) -> None:
    members.add(a.member)


@act(set)
def discard(members: Any, a: Arguments) -> None:
    members.discard(a.member)


@act(set)
def remove_member(members: Any, a: Arguments) -> None:
    members.remove(a.member)


@act(set)
def pop_member(members: Any, a: Arguments) -> None:
    if a.is_model and "popped" in a.memo:
        members.remove(a.memo["popped"])
    else:
        a.memo["popped"] = members.pop()


@act(set)
def update_members(members: Any, a: Arguments) -> None:
    members.update([a.member], {a.at, "new"})


@act(set)
def operators(members: Any, a: Arguments) -> None:
    other = {a.member, a.at, "a"}
    if a.to % 4 == 0:
        members |= other
    elif a.to % 4 == 1:
        # Which of two equal members stays is nobody's business.
        members &= {member for member in members if member in other} | {"gone"}
    elif a.to % 4 == 2:
        members -= other
    else:
        members ^= other


@act(set)
def clear_set(members: Any, a: Arguments) -> None:
    members.clear()


# Instances


@act(Point, stores=True)
def set_x(point: Any, a: Arguments) -> None:
    point.x = a.value


@act(Point)
def set_by_property(point: Any, a: Arguments) -> None:
    point.twice = a.leaf


@act(Point)
def walk(point: Any, a: Arguments) -> None:
    if isinstance(point.path, list) and len(point.path) < 8:
        point.walk(a.leaf)


@act(Point)
def add_to_attribute(point: Any, a: Arguments) -> None:
    point.path = [a.leaf]
    point.path += [[a.leaf]]


@act(Row)
def set_converted(row: Any, a: Arguments) -> None:
    row.name = a.leaf


@act(Row, stores=True)
def set_cells(row: Any, a: Arguments) -> None:
    row.cells = a.value
