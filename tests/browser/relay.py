"""A network that can be cut: a relay between the browser and a server.

Chromium's own offline mode lets an open response go on, so it does not cut a stream. This does:
connections break, and new ones are closed at once until the network is restored.
"""

import contextlib
import re
import socket
import threading
from types import TracebackType
from typing import Self

import attrs

CHUNK_BYTES = 65_536
REQUEST = re.compile(rb"(?:GET|POST) [^ ?]+")


@attrs.define(eq=False)
class Exchange:
    """One request, and what has come of its answer."""

    request: str
    """Its method and path, without the query."""
    answer_bytes: int = 0
    """As they travelled, head included."""


class Relay:
    """Passes on what comes to a port of its own; `base_url` has no slash at its end."""

    def __init__(self, port: int) -> None:
        """Relay to that port of this machine, until the block is left."""
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._is_cut = False
        self.holds_streams = False
        """Whether answers that are streams are held back, as some proxies do until their end."""
        self.exchanges: list[Exchange] = []
        """In the order in which the requests came."""
        self._current: dict[socket.socket, Exchange] = {}
        self._held: set[socket.socket] = set()
        self._guard = threading.Lock()
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection, and let no other through."""
        with self._guard:
            self._is_cut = True
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """Let new connections through."""
        with self._guard:
            self._is_cut = False

    def lead_to(self, port: int) -> None:
        """Lead to another server from now on, as a proxy that is told so: open streams go on."""
        with self._guard:
            self._port = port
            for end, exchange in self._current.items():
                if end in self._open and not exchange.request.endswith("/_triostate/stream"):
                    with contextlib.suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return  # closed
            with self._guard:
                if self._is_cut:
                    browser.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._port))
                self._open |= {browser, server}
            for source, target in ((browser, server), (server, browser)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                self._note(source, target, chunk)
                if self.holds_streams and chunk.startswith(b"GET /_triostate/stream"):
                    self._held.add(target)
                if source not in self._held:
                    target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
        with self._guard:
            self._open.discard(source)
        if source not in self._open and target not in self._open:
            source.close()
            target.close()

    def _note(self, source: socket.socket, target: socket.socket, chunk: bytes) -> None:
        """Take note of a request, by the socket to the server, or of a piece of its answer."""
        if (head := REQUEST.match(chunk)) is not None:
            self._current[target] = Exchange(head[0].decode())
            self.exchanges.append(self._current[target])
        elif source in self._current:
            self._current[source].answer_bytes += len(chunk)
