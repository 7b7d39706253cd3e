"""The connection without a browser: what an event, a session and a connect cost the server.

Real servers, as users run them, and three apps of one shape that take turns: triostate's, a bare
one behind the same bridge, and the same bare one on the server's own loop. What counts is the
processor time of the process that serves; the driver has the other core.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from urllib.request import urlopen

import attrs

from tests.browser.serving import ServerProcess

from .driving import (
    STALL_SECONDS,
    Bare,
    Ours,
    Tab,
    allow_many_files,
    batched,
    connect,
    count_numbers,
    cpu_seconds,
    page_id,
    resident_kb,
    worker_of,
)
from .live_names import RATE_SECONDS
from .servers import running
from .table import Row, Section, percentile

APPS = {
    "ours": "tests.bench.live_app:app",
    "bare": "tests.bench.bare_sse_trio:app",
    "own loop": "tests.bench.bare_sse:app",
}
SAMPLED = "tests.bench.sampled_app:app"

ROUNDS = 5
POSTS = 40
# More than a frame: each event finds an idle session, as a person's does.
GAP_SECONDS = 0.02
CROWD = 500
CROWD_ROUNDS = 2
CROWD_SECONDS = 1.5
SESSIONS = 5_000
BARE_SESSIONS = 1_000
CONNECT_ROUNDS = 5
AT_ONCE = 50
SETTLE_SECONDS = 1.0

BARE_GOAL = 1.5
"""Times the bare app behind the bridge."""
CORE_GOAL_PERCENT = 100.0
SESSION_GOAL_KB = 60.0

OWN_LOOP = "  beside it, on the server's own loop"

_numbers = count(1)


@attrs.frozen
class Target:
    """One served app."""

    port: int
    pid: int
    page: str
    """Empty for a bare one."""

    @classmethod
    def of(cls, server: ServerProcess) -> Target:
        """Return what is to be known of a server's app."""
        page = "" if "bare" in server.target else page_id(server.base_url)
        return cls(server.port, worker_of(server.pid), page)

    @property
    def sessions(self) -> int:
        """How many idle ones its memory is divided by."""
        return SESSIONS if self.page else BARE_SESSIONS

    def tabs(self, number: int) -> list[Tab]:
        """Return so many new tabs, not opened yet."""
        numbers = [next(_numbers) for _ in range(number)]
        return [Tab(self.port, Ours(n, self.page) if self.page else Bare(n)) for n in numbers]

    @contextmanager
    def crowd(self, number: int) -> Iterator[list[Tab]]:
        """Have so many tabs, live, while the block runs."""
        tabs = self.tabs(number)
        try:
            connect(tabs, AT_ONCE)
            yield tabs
        finally:
            for tab in tabs:
                tab.close()


@attrs.define
class Found:
    """What has been measured of one app, so far."""

    delays: list[float] = attrs.field(factory=list)
    """From a POST to its delivery, milliseconds."""
    posted: list[float] = attrs.field(factory=list)
    """Processor time of an event, POST and delivery, microseconds; a figure a round."""
    posted_in_crowd: list[float] = attrs.field(factory=list)
    """The same with many sessions live."""
    ticked: list[float] = attrs.field(factory=list)
    """The same of an event that the server's own task is the cause of, with many sessions."""
    delivered: list[float] = attrs.field(factory=list)
    """How many of those there were a second, of one session."""
    connects: list[float] = attrs.field(factory=list)
    """Connects a second."""
    connecting: list[float] = attrs.field(factory=list)
    """Processor time of a connect, microseconds."""
    session_kb: float = 0.0


def measure() -> Section:
    """Measure the three apps in turns; then, apart, where the time of ours goes."""
    allow_many_files()
    found = {name: Found() for name in APPS}
    for measure_part in (measure_events, measure_sessions):
        with running(*APPS.values()) as servers:
            measure_part(list(zip(map(Target.of, servers), found.values(), strict=True)))
    with running(SAMPLED) as servers:
        shares = sample(servers[0])
    return report(found["ours"], found["bare"], found["own loop"], shares)


# What is measured

Pair = tuple[Target, Found]


def measure_events(pairs: Sequence[Pair]) -> None:
    """Measure what is delivered: to one session, to many, by a POST and without."""
    for target, _ in pairs:
        with target.crowd(1) as tabs:
            post_and_wait(tabs * POSTS)  # the first ones of a process are not measured
    for _ in range(ROUNDS):
        for target, found in pairs:
            with target.crowd(1) as tabs:
                before = cpu_seconds(target.pid)
                found.delays += post_and_wait(tabs * POSTS)
                found.posted.append((cpu_seconds(target.pid) - before) / POSTS * 1e6)
    for _ in range(CROWD_ROUNDS):
        for target, found in pairs:
            with target.crowd(CROWD) as tabs:
                before = cpu_seconds(target.pid)
                post_together(tabs)
                found.posted_in_crowd.append((cpu_seconds(target.pid) - before) / CROWD * 1e6)
                tick(target, found, tabs)
            time.sleep(SETTLE_SECONDS)  # until all of them are gone


def post_and_wait(tabs: Sequence[Tab]) -> list[float]:
    """Send an event from each tab, one after another, and return how long each took to be back."""
    delays: list[float] = []
    for tab in tabs:
        time.sleep(GAP_SECONDS)
        began = time.perf_counter()
        tab.trigger("add")
        tab.wait_for_number()
        delays.append((time.perf_counter() - began) * 1000)
        tab.answer()
    return delays


def post_together(tabs: Sequence[Tab]) -> None:
    """Send an event from each tab, some at a time, and wait for all."""
    for group in batched(tabs, AT_ONCE):
        for tab in group:
            tab.trigger("add")
        for tab in group:
            tab.answer()
            tab.wait_for_number()


