"""Attacks on the gate: names of other hosts, pages of other sites, bodies of forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import trio

from tests.attacks.fort import FOREIGN_ADDRESS, make_fort
from tests.clock import virtual
from triostate.testing import Client

JSON = {"content-type": "application/json"}


def routes_of(app: Any) -> list[str]:
    """Return every address that an app answers at, once each; parameters filled in."""
    site = app._site
    pages = site.pages
    rules = [rule.rule.replace("<name>", "x") for rule in app.quart.url_map.iter_rules()]
    return [
        *site._routes,
        "/_triostate/ws",
        "/_triostate/assets/none",
        *(re.sub(r"\[+(\.\.\.)?\w+\]+", "mine", route) for route in pages._responses),
        *pages._styles,
        *pages._files._responses,
        *(rule for rule in rules if rule != "/hook"),
        "/nothing",
    ]


@virtual
async def test_every_route_asks_for_the_host() -> None:
    """No address of the app, ours or Quart's, answers to a foreign host, by any method."""
    fort = make_fort()
    async with Client(fort.app) as client:
        routes = routes_of(fort.app)
        assert len(routes) > 20
        for path in routes:
            for method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "BREW"):
                answer = await client.request(method, path, b"", {"host": "evil.example"})
                assert answer.status == 421, (method, path)


@virtual
async def test_every_route_asks_for_the_origin() -> None:
    """No address of the app takes a POST that a page of another site makes."""
    fort = make_fort()
    async with Client(fort.app) as client:
        for path in routes_of(fort.app):
            for said in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
                answer = await client.request("POST", path, b"{}", {**JSON, **said})
                assert answer.status == 403, path


@virtual
async def test_other_sites_may_not_load() -> None:
    """What another site's page loads, rather than links to, is refused; built files apart."""
    fort = make_fort()
    load = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    async with Client(fort.app) as client:
        for path in routes_of(fort.app):
            is_asset = path.startswith("/_triostate/assets/")
            for said in (load, {"origin": "http://evil.example"}):
                if not is_asset:
                    answer = await client.request("GET", path, headers=said)
                    assert answer.status == 403, path


@virtual
async def test_links_from_other_sites_work() -> None:
    """A link of another site leads to a page and to a user's route, but into nothing of ours."""
    fort = make_fort()
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with Client(fort.app) as client:
        for path, status in [("/", 200), ("/mine", 200), ("/_triostate/stream?page=/", 403)]:
            assert (await client.request("GET", path, headers=link)).status == status


OWN_HOSTS = ["localhost", "localhost:8000", "x.localhost", "127.0.0.1:1", "[::1]", "shop.example"]

LOOK_ALIKES = [
    "",
    " ",
    "localhost.evil.example",
    "localhostx",
    "xlocalhost",
    "evil-localhost",
    "shop.example.evil.example",
    "evilshop.example",
    "shop.example@evil.example",
    "evil.example:80@shop.example",
    "evil.example#shop.example",
    "evil.example/shop.example",
    "evil.example?shop.example",
    "shop.example, evil.example",
    "localhost:80:evil.example",
    "[::1]evil.example",
    "[::1].evil.example",
    "evil.example[::1]",
    "[evil.example]",
    "127.0.0.1.evil.example",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "shop.example:8000x",
    "shop%2eexample",
    "shop.example\x00",
    "\xad localhost",
    "\uff4cocalhost".encode().decode("latin-1"),
]


@pytest.mark.parametrize("host", LOOK_ALIKES)
@virtual
async def test_look_alike_hosts(host: str) -> None:
    """A Host that looks like ours, before, after or around, is a 421 that names the setting."""
    async with Client(make_fort(hosts=["shop.example"]).app) as client:
        answer = await client.request("GET", "/", headers={"host": host})
        assert answer.status == 421
        assert "App(hosts=[...])" in answer.json["error"]
        assert "\n" not in answer.json["error"]


@pytest.mark.parametrize("host", OWN_HOSTS)
@virtual
async def test_own_hosts(host: str) -> None:
    """Localhost names, addresses and named hosts get through, on any port."""
    async with Client(make_fort(hosts=["Shop.example:443"]).app) as client:
        assert (await client.request("GET", "/", headers={"host": host})).status == 200


@virtual
async def test_two_hosts() -> None:
    """A request with two Host headers, one of them ours, is nobody's."""
    fort = make_fort()
    async with Client(fort.app) as client:
        assert await _status(client, [(b"host", b"evil.example"), (b"host", b"localhost")]) == 421
        assert await _status(client, [(b"host", b"localhost"), (b"host", b"evil.example")]) == 421
        assert await _status(client, []) == 421


