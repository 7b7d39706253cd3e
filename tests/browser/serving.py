"""A real server in a process of its own, for tests whose claim is about real servers.

It knows the two command lines (hypercorn's and uvicorn's), not what is served. The server picks
its port itself (it is told port 0) and says in its log which one: no port is chosen here and
then lost to another process before the server binds it.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
POLL_SECONDS: Final = 0.02
RUNNING: Final = re.compile(r"[Rr]unning on https?://127\.0\.0\.1:(\d+)")

ServerName = Literal["hypercorn", "uvicorn"]

# uvicorn raises the signal that stopped it again once it has shut down.
ORDERLY_STATUSES: Final[dict[ServerName, frozenset[int]]] = {
    "hypercorn": frozenset({0}),
    "uvicorn": frozenset({0, -signal.SIGTERM}),
}


class ServerFailedError(AssertionError):
    """A server did not start, or did not end as it should. The text carries its log."""


class ServerProcess:
    """One running server. `base_url` has no slash at its end."""

    def __init__(
        self,
        target: str,
        *server_args: str,
        log_path: Path,
        server: ServerName = "hypercorn",
        port: int = 0,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        """Start it and wait until it accepts connections.

        `env` is laid over this process's environment. `port` is for a server that has to come
        back where an earlier one was. Raises ServerFailedError if it does not start.
        """
        self.server: ServerName = server
        self.target = target
        self.log_path = log_path
        bind = {
            "hypercorn": ["--bind", f"127.0.0.1:{port}"],
            "uvicorn": ["--host", "127.0.0.1", "--port", str(port)],
        }[server]
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", server, target, *bind, *server_args],
                cwd=cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its workers end with it, and with nothing else
            )
        try:
            self.port = self._wait_until_it_accepts()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The server's main process; hypercorn's workers are its children."""
        return self._process.pid

    @property
    def base_url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_text(self) -> str:
        """All that it has written so far, on either stream."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def running(self) -> bool:
        """Whether its main process is there."""
        return self._process.poll() is None

    def stop(self) -> int:
        """Send SIGTERM, wait for the end, and give the status. Nothing happens the second time.

        Raises ServerFailedError if it does not end in time (it is killed then) or ends with a
        status that is not an orderly one.
        """
        if not self.running:
            return self._process.returncode
        self._process.terminate()
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self._failure(f"did not end within {STOP_SECONDS} s of SIGTERM") from None
        if status not in ORDERLY_STATUSES[self.server]:
            raise self._failure(f"ended with status {status} after SIGTERM")
        return status

    def kill(self) -> None:
        """End it and its workers at once, as a crash of the machine would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def _wait_until_it_accepts(self) -> int:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise self._failure(f"ended with status {self._process.returncode} at start")
            found = RUNNING.search(self.log_text)
            if found is not None and accepts(int(found[1])):
                return int(found[1])
            time.sleep(POLL_SECONDS)
        raise self._failure(f"did not accept connections within {START_SECONDS} s")

    def _failure(self, what: str) -> ServerFailedError:
        return ServerFailedError(f"{self.server} {what}. Its log:\n{self.log_text}")


def accepts(port: int) -> bool:
    """Tell whether something on this machine takes connections at that port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True
