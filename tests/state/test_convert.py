"""What browsers send becomes what handlers asked for, or is refused without being shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import typing
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, NamedTuple, NewType, NotRequired, Optional, TypedDict

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

import triostate as ts
from triostate.errors import NotConvertibleError
from triostate.limits import MAX_NUMBER_CHARS
from triostate.state.codec import encode_value
from triostate.state.convert import convert, unconvertible
from triostate.testing import isolated
from triostate.ui import Assets, Page, compile_page


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Kind(enum.StrEnum):
    A = "a"


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Spot(enum.Enum):
    HOME = (0, 0)
    DAY = dt.date(2024, 1, 2)


class Point(NamedTuple):
    x: int
    y: int = 0


class Options(TypedDict):
    x: int
    y: NotRequired[str]


@dataclasses.dataclass
class Row:
    n: int
    day: dt.date | None = None
    below: list[Row] = dataclasses.field(default_factory=list)
    double: int = dataclasses.field(init=False, default=0)


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str = ""


@attrs.define
class Item:
    _key: str
    price: decimal.Decimal = decimal.Decimal(1)

    def __attrs_post_init__(self) -> None:
        if self.price < 0:
            raise ValueError("a price is not negative")


@dataclasses.dataclass
class Strict:
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ZeroDivisionError("n is -12345")


class Euro(decimal.Decimal):
    pass


Identity = NewType("Identity", int)

ID = uuid.UUID(int=7)
UTC = dt.UTC

TAKEN: list[tuple[Any, Any, Any]] = [
    # int
    (12, int, 12),
    ("12", int, 12),
    (" -3 ", int, -3),
    ("+4", int, 4),
    ({"$float": "3.0"}, int, 3),
    (2**53 - 1, int, 2**53 - 1),
    (str(2**60), int, 2**60),
    # float
    (1.5, float, 1.5),
    (3, float, 3.0),
    ("1.5", float, 1.5),
    (".5", float, 0.5),
    ("1e3", float, 1000.0),
    ({"$float": "2.0"}, float, 2.0),
    ({"$float": "inf"}, float, float("inf")),
    # bool
    (True, bool, True),
    (0, bool, False),
    ("true", bool, True),
    ("ON", bool, True),
    ("off", bool, False),
    ("", bool, False),
    # str, None
    ("abc", str, "abc"),
    ("", str, ""),
    (None, type(None), None),
    # Decimal
    (3, decimal.Decimal, decimal.Decimal(3)),
    (1.1, decimal.Decimal, decimal.Decimal("1.1")),
    ("1.10", decimal.Decimal, decimal.Decimal("1.10")),
    ({"$decimal": "1.20"}, decimal.Decimal, decimal.Decimal("1.20")),
    ({"$decimal": "NaN"}, decimal.Decimal, decimal.Decimal("NaN")),
    # dates and times, as the browser's own controls give them
    ("2024-02-29", dt.date, dt.date(2024, 2, 29)),
    ({"$date": "2024-02-29"}, dt.date, dt.date(2024, 2, 29)),
    ("2024-02-29T13:05", dt.datetime, dt.datetime(2024, 2, 29, 13, 5)),  # noqa: DTZ001 - naive
    ("2024-02-29T13:05:30+00:00", dt.datetime, dt.datetime(2024, 2, 29, 13, 5, 30, tzinfo=UTC)),
    ("2024-02-29T13:05Z", dt.datetime, dt.datetime(2024, 2, 29, 13, 5, tzinfo=UTC)),
    ({"$date": "2024-02-29"}, dt.datetime, dt.datetime(2024, 2, 29)),  # noqa: DTZ001 - naive
    ("13:05", dt.time, dt.time(13, 5)),
    ({"$time": "13:05:00"}, dt.time, dt.time(13, 5)),
    (90, dt.timedelta, dt.timedelta(seconds=90)),
    (0.5, dt.timedelta, dt.timedelta(seconds=0.5)),
    ("1:30", dt.timedelta, dt.timedelta(hours=1, minutes=30)),
    ("-0:00:01.5", dt.timedelta, -dt.timedelta(seconds=1.5)),
    ({"$timedelta": [1, 0, 0]}, dt.timedelta, dt.timedelta(days=1)),
    # others
    (str(ID), uuid.UUID, ID),
    ({"$uuid": str(ID)}, uuid.UUID, ID),
    ({"$bytes": "YQ=="}, bytes, b"a"),
    ("a/b", Path, Path("a/b")),
    ("a/b", PurePath, PurePath("a/b")),
    ("1.5", Euro, Euro("1.5")),
    ("5", Identity, 5),
    ("5", Annotated[int, "five"], 5),
    # enums
    ("red", Colour, Colour.RED),
    ("BLUE", Colour, Colour.BLUE),
    (2, Level, Level.HIGH),
    ("2", Level, Level.HIGH),
    ("HIGH", Level, Level.HIGH),
    ("a", Kind, Kind.A),
    (3, Mode, Mode.READ | Mode.WRITE),
    ({"$tuple": [0, 0]}, Spot, Spot.HOME),
    ("2024-01-02", Spot, Spot.DAY),
    ("a", Literal["a", "b"], "a"),
    ("1", Literal[1, 2], 1),
    ("red", Literal[Colour.RED], Colour.RED),
    # unions
    (None, int | None, None),
    ("", int | None, None),
    ("", dt.date | None, None),
    ("", str | None, ""),
    ("12", Optional[int], 12),  # noqa: UP045 - the other spelling
    ("12", int | str, "12"),
    (12, int | str, 12),
    ("12", int | float, 12),
    ("12", float | int, 12.0),
    ("1.5", int | float, 1.5),
    ({"n": 1}, Frozen | Row, Row(1)),
    ({"name": "a"}, Row | Frozen, Frozen("a")),
    (True, int | bool, True),
    # containers
    (["1", 2], list[int], [1, 2]),
    ({"$tuple": [1]}, list[int], [1]),
    ([1], Sequence[int], [1]),
    ([1, "a"], list, [1, "a"]),
    (["1", "1"], set[int], {1}),
    ({"$set": {"i:1": 1}}, frozenset[int], frozenset({1})),
    (["1", "a"], tuple[int, str], (1, "a")),
    (["1", "2"], tuple[int, ...], (1, 2)),
    ([1], tuple, (1,)),
    ([], tuple[()], ()),
    ({"a": "1"}, dict[str, int], {"a": 1}),
    ({"1": "a"}, dict[int, str], {1: "a"}),
    ({"$map": {"i:1": "a"}}, Mapping[int, str], {1: "a"}),
    ([None, "x"], list[int | str | None], [None, "x"]),
    # classes of data
    ({"x": "1"}, Options, {"x": 1}),
    ([1, 2], Point, Point(1, 2)),
    ({"$tuple": [1, 2]}, Point, Point(1, 2)),
    ({"x": 1}, Point, Point(1)),
    ({"n": "1", "day": ""}, Row, Row(1)),
    ({"n": 1, "below": [{"n": 2}]}, Row, Row(1, None, [Row(2)])),
    ({"$obj": {"n": 1, "double": 99}}, Row, Row(1)),
    ({"_key": "k"}, Item, Item("k")),
    # anything
    ([1, {"a": None}], Any, [1, {"a": None}]),
    (1, object, 1),
    (1, typing.TypeVar("T"), 1),  # type: ignore[misc]
]


@pytest.mark.parametrize("wire, annotation, value", TAKEN, ids=str)
def test_taken(wire: Any, annotation: Any, value: Any) -> None:
    """A browser's value becomes the annotated type where it is or reads as one (13)."""
    found = convert(wire, annotation, "n")
    assert (repr(found), type(found)) == (repr(value), type(value))