async def _status(client: Client, headers: list[tuple[bytes, bytes]]) -> int:
    sent: list[Any] = []
    scope = client.scope("GET", "/", {})
    scope["headers"] = headers

    async def send(message: Any) -> None:
        sent.append(message)

    await client.app.serve(scope, trio.sleep_forever, send)
    status: int = sent[0]["status"]
    return status


FOREIGN_ORIGINS = [
    "null",
    "",
    "http://evil.example",
    "http://localhost",
    "http://localhost:80",
    "http://localhost:8001",
    "http://localhost:80000",
    "http://localhost:8000.evil.example",
    "http://evil.localhost:8000",
    "http://evil.example#localhost:8000",
    "http://evil.example?localhost:8000",
    "http://evil.example/localhost:8000",
    "http://evil.example\\@localhost:8000",
    "http://user@localhost:8000",
    "http://localhost:8000/",
    "http://localhost:8000 ",
    "http://localhost:8000, http://localhost:8000",
    "ftp://localhost:8000",
    "chrome-extension://localhost:8000",
    "file://localhost:8000",
    "//localhost:8000",
    "localhost:8000",
    "http:localhost:8000",
    "http://[",
    "http://[::1",
    "http://]",
    "\xff\xfe",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@virtual
async def test_look_alike_origins(origin: str) -> None:
    """An Origin that is not exactly ours is a 403, whatever it is, and never an error."""
    async with Client(make_fort().app) as client:
        for path in ("/_triostate/events", "/mine"):
            answer = await client.request("POST", path, b"{}", {**JSON, "origin": origin})
            assert answer.status == 403


@pytest.mark.parametrize(
    "host, origin, scheme, status",
    [
        ("localhost:8000", "http://localhost:8000", "http", 200),
        ("LOCALHOST:8000", "http://localhost:8000", "http", 200),
        ("localhost", "http://localhost:80", "http", 200),
        ("localhost:443", "https://localhost", "https", 200),
        ("localhost", "https://localhost", "http", 200),  # a proxy has taken the TLS off
        ("localhost", "http://localhost", "https", 403),  # a page that came in the clear
        ("localhost:443", "http://localhost", "http", 403),
    ],
)
@virtual
async def test_own_origins(host: str, origin: str, scheme: str, status: int) -> None:
    """Our own pages get through, whatever the port; over TLS only those that came by it."""
    fort = make_fort()
    async with Client(fort.app) as client:
        scope = client.scope("POST", "/mine", {"host": host, "origin": origin})
        scope["scheme"] = scheme
        assert await _ask(client, scope) == status


async def _ask(client: Client, scope: Any) -> int:
    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if not incoming:
            await trio.sleep_forever()
        return incoming.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await client.app.serve(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("kind", ["attach", "events", "leave", "applied"])
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/json, text/plain",
        "text/plain; application/json",
        "application/jsonp",
    ],
)
@virtual
async def test_bodies_that_forms_can_send(kind: str, content_type: str) -> None:
    """A body that a form of another site could send is a 415 at each of our addresses."""
    async with Client(make_fort().app) as client:
        headers = {"content-type": content_type}
        answer = await client.request("POST", f"/_triostate/{kind}", b'{"a":1}', headers)
        assert answer.status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://[", "sec-fetch-site": "same-origin"},
    ],
)
@pytest.mark.parametrize("path", ["/_triostate/ws", "/talk", "/nothing"])
@virtual
async def test_foreign_websockets(path: str, headers: Mapping[str, str]) -> None:
    """A WebSocket of another site's page is refused before it opens: ours and the user's."""
    assert await _handshake(path, headers) in (403, 421)


@virtual
async def test_unknown_websocket() -> None:
    """A WebSocket to an address that there is not is refused, with a page or without one."""
    assert await _handshake("/nothing", {}) == 404


@virtual
async def test_own_websockets() -> None:
    """Our own page's WebSocket opens: ours and the user's."""
    own = {"origin": "http://localhost:8000", "sec-fetch-mode": "websocket"}
    for path in ("/_triostate/ws", "/talk"):
        assert await _handshake(path, own) == 101


async def _handshake(path: str, headers: Mapping[str, str]) -> int:
    """Return the status of a handshake."""
    async with Client(make_fort().app) as client:
        scope = client.scope("GET", path, headers)
        scope.update(type="websocket", scheme="ws", subprotocols=[])
        scope["extensions"] = {"websocket.http.response": {}}
        statuses: list[int] = []
        is_connected = False
        answered = trio.Event()

        async def receive() -> Any:
            nonlocal is_connected
            if not is_connected:
                is_connected = True
                return {"type": "websocket.connect"}
            await answered.wait()
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            statuses.append(101 if message["type"] == "websocket.accept" else message.get("status"))
            answered.set()

        with trio.fail_after(60):
            await client.app.serve(scope, receive, send)
        return statuses[0]


