"""Behind nginx with TLS, set up by the files of the guide to deploying."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

import attrs
import h11
import pytest
import trio
from trio_websocket import HandshakeError, WebSocketConnection, wrap_client_stream

from tests.faults.app import BINDINGS
from tests.faults.proxy import Proxy, find_nginx, proxied, unit_command
from tests.faults.servers import COMMANDS, TEST_SECONDS, Site
from tests.faults.tab import HOST, Door, Tab, ask, page_id, request
from tests.protocol.sse import parse_sse
from tests.server.serving import running
from triostate.limits import HEARTBEAT_FIRST_SECONDS, HEARTBEAT_SECONDS

ENVIRONMENT = {"TRIOSTATE_APP": "tests.faults.app", "FAULTS_PROXIES": "127.0.0.1"}

HELD_BACK_SECONDS = 4.0
"""What nothing has come of in this time is held back: a frame is not, nor the second heartbeat."""

SERVERS = {
    "hypercorn": unit_command(0),
    "hypercorn-trio": [*unit_command(0)[:-1], "-k", "trio", "triostate.app:app"],
    "uvicorn": [*COMMANDS["uvicorn"][:-1], "--no-proxy-headers", "triostate.app:app"],
}


@pytest.fixture(autouse=True)
def nginx() -> None:
    """Skip where there is no nginx, with the reason."""
    if find_nginx().startswith("no nginx"):
        pytest.skip(find_nginx())


@attrs.frozen
class Setup:
    """nginx, and the servers behind it."""

    proxy: Proxy
    sites: list[Site]

    @property
    def page(self) -> str:
        """The id of the page."""
        return self.sites[0].page

    @asynccontextmanager
    async def live_tab(self) -> AsyncIterator[Tab]:
        """Have a tab of a new browser that is live, and sends what it is to."""
        tab = self.proxy.tab(self.page, await self.proxy.visit())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tab.live)
            nursery.start_soon(tab.send_events)
            await tab.until(lambda: tab.is_live)
            yield tab
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def site(folder: Path, name: str = "hypercorn", port: int = 0) -> AsyncIterator[Site]:
    """Have a worker, started as the document says."""
    await trio.Path(folder).mkdir(parents=True)
    command = [part.replace("127.0.0.1:0", f"127.0.0.1:{port}") for part in SERVERS[name]]
    async with running(command, folder, **ENVIRONMENT) as server:
        yield Site(name, server, await page_id(server.port))


@asynccontextmanager
async def behind(
    folder: Path, *names: str, changes: Mapping[str, str] | None = None
) -> AsyncIterator[Setup]:
    """Have nginx in front of a worker, or of those named."""
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(site(folder / f"worker{number}", name))
            for number, name in enumerate(names or ("hypercorn",))
        ]
        proxy = await stack.enter_async_context(proxied(workers, folder / "nginx", changes))
        yield Setup(proxy, workers)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test under the deadline of all of them."""

    async def limited() -> None:
        with trio.fail_after(TEST_SECONDS):
            await test()

    trio.run(limited)


def headers_of(head: h11.Response) -> dict[str, str]:
    """Return a response's headers by name."""
    return {name.decode(): value.decode() for name, value in head.headers}


async def head_of(door: Door, target: str, headers: dict[str, str]) -> h11.Response:
    """Return the beginning of an answer that may have no end."""
    async with aclosing(request(door, "GET", target, headers)) as answer:
        async for part in answer:
            assert isinstance(part, h11.Response)
            return part
    raise AssertionError("no answer")


@pytest.mark.parametrize("name", SERVERS)
def test_live_through_nginx(name: str, tmp_path: Path) -> None:
    """Frames arrive as they are made, and events go up, whatever serves the app (8, 55)."""

    async def test() -> None:
        async with behind(tmp_path, name) as setup, setup.live_tab() as tab:
            for number in range(1, 4):
                tab.trigger(BINDINGS.index("record"), number)
                with trio.fail_after(HELD_BACK_SECONDS):
                    await tab.until(lambda n=number: tab.acknowledged >= n)
            assert tab.state["state.fault"]["total"] == 6
            assert (tab.streams, tab.gaps) == (1, 0)

    run(test)


