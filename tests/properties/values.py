"""What the random changes are made of: classes, recipes of values, and how two sides compare.

A recipe says how to make a value; each side makes its own. `Ref` in a recipe stands for a container
that is there already, so that values come to be shared.
"""

from __future__ import annotations

import copy
import dataclasses
import decimal
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
from hypothesis import strategies as st

from triostate.state.codec import encode_value
from triostate.state.copies import unwrap

__all__ = [
    "GIVEN",
    "KEYS",
    "LEAVES",
    "MEMBERS",
    "Ref",
    "build",
    "containers",
    "is_sendable",
    "parts",
    "reaches",
    "shape",
]


@dataclasses.dataclass
class Point:
    """A dataclass with a list, a property with a setter, and a method that changes it."""

    x: Any = 0
    path: Any = dataclasses.field(default_factory=list)
    unit = "m"

    @property
    def twice(self) -> Any:
        return self.x

    @twice.setter
    def twice(self, value: Any) -> None:
        self.x = value

    def walk(self, step: Any) -> None:
        self.path.append(step)
        self.x = len(self.path)


@dataclasses.dataclass(slots=True)
class Slim(Point):
    """A dataclass with slots that inherits."""

    note: Any = ""


@attrs.define
class Row:
    """An attrs class with a converter."""

    name: str = attrs.field(default="", converter=str)
    cells: Any = attrs.field(factory=dict)


@attrs.frozen
class Fixed:
    """A frozen class that may hold what changes."""

    label: str = "f"
    inside: Any = None


class Pair(NamedTuple):
    """A named tuple."""

    left: Any
    right: Any


@attrs.frozen
class Ref:
    """In a recipe: some container of the state, or of what was kept of it."""

    choice: int


CLASSES: dict[str, Callable[..., Any]] = {
    "point": Point,
    "slim": Slim,
    "row": lambda a, b: Row(cells=b),
    "fixed": lambda a, b: Fixed("f", b),
    "pair": Pair,
    "tuple": lambda a, b: (a, b),
    "counter": lambda a, b: Counter("aab"),
    "ordered": lambda a, b: OrderedDict([("b", a), ("a", b), ("c", 0)]),
    "default": lambda a, b: defaultdict(list, {"a": a, 1: b}),
}

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from(["", "a", "ab", "é", 1.0, 1.5, -0.0, 0.0, decimal.Decimal("1.20")]),
)
KEYS = st.sampled_from(["a", "b", "c/d", "~", "1", "$x", 1, True, 1.0, None, 2])
MEMBERS = st.sampled_from(["a", "b", 1, True, 1.0, 2, None, (1, "a"), frozenset({1}), "$x"])
GIVEN = st.recursive(
    st.one_of(LEAVES, LEAVES, st.builds(Ref, st.integers(0, 60))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        st.sets(MEMBERS, max_size=3),
        st.tuples(st.sampled_from(sorted(CLASSES)), inner, inner),
    ),
    max_leaves=5,
)


def build(recipe: Any, resolve: Callable[[int], Any]) -> Any:
    """Make a value."""
    if isinstance(recipe, Ref):
        return resolve(recipe.choice)
    if isinstance(recipe, list):
        return [build(item, resolve) for item in recipe]
    if isinstance(recipe, dict):
        return {key: build(item, resolve) for key, item in recipe.items()}
    if isinstance(recipe, set):
        return set(recipe)
    if isinstance(recipe, tuple):
        name, *arguments = recipe
        return CLASSES[name](*[build(item, resolve) for item in arguments])
    return copy.copy(recipe)


def parts(value: Any) -> list[tuple[Any, Any]]:
    """Return key and value of what a plain value holds."""
    if isinstance(value, list | tuple):
        return list(enumerate(value))
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, Point | Row | Fixed):
        names = [field.name for field in _fields(value)]
        return [(name, getattr(value, name)) for name in names if hasattr(value, name)]
    return []


def _fields(value: Any) -> Any:
    return attrs.fields(type(value)) if attrs.has(type(value)) else dataclasses.fields(value)


def changes(value: Any) -> bool:
    """Whether a value can change in place."""
    return isinstance(value, list | dict | set | Point | Row)


def containers(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield path and value of every container that can change, by every way that leads there."""
    if len(path) > 7:
        return
    if changes(value):
        yield path, value
    for key, item in parts(value):
        yield from containers(item, (*path, key))


def reaches(value: Any, part: Any) -> bool:
    """Whether ``part`` is in ``value``, or is it."""
    return value is part or any(reaches(item, part) for _, item in parts(value))


def is_sendable(value: Any) -> bool:
    """Whether a browser can be sent the value."""
    try:
        encode_value(value)
    except TypeError:
        return False
    return True


def shape(values: Any) -> str:
    """Return all there is to say of plain values: types, contents, orders, and what is shared."""
    seen: dict[int, int] = {}

    def look(given: Any) -> Any:
        # What was put in by a reference may be a view until the commit.
        value = unwrap(given) if hasattr(type(given), "_ts_unwrap") else given
        if changes(value):
            if id(value) in seen:
                return seen[id(value)]
            seen[id(value)] = len(seen)
        if isinstance(value, set):
            return [f"set {seen[id(value)]}", *sorted(map(repr, value))]
        inside = [(repr(key), look(item)) for key, item in parts(value)]
        return [type(value).__name__, *inside] if inside or changes(value) else repr(value)

    return repr(look(list(values)))
