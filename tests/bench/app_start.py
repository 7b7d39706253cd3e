"""In a process of its own: how long the gallery takes from its import to being ready.

Prints two figures in milliseconds: the start that a server waits for, and of that the pages.
"""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import trio

import triostate.web.pages
from examples.gallery import app
from triostate.ui import CompiledPage, compile_page

Message = dict[str, Any]


async def main() -> None:
    """Start the app as a server does, and print what it took."""
    compiling = 0.0

    def timed(*args: Any) -> CompiledPage:
        nonlocal compiling
        began = time.perf_counter()
        try:
            return compile_page(*args)
        finally:
            compiling += time.perf_counter() - began

    to_app, from_server = trio.open_memory_channel[Message](1)

    async def send(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":
            print((time.perf_counter() - began) * 1000, compiling * 1000)
            await to_app.send({"type": "lifespan.shutdown"})

    began = time.perf_counter()
    await to_app.send({"type": "lifespan.startup"})
    with patch.object(triostate.web.pages, "compile_page", timed):
        await app.serve({"type": "lifespan"}, from_server.receive, send)


if __name__ == "__main__":
    trio.run(main)
