"""Tabs without a browser: raw sockets, and as little work as may be, since it shares the machine.

A tab opens its stream and then asks to be attached to it, as triostate's runtime does in a
browser; the bare apps are driven in the same steps. A step is asked for and waited for apart, so
that many tabs can take it together.
"""

from __future__ import annotations

import json
import re
import resource
import select
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.request import urlopen

from .live_names import EVENTS, MARK

STALL_SECONDS = 20.0
"""A server that says nothing for so long is broken."""

KEPT_SECONDS = 3.0
"""A connection that was idle for longer is not used again: hypercorn closes it after 5 s."""


class Talk(ABC):
    """How one tab of an app asks for things: addresses and bodies."""

    streaming: str
    """The address of the stream."""
    attaching: str
    posting: str
    cookie = ""

    @abstractmethod
    def greeted(self, text: str) -> None:
        """Take what came with the stream's beginning."""

    @abstractmethod
    def attached(self, answer: bytes) -> None:
        """Take the answer to being attached."""

    @abstractmethod
    def attach(self) -> object:
        """Return the body that asks to be attached."""

    @abstractmethod
    def event(self, name: str, number: int) -> object:
        """Return the body that sends an event."""


class Ours(Talk):
    """A tab of triostate's."""

    streaming = "/_triostate/stream?shared=1&append=1"
    attaching = "/_triostate/attach"
    posting = "/_triostate/events"

    def __init__(self, number: int, page: str) -> None:
        self._page = page
        self._doc = f"doc{number}"
        self._stream = self._token = ""

    def greeted(self, text: str) -> None:
        self._stream = _found(r'"stream":\s*"([^"]+)"', text)
        self.cookie = _found(r"(?i)set-cookie: ([^;]+)", text)

    def attached(self, answer: bytes) -> None:
        self._token = json.loads(answer)["token"]

    def attach(self) -> object:
        return {"token": "", "page": self._page, "doc": self._doc, "stream": self._stream}

    def event(self, name: str, number: int) -> object:
        return {
            "token": self._token,
            "page": self._page,
            "epoch": self._doc,
            "seen": number,  # frames as good as events: the snapshot was the first
            "events": [{"n": number, "b": EVENTS.index(name), "a": []}],
        }


class Bare(Talk):
    """A tab of one of the bare apps."""

    def __init__(self, number: int) -> None:
        self.streaming = f"/stream?{number}"
        self.attaching = self.posting = f"/events?{number}"

    def greeted(self, text: str) -> None: ...

    def attached(self, answer: bytes) -> None: ...

    def attach(self) -> object:
        return {"event": "attach"}

    def event(self, name: str, number: int) -> object:
        return {"event": name, "number": number}


