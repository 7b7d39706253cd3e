"""Functions that user code hands over to be run later: checked where they are given, and named.

What is checked is what is easily got wrong: a call in place of the function, and a function that is
not async. The second is seen only when it has been called, as `functools.partial` and objects with
``__call__`` are as good as an ``async def``. Knows nothing of who runs them, and in what task.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

__all__ = ["call_async", "check_function", "name_of"]

T = TypeVar("T")


def name_of(fn: object) -> str:
    """Return what the log calls a function: its qualified name."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    return str(getattr(fn, "__qualname__", None) or repr(fn))


def check_function(fn: object, taker: str) -> None:
    """Raise TypeError, in the name of who takes it, for a call of a function, or a value."""
    if inspect.iscoroutine(fn):
        name = fn.__name__
        fn.close()  # or Python warns that nobody has awaited it
        raise TypeError(
            f"{taker} takes an async function and its arguments, not a call of it: "
            f"write `{taker}({name}, ...)` for `{taker}({name}(...))`"
        )
    if not callable(fn):
        raise TypeError(f"{taker} takes an async function, not {type(fn).__name__}")


async def call_async(fn: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
    """Call and await a function; TypeError that names it if it is not async."""
    result = fn(*args, **kwargs)
    if not inspect.isawaitable(result):
        raise TypeError(
            f"{name_of(fn)} has to be async: it returned {type(result).__name__}, "
            "which cannot be awaited"
        )
    return await result
