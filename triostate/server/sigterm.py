"""SIGTERM sent to a hypercorn worker itself: an orderly end in place of sudden death.

Knows nothing of the application.

Hypercorn's first process handles SIGTERM and tells its workers; the workers leave the signal at its
default. But systemd, by default, sends it to every process of a service, and then the workers are
gone before they are told, with no `finally` entered. (The same with `-w 0 -k trio`, where the
worker is the only process.) So while the application runs, the signal ends the worker through the
event by which hypercorn ends one that has served its `max_requests`.

That event is known from the first request. Before it the first process is given a moment to tell
the worker, and then the signal does what it did before. A second SIGTERM always does.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import trio

from triostate.limits import PARENT_SECONDS
from triostate.server.asgi import Send
from triostate.server.stopping import Stopping


@contextmanager
def orderly_sigterm(
    send: Send, stopping: Stopping, told_to_stop: Callable[[], bool]
) -> Generator[None]:
    """Handle SIGTERM while the block runs, if the server is a hypercorn worker that does not.

    Enter it in a Trio task, with the `send` that the server gave to the lifespan scope.
    """
    if not _is_left_to_us(send):
        yield
        return
    token = trio.lowlevel.current_trio_token()

    def handler(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        end = partial(_end_worker, stopping, told_to_stop)
        token.run_sync_soon(trio.lowlevel.spawn_system_task, end)

    signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is handler:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _is_left_to_us(send: Send) -> bool:
    owner: object = getattr(send, "__self__", None)
    return (
        type(owner).__module__.startswith("hypercorn.")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    )


async def _end_worker(stopping: Stopping, told_to_stop: Callable[[], bool]) -> None:
    stopping.set()
    if stopping.context is not None:
        await stopping.context.terminate.set()
        return
    await trio.sleep(PARENT_SECONDS)
    if not told_to_stop():
        os.kill(os.getpid(), signal.SIGTERM)
