"""Asking for a session with what the browser has kept: who may, what is taken, and when."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from triostate.limits import (
    CONNECT_GRACE_SECONDS,
    MAX_BODY_BYTES,
    MAX_STORED_VARS,
    MAX_TABS_PER_VISITOR,
)
from triostate.testing import Answer, Client, Tab, isolated

ATTACH = "/_triostate/attach"
JSON = {"content-type": "application/json"}
THEME, SIZE = "state.settings.theme", "state.settings.size"


def make_app() -> SimpleNamespace:
    log: list[Any] = []
    with isolated():

        class Settings(ts.State):
            theme: str = ts.LocalStorage("light", name="theme", sync=True)
            size: int = ts.Cookie(10, name="size", max_age_seconds=60)
            draft: list[str] = ts.SessionStorage([])
            n: int = 0

            @ts.event
            def loaded(self):
                log.append(("loaded", self.theme, self.size))

            @ts.event(background=True)
            async def watch(self):
                log.append(("watch", self.theme))

            @ts.event
            async def slow(self):
                await trio.sleep(5)
                self.n += 1

            @ts.event
            def darken(self):
                self.theme = "dark"

            @ts.var
            def loud(self) -> str:
                return self.theme.upper()

        @ts.page(route="/", on_load=[Settings.watch, Settings.loaded])
        def index():
            return ts.vstack(
                ts.text(Settings.n, Settings.loud),
                ts.button("slow", on_click=Settings.slow),
                ts.button("darken", on_click=Settings.darken),
            )

        @ts.page(route="/closed", require=lambda *_: False, on_load=Settings.loaded)
        def closed():
            return ts.text(Settings.n)

        app = ts.App()
    return SimpleNamespace(app=app, Settings=Settings, log=log)


async def attach(
    client: Any, stored: Any = None, changed: Any = (), *, token: str = "", page: str = "/"
) -> Answer:
    """Ask for a session as a page's script does."""
    page = client.page(page).id
    body = {"token": token, "page": page, "doc": "d", "stored": stored or {}}
    answer: Answer = await client.post(ATTACH, {**body, "changed": list(changed)})
    return answer


async def opened(client: Any, stored: Any = None, **options: Any) -> Tab:
    """Ask, then open a tab with the token."""
    answer = await attach(client, stored, **options)
    tab = Tab(client, "doc")
    tab.token = answer.json["token"]
    await tab.goto("/")
    return tab


@virtual
async def test_before_on_load() -> None:
    """What the browser has is set before anything that the page runs on loading, and sent back."""
    site = make_app()
    async with Client(site.app) as client:
        tab = await opened(client, {THEME: "dark", SIZE: "12"})
        await trio.sleep(1)
        assert sorted(site.log) == [("loaded", "dark", 12), ("watch", "dark")]
        assert tab.var(site.Settings, "theme") == "dark"
        assert tab.var(site.Settings, "loud") == "DARK"
        assert tab.var(site.Settings, "draft") == []


@virtual
async def test_answer() -> None:
    """The answer is a token, for a new browser the visitor's cookie, and not to be kept."""
    site = make_app()
    async with Client(site.app) as client:
        answer = await attach(client)
        assert (answer.status, [*answer.json]) == (200, ["token"])
        assert answer.headers["cache-control"] == "no-store"
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "set-cookie" not in (await attach(client)).headers


@virtual
async def test_first_stream_is_fresh() -> None:
    """The first stream of a session that was asked for says that it is new, the second does not."""
    site = make_app()
    async with Client(site.app) as client:
        tab = await opened(client)
        await tab.drop()
        tab.new_document()  # the old one would go on without a snapshot
        await tab.reconnect()
        assert [data["fresh"] for name, data in tab.frames if name == "snapshot"] == [True, False]


@virtual
async def test_session_that_lives() -> None:
    """A session that has lived on keeps what it has, but for what is news to the tab."""
    site = make_app()
    async with Client(site.app) as client:
        tab = await opened(client, {THEME: "dark", SIZE: 12})
        await tab.close()
        answer = await attach(client, {THEME: "red", SIZE: 13}, [SIZE], token=tab.token)
        assert answer.json["token"] == tab.token
        await tab.goto("/")
        assert (tab.var(site.Settings, "theme"), tab.var(site.Settings, "size")) == ("dark", 13)
        await tab.close()
        await attach(client, {}, [THEME], token=tab.token)
        await tab.goto("/")
        assert (tab.var(site.Settings, "theme"), tab.var(site.Settings, "size")) == ("light", 13)


