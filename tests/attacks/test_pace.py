"""Attacks by haste: requests that are no events, refused past a rate that no browser comes near."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from tests.attacks.fort import FOREIGN_ADDRESS, make_fort
from tests.clock import virtual
from triostate.errors import TooManyError
from triostate.limits import (
    KEPT_BUCKETS,
    MAX_REQUESTS_PER_SECOND,
    MAX_SESSIONS_PER_ADDRESS,
    MAX_TABS_PER_VISITOR,
    REFUSAL_SECONDS,
    REQUESTS_BURST_SECONDS,
)
from triostate.runtime.rates import Rates
from triostate.testing import Answer, Browser, Client, Tab

JSON = {"content-type": "application/json"}
BURST = int(MAX_REQUESTS_PER_SECOND * REQUESTS_BURST_SECONDS)
LONGEST_HOLD_SECONDS = 1.5 * REFUSAL_SECONDS

REQUESTS: dict[str, tuple[str, str, Any]] = {
    "page": ("GET", "/", None),
    "stream": ("GET", "/_triostate/stream?page=/closed", None),  # refused: no session is made
    "attach": ("POST", "/_triostate/attach", {"token": "", "page": "/closed"}),
    "leave": ("POST", "/_triostate/leave", {"token": "x", "epoch": "x"}),
    "applied": ("POST", "/_triostate/applied", {"token": "x", "epoch": "x", "seen": 1}),
}

each_kind = pytest.mark.parametrize("kind", REQUESTS)


async def ask(browser: Browser, kind: str, **headers: str) -> Answer:
    """Ask for a page or a stream, or send one of the small messages."""
    method, path, body = REQUESTS[kind]
    data = b"" if body is None else json.dumps(body).encode()
    return await browser.request(method, path, data, {**JSON, **headers})


@each_kind
@virtual
async def test_haste_from_an_address(kind: str) -> None:
    """An address gets its burst, then its rate, whatever cookies it makes up; others get theirs."""
    fort = make_fort()
    async with Client(fort.app) as client:
        browser = client.browser(address=FOREIGN_ADDRESS)
        neighbour = client.browser(address="203.0.113.10")
        start, refused, granted = trio.current_time(), 0, 0
        while granted < BURST + 300:
            answer = await ask(browser, kind, cookie=f"triostate-8000={granted:043d}")
            if answer.status != 429:
                granted += 1
                continue
            refused += 1
            assert answer.headers["retry-after"] == "1"
            assert "max_requests_per_second" in answer.json["error"]
            assert "trusted_proxies" in answer.json["error"]
            assert (await ask(neighbour, kind)).status != 429
        took = trio.current_time() - start
        least = 300 / MAX_REQUESTS_PER_SECOND
        assert least - 0.1 <= took <= least + LONGEST_HOLD_SECONDS
        assert refused <= 2 * took + 1  # each is held for half a second at least: no flood itself


@each_kind
@virtual
async def test_haste_of_a_browser(kind: str) -> None:
    """A browser with a tab has a rate of its own; another one at the same address has another."""
    fort = make_fort(max_requests_per_second=5)
    async with (
        Client(fort.app, address=FOREIGN_ADDRESS) as client,
        client.tab() as tab,
    ):
        other = client.browser(address=FOREIGN_ADDRESS)
        await other.open()
        statuses = [(await ask(client, kind)).status for _ in range(110)]
        assert 429 in statuses
        assert (await ask(other, kind)).status != 429
        await tab.run(fort.Fort.add)  # its events are none of this


@virtual
async def test_haste_by_websocket() -> None:
    """The messages of a WebSocket are counted like the requests that they stand for."""
    fort = make_fort(max_requests_per_second=5)
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        scope = client.scope("GET", "/_triostate/ws", {})
        scope.update(type="websocket", scheme="ws")
        body = REQUESTS["applied"][2]
        incoming: list[Any] = [{"type": "websocket.connect"}]
        incoming += [
            {
                "type": "websocket.receive",
                "text": json.dumps({"kind": "applied", "id": i, "body": body}),
            }
            for i in range(110)
        ]
        incoming.append({"type": "websocket.disconnect", "code": 1000})
        statuses: list[int] = []

        async def receive() -> Any:
            return incoming.pop(0) if incoming else await trio.sleep_forever()

        async def send(message: Any) -> None:
            if '"answer"' in message.get("text", ""):
                statuses.append(json.loads(message["text"])["data"]["status"])

        await fort.app.serve(scope, receive, send)
        assert len(statuses) == 110
        assert statuses[:100] == [204] * 100
        assert 429 in statuses


@virtual
async def test_loopback_without_a_tab_has_no_rate() -> None:
    """From this machine, or by a proxy on it, who has no tab may ask as fast as they like."""
    fort = make_fort(max_requests_per_second=1)
    async with Client(fort.app) as client:
        for kind in REQUESTS:
            for _ in range(30):
                assert (await ask(client, kind)).status != 429


@virtual
async def test_all_tabs_of_a_browser_come_back() -> None:
    """32 tabs that reload and reconnect at once, three times, are not refused."""
    fort = make_fort()
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        tabs = [await client.open() for _ in range(MAX_TABS_PER_VISITOR)]
        for _ in range(3):
            for step in (Tab.reload, Tab.drop, Tab.reconnect):
                async with trio.open_nursery() as nursery:
                    for tab in tabs:
                        nursery.start_soon(step, tab)
        for tab in tabs:
            await tab.run(fort.Fort.add)
            assert tab.var(fort.Fort, "n") == 1


@virtual
async def test_an_office_comes_back() -> None:
    """After a restart 200 browsers behind one address get page, stream and session at once."""
    fort = make_fort()
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        tabs: list[Tab] = []
        for number in range(MAX_SESSIONS_PER_ADDRESS):
            browser = client.browser(address=FOREIGN_ADDRESS)
            browser.cookies["triostate-8000"] = f"{number:043d}"  # of before the restart
            assert (await ask(browser, "page")).status == 200
            assert (await ask(browser, "leave")).status == 204
            tabs.append(await browser.open())  # its page and its stream
        for tab in tabs:
            await tab.run(fort.Fort.add)


def test_buckets_are_dropped() -> None:
    """Of addresses that have asked once nothing is kept: those who are at it are remembered."""
    rate = Rates(1, 10, "too fast")
    for _ in range(10):
        rate.charge("busy", 1, 0.0)
    for number in range(10 * KEPT_BUCKETS):
        rate.charge(f"address {number}", 1, number / KEPT_BUCKETS)
        assert len(rate._buckets) <= 2 * KEPT_BUCKETS + 1
    for _ in range(9):
        rate.charge("busy", 1, 9.0)
    with pytest.raises(TooManyError):
        rate.charge("busy", 1, 9.0)
    for _ in range(20):
        rate.charge("", 1, 9.0)
