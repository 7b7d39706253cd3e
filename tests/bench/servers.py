"""Servers to measure: what their commands and their environments are, and running ones.

The environment is that of an installed package: modules come from cached bytecode, whatever the
environment of the measurement says. The cache is a folder of its own, so that a first start, not
measured, fills it and leaves nothing behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.serving import ROOT, ServerProcess

SCRIPTS = Path(sys.executable).parent


def command(server: str, target: str, port: int, *arguments: str) -> list[str]:
    """Return the command line that a user would type: of hypercorn or of uvicorn."""
    bind = {
        "hypercorn": ["--bind", f"127.0.0.1:{port}"],
        "uvicorn": ["--host", "127.0.0.1", "--port", str(port)],
    }[server]
    return [str(SCRIPTS / server), target, *bind, *arguments]


def environment(bytecode: Path | None) -> dict[str, str]:
    """Return the environment of a measured process; without a folder, with no cached bytecode.

    The latter is a fresh checkout where `PYTHONDONTWRITEBYTECODE` is set: what is installed has
    its bytecode all the same, the checkout has not.
    """
    # Both servers find what is in the working directory; uvicorn's command has to be told.
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    for name in ("TRIOSTATE_APP", "TRIOSTATE_DEV", "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)
    if bytecode is None:
        return {**env, "PYTHONDONTWRITEBYTECODE": "1"}
    return {**env, "PYTHONPYCACHEPREFIX": str(bytecode)}


@contextmanager
def bytecode_folder() -> Iterator[Path]:
    """Give an empty folder for cached bytecode, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="triostate-bench-") as folder:
        yield Path(folder)


@contextmanager
def running(*targets: str) -> Iterator[list[ServerProcess]]:
    """Serve each target by hypercorn as it comes."""
    servers: list[ServerProcess] = []
    with tempfile.TemporaryDirectory(prefix="triostate-bench-") as folder:
        try:
            for target in targets:
                log_path = Path(folder, f"{len(servers)}.log")
                servers.append(ServerProcess(target, log_path=log_path))
            yield servers
        finally:
            for server in servers:
                server.kill()


@contextmanager
def serving(*targets: str) -> Iterator[list[str]]:
    """Serve each target by hypercorn as it comes; no address has a slash at its end."""
    with running(*targets) as servers:
        yield [server.base_url for server in servers]
