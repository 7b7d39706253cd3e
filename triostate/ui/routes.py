"""Routes: how they are written, which addresses are theirs, and which of two goes before the other.

A route is segments: literal ones, ``[id]`` for one segment that may be anything, and at the end
``[...path]`` for one or more or ``[[...path]]`` for any number of them. Paths come decoded, as
servers hand them on: an encoded slash is a slash, so that no parameter of one segment holds any.
Knows nothing of pages.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Mapping
from typing import Final

import attrs

__all__ = ["Kind", "Route", "Segment", "parse_route"]

_SEGMENT: Final = re.compile(
    r"(?P<text>[\w.~-]+)|\[(?P<one>[a-z]\w*)\]|\[\.\.\.(?P<some>[a-z]\w*)\]"
    r"|\[\[\.\.\.(?P<any>[a-z]\w*)\]\]",
    re.ASCII | re.IGNORECASE,
)

# What no parameter is: a way out of a folder, as either kind of system reads it, and what would
# start a line of its own in a log or a header.
_REFUSED: Final = re.compile(r"(?:.*\\)?\.{1,2}(?:\\.*)?|.*[\x00-\x1f\x7f].*", re.DOTALL)


class Kind(enum.IntEnum):
    """What a segment takes, the more particular first."""

    TEXT = 0
    ONE = 1
    SOME = 2
    ANY = 3


@attrs.frozen
class Segment:
    """One part of a route between two slashes."""

    kind: Kind
    name: str
    """The parameter's; of a literal segment its text."""


@attrs.frozen
class Route:
    """A route, taken apart."""

    text: str
    segments: tuple[Segment, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in order."""
        return tuple(s.name for s in self.segments if s.kind is not Kind.TEXT)

    @property
    def is_dynamic(self) -> bool:
        """Whether more than one address is the route's."""
        return bool(self.names)

    @property
    def rank(self) -> tuple[int, ...]:
        """Orders routes: of two that an address fits it belongs to the lower one.

        The first segment in which they differ decides; what is literal goes before what is not,
        one segment before many.
        """
        return tuple(segment.kind for segment in self.segments)

    @property
    def shape(self) -> tuple[str, ...]:
        """Equal for routes that would fight over addresses, whatever their parameters' names."""
        marks = {Kind.ONE: "[]", Kind.SOME: "[...]", Kind.ANY: "[...]"}
        return tuple(marks.get(segment.kind, segment.name) for segment in self.segments)

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path; None for one that is not the route's.

        A parameter of many segments is their text with the slashes between them, and may be empty.
        """
        if not self.is_dynamic:
            return {} if path == self.text else None
        if not path.startswith("/"):
            return None
        given = [] if path == "/" else path[1:].split("/")
        if any(not part or _REFUSED.fullmatch(part) for part in given):
            return None
        return self._params(given)

    def _params(self, given: list[str]) -> dict[str, str] | None:
        params: dict[str, str] = {}
        for i, segment in enumerate(self.segments):
            if segment.kind in (Kind.SOME, Kind.ANY):
                if segment.kind is Kind.SOME and len(given) <= i:
                    return None
                return {**params, segment.name: "/".join(given[i:])}
            if i >= len(given):
                return None
            if segment.kind is Kind.ONE:
                params[segment.name] = given[i]
            elif segment.name != given[i]:
                return None
        return params if len(given) == len(self.segments) else None

    def empty(self) -> Mapping[str, str]:
        """Return the parameters before there is an address: empty texts."""
        return dict.fromkeys(self.names, "")


@functools.lru_cache(maxsize=1024)
def parse_route(text: str) -> Route:
    """Return a route taken apart; raise ValueError, which says why, for what is none."""
    if text == "/":
        return Route(text, ())
    parts = text.removeprefix("/").split("/")
    segments = tuple(map(_segment, parts))
    if not text.startswith("/") or None in segments:
        raise ValueError(
            "write segments of letters, digits, . _ ~ - and parameters in brackets, such as "
            "'/orders/[id]', '/docs/[...path]' or '/docs/[[...path]]'"
        )
    route = Route(text, tuple(segment for segment in segments if segment is not None))
    if any(s.kind in (Kind.SOME, Kind.ANY) for s in route.segments[:-1]):
        raise ValueError("what takes many segments stands at the end")
    if len(set(route.names)) < len(route.names):
        raise ValueError("each parameter has a name of its own")
    return route


def _segment(part: str) -> Segment | None:
    found = _SEGMENT.fullmatch(part)
    if found is None:
        return None
    kinds = {"text": Kind.TEXT, "one": Kind.ONE, "some": Kind.SOME, "any": Kind.ANY}
    group = found.lastgroup or ""
    return Segment(kinds[group], found[group])