def tick(target: Target, found: Found, tabs: Sequence[Tab]) -> None:
    """Have each tab's number changed at the steady rate, and measure what that takes."""
    start_ticking(tabs)
    count_numbers(tabs, RATE_SECONDS)
    before, began = cpu_seconds(target.pid), time.perf_counter()
    delivered = count_numbers(tabs, CROWD_SECONDS)
    used, seconds = cpu_seconds(target.pid) - before, time.perf_counter() - began
    found.ticked.append(used / delivered * 1e6)
    found.delivered.append(delivered / seconds / len(tabs))


def start_ticking(tabs: Sequence[Tab]) -> None:
    """Have each tab's number changed at the steady rate from now on."""
    for group in batched(tabs, AT_ONCE):
        for tab in group:
            tab.trigger("tick")
        for tab in group:
            tab.answer()
            tab.stop_posting()


def measure_sessions(pairs: Sequence[Pair]) -> None:
    """Measure what it takes to connect, and what many that are connected and idle hold."""
    tabs = [tab for target, _ in pairs for tab in open_tabs(target, AT_ONCE)]
    before = [settled_kb(target) for target, _ in pairs]  # with what the first ones have brought
    for _ in range(CONNECT_ROUNDS):
        for target, found in pairs:
            number = target.sessions // CONNECT_ROUNDS
            cpu, began = cpu_seconds(target.pid), time.perf_counter()
            tabs += open_tabs(target, number)
            found.connects.append(number / (time.perf_counter() - began))
            found.connecting.append((cpu_seconds(target.pid) - cpu) / number * 1e6)
    for (target, found), kb in zip(pairs, before, strict=True):
        found.session_kb = (settled_kb(target) - kb) / target.sessions
    for tab in tabs:
        tab.close()


def open_tabs(target: Target, number: int) -> list[Tab]:
    """Return so many tabs, live and idle."""
    tabs = target.tabs(number)
    connect(tabs, AT_ONCE)
    for tab in tabs:
        tab.stop_posting()
    return tabs


def settled_kb(target: Target) -> float:
    """Return the memory of the process when what was to be done for its tabs has been done."""
    time.sleep(SETTLE_SECONDS)
    return resident_kb(target.pid)


def sample(server: ServerProcess) -> dict[str, Counter[str]]:
    """Return how often each part of the server was found at work, for three kinds of work."""
    target = Target.of(server)
    with target.crowd(CROWD) as tabs:
        post_together(tabs)
        read_samples(server)
        post_together(tabs * 3)
        posted = read_samples(server)
        start_ticking(tabs)
        read_samples(server)
        count_numbers(tabs, CROWD_SECONDS)
        ticked = read_samples(server)
    time.sleep(SETTLE_SECONDS)
    read_samples(server)
    with target.crowd(2 * CROWD):
        connected = read_samples(server)
    return {"an event by POST": posted, "one without": ticked, "a connect": connected}


def read_samples(server: ServerProcess) -> Counter[str]:
    """Return what has been sampled since this was last asked."""
    with urlopen(f"{server.base_url}/samples", timeout=STALL_SECONDS) as answer:
        return Counter(json.load(answer))


# What is said


def report(ours: Found, bare: Found, own: Found, shares: dict[str, Counter[str]]) -> Section:
    """Return the section."""

    def cost(what: str, unit: str, get: Callable[[Found], float]) -> tuple[Row, Row]:
        goal = BARE_GOAL * get(bare)
        return (
            Row(what, get(ours), unit, goal, get(bare), "bare"),
            Row(OWN_LOOP, get(ours), unit, None, get(own), "bare"),
        )

    return Section(
        f"9. The connection, under hypercorn ({POSTS * ROUNDS} events, {CROWD} sessions)",
        (
            *cost("POST to delivery, p50", "ms", lambda f: statistics.median(f.delays)),
            *cost("POST to delivery, p99", "ms", lambda f: percentile(f.delays, 0.99) or 0.0),
            *cost("CPU an event, POST and delivery", "us", lambda f: min(f.posted)),
            *cost(f"  the same, {CROWD} sessions", "us", lambda f: min(f.posted_in_crowd)),
            *cost(f"CPU an event without POST, {CROWD} sessions", "us", lambda f: min(f.ticked)),
            Row(
                f"{CROWD} sessions, {1 / RATE_SECONDS:.0f} events/s each: of a core",
                core_percent(ours),
                "%",
                CORE_GOAL_PERCENT,
                core_percent(bare),
                "bare",
            ),
            Row("  events a second delivered to each", statistics.median(ours.delivered), "/s"),
            Row(
                f"memory of an idle session, {SESSIONS} of them",
                ours.session_kb,
                "KB",
                SESSION_GOAL_KB,
                bare.session_kb,
                "bare",
            ),
            Row(OWN_LOOP, ours.session_kb, "KB", None, own.session_kb, "bare"),
            *cost("CPU a connect: stream, attach, first frame", "us", lambda f: min(f.connecting)),
            Row("connects a second", max(ours.connects), "/s", None, max(bare.connects), "bare"),
        ),
        (
            "bare: the same shape in plain ASGI on Trio, behind the same bridge. The least of",
            f"{ROUNDS} rounds in turns, {CROWD_ROUNDS} with {CROWD} sessions, but for p50 and p99.",
            *(f"Where the time goes, {what}: {_shares(parts)}" for what, parts in shares.items()),
        ),
    )


def core_percent(found: Found) -> float:
    """Return what the crowd takes of a core at its full rate, reached or not."""
    return min(found.ticked) / 1e6 * CROWD / RATE_SECONDS * 100


def _shares(parts: Counter[str]) -> str:
    total = parts.total() or 1
    return ", ".join(f"{name} {number / total:.0%}" for name, number in parts.most_common())
