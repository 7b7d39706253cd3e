"""Attacks on pages that are not for everyone: a login of the user's own, by a cookie."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import trio
from quart.sessions import SessionInterface

import triostate as ts
from tests.attacks.fort import make_fort
from tests.clock import virtual
from triostate.testing import Client, RefusedError, Tab, isolated


class NullSessions(SessionInterface):
    """Keeps nothing, in no cookie of Quart's own."""


JSON = {"content-type": "application/json"}


@virtual
async def test_login_by_a_cookie() -> None:
    """Who has signed in by a route of app.quart gets the page; who has not, the login's address."""
    fort = make_fort()
    async with Client(fort.app) as client:
        answer = await client.request("GET", "/closed")
        assert (answer.status, answer.headers["location"]) == (303, "/login")
        assert answer.headers["cache-control"] == "no-store"
        await client.request("POST", "/login/ada")
        answer = await client.request("GET", "/closed")
        assert answer.status == 200
        assert answer.headers["cache-control"] == "private, no-cache"
        async with client.tab("/closed") as tab:
            await tab.click("add")
            assert tab.var(fort.Fort, "n") == 2


@virtual
async def test_all_ways_in() -> None:
    """Page, stream, attach, and attach by WebSocket are closed, and make no session."""
    fort = make_fort()
    async with Client(fort.app) as client:
        for method in ("GET", "HEAD"):
            assert (await client.request(method, "/closed")).status == 303
        stream = client.start_stream("/_triostate/stream?page=/closed", lambda chunk: None)
        await trio.sleep(1)
        assert stream.refusal is not None
        assert stream.refusal.status == 403
        wish = b'{"token":"","page":"/closed"}'
        answer = await client.request("POST", "/_triostate/attach", wish, JSON)
        assert (answer.status, answer.json) == (403, {"error": "this page is not open to you"})
        assert fort.app._engine.sessions == {}
        assert fort.log == []


@virtual
async def test_known_etag_opens_nothing() -> None:
    """Who has had the page before is asked again: a 304 is an answer, too."""
    fort = make_fort()
    async with Client(fort.app) as client:
        await client.request("POST", "/login/ada")
        etag = (await client.request("GET", "/closed")).headers["etag"]
        again = {"if-none-match": etag}
        assert (await client.request("GET", "/closed", headers=again)).status == 304
        client.cookies.clear()
        assert (await client.request("GET", "/closed", headers=again)).status == 303


async def _send(client: Client, tab: Tab, page: str, number: int, binding: int) -> Any:
    body = {"token": tab.token, "page": page, "epoch": tab.epoch}
    event = {"n": number, "b": binding, "a": []}
    data = json.dumps({**body, "events": [event]}).encode()
    return await client.request("POST", "/_triostate/events", data, JSON)


@virtual
async def test_events_of_a_closed_page() -> None:
    """A tab of an open page cannot send a closed page's events; all are refused alike."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab("/") as tab:
        answers = [await _send(client, tab, "/closed", 1, binding) for binding in (0, 1, 99, 2**40)]
        assert {(answer.status, answer.body) for answer in answers} == {
            (403, b'{"error":"this page is not open to you"}')
        }
        assert fort.log == []
        await tab.run(fort.Fort.add)  # and the number is not used up


@virtual
async def test_asked_at_the_time_of_the_event() -> None:
    """Who is signed out or banned while the page is open can do nothing more there."""
    fort = make_fort()
    async with Client(fort.app) as client:
        await client.request("POST", "/login/ada")
        async with client.tab("/closed") as tab:
            await tab.run(fort.Fort.add)
            fort.banned.add("ada")
            with pytest.raises(RefusedError, match="403"):
                await tab.run(fort.Fort.add)
            fort.banned.clear()
            tab.last_event -= 1  # it was not taken
            await tab.run(fort.Fort.add)
            del client.cookies["session"]
            with pytest.raises(RefusedError, match="403"):
                await tab.run(fort.Fort.add)
            await tab.drop()
            with pytest.raises(RefusedError, match="403"):
                await tab.reconnect()
        assert fort.log.count("add") == 3  # on_load is one


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: "",
        lambda cookie: "x",
        # Two bits of the last character are no part of the signature: E and A differ in others.
        lambda cookie: cookie[:-1] + ("A" if cookie[-1] != "A" else "E"),
        lambda cookie: "eyJ1c2VyIjoiZXZlIn0." + cookie.partition(".")[2],
        lambda cookie: "eyJ1c2VyIjoiZXZlIn0",
        lambda cookie: "." * 4000,
        lambda cookie: '"\\377"',
    ],
)
@virtual
async def test_forged_login(forge: Callable[[str], str]) -> None:
    """A session cookie that app.quart has not signed opens nothing, and is no error."""
    fort = make_fort()
    async with Client(fort.app) as client:
        await client.request("POST", "/login/ada")
        client.cookies["session"] = forge(client.cookies["session"])
        assert (await client.request("GET", "/closed")).status == 303


@virtual
async def test_handlers_know_who_is_there() -> None:
    """A handler reads who had signed in when its tab attached; a forged cookie says nobody."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab("/") as tab:
        assert tab.server(fort.Fort).router.quart_session == {}
        await client.request("POST", "/login/ada")
        await tab.reload()
        assert tab.server(fort.Fort).router.quart_session == {"user": "ada"}
        assert "cookie" not in tab.server(fort.Fort).router.headers
        client.cookies["session"] = "eyJ1c2VyIjoiZXZlIn0.forged"
        await tab.reload()
        assert tab.server(fort.Fort).router.quart_session == {}


