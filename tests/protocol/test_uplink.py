"""What browsers send: accepted to the letter, or a ProtocolError and nothing else."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triostate.errors import ProtocolError
from triostate.limits import MAX_BATCH_EVENTS, MAX_PATH_CHARS
from triostate.protocol.strict_json import parse_json
from triostate.protocol.uplink import (
    Batch,
    EventSequence,
    Goodbye,
    parse_message,
    read_applied,
    read_attach,
    read_batch,
    read_goodbye,
)

EVENT = {"n": 1, "b": 0, "a": []}


def body(**changes: Any) -> bytes:
    batch = {"token": "t", "page": "p", "epoch": "e", "seen": 0, "events": [EVENT], **changes}
    return json.dumps({k: v for k, v in batch.items() if v is not ...}).encode()


def parse_batch(text: bytes) -> Batch:
    return read_batch(parse_json(text))


def parse_goodbye(text: bytes) -> Goodbye:
    return read_goodbye(parse_json(text))


def test_a_batch() -> None:
    """A well-formed batch is what it says; `seen` may be missing."""
    batch = parse_batch(body(events=[{"n": 3, "b": 7, "a": ["x", 1.5]}, {**EVENT, "n": 4}]))
    assert (batch.token, batch.page, batch.epoch) == ("t", "p", "e")
    assert [(e.n, e.b, e.a) for e in batch.events] == [(3, 7, ["x", 1.5]), (4, 0, [])]
    assert parse_batch(body(seen=...)).seen == 0


REFUSED = {
    "unknown field": body(admin=True),
    "unknown field of an event": body(events=[{**EVENT, "handler": "reset"}]),
    "missing token": body(token=...),
    "missing events": body(events=...),
    "no events": body(events=[]),
    "too many events": body(events=[{**EVENT, "n": n} for n in range(1, MAX_BATCH_EVENTS + 2)]),
    "gap": body(events=[EVENT, {**EVENT, "n": 3}]),
    "repeat": body(events=[EVENT, EVENT]),
    "backwards": body(events=[{**EVENT, "n": 2}, EVENT]),
    "negative number": body(events=[{**EVENT, "n": -1}]),
    "binding too far below zero": body(events=[{**EVENT, "b": -(2**53)}]),
    "float number": body(events=[{**EVENT, "n": 1.5}]),
    "text number": body(events=[{**EVENT, "n": "1"}]),
    "bool number": body(events=[{**EVENT, "n": True}]),
    "huge number": body(events=[{**EVENT, "n": 2**53}]),
    "enormous number": body(events=[{**EVENT, "b": 10**400}]),
    "too many values": body(events=[{**EVENT, "a": [0] * 1000}]),
    "values no list": body(events=[{**EVENT, "a": {"0": 1}}]),
    "long token": body(token="t" * 1000),
    "token no text": body(token=1),
    "NaN": body(events=[{**EVENT, "a": ["X"]}]).replace(b'"X"', b"NaN"),
    "Infinity": body(events=[{**EVENT, "a": ["X"]}]).replace(b'"X"', b"-Infinity"),
    "float too big": body(events=[{**EVENT, "a": ["X"]}]).replace(b'"X"', b"1e999"),
    "lone surrogate": body(events=[{**EVENT, "a": ["X"]}]).replace(b"X", rb"\ud800"),
    "duplicate key": body().replace(b'"page"', b'"token": "u", "page"'),
    "duplicate key in a value": body(events=[{**EVENT, "a": ["X"]}]).replace(
        b'"X"', b'{"k": 1, "k": 2}'
    ),
    "deep nesting": body(events=[{**EVENT, "a": ["X"]}]).replace(
        b'"X"', b"[" * 20_000 + b"]" * 20_000
    ),
    "nesting over the limit of 32": body(events=[{**EVENT, "a": ["X"]}]).replace(
        b'"X"', b"[" * 40 + b"]" * 40
    ),
    "unclosed nesting": b"[" * 60_000,
    "empty": b"",
    "no JSON": b"hello",
    "trailing text": body() + b"x",
    "other JSON": b"[1]",
    "null": b"null",
    "invalid UTF-8": body(token="X").replace(b"X", b"\xff"),
    "invalid UTF-8 in a value": body(events=[{**EVENT, "a": ["X"]}]).replace(b"X", b"\xc3\x28"),
    "UTF-16": body().decode().encode("utf-16"),
    "control character": body(token="X").replace(b"X", b"\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Anything but a batch is a ProtocolError of status 400 with one line of text."""
    with pytest.raises(ProtocolError) as caught:
        parse_batch(REFUSED[name])
    assert caught.value.status == 400
    assert "\n" not in str(caught.value)


