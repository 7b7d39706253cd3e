"""The gate: what every request is checked for before a route sees it.

Host, origin, content type and size, and who the visitor is. The visitor's cookie is the only
secret; a token names a session only together with it.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Collection

import attrs

from triostate.errors import ProtocolError
from triostate.limits import MAX_BODY_BYTES
from triostate.web.http import Headers, Request
from triostate.web.proxies import Proxies

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

# A name or an address, and a port. In lower case, which is how they are compared.
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/?#@\[\]]+))(?::([0-9]*))?")

_ORIGIN = re.compile(r"(https?)://([^/?#@]+)")

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

_VISITOR = re.compile(r"[A-Za-z0-9_-]{43}")


@attrs.frozen
class Gate:
    """The checks of one app."""

    hosts: frozenset[str]
    """Host names that the app answers to, beside localhost names and IP literals."""
    proxies: Proxies = attrs.field(factory=Proxies)

    @classmethod
    def of(cls, hosts: Collection[str], trusted_proxies: Collection[str] = ()) -> Gate:
        """Return a gate for these host names, ports ignored; ValueError for what is no name."""
        if isinstance(hosts, str):
            raise ValueError(f"hosts={hosts!r}: a list, such as ['shop.example']")
        names = {host: _name(host.lower()) for host in hosts}
        for host, name in names.items():
            if not name:
                raise ValueError(f"hosts={host!r}: a host name, such as 'shop.example'")
        return cls(frozenset(names.values()), Proxies.of(trusted_proxies))

    def check(self, request: Request) -> None:
        """Raise ProtocolError for a request that no route may see."""
        self._check_host(request)
        if not request.path.startswith("/"):
            raise ProtocolError("no such address", 404)
        is_read = request.method in ("GET", "HEAD", "OPTIONS")
        is_asset = request.path.startswith(ASSETS)
        if is_read and is_asset:
            return
        # Our own routes change something whatever their method: a stream attaches a tab.
        if request.path.startswith(OWN) or not is_read or not _is_navigation(request):
            _check_origin(request)

    def _check_host(self, request: Request) -> None:
        host = request.headers.get("host", "")
        name = _name(host.lower())
        if name in self.hosts or name in _LOCAL_NAMES or name.endswith(".localhost"):
            return
        if not _is_ip(name):
            raise ProtocolError(
                f"this app does not answer to the host {host[:80]!r}: "
                "add it to App(hosts=[...]) if it should",
                421,
            )

    async def json_body(self, request: Request) -> bytes:
        """Return the body of a JSON POST; raise ProtocolError for anything else."""
        if request.method != "POST":
            raise ProtocolError("POST only", 405)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise ProtocolError("the content type must be application/json", 415)
        return await request.body(MAX_BODY_BYTES)


def _is_navigation(request: Request) -> bool:
    """Whether somebody follows a link or types an address; or a client that does not say.

    A page of another site that loads something says so: by a mode, or, an old browser, by Origin.
    A WebSocket is opened by a page.
    """
    if request.scope["type"] == "websocket":
        return False
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" or (mode is None and "origin" not in request.headers)


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise ProtocolError("a request from another site is refused", 403)
    origin = request.headers.get("origin")
    if origin is not None and not _is_own(origin, request):
        raise ProtocolError(
            "a request from another origin is refused; if this app is behind a proxy, that has to "
            "pass the Host header on, or be named in App(trusted_proxies=[...])",
            403,
        )


def _is_own(origin: str, request: Request) -> bool:
    """Whether an Origin is that of the address asked for.

    Over TLS it has to be https: a page that came in the clear may be anybody's. Not the other way
    round, as a proxy may have taken the TLS off.
    """
    match = _ORIGIN.fullmatch(origin.lower())
    if match is None or (request.is_tls and match[1] != "https"):
        return False
    port = _DEFAULT_PORTS[match[1]]
    host = request.headers.get("host", "").lower()
    return match[2].removesuffix(port) == host.removesuffix(port)


def _name(host: str) -> str:
    """Return the name or address in a Host header, without port; empty text if there is none."""
    match = _HOST.fullmatch(host)
    return "" if match is None else match[1] or match[2]


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _cookie_name(request: Request) -> str:
    # Cookies know no ports: without it two apps on one host would share a visitor.
    match = _HOST.fullmatch(request.headers.get("host", "").lower())
    name = f"triostate-{match[3]}" if match is not None and match[3] else "triostate"
    return f"__Host-{name}" if request.is_tls else name


def visitor_of(request: Request) -> str:
    """Return the visitor's secret, or an empty string for a browser that has none yet.

    What is none that we make is none: nobody may choose a secret of their own.
    """
    value = request.cookie(_cookie_name(request))
    return value if _VISITOR.fullmatch(value) else ""


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
