"""The gate: what every request is checked for before a route sees it.

Host, origin, content type and size, and who the visitor is. The visitor's cookie is the only
secret; a token names a session only together with it.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

import attrs

from triostate.errors import ProtocolError
from triostate.limits import MAX_BODY_BYTES
from triostate.web.http import Headers, Request

__all__ = [
    "ASSETS",
    "OWN",
    "Gate",
    "new_visitor",
    "visitor_cookie_header",
    "visitor_of",
    "visitor_or_new",
]

OWN = "/_triostate/"
"""Where all of the framework's own addresses are."""

ASSETS = f"{OWN}assets/"

_LOCAL_NAMES = frozenset({"localhost"})


@attrs.frozen
class Gate:
    """The checks of one app."""

    hosts: frozenset[str]
    """Host names that the app answers to, beside localhost names and IP literals."""

    @classmethod
    def of(cls, hosts: Collection[str]) -> Gate:
        """Return a gate for these host names, ports ignored."""
        return cls(frozenset(_name(host) for host in hosts))

    def check(self, request: Request) -> None:
        """Raise ProtocolError for a request that no route may see."""
        self._check_host(request)
        # Our own routes change something whatever their method: a stream attaches a tab.
        is_ours = request.path.startswith(OWN) and not request.path.startswith(ASSETS)
        if is_ours or request.method not in ("GET", "HEAD", "OPTIONS"):
            self._check_origin(request)

    def _check_host(self, request: Request) -> None:
        name = _name(request.headers.get("host", ""))
        if name in self.hosts or name in _LOCAL_NAMES or name.endswith(".localhost"):
            return
        if not _is_ip(name):
            raise ProtocolError(
                f"this app does not answer to the host {name[:80]!r}: "
                "add it to App(hosts=[...]) if it should",
                421,
            )

    def _check_origin(self, request: Request) -> None:
        site = request.headers.get("sec-fetch-site")
        if site not in (None, "same-origin", "none"):
            raise ProtocolError("a request from another site is refused", 403)
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise ProtocolError("a request from another origin is refused", 403)

    async def json_body(self, request: Request) -> bytes:
        """Return the body of a JSON POST; raise ProtocolError for anything else."""
        if request.method != "POST":
            raise ProtocolError("POST only", 405)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise ProtocolError("the content type must be application/json", 415)
        return await request.body(MAX_BODY_BYTES)


def _name(host: str) -> str:
    """Return a Host header's name, in lower case and without port."""
    if host.startswith("["):
        return host.partition("]")[0][1:].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _cookie_name(request: Request) -> str:
    # Cookies know no ports: without it two apps on one host would share a visitor.
    port = request.headers.get("host", "").rpartition(":")[2]
    name = f"triostate-{port}" if port.isdigit() else "triostate"
    return f"__Host-{name}" if request.is_tls else name


def visitor_of(request: Request) -> str:
    """Return the visitor's secret, or an empty string for a browser that has none yet."""
    return request.cookie(_cookie_name(request))


def new_visitor() -> str:
    """Return a new secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def visitor_or_new(request: Request) -> tuple[str, Headers]:
    """Return the visitor's secret, else a new one with the header that gives it to the browser."""
    known = visitor_of(request)
    if known:
        return known, ()
    visitor = new_visitor()
    return visitor, (visitor_cookie_header(request, visitor),)


def visitor_cookie_header(request: Request, visitor: str) -> tuple[str, str]:
    """Return the header that gives the browser its secret."""
    secure = "; Secure" if request.is_tls else ""
    value = f"{_cookie_name(request)}={visitor}; Path=/; HttpOnly; SameSite=Lax{secure}"
    return ("set-cookie", value)
