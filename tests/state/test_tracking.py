"""Tracked values: plain to look at, exact in the delta, cheap, and exact in a rollback."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections import OrderedDict, defaultdict
from typing import Any, NamedTuple

import attrs
import pytest

import triostate as ts
from tests.state.browser import Browser, text_of
from triostate.protocol.frames import encode_op
from triostate.runtime.snapshot import public_state
from triostate.state.codec import encode_value
from triostate.testing import isolated


@dataclasses.dataclass
class Point:
    """A dataclass that compares by value."""

    x: int = 0
    path: list[int] = dataclasses.field(default_factory=list)


@attrs.define
class Shout:
    """An attrs class whose field is converted at every assignment."""

    text: str = attrs.field(default="a", converter=lambda text: text + "!")


@attrs.define
class Wrapped:
    """An attrs class whose converter makes what cannot be sent."""

    thing: Any = attrs.field(default=None, converter=lambda value: object() if value else None)


class Pair(NamedTuple):
    """A named tuple that holds something that changes."""

    left: list[int]
    right: int


def holding(value: Any, **more: Any) -> Browser:
    """Return a browser of a State with ``value``, and others, as public vars."""
    with isolated():
        body: dict[str, Any] = {"value": value, **more}
        body["__annotations__"] = dict.fromkeys(body, Any)
        return Browser(type(ts.State)("Box", (ts.State,), body))  # pyright: ignore[reportCallIssue]


class TestPlain:
    @pytest.mark.parametrize("value", [[1, [2]], {"a": {"b": 1}}, {1, 2}, Point(1, [2])])
    def test_looks_like_the_value(self, value: Any) -> None:
        """==, isinstance, copy, deepcopy, pickle give and are the plain value (35)."""
        view = holding(value).state.value
        assert view == value
        assert value == view
        assert isinstance(view, type(value))
        for made in (copy.copy(view), copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
            assert type(made) is type(value)
            assert made == value
        assert repr(view) == repr(value)

    def test_deep_copies_are_plain_all_the_way(self) -> None:
        """Deepcopy and pickle leave no view at any depth (35)."""
        view = holding([Point(1, [2]), {"a": [1]}]).state.value
        for made in (copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
            assert [type(made[0]), type(made[0].path), type(made[1]["a"])] == [Point, list, list]

    def test_its_class_lists_its_fields(self) -> None:
        """``attrs.fields(type(row))`` and ``dataclasses.asdict(row)`` work on a view (35)."""
        state = holding(Shout("a"), point=Point(1, [2])).state
        assert [field.name for field in attrs.fields(type(state.value))] == ["text"]
        assert [field.name for field in dataclasses.fields(type(state.point))] == ["x", "path"]
        assert dataclasses.asdict(state.point) == {"x": 1, "path": [2]}

    def test_json_by_the_hook(self) -> None:
        """Json takes tracked values with default=ts.plain, and fails loudly without (35)."""
        view = holding({"a": [1, {"b": 2}], "c": []}).state.value
        assert json.loads(json.dumps({"v": view}, default=ts.plain)) == {"v": ts.plain(view)}
        with pytest.raises(TypeError):
            json.dumps(view)

    def test_slices_and_iteration(self) -> None:
        """Slices, sums and comprehensions are what they are on a plain list (35)."""
        view = holding([3, 1, 2]).state.value
        assert type(view[:2]) is list
        assert (view[1:], view[::-1], sorted(view), sum(view), max(view)) == (
            [1, 2],
            [2, 1, 3],
            [1, 2, 3],
            6,
            3,
        )
        assert [*view, 4] == [3, 1, 2, 4]
        assert (view + [4], [0] + view, view * 2) == ([3, 1, 2, 4], [0, 3, 1, 2], [3, 1, 2] * 2)  # noqa: RUF005
        assert (view.index(1), view.count(2), 9 in view, view < [4]) == (1, 1, False, True)
        with pytest.raises(TypeError):
            hash(view)

    def test_pop_gives_a_plain_value(self) -> None:
        """What pop returns is plain and no longer part of the state (29)."""
        browser = holding([[1], [2]], table={"a": [3]})
        with browser.block() as state:
            item, entry = state.value.pop(), state.table.pop("a")
        assert (type(item), type(entry)) == (list, list)
        item.append(9)
        assert (item, entry, browser.state.value) == ([2, 9], [3], [[1]])

    def test_storing_a_view_stores_the_plain_value(self) -> None:
        """Assigning, appending or nesting a view stores what it stands for."""
        browser = holding([[1]], other=None)
        with browser.block() as state:
            state.other = {"k": (state.value[0], [state.value])}
        raw = browser.tree.values[next(f for f in browser.tree.values if f.name == "other")]  # pyright: ignore[reportAttributeAccessIssue]
        assert type(raw["k"][0]) is list
        assert type(raw["k"][1][0]) is list
        browser.check()

    @pytest.mark.parametrize("name", ["kinds", "copy_shallow", "x"])
    def test_fields_of_any_name(self, name: str) -> None:
        """A by-value instance may have a field of any public name."""
        cls = dataclasses.make_dataclass("Odd", [(name, int, 5)])
        browser = holding(cls())
        assert getattr(browser.state.value, name) == 5
        with browser.block() as state:
            setattr(state.value, name, 6)
        assert getattr(browser.state.value, name) == 6
        browser.check()


class TestDelta:
    def test_one_op_for_one_row(self) -> None:
        """A row appended to a long list is one operation, whose size is the row's (37)."""
        sizes = []
        for length in (10, 1000):
            browser = holding([{"n": n % 7} for n in range(length)])
            with browser.block() as state:
                state.value.append({"n": 1})
            (op,) = browser.sent
            assert (op.op, op.path, op.value) == ("add", f"/state.box/value/{length}", {"n": 1})
            sizes.append(len(text_of(op.value)))
            browser.check()
        assert sizes[0] == sizes[1]

    def test_change_deep_inside(self) -> None:
        """A change deep inside is one operation at its own path (37)."""
        browser = holding([{"a": [Point(1, [5, 6])]} for _ in range(100)])
        with browser.block() as state:
            state.value[70]["a"][0].path[1] = 7
        assert [(op.op, op.path, op.value) for op in browser.sent] == [
            ("replace", "/state.box/value/70/a/0/$obj/path/1", 7)
        ]
        browser.check()

    def test_growing_string_sends_what_grew(self) -> None:
        """A string that grows by k characters sends k characters to a client that appends (37)."""
        browser = holding("x" * 10_000)
        with browser.block() as state:
            state.value += "abc"
        (op,) = browser.sent
        assert encode_op(op, append=True) == {
            "op": "append",
            "path": "/state.box/value",
            "value": "abc",
        }
        assert encode_op(op, append=False)["value"] == "x" * 10_000 + "abc"

    def test_what_a_string_grows_by_is_looked_at(self) -> None:
        """A token that cannot be sent is refused, whatever it is added to (37)."""
        browser = holding("é", table={"t": "é"}, rows=["é"], row=Shout("é"))
        with browser.block() as state:
            for target, name in ((state, "value"), (state.row, "text")):
                with pytest.raises(ts.UnsendableValueError, match="surrogate"):
                    setattr(target, name, getattr(target, name) + "\ud800")
            for target, key in ((state.table, "t"), (state.rows, 0)):
                with pytest.raises(ts.UnsendableValueError, match="surrogate"):
                    target[key] += "\ud800"
            state.value += "é"
            state.table["t"] += "é"
        browser.check()
        assert [op.op for op in browser.sent] == ["append", "append"]

    def test_growing_string_in_a_container(self) -> None:
        """A string grows by its own part in a dict, a list and an instance too (37)."""
        browser = holding({"a": "x" * 100}, rows=["y" * 100], shout=Point(0))
        with browser.block() as state:
            state.value["a"] += "1"
            state.rows[0] += "2"
        assert [(op.op, op.value) for op in browser.sent] == [("append", "1"), ("append", "2")]
        browser.check()

    @pytest.mark.parametrize("key", ["a/b", "~", "~1", "a~b/c", "", " ", "é", "-"])
    def test_pointers_are_escaped(self, key: str) -> None:
        """Any string key is addressed rightly (RFC 6901)."""
        browser = holding({key: [1], "z": 0})
        with browser.block() as state:
            state.value[key].append(2)
        assert len(browser.sent) == 1
        browser.check()
        with browser.block() as state:
            del state.value[key]
        browser.check()

    @pytest.mark.parametrize("key", [1, -1, 1.5, True, None, "1", "$x", "$map"])
    def test_keys_that_need_a_map(self, key: Any) -> None:
        """Keys that JSON cannot carry come, change inside, and go (34)."""
        browser = holding([{"plain": 0}])
        for write in (
            lambda row: row.__setitem__(key, [1]),
            lambda row: row[key].append(2),
            lambda row: row.__setitem__("more", 1),
            lambda row: row.__delitem__(key),
            lambda row: row.__setitem__("more", 2),
        ):
            with browser.block() as state:
                write(state.value[0])
            browser.check()

    @pytest.mark.parametrize("key", [True, 1.0])
    def test_equal_key_of_another_type(self, key: Any) -> None:
        """An equal key of another type addresses the key that is there, as in a dict (34)."""
        browser = holding({1: [0], "a": 1})
        with browser.block() as state:
            state.value[key] = [5]
        browser.check()
        with browser.block() as state:
            del state.value[key]
        browser.check()

    def test_everything_in_one_block(self) -> None:
        """Many changes in one block, dependent on each other, give one right delta (34)."""
        browser = holding([[n] for n in range(20)], table={"a": {"b": [1]}})
        with browser.block() as state:
            state.value.insert(0, [100])
            state.value[5].append(1)
            del state.value[3]
            state.value[4].append(2)
            state.value.append(state.value.pop(0))
            state.value[-1].append(3)
            state.table["c"] = state.table["a"].pop("b")
            state.table["c"].append(2)
            state.table["a"]["b"] = "back"
            del state.table["a"]
            state.table["a"] = {}
        browser.check()

    @pytest.mark.parametrize(
        "change",
        [
            lambda v: v.sort(),
            lambda v: v.reverse(),
            lambda v: v.__setitem__(slice(1, 3), [7, 8, 9, 10]),
            lambda v: v.__setitem__(slice(None, None, 2), [0] * 15),
            lambda v: v.__delitem__(slice(2, 25)),
            lambda v: v.__delitem__(slice(None, None, -3)),
            lambda v: v.__setitem__(slice(5, 2), [1]),
            lambda v: v.extend(range(40)),
            lambda v: v.clear(),
            lambda v: v.insert(-100, 1),
            lambda v: v.insert(100, 1),
            lambda v: v.__imul__(0),
            lambda v: v.__imul__(3),
            lambda v: v.remove(29),
            lambda v: v.pop(-30),
        ],
    )
    def test_list_mutators(self, change: Any) -> None:
        """Every list mutator does what it does on a list, and the delta says the same (34)."""
        start = [n * 7 % 30 for n in range(30)]
        model, browser = list(start), holding(list(start))
        change(model)
        with browser.block() as state:
            change(state.value)
        assert browser.state.value == model
        browser.check()

    @pytest.mark.parametrize(
        "change",
        [
            lambda v: v.pop(99),
            lambda v: v.remove(99),
            lambda v: v.__setitem__(99, 1),
            lambda v: v.__delitem__(-99),
            lambda v: v.__setitem__(slice(None, None, 2), [1]),
            lambda v: v.index(99),
        ],
    )
    def test_list_errors(self, change: Any) -> None:
        """A list mutator that fails raises what a list raises and changes nothing."""
        browser = holding([1, 2, 3])
        with pytest.raises(Exception) as wanted:  # noqa: PT011
            change([1, 2, 3])
        with browser.block() as state, pytest.raises(wanted.type):
            change(state.value)
        assert browser.state.value == [1, 2, 3]
        assert browser.sent == []

    def test_shared_by_two_vars(self) -> None:
        """A value in two vars changes in both, and both are sent (34)."""
        browser = holding([1], other=None)
        with browser.block() as state:
            state.other = [state.value]
        with browser.block() as state:
            state.value.append(2)
        assert browser.state.other == [[1, 2]]
        assert {op.path for op in browser.sent} == {"/state.box/value", "/state.box/other"}
        browser.check()
        with browser.block() as state:
            state.other = None
            state.value.append(3)
        browser.check()

    def test_equal_value_ends_the_sharing(self) -> None:
        """Assigning an equal but separate value takes a var out of a sharing (34)."""
        browser = holding([], other=None, table={"a": None})
        with browser.block() as state:
            state.other = state.table["a"] = state.value
            state.other = []
            state.table["a"] = []
            state.value.append(1)
        assert (browser.state.other, browser.state.table) == ([], {"a": []})
        browser.check()

    def test_equal_keys_are_one(self) -> None:
        """Moving a key by an equal one, 1.0 for 1, keeps the key that is there (34)."""
        browser = holding(OrderedDict({"a": 0, 1: 0}))
        with browser.block() as state:
            state.value.move_to_end(1.0, last=False)
            state.value.move_to_end(1.0)
            state.value.move_to_end(1.0, last=False)
        browser.check()
        assert list(map(repr, state.value)) == ["1", "'a'"]

    def test_tuples_that_hold_lists(self) -> None:
        """A list inside a tuple or a named tuple is tracked (15)."""
        browser = holding((1, [2]), pair=Pair([1], 2))
        with browser.block() as state:
            state.value[1].append(3)
            state.pair.left.append(4)
        assert browser.state.pair == Pair([1, 4], 2)
        browser.check()

    def test_missing_of_a_defaultdict(self) -> None:
        """A default dict makes what is missing inside a block, and the browser gets it (34)."""
        browser = holding(defaultdict(list))
        with browser.block() as state:
            state.value["a"].append(1)
        browser.check()
        assert browser.state.value == {"a": [1]}

    def test_cycles_are_refused(self) -> None:
        """A value cannot be put inside itself, and nothing has changed then (34)."""
        browser = holding([[1]], table={})
        with browser.block() as state:
            with pytest.raises(ValueError, match="inside itself"):
                state.value[0].append(state.value)
            with pytest.raises(ValueError, match="inside itself"):
                state.table["me"] = [state.table]
        browser.check()

    def test_cycle_in_a_new_value(self) -> None:
        """A new value that holds itself is refused at assignment with a ValueError (34)."""
        cyclic: list[Any] = []
        cyclic.append({"a": cyclic})
        browser = holding(None)
        with browser.block() as state, pytest.raises(ValueError, match="itself"):
            state.value = cyclic
        browser.check()

    def test_too_deep_is_refused(self) -> None:
        """A value nested deeper than can be sent is refused at assignment."""
        deep: list[Any] = []
        for _ in range(100):
            deep = [deep]
        browser = holding(None)
        with browser.block() as state, pytest.raises(ValueError, match="deeper"):
            state.value = deep


