"""Attacks by number: more than a client's share, refused clearly, the others unaffected."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

import triostate as ts
from tests.attacks.fort import FOREIGN_ADDRESS, make_fort
from tests.clock import virtual
from triostate.errors import TooManyError
from triostate.limits import (
    BODY_SECONDS,
    MAX_BATCH_EVENTS,
    MAX_BODY_BYTES,
    MAX_EVENTS_PER_SECOND,
    MAX_JSON_DEPTH,
    MAX_SESSIONS_PER_ADDRESS,
    MAX_TABS_PER_VISITOR,
)
from triostate.runtime.rates import Bucket, Tally, owner_of
from triostate.testing import Answer, Browser, Client, Tab, isolated
from triostate.testing.connection import Event

JSON = {"content-type": "application/json"}
ATTACH = b'{"token":"","page":"/"}'


def body(tab: Tab, first: int, count: int, *, binding: int = 0, values: Any = ()) -> bytes:
    events = [{"n": first + i, "b": binding, "a": list(values)} for i in range(count)]
    head = {"token": tab.token, "page": tab.page.id, "epoch": tab.epoch}
    return json.dumps({**head, "events": events}).encode()


async def post(client: Browser, data: bytes, kind: str = "events") -> Answer:
    return await client.request("POST", f"/_triostate/{kind}", data, JSON)


@virtual
async def test_flood_of_events() -> None:
    """A flood runs at 200 events a second after a burst of 400; refused ones can be sent again."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        start, sent, refusals = trio.current_time(), 0, 0
        while sent < 2000:
            answer = await post(client, body(tab, sent + 1, 25))
            if answer.status == 429:
                refusals += 1
                assert answer.headers["retry-after"] == "1"
                assert f"{MAX_EVENTS_PER_SECOND} events a second" in answer.json["error"]
            else:
                assert answer.status == 202
                sent += 25
        assert trio.current_time() - start == pytest.approx(1600 / 200, abs=0.3)
        assert refusals <= 1600 / 25 + 1  # each is held until there is room
        await tab.wait_var(fort.Fort, "n", 2000, timeout_seconds=5)


@virtual
async def test_flood_leaves_others_alone() -> None:
    """While one tab is refused, another of the same visitor, and another visitor, are not."""
    fort = make_fort()
    async with (
        Client(fort.app) as client,
        client.tab() as flooder,
        client.tab() as other,
        client.browser().tab() as stranger,
    ):
        statuses = [
            (await post(client, body(flooder, i + 1, 32))).status for i in range(0, 416, 32)
        ]
        assert statuses == [202] * 12 + [429]
        for tab in (other, stranger):
            assert (await tab.trigger(fort.Fort.add)).status == 202


@virtual
async def test_flood_from_all_tabs() -> None:
    """All tabs of a browser together send as much as two may; another browser as much again."""
    fort = make_fort(max_events_per_second=20)
    async with Client(fort.app) as client, client.browser().tab() as stranger:
        tabs = [await client.open() for _ in range(8)]
        start, taken = trio.current_time(), 0

        async def flood(tab: Tab) -> None:
            nonlocal taken
            sent = 0
            while trio.current_time() < start + 20:
                answer = await post(client, body(tab, sent + 1, 10))
                if answer.status == 202:
                    sent, taken = sent + 10, taken + 10

        async with trio.open_nursery() as nursery:
            for tab in tabs:
                nursery.start_soon(flood, tab)
            await trio.sleep(10)
            assert (await stranger.trigger(fort.Fort.add)).status == 202
        assert taken == pytest.approx(2 * 20 * (20 + 2), abs=100)
        await tabs[0].run(fort.Fort.add)  # what was refused can be sent again


@virtual
async def test_rate_is_adjustable() -> None:
    """App(max_events_per_second=) sets the rate, be it below one batch."""
    fort = make_fort(max_events_per_second=2)
    async with Client(fort.app) as client, client.tab() as tab:
        start = trio.current_time()
        assert (await post(client, body(tab, 1, 32))).status == 202  # from a full bucket
        while (await post(client, body(tab, 33, 2))).status == 429:
            pass
        assert trio.current_time() - start == pytest.approx(15, abs=1)


@pytest.mark.parametrize(
    "option",
    [
        "max_events_per_second",
        "max_requests_per_second",
        "max_tabs_per_visitor",
        "max_sessions_per_address",
        "max_state_bytes",
    ],
)
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "9"])
def test_wrong_limits(option: str, value: Any) -> None:
    """A limit that is no number of anything is an error when the app is made."""
    with pytest.raises(ValueError, match=option):
        make_fort(**{option: value})