def test_stream_is_not_held_back_nor_compressed(tmp_path: Path) -> None:
    """It is the header of the stream by which nginx passes each frame on, and it packs none."""

    async def first_frame(setup: Setup) -> bool:
        target = f"/_triostate/stream?page={setup.page}&doc=d"
        with trio.move_on_after(HELD_BACK_SECONDS):
            async with aclosing(
                request(setup.proxy.door, "GET", target, {"accept-encoding": "gzip"})
            ) as answer:
                async for part in answer:
                    if isinstance(part, h11.Response):
                        assert "content-encoding" not in headers_of(part)
                    elif any(name == "snapshot" for name, _ in parse_sse(part)):
                        return True
        return False

    async def test() -> None:
        packed = {"    gzip on;": "    gzip on;\n    gzip_types *;"}
        async with behind(tmp_path / "as-it-is", changes=packed) as setup:
            assert await first_frame(setup)
        ignored = {
            "    proxy_http_version 1.1;": "    proxy_ignore_headers X-Accel-Buffering;\n"
            "    proxy_http_version 1.1;"
        }
        async with behind(tmp_path / "ignored", changes=ignored) as setup:
            assert not await first_frame(setup)

    run(test)


@asynccontextmanager
async def websocket(door: Door, origin: str) -> AsyncIterator[WebSocketConnection]:
    """Open a WebSocket as a page of that origin; a group of HandshakeError if it is refused."""
    host = f"{HOST}:{door.port}"
    # A stream of our own: the library leaves its socket open when it is refused.
    async with await door.connected() as stream, trio.open_nursery() as nursery:
        headers = [(b"origin", origin.encode())]
        yield await wrap_client_stream(
            nursery, stream, host, "/_triostate/ws?append=1", extra_headers=headers
        )
        nursery.cancel_scope.cancel()


def test_websocket(tmp_path: Path) -> None:
    """A WebSocket is passed on, to pages of the app's origin and to no others (12)."""

    async def test() -> None:
        async with behind(tmp_path) as setup:
            door = setup.proxy.door
            own = f"https://{HOST}:{door.port}"
            async with websocket(door, own) as socket:
                hello = json.loads(await socket.get_message())
                assert hello["event"] == "hello"
                body = {"token": "", "page": setup.page, "doc": "d"}
                await socket.send_message(json.dumps({"kind": "attach", "id": 1, "body": body}))
                events = [json.loads(await socket.get_message())["event"] for _ in range(3)]
                assert {"answer", "snapshot"} <= set(events)
            for origin in (f"http://{HOST}:{door.port}", f"https://{HOST}", "https://evil.example"):
                with pytest.RaisesGroup(HandshakeError):
                    async with websocket(door, origin):
                        pass

    run(test)


@pytest.mark.parametrize("name", SERVERS)
def test_where_a_request_comes_from(name: str, tmp_path: Path) -> None:
    """Address, scheme and host are as nginx saw them; what a client says of itself is nothing."""
    lies = {
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "evil.example",
    }

    async def test() -> None:
        async with behind(tmp_path, name) as setup:
            secure = attrs.evolve(setup.proxy.door, source="127.0.0.2")
            direct = Door(setup.sites[0].port, source="127.0.0.3")
            seen = [
                json.loads((await ask(door, "GET", "/whence", headers))[1])
                for door in (secure, direct)
                for headers in ({}, lies)
            ]
            behind_nginx = {"client": "127.0.0.2", "scheme": "https", "host": HOST}
            not_behind = {"client": "127.0.0.3", "scheme": "http", "host": HOST}
            assert seen == [behind_nginx, behind_nginx, not_behind, not_behind]

    run(test)


