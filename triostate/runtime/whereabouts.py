"""Where code stands, as its author would say it: file, line and function of user code.

A frame is the user's unless its file belongs to triostate, Trio, the standard library or an
installed package. Knows nothing of why anybody asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType

import attrs
import trio

__all__ = [
    "Place",
    "innermost_place",
    "place_of_stack",
    "place_of_task",
    "places_of_task",
    "user_stack",
    "whole_stack",
]

_OURS = str(Path(__file__).parents[1]) + os.sep
_TRIO = str(Path(trio.__file__).parent) + os.sep
_STANDARD = str(Path(os.__file__).parent) + os.sep
_INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))

#: What drives a loop: a stack up to the outermost of these is the server's, not of one step.
_DRIVERS = (
    os.path.join("trio", "_core", "_run.py"),
    *(os.path.join("asyncio", name) for name in ("events.py", "base_events.py", "runners.py")),
)


@attrs.frozen
class Place:
    """A line of code."""

    file: str
    line: int
    function: str
    """Its qualified name."""

    def __str__(self) -> str:
        return f"{short_path(self.file)}:{self.line} in {self.function}"


def innermost_place(frames: Iterable[tuple[FrameType, int]]) -> Place | None:
    """Return where a stack, given from the outside in, is: its innermost frame of user code.

    Where there is none, the innermost that is neither ours nor Trio's: an installed app of the
    user's is found so. None if there is no such frame either.
    """
    user: Place | None = None
    foreign: Place | None = None
    for frame, line in frames:
        file = frame.f_code.co_filename
        if _is_user_file(file):
            user = _place(frame.f_code, line)
        elif not file.startswith((_OURS, _TRIO)):
            foreign = _place(frame.f_code, line)
    return user or foreign


def place_of_task(task: trio.lowlevel.Task) -> Place | None:
    """Return where a Trio task waits; None for one that has no code of the user's in it."""
    return innermost_place(task.iter_await_frames())


def places_of_task(task: trio.lowlevel.Task) -> list[Place]:
    """Return the calls of user code that a Trio task waits in, from the outside in."""
    frames = [*task.iter_await_frames()]
    places = [_place(f.f_code, line) for f, line in frames if _is_user_file(f.f_code.co_filename)]
    fallback = None if places else innermost_place(frames)
    return places if fallback is None else [fallback]


def place_of_stack(innermost: FrameType) -> Place | None:
    """Return where a thread is, given its innermost frame."""
    return innermost_place((frame, frame.f_lineno) for frame in reversed(_step(innermost)))


def user_stack(innermost: FrameType) -> list[FrameType]:
    """Return the frames of user code in the step that a thread is in, from the inside out."""
    return [frame for frame in _step(innermost) if _is_user_file(frame.f_code.co_filename)]


def _step(innermost: FrameType) -> list[FrameType]:
    """Return the frames of one step, from the inside out, without those of what drives the loop.

    The outermost driver counts: code that blocks may drive a loop of its own.
    """
    stack = whole_stack(innermost)
    drivers = [i for i, f in enumerate(stack) if f.f_code.co_filename.endswith(_DRIVERS)]
    return stack[: drivers[-1]] if drivers else stack


def whole_stack(innermost: FrameType) -> list[FrameType]:
    """Return all frames of a stack, from the inside out."""
    stack: list[FrameType] = []
    frame: FrameType | None = innermost
    while frame is not None:
        stack.append(frame)
        frame = frame.f_back
    return stack


def _place(code: CodeType, line: int) -> Place:
    return Place(code.co_filename, line or code.co_firstlineno, code.co_qualname)


@lru_cache(maxsize=4096)
def _is_user_file(file: str) -> bool:
    if file.startswith(("<", _OURS, _TRIO)):
        return False
    return not (any(part in file for part in _INSTALLED) or file.startswith(_STANDARD))


@lru_cache(maxsize=4096)
def short_path(file: str) -> str:
    """Return a path as seen from the working directory, if it is below it."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (OSError, ValueError):
        return file
