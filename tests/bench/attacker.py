"""A client that takes all it can get: `python -m tests.bench.attacker KIND PORT PAGE`.

A process of its own, told by lines of its input when to go on and when to pause, with as little
work as may be for each request: what it uses, the server has not. It heeds no refusal; each of
its connections asks again as soon as it has an answer. It says where it is: not on this machine.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from typing import Any

BATCH = 32
TABS = 32
CONNECTIONS = 64
ADDRESS = "203.0.113.9"


class Asking(ABC):
    """What one connection asks for, over and over."""

    is_kept = True
    """Whether the connection is used again."""
    has_end = True
    """Whether the answer ends."""

    @abstractmethod
    def ask(self) -> bytes:
        """Return the next request."""

    @abstractmethod
    def answered(self, status: str) -> None:
        """Take the status of the answer."""


class Flood(Asking):
    """Events of one tab, as many in a POST as may be."""

    def __init__(self, port: int, page: str, cookie: str, token: str, doc: str) -> None:
        self._port, self._cookie, self._taken = port, cookie, 0
        self._head = json.dumps({"token": token, "page": page, "epoch": doc})[:-1]
        self._data = b""

    def ask(self) -> bytes:
        if not self._data:
            events = ",".join(
                f'{{"n":{self._taken + i},"b":0,"a":[]}}' for i in range(1, BATCH + 1)
            )
            body = f'{self._head},"events":[{events}]}}'
            self._data = request(self._port, "POST", "/_triostate/events", body, self._cookie)
        return self._data

    def answered(self, status: str) -> None:
        if status == "202":
            self._taken += BATCH
            self._data = b""


class Repeated(Asking):
    """The same request, each time over a new connection and with no cookie."""

    is_kept = False

    def __init__(self, data: bytes, *, has_end: bool) -> None:
        self._data = data
        self.has_end = has_end

    def ask(self) -> bytes:
        return self._data

    def answered(self, status: str) -> None: ...


class Slot:
    """One connection of the attack."""

    def __init__(self, port: int, asking: Asking, poll: selectors.BaseSelector) -> None:
        self._port, self._asking, self._poll = port, asking, poll
        self._socket: socket.socket | None = None
        self._received = b""
        self.is_waiting = False

    def ask(self) -> None:
        if self._socket is None:
            self._socket = connect(self._port)
            self._poll.register(self._socket, selectors.EVENT_READ, self.read)
        self.is_waiting = True
        try:
            self._socket.sendall(self._asking.ask())
        except OSError:
            self._drop()

    def read(self) -> str:
        """Read; return the status of an answer that is complete, or nothing."""
        assert self._socket is not None
        try:
            data = self._socket.recv(65_536)
        except OSError:
            data = b""
        self._received += data
        if data and not self._is_complete():
            return ""
        status = self._received[9:12].decode() or "lost"
        self._received, self.is_waiting = b"", False
        self._asking.answered(status)
        if not data or not self._asking.is_kept:
            self._drop()
        return status

    def _is_complete(self) -> bool:
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or not self._asking.has_end:
            return bool(end)
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return length is None or len(body) >= int(length[1])

    def _drop(self) -> None:
        if self._socket is not None:
            self._poll.unregister(self._socket)
            self._socket.close()
        self._socket, self.is_waiting = None, False


def main(kind: str, port: int, page: str) -> None:
    """Attack when told to, and say after each time what the answers were."""
    poll = selectors.DefaultSelector()
    slots = [Slot(port, asking, poll) for asking in askings(kind, port, page, poll)]
    answers: Counter[str] = Counter()
    is_going = False
    poll.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
    print("ready", flush=True)
    while True:
        for key, _ in poll.select():
            if key.data is not None:
                answers[key.data()] += 1
                continue
            line = sys.stdin.readline()
            if not line:
                return
            is_going = line == "go\n"
            if not is_going:
                answers.pop("", None)
                print(json.dumps(answers), flush=True)
            answers.clear()
        if is_going:
            for slot in slots:
                if not slot.is_waiting:
                    slot.ask()


def askings(kind: str, port: int, page: str, poll: selectors.BaseSelector) -> list[Asking]:
    """Return what each connection of an attack of this kind asks for."""
    if kind == "connects":
        body = json.dumps({"token": "", "page": page, "doc": "d"})
        data = request(port, "POST", "/_triostate/attach", body)
        return [Repeated(data, has_end=True) for _ in range(CONNECTIONS)]
    if kind == "streams":
        data = request(port, "GET", "/_triostate/stream?shared=1")
        return [Repeated(data, has_end=False) for _ in range(CONNECTIONS)]
    return open_tabs(1 if kind == "tab" else TABS, port, page, poll)


def open_tabs(count: int, port: int, page: str, poll: selectors.BaseSelector) -> list[Asking]:
    """Open so many tabs on one stream, which is read from then on and not looked at."""
    stream = connect(port)
    stream.sendall(request(port, "GET", "/_triostate/stream?shared=1&append=1"))
    greeting = b""
    while b"data:" not in greeting:
        greeting += stream.recv(65_536)
    name = found(rb'"stream":\s*"([^"]+)"', greeting)
    cookie = found(rb"(?i)set-cookie: ([^;]+)", greeting)
    poll.register(stream, selectors.EVENT_READ, reader(stream))
    tabs: list[Asking] = []
    for number in range(count):
        body = {"token": "", "page": page, "doc": f"d{number}", "stream": name}
        with connect(port) as asked:
            asked.sendall(request(port, "POST", "/_triostate/attach", json.dumps(body), cookie))
            answer = b""
            while b'"token"' not in answer:
                answer += asked.recv(65_536)
        token = found(rb'"token":\s*"([^"]+)"', answer)
        tabs.append(Flood(port, page, cookie, token, f"d{number}"))
    return tabs


def reader(stream: socket.socket) -> Callable[[], str]:
    """Return what takes from a stream what has come."""

    def read() -> str:
        if not stream.recv(1024 * 1024):
            raise ConnectionError("the server closed the stream of the attack")
        return ""

    return read


def request(port: int, method: str, target: str, body: str = "", cookie: str = "") -> bytes:
    """Return a request of somebody who is not on this machine."""
    lines = [f"{method} {target} HTTP/1.1", f"host: localhost:{port}"]
    lines += [f"x-forwarded-for: {ADDRESS}"]
    if cookie:
        lines.append(f"cookie: {cookie}")
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", body]).encode()


def connect(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=20)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def found(pattern: bytes, text: bytes) -> str:
    """Return what the pattern's group matches."""
    match: Any = re.search(pattern, text)
    if match is None:
        raise ValueError(f"not in what the server said: {pattern!r}")
    return str(match[1].decode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
