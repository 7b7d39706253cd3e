"""Attacks by text: markup, addresses, styles, line ends, wherever page, frame or log takes text."""

from __future__ import annotations

import html.parser
import json
import logging
import re
from typing import Any

import pytest

import triostate as ts
from tests.attacks.corpora import FOREIGN_ADDRESSES, MARKUP, SCRIPT_ADDRESSES, STYLES
from tests.attacks.fort import make_fort
from tests.attacks.markup_app import make_page
from tests.clock import virtual
from tests.protocol.sse import parse_sse
from triostate.errors import PageError
from triostate.state.decoding import decode_value
from triostate.testing import Client
from triostate.ui.styles import is_safe_css
from triostate.ui.urls import is_safe_url


class Structure(html.parser.HTMLParser):
    """Tags with the names of their attributes, comments, and script: all but texts and values."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.values: list[tuple[str, str]] = []
        self.feed(page.decode())
        self.close()
        # How a code block is coloured depends on its text.
        self.parts = [part for part in self.parts if part not in (("span", ["class"]), "/span")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}")


@virtual
async def test_markup_in_a_page() -> None:
    """Whatever text a page shows, its elements and attributes are those of a harmless text's."""
    async with Client(make_page("harmless").app) as client:
        wanted = Structure((await client.request("GET", "/")).body).parts
    for text in MARKUP:
        async with Client(make_page(text).app) as client:
            page = (await client.request("GET", "/")).body
            assert Structure(page).parts == wanted, text


@virtual
async def test_markup_by_delta() -> None:
    """A text that comes later travels as JSON: what ends a line or an event is not in it."""
    for text in MARKUP:
        made = make_page(text)
        async with Client(made.app) as client:
            heard: list[bytes] = []
            client.start_stream("/_triostate/stream?page=/&doc=d", heard.append)
            async with client.tab() as tab:
                await tab.run(made.Shown.change)
                assert tab.var(made.Shown, "later") == text
                assert tab.var(made.Shown, "later_rows") == [text, f"{text}2"]
                assert decode_value(tab.var(made.Shown, "table")) == {text: text, "b": text}
            names = [name for name, _ in parse_sse(b"".join(heard))]
            assert set(names) <= {"", "snapshot", "delta"}


@pytest.mark.parametrize("attribute", ["href", "src"])
def test_addresses_that_run_script(attribute: str) -> None:
    """An address that runs script or leaves the web is refused, however it is spelled."""
    passed = [address for address in SCRIPT_ADDRESSES if is_safe_url(attribute, address)]
    allowed = ["data:image/svg+xml,<svg onload=alert(1)>", "data:image/png;base64,AAAA"]
    assert passed == (allowed if attribute == "src" else [])


@virtual
async def test_addresses_in_a_page() -> None:
    """Such an address is an error as a constant, and is left out as a default."""
    for address in SCRIPT_ADDRESSES:
        with pytest.raises(PageError, match="refused"):
            ts.link("x", href=address)
        async with Client(make_page("x", address).app) as client:
            values = Structure((await client.request("GET", "/")).body).values
            assert [value for name, value in values if name == "href" and value == address] == []


@virtual
async def test_styles_in_a_page() -> None:
    """A style that leaves its declaration or loads something is refused, or left out."""
    for style in STYLES:
        assert not is_safe_css(style)
        with pytest.raises(PageError):
            ts.box(color=style)
        async with Client(make_page("x", style=style).app) as client:
            page = (await client.request("GET", "/")).body.decode()
            sheets = re.findall(r'href="(/_triostate/assets/page/[^"]+)"', page)
            css = [(await client.request("GET", url)).body.decode() for url in sheets]
            assert style.strip() not in "".join(css)
            assert "<style" not in page
            assert " style=" not in page


@pytest.mark.parametrize(
    "props",
    [
        {"onclick": "alert(1)"},
        {"on_click": "alert(1)"},
        {"onload": "alert(1)"},
        {"on_anything": "alert(1)"},
        {"srcdoc": "<script>"},
        {"innerHTML": "<script>"},
        {"inner_html": "<script>"},
        {"dangerously_set_inner_html": "<script>"},
        {"style": "color:red"},
        {"style": {"background-image;x": "red"}},
        {"style": {"behavior": "x"}},
        {"href": "javascript:alert(1)"},
        {"formaction": "x"},
        {"data_t": "0"},
        {"data_m": "0"},
        {"data_ts": "0"},
        {"data_<script>": "0"},
        {'data_x"onload': "0"},
        {"aria_x onclick": "0"},
        {"xlink:href": "x"},
        {"http_equiv": "refresh"},
        {"__class__": "x"},
    ],
)
def test_props_that_there_are_not(props: dict[str, Any]) -> None:
    """No prop sets a handler, a document, markup or an attribute of the runtime's own."""
    with pytest.raises((PageError, TypeError, ValueError)):
        ts.box("x", **props)


