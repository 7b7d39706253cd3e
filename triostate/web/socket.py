"""``/_triostate/ws``: a WebSocket that carries what a shared stream and the POSTs do.

Down go the stream's frames, each as a message; up go the bodies of the POSTs, each with its kind
and a number that its answer names. For networks that hold a stream of events back, and for clients
that like it better. Its shape is told in `protocol.frames` and `protocol.uplink`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import trio

from triostate.errors import ProtocolError
from triostate.limits import MAX_BODY_BYTES
from triostate.protocol.frames import encode_answer, to_messages
from triostate.protocol.uplink import UpMessage, parse_message
from triostate.runtime.engine import Engine
from triostate.runtime.stream import Stream
from triostate.web.gate import visitor_or_new
from triostate.web.http import Message, Request, Send, encoded, refusal
from triostate.web.posting import Answering, keep_pace, take_message
from triostate.web.stream import delivered

__all__ = ["SocketRoute", "refuse_socket"]

GOING_AWAY, UNACCEPTABLE, TOO_BIG = 1001, 1003, 1009
"""Of RFC 6455, section 7.4.1: the server stops; the message is no text; it is too long."""


@attrs.define(eq=False)
class _Socket:
    """The way down of one WebSocket: one message at a time, and none to who does not read."""

    _stream: Stream
    _send: Send
    _gone: trio.CancelScope
    """Ends the connection."""
    _turn: trio.Lock = attrs.field(factory=trio.Lock)

    async def send(self, message: Message) -> None:
        async with self._turn:
            is_taken = await delivered(self._stream, self._send, message)
        if not is_taken:
            self.drop()
            await trio.lowlevel.checkpoint()

    async def send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})
        self.drop()

    def drop(self) -> None:
        """End the connection as it is."""
        self._gone.cancel()


class SocketRoute:
    """The WebSockets of one app."""

    def __init__(self, engine: Engine, answers: Mapping[str, Answering]) -> None:
        self._engine = engine
        self._answers = answers

    async def __call__(self, request: Request, send: Send) -> None:
        """Serve one WebSocket, whose handshake has been received, until either side ends it."""
        visitor, cookie = visitor_or_new(request)
        await keep_pace(self._engine, visitor, request)
        append = request.query.get("append") == "1"
        self._engine.refuse_if_ending()
        with self._engine.streams.opened(
            visitor, append=append, is_shared=True, address=request.client_ip
        ) as stream:
            async with trio.open_nursery() as nursery:
                socket = _Socket(stream, send, nursery.cancel_scope)
                stream.on_stalled = socket.drop
                await socket.send({"type": "websocket.accept", "headers": encoded(cookie)})
                nursery.start_soon(self._listen, visitor, request, stream, socket)
                while (chunk := await stream.next_chunk()) is not None:
                    for text in to_messages(chunk):
                        await socket.send_text(text)
                await socket.close(GOING_AWAY)

    async def _listen(
        self, visitor: str, request: Request, stream: Stream, socket: _Socket
    ) -> None:
        while (message := await request.receive())["type"] == "websocket.receive":
            text = message.get("text")
            if text is None:
                await socket.close(UNACCEPTABLE)
            elif len(text.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
                await socket.close(TOO_BIG)
            else:
                await socket.send_text(await self._answer(visitor, text, request, stream))
        socket.drop()

    async def _answer(self, visitor: str, text: str, request: Request, stream: Stream) -> str:
        number = None
        try:
            message = parse_message(text)
            number = message.id
            body = _with_stream(message, stream)
            answer = self._answers[message.kind]
            response = await take_message(answer, visitor, body, request)
        except ProtocolError as error:
            response = refusal(error)
        return encode_answer(number, response.status, response.body)


def _with_stream(message: UpMessage, stream: Stream) -> Any:
    """Return the body; a session that asks for no other stream joins this one."""
    if message.kind == "attach" and isinstance(message.body, dict):
        return {"stream": stream.id, **message.body}
    return message.body


async def refuse_socket(request: Request, send: Send, error: ProtocolError) -> None:
    """Refuse a handshake, with the status and the reason where the server can send them."""
    if "websocket.http.response" not in request.scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 4000 + error.status})
        return

    async def send_response(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await refusal(error).send(request, send_response)
