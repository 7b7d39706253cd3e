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
from typing import Any, ClassVar, NamedTuple

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triostate as ts
from triostate.limits import MAX_DECIMAL_PLACES
from triostate.state.codec import encode_key, encode_value
from triostate.state.decoding import decode_value

HOUR_EAST = dt.timezone(dt.timedelta(hours=1))

TAGGED = [
    (1.0, {"$float": "1.0"}),
    (-0.0, {"$float": "-0.0"}),
    (math.inf, {"$float": "inf"}),
    (-math.inf, {"$float": "-inf"}),
    (math.nan, {"$float": "nan"}),
    (1e300, {"$float": "1e+300"}),
    ({1: "a"}, {"$map": {"i:1": "a"}}),
    ({"1": "a"}, {"$map": {"s:1": "a"}}),
    ({"$x": 1}, {"$map": {"s:$x": 1}}),
    ({None: 1, True: 2, 1.5: 3}, {"$map": {"n:None": 1, "b:True": 2, "f:1.5": 3}}),
    ({1: "a", "1": "b", 1.5: "c"}, {"$map": {"i:1": "a", "s:1": "b", "f:1.5": "c"}}),
    ({(1, "a"): 2}, {"$map": {'j:{"$tuple":[1,"a"]}': 2}}),
    ({dt.date(2024, 2, 9): 1}, {"$map": {'j:{"$date":"2024-02-09"}': 1}}),
    ({2}, {"$set": {"i:2": 1}}),
    ({(1, "a")}, {"$set": {'j:{"$tuple":[1,"a"]}': 1}}),
    ((1, [2]), {"$tuple": [1, [2]]}),
    (b"\xff", {"$bytes": "/w=="}),
    (decimal.Decimal("1.20"), {"$decimal": "1.20"}),
    (decimal.Decimal("-0.0"), {"$decimal": "-0.0"}),
    (decimal.Decimal("NaN"), {"$decimal": "NaN"}),
    (decimal.Decimal("1E+6144"), {"$decimal": "1E+6144"}),
    (dt.date(2024, 2, 29), {"$date": "2024-02-29"}),
    (dt.date(9, 1, 2), {"$date": "0009-01-02"}),
    (dt.datetime(2024, 2, 29, 1, 2), {"$datetime": "2024-02-29T01:02:00"}),  # noqa: DTZ001 - naive
    (dt.datetime(2024, 2, 29, 1, tzinfo=dt.UTC), {"$datetime": "2024-02-29T01:00:00+00:00"}),
    (dt.datetime(999, 1, 1, tzinfo=HOUR_EAST), {"$datetime": "0999-01-01T00:00:00+01:00"}),
    (dt.time(13, 5, 0, 1), {"$time": "13:05:00.000001"}),
    (dt.timedelta(days=1, microseconds=5), {"$timedelta": [1, 0, 5]}),
    (dt.timedelta(seconds=-1), {"$timedelta": [-1, 86399, 0]}),
    (uuid.UUID(int=7), {"$uuid": str(uuid.UUID(int=7))}),
]


def through_json(wire: Any) -> Any:
    """Return what a client would have read from the stream."""
    return json.loads(json.dumps(wire))


@pytest.mark.parametrize("value, wire", TAGGED, ids=lambda value: str(value)[:30])
def test_tagged_forms(value: Any, wire: Any) -> None:
    """What JSON cannot carry faithfully has the documented tagged form, both ways."""
    assert json.dumps(encode_value(value)) == json.dumps(wire)
    assert repr(decode_value(through_json(wire))) == repr(value)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -5, 2**53 - 1, 1.5, "é\U0001f600", [1, []], {}, {"__proto__": 1}, {"": 1}],
)
def test_plain_forms(value: Any) -> None:
    """What JSON carries faithfully travels as it is, keys that JavaScript knows included."""
    assert encode_value(value) == value
    assert type(encode_value(value)) is type(value)
    assert decode_value(value) == value


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
        st.times().map(lambda time: time.replace(fold=0)),
        st.datetimes().map(lambda moment: moment.replace(fold=0)),
        st.timedeltas(),
        st.uuids(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.dictionaries(
            st.one_of(
                st.text(st.characters(codec="utf-8"), max_size=4),
                st.integers(-9, 9),
                st.dates(),
                st.tuples(st.integers(0, 3), st.booleans()),
            ),
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
    assert repr(decode_value(through_json(encode_value(value)))) == repr(value)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=4),
                st.sampled_from(["$float", "$map", "$set", "$tuple", "$obj", "$bytes"]),
                st.sampled_from(["$decimal", "$date", "$time", "$timedelta", "i:1", "j:1"]),
            ),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=10,
)


