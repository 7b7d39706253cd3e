"""Attacks on whose session it is: tokens without their visitor, guessed and planted secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from tests.attacks.fort import make_fort
from tests.clock import virtual
from triostate.testing import Browser, Client, Tab

JSON = {"content-type": "application/json"}
COOKIE = "triostate-8000"


async def ways_in(browser: Browser, tab: Tab, token: str) -> dict[str, Any]:
    """Return what each address answers to a browser that names this token."""
    head = {"token": token, "epoch": tab.epoch}
    events = {**head, "page": "/", "events": [{"n": 1, "b": 0, "a": []}]}
    answers = {
        "events": await browser.post("/_triostate/events", events),
        "leave": await browser.post("/_triostate/leave", head),
        "applied": await browser.post("/_triostate/applied", {**head, "seen": 2**50}),
        "attach": await browser.post(
            "/_triostate/attach", {"token": token, "page": "/", "known": True}
        ),
    }
    return {kind: (answer.status, answer.body) for kind, answer in answers.items()}


@virtual
async def test_token_with_another_cookie() -> None:
    """A token that somebody else found out is worth what a made-up one is, to the byte."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        thief = client.browser()
        await thief.open()
        made_up = await ways_in(thief, tab, "x" * len(tab.token))
        assert await ways_in(thief, tab, tab.token) == made_up
        assert made_up["events"][0] == 404
        assert made_up["attach"][0] == 410
        without_cookie = await ways_in(client.browser(), tab, tab.token)
        assert without_cookie["events"] == made_up["events"]
        await trio.sleep(100)
        assert tab.is_connected
        await tab.run(fort.Fort.add)
        assert fort.log == ["add"]


@virtual
async def test_stream_with_anothers_token() -> None:
    """A stream that names somebody's token gets a session of its own, and replaces nothing."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        heard: list[bytes] = []
        path = f"/_triostate/stream?page=/&token={tab.token}&doc={tab.epoch}"
        client.browser().start_stream(path, heard.append)
        await trio.sleep(5)
        assert tab.token.encode() not in b"".join(heard)
        assert b'"fresh":true' in b"".join(heard)
        assert tab.is_connected


@virtual
async def test_anothers_shared_stream() -> None:
    """Nobody attaches a tab to somebody's shared stream, nor learns whether it is there."""
    fort = make_fort()
    async with Client(fort.app) as client:
        client.start_stream("/_triostate/stream?shared=1", lambda chunk: None)
        await trio.sleep(1)
        [name] = fort.app._engine.streams._open
        answers = []
        for guess in (name, "x" * len(name)):
            wish = {"token": "", "page": "/", "stream": guess}
            answers.append(await client.browser().post("/_triostate/attach", wish))
        assert {(answer.status, answer.body) for answer in answers} == {
            (410, answers[0].body),
        }
        assert fort.app._engine.sessions == {}


@pytest.mark.parametrize(
    "secret",
    ["", "x", "0" * 42, "0" * 44, "a" * 42 + "=", "a" * 42 + "\xe9", "../" * 20, '"' + "a" * 43],
)
@virtual
async def test_planted_secret(secret: str) -> None:
    """A visitor's secret that is none of ours is no visitor's: the browser gets a new one."""
    fort = make_fort()
    async with Client(fort.app) as client:
        client.cookies[COOKIE] = secret
        answer = await client.post("/_triostate/attach", {"token": "", "page": "/"})
        assert answer.status == 200
        assert client.cookies[COOKIE] != secret
        assert len(client.cookies[COOKIE]) == 43


def test_planted_over_tls() -> None:
    """Over TLS the cookie is __Host-, which no other host and no page in the clear can plant."""
    for tls, expected in (True, f"__Host-{COOKIE}="), (False, f"{COOKIE}="):
        answer = trio.run(_attach, "https" if tls else "http")
        cookie = dict(answer[0]["headers"])[b"set-cookie"].decode()
        assert cookie.startswith(expected)
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is tls
        assert "Domain" not in cookie


async def _attach(scheme: str) -> Any:
    sent: list[Any] = []
    async with Client(make_fort().app) as client:
        scope = client.scope("POST", "/_triostate/attach", JSON)
        scope["scheme"] = scheme
        body = json.dumps({"token": "", "page": "/"}).encode()

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await client.app.serve(scope, receive, send)
    return sent


@virtual
async def test_secrets_do_not_repeat() -> None:
    """Secrets, tokens and names of streams are of 144 random bits at least, each another."""
    fort = make_fort()
    secrets: set[str] = set()
    async with Client(fort.app) as client:
        for _ in range(100):
            browser = client.browser()
            answer = await browser.post("/_triostate/attach", {"token": "", "page": "/"})
            secrets |= {browser.cookies[COOKIE], answer.json["token"]}
    assert len(secrets) == 200
    assert min(map(len, secrets)) * 6 >= 144


@virtual
async def test_page_tells_nobodys_secret() -> None:
    """A page is the same bytes for everyone, and sets no cookie: none can be planted by a cache."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        pages = [await browser.request("GET", "/") for browser in (client, client.browser())]
        assert pages[0].body == pages[1].body
        assert pages[0].headers == pages[1].headers
        assert "set-cookie" not in pages[0].headers
        assert tab.token.encode() not in pages[0].body


NEIGHBOURS = [
    'theme={"dark": true}; ',
    "a b=c; ",
    "x=\xe9\xff; ",
    "=; ;; =x; ",
    'q="a; ',
    "[1]=2; expires=Thu; path=/; ",
    "$Version=1; ",
    f"x{COOKIE}=evil; ",
    f"{COOKIE}x=evil; ",
    f"a={COOKIE}=evil; ",
]


@pytest.mark.parametrize("before", NEIGHBOURS)
@virtual
async def test_odd_cookies_of_others(before: str) -> None:
    """Whatever cookies other applications on the host have set, the visitor's own is found."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        header = f"{before}{COOKIE}={client.cookies[COOKIE]}; z={{"
        body = json.dumps({"token": tab.token, "page": "/", "known": True}).encode()
        sent = {**JSON, "cookie": header}
        answer = await client.request("POST", "/_triostate/attach", body, sent)
        assert answer.json == {"token": tab.token}


@virtual
async def test_cookies_sent_apart() -> None:
    """HTTP/2 sends cookies in headers of their own (RFC 9113, section 8.2.3): all are read."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        scope = client.scope("POST", "/_triostate/attach", JSON)
        crumbs = [b"a=b", f"{COOKIE}={client.cookies[COOKIE]}".encode(), b"c=d"]
        others = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
        scope["headers"] = [*others, *((b"cookie", crumb) for crumb in crumbs)]
        body = json.dumps({"token": tab.token, "page": "/", "known": True}).encode()
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await fort.app.serve(scope, receive, send)
        assert json.loads(sent[1]["body"]) == {"token": tab.token}
