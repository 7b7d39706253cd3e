"""Who may write: inside a block by every path, outside by none."""

from __future__ import annotations

import contextlib
import copy
import functools
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

import triostate as ts
from tests.state.browser import Browser
from triostate.testing import isolated


@attrs.define
class Row:
    """A by-value instance with methods that change it."""

    name: str = "a"
    tags: list[str] = attrs.field(factory=list)

    def rename(self, name: str = "changed") -> None:
        self.name = name

    rename_later = functools.partialmethod(rename, "partial")

    @property
    def title(self) -> str:
        return self.name

    @title.setter
    def title(self, title: str) -> None:
        self.name = title


def make() -> SimpleNamespace:
    with isolated():

        class Other(ts.State):
            m: int = 0

        class Main(ts.State):
            n: int = 0
            rows: list[Row] = [Row(), Row("b", ["t"])]
            numbers: list[int] = [3, 1, 2]
            table: dict[str, Any] = {"a": [1], "b": {"c": 1}}
            names: set[str] = {"x"}
            pair: tuple[list[int], int] = ([1], 2)
            _secret: int = 0

            def bump(self) -> None:
                self.n += 1

    return SimpleNamespace(browser=Browser(Main, Other), Main=Main, Other=Other)


def _set(name: str, value: Any) -> Callable[[Any], None]:
    return lambda state: setattr(state, name, value)


def _delete(state: Any) -> None:
    del state.n


def _augment(name: str, value: Any) -> Callable[[Any], None]:
    def run(state: Any) -> None:
        items = getattr(state, name)
        items += value

    return run


WRITES: dict[str, Callable[[Any], Any]] = {
    "var": _set("n", 1),
    "same value": _set("n", 1),
    "backend var": _set("_secret", 1),
    "undeclared": _set("nothing", 1),
    "delete": _delete,
    "method": lambda s: s.bump(),
    "setter": lambda s: s.set_n(5),
    "reset": lambda s: s.reset(),
    "substate": lambda s: setattr(s.get_substate("other"), "m", 1),
    "list append": lambda s: s.numbers.append(1),
    "list extend": lambda s: s.numbers.extend([1]),
    "list insert": lambda s: s.numbers.insert(0, 1),
    "list pop": lambda s: s.numbers.pop(),
    "list remove": lambda s: s.numbers.remove(1),
    "list clear": lambda s: s.numbers.clear(),
    "list sort": lambda s: s.numbers.sort(),
    "list reverse": lambda s: s.numbers.reverse(),
    "list item": lambda s: s.numbers.__setitem__(0, 9),
    "list slice": lambda s: s.numbers.__setitem__(slice(0, 2), []),
    "list del": lambda s: s.numbers.__delitem__(0),
    "list +=": _augment("numbers", [1]),
    "list *=": lambda s: s.numbers.__imul__(2),
    "dict item": lambda s: s.table.__setitem__("z", 1),
    "dict del": lambda s: s.table.__delitem__("a"),
    "dict pop": lambda s: s.table.pop("a"),
    "dict popitem": lambda s: s.table.popitem(),
    "dict clear": lambda s: s.table.clear(),
    "dict update": lambda s: s.table.update(z=1),
    "dict setdefault": lambda s: s.table.setdefault("z", 1),
    "dict |=": lambda s: s.table.__ior__({"z": 1}),
    "set add": lambda s: s.names.add("y"),
    "set discard": lambda s: s.names.discard("x"),
    "set remove": lambda s: s.names.remove("x"),
    "set pop": lambda s: s.names.pop(),
    "set clear": lambda s: s.names.clear(),
    "set update": lambda s: s.names.update({"y"}),
    "set ^=": lambda s: s.names.__ixor__({"x", "y"}),
    "nested list": lambda s: s.table["a"].append(2),
    "nested dict": lambda s: s.table["b"].update(c=2),
    "dict values": lambda s: next(iter(s.table.values())).append(2),
    "dict items": lambda s: dict(s.table.items())["a"].append(2),
    "dict get": lambda s: s.table.get("a").append(2),
    "in a tuple": lambda s: s.pair[0].append(2),
    "attribute": lambda s: setattr(s.rows[0], "name", "z"),
    "property": lambda s: setattr(s.rows[0], "title", "z"),
    "instance method": lambda s: s.rows[0].rename(),
    "partial method": lambda s: s.rows[0].rename_later(),
    "inner list": lambda s: s.rows[1].tags.append("u"),
    "iteration": lambda s: [row.rename() for row in s.rows],
    "slice item": lambda s: s.rows[:1][0].rename(),
    "sorted": lambda s: sorted(s.rows, key=lambda row: row.name)[0].rename(),  # noqa: FURB192
    "max": lambda s: max(s.rows, key=lambda row: row.name).rename(),
    "list copy": lambda s: s.rows.copy()[0].rename(),
    "concatenation": lambda s: (s.rows + [])[0].rename(),  # noqa: RUF005
}