@settings(max_examples=300, print_blob=True, deadline=None)
@given(json_values)
def test_whatever_is_read(wire: Any) -> None:
    """What is no wire form is a ValueError and nothing else; what is one is written the same."""
    try:
        value = decode_value(wire)
    except ValueError:
        return
    if "$obj" not in repr(wire):  # its fields come back as a dict
        assert repr(decode_value(encode_value(value))) == repr(value)


@pytest.mark.parametrize("key", ["$float", "$obj", "$", "$$"])
def test_a_dict_that_looks_tagged(key: str) -> None:
    """A dict whose only key looks like a tag comes back as that dict."""
    assert decode_value(encode_value({key: "1.0"})) == {key: "1.0"}


class Colour(enum.Enum):
    RED = "red"
    BOTH = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: int = 0


class Word(str):
    __slots__ = ()


class Amount(int):
    pass


class Stamp(dt.datetime):
    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return "its own"


@pytest.mark.parametrize(
    "value, wire",
    [
        (Colour.RED, "red"),
        (Colour.BOTH, {"$tuple": [1, 2]}),
        (Level.LOW, 1),
        (Mode.READ | Mode.WRITE, 3),
        (Path("a/b"), "a/b"),
        (Point(1), {"$tuple": [1]}),
        (frozenset({1}), {"$set": {"i:1": 1}}),
        (Word("a"), "a"),
        (Amount(5), 5),
        (Stamp(2024, 1, 2), {"$datetime": "2024-01-02T00:00:00"}),
        ({Level.LOW: 1}, {"$map": {"i:1": 1}}),
        ({Colour.RED: 1}, {"$map": {"s:red": 1}}),
        ({Word("a"): 1}, {"$map": {"s:a": 1}}),
    ],
    ids=repr,
)
def test_plainer_forms(value: Any, wire: Any) -> None:
    """Members, paths, named tuples and subclasses travel as the plainer thing they stand for."""
    assert encode_value(value) == wire
    assert "class" not in repr(decode_value(encode_value(value)))
    # And the very type, so that nothing of a subclass gets to the JSON encoder.
    assert type(encode_value(value)) in (str, int, dict)


def test_instances() -> None:
    """An instance travels as its fields: no class variables, no arguments of the constructor."""

    @dataclasses.dataclass
    class Row:
        KIND: ClassVar[str] = "row"
        x: float = 1.0
        scale: dataclasses.InitVar[int] = 3
        later: int = dataclasses.field(init=False)

    @attrs.define
    class Node:
        _name: str
        children: list[Node] = attrs.field(factory=list)

    assert encode_value(Row()) == {"$obj": {"x": {"$float": "1.0"}}}
    assert decode_value(encode_value(Row())) == {"x": 1.0}
    assert encode_value(Node("a", [Node("b")])) == {
        "$obj": {"_name": "a", "children": [{"$obj": {"_name": "b", "children": []}}]}
    }


class Opaque:
    pass


LONE = "\ud800"


