"""Attacks on what a browser may call: names, other rows, other arguments, other types."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import itertools
import json
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal

import attrs
import pytest
import trio

import triostate as ts
from tests.attacks.fort import CANARY, make_fort
from tests.clock import virtual
from triostate.errors import TriostateError
from triostate.state.state import instance_of
from triostate.testing import Answer, Client, Tab, isolated
from triostate.testing.connection import Event

JSON = {"content-type": "application/json"}

NAMES = [
    "add",
    "unbound",
    "_private",
    "set_n",
    "set__secret",
    "_secret",
    "_secret.set",
    "__init__",
    "__class__",
    "__class__.__init__.__globals__",
    "__reduce__",
    "reset",
    "get_state",
    "get_token",
    "session",
    "session.close",
    "app.quart.secret_key",
    "state.fort.add",
    "Fort.add",
    "add.cancel",
    "fail_later.cancel",
    "constructor",
    "__proto__",
    "nothing_of_this_name",
]


async def send(client: Client, tab: Tab, *events: dict[str, Any], **more: Any) -> Answer:
    body = {"token": tab.token, "page": "/", "epoch": tab.epoch, "events": list(events), **more}
    return await client.request("POST", "/_triostate/events", json.dumps(body).encode(), JSON)


@virtual
async def test_names_in_place_of_bindings() -> None:
    """A handler is never named: whatever name is sent, there or not, the answer is one answer."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        answers = [await send(client, tab, {"n": 1, "b": name, "a": []}) for name in NAMES]
        assert {(answer.status, answer.body) for answer in answers} == {(400, answers[0].body)}
        await tab.run(fort.Fort.add)
        assert fort.log == ["add"]


@pytest.mark.parametrize("field", ["handler", "name", "state", "event", "method", "args", "token"])
@virtual
async def test_names_beside_bindings(field: str) -> None:
    """A field that an event does not have is refused, whatever is in it."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        answers = [
            await send(client, tab, {"n": 1, "b": 0, "a": [], field: name}) for name in NAMES
        ]
        assert {(answer.status, answer.body) for answer in answers} == {(400, answers[0].body)}
        assert fort.log == []


@virtual
async def test_every_number() -> None:
    """Whatever numbers and values are sent, only what the page binds runs."""
    fort = make_fort(max_events_per_second=100_000)
    values: list[list[Any]] = [[], ["x"], [1], [1, 2], [None], [{"a": 1}], ["_secret", CANARY]]
    async with Client(fort.app) as client, client.tab() as tab:
        number = itertools.count(1)
        for binding, value in itertools.product([*range(12), 10**6, 2**53 - 1], values):
            answer = await send(client, tab, {"n": next(number), "b": binding, "a": value})
            assert answer.status in (202, 400, 404)
        await trio.sleep(5)
        names = {entry if isinstance(entry, str) else entry[0] for entry in fort.log}
        assert names == {"add", "give", "fixed"}
        [session] = fort.app._engine.sessions.values()
        state = instance_of(session.tree, fort.Fort)
        assert (state._secret, list(state._secrets), state.size) == (CANARY, [CANARY], len(CANARY))


@virtual
async def test_altered_constants() -> None:
    """An argument that the page fixes is not the browser's to send: more values are refused."""
    fort = make_fort()
    async with Client(fort.app) as client, client.tab() as tab:
        by_name = {
            getattr(call.handler, "name", ""): binding.id
            for binding in tab.page.bindings
            for call in binding.calls
        }
        fixed, give = by_name["fixed"], by_name["give"]
        for binding, values in [
            (fixed, [8]),
            (fixed, [8, "eight"]),
            (give, [99, "x"]),
            (give, ["x", 99]),
            (give, []),
        ]:
            answer = await tab.post_events([Event(binding, tuple(values))])
            assert answer.status == 400
            assert fort.log == []
        await tab.send_events([Event(give, ("hello",))])
        await tab.send_events([Event(fixed, ())])
        assert fort.log == [("give", 3, "hello"), ("fixed", 7, "seven")]


@pytest.mark.parametrize(
    "stored",
    [
        {"state.fort.n": 9},
        {"state.fort._secret": "mine"},
        {"state.fort._vault": {"key": "mine"}},
        {"state.fort.size": 9},
        {"state.fort.hidden": "mine"},
        {"state.fort.__class__": "mine"},
        {"n": 9, "_secret": "mine", "__proto__": {"n": 9}},
    ],
)
@virtual
async def test_vars_that_are_not_kept_in_the_browser(stored: dict[str, Any]) -> None:
    """What a browser says it has kept is set for vars kept there, and for no others."""
    fort = make_fort()
    async with Client(fort.app) as client:
        wish = {"token": "", "page": "/", "stored": stored, "changed": list(stored)}
        assert (await client.post("/_triostate/attach", wish)).status == 200
        [session] = fort.app._engine.sessions.values()
        state = instance_of(session.tree, fort.Fort)
        assert (state.n, state._secret, state._vault.key) == (0, CANARY, CANARY)


@pytest.mark.parametrize(
    "bind",
    [
        lambda fort: fort._secret,
        lambda fort: fort._secret.set,
        lambda fort: fort.set__secret,
        lambda fort: fort.size.set,
        lambda fort: fort.set_size,
        lambda fort: fort.hidden,
        lambda fort: fort._private,
        lambda fort: fort.get_state,
        lambda fort: fort.__init__,
        lambda fort: fort.add.fn,
        lambda fort: "add",
        lambda fort: print,
    ],
)
@virtual
async def test_what_no_page_can_bind(bind: Callable[[Any], Any]) -> None:
    """A page cannot bind what is no handler: backend and computed vars have no setter at all."""
    with isolated():

        class Fort(ts.State):
            _secret: str = CANARY

            @ts.var
            def size(self) -> int:
                return 1

            @ts.var(backend=True)
            def hidden(self) -> str:
                return ""

            @ts.event
            def add(self) -> None: ...

            def _private(self) -> None: ...

        with pytest.raises((TriostateError, AttributeError, TypeError)):
            ts.input(on_change=bind(Fort))


