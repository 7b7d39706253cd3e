"""Random in-place changes against a plain-Python model of the same values."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import triostate as ts
from tests.state.browser import Browser, text_of
from triostate.runtime.snapshot import public_state
from triostate.state.codec import encode_value
from triostate.state.copies import unwrap
from triostate.testing import isolated

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "ab"]))
KEYS = st.sampled_from(["a", "b", "c/d", 1, "2"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
#: What to do, where (choices that lead down from the vars), with what.
STEP = st.tuples(
    st.integers(0, 11), st.lists(st.integers(0, 3), max_size=3), st.integers(-4, 4), KEYS, VALUES
)
BLOCK = st.tuples(st.lists(STEP, max_size=6), st.booleans())

NAMES = ("one", "two")


def make_browser(values: dict[str, Any]) -> Browser:
    with isolated():
        body: dict[str, Any] = {**values, "__annotations__": dict.fromkeys(values, Any)}
        return Browser(type(ts.State)("Box", (ts.State,), body))  # pyright: ignore[reportCallIssue]


def descend(root: Any, choices: list[int]) -> Any:
    """Return the container that the choices lead to; the same one for model and state."""
    found = getattr(root, NAMES[choices[0] % 2]) if choices else root.one
    for choice in choices[1:]:
        inside = list(found.values()) if isinstance(found, dict) else found
        if not isinstance(inside, list) or not inside:
            break
        found = inside[choice % len(inside)]
    return found


def act(root: Any, step: Any) -> None:
    """Do one step; what a list or dict itself refuses is skipped on both sides."""
    kind, choices, position, key, value = step
    value = copy.deepcopy(value)
    target = descend(root, choices)
    if kind == 0:
        setattr(root, NAMES[position % 2], value)
    elif kind == 1:  # the same container in two places
        setattr(root, NAMES[position % 2], target)
    elif isinstance(target, list):
        _act_on_list(root, target, kind, position, value)
    elif isinstance(target, dict):
        _act_on_dict(root, target, kind, key, value)


def _act_on_list(root: Any, items: Any, kind: int, position: int, value: Any) -> None:
    if kind == 2:
        items.append(value)
    elif kind == 3:
        items.insert(position, value)
    elif kind == 4 and items:
        items.pop(position % len(items))
    elif kind == 5 and items:
        items[position % len(items)] = value
    elif kind == 6:
        items[position : position + 2] = [value, value] if value is None else [value]
    elif kind == 7:
        del items[::2]
    elif kind == 8:
        items.reverse()
    elif kind == 9:
        items.clear()
    elif kind == 10 and items:  # moved within
        items.append(items[0])
        del items[0]
    elif kind == 11:
        items.extend([root.two] if not holds(root.two, items) else [])


def _act_on_dict(root: Any, table: Any, kind: int, key: Any, value: Any) -> None:
    if kind in (2, 3):
        table[key] = value
    elif kind in (4, 5):
        table.pop(key, None)
    elif kind == 6 and table:
        table.popitem()
    elif kind == 7:
        table.setdefault(key, value)
    elif kind == 8:
        table.update({key: value, "a": 0})
    elif kind == 9:
        table.clear()
    elif kind == 10 and key in table:  # moved to another key, and to the end
        found = table[key]
        del table[key]
        table["moved"] = found
    elif kind == 11 and not holds(root.two, table):
        table[key] = root.two


def holds(value: Any, part: Any) -> bool:
    """Whether ``part`` is inside ``value``: storing it there would make a cycle."""
    value, part = unwrap(value), unwrap(part)
    if value is part:
        return True
    inside = value.values() if isinstance(value, dict) else value
    return isinstance(value, list | dict) and any(holds(item, part) for item in inside)


class Model:
    """The same values, plain."""

    def __init__(self, one: Any, two: Any) -> None:
        self.one, self.two = one, two

    def wire(self) -> str:
        return text_of({name: encode_value(getattr(self, name)) for name in NAMES})


def snapshot(browser: Browser) -> str:
    return text_of(public_state(browser.tree, browser.classes)["state.box"])


@settings(
    max_examples=150,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(one=VALUES, two=VALUES, blocks=st.lists(BLOCK, min_size=1, max_size=4))
def test_random_changes(one: Any, two: Any, blocks: list[Any]) -> None:
    """Any in-place changes: values, delta, snapshot of an open block and rollback agree (34)."""
    browser = make_browser({"one": copy.deepcopy(one), "two": copy.deepcopy(two)})
    committed = Model(copy.deepcopy(one), copy.deepcopy(two))
    for steps, commits in blocks:
        model = copy.deepcopy(committed)
        with browser.tree.transaction():
            for step in steps:
                act(model, step)
                act(browser.state, step)
                assert repr(browser.state.one) == repr(model.one)
                assert repr(browser.state.two) == repr(model.two)
                assert snapshot(browser) == committed.wire()
            if commits:
                browser.commit()
                committed = model
            else:
                browser.tree.rollback()
        assert repr([browser.state.one, browser.state.two]) == repr([committed.one, committed.two])
        browser.check()
