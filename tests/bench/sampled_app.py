"""`live_app`, which says where it spends its processor time: `/samples` answers and starts anew.

A timer of the processor's time interrupts it; the innermost frame that belongs to one of the
parts takes the sample. Started by the first request, it costs nothing before.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from types import FrameType
from typing import Any

from .bare_app import Receive, Scope, Send, answer
from .live_app import app as live

SAMPLE_SECONDS = 0.002

PARTS = {
    "/triostate/server/": "the bridge",
    "/triostate/web/": "web",
    "/triostate/protocol/": "protocol",
    "/triostate/runtime/": "runtime",
    "/triostate/state/": "state",
    "/tests/bench/": "the app itself",
    "/trio/": "Trio",
    "/hypercorn/": "hypercorn and h11",
    "/h11/": "hypercorn and h11",
    "/asyncio/": "asyncio",
}
"""By what their files' paths have in them, the first that fits."""

samples: Counter[str] = Counter()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope."""
    if scope.get("path") != "/samples":
        await live(scope, receive, send)
        return
    body = json.dumps(samples).encode()
    samples.clear()
    signal.signal(signal.SIGPROF, take)
    signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)
    await answer(send, 200, b"application/json", body)


def take(number: int, frame: FrameType | None) -> None:
    """Count what runs now for the part that it belongs to."""
    samples[part_of(frame)] += 1


# `Any`: a frame's chain of callers.
def part_of(frame: Any) -> str:
    """Return the part that the innermost frame of a known one belongs to."""
    while frame is not None:
        path = frame.f_code.co_filename
        for fragment, part in PARTS.items():
            if fragment in path:
                return part
        frame = frame.f_back
    return "other"
