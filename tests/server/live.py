"""A live page's session as a client of another make keeps it: frames, and a JSON Patch library.

The app is `tests.web.stream_app`. Knows nothing of how the frames come.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import jsonpatch

__all__ = ["COMMANDS", "STOP_SECONDS", "Tab"]

_HYPERCORN = [sys.executable, "-m", "hypercorn", "--bind", "127.0.0.1:0"]
COMMANDS = {
    "asyncio": [*_HYPERCORN, "tests.web.stream_app:app"],
    "trio": [*_HYPERCORN, "-k", "trio", "tests.web.stream_app:app"],
    "uvicorn": [sys.executable, "-m", "uvicorn", "--port", "0", "tests.web.stream_app:app"],
}

# Three times the second and a half that the design promises for a drain with nothing running.
STOP_SECONDS = 4.5


class Tab:
    """A browser's copy of one session, kept by a JSON Patch library."""

    def __init__(self) -> None:
        self.token = ""
        self.state: dict[str, Any] = {}
        self.seq = 0

    def take(self, name: str, data: Any) -> None:
        if name == "snapshot":
            self.token, self.state = data["token"], data["state"]
        elif name == "delta":
            assert data["seq"] == self.seq + 1
            self.state = jsonpatch.apply_patch(self.state, data["ops"])
        self.seq = data["seq"]

    def events(self, page: str) -> dict[str, Any]:
        """Return the body of a first event, which starts the page's job."""
        events = [{"n": 1, "b": 0, "a": []}]
        return {"token": self.token, "page": page, "epoch": "doc", "events": events}

    @property
    def is_done(self) -> bool:
        ledger = self.state.get("state.ledger", {})
        return ledger.get("book.status") == "succeeded"

    @property
    def where(self) -> str:
        """Where the server tells its state."""
        return f"/state/{self.token}"

    def check(self, found: bytes) -> None:
        """Demand that the copy is what the server has."""
        mine = {k: v for k, v in self.state["state.ledger"].items() if "." not in k}
        assert mine == json.loads(found)
        assert mine["total"] == sum(range(20))
