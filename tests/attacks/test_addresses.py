"""Attacks on pages with parameters: by an address, and by what a document says is its own."""

from __future__ import annotations

import urllib.parse
from typing import Any

import pytest

from tests.attacks.corpora import PATHS
from tests.attacks.fort import make_fort
from tests.clock import virtual
from triostate.errors import ProtocolError
from triostate.testing import Client
from triostate.ui.routes import parse_route
from triostate.web.addresses import address_told

MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "<!--",
    "-->",
    "{{7*7}}",
    "&lt;b&gt;",
]


def test_out_of_the_folder() -> None:
    """No spelling of a path gives a parameter that leads out of a folder."""
    route = parse_route("/files/[...path]")
    let_in = 0
    for path in PATHS:
        for told in (path, urllib.parse.quote(path), urllib.parse.quote(path, safe="")):
            try:
                given = address_told(route, f"/files/{told}").params["path"]
            except ProtocolError:
                continue
            let_in += 1
            assert not {"", ".", ".."} & set(given.replace("\\", "/").split("/")), told
            assert not any(ord(c) < 32 or c == "\x7f" for c in given), told
    assert let_in


@pytest.mark.parametrize("markup", MARKUP)
@virtual
async def test_markup(markup: str) -> None:
    """What is in an address is in no page's bytes, and reaches the browser as data."""
    fort = make_fort()
    async with Client(fort.app) as client:
        text = markup.replace("/", "")
        quoted = urllib.parse.quote(text, safe="")
        clean = await client.request("GET", "/files/x")
        dirty = await client.request("GET", f"/files/{text}?to={quoted}")
        assert dirty.body == clean.body
        async with client.tab(f"/files/{quoted}") as tab:
            assert tab.text("path") == text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text%2Fhtml,x", "java%0Ascript:x", "vbscript:x"]
)
@virtual
async def test_links_from_parameters(address: str) -> None:
    """A parameter that is no address to follow makes no link."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab(f"/files/x?to={address}") as tab:
        assert "href" not in tab.find("asked").attributes


@pytest.mark.parametrize(
    "path",
    [
        "/vault/yours",
        "/vault/mine/..%2Fyours",
        "/vault/mine%2F..%2Fyours",
        "/vault/yours?id=mine",
        "/vault/yours%3Fid=mine",
        "/vault/yours#/vault/mine",
        "/vault/mine%00yours",
        "/vault/Mine",
        "/vault/mine%20",
        "/vault/%256dine",
        "/vault/./mine",
        "//vault/mine",
        "http://localhost/vault/mine",
        "/files/mine",
        "/closed",
    ],
)
@virtual
async def test_into_the_vault(path: str) -> None:
    """Only the address that `require=` lets in is let in, however another is spelt or told."""
    fort = make_fort()
    async with Client(fort.app) as client:
        page = client.page("/vault/[id]")
        for name in (page.id, page.route):
            wish = {"token": "", "page": name, "doc": "d", "path": path}
            answer = await client.post("/_triostate/attach", wish)
            assert answer.status in (403, 404), answer.body
        stream = f"/_triostate/stream?page={page.id}&path={urllib.parse.quote(path, safe='')}"
        assert (await client.request("GET", stream)).status in (403, 404)
        assert not client.app._engine.sessions
        assert fort.log == []


@virtual
async def test_let_in_and_on() -> None:
    """Who is attached at an address that is let in cannot send as from another page."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab("/files/mine?id=mine") as tab:

        async def send(page: str) -> int:
            body: dict[str, Any] = {"token": tab.token, "page": page, "epoch": tab.epoch}
            event = {"n": 1, "b": 0, "a": []}
            return (await client.post("/_triostate/events", {**body, "events": [event]})).status

        fort.log.clear()
        for name in ("/vault/[id]", "/vault/mine", client.page("/vault/[id]").id):
            assert await send(name) == 403
        assert fort.log == []


@virtual
async def test_what_the_browser_is_told() -> None:
    """Of where a tab is the browser is told page, parameters and address, and nothing else."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab("/vault/mine") as tab:
        assert tab.state["state"] == {
            "router.path": "/vault/[id]",
            "router.params": {"id": "mine"},
            "router.url": "/vault/mine",
        }


@virtual
async def test_many_parameters() -> None:
    """An address with too many of them is refused, and no work is done for it."""
    fort = make_fort()
    async with Client(fort.app) as client:
        wish = {"token": "", "page": "/", "doc": "d", "path": "/?" + "&".join(["a=1"] * 500)}
        assert (await client.post("/_triostate/attach", wish)).status == 400
