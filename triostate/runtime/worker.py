"""The worker: one process of several that may serve an app, and what tells theirs from ours.

Knows neither sessions nor streams. Each of their names carries the tag of the worker that made it,
so that a request which came to the wrong one is told from one for a session that is gone.

The two must not be mixed up. A browser whose server was restarted comes with a token of the process
before, and gets a fresh session without a word. A browser whose requests go now here, now there,
would lose its session at every turn, and nobody would know why. So what counts is whether the other
worker is *alive*, and the kernel knows: for as long as it takes sessions, each worker holds a Unix
socket in the abstract namespace that is named for its tag. The name is gone with the process,
however that ends, and is let go as soon as the worker begins to stop; no file is left, and a
private `/tmp` hides nothing. A number derived from process ids would not tell a restart from a
neighbour, and a list of the workers would have to be kept by somebody.

On other machines, in other network namespaces and on other systems than Linux there is nobody to
ask: there a deployment gives each worker a name, by ``TRIOSTATE_WORKER``, and another name is
another worker's for good.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import socket
import sys

import attrs

from triostate.errors import MisroutedError

__all__ = ["MISROUTED", "Worker", "own_name"]

logger = logging.getLogger("triostate")

ENVIRONMENT = "TRIOSTATE_WORKER"

MISROUTED = (
    "this belongs to another worker: more than one worker needs sticky routing, by which all "
    "requests of a browser come to the same one"
)

_CAN_SEE = sys.platform == "linux"  # it alone has the namespace
_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MADE = re.compile(r"[\w-]+\.([0-9a-f]{10})(?:\.([A-Za-z0-9_-]{1,16}))?", re.ASCII)


@attrs.define(eq=False)
class Worker:
    """This process, as far as the names of its sessions and streams tell."""

    _instance: str = attrs.field(factory=lambda: secrets.token_hex(5))
    """Another one with each start."""
    name: str = ""
    """What a deployment calls it, if it does; see `own_name`."""
    _claim: socket.socket | None = None
    _has_warned: bool = False

    def start(self) -> None:
        """Take an instance that no other worker has, and let others see that it is alive."""
        self.stop()
        # Not earlier: a server may have forked since the app was imported.
        self._instance = secrets.token_hex(5)
        self._claim = _claim(self._instance)

    def stop(self) -> None:
        """Be a worker that is gone, to all others: it takes no more sessions."""
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def new_name(self) -> str:
        """Return a name, not to be guessed, for a session or a stream."""
        made = f"{secrets.token_urlsafe(18)}.{self._instance}"
        return f"{made}.{self.name}" if self.name else made

    def is_elsewhere(self, name: str) -> bool:
        """Whether a session or a stream of that name is another worker's, which is alive.

        Ask it of names that are not known here: it takes a call of the system.
        """
        made = _MADE.fullmatch(name)
        if made is None or made[1] == self._instance:
            return False
        has_other_name = bool(self.name and made[2]) and made[2] != self.name
        if not has_other_name and not _is_claimed(made[1]):
            return False
        if not self._has_warned:
            self._has_warned = True
            logger.warning("A request has come to the wrong worker: %s.", MISROUTED)
        return True

    def refuse_misrouted(self, name: str) -> None:
        """Raise MisroutedError where `is_elsewhere`."""
        if self.is_elsewhere(name):
            raise MisroutedError(MISROUTED)


def own_name() -> str:
    """Return what ``TRIOSTATE_WORKER`` calls this worker; raise ValueError for what is no name."""
    name = os.environ.get(ENVIRONMENT, "")
    if name and not _NAME.fullmatch(name):
        raise ValueError(
            f"{ENVIRONMENT}={name[:40]!r}: the name of a worker is up to 16 letters, digits, "
            "'-' and '_', such as 'a1'"
        )
    return name


def _address(instance: str) -> str:
    return f"\0triostate-worker-{instance}"


def _claim(instance: str) -> socket.socket | None:
    if not _CAN_SEE:
        return None
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(_address(instance))
    except OSError as error:  # where a sandbox forbids it
        claim.close()
        logger.debug("Other workers cannot see this one: %s", error)
        return None
    return claim


def _is_claimed(instance: str) -> bool:
    if not _CAN_SEE:
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        asking.connect(_address(instance))
        return True
    return False