REFUSED: list[tuple[Any, Any]] = [
    ("x", int),
    ("", int),
    ("1.5", int),
    ("1_0", int),
    ("٣", int),  # a digit, but none of ours
    (1.5, int),
    (True, int),
    (None, int),
    ("9" * (MAX_NUMBER_CHARS + 1), int),
    (2**53, int),
    ("nan", float),
    ("inf", float),
    ("1e999", float),
    ("1,5", float),
    ("0x10", float),
    ("maybe", bool),
    (2, bool),
    (None, bool),
    (1, str),
    ([], str),
    (None, str),
    ("None", type(None)),
    ("NaN", decimal.Decimal),
    ("1e99999", decimal.Decimal),
    ({"$float": "nan"}, decimal.Decimal),
    ("2024-02-30", dt.date),
    ("20240229", dt.date),
    ("2024-02-29T00:00", dt.date),
    ({"$datetime": "2024-02-29T00:00:00"}, dt.date),
    ("soon", dt.datetime),
    (5, dt.datetime),
    ("25:00", dt.time),
    ("1:75", dt.timedelta),
    ({"$float": "inf"}, dt.timedelta),
    (10**14, dt.timedelta),
    ("x", uuid.UUID),
    ("abc", bytes),
    ("a\0b", Path),
    (5, Path),
    ("green", Colour),
    (1, Colour),
    (True, Level),
    (8, Mode),
    ([], Colour),
    ("c", Literal["a", "b"]),
    (True, Literal[1]),
    ("x", int | float),
    ("x", int | None),
    ("abc", list[str]),
    ("abc", list),
    ({"a": 1}, list),
    ([1], dict),
    ([1, 2, 3], tuple[int, int]),
    ([[1]], set[Any]),
    ({"1": 1, "01": 2}, dict[int, int]),
    ({"x": 1, "z": 2}, Options),
    ({"y": "a"}, Options),
    ([1, 2, 3], Point),
    ({"n": 1, "m": 2}, Row),
    ({}, Row),
    ({"n": 1, "below": [{"n": "x"}]}, Row),
    (1, Row),
    ({"_key": "k", "price": -1}, Item),
    ({"n": -12345}, Strict),
    ("x", Euro),
    ({"$float": "x"}, Any),
]