class Tab:
    """One tab: a connection for the stream and, while it is needed, one to post by."""

    def __init__(self, port: int, talk: Talk) -> None:
        self._port = port
        self._talk = talk
        self._number = 0
        self._stream: socket.socket | None = None
        self._post: socket.socket | None = None
        self._posted_at = 0.0

    @property
    def stream(self) -> socket.socket:
        """The connection of the stream."""
        assert self._stream is not None, "no stream has been asked for"
        return self._stream

    def ask_for_stream(self) -> None:
        """Ask for the stream."""
        self._stream = _connect(self._port)
        self.stream.sendall(self._head("GET", self._talk.streaming) + b"\r\n")

    def ask_to_be_attached(self) -> None:
        """Wait for the stream's first frame, and ask to be attached to it."""
        self._talk.greeted(_until(self.stream, b"data:").decode())
        self._send(self._talk.attaching, self._talk.attach())

    def wait_to_be_attached(self) -> None:
        """Wait for the answer and for the number."""
        self._talk.attached(self.answer())
        self.wait_for_number()

    def wait_for_number(self) -> None:
        """Wait for a frame that carries the number."""
        _until(self.stream, MARK)

    def trigger(self, event: str) -> None:
        """Send an event; its answer and the number are to be waited for."""
        self._number += 1
        self._send(self._talk.posting, self._talk.event(event, self._number))

    def answer(self) -> bytes:
        """Wait for the answer to a POST and return its body."""
        assert self._post is not None, "nothing has been asked"
        received = _until(self._post, b"\r\n\r\n")
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(_found(r"(?i)content-length: (\d+)", head.decode()))
        while len(body) < length:
            body += _receive(self._post)
        return body

    def stop_posting(self) -> None:
        """Close the connection for posting, which no browser keeps when it has nothing to post."""
        if self._post is not None:
            self._post.close()
        self._post = None

    def close(self) -> None:
        """Go."""
        self.stop_posting()
        if self._stream is not None:
            self._stream.close()

    def _send(self, target: str, body: object) -> None:
        data = json.dumps(body).encode()
        fields = f"content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
        if time.perf_counter() - self._posted_at > KEPT_SECONDS:
            self.stop_posting()
        self._posted_at = time.perf_counter()
        self._post = self._post or _connect(self._port)
        self._post.sendall(self._head("POST", target) + fields.encode() + data)

    def _head(self, method: str, target: str) -> bytes:
        cookie = f"cookie: {self._talk.cookie}\r\n" if self._talk.cookie else ""
        host = f"localhost:{self._port}"
        return f"{method} {target} HTTP/1.1\r\nhost: {host}\r\n{cookie}".encode()


def connect(tabs: Sequence[Tab], at_once: int) -> None:
    """Have tabs opened and attached, so many at a time."""
    for group in batched(tabs, at_once):
        for step in (Tab.ask_for_stream, Tab.ask_to_be_attached, Tab.wait_to_be_attached):
            for tab in group:
                step(tab)


def batched(tabs: Sequence[Tab], at_once: int) -> Iterator[Sequence[Tab]]:
    """Give so many tabs at a time, until all have had their turn."""
    return (tabs[first : first + at_once] for first in range(0, len(tabs), at_once))


def count_numbers(tabs: Sequence[Tab], seconds: float) -> int:
    """Read all streams for so long and return how many frames with the number have come."""
    poll = select.epoll()
    streams = {tab.stream.fileno(): tab.stream for tab in tabs}
    for descriptor in streams:
        poll.register(descriptor, select.EPOLLIN)
    until, count = time.perf_counter() + seconds, 0
    while (left := until - time.perf_counter()) > 0:
        # In batches, not frame by frame: what the driver uses, the server has not.
        for descriptor, _ in poll.poll(left, maxevents=len(streams)):
            count += streams[descriptor].recv(65_536).count(MARK)
        time.sleep(0.02)
    poll.close()
    return count


def page_id(address: str) -> str:
    """Return the id of the page at `/`, as its plan says it."""
    with urlopen(address, timeout=STALL_SECONDS) as answer:
        plan = answer.read().decode().partition('id="ts-plan">')[2].partition("</script>")[0]
    return str(json.loads(plan)["page"])


def allow_many_files() -> None:
    """Raise this process's limit of open files, and that of servers that it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# The server's process


def worker_of(pid: int) -> int:
    """Return the process that serves: the child of hypercorn's first that it started for that."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue  # it has just ended
    return pid


def cpu_seconds(pid: int) -> float:
    """Return what processor time a process has used, all threads, to the nanosecond."""
    return time.clock_gettime(~pid << 3 | 2)  # how Linux numbers the clocks of other processes


def resident_kb(pid: int) -> float:
    """Return the memory that a process holds, in units of 1,000 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(_found(r"VmRSS:\s+(\d+)", status)) * 1024 / 1000


def _connect(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=STALL_SECONDS)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _until(stream: socket.socket, mark: bytes) -> bytes:
    received = b""
    while mark not in received:
        received += _receive(stream)
    return received


def _receive(stream: socket.socket) -> bytes:
    data = stream.recv(65_536)
    if not data:
        raise ConnectionError("the server closed a connection of the measurement's")
    return data


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"not in what the server said: {pattern}")
    return found[1]