@virtual
async def test_public_routes() -> None:
    """A route marked with app.public is reached by other sites and hosts; its neighbours not."""
    fort = make_fort()
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    async with Client(fort.app) as client:
        for method in ("GET", "POST", "OPTIONS"):
            headers = {**foreign, "host": "any.example"}
            assert (await client.request(method, "/hook", headers=headers)).status == 200
        # A name that a page or we have, or another method's, is not made public by it.
        for path in ("/_triostate/events", "/hook/", "/hook/../mine", "/mine", "/HOOK"):
            assert (await client.request("POST", path, headers=foreign)).status == 403, path


def test_wrong_hosts() -> None:
    """A host or proxy that cannot be one is an error when the app is made."""
    for options in (
        {"hosts": "shop.example"},
        {"hosts": ["https://shop.example"]},
        {"hosts": [""]},
        {"trusted_proxies": "127.0.0.1"},
        {"trusted_proxies": ["proxy.example"]},
        {"trusted_proxies": ["10.0.0.1/8"]},
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each has a text of its own
            make_fort(**options)


class TestProxies:
    """What X-Forwarded-* say counts from proxies that are trusted, and from nobody else."""

    SAID: Mapping[str, str] = {
        "host": "10.0.0.7:8000",
        "x-forwarded-host": "shop.example",
        "x-forwarded-proto": "https",
        "x-forwarded-for": FOREIGN_ADDRESS,
        "origin": "https://shop.example",
    }

    @virtual
    async def test_trusted(self) -> None:
        """Host, scheme and address are what a trusted proxy says."""
        fort = make_fort(hosts=["shop.example"], trusted_proxies=["10.0.0.0/8"])
        async with Client(fort.app, address="10.1.2.3") as client:
            stream = client.start_stream("/_triostate/stream?page=/", lambda chunk: None)
            stream.cut()
            answer = await client.request(
                "POST", "/_triostate/attach", b'{"token":"","page":"/"}', {**self.SAID, **JSON}
            )
            assert answer.status == 200
            assert answer.headers["set-cookie"].startswith("__Host-triostate=")
            assert "Secure" in answer.headers["set-cookie"]
            owners = [s.owner for s in fort.app._engine.sessions.values()]
            assert FOREIGN_ADDRESS in owners

    @virtual
    async def test_spoofed_host(self) -> None:
        """A client's own X-Forwarded-Host does not make a foreign host or origin ours."""
        fort = make_fort(hosts=["shop.example"], trusted_proxies=["10.0.0.0/8"])
        async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
            spoofed = {**self.SAID, "host": "evil.example"}
            assert (await client.request("GET", "/", headers=spoofed)).status == 421
            assert (await client.request("POST", "/mine", headers=self.SAID)).status == 403

    @pytest.mark.parametrize(
        "hops, expected",
        [
            ("203.0.113.1", "203.0.113.1"),
            ("1.1.1.1, 203.0.113.1", "203.0.113.1"),
            ("127.0.0.1, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
            ("203.0.113.1:4711", "203.0.113.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:203.0.113.1", "203.0.113.1"),
            ("1.1.1.1, evil, 10.0.0.2", "10.0.0.2"),
            ("unknown", "10.9.9.9"),
            ("", "10.9.9.9"),
            ("10.0.0.3", "10.0.0.3"),
            ("127.0.0.1\r\nx: y", "10.9.9.9"),
        ],
    )
    def test_claimed_hops(self, hops: str, expected: str) -> None:
        """Of a chain the last address that is no trusted proxy's counts, not the first claimed."""
        gate = make_fort(trusted_proxies=["10.0.0.0/8"]).app._gate
        scope = {
            "type": "http",
            "client": ("10.9.9.9", 1),
            "headers": [(b"x-forwarded-for", hops.encode())],
        }
        assert gate.proxies.resolve(scope)["client"][0] == expected

    def test_unix_sockets(self) -> None:
        """A proxy on a Unix socket is trusted where that is said."""
        scope = {"type": "http", "client": None, "headers": [(b"x-forwarded-for", b"203.0.113.1")]}
        trusting = make_fort(trusted_proxies=["unix"]).app._gate.proxies
        assert trusting.resolve(scope)["client"][0] == "203.0.113.1"
        assert make_fort(trusted_proxies=["::1"]).app._gate.proxies.resolve(scope) is scope