@pytest.mark.parametrize("wire, annotation", REFUSED, ids=lambda value: str(value)[:40])
def test_refused(wire: Any, annotation: Any) -> None:
    """What does not convert is refused, with what it was for but without the value (13)."""
    with pytest.raises(NotConvertibleError, match=r"^argument 1 of f: ") as caught:
        convert(wire, annotation, "argument 1 of f")
    text = str(caught.value)
    assert "12345" not in text
    assert "soon" not in text
    assert len(text) < 200


def test_deep_wire() -> None:
    """A value nested as deep as a body allows is refused, not a RecursionError."""
    wire: Any = 0
    for _ in range(900):
        wire = [wire]
    with pytest.raises(NotConvertibleError):
        convert(wire, Any, "n")


SENDABLE = [
    int,
    float,
    str,
    bool,
    decimal.Decimal,
    dt.date,
    dt.time,
    dt.timedelta,
    uuid.UUID,
    bytes,
    list[int],
    tuple[int, str],
    dict[int, str],
    set[int],
    Colour,
    Level,
    Frozen,
]


@settings(max_examples=200, deadline=None, print_blob=True)
@given(st.data())
def test_round_trip(data: st.DataObject) -> None:
    """A value that travelled down comes back up as an equal one of its type (13)."""
    annotation = data.draw(st.sampled_from(SENDABLE))
    strategy = st.from_type(annotation)  # type: ignore[arg-type]
    value = data.draw(strategy)
    try:
        wire = encode_value(value)
    except ts.UnsendableValueError:
        return  # an int that is too large, a nan as a key
    found = convert(wire, annotation, "n")
    is_same = repr(found) == repr(value) or found == value
    assert is_same or getattr(value, "fold", 0)
    assert type(found) is type(value)


def test_instances_round_trip() -> None:
    """An instance that a page sends back, as a row value, is equal to the one that it showed."""
    row = Row(1, dt.date(2024, 1, 2), [Row(2)])
    assert convert(encode_value(row), Row, "row") == row
    item = Item("k", decimal.Decimal("1.20"))
    assert convert(encode_value(item), Item, "item") == item


class Opaque:
    pass


@pytest.mark.parametrize(
    "annotation",
    [trio.Lock, Opaque, list[Opaque], Opaque | None, Callable[[], int], type, "Missing", range],
    ids=str,
)
def test_what_no_browser_can_send(annotation: Any) -> None:
    """For a type that no browser value can become there is a reason, at once and at each value."""
    assert unconvertible(annotation)
    with pytest.raises(NotConvertibleError, match="argument 1"):
        convert(1, annotation, "argument 1")
    assert unconvertible(list[int]) is None


def test_bound_to_a_trigger() -> None:
    """A page that lets a browser fill such a parameter is refused, with handler and remedy (13)."""
    with isolated():

        class Shop(ts.State):
            @ts.event
            def take(self, value: Opaque) -> None: ...

            @ts.event
            def forward(self, value: Missing) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    for handler in (Shop.take, Shop.forward):
        with pytest.raises(ts.PageError, match=r"input: on_change: state\.shop\.\w+\(value\)"):
            compile_trigger(ts.input, on_change=handler)
    # Given in the page, the argument has not to come from the browser.
    compile_trigger(ts.button, on_click=Shop.take(Opaque()))


def compile_trigger(component: Any, **trigger: Any) -> None:
    page = Page("/", "T", lambda: component(**trigger), __name__)
    compile_page(page, lambda ref: None, Assets("", "", ""))
