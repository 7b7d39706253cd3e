"""Format specs: what ``f"{n:03d}"`` and ``f"{day:%d.%m.%Y}"`` mean in an expression.

Python's own formatting does the work wherever it depends on nothing but value and spec. What
depends on the process (its locale, its decimal context, its C library) is fixed here, because the
browser's process is another one. Knows nothing of expressions.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Callable
from typing import Any

from triostate.errors import ExpressionError
from triostate.limits import MAX_FORMAT_WIDTH

__all__ = ["format_value"]

_SPEC = re.compile(
    r"(?:(?:.)?[<>=^])?[ +-]?z?#?0?(?P<width>[0-9]*)[_,]?"
    r"(?:\.(?P<precision>[0-9]+))?(?P<type>[a-zA-Z%])?",
    re.DOTALL,
)
#: Python's defaults, whatever the process has set for itself.
_DECIMALS = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN, capitals=1)

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_value(value: Any, spec: Any) -> str:
    """Return ``format(value, spec)`` as it is in the C locale and the default decimal context.

    Raises what Python raises, and ExpressionError for what differs between machines: the name of
    a time zone, years before 1000 in a date's format, widths beyond `MAX_FORMAT_WIDTH`.
    """
    if type(spec) is not str:
        raise TypeError("a format spec is a str")
    if isinstance(value, dt.date | dt.time) and spec:
        return _format_date(value, spec)
    if isinstance(value, int | float | str | decimal.Decimal):
        spec = _checked_spec(value, spec)
    with decimal.localcontext(_DECIMALS):
        return format(value, spec)


def _checked_spec(value: object, spec: str) -> str:
    found = _SPEC.fullmatch(spec)
    if found is None or found["type"] == "N":  # which Decimal takes although nothing says so
        raise ValueError(f"invalid format spec: {spec!r}")
    if max(int(found["width"] or 0), int(found["precision"] or 0)) > MAX_FORMAT_WIDTH:
        raise ExpressionError(f"a format of more than {MAX_FORMAT_WIDTH} places: {spec!r}")
    if found["type"] != "n" or "," in spec or "_" in spec or isinstance(value, str):
        return spec
    return spec[:-1] + ("d" if isinstance(value, int) else "g")  # n is d or g for the C locale


def _format_date(value: dt.date | dt.time, spec: str) -> str:
    # As Python has it: midnight for a date, the first of January 1900 for a time.
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date(1900, 1, 1), value)
    elif not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    moment = value
    return re.sub("%(.?)", lambda found: _code(found[1])(moment), spec, flags=re.DOTALL)


def _code(letter: str) -> Callable[[dt.datetime], str]:
    try:
        return _DATE_CODES[letter]
    except KeyError:
        known = " ".join(f"%{code}" for code in _DATE_CODES)
        raise ExpressionError(
            f"%{letter} in a date's format means different things on different machines; "
            f"the browser knows {known}"
        ) from None


def _year(value: int) -> str:
    if value < 1000:  # padded by some C libraries and not by others
        raise ExpressionError("a year before 1000 is not the same text on all machines")
    return str(value)


def _week(moment: dt.datetime, first_weekday: int) -> str:
    """Count weeks from the first such weekday of the year; 0 is Monday."""
    day_of_year = moment.timetuple().tm_yday
    since_first = (moment.weekday() - first_weekday) % 7
    return f"{(day_of_year + 6 - since_first) // 7:02d}"


def _offset(moment: dt.datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    sign = "-" if offset < dt.timedelta(0) else "+"
    seconds = abs(offset) // dt.timedelta(seconds=1)
    text = f"{sign}{seconds // 3600:02d}{seconds // 60 % 60:02d}"
    micro = abs(offset) % dt.timedelta(seconds=1) // dt.timedelta(microseconds=1)
    if seconds % 60 or micro:
        text += f"{seconds % 60:02d}"
    return text + (f".{micro:06d}" if micro else "")


_DATE_CODES: dict[str, Callable[[dt.datetime], str]] = {
    "%": lambda _: "%",
    "Y": lambda at: _year(at.year),
    "y": lambda at: f"{at.year % 100:02d}",
    "m": lambda at: f"{at.month:02d}",
    "d": lambda at: f"{at.day:02d}",
    "H": lambda at: f"{at.hour:02d}",
    "I": lambda at: f"{at.hour % 12 or 12:02d}",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "f": lambda at: f"{at.microsecond:06d}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "w": lambda at: f"{at.isoweekday() % 7}",
    "u": lambda at: f"{at.isoweekday()}",
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "j": lambda at: f"{at.timetuple().tm_yday:03d}",
    "U": lambda at: _week(at, 6),
    "W": lambda at: _week(at, 0),
    "G": lambda at: _year(at.isocalendar().year),
    "V": lambda at: f"{at.isocalendar().week:02d}",
    "z": _offset,
    "F": lambda at: f"{_year(at.year)}-{at:%m-%d}",
    "T": lambda at: f"{at.hour:02d}:{at.minute:02d}:{at.second:02d}",
}
