"""The transcript in the documentation is what an app sends."""

from __future__ import annotations

import json
from typing import Any

import trio

import triostate as ts
from tests.documents import documents, source_of
from tests.protocol.sse import parse_sse
from triostate.testing import Client, isolated, run_virtual


def test_the_frames_that_are_shown_are_sent() -> None:
    """Snapshot, answer and delta of the page are those of its app, but for names that are drawn."""
    (document,) = (d for d in documents() if d.name == "how-it-works.md")
    snapshot, answer, delta = (json.loads(b.text) for b in document.blocks if b.language == "json")
    with isolated():
        exec(compile(source_of(document.code), "how.py", "exec"), {"__name__": "how"})
        sent = run_virtual(_transcript, ts.App())
    for frame in sent:
        frame.update({name: snapshot[name] for name in ("token", "epoch") if name in frame})
    assert sent == [snapshot, answer, delta]


async def _transcript(app: ts.App) -> list[dict[str, Any]]:
    taken = bytearray()
    async with Client(app) as client:
        line = client.start_stream("/_triostate/stream?page=/how&append=1", taken.extend)
        await trio.sleep(1)
        (snapshot,) = _frames(taken)
        event = {"n": 1, "b": 0, "a": []}
        body = {"token": snapshot["token"], "page": "/how", "epoch": snapshot["epoch"]}
        answer = await client.post("/_triostate/events", {**body, "events": [event]})
        await trio.sleep(0.5)
        _, delta = _frames(taken)
        line.cut()
    return [snapshot, json.loads(answer.body), delta]


def _frames(taken: bytearray) -> list[dict[str, Any]]:
    return [data for name, data in parse_sse(bytes(taken)) if name]
