"""Addresses: what the path and the query of a page's address say, wherever they come from.

A page is asked for by a request, and attached to by a document that tells its address; what it is
read as is the same. Knows neither sessions nor what a page holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

import attrs

from triostate.errors import ProtocolError
from triostate.limits import MAX_QUERY_FIELDS
from triostate.ui import NOT_FOUND, Route
from triostate.web.http import Request

__all__ = ["Address", "address_asked_for", "address_told"]


@attrs.frozen
class Address:
    """An address of a page."""

    path: str
    """Decoded."""
    params: Mapping[str, str]
    """The route's parameters, and the query's of other names."""
    url: str
    """Path and query as the browser has them."""


def address_asked_for(route: Route, request: Request) -> Address:
    """Return the address of a request that has been found to be the route's."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    params = {**request.query, **(route.match(request.path) or {})}
    return Address(request.path, params, f"{request.path}?{query}" if query else request.path)


def address_told(route: Route, url: str) -> Address:
    """Return the address that a document says it has.

    Without any it is the route's own, if it has but one. Raises ProtocolError 404 if it is none of
    the route's: then the page is not what belongs there.
    """
    if not url and route.is_dynamic and route.match("/") is None:
        raise ProtocolError(f"the page {route.text} needs a path=, such as its address has", 404)
    url = url.partition("#")[0] or (route.text if not route.is_dynamic else "/")
    raw, _, query = url.partition("?")
    path = unquote(raw)
    params = {} if route.text == NOT_FOUND else route.match(path)
    if params is None:
        raise ProtocolError(f"{path[:80]!r} is no address of the page {route.text}", 404)
    try:
        fields = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS)
    except ValueError:
        raise ProtocolError(f"more than {MAX_QUERY_FIELDS} query parameters") from None
    return Address(path, {**dict(fields), **params}, url)
