"""A small parser of server-sent events, written from the HTML standard, not from our encoder."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["parse_sse"]


def parse_sse(stream: bytes) -> list[tuple[str, Any]]:
    """Return name and JSON data of every event, and ``("", comment)`` for comments.

    Fails if the stream does not end at the end of an event.
    """
    found: list[tuple[str, Any]] = []
    name, data = "", []
    lines = stream.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert not stream or stream.endswith(b"\n\n")
    for line in [*lines, ""]:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append((name or "message", json.loads("\n".join(data))))
            name, data = "", []
        elif not field:
            found.append(("", value))
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return found
