"""Fuzz: whatever bytes come, each codec gives a value or one kind of refusal, and gives it soon.

A few hundred inputs in a plain run; 100,000 where slow tests are run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.attacks.drawn import Drawn, drawn
from tests.attacks.test_bindings import TYPES
from tests.protocol.sse import parse_sse
from triostate.errors import NotConvertibleError, ProtocolError
from triostate.limits import MAX_JSON_DEPTH
from triostate.protocol.effects import console_log, set_value, toast
from triostate.protocol.frames import (
    Delta,
    NumberedEffect,
    Snapshot,
    encode_answer,
    encode_frame,
    to_messages,
)
from triostate.protocol.strict_json import parse_json
from triostate.protocol.uplink import (
    parse_message,
    read_applied,
    read_attach,
    read_batch,
    read_goodbye,
)
from triostate.state.codec import decode_json, encode_json
from triostate.state.convert import convert
from triostate.state.patch import PatchOp
from triostate.web.gate import Gate, visitor_of
from triostate.web.http import Request
from triostate.web.proxies import Proxies

MANY = 100_000

Check = Callable[[Any], None]


def fuzz(inputs: st.SearchStrategy[Any]) -> Callable[[Check], tuple[Any, Any]]:
    """Return a check as two tests: one of a few hundred inputs, and a slow one of many."""

    def with_both(check: Check) -> tuple[Any, Any]:
        def few(value: Any) -> None:
            check(value)

        def many(value: Any) -> None:
            check(value)

        few.__doc__ = many.__doc__ = check.__doc__
        calm = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
        options: Any = {"deadline": None, "suppress_health_check": calm, "print_blob": True}
        return (
            settings(max_examples=200, **options)(given(inputs)(few)),
            pytest.mark.slow(settings(max_examples=MANY, **options)(given(inputs)(many))),
        )

    return with_both


TEXTS = drawn(Drawn.text)
VALUES = drawn(Drawn.value)
TAGS = ["$float", "$map", "$set", "$tuple", "$bytes", "$decimal", "$date", "$datetime", "$time"]
TAGS += ["$timedelta", "$uuid", "$obj", "$nothing"]


def _wire(given_: Drawn) -> Any:
    """Return a value, or one of the objects that stand for what JSON has not."""
    if given_.below(2):
        return {given_.one_of(TAGS): given_.value() for _ in range(given_.below(2) + 1)}
    return given_.value()


FIELDS = ["token", "page", "epoch", "seen", "events", "n", "b", "a", "doc", "stored", "changed"]
FIELDS += ["stream", "seq", "path", "known", "hidden", "detach", "kind", "id", "body", "x"]


def _body(given_: Drawn) -> Any:
    """Return a body: with our names in it, or nearly a batch, or anything."""
    kind = given_.below(3)
    if kind == 0:
        return given_.named(FIELDS, 8)
    if kind == 1:
        return given_.value()
    body: dict[str, Any] = {name: given_.text() for name in ("token", "page", "epoch")}
    if given_.below(2):
        body["events"] = [_event(given_) for _ in range(given_.below(4))]
    if given_.below(2):
        body["seen"] = given_.int()
    return body


def _event(given_: Drawn) -> dict[str, Any]:
    values = [_wire(given_) for _ in range(given_.below(4))]
    return {"n": given_.int(), "b": given_.int(), "a": values}


# Pieces that JSON is made of, and such as it is broken by.
PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b'"a"',
    b"\\",
    b"\\u",
    b"d800",
    b"1",
    b"-",
    b".",
]
PIECES += [
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"null",
    b"tru",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b" ",
    b"\n",
]


def joined(pieces: list[bytes], numbers: bytes) -> bytes:
    """Return the pieces that the bytes name."""
    return b"".join([pieces[number % len(pieces)] for number in numbers])


def _json_like(given_: Drawn) -> bytes:
    if given_.below(4):
        return joined(PIECES, given_.bytes(given_.below(41)))
    return given_.bytes(given_.below(61))


JSON_LIKE = drawn(_json_like)


def refused(call: Callable[..., Any], *args: Any) -> tuple[Any, ProtocolError | None]:
    """Return what a call returns, or the ProtocolError that it raises; others are raised."""
    try:
        return call(*args), None
    except ProtocolError as error:
        return None, error


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _has_surrogate(value: Any) -> bool:
    return re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)) is not None


@fuzz(JSON_LIKE)
def _json_bytes(data: bytes) -> None:
    """Bytes are strict JSON, as another parser reads them, or a ProtocolError 400 in one line."""
    value, error = refused(parse_json, data)
    if error is not None:
        assert error.status == 400
        assert len(str(error)) < 300
        assert str(error).isprintable()
        return
    assert value == json.loads(data)
    json.dumps(value, allow_nan=False)
    assert not _has_surrogate(value)


test_json_bytes, test_json_bytes_many = _json_bytes


@fuzz(VALUES)
def _json_values(value: Any) -> None:
    """Every value that strict JSON has comes back as it was; every other is refused."""
    parsed, error = refused(parse_json, _dumped(value))
    if error is not None:
        text = json.dumps(value)
        is_odd = "NaN" in text or "Infinity" in text or _has_surrogate(value)
        assert is_odd or max(map(len, re.findall(r"\d+", text))) > 300
        return
    assert json.dumps(parsed) == json.dumps(value)


test_json_values, test_json_values_many = _json_values


@fuzz(drawn(_body, 160))
def _messages(body: Any) -> None:
    """A body is a message of its kind, or a ProtocolError: never anything else."""
    parsed, error = refused(parse_json, json.dumps(body).encode())
    if error is None:
        for read in (read_batch, read_attach, read_goodbye, read_applied):
            refused(read, parsed)
    refused(parse_message, json.dumps(body))
    refused(parse_message, json.dumps({"kind": "events", "id": 1, "body": body}))
    refused(parse_message, json.dumps(body, ensure_ascii=False))


test_messages, test_messages_many = _messages


@fuzz(drawn(lambda given_: (given_.one_of(sorted(TYPES)), _wire(given_))))
def _arguments(given_: tuple[str, Any]) -> None:
    """A wire value is of the annotated type, or a NotConvertibleError that is one line of text."""
    name, wire = given_
    annotation, fits = TYPES[name]
    refusal = None
    try:
        value = convert(wire, annotation, "x")
    except NotConvertibleError as error:
        refusal = str(error)
    else:
        assert fits(value)
    assert refusal is None or refusal.isprintable()


test_arguments, test_arguments_many = _arguments


def _request(headers: list[tuple[bytes, bytes]], kind: str = "http") -> Request:
    async def receive() -> Any: ...

    scope = {
        "type": kind,
        "method": "POST",
        "path": "/_triostate/events",
        "scheme": "http",
        "client": ("10.0.0.1", 1),
        "headers": headers,
        "query_string": headers[0][1] if headers else b"",
    }
    return Request.of(PROXIES.resolve(scope), receive)


HEADER_NAMES = [b"host", b"origin", b"cookie", b"sec-fetch-site", b"sec-fetch-mode"]
HEADER_NAMES += [b"content-length", b"accept-encoding", b"x-forwarded-for", b"x-forwarded-host"]
HEADER_NAMES += [b"x-forwarded-proto", b"Cookie", b"x"]
HEADER_PIECES = [b"localhost", b"evil.example", b"[", b"]", b"::1", b":", b"8000", b"http://", b"@"]
HEADER_PIECES += [b"=", b";", b",", b'"', b"triostate-8000", b"/", b"\xff", b"\xb2", b"null", b" "]


def _header(given_: Drawn) -> tuple[bytes, bytes]:
    name = given_.one_of(HEADER_NAMES)
    if given_.below(2):
        return name, given_.bytes(given_.below(21))
    return name, joined(HEADER_PIECES, given_.bytes(given_.below(9)))


HEADERS = drawn(lambda given_: [_header(given_) for _ in range(given_.below(9))], 160)
GATE = Gate.of(["shop.example"])
PROXIES = Proxies.of(["10.0.0.0/8"])


@fuzz(HEADERS)
def _headers(headers: list[tuple[bytes, bytes]]) -> None:
    """Whatever headers come, the gate lets through or refuses; a cookie is a secret or none."""
    for kind in ("http", "websocket"):
        request = _request(headers, kind)
        refused(lambda: request.query)  # noqa: B023 - called at once
        assert isinstance(request.accepts_gzip, bool)
        assert re.fullmatch(r"([A-Za-z0-9_-]{43})?", visitor_of(request))
        _, error = refused(GATE.check, request)
        if error is None:
            host = request.headers["host"].lower()
            assert "evil" not in (host.rpartition(":")[0] or host)
        else:
            assert error.status in (403, 421)
            assert str(error).isprintable()


test_headers, test_headers_many = _headers


def _no_lone(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _plain_text(given_: Drawn) -> str:
    """Return a text without halves of pairs, often of what a frame is made of."""
    if given_.below(2):
        return "".join(given_.one_of("\r\n:\0\u2028\u0085 data") for _ in range(given_.below(21)))
    return _no_lone(given_.text())


def _pairs(given_: Drawn) -> list[tuple[str, str]]:
    return [(_plain_text(given_), _plain_text(given_)) for _ in range(given_.below(5))]


@fuzz(drawn(_pairs, 160))
def _frames(pairs: list[tuple[str, str]]) -> None:
    """Any text travels in a frame as it is: no line end, NUL or colon in it ends field or event."""
    ops = tuple(PatchOp("replace", f"/state.x/{name}", value) for name, value in pairs)
    effects = tuple(
        NumberedEffect(at, "toast", toast(f"{name}\n{value}").args)
        for at, (name, value) in enumerate(pairs, 1)
    )
    state: Any = {"state.x": dict(pairs)}
    snapshot = Snapshot("t", 1, 0, "e", fresh=True, state=state, effects=effects)
    chunk = encode_frame(snapshot, append=False)
    chunk += encode_frame(Delta("t", 2, 0, ops, effects), append=True)
    events = parse_sse(chunk)
    assert [name for name, _ in events] == ["snapshot", "delta"]
    for message, event in zip(to_messages(chunk), events, strict=True):
        parsed = json.loads(message)
        assert (parsed["event"], parsed["data"]) == event
    assert events[0][1]["state"] == state
    sent = [(op["path"], op["value"]) for op in events[1][1]["ops"]]
    assert sent == [(op.path, op.value) for op in ops]


test_frames, test_frames_many = _frames


def _answer_parts(given_: Drawn) -> tuple[int | None, int, Any]:
    number = min(abs(given_.int()), 2**53) if given_.below(4) else None
    return number, 100 + (given_.byte() * 256 + given_.byte()) % 500, given_.value()


@fuzz(drawn(_answer_parts))
def _answers(given_: tuple[int | None, int, Any]) -> None:
    """An answer over a WebSocket is one JSON value, whatever it holds."""
    number, status, value = given_
    assume(not _has_surrogate(value))
    body = encode_json(value)
    data = json.loads(encode_answer(number, status, body))["data"]
    assert (data["id"], data["status"]) == (number, status)
    assert data["body"] == decode_json(body)


test_answers, test_answers_many = _answers


@fuzz(TEXTS)
def _effect_texts(text: str) -> None:
    """Any text goes into an effect: a character that is none does not break the stream."""
    for effect in (toast(text), console_log(text), set_value("id", _no_lone(text))):
        data = encode_frame(
            Delta("t", 1, 0, (), (NumberedEffect(1, effect.kind, effect.args),)), append=True
        )
        assert data.count(b"\n") == 3


test_effect_texts, test_effect_texts_many = _effect_texts


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_depth(opening: str) -> None:
    """32 levels are taken and one more is not, of arrays, objects and both."""
    levels = opening.count("[") + opening.count("{")
    closing = opening.replace('"a":', "")[::-1].translate(str.maketrans("[{", "]}"))
    most = MAX_JSON_DEPTH // levels
    parse_json((opening * most + "1" + closing * most).encode())
    with pytest.raises(ProtocolError, match="nested deeper"):
        parse_json((opening * (most + 1) + "1" + closing * (most + 1)).encode())
    parse_json(json.dumps(opening * 1000).encode())  # brackets in a text are no nesting
    parse_json(json.dumps('\\"' * 100 + "[" * 100).encode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'[{"x":{"b":1,"b":1}}]',
        b'{"__proto__":1,"__proto__":2}',
        b"NaN",
        b"[-Infinity]",
        b"[1e400]",
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'{"\\ud800":1}',
        b"\xed\xa0\x80",
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b'{"a":1}{}',
        b"{'a':1}",
        b"{a:1}",
        b"[1,]",
        b"[01]",
        b"[+1]",
        b"[.5]",
        b"[1.]",
        b"[0x1]",
        b'"\t"',
        b'"\\x41"',
        b"// x\n1",
        b"/* x */ 1",
        b"True",
        b"9" * 5000,
        b"\x00",
        b"",
        b" ",
    ],
)
def test_what_is_no_strict_json(body: bytes) -> None:
    """What parsers do not agree on is refused: 400, one line."""
    with pytest.raises(ProtocolError) as caught:
        parse_json(body)
    assert caught.value.status == 400
    assert str(caught.value).isprintable()


def test_proto_is_a_name() -> None:
    """A key that means something in the browser is a name like others here."""
    assert parse_json(b'{"__proto__":{"a":1},"constructor":2}') == {
        "__proto__": {"a": 1},
        "constructor": 2,
    }