class TestRedirects:
    """An order to go elsewhere leads to this app, unless the app's own code says otherwise."""

    @pytest.mark.parametrize("url", [*FOREIGN_ADDRESSES, *SCRIPT_ADDRESSES])
    def test_elsewhere(self, url: str) -> None:
        """No spelling of another site or of a script passes for a path."""
        with pytest.raises(ValueError, match="refused"):
            ts.redirect(url)

    @pytest.mark.parametrize("url", SCRIPT_ADDRESSES)
    def test_external(self, url: str) -> None:
        """With external=True it is http or https all the same."""
        with pytest.raises(ValueError, match="refused"):
            ts.redirect(url, external=True)

    @pytest.mark.parametrize(
        "url", ["/", "/a?next=//evil.example", "a/b", "?x=1", "#y", "/a:b", "."]
    )
    def test_here(self, url: str) -> None:
        """Paths, queries and fragments of this app are followed."""
        assert ts.redirect(url).args == {"url": url, "external": False}

    def test_named_sites(self) -> None:
        """Another site, said to be one, is followed."""
        assert ts.redirect("https://sso.example/x", external=True).args["external"] is True

    @pytest.mark.parametrize("url", [*FOREIGN_ADDRESSES, *SCRIPT_ADDRESSES])
    def test_downloads(self, url: str) -> None:
        """A download is of this app."""
        with pytest.raises(ValueError, match="refused"):
            ts.download(url)


class TestLogs:
    """What clients send cannot write lines of its own into the log."""

    FORGED = "x\r\nERROR triostate forged\x1b[2J\u2028y"

    @virtual
    async def test_requests(self, caplog: pytest.LogCaptureFixture) -> None:
        """No address, header, cookie, name or value of a client's starts a line of the log."""
        caplog.set_level(logging.DEBUG)
        fort = make_fort()
        kind = {"content-type": "application/json"}
        async with Client(fort.app) as client, client.tab() as tab:
            for path in ("/" + self.FORGED, "/_triostate/" + self.FORGED, "/mine" + self.FORGED):
                await client.request("GET", path)
            for header in ("host", "origin", "cookie", "user-agent", "sec-fetch-site"):
                value = self.FORGED.encode("latin-1", "replace").decode("latin-1")
                await client.request("GET", "/_triostate/tasks", headers={header: value})
            head = {"token": self.FORGED, "page": self.FORGED, "epoch": self.FORGED}
            for name in ("events", "attach", "leave", "applied"):
                for body in (head, {**head, self.FORGED: 1}, [self.FORGED], self.FORGED):
                    data = json.dumps(body).encode()
                    await client.request("POST", f"/_triostate/{name}", data, kind)
            for binding in tab.page.bindings:
                for value in (self.FORGED, {self.FORGED: 1}, {"$decimal": self.FORGED}):
                    await tab.send(binding.id, *([value] * binding.slot_count))
            await client.open("/?" + "q=x%0d%0aforged")
        _check_lines(caplog)
        assert caplog.records

    @virtual
    async def test_failing_routes(self, caplog: pytest.LogCaptureFixture) -> None:
        """Nor does the address of a route that fails, nor what an exception quotes."""
        fort = make_fort()
        fort.app.quart.config["PROPAGATE_EXCEPTIONS"] = False

        @fort.app.quart.get("/fails/<path:rest>")
        async def fails(rest: str) -> str:
            raise RuntimeError("on purpose")

        async with Client(fort.app) as client, client.tab():
            answer = await client.request("GET", "/fails/\x1b[2J\u2028\x85ERROR forged")
            assert answer.status == 500
            fort.app._around.reporter.report("a test", ValueError(f"no {self.FORGED}"))
        _check_lines(caplog)
        assert len(caplog.records) >= 2


def _check_lines(caplog: pytest.LogCaptureFixture) -> None:
    for record in caplog.records:
        message = record.getMessage()
        assert message.isprintable(), message


@virtual
async def test_headers_of_answers() -> None:
    """Nothing that a client sends gets into a header of the answer, line ends least of all."""
    fort = make_fort()
    async with Client(fort.app) as client:
        for path in ("/x\r\nset-cookie: a=b", "/?x=\r\nset-cookie: a=b", "/_triostate/\r\n"):
            for headers in (
                {},
                {"host": "localhost:8000\r\nset-cookie: a=b"},
                {"origin": "http://x\r\ny"},
            ):
                answer = await client.request("GET", path, headers=headers)
                for name, value in answer.headers.items():
                    assert not re.search("[\r\n\0]", name + value)
                    assert "a=b" not in value