@virtual
async def test_sessions_kept_in_another_way() -> None:
    """Where app.quart keeps its sessions otherwise, handlers find none there, and tabs attach."""
    fort = make_fort()
    fort.app.quart.session_interface = NullSessions()
    async with Client(fort.app) as client, client.tab("/") as tab:
        assert tab.server(fort.Fort).router.quart_session == {}


@virtual
async def test_login_grows_old() -> None:
    """A login older than Quart's permanent_session_lifetime counts no more."""
    fort = make_fort()
    fort.app.quart.config["PERMANENT_SESSION_LIFETIME"] = -1
    async with Client(fort.app) as client:
        await client.request("POST", "/login/ada")
        assert (await client.request("GET", "/closed")).status == 303


def _app(require: Callable[..., object], **options: Any) -> Any:
    with isolated():

        class Desk(ts.State):
            n: int = 0

            @ts.event
            def add(self) -> None:
                self.n += 1

        @ts.page(route="/", require=require)
        def index() -> ts.Component:
            return ts.button("add", on_click=Desk.add)

        app = ts.App(**options)
    return app, Desk


@virtual
async def test_async() -> None:
    """An async require= is awaited, wherever it is asked."""
    visits: list[ts.Visit] = []
    is_open = True

    async def require(visit: ts.Visit) -> bool:
        await trio.sleep(0.1)
        visits.append(visit)
        return is_open

    app, desk = _app(require)
    async with Client(app) as client:
        async with client.tab() as tab:
            await tab.run(desk.add)
            assert [visit.session is None for visit in visits] == [True, True, False]
            assert {visit.route for visit in visits} == {"/"}
            assert visits[0].client_ip == "127.0.0.1"
            assert visits[0].headers["host"] == "localhost:8000"
            assert visits[0].quart_session == {}
            is_open = False
            with pytest.raises(RefusedError, match="403"):
                await tab.run(desk.add)
        assert (await client.request("GET", "/")).status == 403


@virtual
async def test_session_that_ends_while_asked() -> None:
    """An event whose session ends while an async require= is asked is a 404, and runs nothing."""
    engine: Any = None

    async def require(visit: ts.Visit) -> bool:
        if visit.session is not None and visit.session.events.accepted:
            await visit.session.aclose()
        return True

    app, desk = _app(require)
    engine = app._engine
    async with Client(app) as client, client.tab() as tab:
        await tab.run(desk.add)
        assert (await tab.trigger(desk.add)).status == 404
        assert engine.sessions == {}


@pytest.mark.parametrize("answer", [False, None, 0, "", []])
@virtual
async def test_no(answer: object) -> None:
    """What is not true is a no: a page that says so, with status 403."""
    app, _ = _app(lambda visit: answer)
    async with Client(app) as client:
        page = await client.request("GET", "/")
        assert page.status == 403
        assert b"not open to you" in page.body
        assert b"ts-plan" not in page.body


@pytest.mark.parametrize("is_async", [False, True])
@virtual
async def test_error(is_async: bool) -> None:
    """A require= that raises is a no and is reported; its text goes to nobody."""
    errors: list[BaseException] = []

    def require(visit: ts.Visit) -> Any:
        if is_async:
            return later()
        raise RuntimeError("the database said canary")

    async def later() -> bool:
        raise RuntimeError("the database said canary")

    app, _ = _app(require)
    app.on_error(errors.append)
    async with Client(app) as client:
        page = await client.request("GET", "/")
        assert page.status == 403
        assert b"canary" not in page.body
    assert [str(error) for error in errors] == ["the database said canary"]


@pytest.mark.parametrize(
    "address, is_followed",
    [
        ("/login", True),
        ("/login?next=/a%2Fb", True),
        ("https://login.example/?from=here", True),
        ("http://localhost:9000/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("\\\\evil.example", False),
        ("/\tevil", False),
        ("/login\r\nset-cookie: a=b", False),
        ("/login\n", False),
        ("/login\x00", False),
        ("/login x", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("login", False),
        ("ftp://x", False),
        ("/l\xf6gin\u2028", False),
    ],
)
@virtual
async def test_where_it_leads(address: str, is_followed: bool) -> None:
    """The address that require= names is a path or a site; anything else is an error, and a no."""
    errors: list[BaseException] = []
    app, _ = _app(lambda visit: address)
    app.on_error(errors.append)
    async with Client(app) as client:
        answer = await client.request("GET", "/")
        assert answer.status == (303 if is_followed else 403)
        assert answer.headers.get("location") == (address if is_followed else None)
        assert len(errors) == (not is_followed)


@virtual
async def test_what_of_the_state_it_may_ask() -> None:
    """With a session it may ask the tab's own state; the page request has none."""

    def require(visit: ts.Visit) -> bool:
        return visit.session is None or visit.session.token != ""

    app, desk = _app(require)
    async with Client(app) as client, client.tab() as tab:
        await tab.run(desk.add)
