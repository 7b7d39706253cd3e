"""Pages over HTTP: bytes, headers, errors."""

from __future__ import annotations

import gzip
import logging
import re
from typing import Any

import pytest

import triostate as ts
from tests.clock import virtual
from tests.web.site import make_site
from triostate.testing import Client, isolated

CSP = "default-src 'self'; base-uri 'self'; frame-ancestors 'self'; img-src 'self' data: blob:"


@virtual
async def test_headers() -> None:
    """A page comes with the strict policy, no cookie, and revalidation."""
    async with Client(make_site().app) as client:
        answer = await client.request("GET", "/")
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-cache"
        assert "set-cookie" not in answer.headers
        assert int(answer.headers["content-length"]) == len(answer.body)


@virtual
async def test_csp_is_extended_by_directive() -> None:
    """App(csp=) adds sources to a directive, and directives with 'self'."""
    csp = {"img-src": ["https://images.example"], "frame-src": ["https://video.example"]}
    async with Client(make_site(csp=csp).app) as client:
        answer = await client.request("GET", "/")
        assert answer.headers["content-security-policy"] == (
            f"{CSP} https://images.example; frame-src 'self' https://video.example"
        )


@virtual
async def test_transport() -> None:
    """App(transport=) is told to the worker, by its address; what it does not know is refused."""
    for transport, end in (("stream", b'/worker.js"'), ("websocket", b'/worker.js?ws"')):
        async with Client(make_site(transport=transport).app) as client:
            assert end in (await client.request("GET", "/")).body
    with pytest.raises(ValueError, match="websocket"):
        ts.App(transport="smoke")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@virtual
async def test_same_bytes_for_everyone() -> None:
    """A page is the same bytes for all, whatever their sessions hold."""
    site = make_site()
    async with Client(site.app) as client:
        before = await client.request("GET", "/")
        async with client.tab() as tab:
            await tab.run(site.Shop.add)
            assert (await client.request("GET", "/")).body == before.body


@virtual
async def test_head() -> None:
    """HEAD gives the headers of GET without the body."""
    async with Client(make_site().app) as client:
        get, head = await client.request("GET", "/"), await client.request("HEAD", "/")
        assert (head.status, head.headers, head.body) == (200, get.headers, b"")


@virtual
async def test_etag() -> None:
    """Whoever has the page is told so in a 304 without a body."""
    async with Client(make_site().app) as client:
        etag = (await client.request("GET", "/")).headers["etag"]
        answer = await client.request("GET", "/", headers={"if-none-match": etag})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
        # RFC 9110, 8.6: none, or that of the page itself
        assert answer.headers.get("content-length") != "0"
        other = await client.request("GET", "/", headers={"if-none-match": '"other"'})
        assert other.status == 200


@virtual
async def test_gzip() -> None:
    """Whoever accepts gzip gets it, nobody else; caches are told that it matters."""
    async with Client(make_site().app) as client:
        plain = await client.request("GET", "/")
        packed = await client.request("GET", "/", headers={"accept-encoding": "br, gzip;q=0.5"})
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert "content-encoding" not in plain.headers
        assert "accept-encoding" in plain.headers["vary"]


@virtual
async def test_gzip_refused() -> None:
    """gzip;q=0 means that it is not accepted (RFC 9110, 12.5.3)."""
    async with Client(make_site().app) as client:
        answer = await client.request("GET", "/", headers={"accept-encoding": "gzip;q=0"})
        assert "content-encoding" not in answer.headers


@virtual
async def test_broken_page(caplog: pytest.LogCaptureFixture) -> None:
    """A page whose function raises is a 500 without details; the log names it, the others live."""
    site = make_site()
    with caplog.at_level(logging.ERROR, "triostate"):
        async with Client(site.app) as client:
            answer = await client.request("GET", "/broken")
            assert answer.status == 500
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["content-security-policy"] == CSP
            assert b"secret detail" not in answer.body
            assert (await client.request("GET", "/")).status == 200
            async with client.tab() as tab:
                await tab.run(site.Shop.add)
    (record,) = caplog.records
    assert "/broken" in record.getMessage()
    assert record.exc_info
    assert "secret detail" in str(record.exc_info[1])


@virtual
async def test_no_such_page() -> None:
    """An address without a page is a 404 page, never a redirect or an empty body."""
    async with Client(make_site().app) as client:
        for path in ("/nothing", "/broken/x", "//", "/..", "/%2e%2e/etc/passwd"):
            answer = await client.request("GET", path)
            assert answer.status == 404
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert b"<h1" in answer.body