# Types


class Color(enum.Enum):
    RED = "red"
    BLUE = 2


@attrs.define
class Row:
    name: str = ""
    size: int = 0


def _is_row(value: object) -> bool:
    return isinstance(value, Row) and type(value.name) is str and type(value.size) is int


def _list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(type(item) is kind for item in value)


TYPES: dict[str, tuple[Any, Callable[[Any], bool]]] = {
    "int": (int, lambda v: type(v) is int),
    "float": (float, lambda v: type(v) is float),
    "bool": (bool, lambda v: type(v) is bool),
    "str": (str, lambda v: type(v) is str),
    "ints": (list[int], _list_of(int)),
    "words": (list[str], _list_of(str)),
    "pair": (tuple[int, str], lambda v: isinstance(v, tuple) and list(map(type, v)) == [int, str]),
    "table": (
        dict[str, int],
        lambda v: (
            isinstance(v, dict) and all(type(k) is str and type(n) is int for k, n in v.items())
        ),
    ),
    "choice": (Literal["a", "b"], lambda v: v in ("a", "b")),
    "color": (Color, lambda v: isinstance(v, Color)),
    "day": (dt.date, lambda v: type(v) is dt.date),
    "moment": (dt.datetime, lambda v: isinstance(v, dt.datetime)),
    "money": (decimal.Decimal, lambda v: isinstance(v, decimal.Decimal)),
    "name": (uuid.UUID, lambda v: isinstance(v, uuid.UUID)),
    "row": (Row, _is_row),
    "maybe": (int | None, lambda v: v is None or type(v) is int),
}

CONFUSING: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2**53 - 1,
    2**63,
    10**300,
    1.5,
    -0.0,
    1e308,
    "",
    "0",
    "1",
    " 1 ",
    "1_000",
    "0x10",
    "\u0661",  # a digit of another script
    "nan",
    "inf",
    "1e999",
    "9" * 500,
    "1e" + "9" * 50,
    "true",
    "None",
    "red",
    "RED",
    "Color.RED",
    "__class__",
    "2024-02-30",
    "9999-12-31T23:59:60",
    "\x00",
    "a",
    [],
    [[]],
    [None],
    [1, "a"],
    ["1", 2, 3],
    ["x"] * 1000,
    {},
    {"a": 1},
    {"name": "x", "size": 1},
    {"name": "x", "size": "y"},
    {"name": "x", "extra": 1},
    {"__class__": "Row"},
    {"__proto__": {"size": 1}},
    {"__dict__": {}},
    {"$float": "nan"},
    {"$float": "1e999"},
    {"$float": "1.0"},
    {"$float": 1},
    {"$float": "__import__('os')"},
    {"$obj": {"name": "x", "size": 1}},
    {"$obj": "Row"},
    {"$map": {"i:1": 2}},
    {"$map": {"x": 1}},
    {"$map": {"i:x": 1}},
    {"$set": [1]},
    {"$set": [[]]},
    {"$tuple": [1, "a"]},
    {"$tuple": "ab"},
    {"$bytes": "AAAA"},
    {"$bytes": "!"},
    {"$decimal": "1" + "0" * 7000},
    {"$decimal": "1e999999999"},
    {"$decimal": "sNaN"},
    {"$date": "2024-01-31"},
    {"$date": "0000-00-00"},
    {"$datetime": "x"},
    {"$timedelta": [10**12, 0, 0]},
    {"$timedelta": ["a"]},
    {"$decimal": "1e" + "9" * 50},
    {"$uuid": "x"},
    "12345678-1234-5678-1234-567812345678",
    10**400,
    -(10**4000),
    {"$unknown": 1},
    {"$float": "1.0", "$set": []},
]


def _make_typed(annotation: Any, log: list[Any]) -> SimpleNamespace:
    def take(self: Any, value: Any) -> None:
        log.append(value)

    take.__annotations__["value"] = annotation
    with isolated():
        members = {"take": ts.event(take), "__module__": __name__}
        make: Any = type(ts.State)
        typed: Any = make("Typed", (ts.State,), members)

        @ts.page(route="/")
        def index() -> ts.Component:
            return ts.custom_element("any-thing", on={"given": typed.take})  # of any value

        return SimpleNamespace(app=ts.App(max_events_per_second=100_000))


@pytest.mark.parametrize("name", TYPES)
@virtual
async def test_type_confusion(name: str) -> None:
    """Whatever is sent for an argument, the handler gets its type, or is not entered at all."""
    annotation, fits = TYPES[name]
    log: list[Any] = []
    typed = _make_typed(annotation, log)
    async with Client(typed.app) as client, client.tab() as tab:
        taken = refused = 0
        for value in CONFUSING:
            answer = await tab.post_events([Event(0, (value,))])
            assert answer.status in (202, 400), value
            if answer.status == 202 and not answer.json["refused"]:
                taken += 1
            else:
                refused += 1
        await tab.until(lambda: tab.ack == len(CONFUSING))
        assert [value for value in log if not fits(value)] == []
        assert (len(log), taken + refused) == (taken, len(CONFUSING))
        assert taken
        assert refused
