"""The process's list of what user code defines: State classes and pages, tagged by module.

Defining is all that importing a module does; an app takes the definitions of its modules when it
starts. So modules may be imported in any order, and several apps may share a process.
Knows nothing of what the definitions are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

__all__ = ["Definition", "Definitions", "add_definition", "current_definitions", "isolated"]


@attrs.frozen
class Definition:
    """One thing that user code defined."""

    kind: str
    """``"state"`` or ``"page"``."""
    value: Any
    module: str


@attrs.define(eq=False)
class Definitions:
    """Definitions in the order in which they were made."""

    entries: list[Definition] = attrs.field(factory=list)

    def select(self, kind: str, modules: Collection[str] | None) -> list[Any]:
        """Return the values of one kind, of the named modules and those below, or of all."""
        return [
            entry.value
            for entry in self.entries
            if entry.kind == kind and (modules is None or _within(entry.module, modules))
        ]


def _within(module: str, modules: Collection[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in modules)


_current = Definitions()


def current_definitions() -> Definitions:
    """Return the list that definitions go to now."""
    return _current


def add_definition(kind: str, value: Any, module: str) -> None:
    """Append to the current list; a second definition of one name is the app's to judge."""
    _current.entries.append(Definition(kind, value, module))


@contextmanager
def isolated() -> Iterator[Definitions]:
    """Collect definitions in a list of their own while the block is open.

    For tests: classes defined inside are unknown to every other app of the process.
    """
    global _current  # noqa: PLW0603 - definitions are made at import, with nobody to pass a list to
    outer, _current = _current, Definitions()
    try:
        yield _current
    finally:
        _current = outer
