"""Forms that become instances: what each annotation takes of texts, and all errors at once."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest

from triostate.errors import FormError
from triostate.state.converters import NoConverterError
from triostate.state.form_fields import form_class, read_form


class Size(enum.Enum):
    """Of a shirt."""

    SMALL = "s"
    LARGE = "l"


@attrs.define
class Everything:
    """A field of each kind."""

    text: str = "default"
    whole: int = 0
    real: float = 0.0
    price: Decimal = Decimal(0)
    is_on: bool = True
    day: dt.date | None = None
    at: dt.datetime | None = None
    clock: dt.time | None = None
    size: Size = Size.SMALL
    choice: Literal["a", "b", 3] = "a"
    note: str | None = "default"
    tags: list[str] = attrs.Factory(lambda: ["default"])
    numbers: set[int] = attrs.Factory(set)
    pair: tuple[int, ...] = ()


def read(cls: type, *entries: tuple[str, str], controls: set[str] | None = None) -> Any:
    """Return the instance, or the errors by field."""
    shape = form_class(cls)
    assert shape is not None
    try:
        return read_form(shape, entries, controls)
    except FormError as error:
        return error.fields


@pytest.mark.parametrize(
    "name, text, value",
    [
        ("text", " a ", " a "),
        ("text", "", ""),
        ("whole", "12", 12),
        ("whole", "", 0),
        ("real", "1e3", 1000.0),
        ("price", "1.10", Decimal("1.10")),
        ("is_on", "on", True),
        ("is_on", "false", False),
        ("day", "2024-01-31", dt.date(2024, 1, 31)),
        ("day", "", None),
        ("at", "2024-01-31T13:05", dt.datetime.fromisoformat("2024-01-31T13:05")),
        ("clock", "13:05", dt.time(13, 5)),
        ("size", "l", Size.LARGE),
        ("choice", "3", 3),
        ("note", "", None),
        ("note", "x", "x"),
        ("tags", "x", ["x"]),
    ],
)
def test_a_text_becomes_the_type(name: str, text: str, value: object) -> None:
    """Of each annotation; an empty text is None or no entry, but for a str."""
    made = getattr(read(Everything, (name, text)), name)
    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(
    "name, text, error",
    [
        ("whole", "1.5", "must be a whole number"),
        ("whole", "9" * 500, "must be a whole number"),
        ("real", "nan", "must be a number"),
        ("price", "x", "must be a number"),
        ("is_on", "maybe", "must be yes or no"),
        ("day", "31.1.2024", "must be a date"),
        ("at", "soon", "must be a date and time"),
        ("clock", "25:00", "must be a time"),
        ("size", "xl", "must be one of the choices"),
        ("choice", "c", "must be one of the choices"),
        ("numbers", "x", "must be a whole number"),
    ],
)
def test_a_wrong_entry_is_told_to_people(name: str, text: str, error: str) -> None:
    """In a few words that do not quote it and name no type of Python's."""
    assert read(Everything, (name, text)) == {name: error}


def test_nothing_chosen() -> None:
    """A list with a placeholder of which nothing is chosen sends no entry: that is an empty one."""

    @attrs.define
    class Chosen:
        letter: Literal["a", "b"]
        word: str
        size: Size | None
        number: int = 3
        tag: str = "none"

    assert read(Chosen) == {"letter": "is required", "word": "is required"}
    made = read(Chosen, ("letter", "a"), ("word", ""))
    assert (made.size, made.number, made.tag) == (None, 3, "none")


def test_several_entries_of_one_name() -> None:
    """All go into a container, of empty ones none; of a single value the last is taken."""
    made = read(
        Everything,
        *(("tags", "a"), ("tags", ""), ("tags", "b"), ("numbers", "1"), ("numbers", "1")),
        *(("pair", "1"), ("pair", "2"), ("whole", "1"), ("whole", "2")),
    )
    assert (made.tags, made.numbers, made.pair, made.whole) == (["a", "b"], {1}, (1, 2), 2)


def test_what_is_not_sent() -> None:
    """A box is off, a list empty; what the form has no control for keeps its default."""
    made = read(Everything)
    assert (made.is_on, made.tags, made.text, made.note) == (False, [], "default", "default")
    made = read(Everything, controls={"text"})
    assert (made.is_on, made.tags) == (True, ["default"])
    assert read(Everything, controls={"is_on"}).is_on is False


def test_names_that_are_no_fields_do_nothing() -> None:
    """Whatever a browser sends, nothing is set but declared fields that the constructor takes."""

    @attrs.define
    class Account:
        name: str
        is_admin: bool = attrs.field(default=False, init=False)

    made = read(
        Account,
        *(("name", "x"), ("is_admin", "on"), ("__class__", "x"), ("__init__", "x")),
        *(("__proto__", "x"), ("_secret", "x"), ("name.upper", "x"), ("", "x")),
    )
    assert made == Account("x")
    assert made.is_admin is False


