"""Pages with parameters, the page for what is not there, and asking for a page from a tab."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

import triostate as ts
from tests.clock import virtual
from triostate.errors import DefinitionError
from triostate.testing import Client, RefusedError, isolated

NAVIGATE = {"triostate-navigate": "1"}


def make_walk(**options: Any) -> SimpleNamespace:
    """Return a fresh app with pages of every kind, and what they noted."""
    log: list[Any] = []
    visits: list[ts.Visit] = []

    with isolated():

        class Walk(ts.State):
            seen: dict[str, str] = {}

            @ts.event
            def see(self) -> None:
                page = self.router.page
                log.append((page.path, dict(page.params), self.router.url))
                assert page.raw_path == self.router.url
                self.seen = dict(page.params)

            @ts.var
            def shouted(self) -> str:
                return self.router.page.params.get("id", "nobody").upper()

        def only_own(visit: ts.Visit) -> bool:
            visits.append(visit)
            return visit.params.get("id") == "mine"

        def shows() -> ts.Component:
            return ts.vstack(
                ts.text(Walk.shouted, id="shouted"),
                ts.text(ts.State.router.url, id="url"),
                ts.button("See", on_click=Walk.see),
            )

        for route in ("/orders/[id]", "/orders/new", "/orders/[id]/items/[item]", "/docs/[...p]"):
            ts.page(route=route, title=route, on_load=Walk.see)(shows)
        ts.page(route="/own/[id]", require=only_own, on_load=Walk.see)(shows)
        ts.page(route="/[[...rest]]", title="Rest")(shows)

        app = ts.App(**options)
    return SimpleNamespace(app=app, Walk=Walk, log=log, visits=visits)


@virtual
async def test_which_page() -> None:
    """Literal routes go before parameters, and those before what takes many segments."""
    async with Client(make_walk().app) as client:
        for path, title in {
            "/orders/new": "/orders/new",
            "/orders/7": "/orders/[id]",
            "/orders/new/items/2": "/orders/[id]/items/[item]",
            "/docs/a/b": "/docs/[...p]",
            "/docs": "Rest",
            "/orders": "Rest",
            "/": "Rest",
        }.items():
            answer = await client.request("GET", path)
            assert answer.status == 200, path
            assert f"<title>{title}</title>" in answer.body.decode(), path


@virtual
async def test_same_bytes() -> None:
    """A page is the same for every parameter; with HEAD, 304 and 405 as any page."""
    async with Client(make_walk().app) as client:
        one, two = [await client.request("GET", f"/orders/{n}") for n in (1, 2)]
        assert one.body == two.body
        assert one.headers == two.headers
        again = await client.request(
            "GET", "/orders/3", headers={"if-none-match": one.headers["etag"]}
        )
        assert again.status == 304
        head = await client.request("HEAD", "/orders/4")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == one.headers["content-length"]
        assert (await client.request("POST", "/orders/5")).status == 405
        assert (await client.request("GET", "/orders/6/")).status == 404


@virtual
async def test_parameters() -> None:
    """Handlers and pages see the route's parameters, decoded, before the query's."""
    walk = make_walk()
    async with Client(walk.app) as client, client.tab("/orders/a%20b%3C?id=2&x=%C3%A9") as tab:
        await tab.until(lambda: walk.log)
        url = "/orders/a%20b%3C?id=2&x=%C3%A9"
        assert walk.log == [("/orders/[id]", {"id": "a b<", "x": "é"}, url)]
        assert tab.text("shouted") == "A B<"
        assert tab.text("url") == url


@virtual
async def test_another_parameter() -> None:
    """The same page at another address is loaded anew in the same session."""
    walk = make_walk()
    async with Client(walk.app) as client, client.tab("/orders/1") as tab:
        token = tab.token
        await tab.goto("/orders/2")
        await tab.until(lambda: len(walk.log) == 2)
        assert tab.text("shouted") == "2"
        assert tab.token == token
        assert walk.log[1][1] == {"id": "2"}
        assert len(client.app._engine.sessions) == 1


@virtual
async def test_require_sees_the_address() -> None:
    """`require=` is asked with path and parameters: for the page, its attach and its events."""
    walk = make_walk()
    async with Client(walk.app) as client:
        assert (await client.request("GET", "/own/yours")).status == 403
        async with client.tab("/own/mine") as tab:
            await tab.run(walk.Walk.see)
            assert {(v.route, v.path, v.params["id"]) for v in walk.visits[1:]} == {
                ("/own/[id]", "/own/mine", "mine")
            }
            assert [v.session is None for v in walk.visits[1:]] == [True, True, False]


@pytest.mark.parametrize(
    "path", ["", "/own", "/own/", "/own/a/b", "/own/..", "/orders/mine", "mine", "//own/mine", "/"]
)
@virtual
async def test_a_path_that_is_not_the_pages(path: str) -> None:
    """A document cannot be attached to a page at an address that is not the page's."""
    walk = make_walk()
    async with Client(walk.app) as client:
        page = client.page("/own/[id]").id
        body = {"token": "", "page": page, "doc": "d", "path": path}
        answer = await client.post("/_triostate/attach", body)
        assert answer.status == 404
        assert re.search("is no address of the page|needs a path", answer.json["error"])
        assert walk.visits == []


