"""The stream route: attaching, on_load, and what a disconnect leaves."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from tests.clock import virtual
from tests.protocol.sse import parse_sse
from tests.web.site import make_site
from triostate.limits import DETACH_GRACE_SECONDS, MAX_TABS_PER_VISITOR
from triostate.testing import Client


@virtual
async def test_any_client_can_read_it() -> None:
    """A plain GET gets a session of its own, its token in the first frame, and a cookie."""
    site = make_site()
    async with Client(site.app) as client:
        messages: list[Any] = []

        async def receive() -> Any:
            await trio.sleep(3)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)

        await site.app.serve(client.scope("GET", "/_triostate/stream?page=/", {}), receive, send)
        headers = dict(messages[0]["headers"])
        assert messages[0]["status"] == 200
        assert headers[b"content-type"].startswith(b"text/event-stream")
        assert headers[b"cache-control"] == b"no-store"
        assert b"HttpOnly" in headers[b"set-cookie"]
        assert b"SameSite=Lax" in headers[b"set-cookie"]
        first, *more = parse_sse(b"".join(m.get("body", b"") for m in messages[1:]))
        assert first == ("", "")
        assert more[0][0] == "snapshot"
        assert site.app.event_namespace.token_to_sid[more[0][1]["token"]]


@virtual
async def test_cookie_is_no_part_of_frames_or_state() -> None:
    """The visitor's secret is in no frame, and not in the headers that handlers see."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        await tab.drop()
        await tab.reconnect()
        await tab.run(site.Shop.look)
        (secret,) = client.cookies.values()
        assert secret not in str(tab.frames)
        assert secret not in str(site.log)


@virtual
async def test_disconnect_detaches() -> None:
    """A disconnect ends the stream's request; the session stays for its grace and is then gone."""
    site = make_site()
    async with Client(site.app) as client:
        tab = await client.open()
        await tab.run(site.Shop.job)
        session = site.app._engine.get(tab.token)
        await tab.drop()
        assert session.stream is None
        assert session.phase.value == "detached"
        assert site.app.background_tasks
        await trio.sleep(DETACH_GRACE_SECONDS + 1)
        assert site.log == ["job", "job ended"]
        assert not site.app.event_namespace.token_to_sid


@pytest.mark.parametrize("stuck_at", ["http.response.start", "http.response.body"])
@virtual
async def test_peer_that_does_not_read(stuck_at: str) -> None:
    """A peer that takes nothing holds up nobody: handlers run, its session ends (62)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab, trio.open_nursery() as nursery:

        async def receive() -> Any:
            await trio.sleep(60)
            return {"type": "http.disconnect"}

        async def stuck(message: Any) -> None:
            if message["type"] == stuck_at:
                await trio.sleep_forever()

        scope = client.scope("GET", "/_triostate/stream?page=/", {})
        nursery.start_soon(site.app.serve, scope, receive, stuck)
        await trio.sleep(1)
        assert len(site.app._engine.sessions) == 2
        await tab.run(site.Shop.add)
        await trio.sleep(60 + DETACH_GRACE_SECONDS + 1)
        assert list(site.app._engine.sessions) == [tab.token]


@virtual
async def test_another_visitors_token() -> None:
    """Attaching with somebody else's token gives a fresh session, never theirs."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        await tab.run(site.Shop.add)
        stranger = Client(site.app)
        stranger._nursery = client._nursery
        async with stranger.tab() as other:
            await other.drop()
            other.token = tab.token
            await other.reconnect()
            assert other.token != tab.token
            assert other.var(site.Shop, "n") == 0
            assert other.frames[-1][1]["fresh"]


@virtual
async def test_unknown_page() -> None:
    """A stream of a page that is not there is a 404 in JSON and makes no session."""
    site = make_site()
    async with Client(site.app) as client:
        for query in ("", "?page=nothing", "?page=/broken"):
            answer = await client.request("GET", f"/_triostate/stream{query}")
            assert (answer.status, answer.json) == (404, {"error": "no such page"})
        assert not site.app._engine.sessions


@virtual
async def test_too_many_parameters() -> None:
    """A query of far too many parameters is a 400 in one line."""
    async with Client(make_site().app) as client:
        answer = await client.request("GET", "/_triostate/stream?" + "a=1&" * 100 + "page=/")
        assert answer.status == 400
        assert answer.json["error"]


@virtual
async def test_too_many_tabs() -> None:
    """One visitor's tabs are bounded: one more is a 429, the others live on."""
    site = make_site()
    async with Client(site.app) as client:
        tabs = [await client.open() for _ in range(MAX_TABS_PER_VISITOR)]
        answer = await client.request("GET", "/_triostate/stream?page=/")
        assert answer.status == 429
        assert answer.json["error"]
        await tabs[0].run(site.Shop.add)


class TestOnLoad:
    @virtual
    async def test_runs_in_order(self) -> None:
        """on_load handlers run in order when a tab opens the page, background ones too (12)."""
        site = make_site()
        async with Client(site.app) as client, client.tab("/loads") as tab:
            await tab.wait_var(site.Shop, "n", 100, timeout_seconds=5)
            await tab.wait_var(site.Shop, "job.running", True, timeout_seconds=5)
            assert site.log == ["loaded", "job"]

    @virtual
    async def test_again_for_a_new_document_only(self) -> None:
        """It runs again for a reload, not for a connection that was lost and regained (12, 56)."""
        site = make_site()
        async with Client(site.app) as client, client.tab("/loads") as tab:
            await tab.wait_var(site.Shop, "n", 100)
            await tab.drop()
            await tab.reconnect()
            await trio.sleep(1)
            assert tab.var(site.Shop, "n") == 100
            await tab.reload()
            await tab.wait_var(site.Shop, "n", 200)

    @virtual
    async def test_failure_before_it_starts(self) -> None:
        """An on_load that cannot be started is reported; the tab is live all the same."""
        site = make_site()
        errors: list[BaseException] = []
        site.app.on_error(errors.append)
        async with Client(site.app) as client:
            with trio.move_on_after(5):
                await client.open("/loads-badly")
            assert [session.phase.value for session in site.app._engine.sessions.values()] == [
                "live"
            ]
            assert [str(error) for error in errors] == ["no key for x"]

    @virtual
    async def test_failure_leaves_no_session_for_ever(self) -> None:
        """Whatever goes wrong while attaching, no session is left that never ends (41)."""
        site = make_site()
        async with Client(site.app) as client:
            try:
                with trio.move_on_after(5):
                    await client.request("GET", "/_triostate/stream?page=/loads-badly")
            except ValueError:
                pass
            await trio.sleep(3600)
            assert not site.app._engine.sessions


@virtual
async def test_router() -> None:
    """Handlers see the page, the address and the headers of the tab that attached."""
    site = make_site()
    async with Client(site.app) as client:
        tab = await client.open()
        await tab.run(site.Shop.look)
        (place, headers) = site.log
        assert place == ("/", "/", "127.0.0.1")
        assert headers["host"] == "localhost:8000"
        assert "cookie" not in headers


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
@virtual
async def test_get_only(method: str) -> None:
    """Only GET opens a stream."""
    site = make_site()
    async with Client(site.app) as client:
        answer = await client.request(method, "/_triostate/stream?page=/")
        assert answer.status == 405
        assert not site.app._engine.sessions
