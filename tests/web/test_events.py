"""Events over the real route: what is accepted, what is refused, and that the session goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from tests.clock import virtual
from tests.web.site import make_site
from triostate.limits import MAX_BODY_BYTES
from triostate.testing import Answer, Client, Tab

EVENTS = "/_triostate/events"
JSON = {"content-type": "application/json"}


def batch(tab: Tab, *events: dict[str, Any], **changes: Any) -> bytes:
    body = {"token": tab.token, "page": tab.page.id, "epoch": tab.epoch, "events": list(events)}
    return json.dumps({**body, **changes}).encode()


def one_line_error(answer: Answer) -> str:
    """Return the error of an answer, which has to be one line of JSON."""
    assert answer.headers["content-type"] == "application/json"
    assert b"\n" not in answer.body
    error = answer.json["error"]
    assert isinstance(error, str)
    assert error
    return error


async def still_works(site: Any, tab: Tab) -> None:
    """Demand that the next click does what it should."""
    before = tab.var(site.Shop, "n")
    await tab.run(site.Shop.add)
    assert tab.var(site.Shop, "n") == before + 1


@virtual
async def test_accepted() -> None:
    """An event is answered 202 with its number, before its handler has run."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await tab.trigger(site.Shop.add)
        assert (answer.status, answer.json) == (202, {"ack": 1, "refused": []})
        assert site.log == []
        await tab.until(lambda: tab.ack == 1)
        assert (site.log, tab.var(site.Shop, "n")) == (["add"], 1)


@virtual
async def test_unknown_binding() -> None:
    """A binding that the page does not have is a 404; the session goes on."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        for binding in (len(tab.page.bindings), 10_000, 2**53 - 1):
            answer = await tab.send(binding)
            assert answer.status == 404
            assert str(binding) in one_line_error(answer)
        await still_works(site, tab)


@virtual
async def test_what_no_page_binds() -> None:
    """A handler that no page binds cannot be called by any number of any page (triggers)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        handlers = [call.handler for b in tab.page.bindings for call in b.calls]
        assert site.Shop.unbound not in handlers
        for binding in range(-2, len(tab.page.bindings) + 3):
            for values in ([], ["unbound"]):
                await client.request("POST", EVENTS, batch(tab, _event(1, binding, values)), JSON)
        with pytest.raises(LookupError, match="unbound"):
            await tab.trigger(site.Shop.unbound)
        assert "unbound" not in site.log


def _event(n: int, b: int = 0, a: Any = ()) -> dict[str, Any]:
    return {"n": n, "b": b, "a": list(a)}


@pytest.mark.parametrize("values", [[], ["a", "b"]])
@virtual
async def test_wrong_number_of_values(values: list[str]) -> None:
    """Too few or too many values are a 400; the handler is not entered."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await tab.trigger(site.Shop.take, *values)
        assert answer.status == 400
        one_line_error(answer)
        await still_works(site, tab)
        assert site.log == ["add"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"token": NaN}', b"[" * 60_000]
)
@virtual
async def test_malformed_body(body: bytes) -> None:
    """A malformed body is a 400 with one line; the session goes on."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await client.request("POST", EVENTS, body, JSON)
        assert answer.status == 400
        assert "malformed" in one_line_error(answer)
        await still_works(site, tab)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
@virtual
async def test_wrong_content_type(kind: str) -> None:
    """Anything but JSON is a 415: a form of another site cannot send it."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await client.request("POST", EVENTS, batch(tab, _event(1)), {"content-type": kind})
        assert answer.status == 415
        assert "application/json" in one_line_error(answer)
        await still_works(site, tab)


@virtual
async def test_content_type_with_charset() -> None:
    """A charset after the content type, and its case, do not matter."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        kind = {"content-type": "Application/JSON; charset=utf-8"}
        assert (await client.request("POST", EVENTS, batch(tab, _event(1)), kind)).status == 202


