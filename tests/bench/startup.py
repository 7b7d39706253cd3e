"""From the command being spawned to the first 200 of the start page.

Beside it, in the same rounds, a bare ASGI app under the same command, and both under uvicorn:
most of the time is Python's and the server's own.
"""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import statistics
import subprocess
import tempfile
import time

import attrs

from tests.browser.serving import ROOT

from .imports import import_rows
from .servers import bytecode_folder, command, environment
from .table import Row, Section

RUNS = 7
GOAL_SECONDS = 0.6
START_SECONDS = 60.0
STOP_SECONDS = 15.0
# Often enough for the figure, seldom enough to leave the processor to what is measured.
POLL_SECONDS = 0.002

OURS = "triostate.app:app"
BARE = "tests.bench.bare_app:app"


@attrs.define
class Starter:
    """One way to start something, and what its starts took."""

    server: str
    target: str
    env: dict[str, str]
    seconds: list[float] = attrs.field(factory=list)
    cpu_seconds: list[float] = attrs.field(factory=list)

    def start(self) -> None:
        """Start it, wait for the first 200, end it, and take note."""
        before = _children_cpu()
        seconds = time_to_first_200(self.server, self.target, self.env)
        self.seconds.append(seconds)
        self.cpu_seconds.append(_children_cpu() - before)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def cpu(self) -> float:
        """Median of the processor time of all its processes, the shutdown included."""
        return statistics.median(self.cpu_seconds)


def measure() -> Section:
    """Measure all of it; takes about a minute and a half."""
    with bytecode_folder() as folder:
        env, cold = environment(folder), environment(None)
        ours = Starter("hypercorn", OURS, env)
        welcome = Starter("hypercorn", OURS, {**env, "TRIOSTATE_APP": "triostate.welcome"})
        uncached = Starter("hypercorn", OURS, cold)
        uvicorn = Starter("uvicorn", OURS, env)
        bare, bare_uvicorn = Starter("hypercorn", BARE, env), Starter("uvicorn", BARE, env)
        starters = (ours, bare, uvicorn, bare_uvicorn, welcome, uncached)
        for starter in starters:
            time_to_first_200(starter.server, starter.target, starter.env)  # fills the cache
        for _ in range(RUNS):
            for starter in starters:
                starter.start()
        breakdown = import_rows(env)
    rows = (
        Row("hypercorn triostate.app:app", ours.median, "s", GOAL_SECONDS, bare.median, "bare"),
        Row("  fastest of the runs", min(ours.seconds), "s", None, min(bare.seconds), "bare"),
        Row("  processor time, start to end", ours.cpu, "s", None, bare.cpu, "bare"),
        Row("the same, under uvicorn", uvicorn.median, "s", None, bare_uvicorn.median, "bare"),
        Row("welcome page in place of the gallery", welcome.median, "s"),
        Row("gallery, PYTHONDONTWRITEBYTECODE=1", uncached.median, "s"),
        *breakdown,
    )
    return Section(
        f"1. Start of the process to the first 200 of / (median of {RUNS})",
        rows,
        (
            "hypercorn starts a second Python process for its worker: the bare figure has that.",
            "Imports: importtime's own cost included; the standard library counts for whoever",
            "imports it first. PYTHONDONTWRITEBYTECODE: the checkout has no cached bytecode then,",
            "what is installed has.",
        ),
    )


def time_to_first_200(server: str, target: str, env: dict[str, str]) -> float:
    """Return the seconds from spawning the command to the first 200 of `/`; then end it."""
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command(server, target, port),
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its workers end with it, and with nothing else
        )
        try:
            while _status(port) != 200:
                if process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                    log.seek(0)
                    text = log.read().decode(errors="replace")[-2000:]
                    raise RuntimeError(f"{server} {target} does not start:\n{text}")
                time.sleep(POLL_SECONDS)
            return time.perf_counter() - began
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _status(port: int) -> int:
    """Return the status that `/` is answered with; 0 while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