@pytest.mark.parametrize(
    "value, said",
    [
        (2**53, "int beyond"),
        (-(2**53), "int beyond"),
        (Amount(2**60), "int beyond"),
        ({2**60: 1}, "int beyond"),
        (LONE, "lone surrogate"),
        ({LONE: 1}, "lone surrogate"),
        ({"$" + LONE: 1}, "lone surrogate"),
        ({LONE}, "lone surrogate"),
        (Path(LONE), "lone surrogate"),
        (Point(LONE), "lone surrogate"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (Word(LONE), "lone surrogate"),
        (Opaque(), "type Opaque"),
        (lambda: 0, "type function"),
        (1j, "type complex"),
        (bytearray(), "type bytearray"),
        (range(3), "type range"),
        ({math.nan: 1}, "key of type float"),
        ({frozenset({1}): 1}, "key of type frozenset"),
        ({Colour.RED: 1, "red": 2}, "two keys"),
        ({Colour.RED, "red"}, "two members"),
        (decimal.Decimal(f"1E+{MAX_DECIMAL_PLACES + 1}"), "send it as str"),
        (decimal.Decimal(f"1E-{MAX_DECIMAL_PLACES + 1}"), "send it as str"),
        (decimal.Decimal("1" * (MAX_DECIMAL_PLACES + 1)), "send it as str"),
    ],
    ids=lambda value: str(type(value)) if not isinstance(value, str) else None,
)
def test_unsendable(value: Any, said: str) -> None:
    """What has no faithful form is an UnsendableValueError that names it, at any depth."""
    with pytest.raises(ts.UnsendableValueError, match=said):
        encode_value({"k": [value]})


def test_cycle() -> None:
    """A value that holds itself is refused, and so is one nested without end."""
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(ts.UnsendableValueError, match="nested deeper"):
        encode_value(cycle)


def test_keys() -> None:
    """1, True and 1.0, one key in Python, are told apart where they stand as keys."""
    assert [encode_key(key) for key in (1, True, 1.0, "1", None)] == [
        "i:1",
        "b:True",
        "f:1.0",
        "s:1",
        "n:None",
    ]


MALFORMED: list[Any] = [
    {"$float": "x"},
    {"$float": [1]},
    {"$float": "1.5"},  # travels as it is
    {"$float": "1_0.0"},
    {"$float": " 1.0"},
    {"$float": "infinity"},
    {"$map": {"x:1": 1}},
    {"$map": {"1": 1}},
    {"$map": [1]},
    {"$map": {"i:x": 1}},
    {"$map": {"i:01": 1}},
    {"$map": {"i:1_0": 1}},
    {"$map": {"i:9007199254740992": 1}},
    {"$map": {"i:" + "9" * 5000: 1}},
    {"$map": {"f:1": 1}},
    {"$map": {"b:true": 1}},
    {"$map": {"n:": 1}},
    {"$map": {"i:1": 1, "b:True": 2}},
    {"$map": {"f:1.0": 1, "i:1": 2}},
    {"$map": {"j:[1]": 1}},
    {"$set": [1]},
    {"$set": {"i:1": 2}},
    {"$set": {"i:1": 1, "f:1.0": 1}},
    {"$set": {"j:[1]": 1}},
    {"$set": {"j:[": 1}},
    {"$set": {"j:" + "[" * 30_000: 1}},
    {"$set": {"i:1.5": 1}},
    {"$set": 5},
    {"$tuple": None},
    {"$tuple": {"0": 1}},
    {"$bytes": "é"},
    {"$bytes": "YQ"},
    {"$bytes": "Y!Q=="},
    {"$bytes": 5},
    {"$decimal": "one"},
    {"$decimal": "1_0"},
    {"$decimal": "1e5"},
    {"$decimal": "1E+999999999"},
    {"$date": "2024-13-01"},
    {"$date": "20240101"},
    {"$date": "2024-W01-1"},
    {"$datetime": 5},
    {"$datetime": "2024-01-01"},
    {"$datetime": "2024-01-01T00:00:00Z"},
    {"$time": "25:00:00"},
    {"$time": "13:05"},
    {"$timedelta": [10**30]},
    {"$timedelta": [0, 86400, 0]},
    {"$timedelta": [True, 0, 0]},
    {"$timedelta": "abc"},
    {"$uuid": "x"},
    {"$uuid": "{00000000-0000-0000-0000-000000000007}"},
    {"$obj": 5},
    {"$enum": "red"},
    {"$float": "1.0", "more": 1},
    {"more": 1, "$float": "1.0"},
    2**53,
    -(2**60),
]


@pytest.mark.parametrize("wire", MALFORMED, ids=lambda wire: str(wire)[:40])
def test_malformed_wire(wire: Any) -> None:
    """What we would never have written is a ValueError, each other spelling included."""
    with pytest.raises(ValueError, match=r".+"):
        decode_value([wire])


def test_deep_wire() -> None:
    """A value nested deeper than ours may be is refused, not a RecursionError."""
    wire: Any = 0
    for _ in range(900):
        wire = [wire]
    with pytest.raises(ValueError, match="nested deeper"):
        decode_value(wire)
