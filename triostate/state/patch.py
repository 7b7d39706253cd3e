"""JSON Patch operations and pointers, as commits give them and frames carry them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from triostate.state.codec import JSON

__all__ = ["PatchOp", "pointer"]


@attrs.frozen
class PatchOp:
    """One operation of a JSON Patch (RFC 6902, and ``append`` for strings)."""

    op: str
    path: str
    """RFC 6901: ``/<state full name>/<var>/...``."""
    value: JSON = None
    whole: str | None = None
    """With ``append``: the whole string, for a client that knows ``replace`` only."""


def pointer(tokens: Iterable[str]) -> str:
    """Return the JSON Pointer (RFC 6901) of reference tokens."""
    return "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in tokens)
