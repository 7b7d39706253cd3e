"""The user's own HTTP routes beside the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
import quart
import trio

import triostate as ts
from tests.clock import virtual
from tests.web.site import make_site
from triostate.testing import Client


def with_routes() -> Any:
    site = make_site()

    @site.app.quart.get("/api/<name>")
    async def greet(name: str) -> Any:
        return {"hello": name, "query": quart.request.args.get("q")}

    @site.app.quart.post("/set/<token>")
    async def set_n(token: str) -> Any:
        async with site.app.modify_state(token) as state:
            state.get_substate(site.Shop).n = int(await quart.request.get_data())
        return {"done": True}

    @site.app.quart.get("/fails")
    async def fails() -> Any:
        raise RuntimeError("on purpose")

    return site


@virtual
async def test_beside_pages() -> None:
    """A Quart route is served beside the pages; both work."""
    async with Client(with_routes().app) as client:
        answer = await client.request("GET", "/api/you?q=1")
        assert (answer.status, answer.json) == (200, {"hello": "you", "query": "1"})
        assert (await client.request("GET", "/")).status == 200


@virtual
async def test_modify_state_from_a_route() -> None:
    """A route changes a session's state by its token, and the tab shows it (50)."""
    site = with_routes()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await client.request("POST", f"/set/{tab.token}", b"41")
        assert answer.status == 200
        await tab.wait_var(site.Shop, "n", 41, timeout_seconds=5)
        await tab.run(site.Shop.add)
        assert tab.var(site.Shop, "n") == 42


@virtual
async def test_failing_route_rolls_back() -> None:
    """A route that raises inside the block changes nothing and frees the lock (31, 50)."""
    site = with_routes()
    site.app.quart.config["PROPAGATE_EXCEPTIONS"] = False
    async with Client(site.app) as client, client.tab() as tab:
        assert (await client.request("POST", f"/set/{tab.token}", b"x")).status == 500
        await tab.run(site.Shop.add)
        assert tab.var(site.Shop, "n") == 1


@virtual
async def test_unknown_token_in_a_route() -> None:
    """modify_state of a token that is no live session is a SessionNotFoundError (52)."""
    site = with_routes()
    caught: list[BaseException] = []

    @site.app.quart.errorhandler(ts.SessionNotFoundError)
    async def gone(error: ts.SessionNotFoundError) -> Any:
        caught.append(error)
        return {}, 410

    async with Client(site.app) as client:
        assert (await client.request("POST", "/set/nobody", b"1")).status == 410
    assert len(caught) == 1


@virtual
async def test_failing_route_leaves_the_rest() -> None:
    """A route that raises is a 500 of its own; pages and tabs live on."""
    site = with_routes()
    site.app.quart.config["PROPAGATE_EXCEPTIONS"] = False
    async with Client(site.app) as client, client.tab() as tab:
        assert (await client.request("GET", "/fails")).status == 500
        await tab.run(site.Shop.add)
        assert (await client.request("GET", "/")).status == 200


@virtual
async def test_route_waits_for_the_lock() -> None:
    """A route's block waits for a handler that holds the state, like any block (23, 50)."""
    site = with_routes()
    async with Client(site.app) as client, client.tab() as tab, trio.open_nursery() as nursery:

        async def ask() -> None:
            await trio.sleep(1)
            await client.request("POST", f"/set/{tab.token}", b"7")

        nursery.start_soon(ask)  # before the block: a child of the block would be inside it
        async with site.app.modify_state(tab.token) as state:
            await trio.sleep(5)
            state.get_substate(site.Shop).n = 1
        await tab.wait_var(site.Shop, "n", 7, timeout_seconds=5)
        values = [op["value"] for _, data in tab.frames for op in data.get("ops", ())]
        assert values[-1] == 7


@pytest.mark.parametrize(
    "said, scheme, is_secure",
    [(None, "http", False), (None, "https", True), (True, "http", True), (False, "https", False)],
)
@virtual
async def test_session_cookie(said: bool | None, scheme: str, is_secure: bool) -> None:
    """The cookie of quart.session is HttpOnly and Lax, and Secure where it was made over TLS."""
    app = make_site(trusted_proxies=["127.0.0.1"]).app
    app.quart.secret_key = "a key of this test's"
    if said is not None:
        app.quart.config["SESSION_COOKIE_SECURE"] = said

    @app.quart.post("/sign-in")
    async def sign_in() -> str:
        quart.session["user"] = "ada"
        return ""

    @app.quart.post("/sign-out")
    async def sign_out() -> str:
        quart.session.clear()
        return ""

    async with Client(app) as client:
        for path in ("/sign-in", "/sign-out"):
            answer = await client.request("POST", path, b"", {"x-forwarded-proto": scheme})
            [cookie] = re.findall(r"\bsession=.*?(?=, \w+=|$)", answer.headers["set-cookie"])
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert ("Secure" in cookie) == is_secure