def test_address_of_a_session(tmp_path: Path) -> None:
    """A session is counted for the client's address, not for nginx's."""

    async def test() -> None:
        async with behind(tmp_path) as setup:
            door = attrs.evolve(setup.proxy.door, source="127.0.0.2")
            tab = Tab(door, door, setup.page)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(tab.live)
                await tab.until(lambda: tab.is_live)
                _, address = await ask(setup.sites[0].port, "GET", f"/whence/{tab.token}")
                assert address == b"127.0.0.2"
                nursery.cancel_scope.cancel()

    run(test)


def test_cookie_and_origin(tmp_path: Path) -> None:
    """The visitor's cookie is bound to TLS, and events come from the https origin alone (12)."""

    async def test() -> None:
        async with behind(tmp_path) as setup, setup.live_tab() as tab:
            door = setup.proxy.door
            head = await head_of(door, "/_triostate/stream?shared=1", {})
            cookies = [value for name, value in head.headers if name == b"set-cookie"]
            visitor = next(value for value in cookies if value.startswith(b"__Host-triostate="))
            assert {b"Secure", b"HttpOnly", b"SameSite=Lax", b"Path=/"} <= {*visitor.split(b"; ")}
            statuses = []
            for origin in (f"https://{HOST}", f"http://{HOST}", "https://evil.example"):
                headers = {"content-type": "application/json", "origin": origin, **tab.cookies}
                body = json.dumps({"token": tab.token, "epoch": tab.doc, "seen": 0}).encode()
                answer = await ask(door, "POST", "/_triostate/applied", headers, body)
                statuses.append(answer[0])
            assert statuses == [204, 403, 403]

    run(test)


def test_clear_text_is_sent_to_tls(tmp_path: Path) -> None:
    """What comes without TLS is sent to where it is."""

    async def test() -> None:
        async with behind(tmp_path) as setup:
            head = await head_of(setup.proxy.plain, "/a?b=c", {})
            assert head.status_code == 308
            assert headers_of(head)["location"] == f"https://{HOST}/a?b=c"

    run(test)


def test_sticky_workers(tmp_path: Path) -> None:
    """A browser is given its worker with its first page, and stays there; others have others."""

    async def test() -> None:
        async with behind(tmp_path, "hypercorn", "hypercorn-trio") as setup:
            door, pids = setup.proxy.door, set()
            while len(pids) < 2:
                async with setup.live_tab() as tab:
                    mine = {(await ask(door, "GET", "/pid", tab.cookies))[1] for _ in range(5)}
                    assert len(mine) == 1
                    pids |= mine
                    assert "shop_worker=" in tab.cookie
                    for number in range(1, 11):
                        tab.trigger(BINDINGS.index("record"), number)
                    await tab.until(lambda tab=tab: tab.acknowledged == 10)
                    assert (tab.streams, tab.gaps) == (1, 0)
            for worker in setup.sites:
                assert "wrong worker" not in worker.server.output

    run(test)


def test_without_stickiness(tmp_path: Path) -> None:
    """Dealt out by turns, events are told 421 by the other worker, never lost nor run twice."""
    by_turns = {"    hash $shop_worker consistent;\n": ""}

    async def test() -> None:
        async with behind(tmp_path, "hypercorn", "hypercorn", changes=by_turns) as setup:
            tab = setup.proxy.tab(setup.page)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(tab.live)
                await tab.until(lambda: tab.is_live)
                body = {"token": tab.token, "epoch": tab.doc, "seen": 0}
                headers = {"content-type": "application/json", **tab.cookies}
                args = ("POST", "/_triostate/applied", headers, json.dumps(body).encode())
                statuses = [(await ask(setup.proxy.door, *args))[0] for _ in range(20)]
                nursery.cancel_scope.cancel()
            assert set(statuses) == {204, 421}
            assert any("sticky routing" in worker.server.output for worker in setup.sites)

    run(test)


