"""Crash walls: where an exception of user code ends, and what passes through.

An exception, alone or in groups, is handed to who reports it and goes no further, also one that
derives from BaseException, as asyncio's CancelledError and a panic in a library do. A cancellation,
Ctrl-C or an exit goes on, out of a group that holds both too. Knows nothing of what a report is.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

import attrs
import trio

__all__ = ["CrashWall"]

#: What is no failure of the code that it comes out of.
PASSING = (trio.Cancelled, KeyboardInterrupt, SystemExit, GeneratorExit)


@attrs.define(eq=False)
class CrashWall:
    """``with CrashWall(failed):`` gives `failed` what fails inside, once, as it was raised."""

    failed: Callable[[BaseException], object]

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if error is None or isinstance(error, PASSING):
            return False
        if isinstance(error, BaseExceptionGroup):
            passing, failures = error.split(PASSING)
            if passing is not None:
                if failures is not None:
                    self.failed(failures)
                    raise passing from None
                return False
        self.failed(error)
        return True
