"""Trusted proxies: whose word is taken for where a request came from.

``X-Forwarded-For``, ``-Proto`` and ``-Host`` are what any client may send. They count where the
peer is a proxy that `App(trusted_proxies=)` names, and are passed over otherwise. Knows nothing of
what the gate then makes of host and address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator

import attrs

from triostate.web.http import Scope

__all__ = ["Proxies"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


@attrs.frozen
class Proxies:
    """The proxies of one app."""

    networks: tuple[_Network, ...] = ()
    has_sockets: bool = False
    """Whether a peer on a Unix socket, which has no address, is one."""

    @classmethod
    def of(cls, names: Collection[str]) -> Proxies:
        """Return those at these addresses and networks; ``"unix"`` is whoever has no address.

        Raises ValueError for what is none of it.
        """
        if isinstance(names, str):
            raise ValueError(f"trusted_proxies={names!r}: a list, such as ['127.0.0.1']")
        networks = tuple(ipaddress.ip_network(name) for name in names if name != "unix")
        return cls(networks, "unix" in names)

    def resolve(self, scope: Scope) -> Scope:
        """Return the scope as the outermost trusted proxy saw it; as it is from anybody else."""
        if not (self.networks or self.has_sockets) or not self._is_one(_peer(scope)):
            return scope
        said = {
            name: [part.strip() for part in ",".join(values).split(",")]
            for name, values in _forwarded(scope).items()
        }
        changed = dict(scope)
        if client := self._client(said.get(b"x-forwarded-for", [])):
            changed["client"] = (client, 0)
        # Of several values the last is the nearest proxy's; those before it anybody may have sent.
        schemes = _SCHEMES[scope["type"]]
        if scheme := schemes.get(said.get(b"x-forwarded-proto", [""])[-1].lower()):
            changed["scheme"] = scheme
        if host := said.get(b"x-forwarded-host", [""])[-1]:
            others = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
            changed["headers"] = [(b"host", host.encode("latin-1")), *others]
        return changed

    def _client(self, hops: list[str]) -> str:
        """Return the last address that is no proxy's; what stands before it is a mere claim."""
        nearest = ""
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                return nearest
            nearest = str(address)
            if not self._is_one(nearest):
                return nearest
        return nearest

    def _is_one(self, peer: str) -> bool:
        if not peer:
            return self.has_sockets
        address = _address(peer)
        return address is not None and any(address in network for network in self.networks)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _forwarded(scope: Scope) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {}
    for name, value in _pairs(scope):
        if name.startswith(b"x-forwarded-"):
            found.setdefault(name, []).append(value)
    return found


def _pairs(scope: Scope) -> Iterator[tuple[bytes, str]]:
    return ((name.lower(), value.decode("latin-1")) for name, value in scope.get("headers", ()))


def _address(text: str) -> _Address | None:
    """Return the address of a hop, which some proxies write with a port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped
