"""Vars that live in the browser: how they are declared, and what a browser's values become."""

from __future__ import annotations

import datetime as dt
import enum
import logging
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import triostate as ts
from triostate.limits import MAX_STORED_VARS
from triostate.state.checking import check_states
from triostate.state.codec import decode_json, encode_json, encode_value
from triostate.state.restoring import read_stored, stored_fields
from triostate.state.storage import Place
from triostate.testing import isolated


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    with isolated():
        yield


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Row:
    n: float = 0.0
    below: list[Row] = field(default_factory=list)
    colours: set[Colour] = field(default_factory=set)


class TestDeclaring:
    def test_the_three(self) -> None:
        """Each is a var with a default, and says where in the browser its value is kept."""

        class Settings(ts.State):
            theme: str = ts.LocalStorage("light", name="theme", sync=True)
            draft: list[str] = ts.SessionStorage([])
            visits: int = ts.Cookie(0, max_age_seconds=60, same_site="strict", path="/a")
            typed: ts.Field[int] = ts.field(ts.LocalStorage(1))
            plain: int = 0

        assert (Settings().theme, Settings().draft, Settings().visits) == ("light", [], 0)
        assert Settings().typed == 1
        fields = stored_fields([Settings])
        assert {name: field.place for name, field in fields.items()} == {
            "state.settings.theme": Place("local", "theme", sync=True),
            "state.settings.draft": Place("session", None),
            "state.settings.visits": Place(
                "cookie", None, attributes="; Path=/a; Max-Age=60; SameSite=Strict"
            ),
            "state.settings.typed": Place("local", None),
        }

    def test_mixin(self) -> None:
        """A mixin's stored var is one of each class that mixes it in, under that class's name."""

        class Part(ts.State, mixin=True):
            theme: str = ts.LocalStorage("light")

        class One(Part, ts.State): ...

        class Two(Part, ts.State): ...

        assert [*stored_fields([One, Two])] == ["state.one.theme", "state.two.theme"]
        check_states([One, Two])

    def test_backend(self) -> None:
        """A name with an underscore stays on the server: it cannot be kept in the browser."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong\._theme.*underscore"):

            class Wrong(ts.State):
                _theme: str = ts.LocalStorage("light")

    def test_default_of_another_type(self) -> None:
        """Its default is checked as that of any other var."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.theme is a str.*int"):

            class Wrong(ts.State):
                theme: str = ts.LocalStorage(0)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def test_one_way_only(self) -> None:
        """A type that a browser cannot send back, say with a serializer, cannot be kept there."""

        class Money:
            def __init__(self, cents: int) -> None:
                self.cents = cents

        @ts.serializer
        def of_money(value: Money) -> int:
            return value.cents

        with pytest.raises(ts.DefinitionError, match=r"Wrong\.price cannot be read back"):

            class Wrong(ts.State):
                price: Money = ts.LocalStorage(Money(1))

    def test_one_place_for_two(self) -> None:
        """Two vars in one place are refused when the app starts, naming both."""

        class One(ts.State):
            theme: str = ts.LocalStorage("light", name="theme")
            other: str = ts.SessionStorage("light", name="theme")

        class Two(ts.State):
            theme: str = ts.LocalStorage("light", name="theme")

        check_states([One])
        with pytest.raises(ts.DefinitionError, match=r"One\.theme and Two\.theme.*'theme'.*name="):
            check_states([One, Two])

    def test_too_many(self) -> None:
        """More than a browser may send are refused when the app starts, with what to do."""

        def make(count: int) -> type[ts.State]:
            names = [f"v{i}" for i in range(count)]
            kept = {name: ts.LocalStorage(0) for name in names}
            body = {"__annotations__": dict.fromkeys(names, int), **kept}
            return type(ts.State)("Many", (ts.State,), body)  # pyright: ignore[reportCallIssue]

        check_states([make(MAX_STORED_VARS)])
        with pytest.raises(ts.DefinitionError, match=r"257 vars .*256 at most.*Many\.v256"):
            check_states([make(MAX_STORED_VARS + 1)])

    @pytest.mark.parametrize(
        "declare",
        [
            lambda: ts.LocalStorage("", name=""),
            lambda: ts.LocalStorage("", name="ts-token"),
            lambda: ts.SessionStorage("", name="ts-stored"),
            lambda: ts.Cookie("", name="triostate-8000"),
            lambda: ts.Cookie("", name="__Host-triostate"),
            lambda: ts.Cookie("", name="a;b"),
            lambda: ts.Cookie("", name="a=b"),
            lambda: ts.Cookie("", name="ä"),
            lambda: ts.Cookie("", path="a"),
            lambda: ts.Cookie("", path="/; Domain=x"),
            lambda: ts.Cookie("", path="/\n"),
            lambda: ts.Cookie("", max_age_seconds=0),
            lambda: ts.Cookie("", max_age_seconds=True),
            lambda: ts.Cookie("", same_site="Lax; Domain=x"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        ],
    )
    def test_refused_options(self, declare: Any) -> None:
        """Names of the framework's own, and what no cookie may have, are refused at once."""
        with pytest.raises(ts.DefinitionError):
            declare()

    @pytest.mark.parametrize(
        "options, secure",
        [
            ({}, None),
            ({"secure": True}, True),
            ({"secure": False}, False),
            ({"same_site": "none"}, True),
        ],
    )
    def test_secure(self, options: dict[str, Any], secure: bool | None) -> None:
        """A cookie is for TLS only where the page is, unless told otherwise."""

        class Settings(ts.State):
            theme: str = ts.Cookie("light", **options)

        place = Settings._fields["theme"].place
        assert place is not None
        assert place.secure is secure


class TestReading:
    def read(self, stored: dict[str, Any], changed: list[str], *, fresh: bool) -> dict[str, Any]:
        class Settings(ts.State):
            theme: str = ts.LocalStorage("light")
            size: int = ts.Cookie(10)
            rows: list[int] = ts.SessionStorage([1])
            plain: int = 0
            _secret: int = 0

        full = {f"state.settings.{name}": wire for name, wire in stored.items()}
        names = [f"state.settings.{name}" for name in changed]
        values = read_stored(stored_fields([Settings]), full, names, fresh=fresh)
        return {field.name: value for field, value in values.items()}

    def test_new_session(self) -> None:
        """A new session takes all that the browser has, converted to the vars' types."""
        found = self.read({"theme": "dark", "size": "12", "rows": ["2"]}, [], fresh=True)
        assert found == {"theme": "dark", "size": 12, "rows": [2]}

    def test_living_session(self) -> None:
        """One that has lived on takes only what is news to it; what has gone is the default."""
        found = self.read({"theme": "dark", "size": 12}, ["size", "rows"], fresh=False)
        assert found == {"size": 12, "rows": [1]}

    @pytest.mark.parametrize(
        "annotation, value",
        [
            (int, 2**53 - 1),
            (float, 2.0),
            (float, math.inf),
            (float, -0.0),
            (bool, True),
            (int | None, None),
            (str | None, ""),
            (Decimal, Decimal("1.20")),
            (dt.date, dt.date(999, 1, 31)),
            (dt.datetime, dt.datetime(2024, 1, 31, 13, 5, 6, 7, tzinfo=dt.UTC)),
            (dt.timedelta, dt.timedelta(-1, 2, 3)),
            (uuid.UUID, uuid.UUID(int=5)),
            (bytes, b"\x00\xff"),
            (Path, Path("a/b")),
            (Colour, Colour.RED),
            (tuple[int, str], (1, "a")),
            (set[int | str], {1, "1"}),
            (frozenset[tuple[int, int]], frozenset({(1, 2)})),
            (dict[int, list[str]], {1: ["a"], 10: []}),
            (dict[str, int], {"$a": 1, "7": 2, "__proto__": 3}),
            (Row, Row(1.0, [Row(2.5)], {Colour.RED})),
            (list[Row | None], [None, Row()]),
            (Any, [1, 1.0, True, None, {"a": (1,)}]),
        ],
    )
    def test_back_as_it_went(self, annotation: Any, value: Any) -> None:
        """What the browser keeps of a value becomes the same value again, of the same types."""
        body = {"__annotations__": {"v": annotation}, "v": ts.LocalStorage(value)}
        cls: Any = type(ts.State)("Box", (ts.State,), body)  # pyright: ignore[reportCallIssue]
        kept = decode_json(encode_json(encode_value(value)))
        found = read_stored(stored_fields([cls]), {"state.box.v": kept}, [], fresh=True)
        assert repr(found[cls._fields["v"]]) == repr(value)

    def test_what_does_not_convert(self, caplog: pytest.LogCaptureFixture) -> None:
        """What does not convert is left alone and logged for developers, without the value."""
        caplog.set_level(logging.DEBUG, "triostate")
        stored = {"theme": 5, "size": "hidden", "rows": [{"$float": "x"}]}
        assert self.read(stored, [], fresh=True) == {}
        assert len(caplog.records) == 3
        assert {record.levelno for record in caplog.records} == {logging.DEBUG}
        assert "state.settings.size" in caplog.text
        assert "hidden" not in caplog.text
        assert self.read(stored, ["size"], fresh=False) == {}

    def test_what_could_not_be_shown_again(self) -> None:
        """A value of the right type that could not be sent is left alone, too."""
        assert self.read({"size": "9" * 20}, [], fresh=True) == {}

    def test_other_names(self) -> None:
        """Names of other vars, backend vars included, are passed over."""
        assert self.read({"plain": 5, "_secret": 5, "nothing": 5}, [], fresh=True) == {}
