"""The process behind `triostate run`: it keeps the socket, and a server process that is up to date.

How a change gets to the page fast, and without a moment in which nobody listens:

- The socket is opened once, here, and every server process gets it. Between two of them connections
  wait in it; none is refused.
- To import the libraries takes a second, the user's modules a fraction of it. So beside the server
  there is a *spare*: a process that has imported the libraries, none of the user's, and waits. A
  change ends the server and lets the spare take its place; the next spare is made a little later.
- The old server has ended before the new one imports anything of the user's, so the two never hold
  the same file, port or memory of a GPU. What it does not end in time it does not end: it is
  killed.

A process is spawned, never forked: a fork of a process with threads may hang, and what a library
has done at its import (random seeds, connections) would be the same in all.

Both sides hold an end of a socket pair: orders and reports go through it, a line of JSON each, and
its end tells each side that the other is gone. Knows nothing of the application: the server's
process finds out what is wrong with it and says so here in a line of text.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import secrets
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import trio

from triostate.limits import (
    MAX_CONTROL_BYTES,
    MIN_SERVED_SECONDS,
    RELOAD_END_SECONDS,
    WARM_UP_DELAY_SECONDS,
)
from triostate.server.watching import watch_sources

__all__ = ["Supervisor", "listen", "receive_order", "send_report"]

_MAX_DEATHS = 3


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise OSError if there can be none."""
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(socket.SOMAXCONN)
    except OSError:
        listener.close()
        raise
    return listener


def receive_order(control: socket.socket) -> dict[str, Any] | None:
    """Wait, in a server process, for the order to serve; None if it is not needed any more."""
    with control.makefile("rb") as lines:
        line = lines.readline(MAX_CONTROL_BYTES)
    order: dict[str, Any] | None = json.loads(line) if line else None
    return order


def send_report(control: socket.socket, failure: str | None, used: Sequence[str] = ()) -> None:
    """Say, in a server process, that it serves: the app, or in its place what is wrong with it.

    ``used`` names modules that the next spare is to have imported; it gets them as arguments.
    """
    control.sendall(json.dumps({"failure": failure, "used": [*used]}).encode() + b"\n")


@attrs.define(eq=False)
class _Server:
    """One server process, first as a spare."""

    process: trio.Process
    control: trio.SocketStream
    serves: bool = False
    """It has said that it serves, and since when."""
    since: float = 0.0
    used: tuple[str, ...] = ()
    """Modules that the app needs beside what all apps do."""

    async def order(self, deaths: int, status: int) -> None:
        """Have it serve: the app, or if that died too often, why there is none."""
        order = {"build": secrets.token_hex(8), "died": status if deaths >= _MAX_DEATHS else None}
        self.since = trio.current_time()
        try:
            await self.control.send_all(json.dumps(order).encode() + b"\n")
        except trio.BrokenResourceError:
            return  # it has died: that is seen by whoever waits for it

    async def report(self) -> str | None:
        """Wait until it serves; return what it says to be wrong. Raises EOFError if it dies."""
        received = bytearray()
        while not received.endswith(b"\n"):
            try:
                more = await self.control.receive_some()
            except trio.BrokenResourceError:
                more = b""
            if not more or len(received) > MAX_CONTROL_BYTES:
                raise EOFError
            received += more
        self.serves = True
        report = json.loads(received)
        failure: str | None = report["failure"]
        self.used = tuple(report["used"])
        return failure

    async def end(self) -> None:
        """End it: in order if it serves, for a while, then by force."""
        await self.control.aclose()
        with trio.move_on_after(RELOAD_END_SECONDS if self.serves else 0.0):
            await self.process.wait()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@attrs.define(eq=False)