def test_all_errors_come_at_once() -> None:
    """What does not convert, what is missing, what validators of other fields say."""

    def even(instance: object, attribute: Any, value: int) -> None:
        if value % 2:
            raise ValueError("must be even")

    @attrs.define
    class Order:
        name: str = attrs.field(validator=attrs.validators.min_len(2))
        count: int = attrs.field(validator=[attrs.validators.ge(1), even])
        price: Decimal
        day: dt.date

    assert read(Order, ("name", "x"), ("count", "3"), ("price", "cheap")) == {
        "name": "must have at least 2 characters",
        "count": "must be even",
        "price": "must be a number",
        "day": "is required",
    }
    entries = (("name", "x"), ("count", "0"), ("price", "1"), ("day", "2024-01-31"))
    assert read(Order, *entries)["count"] == "must be at least 1"


@pytest.mark.parametrize(
    "validator, entry, told",
    [
        (attrs.validators.ge(1), "0", "must be at least 1"),
        (attrs.validators.gt(1), "1", "must be more than 1"),
        (attrs.validators.le(3), "4", "must be at most 3"),
        (attrs.validators.lt(3), "3", "must be less than 3"),
        (attrs.validators.in_([1, 2]), "3", "must be one of the choices"),
    ],
)
def test_validators_of_attrs(validator: Any, entry: str, told: str) -> None:
    """What they find wrong is said in words, and does not quote what was entered."""

    @attrs.define
    class Order:
        count: int = attrs.field(validator=validator)

    assert read(Order, ("count", entry)) == {"count": told}


def test_validators_of_texts_and_lists() -> None:
    """Lengths are of characters or of entries; a pattern is not for people."""

    @attrs.define
    class Order:
        code: str = attrs.field(validator=attrs.validators.matches_re("[A-Z]+"))
        word: str = attrs.field(validator=attrs.validators.max_len(1))
        sizes: list[str] = attrs.field(validator=attrs.validators.min_len(1))

    assert read(Order, ("code", "a'b' doesn't"), ("word", "ab")) == {
        "code": "is not valid",
        "word": "must have at most 1 character",
        "sizes": "must have at least 1 entry",
    }


def test_the_class_as_a_whole() -> None:
    """What __post_init__ says is of the whole form, unless it names fields."""

    @dataclass
    class Span:
        start: int
        end: int
        how: list[str] = field(default_factory=list)

        def __post_init__(self) -> None:
            if self.start > self.end:
                raise ValueError("The end is before the start.")
            if self.start == self.end:
                raise FormError({"end": "is the start", "": "Nothing."})

    assert read(Span, ("start", "2"), ("end", "1")) == {"": "The end is before the start."}
    assert read(Span, ("start", "2"), ("end", "2")) == {"end": "is the start", "": "Nothing."}
    assert read(Span, ("start", "1"), ("end", "2")) == Span(1, 2)


def test_other_exceptions_tell_nothing() -> None:
    """No text of a TypeError, nor of a ValueError's subclass, is shown; others are raised."""

    def fail(error: Exception) -> Any:
        def raise_it(instance: object, attribute: object, value: object) -> None:
            raise error

        return attrs.make_class("Failing", {"name": attrs.field(type=str, validator=raise_it)})

    private = UnicodeDecodeError("codec", b"secret", 0, 1, "secret")
    for error in (TypeError("secret"), private, ValueError(("secret",)), ValueError()):
        assert read(fail(error), ("name", "x")) == {"name": "is not valid"}
    with pytest.raises(KeyError):
        read(fail(KeyError("secret")), ("name", "x"))


def test_converters_of_attrs() -> None:
    """They get the converted value, and what they raise is an error of the field."""

    def positive(value: int) -> int:
        if value < 0:
            raise ValueError("must not be negative")
        return value

    def with_field(value: int, it: Any) -> str:
        return f"{it.name}{positive(value)}"

    @attrs.define
    class Made:
        a: int = attrs.field(converter=positive)
        b: int = attrs.field(converter=attrs.Converter(with_field, takes_field=True))

    assert read(Made, ("a", "1"), ("b", "2")) == Made(1, 2)
    wrong = {"a": "must not be negative", "b": "must not be negative"}
    assert read(Made, ("a", "-1"), ("b", "-2")) == wrong


def test_a_long_text_is_cut() -> None:
    """What a validator says is bounded, whoever wrote what it quotes."""

    @dataclass
    class Echo:
        text: str

        def __post_init__(self) -> None:
            raise ValueError(self.text)

    assert len(read(Echo, ("text", "x" * 10_000))[""]) == 500


def test_what_no_form_fills() -> None:
    """A field of a class of data, or of what a browser cannot send, is named with the remedy."""

    @attrs.define
    class Inner:
        a: int

    with pytest.raises(NoConverterError, match=r"no control fills Outer.inner, which is of type"):
        form_class(attrs.make_class("Outer", {"inner": attrs.field(type=Inner)}))
    with pytest.raises(NoConverterError, match=r"Many.rows"):
        form_class(attrs.make_class("Many", {"rows": attrs.field(type=list[Inner])}))
    assert form_class(int) is None
    assert form_class(dict[str, str]) is None