def test_worker_that_restarts(tmp_path: Path) -> None:
    """Its browsers wait for it, those of the other go on, and pages come from the other."""

    async def status_of(setup: Setup, tab: Tab) -> int:
        return (await head_of(setup.proxy.door, tab.target, tab.cookies)).status_code

    async def test() -> None:
        async with AsyncExitStack() as stack:
            stays = await stack.enter_async_context(site(tmp_path / "stays"))
            goes = AsyncExitStack()
            gone = await goes.enter_async_context(site(tmp_path / "goes"))
            proxy = await stack.enter_async_context(proxied([stays, gone], tmp_path / "nginx"))
            setup, tabs = Setup(proxy, [stays, gone]), dict[int, Tab]()
            while len(tabs) < 2:  # one on each
                async with setup.live_tab() as tab:
                    pid = int((await ask(proxy.door, "GET", "/pid", tab.cookies))[1])
                    tabs[pid] = tab
            on_stays, on_gone = tabs[await stays.pid()], tabs[await gone.pid()]
            assert (await gone.server.stop())[0] == 0
            await goes.aclose()
            assert await status_of(setup, on_gone) == 502
            assert await status_of(setup, on_stays) == 200
            page = await head_of(proxy.door, "/", on_gone.cookies)
            assert page.status_code == 200
            async with site(tmp_path / "again", port=gone.port):
                assert await status_of(setup, on_gone) == 200
                assert await status_of(setup, on_stays) == 200

    run(test)


def test_reload_of_nginx(tmp_path: Path) -> None:
    """A reload leaves live streams alone for a while: they end in 5 s, and nothing is lost.

    The tab is strict: a frame that is missing or comes twice, another session, fails the test.
    """

    async def test() -> None:
        async with behind(tmp_path) as setup, setup.live_tab() as tab:
            sent = 0

            async def click_on() -> None:
                nonlocal sent
                while True:
                    sent = tab.trigger(BINDINGS.index("record"), 1)
                    await trio.sleep(0.05)

            async with trio.open_nursery() as nursery:
                nursery.start_soon(click_on)
                await tab.until(lambda: tab.acknowledged > 5)
                setup.proxy.server.process.send_signal(signal.SIGHUP)
                await tab.until(lambda: tab.streams == 2)
                before = tab.acknowledged
                await tab.until(lambda: tab.acknowledged > before + 5)
                nursery.cancel_scope.cancel()
            await tab.until(lambda: tab.acknowledged == sent)
            assert tab.state["state.fault"]["total"] == sent
            state = await setup.sites[0].state(tab.token)
            assert state["seen"] == [1] * sent
            assert tab.snapshots == 1

    run(test)


def test_nginx_that_is_killed(tmp_path: Path) -> None:
    """The proxy dies under live streams and is started anew: the tab is back in its session."""

    async def test() -> None:
        async with site(tmp_path / "worker") as worker:
            async with proxied([worker], tmp_path / "first") as proxy:
                setup = Setup(proxy, [worker])
                async with setup.live_tab() as tab:
                    tab.trigger(BINDINGS.index("record"), 5)
                    await tab.until(lambda: tab.acknowledged == 1)
            await worker.until_lost(tab.token)
            async with proxied([worker], tmp_path / "second") as proxy:
                again = attrs.evolve(tab, stream_port=proxy.door, post_port=proxy.door)
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(again.live)
                    await again.until(lambda: again.is_live)
                    assert again.state["state.fault"]["total"] == 5
                    nursery.cancel_scope.cancel()

    run(test)


@pytest.mark.slow
def test_time_outs(tmp_path: Path) -> None:
    """A silent stream outlives a time-out that is longer than the heartbeat, and no shorter one."""
    margin = HEARTBEAT_FIRST_SECONDS

    async def streams(folder: Path, seconds: float) -> int:
        shorter = {"proxy_read_timeout 60s;": f"proxy_read_timeout {seconds:g}s;"}
        async with behind(folder, changes=shorter) as setup, setup.live_tab() as tab:
            await trio.sleep(3 * HEARTBEAT_SECONDS + margin)
            return tab.streams

    async def test() -> None:
        found: dict[str, int] = {}

        async def count(name: str, seconds: float) -> None:
            found[name] = await streams(tmp_path / name, seconds)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(count, "longer", HEARTBEAT_SECONDS + margin)
            nursery.start_soon(count, "shorter", HEARTBEAT_SECONDS / 2)
        assert found["longer"] == 1
        assert found["shorter"] > 1

    run(test)