class TestRollback:
    def test_dict_order_comes_back(self) -> None:
        """A rollback restores the order of a dict's keys too (34)."""
        start = {"a": 1, "b": [2], "c": 3}
        browser = holding(copy.deepcopy(start))
        with browser.undone() as state:
            del state.value["a"]
            state.value["b"].append(9)
            state.value["a"] = 5
            state.value.pop("b")
            state.value["z"] = 1
        assert list(browser.state.value.items()) == list(start.items())

    def test_converted_attribute(self) -> None:
        """A rollback restores an attribute exactly, though its class converts assignments (34)."""
        browser = holding(Shout("a"))
        with browser.undone() as state:
            state.value.text = "b"
            assert state.value.text == "b!"
        assert browser.state.value.text == "a!"

    def test_only_since_the_last_commit(self) -> None:
        """A rollback goes back to the last commit, not to the start of the block (31)."""
        browser = holding([1])
        with browser.undone() as state:
            state.value.append(2)
            browser.commit()
            state.value.append(3)
        assert browser.state.value == [1, 2]
        browser.check()

    def test_usable_after_a_rollback(self) -> None:
        """What was taken out and came back by a rollback is tracked as before (34)."""
        browser = holding({"a": [[1], [2]]}, other=None)
        with browser.undone() as state:
            state.other = state.value.pop("a")
            state.value = {}
        with browser.block() as state:
            state.value["a"][1].append(3)
        assert len(browser.sent) == 1
        browser.check()


