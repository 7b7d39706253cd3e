"""Attacks on what stays on the server: a mark in backend vars, looked for in all that leaves it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from tests.attacks.fort import CANARY, make_fort
from tests.attacks.test_gate import routes_of
from tests.clock import virtual
from triostate.testing import Client, Tab
from triostate.web.http import Message, Receive, Scope, Send

JSON = {"content-type": "application/json"}


@asynccontextmanager
async def tapped(fort: Any) -> AsyncIterator[tuple[Client, list[bytes]]]:
    """Serve the app; give a client, and all that the app sends to anybody."""
    sent: list[bytes] = []
    serve = fort.app.serve

    async def tap(scope: Scope, receive: Receive, send: Send) -> None:
        async def tapping(message: Message) -> None:
            sent.append(repr(message).encode())
            await send(message)

        await serve(scope, receive, tapping)

    fort.app.serve = tap
    async with Client(fort.app) as client:
        yield client, sent


async def _press_everything(fort: Any, tab: Tab) -> None:
    await tab.run(fort.Fort.add)
    for value in ("1", "x", "_secret", None, {"$obj": {"_secret": 1}}):
        for binding in tab.page.bindings:
            await tab.send(binding.id, *([value] * binding.slot_count))
    await trio.sleep(1)


@virtual
async def test_whatever_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    """A backend var's value is in no byte that any address answers, nor in a stream, nor a log.

    But for the text of an exception that the app's own code has put it into, which is logged.
    """
    caplog.set_level(logging.DEBUG)
    fort = make_fort()
    async with tapped(fort) as (client, sent):
        for path in routes_of(fort.app):
            for method in ("GET", "POST", "BREW"):
                if path != "/_triostate/stream":
                    await client.request(method, path, b"{}", JSON)
        tab = await client.open("/")
        await _press_everything(fort, tab)
        for kind in ("events", "attach", "leave", "applied"):
            for body in (b"", b"{", b'{"token":1}', json.dumps({"token": tab.token}).encode()):
                await client.request("POST", f"/_triostate/{kind}", body, JSON)
        await tab.drop()
        await tab.reconnect()
        await tab.reload()
        await tab.close()
    assert sum(map(len, sent)) > 100_000
    assert b"Something went wrong" in b"".join(sent)  # the handlers that raise did run
    assert [part for part in sent if CANARY.encode() in part] == []
    told = [record for record in caplog.records if CANARY in record.getMessage()]
    assert {record.getMessage().partition(" (")[0] for record in told} == {
        "state.fort.fail",
        "state.fort.fail_later",
    }


@virtual
async def test_no_secret_of_a_visitor_is_sent_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The visitor's secret is in its Set-Cookie and nowhere else; tokens are not logged whole."""
    caplog.set_level(logging.DEBUG)
    fort = make_fort()
    async with tapped(fort) as (client, sent):
        tab = await client.open("/")
        await _press_everything(fort, tab)
        [secret] = client.cookies.values()
        token = tab.token
        await tab.close()
        await trio.sleep(100)
    holding = [part for part in sent if secret.encode() in part]
    assert all(b"set-cookie" in part for part in holding)
    assert len(holding) == 1
    for record in caplog.records:
        assert secret not in record.getMessage()
        assert token not in record.getMessage()


@virtual
async def test_errors_do_not_tell_values() -> None:
    """What the framework itself raises about a backend var names it, and not its value."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        texts: list[str] = []
        async with fort.app.modify_state(tab.token) as root:
            state = root.get_substate(fort.Fort)
            for act in (
                lambda: setattr(state, "_undeclared", CANARY),
                lambda: setattr(state, "n", CANARY),
                lambda: setattr(state, "note", state._vault),
                lambda: setattr(state, "rows", [state._vault]),
                lambda: setattr(state, "rows", {state._secret: state._vault}),
                lambda: state.no_such_var,
            ):
                try:
                    act()
                except (AttributeError, TypeError, ValueError) as error:
                    texts.append(str(error))
        kept = state._secrets
        for write in (lambda: kept.append("x"), lambda: setattr(state, "_secret", "x")):
            with pytest.raises(RuntimeError) as caught:
                write()
            texts.append(str(caught.value))
        assert len(texts) >= 5
        assert [text for text in texts if CANARY in text] == []
