"""Values for cases, as source text: of every type that travels, with an eye for odd ones.

Each comes as two texts: what a var holds, and what an expression sees of it, which differ where
`triostate.state.operations` says so.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from tests.conformance import plain
from tests.conformance.vocabulary import read

__all__ = ["DATE_FORMATS", "FORMATS", "Draw", "Source", "of_sort", "sort_of"]

#: Draws an int from 0 up to a number, which is left out.
Draw = Callable[[int], int]


@attrs.frozen
class Source:
    """One value, twice."""

    var: str
    seen: str

    @classmethod
    def same(cls, text: str) -> Source:
        """Return a value that is seen as it is."""
        return cls(text, text)


INTS = (
    "0", "1", "-1", "2", "3", "-2", "-3", "5", "7", "-7", "10", "12", "16", "60", "97", "100",
    "255", "1000", "-1000", "12345", "999999", "1234567", "-98765432", "4503599627370495",
    "4503599627370497", "9007199254740990", "9007199254740991", "-9007199254740991", "94906267",
    "3037000499", "128512", "1114111", "55296", "True", "False", "True", "False",
)  # fmt: skip

FLOATS = (
    "0.0", "-0.0", "1.0", "-1.0", "0.5", "1.5", "2.5", "-2.5", "3.5", "0.1", "0.2", "0.3", "1e16",
    "1e15", "123456789.125", "1e22", "1e-5", "0.0001", "0.00001234", "-0.001", "2.675", "1.005",
    "0.125", "1e300", "-1e300", "5e-324", "1.7976931348623157e308", "inf", "-inf", "nan",
    "9007199254740993.0", "4503599627370496.5", "99.995", "-7.0", "3.0", "1e-7", "123456.789",
    "0.015", "1e100",
)  # fmt: skip

TEXTS = tuple(
    map(
        repr,
        (
            "", " ", "a", "b", "ab", "abc", "a,b,,c", "A", "aB", "ABC", "hello world", "  pad  ",
            "it's", 'say "hi"', "both ' and \"", "back\\slash", "line\nbreak", "tab\there",
            "\r\n", "1", "-7", " 42 ", "1_000", "1__0", "0x10", "3.5", "1e5", "-.5", "5.", "inf",
            "-Infinity", "nan", "1_0.5", "\u0661\u0662", "\u0967.\u0966", "\x1c5", "5\u3000",
            "\ufeff5", "x" * 12, "na\u00efve", "e\u0301", "\u00df", "\u0130", "\u0131",
            "\u03a3\u03c3\u03c2", "\u039f\u03a3", "\ufb01n", "\u0149", "\u01c5", "\u4e2d\u6587",
            "\U0001f600", "a\U0001f600b\U0001f680", "\U0001f468\u200d\U0001f469",
            "\uff21\U00010400", "\U00010428", "\u00a0x\u00a0", "\u2003x\u2028", "\x1fx\x85",
            "\u200bx", "\ufeffx", "\x00", "\x7f\x80", "\u0301", "key", "k", "\u05d0\u0660", "$x",
            "__proto__", "constructor", "length", "%s", "{}", "<b>&amp;</b>",
        ),
    )
)  # fmt: skip

DECIMALS = (
    "0", "1", "-1", "1.20", "1.2", "-0.00", "0E+3", "0E-9", "1E+3", "-1E+3", "1E-7", "1E-6",
    "12345.678", "1234567.891", "0.5", "2.5", "3.5", "1.005", "9.995", "99999.95", "NaN", "-NaN",
    "Infinity", "-Infinity", "sNaN", "NaN12", "1E+30", "9007199254740993", "0.1", "123E+5",
    "-2.7", "0.1000000000000000055511151231257827021181583404541015625", "1E-30", "-7", "100",
    "1.7976931348623157E+308",
)  # fmt: skip

FORMATS = (
    ".2f", ".0f", ".3", ".10g", "g", "G", "e", "E", ".2e", ".0e", "%", ".1%", "n", ",.2f", "_.3f",
    "#.0f", "#g", "#x", "#o", "#b", "x", "X", "o", "b", "c", "d", ",d", "_d", ",x", "_x", "_b",
    "+d", "-d", "05", "05d", "+05.1f", "=+8.2f", "*^9", "<6", ">6", "^6", "x>4", "08,", "012,.2f",
    "010_x", "#010x", "z.1f", "-z.0f", "+z.0e", "z", ",%", ",g", "0=10,", "0<10", "0>6", ".5",
    ".0", ".20f", ".3s", "10.2s", "s", "5s", "=6", "*=+9,.1f", "06.1%", ",n", "00", "007", "<08",
    "#.3", "#", "#e", "999", "1000d", "1001d", ".1001f", ".", "5.x", ",,", ",_", "^", "^^5", "=",
    "q", "ss", "+", "-", "3", "20.3e", ".17g", ".16g", ".1", "N", "E.1", "é>5", "😀^7", "0",
)  # fmt: skip

DATE_FORMATS = (
    "%Y-%m-%d", "%d.%m.%y", "%H:%M:%S.%f", "%I %p", "%A %a %w %u", "%B %b %j", "%U %W %V %G",
    "%F %T", "%z", "%%", "x", "%Q", "%", "%Z", "%c", "%e", "é %d 😀", "%d%", "%-d", "%H%M\n", "%s",
)  # fmt: skip


def of_sort(draw: Draw, sort: str, depth: int = 0) -> Source:
    """Return a value of a sort: see `vocabulary` for the letters."""
    made = _MAKERS[sort](draw, depth)
    return made if isinstance(made, Source) else Source.same(made)


def _pick(options: tuple[str, ...] | list[str]) -> Callable[[Draw, int], str]:
    return lambda draw, depth: options[draw(len(options))]


def _int(draw: Draw, depth: int) -> str | Source:
    choice = draw(10)
    if choice == 0:
        member = ("LOW", "HIGH")[draw(2)]
        return Source(f"Level.{member}", repr(int(plain.Level[member])))
    return INTS[draw(len(INTS))] if choice < 6 else str(draw(25) - 12)


def _number(draw: Draw, depth: int) -> str | Source:
    choice = draw(8)
    if choice < 3:
        return _int(draw, depth)
    if choice < 5:
        return FLOATS[draw(len(FLOATS))]
    if choice == 5:
        bits = draw(2**32) << 32 | draw(2**32)
        return repr(struct.unpack("!d", bits.to_bytes(8, "big"))[0])
    return repr((draw(2_000_001) - 1_000_000) / (1, 8, 10, 1000, 3, 7)[draw(6)])


def _text(draw: Draw, depth: int) -> str | Source:
    choice = draw(12)
    if choice == 0:
        member = ("RED", "GREEN")[draw(2)]
        return Source(f"Colour.{member}", repr(plain.Colour[member].value))
    if choice == 1:
        return Source("PurePosixPath('a/b')", "'a/b'")
    if choice < 4:
        return repr(read(TEXTS[draw(len(TEXTS))]) + read(TEXTS[draw(len(TEXTS))]))
    return TEXTS[draw(len(TEXTS))]


def _any(draw: Draw, depth: int) -> Source:
    sorts = "nnsslt0" if depth > 1 else "nnnsssltdemDTCwub00o"
    return of_sort(draw, sorts[draw(len(sorts))], depth)


def _several(draw: Draw, depth: int, alike: str = "nsl") -> list[Source]:
    """Return up to four values: of one sort, or of any."""
    sort = (*alike, "")[draw(len(alike) + 1)]
    count = (0, 1, 2, 2, 3, 4)[draw(6)]
    return [of_sort(draw, sort, depth + 1) if sort else _any(draw, depth + 1) for _ in range(count)]


def _display(start: str, end: str) -> Callable[[Draw, int], Source]:
    def make(draw: Draw, depth: int) -> Source:
        items = _several(draw, depth)
        comma = "," if len(items) == 1 and start == "(" else ""
        return Source(
            start + ", ".join(item.var for item in items) + comma + end,
            start + ", ".join(item.seen for item in items) + comma + end,
        )

    return make


KEYS = (
    "'a'", "'b'", "'k'", "'1'", "'01'", "'$x'", "''", "'__proto__'", "'\U0001f600'", "1", "0", "-1",
    "True", "False", "None", "1.0", "2.5", "-0.0", "inf", "(1, 'a')", "datetime.date(2024, 2, 9)",
    "Decimal('1')", "'constructor'", "7",
)  # fmt: skip


def _key(draw: Draw, depth: int) -> str:
    return KEYS[draw(len(KEYS))]


def _dict(draw: Draw, depth: int) -> Source:
    pairs = [(_key(draw, 0), item) for item in _several(draw, depth)]
    if draw(2):
        pairs = [(repr("abk"[i % 3]), item) for i, (_, item) in enumerate(pairs)]
    return Source(
        "{" + ", ".join(f"{key}: {item.var}" for key, item in pairs) + "}",
        "{" + ", ".join(f"{key}: {item.seen}" for key, item in pairs) + "}",
    )


def _set(draw: Draw, depth: int) -> Source:
    choice = draw(4)
    if choice == 0:
        members = [KEYS[draw(len(KEYS))] for _ in range(draw(4))]
    elif choice == 1:
        members = [(*KEYS, "frozenset()", "frozenset({1})", "Place('x')")[draw(len(KEYS) + 3)]]
    else:
        members = [str(draw(8)) for _ in range(draw(5))]
    text = "{" + ", ".join(members) + "}" if members else "set()"
    return Source(f"frozenset({text})" if draw(4) == 0 else text, text)


def _object(draw: Draw, depth: int) -> Source:
    choice = draw(3)
    if choice == 0:
        return Source.same(("Place('x')", "Place('y', Point(1, 2.0))")[draw(2)])
    if choice == 1:
        items = _any(draw, depth + 2)
        return Source(f"Shelf({items.var})", f"Shelf({items.seen})")
    x, y = (_any(draw, depth + 2) for _ in "xy")
    return Source(f"Point({x.var}, {y.var})", f"Point({x.seen}, {y.seen})")


def _day(draw: Draw, depth: int) -> str:
    if draw(3) == 0:
        return repr(dt.date.fromordinal(1 + draw(3_652_059)))
    year = (1, 99, 999, 1000, 1900, 1999, 2000, 2023, 2024, 9999)[draw(10)]
    return f"datetime.date({year}, {1 + draw(12)}, {1 + draw(28)})"


ZONES = (
    "datetime.timezone.utc", "datetime.timezone(datetime.timedelta(hours=1))",
    "datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))",
    "datetime.timezone(datetime.timedelta(seconds=-30, microseconds=-7))",
)  # fmt: skip


def _clock(draw: Draw) -> str:
    hour, minute = (0, 1, 11, 12, 13, 23)[draw(6)], (0, 5, 59)[draw(3)]
    second, micro = (0, 7, 59)[draw(3)], (0, 0, 1, 250, 999999)[draw(5)]
    zone = f", tzinfo={ZONES[draw(len(ZONES))]}" if draw(3) == 0 else ""
    return f"{hour}, {minute}, {second}, {micro}{zone}"


def _moment(draw: Draw, depth: int) -> str:
    return f"datetime.datetime{_day(draw, depth)[len('datetime.date') : -1]}, {_clock(draw)})"


def _duration(draw: Draw, depth: int) -> str:
    days, seconds = (0, 0, 1, -1, 2, 400)[draw(6)], (0, 1, -1, 59, 3600, 86399)[draw(6)]
    return f"datetime.timedelta({days}, {seconds}, {(0, 0, 5, 999999)[draw(4)]})"


_MAKERS: dict[str, Callable[[Draw, int], str | Source]] = {
    "n": _number,
    "i": _int,
    "k": lambda draw, depth: str(draw(13) - 6),
    "s": _text,
    "l": _display("[", "]"),
    "t": _display("(", ")"),
    "d": _dict,
    "e": _set,
    "h": _key,
    "m": lambda draw, depth: f"Decimal({DECIMALS[draw(len(DECIMALS))]!r})",
    "D": _day,
    "T": _moment,
    "C": lambda draw, depth: f"datetime.time({_clock(draw)})",
    "w": _duration,
    "u": lambda draw, depth: repr(UUID(int=(0, 1, 2**128 - 1, 2**64)[draw(4)])),
    "b": _pick(["b''", "b'a'", "b'it\\'s'", "b'\\x00\\xff\\n\\\\\"'", "b'ab'", "b'\\x7f\\xe9'"]),
    "o": _object,
    "0": lambda draw, depth: "None",
    "f": lambda draw, depth: repr(FORMATS[draw(len(FORMATS))]),
    "F": lambda draw, depth: repr(DATE_FORMATS[draw(len(DATE_FORMATS))]),
    "*": _any,
}

_LETTERS: dict[type, str] = {
    bool: "ni",
    int: "ni",
    float: "n",
    str: "s",
    list: "l",
    tuple: "t",
    dict: "d",
    set: "e",
    Decimal: "m",
    dt.date: "D",
    dt.datetime: "T",
    dt.time: "C",
    dt.timedelta: "w",
    UUID: "u",
    bytes: "b",
    plain.Point: "o",
    plain.Place: "o",
    plain.Shelf: "o",
    type(None): "0",
}


def sort_of(value: Any) -> str:
    """Return the letters of a value."""
    small = "k" if isinstance(value, int) and abs(value) < 9 else ""
    return _LETTERS.get(type(value), "") + small + "*"
