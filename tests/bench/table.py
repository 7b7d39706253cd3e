"""The report: rows of figures with their goals, and how they are printed.

It measures nothing. A goal that is missed is said to be missed, and that is all.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import attrs

HEADINGS = ("", "figure", "goal", "", "beside", "ratio")


@attrs.frozen
class Row:
    """One figure, with what it is to be compared with."""

    what: str
    """What was measured. One that begins with spaces is a part of the row above it."""
    value: float | None
    """None where it could not be measured."""
    unit: str = ""
    goal: float | None = None
    """At most this, in the same unit."""
    beside: float | None = None
    """The same figure of the hand-written counterpart, in the same unit and the same run."""
    beside_name: str = ""
    is_least: bool = False
    """The goal is at least, not at most, so much."""


@attrs.frozen
class Section:
    """Rows that belong together, under a title and before what is worth knowing about them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def median(values: Sequence[float]) -> float | None:
    """Return the middle value; None of none."""
    return statistics.median(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that a share of the values (0 to 1) does not exceed; None of none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else None


def difference(later: float | None, earlier: float | None) -> float | None:
    """Return how much later; None if either is not known."""
    return None if later is None or earlier is None else later - earlier


def render(sections: Sequence[Section]) -> str:
    """Return the whole report as text."""
    cells = [_cells(row) for section in sections for row in section.rows]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    lines = [_line(HEADINGS, widths)]
    for section in sections:
        lines += ["", f"## {section.title}"]
        lines += [_line(_cells(row), widths) for row in section.rows]
        lines += [f"   {note}" for note in section.notes]
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    beside = _number(row.beside, row.unit)
    return (
        row.what,
        _number(row.value, row.unit) or "not known",
        _goal(row),
        _verdict(row),
        f"{beside} {row.beside_name}" if beside else "",
        f"x {row.value / row.beside:.2f}" if row.value is not None and row.beside else "",
    )


def _goal(row: Row) -> str:
    sign = ">=" if row.is_least else "<="
    return "" if row.goal is None else f"{sign} {_number(row.goal, row.unit)}"


def _verdict(row: Row) -> str:
    if row.goal is None:
        return ""
    # As it is printed: a display's 60 frames a second are counted as 59.9.
    value = None if row.value is None else round(row.value, 0 if row.is_least else 6)
    is_met = value is not None and (value >= row.goal if row.is_least else value <= row.goal)
    return "met" if is_met else "MISSED"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if unit == "" or abs(value) >= 1000 else 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f} {unit}".rstrip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, figure, *rest = (
        cell.rjust(width) if index == 1 else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([name, figure, *rest]).rstrip()
