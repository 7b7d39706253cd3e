"""What is said of an exception in the user's code: its line first, then the whole traceback.

For developers: what is here goes to a terminal, and to browsers only while `triostate run` serves.
Knows neither how it is shown nor what was being done.
"""

from __future__ import annotations

import linecache
import os
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import attrs

from triostate.errors import PageError
from triostate.limits import MAX_TRACEBACK_CHARACTERS

__all__ = ["Failure", "describe_failure"]

_AROUND = 3
"""Lines shown before and after the one that failed."""

_LIBRARIES = tuple(Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib", "platlib"))
_NOT_THE_USERS = tuple(
    f"{folder}{os.sep}" for folder in (Path(__file__).resolve().parents[1], *_LIBRARIES)
)


@attrs.frozen
class Failure:
    """One thing that is wrong."""

    where: str
    """What was being done: ``"importing shop.pages"``, ``"page /orders"``."""
    kind: str
    """The exception's type."""
    message: str
    file: str = ""
    """The user's file, below the working folder without it; empty if no file is to blame."""
    line: int = 0
    column: int = 0
    """In the excerpt, from 1, of a syntax error; 0 for others."""
    excerpt: tuple[tuple[int, str], ...] = ()
    """Lines around it, each with its number, without the margin that they share."""
    traceback: str = ""

    @property
    def place(self) -> str:
        """``file:line``, as an editor takes it; empty if no file is to blame."""
        return f"{self.file}:{self.line}" if self.file else ""

    def __str__(self) -> str:
        """Say it in one line or few, the place first."""
        return ": ".join(filter(None, (self.place, self.where, self.kind, self.message)))

    def to_json(self) -> dict[str, Any]:
        """Return what the overlay is given."""
        return attrs.asdict(self)


def describe_failure(where: str, error: BaseException, fallback: str = "") -> Failure:
    """Return what is to be said of an exception.

    Args:
        where: what was being done.
        error: the exception; of a group the first that it holds.
        fallback: ``file:line`` to name if no line of the user's code is in the traceback.
    """
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    file, line, column = _place(error, fallback)
    excerpt, margin = _excerpt(file, line)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return Failure(
        where=where,
        kind=type(error).__name__,
        message=message.removeprefix(f"{where}: "),
        file=_shown(file),
        line=line,
        column=max(0, column - margin),
        excerpt=excerpt,
        traceback="".join(traceback.format_exception(error))[-MAX_TRACEBACK_CHARACTERS:],
    )


def _place(error: BaseException, fallback: str) -> tuple[str, int, int]:
    """Return the line to blame: the innermost of the user's, of the last exception that has one."""
    for link in _chain(error):
        if isinstance(link, PageError) and link.place and _is_users(link.place.rpartition(":")[0]):
            file, _, line = link.place.rpartition(":")
            return file, int(line), 0
        if isinstance(link, SyntaxError) and link.filename and link.lineno:
            return link.filename, link.lineno, link.offset or 0
        places = [*_places(link.__traceback__)]
        if places:
            return places[-1]
    file, _, line = fallback.rpartition(":")
    return (file, int(line), 0) if line.isdigit() else ("", 0, 0)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _places(trace: TracebackType | None) -> Iterator[tuple[str, int, int]]:
    """Give the lines of a traceback that the user wrote."""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if _is_users(file):
            yield file, trace.tb_lineno, 0
        trace = trace.tb_next


def _is_users(file: str) -> bool:
    if file.startswith("<"):
        return False
    whole = str(Path(file).absolute())
    return not whole.startswith(_NOT_THE_USERS)


def _shown(file: str) -> str:
    if not file:
        return ""
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _excerpt(file: str, line: int) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return the lines around one, and how many blanks they began with that are left out."""
    if not file:
        return (), 0
    linecache.checkcache(file)
    first = max(1, line - _AROUND)
    shown = [text.rstrip() for text in linecache.getlines(file)[first - 1 : line + _AROUND]]
    margin = min((len(text) - len(text.lstrip(" ")) for text in shown if text), default=0)
    return tuple((first + i, text[margin:]) for i, text in enumerate(shown)), margin
