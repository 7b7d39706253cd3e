"""Values made from bytes: one draw stands for a whole value, nested and odd as it may be.

Drawing each part apart takes Hypothesis milliseconds a value, and a hundred thousand of them an
hour. Shrinking works on the bytes: fewer and smaller ones are smaller values. Knows nothing of what
is tried with them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

__all__ = ["Drawn", "drawn"]

ODD_TEXTS = [
    "",
    "__proto__",
    "\0",
    "\r\n",
    "\ud800",
    "\udc00",
    "$float",
    "$map",
    "\u2028",
    "\ufeff",
]
ODD_INTS = [0, 1, -1, 31, 32, 2**31, 2**53 - 1, 2**53, -(2**53), 2**63, 2**64, 10**30, 10**400]
ODD_FLOATS = [
    0.0,
    -0.0,
    1.0,
    0.1,
    1e308,
    5e-324,
    float("inf"),
    float("-inf"),
    float("nan"),
    2.0**53,
]


class Drawn:
    """Bytes that are read as values; after their end all is 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def bytes(self, count: int) -> bytes:
        return bytes([self.byte() for _ in range(count)])

    def below(self, count: int) -> int:
        return self.byte() % count

    def one_of(self, values: Sequence[Any]) -> Any:
        return values[self.below(len(values))]

    def int(self) -> int:
        size = self.below(12)
        if size > 9:
            number: int = self.one_of(ODD_INTS)
            return number
        return int.from_bytes(self.bytes(size), "big", signed=True)

    def float(self) -> float:
        if self.below(2):
            return float(self.one_of(ODD_FLOATS))
        return float(struct.unpack(">d", self.bytes(8))[0])

    def text(self) -> str:
        """Return a text of at most 20 characters, of all planes, halves of pairs among them."""
        size = self.below(24)
        if size > 20:
            return str(self.one_of(ODD_TEXTS))
        width = self.below(3) + 1
        codes = (int.from_bytes(self.bytes(width), "big") for _ in range(size))
        return "".join([chr(code % 0x110000) for code in codes])

    def scalar(self) -> Any:
        kinds: list[Callable[[], Any]] = [
            lambda: None,
            lambda: False,
            lambda: True,
            self.int,
            self.float,
            self.text,
        ]
        return self.one_of(kinds)()

    def value(self, depth: int = 0) -> Any:
        """Return a value that JSON's grammar has, or Python's ``json`` writes all the same."""
        kind = self.below(4)
        if kind < 2 or depth > 6:
            return self.scalar()
        count = self.below(5)
        if kind == 2:
            return [self.value(depth + 1) for _ in range(count)]
        return {self.text(): self.value(depth + 1) for _ in range(count)}

    def named(self, names: Sequence[str], most: int) -> dict[str, Any]:
        """Return an object with some of these names."""
        return {str(self.one_of(names)): self.value() for _ in range(self.below(most + 1))}


def drawn(make: Callable[[Drawn], Any], max_size: int = 80) -> st.SearchStrategy[Any]:
    """Return what a function makes of bytes."""
    return st.binary(max_size=max_size).map(lambda data: make(Drawn(data)))
