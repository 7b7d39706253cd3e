"""The gate: which hosts and origins get through, on every route."""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.web.site import make_site
from triostate.testing import Client

ROUTES = [
    ("POST", "/_triostate/events"),
    ("POST", "/_triostate/leave"),
    ("POST", "/_triostate/attach"),
    ("POST", "/_triostate/applied"),
    ("GET", "/_triostate/stream?page=/"),
    ("GET", "/_triostate/stream?shared=1"),
    ("GET", "/_triostate/nothing"),
    ("GET", "/"),
    ("GET", "/nothing"),
    ("POST", "/mine"),
    ("GET", "/mine"),
]


def app() -> ts.App:
    made: ts.App = make_site(hosts=["shop.example:443"]).app

    @made.quart.route("/mine", methods=["GET", "POST"])
    async def mine() -> str:
        return "mine"

    return made


@pytest.mark.parametrize("method, path", ROUTES)
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", ""],
)
@virtual
async def test_unknown_host(method: str, path: str, host: str) -> None:
    """A host that is not the app's is a 421 that names the setting, on every route."""
    async with Client(app()) as client:
        answer = await client.request(method, path, b"{}", {"host": host})
        assert answer.status == 421
        assert "App(hosts=" in answer.json["error"]
        assert b"\n" not in answer.body


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:1",
        "app.localhost:8000",
        "LOCALHOST:8000",
        "127.0.0.1:8000",
        "192.168.1.5",
        "[::1]:8000",
        "[::1]",
        "shop.example",
        "Shop.Example:9",
    ],
)
@virtual
async def test_known_hosts(host: str) -> None:
    """Localhost names, addresses and the app's own names are answered, on any port."""
    async with Client(app()) as client:
        assert (await client.request("GET", "/", headers={"host": host})).status == 200


#: What a browser says when a page of another site makes it ask.
FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "http://localhost:8001"},
    {"origin": "http://localhost"},
    {"origin": "null"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
]


@pytest.mark.parametrize(
    "path", ["/_triostate/events", "/_triostate/leave", "/_triostate/attach", "/mine"]
)
@pytest.mark.parametrize("headers", FOREIGN)
@virtual
async def test_foreign_posts(path: str, headers: dict[str, str]) -> None:
    """A POST that another site's page makes is a 403 in one line, the user's routes included."""
    async with Client(app()) as client:
        kind = {"content-type": "application/json"}
        answer = await client.request("POST", path, b"{}", {**kind, **headers})
        assert answer.status == 403
        assert "another" in answer.json["error"]
        assert b"\n" not in answer.body


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
@virtual
async def test_foreign_stream(headers: dict[str, str]) -> None:
    """Another site's page cannot attach: it would make a session and run on_load handlers."""
    site = make_site()
    async with Client(site.app) as client:
        answer = None
        with trio.move_on_after(5):
            answer = await client.request("GET", "/_triostate/stream?page=/loads", headers=headers)
        assert site.log == []
        assert answer is not None
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:8000"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
@virtual
async def test_own_posts(headers: dict[str, str]) -> None:
    """The app's own pages, and clients that are no browsers, get through."""
    async with Client(app()) as client:
        assert (await client.request("POST", "/mine", headers=headers)).status == 200


@virtual
async def test_links_from_other_sites() -> None:
    """Following a link from another site to a page works."""
    async with Client(app()) as client:
        answer = await client.request("GET", "/", headers={"sec-fetch-site": "cross-site"})
        assert answer.status == 200
