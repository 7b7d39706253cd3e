"""The mark of a user's HTTP route that is meant for other sites, too.

Apart from `user_routes`, which imports Quart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["is_marked", "mark"]

V = TypeVar("V", bound=Callable[..., Any])

_MARK = "_triostate_public"


def mark(view: V) -> V:
    """Mark a view function; it is returned. `functools.wraps` hands the mark on."""
    vars(view)[_MARK] = True
    return view


def is_marked(view: Callable[..., Any] | None) -> bool:
    """Whether a view function is marked."""
    return getattr(view, _MARK, False) is True
