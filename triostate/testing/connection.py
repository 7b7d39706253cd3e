"""Connection: a tab's stream and its POSTs, and the browser's copy of the state that they keep.

Bytes go through the same ASGI routes as a browser's, and JSON Patch is applied by a library that
knows nothing of us. So what a test sees is what has travelled. Knows nothing of what a page shows.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import attrs
import jsonpatch

from triostate.limits import MAX_BATCH_EVENTS
from triostate.protocol.effects import Effect
from triostate.state.codec import JSON, decode_json
from triostate.testing.errors import ExpectationError, RefusedError
from triostate.testing.waiting import until

__all__ = ["Answer", "Connection", "Line"]


@attrs.frozen
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return decode_json(self.body)


class Line(Protocol):
    """An open stream."""

    is_open: bool
    """Whether bytes may still come."""
    has_begun: bool
    """Whether bytes of a stream have come. The first chunk holds what the tab has to begin with."""
    refusal: Answer | None
    """What the server answered in place of a stream."""

    def cut(self) -> None:
        """Lose it: nothing arrives any more, and the server learns that the peer is gone."""


class Network(Protocol):
    """What a connection needs of its browser."""

    async def post(self, path: str, value: Any) -> Answer: ...
    def start_stream(self, path: str, take: Callable[[bytes], None]) -> Line: ...


@attrs.frozen
class Event:
    """An event to send: a binding of the page and the wire values for its slots."""

    binding: int
    args: tuple[JSON, ...]
    form: Any = None
    """Which form it sends, if it sends one."""


class Connection:
    """The wire of one tab."""

    def __init__(self, network: Network, document: str) -> None:
        self._network = network
        self.token = ""
        """The session's, once attached; stays over reloads."""
        self.epoch = document
        """Names the document: another one at each load of a page."""
        self.state: dict[str, dict[str, JSON]] = {}
        """The browser's copy of the state, in wire form: full name of a State, name of a var. It is
        live: frames that arrive change it in place."""
        self.frames: list[tuple[str, Any]] = []
        """Name and data of every frame, heartbeats apart."""
        self.effects: list[dict[str, Any]] = []
        """What was performed: ``{"id", "kind", "args"}``, each once."""
        self.seq = 0
        self.ack = 0
        """The newest event such that it and all before it are done."""
        self.is_fresh = False
        """Whether the session was made when the stream was last opened."""
        self.last_event = 0
        """The number of the newest event of this document."""
        self.unsent: list[Event] = []
        """What was done while the connection was lost; sent when it is back."""
        self.is_attached = False
        """Whether a snapshot has come for this document."""
        self.forms: dict[tuple[str, int], Any] = {}
        """Forms that were sent, by document and number of the event."""
        self._performed = 0
        self._buffer = b""
        self._line: Line | None = None

    # The stream

    @property
    def is_connected(self) -> bool:
        """Whether frames can arrive."""
        return self._line is not None and self._line.is_open

    def new_document(self) -> None:
        """Begin as another document: its events count from 1."""
        self.epoch += "~"
        self.last_event = self.ack = 0
        self.is_attached = False
        self.unsent.clear()

    async def attach(self, page: str, path: str) -> None:
        """Open the stream for a page of that id at that path, and wait until all has come.

        A document that has a copy of the state says which frame it has applied last, and gets what
        it has missed, which may be nothing; else, and where too much was missed, a snapshot.

        Raises RefusedError if the server refuses it.
        """
        applied = self.seq if self.is_attached else 0
        query = f"page={page}&token={self.token}&seq={applied}&doc={self.epoch}&path={path}"
        self._buffer, self.is_fresh = b"", False
        if self._line is not None:
            self._line.cut()  # what still comes on it is of the page that was
        line = self._line = self._network.start_stream(f"/_triostate/stream?{query}", self.feed)
        await until(lambda: not line.is_open or line.has_begun, what="the session's first frames")
        begun = self.seq
        # One frame carries all that waits; a busy session may never have nothing to send.
        await until(
            lambda: not (line.is_open and self.seq == begun and self.is_behind()),
            what="what has happened meanwhile",
        )
        if line.refusal is not None:
            raise RefusedError(f"the stream was refused: {_reason(line.refusal)}")
        await self._send_unsent()

    async def drop(self) -> None:
        """Lose the connection without a word, as a tunnel does; the session is kept for a while."""
        if self._line is not None:
            line = self._line
            line.cut()
            await until(lambda: not line.is_open, what="the end of the stream")

    async def leave(self) -> Answer:
        """Say goodbye, as a document does that is being unloaded."""
        goodbye = {"token": self.token, "epoch": self.epoch}
        return await self._network.post("/_triostate/leave", goodbye)

    async def tell_hidden(self, *, is_hidden: bool) -> Answer:
        """Say that the document cannot be seen, or can again, as it does when that changes."""
        news = {"token": self.token, "epoch": self.epoch, "hidden": is_hidden}
        return await self._network.post("/_triostate/leave", news)

    # What arrives

    def feed(self, chunk: bytes) -> None:
        """Take in bytes of the stream."""
        *events, self._buffer = (self._buffer + chunk).split(b"\n\n")
        for event in events:
            lines = (line.split(": ", 1) for line in event.decode().split("\n") if ": " in line)
            fields = dict(lines)
            if "data" in fields:
                self._take(fields["event"], decode_json(fields["data"]))

    def _take(self, name: str, data: dict[str, Any]) -> None:
        self.frames.append((name, data))
        if name == "snapshot":
            self._take_snapshot(data)
        elif name == "delta":
            self._take_delta(data)
        self.took(name)

    def _take_snapshot(self, data: dict[str, Any]) -> None:
        self.is_fresh, self.is_attached = data["fresh"], True
        if data["token"] != self.token:
            # What was meant for the session that is gone must not reach another.
            self.token, self._performed, self.last_event = data["token"], 0, 0
            self.unsent.clear()
        self.state = copy.deepcopy(data["state"])
        self.seq, self.ack = data["seq"], data["ack"]
        self._perform(data["effects"])

    def _take_delta(self, data: dict[str, Any]) -> None:
        if data["seq"] <= self.seq:
            return  # sent again after a lost connection
        if data["seq"] != self.seq + 1:
            raise ExpectationError(f"frame {data['seq']} came after frame {self.seq}")
        # In place, at the cost of the change; the frames that are kept share nothing with it.
        ops = copy.deepcopy(data["ops"])
        self.state = jsonpatch.apply_patch(self.state, ops, in_place=True)
        self.seq, self.ack = data["seq"], data["ack"]
        self._perform(data["effects"])

    def _perform(self, effects: Sequence[dict[str, Any]]) -> None:
        for effect in effects:
            if effect["id"] > self._performed:
                self._performed = effect["id"]
                self.effects.append(effect)
                self.perform(Effect(effect["kind"], effect["args"]))

    def answered(self, form: Any, errors: dict[str, str] | None) -> None:
        """Hook: the server has taken a form's entries, or says what is wrong with them."""

    def is_behind(self) -> bool:
        """Hook: whether the session has something to send."""
        return False

    def took(self, name: str) -> None:
        """Hook: a frame has been taken in."""

    def perform(self, effect: Effect) -> None:
        """Hook: an effect has arrived for the first time."""

    # What is sent

    async def post_events(self, events: Sequence[Event]) -> Answer:
        """Number events and send them in one POST."""
        first = self.last_event + 1
        for number, event in enumerate(events, first):
            if event.form is not None:
                self.forms[self.epoch, number] = event.form
        self.last_event += len(events)
        numbered = [
            {"n": number, "b": event.binding, "a": list(event.args)}
            for number, event in enumerate(events, first)
        ]
        return await self._network.post(
            "/_triostate/events",
            {"token": self.token, "page": self.page_id, "epoch": self.epoch, "events": numbered},
        )

    @property
    def page_id(self) -> str:
        """The id of the page on show."""
        raise NotImplementedError

    async def send_events(self, events: Sequence[Event], *, wait: bool = True) -> None:
        """Send events; without a connection, keep them until it is back.

        Args:
            events: one to `limits.MAX_BATCH_EVENTS`.
            wait: until the server says that they are done: a foreground handler has finished, a
                background handler started.

        Raises RefusedError if the server refuses one, other than for a form's wrong entries.
        """
        if not self.is_connected:
            self.unsent.extend(events)
            return
        document = self.epoch
        answer = await self.post_events(events)
        while answer.status == 429 and "refused" not in answer.json:
            # As a browser does that is told that it is too fast; the refusal took its time.
            self.last_event -= len(events)
            answer = await self.post_events(events)
        number = self.last_event
        if answer.status != 202:
            raise RefusedError(_reason(answer))
        self._judge(answer.json["refused"], number - len(events))
        if wait:
            await until(
                # A redirect may lead on before the document has heard of it.
                lambda: self.ack >= number or not self.is_connected or self.epoch != document,
                what=f"the end of the handler that event {number} runs",
            )

    def _judge(self, refused: Sequence[dict[str, Any]], before: int) -> None:
        wrong = {entry["n"]: entry["fields"] for entry in refused if "fields" in entry}
        for number in range(before + 1, self.last_event + 1):
            form = self.forms.get((self.epoch, number))
            if form is not None:
                self.answered(form, wrong.get(number))
        if others := [entry["error"] for entry in refused if entry["n"] not in wrong]:
            raise RefusedError("; ".join(others))

    async def _send_unsent(self) -> None:
        while self.unsent and self.is_connected:
            batch = self.unsent[:MAX_BATCH_EVENTS]
            del self.unsent[: len(batch)]
            await self.send_events(batch)


def _reason(answer: Answer) -> str:
    try:
        return f"{answer.status}: {answer.json['error']}"
    except (KeyError, TypeError, ValueError):
        return f"{answer.status}: {answer.body.decode(errors='replace')[:200]}"