@virtual
async def test_while_a_handler_runs() -> None:
    """A handler that runs meanwhile is not interfered with: the values follow it, on_load them."""
    site = make_app()
    async with Client(site.app) as client:
        tab = await opened(client)
        await tab.trigger(site.Settings.slow)
        await trio.sleep(1)
        await tab.close()
        site.log.clear()
        await attach(client, {THEME: "dark"}, [THEME], token=tab.token)
        await tab.goto("/")
        assert tab.var(site.Settings, "theme") == "light"
        await trio.sleep(10)
        assert (tab.var(site.Settings, "n"), tab.var(site.Settings, "theme")) == (1, "dark")
        assert sorted(site.log) == [("loaded", "dark", 10), ("watch", "dark")]


@virtual
async def test_bad_values(caplog: pytest.LogCaptureFixture) -> None:
    """What does not convert is ignored, value by value, and logged for developers alone."""
    site = make_app()
    caplog.set_level(logging.DEBUG, "triostate")
    async with Client(site.app) as client:
        tab = await opened(client, {THEME: {"$float": "x"}, SIZE: "12", "state.settings.n": 7})
        assert tab.var(site.Settings, "theme") == "light"
        assert tab.var(site.Settings, "size") == 12
        assert tab.var(site.Settings, "n") == 0
        assert [r.levelno for r in caplog.records if THEME in r.getMessage()] == [logging.DEBUG]
        assert tab.effects == []


@virtual
async def test_another_visitors_token() -> None:
    """Somebody else's token gives a session of one's own; theirs is not touched."""
    site = make_app()
    async with Client(site.app) as client:
        tab = await opened(client)
        stranger = client.browser()
        stranger.cookies = {}
        answer = await attach(stranger, {THEME: "dark"}, [THEME], token=tab.token)
        assert answer.json["token"] != tab.token
        await trio.sleep(1)
        assert tab.var(site.Settings, "theme") == "light"


@virtual
async def test_session_that_nobody_streams() -> None:
    """A session that no stream comes for ends, as one whose browser went away."""
    site = make_app()
    async with Client(site.app) as client:
        await attach(client)
        await trio.sleep(CONNECT_GRACE_SECONDS + 1)
        assert not site.app._engine.sessions
        assert site.log == []


@virtual
async def test_too_many_tabs() -> None:
    """Asking counts as the stream does: one tab too many is a 429."""
    site = make_app()
    async with Client(site.app) as client:
        answers = [await attach(client) for _ in range(MAX_TABS_PER_VISITOR + 1)]
        assert [a.status for a in answers] == [200] * MAX_TABS_PER_VISITOR + [429]


@virtual
async def test_page_that_is_not_open() -> None:
    """A page whose require= says no makes no session and runs no on_load: it is a 403."""
    site = make_app()
    async with Client(site.app) as client:
        answer = await attach(client, {THEME: "dark"}, page="/closed")
        assert answer.status == 403
        assert len(site.app.event_namespace.token_to_sid) == 0
        assert site.log == []


GOOD = {"token": "", "page": "/", "doc": "d", "stored": {}, "changed": []}


