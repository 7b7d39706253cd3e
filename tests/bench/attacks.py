"""Attacks: what a click of another tab takes while somebody takes all that the limits grant.

One tab, and all the tabs that a browser may have, sending events as fast as they can; sessions and
streams asked for without end from one address; requests of HTTP/2 that are reset at once. A click
is one event at a time, from its POST until its frame is there. Both are measured in turns, alone
and beside, in the same minute. The attack and the clicks are two processes, which share the core
that the server leaves them: what they use is told beside what it uses.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
import trio

from tests.attacks.test_exhaustion import attacked, memory_of, reset_rapidly

from .connection import Target, post_and_wait
from .driving import STALL_SECONDS, allow_many_files, cpu_seconds
from .servers import running
from .table import Row, Section, median, percentile

APP = "tests.bench.attacked_app:app"

KINDS = {
    "tab": "1 tab floods",
    "tabs": "32 tabs of one browser flood",
    "connects": "sessions without end from one address",
    "streams": "streams without end from one address",
}
ROUNDS = 4
CLICKS = 40
FIRST_SECONDS = 12.0
"""From the beginning of an attack until its burst is spent."""
SETTLE_SECONDS = 3.0
"""The same for what a short rest has given back of it."""
IDLE_SHARE = 0.1
"""Of a processor: below it the server has done what an attack has left in its queues."""
IDLE_SECONDS = 0.3
MAX_REST_SECONDS = 15.0
RESETS = 10_000
RECOVERY_GOAL_SECONDS = 5.0
MEGABYTE = 1024 * 1024
GOAL = 2.0
"""Times what it takes alone."""


@attrs.define
class Found:
    """What has been measured beside one attack."""

    alone: list[float] = attrs.field(factory=list)
    """Milliseconds of each click."""
    beside: list[float] = attrs.field(factory=list)
    seconds: float = 0.0
    """How long the attack was measured."""
    server: float = 0.0
    """Processor time in it, seconds."""
    attacker: float = 0.0
    clicks: float = 0.0
    answers: Counter[str] = attrs.field(factory=Counter)
    """What the attack was answered, by status."""
    attacked_seconds: float = 0.0


class Attack:
    """An attack, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._since = 0.0
        self.pid = process.pid
        self._line()

    def begin(self) -> None:
        """Attack until told to stop."""
        self._since = time.perf_counter()
        self._tell("go")

    def stop(self, found: Found) -> None:
        """Pause, and note what it was answered."""
        found.attacked_seconds += time.perf_counter() - self._since
        self._tell("stop")
        found.answers.update(json.loads(self._line()))

    def _tell(self, what: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the attack broke off")
        return line


@contextmanager
def attack_of(kind: str, target: Target) -> Iterator[Attack]:
    """Have an attack of that kind, which has not begun."""
    command = [sys.executable, "-m", "tests.bench.attacker", kind, str(target.port), target.page]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Attack(process)
        finally:
            process.kill()


def measure() -> Section:
    """Measure the clicks of a tab alone and beside each attack; then what resets leave."""
    allow_many_files()
    rows: list[Row] = []
    notes: list[str] = []
    for kind, what in KINDS.items():
        with running(APP) as servers:
            found = measure_beside(kind, Target.of(servers[0]))
        rows += rows_of(what, found)
        notes += notes_of(what, found)
    trio.run(measure_resets, rows)
    return Section(
        "11. Clicks while the server is attacked, and what an attack leaves",
        tuple(rows),
        tuple(notes),
    )


def measure_beside(kind: str, target: Target) -> Found:
    """Measure clicks in turns: alone, and while the attack goes on."""
    found = Found()
    with target.crowd(1) as tabs, attack_of(kind, target) as attack:
        post_and_wait(tabs * CLICKS)  # the first ones of a process are not measured
        for number in range(ROUNDS):
            wait_until_idle(target)
            found.alone += post_and_wait(tabs * CLICKS)
            attack.begin()
            time.sleep(SETTLE_SECONDS if number else FIRST_SECONDS)
            began = time.perf_counter()
            server, attacker = cpu_seconds(target.pid), cpu_seconds(attack.pid)
            clicks = time.process_time()
            found.beside += post_and_wait(tabs * CLICKS)
            found.clicks += time.process_time() - clicks
            found.server += cpu_seconds(target.pid) - server
            found.attacker += cpu_seconds(attack.pid) - attacker
            found.seconds += time.perf_counter() - began
            attack.stop(found)
    return found


def wait_until_idle(target: Target) -> None:
    """Wait until the server has next to nothing to do."""
    latest = time.perf_counter() + MAX_REST_SECONDS
    while time.perf_counter() < latest:
        before = cpu_seconds(target.pid)
        time.sleep(IDLE_SECONDS)
        if cpu_seconds(target.pid) - before < IDLE_SHARE * IDLE_SECONDS:
            return


def rows_of(what: str, found: Found) -> list[Row]:
    """Return the rows of one attack."""
    return [
        _row(f"click to frame, {what}, p50", median(found.beside), median(found.alone)),
        _row("  p95", percentile(found.beside, 0.95), percentile(found.alone, 0.95)),
    ]


def notes_of(what: str, found: Found) -> list[str]:
    """Say what the attack cost and was granted, and why a goal was missed if it was."""
    server, attacker, clicks = (
        100 * used / found.seconds for used in (found.server, found.attacker, found.clicks)
    )
    answers = ", ".join(
        f"{count / found.attacked_seconds:,.0f} times {status}"
        for status, count in sorted(found.answers.items())
    )
    used = f"the server {server:.0f} %, the attack {attacker:.0f} %, the clicks {clicks:.0f} %"
    notes = [f"{what}: answered a second {answers}; processor time of {used}"]
    if _is_missed(found.beside, found.alone, 0.5) or _is_missed(found.beside, found.alone, 0.95):
        notes.append(
            f"  where missed: a click finds the server at work {server:.0f} % of the time, and "
            "waits its turn"
        )
    return notes


def _is_missed(beside: Sequence[float], alone: Sequence[float], share: float) -> bool:
    now, before = percentile(beside, share), percentile(alone, share)
    return now is not None and before is not None and now > GOAL * before


async def measure_resets(rows: list[Row]) -> None:
    """Measure how soon the server is back after requests of HTTP/2 that were reset at once."""
    with tempfile.TemporaryDirectory(prefix="triostate-bench-") as folder:
        async with attacked("asyncio", Path(folder), is_quiet=False) as (server, client):
            await client.get("/")
            before = memory_of(server)
            with trio.fail_after(STALL_SECONDS):
                await reset_rapidly(server, RESETS)
                since = time.perf_counter()
                assert (await client.get("/")).status_code == 200
            took = time.perf_counter() - since
            grown = (memory_of(server) - before) / MEGABYTE
    what = f"page served after {RESETS:,} rapid resets"
    rows += [
        Row(what, took, "s", RECOVERY_GOAL_SECONDS),
        Row("  memory that they have left", grown, "MB"),
    ]


def _row(what: str, value: float | None, alone: float | None) -> Row:
    goal = None if alone is None else GOAL * alone
    return Row(what, value, "ms", goal, alone, "alone")