@settings(max_examples=200, print_blob=True)
@given(st.one_of(st.binary(max_size=60), st.binary(max_size=3).map(lambda cut: body() + cut)))
def test_any_bytes(data: bytes) -> None:
    """Any bytes at all are a batch or a ProtocolError."""
    for parse in (parse_batch, parse_goodbye):
        with contextlib.suppress(ProtocolError):
            parse(data)


def test_goodbye() -> None:
    """A goodbye names a token and an epoch and nothing else."""
    goodbye = parse_goodbye(b'{"token": "t", "epoch": "e"}')
    assert (goodbye.token, goodbye.epoch) == ("t", "e")
    with pytest.raises(ProtocolError):
        parse_goodbye(b'{"token": "t", "epoch": "e", "all": true}')


class TestSequence:
    def test_accepts_in_order(self) -> None:
        """Numbers are accepted from 1 up; a repeat is told apart, a gap is a 409."""
        events = EventSequence("e")
        assert [events.accept(n) for n in (1, 2, 1, 2, 3)] == [True, True, False, False, True]
        with pytest.raises(ProtocolError, match="expected event 4") as caught:
            events.accept(5)
        assert caught.value.status == 409
        assert events.accepted == 3

    def test_finished_out_of_order(self) -> None:
        """The ack rises only when all events before are done, and then over all that are."""
        events = EventSequence("e")
        for number in range(1, 6):
            events.accept(number)
        assert [events.finish(n) for n in (3, 2)] == [False, False]
        assert events.done == 0
        assert events.finish(1)
        assert events.done == 3
        assert not events.finish(5)
        assert events.finish(4)
        assert events.done == 5

    @given(st.permutations(range(1, 9)))
    def test_any_order_of_finishing(self, order: list[int]) -> None:
        """Whatever the order, `done` is the end of the run of finished events from 1."""
        events, finished = EventSequence("e"), set()
        for number in order:
            events.finish(number)
            finished.add(number)
            wanted = next(n for n in range(1, 10) if n not in finished) - 1
            assert events.done == wanted


class TestMessages:
    def test_a_message(self) -> None:
        """A message of a WebSocket is a kind, a number and a body."""
        message = parse_message('{"kind": "leave", "id": 7, "body": {"token": "t", "epoch": "e"}}')
        assert (message.kind, message.id) == ("leave", 7)
        assert read_goodbye(message.body).token == "t"

    def test_attach(self) -> None:
        """A request for a session names a page and perhaps a token; all else may be missing."""
        wish = read_attach({"page": "p", "token": ""})
        assert (wish.doc, wish.stream, wish.seq, wish.path, wish.known) == ("", "", 0, "", False)
        assert (wish.stored, wish.changed) == ({}, [])

    @pytest.mark.parametrize(
        "changes",
        [
            {"stream": "s" * 65},
            {"stream": None},
            {"seq": -1},
            {"seq": "1"},
            {"path": "x" * (MAX_PATH_CHARS + 1)},
            {"known": 1},
            {"page": ...},
            {"visitor": "v"},
        ],
    )
    def test_refused_attach(self, changes: dict[str, Any]) -> None:
        """Anything else is refused."""
        body = {"page": "p", "token": "", **changes}
        with pytest.raises(ProtocolError):
            read_attach({name: value for name, value in body.items() if value is not ...})

    def test_applied(self) -> None:
        """How far a document has come names a token, an epoch and a number."""
        assert read_applied({"token": "t", "epoch": "e", "seen": 5}).seen == 5
        with pytest.raises(ProtocolError):
            read_applied({"token": "t", "epoch": "e", "seen": 2**53})
