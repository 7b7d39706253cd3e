"""`leak_check`: what a block of code started is gone at its end, and what was there is there still.

Compared are the tasks of the Trio run, an app's sessions and background tasks, open file
descriptors, threads, and on request the objects of some classes. Equality is demanded, not "about":
a leak of one in a thousand cycles is a leak. Knows nothing of tabs and pages.
"""

from __future__ import annotations

import gc
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs
import trio

from triostate.app import App
from triostate.testing.errors import LeakError, NotReachedError
from triostate.testing.waiting import until

__all__ = ["LeakCheck", "leak_check", "stack_of"]

SETTLE_SECONDS = 60.0
"""By the run's clock: what ends by itself, a session in its grace, may take so long."""

THREAD_SETTLE_SECONDS = 1.0
"""Of real time: a thread whose work is done takes a moment to say so."""

_DESCRIPTORS = next((p for p in ("/proc/self/fd", "/dev/fd") if Path(p).is_dir()), None)

# Trio keeps idle threads for the next call, and names them so; one at work has its work's name.
_IDLE_THREAD = re.compile(r"Trio thread \d+")


def leak_check(
    app: App | None = None,
    *,
    objects: Sequence[type] = (),
    settle_seconds: float = SETTLE_SECONDS,
) -> LeakCheck:
    """Return a context manager that demands that everything is as it was, at the end of its block.

    ::

        async with Client(app) as client:
            async with leak_check(app):
                async with client.tab() as tab:
                    await tab.click("Start")

    ``async with`` waits for what ends by itself; ``with`` does not, and may stand outside a Trio
    run. After an exception in the block nothing is checked.

    Args:
        app: whose sessions and background tasks are counted too.
        objects: classes whose instances are counted by the garbage collector, after a collection.
        settle_seconds: how long ``async with`` waits at most, by the run's clock.

    Raises LeakError, at the end of the block, that lists what is left over and what is missing:
    tasks with their stacks, descriptors with what they are open on.
    """
    return LeakCheck(app, tuple(objects), settle_seconds)


@attrs.define(eq=False)
class LeakCheck:
    """What there was when the block began; see `leak_check`."""

    _app: App | None
    _objects: tuple[type, ...]
    _settle_seconds: float
    _before: dict[str, dict[Any, Any]] = attrs.field(factory=dict)
    _objects_before: dict[type, int] = attrs.field(factory=dict)

    def __enter__(self) -> Self:
        self._objects_before = _count_objects(self._objects)
        self._before = self._look()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._demand(self._once_threads_have_ended())

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            return
        with suppress(NotReachedError):
            # Threads end by real time: not what a virtual hour should be spent on.
            await until(lambda: not self._differences(but="thread"), self._settle_seconds)
        self.__exit__(None, None, None)

    def _look(self) -> dict[str, dict[Any, Any]]:
        return {
            "task": dict.fromkeys(_tasks()),
            "session": dict.fromkeys([] if self._app is None else self._app._engine.sessions),
            "background task": dict.fromkeys(
                [] if self._app is None else self._app.background_tasks
            ),
            "file descriptor": _descriptors(),
            # By what it does, too: a pool gives the same thread one piece of work after another.
            "thread": {t: t.name for t in threading.enumerate() if not _is_idle(t)},
        }

    def _differences(self, but: str = "") -> list[str]:
        """Return a line for each thing that is left over or missing."""
        now = self._look()
        return [
            line
            for kind, before in self._before.items()
            if kind != but
            for line in _compare(kind, before, now[kind])
        ]

    def _once_threads_have_ended(self) -> list[str]:
        """Return the differences, after a moment for threads to end if some have not."""
        over = time.monotonic() + THREAD_SETTLE_SECONDS
        while True:
            lines = self._differences()
            is_waiting = any(line.startswith("a thread") for line in lines)
            if not is_waiting or time.monotonic() >= over:
                return lines
            time.sleep(0.001)

    def _demand(self, lines: list[str]) -> None:
        for cls, count in _count_objects(self._objects).items():
            if count != self._objects_before[cls]:
                before = self._objects_before[cls]
                lines.append(f"there are {count} objects of {cls.__qualname__}; {before} before")
        if lines:
            raise LeakError("not everything is as it was:\n- " + "\n- ".join(lines))


def _compare(kind: str, before: dict[Any, Any], now: dict[Any, Any]) -> Iterator[str]:
    for thing, detail in now.items():
        if thing not in before or before[thing] != detail:
            yield f"a {kind} is left over: {_describe(thing, detail)}"
    for thing, detail in before.items():
        if thing not in now:
            yield f"a {kind} is missing: {_describe(thing, detail)}"


def _describe(thing: Any, detail: Any) -> str:
    if isinstance(thing, trio.lowlevel.Task):
        return f"{thing.name}\n{stack_of(thing)}"
    if isinstance(thing, threading.Thread):
        return thing.name
    return f"{thing}" if detail is None else f"{thing}, open on {detail}"


def stack_of(task: trio.lowlevel.Task) -> str:
    """Return where a task waits, outermost call first, a line each."""
    frames = task.iter_await_frames()
    return "\n".join(
        f"    {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
        for frame, line in frames
    )


def _tasks() -> Iterator[trio.lowlevel.Task]:
    """Yield the tasks of the run; none outside of one."""
    if not trio.lowlevel.in_trio_run():
        return
    root = trio.lowlevel.current_root_task()
    waiting = [] if root is None else [root]
    while waiting:
        task = waiting.pop()
        yield task
        waiting += [child for nursery in task.child_nurseries for child in nursery.child_tasks]


def _descriptors() -> dict[int, str]:
    if _DESCRIPTORS is None:
        return {}
    found: dict[int, str] = {}
    for entry in os.listdir(_DESCRIPTORS):
        try:
            found[int(entry)] = os.readlink(f"{_DESCRIPTORS}/{entry}")
        except OSError:  # the one that the listing itself was read through
            continue
    return found


def _is_idle(thread: threading.Thread) -> bool:
    return _IDLE_THREAD.fullmatch(thread.name) is not None


def _count_objects(classes: tuple[type, ...]) -> dict[type, int]:
    if not classes:
        return {}
    gc.collect()
    found = [type(thing) for thing in gc.get_objects()]
    return {cls: sum(kind is cls for kind in found) for cls in classes}
