"""Lanes, at times that are given: whose frame is due when, and in which order they leave."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.protocol.sse import parse_sse
from triostate.limits import FRAME_SECONDS, MAX_CHUNK_BYTES
from triostate.runtime.lanes import Lane, Lanes
from triostate.runtime.outbox import Outbox
from triostate.state.patch import PatchOp


class Tab:
    """A session's outbox, and its lane."""

    def __init__(self, token: str) -> None:
        self.outbox = Outbox(token, lambda: {"s": {"n": 0}}, lambda _: 0)
        self.lane = self.lane_on_a_stream()

    def lane_on_a_stream(self, seen: int | None = None) -> Lane:
        self.outbox.attach(0, seen)
        return Lane(self.outbox._token, self.outbox, "doc", fresh=False, append=False)

    def write(self, value: Any = 1) -> None:
        self.outbox.push([PatchOp("replace", "/s/n", value)])


def frames(chunk: bytes) -> list[tuple[str, str]]:
    return [(name, data["token"]) for name, data in parse_sse(chunk)]


def joined(*tokens: str) -> tuple[Lanes, list[Tab]]:
    """Return lanes that have all begun, at the time 0."""
    lanes, tabs = Lanes(), [Tab(token) for token in tokens]
    for tab in tabs:
        lanes.join(tab.lane)
    lanes.take(0.0)
    return lanes, tabs


class TestDue:
    def test_begins(self) -> None:
        """A lane that begins is due at once."""
        lanes, tab = Lanes(), Tab("a")
        assert lanes.due == math.inf
        lanes.join(tab.lane)
        assert lanes.due == -math.inf
        assert frames(lanes.take(5.0)) == [("snapshot", "a")]

    def test_quiet(self) -> None:
        """One that has nothing to say is not due."""
        lanes, _ = joined("a")
        assert lanes.due == math.inf
        assert lanes.take(1e9) == b""

    def test_news(self) -> None:
        """One that has news is due a frame time after its last frame: after a pause at once."""
        lanes, (tab,) = joined("a")
        tab.write()
        assert lanes.due == FRAME_SECONDS
        assert lanes.take(FRAME_SECONDS / 2) == b""
        assert frames(lanes.take(100.0)) == [("delta", "a")]
        tab.write()
        assert lanes.due == 100.0 + FRAME_SECONDS

    def test_late(self) -> None:
        """A frame that is late puts off none that follow, unless it is late by a frame time."""
        lanes, (tab,) = joined("a")
        for taken, due in ((1.4, 2.0), (2.6, 3.0), (4.1, 5.1)):
            tab.write()
            assert frames(lanes.take(taken * FRAME_SECONDS)) == [("delta", "a")]
            tab.write()
            assert lanes.due == pytest.approx(due * FRAME_SECONDS)

    def test_earliest(self) -> None:
        """The lanes are due when the first of them is."""
        lanes, (one, two) = joined("a", "b")
        one.write()
        lanes.take(1.0)
        one.write()
        two.write()
        assert lanes.due == FRAME_SECONDS
        assert frames(lanes.take(FRAME_SECONDS)) == [("delta", "b")]
        assert lanes.due == 1.0 + FRAME_SECONDS

    def test_ends(self) -> None:
        """One that ends is due at once, whatever it had to say, and is then gone."""
        lanes, (tab, _) = joined("a", "b")
        tab.write()
        assert lanes.end("a", "closed")
        assert not lanes.end("a", "replaced")
        assert not lanes.end("nobody", "closed")
        assert lanes.due == -math.inf
        ((name, data),) = parse_sse(lanes.take(0.0))
        assert (name, data["token"], data["reason"]) == ("bye", "a", "closed")
        assert len(lanes) == 1
        assert lanes.due == math.inf

    def test_leaves(self) -> None:
        """One that leaves says nothing; what it had to say waits for another stream."""
        lanes, (tab,) = joined("a")
        tab.write()
        lanes.leave("a")
        lanes.leave("a")
        assert (lanes.take(9.0), len(lanes)) == (b"", 0)
        assert not tab.outbox.is_empty

    def test_resumes(self) -> None:
        """One that resumes begins with what was missed: nothing, or frames, and no snapshot."""
        lanes, (tab,) = joined("a")
        tab.write()
        lanes.take(1.0)
        lanes.join(tab.lane_on_a_stream(seen=1))
        assert frames(lanes.take(1.0)) == [("delta", "a")]
        lanes.join(tab.lane_on_a_stream(seen=2))
        assert lanes.take(1.0) == b""
        assert lanes.due == math.inf

    def test_joins_again(self) -> None:
        """A session has one lane: the newer, which begins."""
        lanes, (tab,) = joined("a")
        lanes.end("a", "replaced")
        lanes.join(tab.lane_on_a_stream())
        assert len(lanes) == 1
        assert frames(lanes.take(1.0)) == [("snapshot", "a")]


class TestOrder:
    def test_together(self) -> None:
        """What is due together leaves together."""
        lanes, tabs = joined("a", "b", "c")
        for tab in tabs:
            tab.write()
        assert frames(lanes.take(1.0)) == [("delta", "a"), ("delta", "b"), ("delta", "c")]

    def test_longest_ago_first(self) -> None:
        """Those come first that had their turn longest ago."""
        lanes, (one, two, three) = joined("a", "b", "c")
        one.write()
        lanes.take(1.0)
        for tab in (one, three, two):
            tab.write()
        assert [token for _, token in frames(lanes.take(2.0))] == ["b", "c", "a"]

    def test_long_chunk(self) -> None:
        """A chunk that is long enough takes no more, and nobody is passed over twice."""
        lanes, tabs = joined("a", "b", "c")
        order: list[str] = []
        for turn in range(1, 10):
            for tab in tabs:
                tab.write("x" * MAX_CHUNK_BYTES)
            (frame,) = frames(lanes.take(float(turn)))
            order.append(frame[1])
        assert order == ["a", "b", "c"] * 3

    def test_small_beside_large(self) -> None:
        """Small frames travel with others, and after one large frame they are first."""
        lanes, (large, one, two) = joined("large", "one", "two")
        for tab in (one, two):
            tab.write()
        large.write("x" * MAX_CHUNK_BYTES)
        assert [token for _, token in frames(lanes.take(1.0))] == ["large"]
        large.write("x" * MAX_CHUNK_BYTES)
        assert [token for _, token in frames(lanes.take(2.0))] == ["one", "two", "large"]


def test_failure() -> None:
    """A lane whose frame cannot be made is reported; the others' frames leave all the same."""
    lanes, (one, _) = joined("a", "b")
    failed: list[BaseException] = []
    broken = one.lane_on_a_stream()
    broken.on_failed = failed.append
    broken.outbox._state = lambda: {"s": {"n": object()}}  # type: ignore[dict-item]
    lanes.join(broken)
    two = Tab("c")
    lanes.join(two.lane)
    assert frames(lanes.take(1.0)) == [("snapshot", "c")]
    assert len(failed) == 1
    assert lanes.due == math.inf