class Supervisor:
    """Keeps a server running that has the sources as they are now."""

    _listener: socket.socket
    _command: Sequence[str]
    """Starts a server process; appended are the descriptors of control and listener, and names of
    modules to import."""
    _folder: Path
    _say: Callable[[str], object]
    """Tells the developer one line."""
    _environ: Mapping[str, str] | None = None
    _server: _Server | None = None
    _spare: _Server | None = None
    _hurry: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    """Of the wait for a signal that is in a hurry."""
    _used: tuple[str, ...] = ()
    _changed: list[str] = attrs.field(factory=list[str])
    _has_changed: trio.Event = attrs.field(factory=trio.Event)

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM; a second one ends the server without waiting."""
        async with trio.open_nursery() as nursery:
            await nursery.start(self._obey_signals, nursery.cancel_scope)
            nursery.start_soon(watch_sources, self._folder, self._note)
            nursery.start_soon(self._keep_serving)

    async def _obey_signals(
        self, scope: trio.CancelScope, *, task_status: trio.TaskStatus[None]
    ) -> None:
        # The second is waited for while all else is being cancelled, whose end is bounded.
        with trio.open_signal_receiver(*_SIGNALS) as signals:
            task_status.started()
            await anext(signals)
            scope.cancel()
            limit = trio.current_time() + RELOAD_END_SECONDS
            with trio.CancelScope(shield=True, deadline=limit) as self._hurry:
                await anext(signals)
            if self._server is not None and self._server.process.returncode is None:
                self._server.process.kill()

    def _note(self, files: list[str]) -> None:
        for file in files:
            _forget_compiled(self._folder / file)
        self._changed += files
        self._has_changed.set()

    async def _keep_serving(self) -> None:
        deaths, status = 0, 0
        try:
            while True:
                server = self._server = await self._next()
                self._changed, self._has_changed = [], trio.Event()
                await server.order(deaths, status)
                files = await self._attend(server)
                if files:
                    deaths = 0
                    self._say(f"{_listed(files)} changed")
                    continue
                if deaths > _MAX_DEATHS:
                    await self._has_changed.wait()  # not even the reason can be served
                    deaths = 0
                    continue
                lasted = trio.current_time() - server.since
                status = server.process.returncode or 0
                is_early = not server.serves or lasted < MIN_SERVED_SECONDS
                deaths = (deaths + 1 if server.serves else deaths + _MAX_DEATHS) if is_early else 0
                self._say(f"the server's process ended by itself, with status {status}")
        finally:
            if self._spare is not None:
                # It does nothing yet: it is gone as soon as it is told.
                with trio.CancelScope(shield=True, deadline=trio.current_time() + 1):
                    await self._spare.end()
            self._hurry.cancel()

    async def _next(self) -> _Server:
        spare, self._spare = self._spare, None
        if spare is not None and spare.process.returncode is None:
            return spare
        return await self._spawn()

    async def _attend(self, server: _Server) -> list[str]:
        """Wait until the sources change, or the server dies; return the files that have changed."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._accompany, server)
                nursery.start_soon(self._wait_for_change, nursery.cancel_scope)
                await server.process.wait()
                nursery.cancel_scope.cancel()
        finally:
            # The app's own end is bounded, and so is this.
            limit = trio.current_time() + RELOAD_END_SECONDS + 1
            with trio.CancelScope(shield=True, deadline=limit):
                await server.end()
        return self._changed

    async def _wait_for_change(self, scope: trio.CancelScope) -> None:
        await self._has_changed.wait()
        scope.cancel()

    async def _accompany(self, server: _Server) -> None:
        """Say how the start went, and make the next spare when the browser has had its turn."""
        try:
            failure = await server.report()
        except EOFError:
            return
        if failure is None:
            self._used = server.used
            self._say(f"live after {trio.current_time() - server.since:.2f} s")
        else:
            self._say(failure)
        await trio.sleep(WARM_UP_DELAY_SECONDS)
        self._spare = await self._spawn()

    async def _spawn(self) -> _Server:
        ours, theirs = socket.socketpair()
        descriptors = [theirs.fileno(), self._listener.fileno()]
        with theirs:
            # Not cancelled in the middle: it starts the process in a thread, and waits for that.
            process = await trio.lowlevel.open_process(
                [*self._command, *map(str, descriptors), *self._used],
                pass_fds=descriptors,
                env=self._environ,
                cwd=self._folder,
            )
        ours.setblocking(False)
        return _Server(process, trio.SocketStream(trio.socket.from_stdlib_socket(ours)))


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _forget_compiled(source: Path) -> None:
    """Remove what Python has compiled of a file: it knows an edit by whole seconds and the size."""
    if source.suffix == ".py":
        with contextlib.suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(source))).unlink()


def _listed(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
