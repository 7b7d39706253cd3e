"""A client that is no browser: HTTP, an SSE parser and a JSON Patch library are all it takes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonpatch
import pytest

from tests.browser.serving import ServerProcess
from tests.protocol.sse import parse_sse


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    running = ServerProcess("tests.web.stream_app:app", log_path=tmp_path / "server.log")
    yield running
    running.stop()


def frames(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Yield name and data of the frames as they arrive."""
    text = ""
    for chunk in response.iter_text():
        *whole, text = (text + chunk).split("\n\n")
        for event in whole:
            yield from ((n, data) for n, data in parse_sse(f"{event}\n\n".encode()) if n)


def test_stream_applied_by_a_foreign_library(server: ServerProcess) -> None:
    """A stream opens a session of its own; its frames, applied by jsonpatch, give its state."""
    with (
        httpx.Client(base_url=server.base_url, timeout=20) as client,
        client.stream("GET", "/_triostate/stream?page=/&doc=here") as response,
    ):
        incoming = frames(response)
        name, snapshot = next(incoming)
        assert (name, snapshot["fresh"], snapshot["seq"]) == ("snapshot", True, 1)
        state, token, seq = snapshot["state"], snapshot["token"], 1
        body = {"token": token, "page": _page_id(client), "epoch": "here"}
        event = {"n": 1, "b": 0, "a": []}
        answer = client.post("/_triostate/events", json={**body, "events": [event]})
        assert answer.status_code == 202
        while state["state.ledger"]["book.status"] != "succeeded":
            name, delta = next(incoming)
            assert (name, delta["seq"]) == ("delta", seq + 1)
            seq += 1
            state = jsonpatch.apply_patch(state, delta["ops"])
        mine = {k: v for k, v in state["state.ledger"].items() if "." not in k}
        assert mine == client.get(f"/state/{token}").json()
        assert mine["total"] == sum(range(20))


def _page_id(client: httpx.Client) -> str:
    plan = client.get("/").text.partition('id="ts-plan">')[2].partition("</script>")[0]
    return str(json.loads(plan)["page"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
def test_curl(server: ServerProcess) -> None:
    """`curl -N` on the stream shows a heartbeat and the snapshot at once."""
    command = ["curl", "-sN", "--max-time", "2", f"{server.base_url}/_triostate/stream?page=/"]
    shown = subprocess.run(command, capture_output=True, timeout=20, check=False).stdout
    assert shown.startswith(b":\n\nevent: snapshot\ndata: {")
