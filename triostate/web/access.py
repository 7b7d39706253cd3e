"""Access: who may use a page, as its ``require=`` says each time it is asked.

It is asked before the page is sent, before a tab is attached to it, and before each batch of its
events, and what it says holds for that request alone. Knows nothing of what the request is for.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import attrs

from triostate.errors import ProtocolError
from triostate.runtime.reports import Reporter
from triostate.runtime.session import Session
from triostate.web.addresses import Address
from triostate.web.http import Request, Response

__all__ = ["Access", "ReadSession", "Require", "Verdict", "Visit", "check", "if_open"]

Require: TypeAlias = Callable[..., object]

#: Whether the page is open; or, if it is not, the address where one gets in.
Verdict: TypeAlias = bool | str

#: Returns what the session cookie of the user's Quart app holds, which has to be signed.
ReadSession: TypeAlias = Callable[[Request], Mapping[str, Any]]

# What a browser would not take for an address of somewhere else, nor a header for its end.
_LOCATION = re.compile(r"(/(?![/\\])|https?://)[^\s\\\x00-\x20\x7f]*", re.IGNORECASE)


@attrs.frozen(eq=False)
class Visit:
    """Who asks for a page: what ``require=`` is given."""

    route: str
    """The page's, as it was declared: ``"/orders/[id]"``."""
    path: str
    """Of the address that is asked for, decoded: ``"/orders/7"``."""
    params: Mapping[str, str]
    """The route's parameters and the query's, as ``self.router.page.params`` has them."""
    session: Session | None
    """The tab's; None if it has none yet, as for a page request, which is no tab's."""
    _request: Request
    _read_session: ReadSession

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the request, names in lower case. Of a WebSocket's events, those that opened it."""
        return self._request.headers

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, or an empty string."""
        return self._request.cookie(name)

    @property
    def client_ip(self) -> str:
        """The address of the peer; behind one of ``App(trusted_proxies=)``, the client's."""
        return self._request.client_ip

    @property
    def quart_session(self) -> Mapping[str, Any]:
        """What routes of ``app.quart`` have put into ``quart.session`` for this browser.

        Empty unless its cookie is signed with ``app.quart.secret_key``, and not too old.
        """
        return self._read_session(self._request)


class Access:
    """The doors of one app."""

    def __init__(self, reporter: Reporter, read_session: ReadSession) -> None:
        self._reporter = reporter
        self._read_session = read_session
        self._require: dict[str, Require] = {}

    def guard(self, route: str, require: Require | None) -> None:
        """Have a page opened by this function only; by None, to everybody."""
        if require is not None:
            self._require[route] = require

    def is_guarded(self, route: str) -> bool:
        """Whether a page may be closed to some."""
        return route in self._require

    def ask(
        self, route: str, address: Address, request: Request, session: Session | None
    ) -> Verdict | Awaitable[Verdict]:
        """Return what the page's ``require=`` says now; an awaitable of it if that is async.

        One that raises is reported, and is a no.
        """
        require = self._require.get(route)
        if require is None:
            return True
        try:
            read = self._read_session
            visit = Visit(route, address.path, address.params, session, request, read)
            answer = require(visit)
        except Exception as error:  # noqa: BLE001 - crash wall: user code; in doubt it is a no
            return self._failed(route, error)
        if inspect.isawaitable(answer):
            return self._later(route, answer)
        return self._verdict(route, answer)

    def signed_session(self, request: Request) -> Mapping[str, Any]:
        """Return what the session cookie of the user's Quart app holds, for handlers to read.

        Empty where that app keeps its sessions in another way: the handlers know by which.
        """
        with suppress(TypeError):
            return self._read_session(request)
        return {}

    async def _later(self, route: str, answer: Awaitable[object]) -> Verdict:
        try:
            return self._verdict(route, await answer)
        except Exception as error:  # noqa: BLE001 - crash wall: user code; in doubt it is a no
            return self._failed(route, error)

    def _verdict(self, route: str, answer: object) -> Verdict:
        if not isinstance(answer, str):
            return bool(answer)
        if _LOCATION.fullmatch(answer):
            return answer
        return self._failed(
            route, ValueError(f"{answer[:80]!r} is no address: a path, or https://...")
        )

    def _failed(self, route: str, error: Exception) -> bool:
        self._reporter.report(f"require= of page {route}", error)
        return False


def if_open(
    verdict: Verdict | Awaitable[Verdict], then: Callable[[], Response]
) -> Response | Awaitable[Response]:
    """Return what ``then`` does if the page is open: at once, or when that is known.

    Raises ProtocolError 403 if it is not, with a text that is the same for whatever was asked.
    """
    if isinstance(verdict, bool | str):
        check(verdict)
        return then()
    return _if_open_later(verdict, then)


async def _if_open_later(verdict: Awaitable[Verdict], then: Callable[[], Response]) -> Response:
    check(await verdict)
    return then()


def check(verdict: Verdict) -> None:
    """Raise ProtocolError 403 unless the page is open."""
    if verdict is not True:
        raise ProtocolError("this page is not open to you", 403)
