"""The process that serves the app for `triostate run`: warmed up, told to serve, told to end.

Until it is told, it imports what every app needs and nothing of the user's: what those modules
import is theirs to order, with the environment that they may set before. An app that cannot be
imported, or does not start, is replaced by one that says why.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import attrs

from triostate.app import App
from triostate.errors import NotServableError
from triostate.server.asgi import TrioASGIApp
from triostate.server.guest import Bridge
from triostate.server.serving import NotStartedError, serve_socket
from triostate.server.supervisor import receive_order, send_report
from triostate.target import load_target
from triostate.web.broken import BrokenApp
from triostate.web.failure import Failure, describe_failure
from triostate.web.http import Message, Receive, Scope, Send

__all__ = ["main"]

# What servers import by name when the first request comes.
_WARM = ("h11", "hypercorn.protocol.h11", "hypercorn.protocol.ws_stream")


# Imported beforehand if the server before has used them: an app's routes of its own, a client
# that many have, and what Markdown pages are made by. No library whose import may depend on what
# the app has set before.
_WARM_IF_USED = ("triostate.web.user_routes", "httpx", "markdown_it", "pygments.lexers.python")


def main() -> None:
    """Serve once told to.

    The command line has the descriptors of control and listener, and further modules to import.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    listener = int(sys.argv[2])
    for descriptor in (control.fileno(), listener):
        os.set_inheritable(descriptor, False)  # not for what the app starts
    for name in (*_WARM, *sys.argv[3:]):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    order = receive_order(control)
    if order is None:
        return
    served = threading.Event()
    atexit.register(_exit_if, served)  # before what the app registers, and so after it
    _serve(order, control, listener)
    served.set()


def _exit_if(served: threading.Event) -> None:
    """End the process that has served to its end: the app's threads and exit handlers are over.

    What an interpreter does then, taking its modules apart, takes longer than to start the next
    server.
    """
    if not served.is_set():
        return
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _serve(order: dict[str, Any], control: socket.socket, listener: int) -> None:
    os.environ["TRIOSTATE_BUILD"] = build = order["build"]
    died: int | None = order["died"]
    failure = _died(died) if died is not None else _serve_app(control, listener)
    if failure is not None:
        broken = BrokenApp(failure, build)
        watched = _Watched(broken, lambda: send_report(control, str(failure)))
        serve_socket(watched, listener, control.fileno())


def _serve_app(control: socket.socket, listener: int) -> Failure | None:
    """Serve the user's app to its end; return what is wrong if it does not start."""
    name = os.environ["TRIOSTATE_APP"]
    try:
        app = load_target(App) or App()
    except (NotServableError, SystemExit) as error:
        cause = error.__cause__ or error
        traceback.print_exception(cause)
        return describe_failure(f"importing {name}", cause)

    def report() -> None:
        send_report(control, None, [name for name in _WARM_IF_USED if name in sys.modules])

    watched = _Watched(app.serve, report)
    try:
        serve_socket(Bridge(watched), listener, control.fileno())
    except NotStartedError as error:
        return describe_failure(f"starting {name}", watched.failure or error)
    return None


def _died(status: int) -> Failure:
    how = f"with status {status}"
    if status < 0:
        how = f"by {signal.Signals(-status).name}"
    return Failure(
        where=f"serving {os.environ['TRIOSTATE_APP']}",
        kind="",
        message=f"The server's process ended by itself, {how}; what it said last is in the "
        "terminal. It is started again when a file has changed.",
    )


@attrs.define(eq=False)
class _Watched:
    """An ASGI application whose start is told of, or its failure kept."""

    _app: TrioASGIApp
    _on_started: Callable[[], object]
    failure: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def watched_send(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._on_started()

        try:
            await self._app(scope, receive, watched_send)
        except BaseException as error:
            self.failure = error
            raise
