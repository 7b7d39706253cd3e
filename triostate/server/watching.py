"""Which files of a project have changed: those that people write, not those that programs do.

An app may write beside its sources (a database, a log): were that a change, it would end itself.
Knows nothing of what is done about a change.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from triostate.limits import CHANGE_STEP_SECONDS

__all__ = ["SourceFilter", "watch_sources"]

_SUFFIXES = (".py", ".css", ".js", ".mjs", ".html", ".svg", ".md", "pyproject.toml")
_NOT_SERVED = ("tests", "build", "dist", ".nox", ".ruff_cache", ".cache", "venv", "env")
_MOST_STEPS = 4


class SourceFilter(DefaultFilter):
    """Lets sources of an app pass; its tests are none."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, *_NOT_SERVED)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change counts. Folders above the project's may have any name."""
        below = _below(path, self._folder)
        return path.endswith(_SUFFIXES) and super().__call__(change, below)


async def watch_sources(folder: Path, on_change: Callable[[list[str]], object]) -> None:
    """Call a function with the files below the folder that have changed, until cancelled."""
    step = round(CHANGE_STEP_SECONDS * 1000)
    changes = awatch(
        folder,
        watch_filter=SourceFilter(folder),
        step=step,
        debounce=step * _MOST_STEPS,
        raise_interrupt=False,
    )
    async with aclosing(changes):
        async for change in changes:
            on_change(sorted({_below(path, folder) for _, path in change}))


def _below(path: str, folder: Path) -> str:
    return os.path.relpath(path, folder)