#: Ways to come by something that might still be part of the state, and to write to that.
ESCAPES: dict[str, Callable[[Any], Any]] = {
    "copy.copy list": lambda s: copy.copy(s.rows)[0].rename(),
    "copy.copy dict": lambda s: copy.copy(s.table)["a"].append(2),
    "copy.copy instance": lambda s: copy.copy(s.rows[1]).tags.append("u"),
    "deepcopy": lambda s: copy.deepcopy(s.rows)[0].rename(),
    "ts.plain": lambda s: ts.plain(s.rows).append(Row()),
    "ts.plain item": lambda s: ts.plain(s.table)["a"].append(2),
    "sort key": lambda s: sorted(s.rows.copy(), key=lambda row: row.rename() or row.name),
}


def snapshot_of(state: Any) -> str:
    return repr(
        [state.n, state.rows, state.numbers, state.table, state.names, state.pair, state._secret]
    )


@pytest.mark.parametrize("name", WRITES)
def test_no_write_outside(name: str) -> None:
    """Every way of writing raises ImmutableStateError outside a block (14, 15, 16, 17)."""
    browser = make().browser
    before = snapshot_of(browser.state)
    with pytest.raises(ts.ImmutableStateError, match=r"async with self"):
        WRITES[name](browser.state)
    assert snapshot_of(browser.state) == before


@pytest.mark.parametrize("name", ESCAPES)
def test_no_way_around(name: str) -> None:
    """Copies and plain values are no way to change the state outside a block (15, 35)."""
    browser = make().browser
    before = snapshot_of(browser.state)
    with contextlib.suppress(ts.ImmutableStateError):
        ESCAPES[name](browser.state)
    assert snapshot_of(browser.state) == before


@pytest.mark.parametrize(
    "use",
    [
        lambda state, picked: picked == state.rows,
        lambda state, picked: picked in state.table["a"],
        lambda state, picked: state.numbers.count(picked),
    ],
)
def test_comparing_does_not_unwrap(use: Callable[[Any, Any], Any]) -> None:
    """Comparing a list of rows with the state leaves the list as it is: still guarded (15)."""
    browser = make().browser
    picked = list(browser.state.rows)
    use(browser.state, picked)
    with pytest.raises(ts.ImmutableStateError):
        picked[0].name = "z"


def test_storing_does_not_unwrap_the_callers_list() -> None:
    """Storing a list of rows leaves the caller's list as it is: what it holds is still guarded."""
    browser = make().browser
    with browser.block() as state:
        picked = list(state.rows)
        state.table["a"] = picked
    with pytest.raises(ts.ImmutableStateError):
        picked[0].name = "z"


@pytest.mark.parametrize("name", [name for name in WRITES if name not in ("undeclared", "delete")])
def test_every_write_inside(name: str) -> None:
    """Inside a block each of them works, and the browser ends with what the server has (24, 34)."""
    made = make()
    with made.browser.block() as state:
        WRITES[name](state)
    made.browser.check()


@pytest.mark.parametrize("name", [name for name in WRITES if name not in ("undeclared", "delete")])
def test_every_write_rolls_back(name: str) -> None:
    """A rollback takes back each of them exactly, and nothing is sent (31, 34)."""
    made = make()
    before = snapshot_of(made.browser.state)
    with made.browser.undone() as state:
        WRITES[name](state)
    assert snapshot_of(made.browser.state) == before
    with made.browser.block():
        pass
    assert made.browser.sent == []


def test_delete_inside() -> None:
    """Deleting a var inside a block is an AttributeError that names the remedy."""
    with make().browser.block() as state, pytest.raises(AttributeError, match="reset"):
        del state.n


def test_captured_after_the_block() -> None:
    """A container or state captured inside is read-only after the block (19)."""
    made = make()
    with made.browser.block() as state:
        numbers, other = state.numbers, state.get_substate(made.Other)
        numbers.append(4)
    for write in (lambda: numbers.append(5), lambda: setattr(other, "m", 5)):
        with pytest.raises(ts.ImmutableStateError):
            write()
    assert numbers == [3, 1, 2, 4]


def test_clean_context_has_no_right() -> None:
    """Code in a clean context may not write while another's block is open (21)."""
    browser = make().browser
    with browser.block() as state, pytest.raises(ts.ImmutableStateError):
        Context().run(setattr, state, "n", 5)


def test_thread_has_no_right() -> None:
    """A thread may not write, not even with a copy of the block's context (21)."""
    browser = make().browser
    caught: list[BaseException] = []

    def write() -> None:
        try:
            state.n = 5
        except ts.ImmutableStateError as error:
            caught.append(error)

    with browser.block() as state:
        thread = threading.Thread(target=copy_context().run, args=(write,))
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert state.n == 0


def test_right_to_one_tree_is_none_to_another() -> None:
    """A block of one session gives no right to another session's state."""
    one, two = make().browser, make().browser
    with one.block(), pytest.raises(ts.ImmutableStateError):
        two.state.n = 1


def test_with_is_refused() -> None:
    """`with self` is a TypeError that says what to write (22)."""
    with pytest.raises(TypeError, match="async with self"), make().browser.state:
        pass


def test_reads_outside() -> None:
    """Reading is allowed outside, every kind of value (18)."""
    state = make().browser.state
    assert (state.n, state.rows[1].tags[0], state.table["b"]["c"], "x" in state.names) == (
        0,
        "t",
        1,
        True,
    )
