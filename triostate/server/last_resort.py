"""The end of a process whose application does not end: its time, what is stuck, and the exit.

Knows no application: it sees Trio tasks.

A cancellation does not end everything. A task may stand in a shield of its author's own, or wait
for a thread that nothing interrupts, and a Trio run ends with its last task. So the server is
answered without it: an asyncio server closes its loop then, and the guest run on it is abandoned.
Hypercorn's Trio worker cannot, since the stuck task is in its own run. Nothing is left to such a
process but to exit, and so, shortly after the answer, a worker of hypercorn does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import trio

from triostate.limits import (
    END_SECONDS,
    EXIT_SECONDS,
    MAX_STUCK_LINES,
    MIN_END_SECONDS,
    OVERTIME_SECONDS,
)
from triostate.server.asgi import Scope
from triostate.server.stopping import EXTENSION, Stopping

__all__ = ["exit_soon", "log_stuck", "seconds_left", "seconds_to_end"]

logger = logging.getLogger("triostate.server")

_NOT_ITS_OWN = (str(Path(trio.__file__).parent), str(Path(__file__).parents[1]))


def seconds_to_end(scope: Scope) -> float:
    """Return what an application gets that has just been told to shut down, by its lifespan scope.

    `END_SECONDS` from when the server began to stop, if it has said so: it may have waited for
    requests since then, and those who wait for its end count from the beginning. A bit less, for
    the application knows what is stuck: it has the first word, and the run the last.
    """
    stopping: Stopping | None = scope.get("extensions", {}).get(EXTENSION)
    return max(MIN_END_SECONDS, seconds_left(stopping) - OVERTIME_SECONDS)


def seconds_left(stopping: Stopping | None) -> float:
    """Return what is left of `END_SECONDS` since the server began to stop, if it has said so."""
    if stopping is None or stopping.since is None:
        return END_SECONDS
    return max(0.0, stopping.since + END_SECONDS - time.monotonic())


def log_stuck(main: trio.lowlevel.Task) -> None:
    """Say which tasks below the application's main one have not ended, and where they stand."""
    stuck = [*_leaves(main)]
    shown = "; ".join(_describe(task) for task in stuck[:MAX_STUCK_LINES])
    more = f"; and {len(stuck) - MAX_STUCK_LINES} more" if len(stuck) > MAX_STUCK_LINES else ""
    logger.error("The application did not end in time and is left behind: %s%s", shown, more)


def _leaves(task: trio.lowlevel.Task) -> Iterator[trio.lowlevel.Task]:
    children = [child for nursery in task.child_nurseries for child in nursery.child_tasks]
    for child in sorted(children, key=lambda child: child.name):
        yield from _leaves(child)
    if not children:
        yield task


def _describe(task: trio.lowlevel.Task) -> str:
    place = ""
    for frame, line in task.iter_await_frames():
        file = frame.f_code.co_filename
        if not file.startswith(_NOT_ITS_OWN):
            place = f" at {file}:{line} in {frame.f_code.co_qualname}"
    return task.name + place


def exit_soon() -> None:
    """End the process in a moment, with status 0, if it is a worker of hypercorn.

    Call it in the thread that the worker runs in. In any other process there may be more to do
    when the server has ended: it is left alone.
    """
    if _is_worker(sys._getframe()):
        timer = threading.Timer(EXIT_SECONDS, _exit)
        timer.daemon = True  # a process that ends by itself does not wait for it
        timer.start()


def _is_worker(frame: FrameType | None) -> bool:
    """Tell by the callers: in a worker of its own hypercorn has `trio_worker` or the like run."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("hypercorn.") and frame.f_code.co_name.endswith("_worker"):
            return True
        frame = frame.f_back
    return False


def _exit() -> None:
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)