class TestCommitted:
    def value(self, browser: Browser) -> Any:
        return public_state(browser.tree, browser.classes)["state.box"]["value"]

    @pytest.mark.parametrize(
        "changes",
        [
            [lambda v: v["list"].append(1), lambda v: v.__setitem__("list", 5)],
            [lambda v: v["list"].append(1), lambda v: v.pop("list")],
            [lambda v: setattr(v["point"], "path", [3])],
            [lambda v: v["point"].path.append(3), lambda v: setattr(v["point"], "path", [4])],
            [lambda v: v["dict"].update(b=1), lambda v: v["dict"].pop("a")],
            [lambda v: v["set"].add(2), lambda v: v["set"].discard(1)],
            [lambda v: v["list"].append(v["dict"]), lambda v: v["dict"].update(a=9)],
            [lambda v: v.clear()],
        ],
    )
    def test_snapshot_in_an_open_block(self, changes: list[Any]) -> None:
        """A snapshot while a block is open shows the committed values, whatever was done (31)."""
        start = {"list": [0], "dict": {"a": [1]}, "set": {1}, "point": Point(1, [2])}
        browser = holding(copy.deepcopy(start))
        with browser.undone() as state:
            for change in changes:
                change(state.value)
                assert text_of(self.value(browser)) == text_of(encode_value(start))
        assert browser.state.value == start

    def test_attribute_that_is_no_field(self) -> None:
        """An attribute beside the declared fields does not break a snapshot (31)."""
        browser = holding(Point(1))
        with browser.block() as state:
            state.value.note = "extra"
            assert self.value(browser) == {"$obj": {"x": 1, "path": []}}
        browser.check()