@virtual
async def test_flood_by_websocket() -> None:
    """A WebSocket's messages are refused like POSTs, at the same rate."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        scope = client.scope("GET", "/_triostate/ws", {})
        scope.update(type="websocket", scheme="ws")
        texts = [
            json.dumps({"kind": "events", "id": i, "body": json.loads(body(tab, 1 + 32 * i, 32))})
            for i in range(13)
        ]
        incoming: list[Any] = [
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": text} for text in texts),
            {"type": "websocket.disconnect", "code": 1000},
        ]
        answers: list[int] = []

        async def receive() -> Any:
            return incoming.pop(0) if incoming else await trio.sleep_forever()

        async def send(message: Any) -> None:
            if '"answer"' in message.get("text", ""):
                answers.append(json.loads(message["text"])["data"]["status"])

        await fort.app.serve(scope, receive, send)
        assert answers == [202] * 12 + [429]


@virtual
async def test_client_of_the_tests_waits() -> None:
    """Tests that send faster than that are slowed down, as browsers are, and lose nothing."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        for _ in range(50):
            await tab.send_events([Event(0, ())] * MAX_BATCH_EVENTS, wait=False)
        await tab.wait_var(fort.Fort, "n", 50 * MAX_BATCH_EVENTS, timeout_seconds=60)


# Sessions


@virtual
async def test_sessions_without_end() -> None:
    """A client that drops its cookies gets 200 sessions; its neighbours go on getting theirs."""
    fort = make_fort()
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        for _ in range(MAX_SESSIONS_PER_ADDRESS):
            assert (
                await post(client.browser(address=FOREIGN_ADDRESS), ATTACH, "attach")
            ).status == 200
        answer = await post(client.browser(address=FOREIGN_ADDRESS), ATTACH, "attach")
        assert answer.status == 429
        assert "max_sessions_per_address" in answer.json["error"]
        assert "trusted_proxies" in answer.json["error"]
        neighbour = client.browser(address="203.0.113.10")
        assert (await post(neighbour, ATTACH, "attach")).status == 200
        await trio.sleep(11)  # nobody came for them
        assert (await post(client, ATTACH, "attach")).status == 200
    assert fort.app._engine._owners._counts == {}


@virtual
async def test_loopback_has_no_bound() -> None:
    """From this machine itself, or a proxy on it, there may be more."""
    fort = make_fort(max_sessions_per_address=3)
    async with Client(fort.app) as client:
        for address in ("127.0.0.1", "::1", "127.8.9.1", "::ffff:127.0.0.1"):
            for _ in range(5):
                browser = client.browser(address=address)
                assert (await post(browser, ATTACH, "attach")).status == 200


@virtual
async def test_streams_without_end() -> None:
    """Shared streams of one address are bounded like its sessions, cookies or not."""
    fort = make_fort(max_sessions_per_address=5)
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        path = "/_triostate/stream?shared=1"
        lines = [
            client.browser(address=FOREIGN_ADDRESS).start_stream(path, lambda chunk: None)
            for _ in range(7)
        ]
        await trio.sleep(1)
        statuses = [line.refusal.status if line.refusal else 200 for line in lines]
        assert sorted(statuses) == [200] * 5 + [429] * 2
        assert client.browser(address="203.0.113.10").start_stream(path, lambda chunk: None).is_open
        for line in lines:
            line.cut()
        await trio.sleep(1)
        again = client.start_stream(path, lambda chunk: None)
        await trio.sleep(1)
        assert again.has_begun


@virtual
async def test_own_streams_replace_each_other() -> None:
    """One session has one stream, however often it is asked for."""
    fort = make_fort(max_sessions_per_address=2)
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client, client.tab() as tab:
        path = f"/_triostate/stream?page=/&token={tab.token}&doc=x"
        for _ in range(20):
            client.start_stream(path, lambda chunk: None)
            await trio.sleep(0.1)
        assert len(fort.app._engine.streams._open) == 1


@virtual
async def test_tabs_without_end() -> None:
    """One browser has 32 tabs; other browsers, of the same address even, go on getting theirs."""
    fort = make_fort()
    async with Client(fort.app, address=FOREIGN_ADDRESS) as client:
        answers = [await post(client, ATTACH, "attach") for _ in range(MAX_TABS_PER_VISITOR + 1)]
        assert [answer.status for answer in answers] == [200] * MAX_TABS_PER_VISITOR + [429]
        other = client.browser(address=FOREIGN_ADDRESS)
        assert (await post(other, ATTACH, "attach")).status == 200


# State


@virtual
async def test_state_without_end() -> None:
    """A tab that grows without end is refused, told so, and goes on; other tabs notice nothing."""
    with isolated():

        class Hoard(ts.State):
            n: int = 0
            rows: list[str] = []
            kept: str = ts.LocalStorage("")

            @ts.event
            def fill(self) -> None:
                self.n += 1
                self.rows.extend(["x" * 1000] * 10)

            @ts.event(background=True)
            async def fill_later(self) -> None:
                async with self:
                    self.n += 1
                    self.rows.extend(["x" * 1000] * 10)

            @ts.event
            def clear(self) -> None:
                self.rows = []

        @ts.page(route="/", title="Hoard")
        def index() -> ts.Component:
            return ts.vstack(
                ts.text(Hoard.n, ts.length(Hoard.rows), Hoard.kept),
                *(ts.button("x", on_click=h) for h in (Hoard.fill, Hoard.fill_later, Hoard.clear)),
            )

        app = ts.App(max_state_bytes=100_000)

    errors: list[BaseException] = []
    app.on_error(errors.append)
    async with Client(app) as client, client.tab() as tab, client.tab() as other:
        for handler in [Hoard.fill] * 20 + [Hoard.fill_later] * 20:
            await tab.run(handler)
        await tab.run(Hoard.fill)
        taken = tab.var(Hoard, "n")
        assert 8 <= taken <= 10
        assert len(tab.var(Hoard, "rows")) == 10 * taken
        assert [type(error) for error in errors] == [ts.StateTooLargeError] * (41 - taken)
        assert len(tab.toasts) == len(errors)
        await tab.run(Hoard.clear)
        await tab.run(Hoard.fill)
        assert tab.var(Hoard, "n") == taken + 1
        await other.run(Hoard.fill)
        assert other.var(Hoard, "n") == 1


