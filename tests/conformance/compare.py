"""Whether two results are the same value of the same type, as they would travel."""

from __future__ import annotations

import math
from typing import Any

from tests.conformance.cases import Raised
from triostate.errors import UnsendableValueError
from triostate.state.codec import encode_json, encode_value

__all__ = ["is_near", "is_sendable", "same_wire", "wire_text"]

UNSENDABLE = b"unsendable"


def same_wire(found: Any, wanted: Any) -> bool:
    """Tell whether both raise, or both travel as the same; sets have no order."""
    if isinstance(found, Raised) or isinstance(wanted, Raised):
        return isinstance(found, Raised) and isinstance(wanted, Raised)
    return _wire(found) == _wire(wanted)


def is_sendable(value: Any) -> bool:
    """Tell whether a value can travel."""
    return _wire(value) != UNSENDABLE


def wire_text(wire: Any) -> bytes:
    """Return the text of a wire form by which it can be compared; sets have no order."""
    return encode_json(_sorted(wire))


def is_near(wire: Any, wanted: float) -> bool:
    """Tell whether a float travelled that is at most one unit in the last place away."""
    found = float(wire["$float"]) if isinstance(wire, dict) and list(wire) == ["$float"] else wire
    if not isinstance(found, float) or not math.isfinite(found):
        return False
    return abs(found - wanted) <= math.ulp(wanted)


def _wire(value: Any) -> bytes:
    try:
        return wire_text(encode_value(value))
    except UnsendableValueError:
        return UNSENDABLE


def _sorted(wire: Any) -> Any:
    if isinstance(wire, list):
        return [_sorted(item) for item in wire]
    if not isinstance(wire, dict):
        return wire
    if list(wire) == ["$set"]:
        return {"$set": sorted(wire["$set"])}
    return {key: _sorted(item) for key, item in wire.items()}