@pytest.mark.parametrize("announced", [True, False])
@virtual
async def test_body_over_the_limit(announced: bool) -> None:
    """A body over 64 KiB is a 413, announced or not; the session goes on."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        body = batch(tab, _event(1, 1, ["x" * MAX_BODY_BYTES]))
        headers = {**JSON, "content-length": str(len(body))} if announced else JSON
        answer = await client.request("POST", EVENTS, body, headers)
        assert answer.status == 413
        assert str(MAX_BODY_BYTES) in one_line_error(answer)
        await still_works(site, tab)


@virtual
async def test_body_just_under_the_limit() -> None:
    """A body of exactly 64 KiB is accepted."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        take = next(b.id for b in tab.page.bindings if b.calls[0].handler == site.Shop.take)
        spare = MAX_BODY_BYTES - len(batch(tab, _event(1, take, [""])))
        body = batch(tab, _event(1, take, ["x" * spare]))
        assert len(body) == MAX_BODY_BYTES
        assert (await client.request("POST", EVENTS, body, JSON)).status == 202


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@virtual
async def test_post_only(method: str) -> None:
    """Only POST brings events."""
    site = make_site()
    async with Client(site.app) as client:
        answer = await client.request(method, EVENTS, b"", JSON)
        assert answer.status == 405


@virtual
async def test_another_visitors_token() -> None:
    """A token names a session only together with its visitor's cookie; anyone else gets 404."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        body = batch(tab, _event(1))
        (name,) = client.cookies
        for cookie in ("", "other", client.cookies[name][:-1]):
            headers = {**JSON, "cookie": f"{name}={cookie}"}
            answer = await client.request("POST", EVENTS, body, headers)
            assert (answer.status, one_line_error(answer)) == (404, "no such session")
        await still_works(site, tab)


@pytest.mark.parametrize("change", [{"token": "x"}, {"token": ""}, {"epoch": "old"}, {"page": "x"}])
@virtual
async def test_unknown_names(change: dict[str, str]) -> None:
    """An unknown token, document or page is a 404, and runs nothing."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await client.request("POST", EVENTS, batch(tab, _event(1), **change), JSON)
        assert answer.status == 404
        one_line_error(answer)
        assert site.log == []
        await still_works(site, tab)


@virtual
async def test_repeats_run_once() -> None:
    """A batch that is sent again, or overlaps, runs what is new in it and nothing twice (56)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        for events in ([1], [1], [1, 2], [2, 3]):
            body = batch(tab, *map(_event, events))
            answer = await client.request("POST", EVENTS, body, JSON)
            assert (answer.status, answer.json["ack"]) == (202, events[-1])
        await tab.until(lambda: tab.ack == 3)
        assert site.log == ["add"] * 3


@virtual
async def test_gap() -> None:
    """A gap is a 409 that says which number is expected, and runs nothing (59)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        await tab.run(site.Shop.add)
        answer = await client.request("POST", EVENTS, batch(tab, _event(3), _event(4)), JSON)
        assert (answer.status, answer.json["expected"]) == (409, 2)
        one_line_error(answer)
        assert site.log == ["add"]
        await still_works(site, tab)


@pytest.mark.parametrize("value", ["abc", "", "1.5", {"a": 1}, None, {"$float": "x"}])
@virtual
async def test_value_that_does_not_convert(value: Any) -> None:
    """What does not convert is a 202 that names it refused; nothing changes, no toast (13, 63)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await tab.trigger(site.Shop.set_n, value)
        assert (answer.status, answer.json["ack"]) == (202, 1)
        (refused,) = answer.json["refused"]
        assert refused["n"] == 1
        assert "set_n" in refused["error"]
        await tab.until(lambda: tab.ack == 1)
        assert tab.var(site.Shop, "n") == 0
        assert tab.effects == []
        await still_works(site, tab)


@virtual
async def test_int_that_cannot_be_shown() -> None:
    """A number beyond what a browser can show is refused like one that is none (63)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        answer = await tab.trigger(site.Shop.set_n, str(2**60))
        await tab.until(lambda: tab.ack == 1)
        assert [entry["n"] for entry in answer.json["refused"]] == [1]
        assert tab.effects == []
        await still_works(site, tab)