@pytest.mark.parametrize(
    "change, status",
    [
        ({"page": "/nothing"}, 404),
        ({"more": 1}, 400),
        ({"stored": []}, 400),
        ({"stored": {"x": 1, "y" * 600: 2}}, 400),
        ({"stored": {f"v{i}": 0 for i in range(MAX_STORED_VARS + 1)}}, 400),
        ({"changed": ["x"] * (MAX_STORED_VARS + 1)}, 400),
        ({"changed": [1]}, 400),
        ({"token": "t" * 100}, 400),
        ({"stored": {THEME: "x" * MAX_BODY_BYTES}}, 413),
    ],
    ids=str,
)
@virtual
async def test_malformed(change: dict[str, Any], status: int) -> None:
    """Anything but a request to the letter is refused in one line, and makes no session."""
    site = make_app()
    async with Client(site.app) as client:
        answer = await client.post(ATTACH, {**GOOD, **change})
        assert answer.status == status
        assert answer.json["error"]
        assert not site.app._engine.sessions


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        json.dumps(GOOD).replace('"stored": {}', '"stored": {"a": NaN}').encode(),
        json.dumps(GOOD).replace('"stored": {}', '"stored": {"a": 1, "a": 2}').encode(),
        json.dumps(GOOD).replace('"stored": {}', r'"stored": {"a": "\ud800"}').encode(),
        json.dumps(GOOD).replace("{}", '{"a": ' + "[" * 60 + "]" * 60 + "}").encode(),
    ],
)
@virtual
async def test_ambiguous_json(body: bytes) -> None:
    """NaN, doubled names, lone surrogates and deep nesting are refused here as everywhere."""
    site = make_app()
    async with Client(site.app) as client:
        answer = await client.request("POST", ATTACH, body, JSON)
        assert answer.status == 400
        assert not site.app._engine.sessions


@virtual
async def test_who_may_ask() -> None:
    """Only a POST of JSON from a page of one's own asks: the gate is in front."""
    site = make_app()
    body = json.dumps(GOOD).encode()
    async with Client(site.app) as client:
        assert (await client.request("GET", ATTACH)).status == 405
        assert (await client.request("POST", ATTACH, body)).status == 415
        other = {**JSON, "sec-fetch-site": "cross-site"}
        assert (await client.request("POST", ATTACH, body, other)).status == 403
        assert not site.app._engine.sessions


class TestKnown:
    @virtual
    async def test_gone(self) -> None:
        """A stream that asks for a session it knows is told 410 if there is none, and gets none."""
        site = make_app()
        async with Client(site.app) as client:
            for token in ("", "x", "y" * 100):
                path = f"/_triostate/stream?page=/&known=1&token={token}"
                answer = await client.request("GET", path)
                assert answer.status == 410
                assert "/_triostate/attach" in answer.json["error"]
            assert not site.app._engine.sessions

    @virtual
    async def test_not_asked(self) -> None:
        """Any other client gets a session from the stream itself, with the defaults."""
        site = make_app()
        async with Client(site.app) as client, client.tab() as tab:
            assert tab.var(site.Settings, "theme") == "light"


class TestPlan:
    @virtual
    async def test_entries(self) -> None:
        """Every page's plan names all of them, and its head the script that keeps them."""
        site = make_app()
        async with Client(site.app) as client:
            for route in ("/", "/closed"):
                page = client.page(route)
                names = {row[1]: i for i, row in enumerate(page.plan["vars"])}
                stored = {entry["v"]: entry for entry in page.plan["stored"]}
                theme, size = stored[names["theme"]], stored[names["size"]]
                draft = stored[names["draft"]]
                assert (theme["in"], theme["key"], theme["text"]) == ("local", "theme", True)
                assert size == {
                    "v": names["size"],
                    "in": "cookie",
                    "key": "size",
                    "after": "; Path=/; Max-Age=60; SameSite=Lax",
                }
                assert draft["in"] == "session"
                assert draft["key"] == "state.settings.draft"
                assert "text" not in draft
                head = page.html.partition(b"</head>")[0].decode()
                assert head.index("/storage.js") < head.index("/runtime.js")

    @virtual
    async def test_none(self) -> None:
        """An app without such vars has neither."""
        with isolated():

            class Plain(ts.State):
                n: int = 0

            @ts.page(route="/")
            def index():
                return ts.text(Plain.n)

            app = ts.App()
        async with Client(app) as client:
            page = client.page("/")
            assert "stored" not in page.plan
            assert b"storage.js" not in page.html

    @virtual
    async def test_another_tabs_change(self) -> None:
        """A var that follows other tabs has a binding on each page that converts as a setter."""
        site = make_app()
        async with Client(site.app) as client:
            tab = await opened(client)
            (binding,) = [e["b"] for e in tab.page.plan["stored"] if "b" in e]
            assert (await tab.send(binding, "dark")).json["refused"] == []
            await tab.wait_var(site.Settings, "theme", "dark")
            assert [e["n"] for e in (await tab.send(binding, 5)).json["refused"]] == [2]
            await trio.sleep(1)
            assert tab.var(site.Settings, "theme") == "dark"
