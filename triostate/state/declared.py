"""What the lower half of this package needs to know of a declared var, whoever declares it."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["DeclaredComputed", "DeclaredVar"]


class DeclaredVar(Protocol):
    """A var as its State class declares it; compared by identity."""

    is_public: bool
    """Whether the browser has it."""
    path: tuple[str, str]
    """Full name of the state, name of the var."""
    pointer: str
    """The same as a JSON Pointer."""
    label: str
    """For error texts: ``Counter.value``."""
    default: Any

    def __hash__(self) -> int: ...


class DeclaredComputed(Protocol):
    """A computed var as its State class declares it; compared by identity."""

    owner: type[Any]
    fn: Any
    pointer: str
    label: str

    def __hash__(self) -> int: ...
