"""The bound on a state's size: what counts, when it is looked at, and what a refusal leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from sys import getsizeof
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triostate as ts
from tests.state.browser import Browser
from triostate.state.size import SHARE, weigh
from triostate.testing import isolated

LIMIT = 64 * 1024
LINE = "x" * 1000


@attrs.frozen
class Point:
    """A by-value instance that holds nothing that changes."""

    text: str


@dataclasses.dataclass
class Row:
    """One that changes."""

    text: str = ""


def keeping(limit: float = LIMIT) -> Browser:
    """Return a browser of a State of one var of each kind, which may take so many bytes."""
    with isolated():

        class Box(ts.State):
            n: int = 0
            text: str = ""
            rows: list[Any] = []
            table: dict[str, Any] = {}
            members: set[str] = set()
            pair: tuple[Any, ...] = ()
            _hidden: list[Any] = []
            _thing: Any = None

        return Browser(Box, max_bytes=limit)


def changed(box: Browser, change: Callable[[Any], object]) -> bool:
    """Do something in one block; return whether that went through."""
    try:
        with box.block() as state:
            change(state)
    except ts.StateTooLargeError:
        return False
    return True


def size_of(box: Browser) -> int:
    return weigh(list(box.tree.values.values()))


def _fill_later(state: Any, text: str) -> None:
    row: dict[str, list[str]] = {"a": []}
    state.rows.append(row)
    row["a"].append(text)


GROWTH: dict[str, Callable[[Any, str], object]] = {
    "text": lambda s, text: setattr(s, "text", s.text + text),
    "list": lambda s, text: s.rows.append(text),
    "slice": lambda s, text: s.rows.extend([text, text]),
    "nested": lambda s, text: s.rows.append({"a": [text]}),
    "instance": lambda s, text: s.rows.append(Row(text)),
    "frozen": lambda s, text: s.rows.append(Point(text)),
    "tuple in a list": lambda s, text: s.rows.append((text, 1)),
    "value": lambda s, text: s.table.__setitem__(f"k{len(s.table)}", text),
    "key": lambda s, text: s.table.__setitem__(text + str(len(s.table)), 1),
    "member": lambda s, text: s.members.add(text + str(len(s.members))),
    "tuple": lambda s, text: setattr(s, "pair", (*s.pair, text)),
    "bytes": lambda s, text: s._hidden.append(text.encode()),
    "backend": lambda s, text: s._hidden.append(text),
    "frozenset": lambda s, text: s._hidden.append(frozenset([text])),
    "past the state": _fill_later,
}


@pytest.mark.parametrize("way", GROWTH)
def test_growth_ends(way: str) -> None:
    """Whichever way state grows, it is refused near the limit; what was there stays."""
    box = keeping()
    for _ in range(100):
        before = size_of(box)
        if not changed(box, lambda state: GROWTH[way](state, LINE)):
            break
    else:
        pytest.fail("it grew on")
    assert LIMIT * 0.9 < before == size_of(box) < LIMIT * (1 + 1 / SHARE) + 4 * len(LINE)
    box.check()


def test_refusal_says_what_to_do() -> None:
    """The text names the limit, the var that holds most, and the remedy; no value."""
    box = keeping()
    assert changed(box, lambda s: setattr(s, "text", LINE))
    with pytest.raises(ts.StateTooLargeError) as caught, box.block() as state:
        state._hidden.extend(["secret" + str(i) * 100 for i in range(2000)])
    text = str(caught.value)
    assert "65,536 bytes" in text
    assert "Box._hidden" in text
    assert "App(max_state_bytes=)" in text
    assert "secret" not in text


def test_refusal_undoes_the_block() -> None:
    """A commit that is too much changes nothing, and the state goes on being used."""
    box = keeping()
    assert changed(box, lambda s: (setattr(s, "n", 1), s.rows.append("a")))
    assert not changed(box, lambda s: (setattr(s, "n", 2), s.rows.extend(["b" * 100] * 5000)))
    assert (box.state.n, list(box.state.rows)) == (1, ["a"])
    assert changed(box, lambda s: (setattr(s, "n", 3), s.rows.append("c")))
    box.check()


def test_full_state_is_usable() -> None:
    """A full state takes all that does not grow; in one block may go out what makes room."""
    box = keeping()
    while changed(box, lambda s: s.rows.append(LINE)):
        pass
    assert changed(box, lambda s: setattr(s, "n", 5))
    assert changed(box, lambda s: s.rows.__setitem__(0, "y" * 1000))
    assert changed(box, lambda s: s.rows.sort())
    assert not changed(box, lambda s: s._hidden.extend([LINE] * 8))
    assert changed(box, lambda s: (s.rows.clear(), s._hidden.extend([LINE] * 8)))
    assert changed(box, lambda s: s.reset())


SHRINKING: dict[str, tuple[Callable[[Any], object], Callable[[Any], object]]] = {
    "text": (lambda s: setattr(s, "text", s.text + LINE), lambda s: setattr(s, "text", "")),
    "clear": (lambda s: s.rows.append(LINE), lambda s: s.rows.clear()),
    "pop": (lambda s: s.rows.append([LINE]), lambda s: [s.rows.pop() for _ in range(9)]),
    "item": (
        lambda s: s.rows.append(LINE),
        lambda s: [s.rows.__setitem__(i, "") for i in range(len(s.rows))],
    ),
    "keys": (
        lambda s: s.table.__setitem__(LINE + str(len(s.table)), 1),
        lambda s: [s.table.popitem() for _ in range(9)],
    ),
    "members": (lambda s: s.members.add(LINE + str(len(s.members))), lambda s: s.members.clear()),
    "attribute": (
        lambda s: s.rows.append(Row(LINE)),
        lambda s: [setattr(row, "text", "") for row in s.rows],
    ),
    "opaque": (
        lambda s: s._hidden.append(LINE),
        lambda s: setattr(s, "_hidden", [SimpleNamespace()]),
    ),
}


@pytest.mark.parametrize("way", SHRINKING)
def test_shrinking_helps(way: str) -> None:
    """What takes something out goes through, and then there is room again."""
    grow, shrink = SHRINKING[way]
    box = keeping()
    for _ in range(3):
        while changed(box, grow):
            pass
        for _ in range(20):
            assert not changed(box, grow)
        assert changed(box, shrink)
        assert changed(box, grow)


def test_small_steps_of_room() -> None:
    """What was taken out bit by bit is found, too, without a look at each refusal."""
    box = keeping()
    while changed(box, lambda s: s.rows.append(LINE)):
        pass
    assert changed(box, lambda s: s.rows.pop())
    assert changed(box, lambda s: s.rows.pop())
    before = box.tree.size.measurements
    tries = 1
    while not changed(box, lambda s: s.rows.append("y" * 100)):
        tries += 1
    assert tries <= SHARE + 1
    assert box.tree.size.measurements - before <= 2


def test_what_does_not_count() -> None:
    """Opaque objects and what was rolled back are none of it; what is shared counts once."""
    box = keeping()
    opaque = SimpleNamespace(data="x" * LIMIT * 9)
    shared = [LINE] * 20
    assert changed(box, lambda s: (setattr(s, "_thing", opaque), s._hidden.append(opaque)))
    assert changed(box, lambda s: s.rows.extend([shared] * 50))
    with box.undone() as state:
        state.rows.extend([LINE] * 1000)
    assert changed(box, lambda s: s.rows.append(LINE))
    assert size_of(box) < LIMIT


@given(st.recursive(st.text(max_size=9) | st.integers(), lambda x: st.lists(x) | st.tuples(x)))
def test_weight(value: Any) -> None:
    """The size is the sum of what Python gives for each thing, single ones wherever they are."""
    seen: set[int] = set()

    def expected(thing: Any) -> int:
        inside = thing if isinstance(thing, list | tuple) else ()
        if isinstance(thing, list | tuple) and id(thing) in seen:
            return 0
        seen.add(id(thing))
        return getsizeof(thing) + sum(map(expected, inside))

    assert weigh([value]) == expected(value)


# What it costs


def test_scalars_cost_no_look() -> None:
    """Counting in a cell, a million times even, is never a reason to measure."""
    box = keeping()
    with box.block() as state:
        for number in range(20_000):
            state.n = number
    for number in range(2_000):
        assert changed(box, lambda s, number=number: setattr(s, "n", number))
    assert box.tree.size.measurements == 0


def test_small_states_cost_no_look() -> None:
    """What comes and goes is looked at once for each time that the limit's worth has come."""
    box = keeping()
    for number in range(640):
        assert changed(box, lambda s, number=number: setattr(s, "rows", [LINE, number]))
    assert box.tree.size.measurements <= 640 * 1.2 * len(LINE) / (LIMIT - 1500)