@virtual
async def test_events_of_another_page() -> None:
    """A tab's events are those of the page that it is attached to, and of no other."""
    walk = make_walk()
    async with Client(walk.app) as client, client.tab("/orders/1") as tab:
        body = {
            "token": tab.token,
            "page": client.page("/own/[id]").id,
            "epoch": tab.epoch,
            "events": [{"n": 1, "b": 0, "a": []}],
        }
        assert (await client.post("/_triostate/events", body)).status == 403
        assert walk.visits == []


@virtual
async def test_by_address() -> None:
    """Clients that know no ids name a page by its address."""
    walk = make_walk()
    async with Client(walk.app) as client:
        answer = await client.post("/_triostate/attach", {"token": "", "page": "/own/mine"})
        assert answer.status == 200
        assert walk.visits[0].params == {"id": "mine"}


def test_same_addresses() -> None:
    """Two pages with the same addresses are an error at start that names both."""
    for one, two in [
        ("/a", "/a"),
        ("/a/[x]", "/a/[y]"),
        ("/a/[...x]", "/a/[[...y]]"),
    ]:
        with isolated():

            @ts.page(route=one)
            def first() -> ts.Component:
                return ts.box()

            @ts.page(route=two)
            def second() -> ts.Component:
                return ts.box()

            app = ts.App()
        with pytest.raises(DefinitionError, match=r"first.*second"):
            app._build()


@virtual
async def test_asked_by_a_tab() -> None:
    """A tab that follows a link gets the page; of what is none nothing runs, and nothing comes."""
    walk = make_walk()
    ran: list[str] = []

    @walk.app.quart.get("/orders/1/pay")
    async def pay() -> str:
        ran.append("pay")
        return "paid"

    with isolated():
        lean = ts.App()
    async with Client(walk.app) as client:
        plain = await client.request("GET", "/orders/1")
        asked = await client.request("GET", "/orders/1", headers=NAVIGATE)
        assert (asked.status, asked.body, asked.headers) == (200, plain.body, plain.headers)
        for path in ("/own/yours", "/orders/1/", "/_triostate/none"):
            answer = await client.request("GET", path, headers=NAVIGATE)
            assert answer.status == (404 if "_triostate" in path else 204), path
            assert b"<html" not in answer.body
        assert (await client.request("GET", "/orders/1/pay", headers=NAVIGATE)).status == 204
        assert ran == []
        assert (await client.request("GET", "/orders/1/pay")).body == b"paid"
        assert (await client.request("POST", "/orders/1/pay")).status == 405
    async with Client(lean) as client:
        assert (await client.request("GET", "/nothing", headers=NAVIGATE)).status == 204


def make_lost(**options: Any) -> SimpleNamespace:
    """Return an app with a page for what is not there."""
    with isolated():

        class Lost(ts.State):
            n: int = 0

            @ts.event
            def count(self) -> None:
                self.n += 1

        @ts.page(route="/")
        def index() -> ts.Component:
            return ts.link("Nowhere", href="/nowhere")

        @ts.page(route="404", title="Lost", **options)
        def lost() -> ts.Component:
            return ts.vstack(
                ts.text("Not at ", ts.State.router.url), ts.button("Count", on_click=Lost.count)
            )

        app = ts.App()
    return SimpleNamespace(app=app, Lost=Lost)


@virtual
async def test_own_page_for_what_is_not_there() -> None:
    """The page at /404 is shown where there is none, with that status, and it is alive."""
    site = make_lost()

    @site.app.quart.get("/mine")
    async def mine() -> str:
        return "mine"

    async with Client(site.app) as client, client.tab() as tab:
        for path in ("/nowhere", "/404", "/a/b?c"):
            answer = await client.request("GET", path)
            assert answer.status == 404
            assert b"<title>Lost</title>" in answer.body
            assert "etag" not in answer.headers
        assert (await client.request("GET", "/mine")).body == b"mine"
        await tab.click("Nowhere")
        assert tab.text().startswith("Not at /nowhere")
        await tab.click("Count")
        assert tab.value(site.Lost, "n") == 1


@virtual
async def test_it_is_for_everybody() -> None:
    """It takes no require=: its failure is told, and the built-in page is shown."""
    async with Client(make_lost(require=lambda visit: False).app) as client:
        answer = await client.request("GET", "/nowhere")
        assert answer.status == 404
        assert b"There is no page at /nowhere" in answer.body


@virtual
async def test_history() -> None:
    """A tab of a test goes back and forward, as a browser's does, in one session."""
    walk = make_walk()
    async with Client(walk.app) as client, client.tab("/orders/1") as tab:
        token = tab.token
        await tab.goto("/orders/2")
        await tab.goto("/orders/3")
        await tab.back()
        await tab.back()
        assert tab.path == "/orders/1"
        await tab.forward()
        assert tab.path == "/orders/2"
        assert tab.text("shouted") == "2"
        await tab.goto("/docs/x")
        with pytest.raises(LookupError, match="no page there"):
            await tab.forward()
        assert tab.token == token
        with pytest.raises(RefusedError, match="no live page"):
            await tab.goto("/own/yours")
