"""`triostate run` in a process of its own, on a project that a test edits.

Knows the command, not what is served.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.browser.serving import ROOT, START_SECONDS, STOP_SECONDS, ServerFailedError

POLL_SECONDS: Final = 0.02
SERVING: Final = re.compile(r"on http://127\.0\.0\.1:(\d+)")


class Development:
    """A project that is served; `edit` saves a file of it."""

    def __init__(self, folder: Path, log_path: Path, *arguments: str, port: int = 0) -> None:
        """Start the command in the folder and wait until it serves something."""
        self.folder = folder
        self._log_path = log_path
        hidden = {"TRIOSTATE_APP", "TRIOSTATE_DEV"}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        with log_path.open("ab") as log:
            self._before = log_path.stat().st_size
            self._process = subprocess.Popen(
                [sys.executable, "-m", "triostate.cli", "run", *arguments, "--port", str(port)],
                cwd=folder,
                env={**kept, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_for_log(SERVING)
            self.wait_for_log(re.compile(r"triostate: (live|\S+:\d+: )"))
        except BaseException:
            self.kill()
            raise
        found = SERVING.search(self.log_text)
        assert found is not None
        self.port = int(found[1])
        self.base_url = f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the command is there."""
        return self._process.poll() is None

    @property
    def log_text(self) -> str:
        """All that it and its servers have written since this start."""
        return self._log_path.read_bytes()[self._before :].decode("utf-8", "replace")

    def edit(self, name: str, old: str, new: str) -> None:
        """Put one text in the place of another in a file, as an editor saves it."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        written = path.with_name(f".{path.name}.swp")
        written.write_text(text.replace(old, new), encoding="utf-8")
        written.replace(path)

    def servers(self) -> list[int]:
        """Return the ids of the processes that the command has started."""
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        found = [(thread / "children").read_text(encoding="ascii").split() for thread in threads]
        return [int(child) for children in found for child in children]

    def wait_for_log(self, pattern: re.Pattern[str], count: int = 1) -> None:
        """Wait until the log has a pattern so many times."""
        deadline = time.monotonic() + START_SECONDS
        while len(pattern.findall(self.log_text)) < count:
            if not self.running or time.monotonic() > deadline:
                raise ServerFailedError(f"no {pattern.pattern!r} in its log:\n{self.log_text}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> int:
        """Press Ctrl-C, which reaches all of its processes; return the status."""
        if self.running:
            os.killpg(self._process.pid, signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise ServerFailedError(f"it did not end. Its log:\n{self.log_text}") from None
        return self._process.returncode

    def kill(self) -> None:
        """End all of its processes at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)