@virtual
async def test_each_event_of_a_batch_is_judged_alone() -> None:
    """One refused event of a batch does not stop the others, in their order."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        set_n = next(b.id for b in tab.page.bindings if b.calls[0].handler == site.Shop.set_n)
        body = batch(
            tab, _event(1, set_n, ["5"]), _event(2, 9999), _event(3, set_n, ["x"]), _event(4, 0)
        )
        answer = await client.request("POST", EVENTS, body, JSON)
        assert (answer.status, answer.json["ack"]) == (202, 4)
        assert [entry["n"] for entry in answer.json["refused"]] == [2, 3]
        await tab.until(lambda: tab.ack == 4)
        assert tab.var(site.Shop, "n") == 6


@pytest.mark.parametrize("depth", [40, 400, 900, 5000])
@virtual
async def test_deeply_nested_value(depth: int) -> None:
    """A value nested far too deep is refused; neither request nor session break."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        take = next(b.id for b in tab.page.bindings if b.calls[0].handler == site.Shop.take)
        body = batch(tab, _event(1, take, ["DEEP"]))
        nested = body.replace(b'"DEEP"', b"[" * depth + b"]" * depth)
        answer = await client.request("POST", EVENTS, nested, JSON)
        await trio.sleep(1)
        assert site.log == []
        assert answer.status == 400 or answer.json["refused"]


@virtual
async def test_key_function_that_raises() -> None:
    """A policy's key function that raises is a handler's failure, not the request's."""
    site = make_site()
    errors: list[BaseException] = []
    site.app.on_error(errors.append)
    async with Client(site.app) as client, client.tab() as tab:
        answer = await tab.trigger(site.Shop.keyed)
        assert answer.status == 202
        await tab.until(lambda: tab.ack == 1, timeout_seconds=5)
        await still_works(site, tab)
        assert [str(error) for error in errors] == ["no key for x"]


@virtual
async def test_bound_effects() -> None:
    """An effect that is bound to a trigger itself is sent."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        toast = next(b.id for b in tab.page.bindings if not hasattr(b.calls[0].handler, "name"))
        await tab.send(toast)
        await tab.until(lambda: len(tab.effects) == 1)
        assert tab.effects[0]["args"]["message"] == "hello"


@virtual
async def test_page_that_requires_what_is_not_there() -> None:
    """An event of a page whose require= says no is refused and runs nothing."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        closed = client.page("/closed")
        body = batch(tab, _event(1), page=closed.id)
        answer = await client.request("POST", EVENTS, body, JSON)
        await trio.sleep(1)
        assert site.log == []
        assert answer.status == 403


@virtual
async def test_computed_from_a_task_var() -> None:
    """A computed var that reads a task var follows it (44)."""
    site = make_site()
    async with Client(site.app) as client, client.tab() as tab:
        await tab.run(site.Shop.job)
        await tab.wait_var(site.Shop, "job.running", True)
        await tab.run(site.Shop.add)
        assert tab.var(site.Shop, "activity") == "busy"


class TestLeave:
    @virtual
    async def test_unknown(self) -> None:
        """A goodbye for a session that is not there is a 204 all the same."""
        async with Client(make_site().app) as client:
            answer = await client.post("/_triostate/leave", {"token": "x", "epoch": "y"})
            assert (answer.status, answer.body) == (204, b"")
            assert "content-length" not in answer.headers  # RFC 9110, 8.6

    @virtual
    async def test_another_visitors(self) -> None:
        """Nobody else's goodbye ends a session."""
        site = make_site()
        async with Client(site.app) as client, client.tab() as tab:
            await tab.drop()
            (name,) = client.cookies
            body = json.dumps({"token": tab.token, "epoch": tab.epoch}).encode()
            await client.request(
                "POST", "/_triostate/leave", body, {**JSON, "cookie": f"{name}=other"}
            )
            await trio.sleep(10)
            token = tab.token
            await tab.reconnect()
            assert tab.token == token