@virtual
async def test_kept_values_that_are_too_large() -> None:
    """What a browser has kept is no way past the bound: the tab opens, without it."""
    with isolated():

        class Hoard(ts.State):
            kept: str = ts.LocalStorage("")

        @ts.page(route="/", title="Hoard")
        def index() -> ts.Component:
            return ts.text(Hoard.kept)

        app = ts.App(max_state_bytes=10_000)

    errors: list[BaseException] = []
    app.on_error(errors.append)
    async with Client(app) as client, client.tab() as tab:
        stored = {f"{Hoard.get_full_name()}.kept": "x" * 20_000}
        wish = {
            "token": tab.token,
            "page": "/",
            "doc": "new",
            "stored": stored,
            "changed": list(stored),
        }
        assert (await post(client, json.dumps(wish).encode(), "attach")).status == 200
        path = f"/_triostate/stream?page=/&token={tab.token}&doc=new"
        line = client.start_stream(path, lambda chunk: None)
        await trio.sleep(1)
        assert line.has_begun
        assert [type(error) for error in errors] == [ts.StateTooLargeError]
        line.cut()


# Bodies


@virtual
async def test_slow_body() -> None:
    """A body that comes byte by byte is a 408 after 20 s, however long it goes on."""
    fort = make_fort()
    async with Client(fort.app) as client:
        scope = client.scope("POST", "/_triostate/events", JSON)
        sent: list[Any] = []

        async def receive() -> Any:
            await trio.sleep(1)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        start = trio.current_time()
        await fort.app.serve(scope, receive, send)
        assert sent[0]["status"] == 408
        assert trio.current_time() - start == pytest.approx(BODY_SECONDS)


@pytest.mark.parametrize(
    "announced", ["65537", "9" * 400, "9" * 5000, "-1", "\xb2", "1e9", "0x10", "5, 70000", " "]
)
@virtual
async def test_announced_lengths(announced: str) -> None:
    """A length that is announced wrongly costs nothing: 413, or what came is counted."""
    async with Client(make_fort().app) as client:
        headers = {**JSON, "content-length": announced}
        answer = await client.request("POST", "/_triostate/events", b"[]", headers)
        assert answer.status in (400, 413)
        over = await client.request("POST", "/_triostate/events", b" " * 70_000, headers)
        assert over.status == 413


@virtual
async def test_oversized_and_deep_bodies() -> None:
    """What is too long is a 413, what is too deep a 400, at each address; the tab goes on."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        for kind in ("attach", "events", "leave", "applied"):
            long = b'{"token":"' + b"x" * MAX_BODY_BYTES + b'"}'
            assert (await post(client, long, kind)).status == 413
            for depth in (MAX_JSON_DEPTH + 1, 30_000):
                assert (await post(client, b"[" * depth + b"]" * depth, kind)).status == 400
                objects = b'{"a":' * depth + b"1" + b"}" * depth
                assert (await post(client, objects[:MAX_BODY_BYTES], kind)).status == 400
        assert (await post(client, body(tab, 1, MAX_BATCH_EVENTS + 1))).status == 400
        await tab.run(fort.Fort.add)


# The parts


def test_bucket() -> None:
    """A bucket gives a burst, then its rate; a rest fills it, and no further than full."""
    bucket = Bucket(10, 0.0)
    assert bucket.take(20, 0.0) == 0
    assert bucket.take(1, 0.0) == pytest.approx(0.1)
    assert bucket.take(1, 0.1) == 0
    assert bucket.take(20, 1000.0) == 0
    assert bucket.take(1, 1000.0) > 0
    assert bucket.take(50, 1002.0) == 0  # more than it holds, when it is full; and owed
    assert bucket.take(1, 1004.0) == pytest.approx(1.1)


def test_tally() -> None:
    """A tally counts by owner, forgets who has nothing left, and does not bind nobody."""
    tally = Tally(2, "things")
    for _ in range(2):
        tally.add("a")
    with pytest.raises(TooManyError, match="2 things"):
        tally.add("a")
    for _ in range(9):
        tally.add("")
    tally.remove("a")
    tally.add("a")
    for _ in range(2):
        tally.remove("a")
    assert tally._counts == {"": 9}


@pytest.mark.parametrize(
    "address, owner",
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.2", ""),
        ("::1", ""),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_owners(address: str, owner: str) -> None:
    """An address is counted for itself, of IPv6 for its network; loopback for nobody."""
    assert owner_of(address) == owner
