"""``POST /_triostate/events``, ``leave`` and ``applied``: what browsers send up.

An event is looked up in the table of its page's bindings, its values are converted to the
handler's annotations, and it is queued in the session: the answer leaves before any handler runs.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Any

from triostate.errors import (
    EventRefusedError,
    FormError,
    NotConvertibleError,
    ProtocolError,
    QueueFullError,
    TriostateError,
)
from triostate.protocol.uplink import Batch, UpEvent, read_applied, read_batch, read_goodbye
from triostate.runtime.calls import Chain
from triostate.runtime.engine import Engine
from triostate.runtime.session import Session
from triostate.runtime.submissions import Submission, wire_fields
from triostate.ui import Binding, CompiledPage
from triostate.web.access import check, if_open
from triostate.web.addresses import address_told
from triostate.web.chains import answer_to, chain_of
from triostate.web.http import Request, Response, json_response
from triostate.web.pages import Pages

__all__ = ["Events", "Whereabouts"]

logger = logging.getLogger("triostate")


class Events:
    """The way up of one app."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def answer(self, visitor: str, body: Any, request: Request) -> Response | Awaitable[Response]:
        """Queue a batch of events; answer 202 with what was accepted and refused."""
        batch = read_batch(body)
        session = self._find(visitor, batch)
        page = self._pages.find(batch.page)
        if page is None:
            raise ProtocolError("no such page", 404)
        check(page.id == session.page)  # it says no more than of a page that is closed
        address = address_told(page.address, session.router.url)
        verdict = self._pages.access.ask(page.route, address, request, session)
        return if_open(verdict, lambda: self._take(visitor, batch, page))

    def _find(self, visitor: str, batch: Batch) -> Session:
        session = self._pages.engine.find(visitor, batch.token)
        if session is None:
            self._pages.engine.around.worker.refuse_misrouted(batch.token)
        if session is None or session.events.epoch != batch.epoch:
            raise ProtocolError("no such session", 404)
        return session

    def _take(self, visitor: str, batch: Batch, page: CompiledPage) -> Response:
        session = self._find(visitor, batch)  # again: it may have ended while require= was asked
        self._pages.engine.charge_events(session, len(batch.events))
        session.outbox.seen(batch.seen)
        if batch.events[0].n > session.events.accepted + 1:
            expected = session.events.accepted + 1
            return json_response(409, {"error": f"expected event {expected}", "expected": expected})
        refused = [
            (event.n, error)
            for event in batch.events
            if session.events.accept(event.n)
            and (error := _queue(session, page, event)) is not None
        ]
        return _answer(session, refused, len(batch.events))


def _queue(session: Session, page: CompiledPage, event: UpEvent) -> ProtocolError | None:
    """Queue one event, or return why not; either way its number is used up."""
    try:
        session.submit(_chain(session, page, event), event.n)
    except FormError as error:
        refusal: EventRefusedError = _FormRefusedError(error)
    except NotConvertibleError as error:
        refusal = EventRefusedError(str(error), 202)
    except QueueFullError as error:
        refusal = EventRefusedError(str(error), 429)
    except EventRefusedError as error:
        refusal = error
    else:
        return None
    logger.debug("event %d of session %s refused: %s", event.n, session.token[:6], refusal)
    session.skip(event.n)
    return refusal


def _answer(session: Session, refused: list[tuple[int, ProtocolError]], count: int) -> Response:
    answer: dict[str, Any] = {
        "ack": session.events.accepted,
        "refused": [_refused(number, error) for number, error in refused],
    }
    # A value that does not convert is the user's typing, not a mistake of the client's: 202.
    status = next((e.status for _, e in refused if e.status != 202), 202)
    if len(refused) < count:
        status = 202
    if status != 202:
        answer["error"] = str(refused[0][1])
    return json_response(status, answer)


def _result(session: Session, event: UpEvent) -> Chain:
    """Return what the result of a script's call runs, of which it has one."""
    spec = session.callbacks.take(-event.b)
    if spec is None:
        raise EventRefusedError("no call of a script waits for this result", 404)
    if len(event.a) != 1:
        raise EventRefusedError("the result of a script is one value")
    return answer_to(spec, event.a)


def _refused(number: int, error: ProtocolError) -> dict[str, Any]:
    entry: dict[str, Any] = {"n": number, "error": str(error)}
    if isinstance(error, _FormRefusedError):
        entry["fields"] = error.fields
    return entry


class _FormRefusedError(EventRefusedError):
    """Entries of a form are wrong: what the user is told, by field."""

    def __init__(self, error: FormError) -> None:
        super().__init__("entries of the form are wrong", 202)
        self.fields = wire_fields(error)


def _chain(session: Session, page: CompiledPage, event: UpEvent) -> Chain:
    if event.b < 0:
        return _result(session, event)
    if event.b >= len(page.bindings):
        raise EventRefusedError(f"the page has no binding {event.b}", 404)
    binding: Binding = page.bindings[event.b]
    if len(event.a) != binding.slot_count:
        raise EventRefusedError(f"binding {event.b} takes {binding.slot_count} values")
    if not binding.is_form:
        return chain_of(binding.calls, event.a, binding.description)
    submission = Submission(session.events, event.n)
    try:
        return chain_of(binding.calls, event.a, binding.description, submission)
    except TriostateError:
        raise
    except Exception as error:  # crash wall: the class that a form fills is user code
        told = session.failed(binding.description, error)
        raise EventRefusedError(told, 202) from error


class Whereabouts:
    """Where tabs say that they go, that they are hidden, and how far they have come.

    Raise MisroutedError for a session that is another worker's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def leave(self, visitor: str, body: Any, request: Request) -> Response:
        """Set the grace of the tab's session; answer 204 whether or not there is one."""
        goodbye = read_goodbye(body)
        session = self._find(visitor, goodbye.token)
        if session is not None and goodbye.detach:
            session.abandon(goodbye.epoch)
        elif session is not None and goodbye.hidden is None:
            session.leave(goodbye.epoch)
        elif session is not None:
            session.hide(goodbye.epoch, is_hidden=goodbye.hidden is True)
        return Response(204)

    def applied(self, visitor: str, body: Any, request: Request) -> Response:
        """Keep the frames no longer that a document has applied; answer as to a goodbye."""
        applied = read_applied(body)
        session = self._find(visitor, applied.token)
        if session is not None and session.events.epoch == applied.epoch:
            session.outbox.seen(applied.seen)
        return Response(204)

    def _find(self, visitor: str, token: str) -> Session | None:
        session = self._engine.find(visitor, token)
        if session is None:
            self._engine.around.worker.refuse_misrouted(token)
        return session
