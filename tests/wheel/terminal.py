"""A terminal: a shell that is typed into, as a reader of a document types.

What it prints goes to a file, so that a server in it can be watched. Knows nothing of documents.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

__all__ = ["Terminal"]

COMMAND_SECONDS: Final = 180.0
"""What one block of commands may take; the longest installs packages."""


class Terminal:
    """A shell in a folder; ``with`` ends it, and what runs in it."""

    def __init__(self, folder: Path, env: Mapping[str, str], log: Path) -> None:
        self.folder = folder
        self.is_busy = False
        """Whether a command is running that does not end by itself."""
        self._log = log
        self._marks = 0
        with log.open("wb") as output:
            self._shell = subprocess.Popen(
                ["/bin/sh"],
                cwd=folder,
                env={**env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # so that Ctrl-C reaches all of it and no more
            )
        self._type("trap : INT")  # as an interactive shell: Ctrl-C is for what runs in it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()

    def run(self, commands: str) -> None:
        """Type commands, and wait until they have ended; each has to end well."""
        self._type(f"set -e\n{commands}\nset +e\n{self._mark()}")
        self._wait_for_mark()

    def start(self, command: str) -> None:
        """Type a command that goes on, such as a server."""
        self.is_busy = True
        self._type(f"{command}\n{self._mark()}")

    def interrupt(self) -> None:
        """Press Ctrl-C, and wait for the prompt."""
        os.killpg(self._shell.pid, signal.SIGINT)
        self._wait_for_mark()
        self.is_busy = False

    @property
    def output(self) -> str:
        """What has been printed so far."""
        return self._log.read_text(errors="replace")

    def _type(self, line: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{line}\n".encode())
        self._shell.stdin.flush()

    def _mark(self) -> str:
        self._marks += 1
        return f'echo "[done {self._marks} in $PWD]"'

    def _wait_for_mark(self) -> None:
        deadline = time.monotonic() + COMMAND_SECONDS
        while time.monotonic() < deadline:
            found = re.search(rf"\[done {self._marks} in (.*)\]", self.output)
            if found is not None:
                self.folder = Path(found[1])
                return
            if self._shell.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the prompt did not come back:\n{self.output[-6000:]}")
