"""Attacks on paths: out of the folder of built files, and around the routes."""

from __future__ import annotations

import urllib.parse

import pytest

from tests.attacks.corpora import PATHS
from tests.attacks.fort import make_fort
from tests.clock import virtual
from triostate.testing import Client

SECRETS = [b"[project]", b"root:", b"import ", b'"files"', b"def "]


@virtual
async def test_out_of_the_built_files() -> None:
    """No spelling of a path below the assets gives any file but those that were built."""
    fort = make_fort()
    async with Client(fort.app) as client:
        prefix = fort.app._site.pages.assets.css_url.rpartition("/")[0]
        for base in (prefix, "/_triostate/assets", "/_triostate/assets/page", "/_triostate", ""):
            for path in PATHS:
                # Servers decode a path once before they hand it on.
                for address in {f"{base}/{path}", f"{base}/{urllib.parse.unquote(path)}"}:
                    if address in ("/", "/?") or "?" in address:
                        continue
                    answer = await client.request("GET", address)
                    assert answer.status in (404, 405), address
                    assert not [mark for mark in SECRETS if mark in answer.body], address


@pytest.mark.parametrize(
    "path",
    [
        "/_triostate",
        "/_triostate/",
        "/_triostate//events",
        "/_triostate/events/",
        "/_triostate/EVENTS",
        "/_triostate/./events",
        "/_triostate/x/../events",
        "/_triostate/events;x",
        "/_triostate/events\x00",
        "/_triostate/%65vents",
        "/_TRIOSTATE/events",
        "//_triostate/events",
        "/./_triostate/events",
        "/x/../_triostate/events",
        "/_triostate\\events",
        "/closed/",
        "/CLOSED",
        "//closed",
        "/./closed",
        "/x/../closed",
        "/closed;x",
        "/closed\x00",
        "/closed%00",
        "/closed\n",
        "/closed ",
        "/%63losed",
        "closed",
        "",
    ],
)
@virtual
async def test_around_a_route(path: str) -> None:
    """Another spelling of a route's path is another path: there is no page and no way around."""
    fort = make_fort()
    async with Client(fort.app) as client:
        for method in ("GET", "POST", "HEAD"):
            answer = await client.request(method, path, b"{}", {"content-type": "application/json"})
            assert answer.status in (303, 308, 404, 405)
            assert answer.headers.get("location", "/").startswith(("/", "http://localhost:8000/"))
            assert b"Closed" not in answer.body
