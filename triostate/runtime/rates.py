"""Rates and counts: how much one browser or one address may ask for.

Refusing has to cost less than what is refused: a few operations on a number or two.
"""

from __future__ import annotations

import functools
import ipaddress

import attrs

from triostate.errors import TooManyError
from triostate.limits import (
    BURST_SECONDS,
    KEPT_BUCKETS,
    MAX_EVENTS_PER_SECOND,
    MAX_REQUESTS_PER_SECOND,
    MAX_SESSIONS_PER_ADDRESS,
    MAX_STATE_BYTES,
    MAX_TABS_PER_VISITOR,
)

__all__ = ["Allowance", "Bucket", "Rates", "Tally", "owner_of"]


def _is_count(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{attribute.name}={value!r}: a whole number from 1 up")


def _count(default: int) -> int:
    field: int = attrs.field(default=default, kw_only=True, validator=_is_count)
    return field


@attrs.frozen
class Allowance:
    """What an app grants; what an app may set of it."""

    max_events_per_second: int = _count(MAX_EVENTS_PER_SECOND)
    """Of one session, for long; twice as many at once after a rest."""
    max_tabs_per_visitor: int = _count(MAX_TABS_PER_VISITOR)
    max_sessions_per_address: int = _count(MAX_SESSIONS_PER_ADDRESS)
    """And as many shared streams; loopback has no bound."""
    max_requests_per_second: int = _count(MAX_REQUESTS_PER_SECOND)
    """Of one browser, or of one address without any; twenty times as many after a rest."""
    max_state_bytes: int = _count(MAX_STATE_BYTES)
    """Of one session."""

    def bucket(self, now: float) -> Bucket:
        """Return a full bucket for the events of a new session."""
        return Bucket(self.max_events_per_second, now)


# Of a token: who has waited for as long as he was told must find what he waited for.
_ROUNDING = 1e-6


@attrs.define
class Bucket:
    """A token bucket: full after a rest, refilled at a steady rate."""

    rate: float
    _at: float
    """When it held `_left`."""
    _burst_seconds: float = BURST_SECONDS
    _left: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._left = self.rate * self._burst_seconds

    def take(self, count: int, now: float) -> float:
        """Take so many tokens and return 0; or none, and return the seconds until they are there.

        More than it holds are there when it is full, and are then owed.
        """
        full = self.rate * self._burst_seconds
        self._left = min(self._left + (now - self._at) * self.rate, full)
        self._at = now
        missing = min(count, full) - self._left
        if missing > _ROUNDING:
            return missing / self.rate
        self._left -= count
        return 0.0

    def give_back(self, count: int) -> None:
        """Put back what was taken for nothing."""
        self._left += count

    def is_full(self, now: float) -> bool:
        """Whether it is as it was when it was new."""
        return self._left + (now - self._at) * self.rate >= self.rate * self._burst_seconds


class Rates:
    """How fast each of many may do something: a bucket for each who does.

    One that is full says no more than none, so it need not be kept.
    """

    def __init__(self, rate: float, burst_seconds: float, refusal: str) -> None:
        self._rate = rate
        self._burst_seconds = burst_seconds
        self._refusal = refusal
        self._buckets: dict[str, Bucket] = {}
        self._most = KEPT_BUCKETS

    def charge(self, who: str, count: int, now: float, least_wait: float = 0.0) -> None:
        """Take note of so many; raise TooManyError if that is too fast. Nobody has no bound."""
        if not who:
            return
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = Bucket(self._rate, now, self._burst_seconds)
            if len(self._buckets) > self._most:
                self._drop_full(now)
        wait = bucket.take(count, now)
        if wait:
            raise TooManyError(self._refusal, max(wait, least_wait))

    def _drop_full(self, now: float) -> None:
        left = {who: bucket for who, bucket in self._buckets.items() if not bucket.is_full(now)}
        self._buckets = left
        # Twice as many before the next look: each is looked at about once.
        self._most = max(KEPT_BUCKETS, 2 * len(left))


class Tally:
    """How many of something each address has."""

    def __init__(self, bound: int, what: str) -> None:
        self._bound = bound
        self._what = what
        self._counts: dict[str, int] = {}

    def add(self, owner: str) -> None:
        """Count one more; raise TooManyError where that is one too many."""
        count = self._counts.get(owner, 0)
        if owner and count >= self._bound:
            raise TooManyError(
                f"one address may have {self._bound} {self._what} here: see "
                "App(max_sessions_per_address=) and, behind a proxy, App(trusted_proxies=)"
            )
        self._counts[owner] = count + 1

    def remove(self, owner: str) -> None:
        """Count one less."""
        left = self._counts[owner] - 1
        if left:
            self._counts[owner] = left
        else:
            del self._counts[owner]


@functools.lru_cache(maxsize=1024)  # each connect asks two or three times, of one address
def owner_of(address: str) -> str:
    """Return whom an address is counted for; empty text for nobody, as the machine itself is.

    Of IPv6 it is the network of 64 bits: a household or a server has all of one.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""  # a Unix socket: a proxy's, of which the app knows nothing more
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            network = ipaddress.ip_network((parsed, 64), strict=False)
            return "" if parsed.is_loopback else str(network)
        parsed = parsed.ipv4_mapped
    return "" if parsed.is_loopback else str(parsed)
