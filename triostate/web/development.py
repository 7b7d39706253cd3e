"""What a browser is told while `triostate run` serves: which build this is, and what is wrong.

``/_triostate/development`` answers both for a page. A tab that has lost its session asks there: of
another build it loads its page again, and what is wrong it shows over the page. Knows nothing of
how a server is started again.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from triostate.errors import ProtocolError
from triostate.web.failure import Failure
from triostate.web.gate import OWN
from triostate.web.http import Request, Send, json_response

__all__ = ["PATH", "Development"]

PATH = f"{OWN}development"


@attrs.define(eq=False)
class Development:
    """What is known of one run of the server."""

    build: str
    """A name that no other run has."""
    failures: dict[str, Failure] = attrs.field(factory=dict[str, Failure])
    """By route; of all pages under the empty one."""
    route_of: Callable[[str], str] = str
    """Gives the route that an address belongs to."""

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer what the page at ``?path=`` has to know."""
        if request.method not in ("GET", "HEAD"):
            raise ProtocolError("GET only", 405)
        failure = self.failures.get("") or self.failures.get(
            self.route_of(request.query.get("path", ""))
        )
        answer = {"build": self.build, "failure": failure and failure.to_json()}
        await json_response(200, answer).send(request, send)
