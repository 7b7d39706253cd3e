"""The wire form: faithful both ways, and strict about what is none."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import math
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triostate as ts
from triostate.errors import NotConvertibleError
from triostate.state.codec import decode_value, encode_value
from triostate.state.convert import convert

TAGGED = [
    (1.0, {"$float": "1.0"}),
    (-0.0, {"$float": "-0.0"}),
    (math.inf, {"$float": "inf"}),
    (1e300, {"$float": "1e+300"}),
    ({1: "a"}, {"$map": {"i:1": "a"}}),
    ({"1": "a"}, {"$map": {"s:1": "a"}}),
    ({"$x": 1}, {"$map": {"s:$x": 1}}),
    ({None: 1, True: 2, 1.5: 3}, {"$map": {"n:None": 1, "b:True": 2, "f:1.5": 3}}),
    ({2}, {"$set": [2]}),
    ((1, [2]), {"$tuple": [1, [2]]}),
    (b"\xff", {"$bytes": "/w=="}),
    (decimal.Decimal("1.20"), {"$decimal": "1.20"}),
    (dt.date(2024, 2, 29), {"$date": "2024-02-29"}),
    (dt.datetime(2024, 2, 29, 1, 2, tzinfo=dt.UTC), {"$datetime": "2024-02-29T01:02:00+00:00"}),
    (dt.timedelta(days=1, microseconds=5), {"$timedelta": [1, 0, 5]}),
    (uuid.UUID(int=7), {"$uuid": str(uuid.UUID(int=7))}),
]


@pytest.mark.parametrize("value, wire", TAGGED, ids=lambda value: str(value)[:30])
def test_tagged_forms(value: Any, wire: Any) -> None:
    """What JSON cannot carry faithfully has the documented tagged form, both ways."""
    assert encode_value(value) == wire
    found = decode_value(json.loads(json.dumps(wire)))
    assert repr(found) == repr(value)


@pytest.mark.parametrize("value", [None, True, 0, -5, 2**53 - 1, 1.5, "é\U0001f600", [1, []], {}])
def test_plain_forms(value: Any) -> None:
    """What JSON carries faithfully travels as it is."""
    assert encode_value(value) == value
    assert type(encode_value(value)) is type(value)


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.floats(allow_nan=False),
        st.text(st.characters(codec="utf-8"), max_size=5),
        st.binary(max_size=3),
        st.decimals(allow_nan=False),
        st.dates(),
        st.timedeltas(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.dictionaries(
            st.one_of(st.text(st.characters(codec="utf-8"), max_size=4), st.integers(-9, 9)),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=200, print_blob=True, deadline=None)
@given(values)
def test_round_trip(value: Any) -> None:
    """Any sendable value comes back equal in value, type and order, through real JSON."""
    assert repr(decode_value(json.loads(json.dumps(encode_value(value))))) == repr(value)


@pytest.mark.parametrize("key", ["$float", "$obj", "$", "$$"])
def test_a_dict_that_looks_tagged(key: str) -> None:
    """A dict whose only key looks like a tag comes back as that dict."""
    assert decode_value(encode_value({key: "1.0"})) == {key: "1.0"}


def test_by_value_objects() -> None:
    """An instance travels as its fields, an enum member as its value, a path as text."""

    @dataclasses.dataclass
    class Point:
        x: float = 1.0

    class Colour(enum.Enum):
        RED = "red"

    assert encode_value(Point()) == {"$obj": {"x": {"$float": "1.0"}}}
    assert decode_value(encode_value(Point())) == {"x": 1.0}
    assert encode_value(Colour.RED) == "red"
    assert encode_value(Path("a/b")) == "a/b"


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), object(), "\ud800", {(1,): 1}, {2**60: 1}, [lambda: 0], 1j]
)
def test_unsendable(value: Any) -> None:
    """What has no faithful form is an UnsendableValueError, at any depth."""
    with pytest.raises(ts.UnsendableValueError):
        encode_value({"k": [value]})


def test_key_with_lone_surrogate() -> None:
    """A dict key that is no Unicode text is refused, as a string is."""
    with pytest.raises(ts.UnsendableValueError):
        encode_value({"\ud800": 1})


@pytest.mark.parametrize(
    "wire",
    [
        {"$float": "x"},
        {"$float": [1]},
        {"$map": {"x:1": 1}},
        {"$map": [1]},
        {"$map": {"i:x": 1}},
        {"$set": [[1]]},
        {"$set": 5},
        {"$tuple": None},
        {"$bytes": "é"},
        {"$bytes": 5},
        {"$decimal": "one"},
        {"$date": "2024-13-01"},
        {"$datetime": 5},
        {"$timedelta": [10**30]},
        {"$timedelta": "abc"},
        {"$uuid": "x"},
        {"$obj": 5},
    ],
)
def test_malformed_wire(wire: Any) -> None:
    """A malformed tagged form is a ValueError, and to a handler's argument not convertible."""
    with pytest.raises(ValueError, match=r".+"):
        decode_value([wire])
    with pytest.raises(NotConvertibleError, match="argument 1"):
        convert(wire, Any, "argument 1")


@pytest.mark.parametrize(
    "wire, annotation, value",
    [
        ("12", int, 12),
        ("1.5", float, 1.5),
        (3, float, 3.0),
        ("true", bool, True),
        ("abc", str, "abc"),
        (["1"], list[int], [1]),
        ("2024-02-29", dt.date, dt.date(2024, 2, 29)),
        (None, int | None, None),
        ({"$float": "2.0"}, float, 2.0),
        ({"$tuple": [1, 2]}, tuple[int, int], (1, 2)),
        ([1], Any, [1]),
    ],
)
def test_conversion(wire: Any, annotation: Any, value: Any) -> None:
    """A browser's value becomes the annotated type where it reads as one (13)."""
    found = convert(wire, annotation, "n")
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "wire, annotation",
    [("x", int), ("", int), (1.5, int), ([], str), (None, int), ("x" * 99, int), (1, ts.State)],
)
def test_refused_conversion(wire: Any, annotation: Any) -> None:
    """What does not convert is refused, with what it was for but without the value (13)."""
    with pytest.raises(NotConvertibleError, match="argument 1 of f") as caught:
        convert(wire, annotation, "argument 1 of f")
    assert "xxx" not in str(caught.value)


def test_deep_wire() -> None:
    """A value nested as deep as a body allows is refused, not a RecursionError."""
    wire: Any = 0
    for _ in range(900):
        wire = [wire]
    with pytest.raises(NotConvertibleError):
        convert(wire, Any, "n")