@virtual
async def test_no_such_page_beside_own_routes() -> None:
    """The 404 page is the same when the app has routes of its own."""
    site = make_site()
    site.app.quart.add_url_rule("/mine", view_func=lambda: "mine")
    async with Client(make_site().app) as plain:
        wanted = (await plain.request("GET", "/nothing")).body
    async with Client(site.app) as client:
        answer = await client.request("GET", "/nothing")
        assert (answer.status, answer.body) == (404, wanted)


@pytest.mark.parametrize(
    "path", ["/_triostate/", "/_triostate/secret", "/_triostate/assets/x/y.js"]
)
@virtual
async def test_unknown_own_path(path: str) -> None:
    """An unknown address of the framework's own is a 404 in JSON."""
    async with Client(make_site().app) as client:
        answer = await client.request("GET", path)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
        assert answer.json == {"error": "no such address"}


@virtual
async def test_post_to_a_page() -> None:
    """A page is read only: any other method is a 405."""
    async with Client(make_site().app) as client:
        assert (await client.request("POST", "/")).status == 405


@virtual
async def test_assets_of_the_page_are_there() -> None:
    """Every file that the page names is served, to be kept for ever."""
    async with Client(make_site().app) as client:
        html = (await client.request("GET", "/")).body.decode()
        paths = {part for part in html.split('"') if part.startswith("/_triostate/assets/")}
        assert len(paths) >= 3
        for path in paths:
            answer = await client.request("GET", path)
            assert answer.status == 200
            assert "immutable" in answer.headers["cache-control"]


def test_two_pages_of_one_route() -> None:
    """Two pages of one route in an app are refused, with both places."""
    with isolated():

        @ts.page(route="/x")
        def first() -> ts.Component:
            return ts.text("a")

        @ts.page(route="/x")
        def second() -> ts.Component:
            return ts.text("b")

        app = ts.App()
    with pytest.raises(ts.DefinitionError, match=r"first.*second"):
        app._build()


def test_two_states_of_one_name() -> None:
    """Two State classes of one name in an app are refused when it starts, with both places."""

    def define() -> None:
        class Same(ts.State): ...

    with isolated():
        define()
        define()
        app = ts.App()
    with pytest.raises(ts.DefinitionError, match=r"test_pages.py:\d+.*test_pages.py:\d+"):
        app._build()


def _styled(**options: Any) -> ts.App:
    with isolated():

        @ts.page(route="/")
        def index() -> ts.Component:
            return ts.box(width="7em")

        @ts.page(route="/other")
        def other() -> ts.Component:
            return ts.fragment(ts.box(width="7em"), ts.box(width="9em"))

        @ts.page(route="/broken")
        def broken() -> ts.Component:
            ts.box(width="1em")
            raise RuntimeError

        @ts.page(route="/late", is_lazy=True)
        def late() -> ts.Component:
            return ts.fragment(ts.box(width="9em"), ts.box(width="11em"))

        return ts.App(**options)


async def _sheets(client: Client, path: str) -> list[str]:
    page = (await client.request("GET", path)).body.decode()
    urls = re.findall(r'<link rel="stylesheet" href="([^"]*)"', page)
    return [(await client.request("GET", url)).body.decode() for url in urls]


@virtual
async def test_one_style_sheet() -> None:
    """What the pages look like is at the end of the framework's sheet: one request for all."""
    async with Client(_styled()) as client:
        (sheet,) = await _sheets(client, "/")
        assert sheet.endswith(".s1{width:7em}\n.s2{width:9em}")
        assert await _sheets(client, "/other") == [sheet]
        assert await _sheets(client, "/broken") == [sheet]


@virtual
async def test_style_sheet_of_a_late_page() -> None:
    """A page that is compiled on its first use has a sheet of its own for what is new."""
    async with Client(_styled()) as client:
        _, own = await _sheets(client, "/late")
        assert own == ".p1{width:11em}"
        page = (await client.request("GET", "/late")).body
        assert b'class="s2"' in page
        assert b'class="p1"' in page


@virtual
async def test_style_sheets_of_the_user() -> None:
    """With sheets of the user's between the two, the pages' come after them, in one of its own."""
    async with Client(_styled(stylesheets=["/mine.css"])) as client:
        page = (await client.request("GET", "/")).body.decode()
        first, mine, rules = re.findall(r'<link rel="stylesheet" href="([^"]*)"', page)
        assert first.endswith("/triostate.css")
        assert mine == "/mine.css"
        answer = await client.request("GET", rules)
        assert answer.body == b".s1{width:7em}\n.s2{width:9em}"
        assert "immutable" in answer.headers["cache-control"]