@pytest.mark.parametrize("count", [100, 1_000, 10_000])
def test_appending_is_linear(count: int) -> None:
    """A loop that appends is measured a bounded number of times, however long the list is."""
    box = keeping(limit=count * 120)
    with box.tree.transaction():
        for number in range(count):
            box.state.rows.append(f"row {number}")
            box.tree.commit()
    assert box.tree.size.measurements <= 2


def test_ring_near_the_limit() -> None:
    """A list that is full and turns is measured once for each sixteenth of the limit."""
    box = keeping()
    while size_of(box) < LIMIT * 0.95:
        assert changed(box, lambda s: s.rows.append("x" * 100))
    before = box.tree.size.measurements
    for _ in range(1_000):
        assert changed(box, lambda s: (s.rows.append("y" * 100), s.rows.pop(0)))
    came = 1_000 * 160
    assert box.tree.size.measurements - before <= came / (LIMIT / SHARE) + 1


def test_refusals_are_cheap() -> None:
    """Who goes on knocking at a full state causes a walk each 16th time at most."""
    box = keeping()
    while changed(box, lambda s: s.rows.append(LINE)):
        pass
    before = box.tree.size.measurements
    for _ in range(320):
        assert not changed(box, lambda s: s.rows.append(LINE * 2))
    assert box.tree.size.measurements - before <= 2 * 320 / SHARE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(GROWTH)), st.integers(0, 3000), st.booleans())),
)
def test_amortised(steps: list[tuple[str, int, bool]]) -> None:
    """Whatever comes and goes: it stays near the limit, and a walk has had its share come first."""
    limit = 16 * 1024
    box = keeping(limit)
    came = refusals = 0
    for way, length, clears in steps:
        before = box.tree.size.came
        taken = changed(
            box, lambda s, w=way, n=length, c=clears: (s.reset() if c else 0, GROWTH[w](s, "x" * n))
        )
        came += max(box.tree.size.came - before, 3 * length + 1000)
        refusals += not taken
        assert size_of(box) < limit * (1 + 1 / SHARE) + 9_000
        box.check()
    assert box.tree.size.measurements <= came / (limit / SHARE) + 2 * refusals + 1