class TestByReference:
    """What a handler does to an object that it has stored, by its own reference to it."""

    def test_views_put_in(self) -> None:
        """A view that is put into a stored object is stored, and shared from then on (34)."""
        browser = holding([[1], [2]], table={})
        with browser.block() as state:
            group: list[Any] = []
            point = Point()
            state.table["group"], state.table["point"] = group, point
            inner = [state.value[1]]
            group.extend([state.value[0], (state.value[1], 0), inner, (inner,)])
            point.path = state.value[0]
        with browser.block() as state:
            state.value[0].append(3)
            state.value[1].append(4)
        browser.check()
        table = browser.store["state.box"]["table"]
        assert table["group"][:2] == [[1, 3], {"$tuple": [[2, 4], 0]}]
        assert table["group"][2:] == [[[2, 4]], {"$tuple": [[[2, 4]]]}]
        assert table["point"]["$obj"]["path"] == [1, 3]

    def test_stored_once_more(self) -> None:
        """What is being filled stays the object that is filled, wherever it is put besides (34)."""
        browser = holding([[1]], other=[])
        with browser.block() as state:
            new: list[Any] = []
            state.value.append(new)
            new.append(state.value[0])
            state.value.reverse()
            state.other = {"new": (state.value[0], 0)}
            new.append(2)
        assert state.value == [[[1], 2], [1]]
        assert state.other == {"new": ([[1], 2], 0)}
        with browser.block() as state:
            state.value[0].append(3)
        browser.check()
        assert state.other == {"new": ([[1], 2, 3], 0)}

    def test_cycle_below_what_was_filled(self) -> None:
        """What came into a stored list by reference cannot be given that list (34)."""
        browser = holding([], _hidden=[])
        with browser.block() as state:
            outer: list[Any] = []
            state.value.append(outer)
            outer.append([])
            with pytest.raises(ValueError, match="inside itself"):
                state.value[0][0].append([state.value])
        browser.check()

    def test_cycle_made_by_reference(self) -> None:
        """A commit refuses a value that was made to hold itself, and nothing is left of it (34)."""
        browser = holding([], _hidden=[])

        def fill() -> None:
            with browser.block() as state:
                new: list[Any] = []
                state._hidden.append(new)
                new.append(state._hidden)

        with pytest.raises(ValueError, match="inside itself"):
            fill()
        assert browser.state._hidden == []


class TestCommitNeverFails:
    """What a commit cannot send has to be refused before, or it would fail for ever after."""

    def test_unsendable_from_a_converter(self) -> None:
        """A converter's unsendable result is refused at the assignment; later commits work."""
        browser = holding(Wrapped(), n=0)
        try:
            with browser.block() as state, pytest.raises(ts.UnsendableValueError):
                state.value.thing = 1
        except ts.UnsendableValueError:
            pass
        with browser.block() as state:
            state.n = 1
        browser.check()

    def test_removed_and_then_changed(self) -> None:
        """What was added, removed and then given something unsendable is no concern of a commit."""
        browser = holding([])
        with browser.block() as state:
            state.value.append([])
            item = state.value[0]
            del state.value[0]
            item.append(object())
        browser.check()
