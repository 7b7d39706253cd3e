"""``triostate run``: serve for development.

Opens the socket and hands over to the supervisor; the app itself is another process's.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import trio

from triostate.errors import NotServableError
from triostate.server.supervisor import Supervisor, listen
from triostate.target import target_name

__all__ = ["run"]

# Set up before anything else is imported: Ctrl-C reaches every process of a terminal, and when the
# server ends is the supervisor's to say.
_START = (
    "import signal; signal.signal(signal.SIGINT, lambda *_: None); "
    "from triostate.cli.worker import main; main()"
)


def run(module: str, host: str, port: int) -> int:
    """Serve until Ctrl-C; raise NotServableError if that cannot even begin."""
    if os.name != "posix":
        raise NotServableError(
            "run hands its socket from process to process, as this system does not; serve by "
            "`hypercorn --reload triostate.app:app` with TRIOSTATE_DEV=1"
        )
    folder = Path.cwd()
    name = module or target_name(folder)
    try:
        listener = listen(host, port)
    except OSError as error:
        raise NotServableError(
            f"cannot listen at {host}:{port}: {error.strerror}; choose another by --port"
        ) from error
    with listener:
        address, bound = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        _say(f"serving {name} on http://{shown}:{bound} for development (CTRL + C to quit)")
        environ = {**os.environ, "TRIOSTATE_DEV": "1", "TRIOSTATE_APP": name}
        command = (sys.executable, "-c", _START)
        with contextlib.suppress(KeyboardInterrupt):  # one more than it took
            trio.run(Supervisor(listener, command, folder, _say, environ).run)
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"triostate: {line}\n")
    sys.stderr.flush()
