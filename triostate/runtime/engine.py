"""The engine: the sessions of one app, and the nursery that they and the app's own tasks live in.

``manager nursery -> session.run() -> session nursery``: a session is never a child of the request
that made it, and one that crashes ends alone. The engine runs for as long as the app is served.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

import attrs
import trio

from triostate.errors import ProtocolError, SessionClosedError, SessionNotFoundError, TooManyError
from triostate.limits import (
    BURST_SECONDS,
    MAX_BUSY_TABS,
    REFUSAL_SECONDS,
    REQUESTS_BURST_SECONDS,
)
from triostate.runtime.functions import call_async, check_function, name_of
from triostate.runtime.rates import Rates, Tally, owner_of
from triostate.runtime.session import Session
from triostate.runtime.streams import Streams
from triostate.runtime.surroundings import Surroundings
from triostate.runtime.walls import CrashWall
from triostate.state.state import State, instance_of

__all__ = ["Engine", "ModifyState", "TokenMap"]


@attrs.define(eq=False)
class Engine:
    """What all sessions of an app share."""

    around: Surroundings
    sessions: dict[str, Session] = attrs.field(factory=dict)
    streams: Streams = attrs.field(init=False)
    is_draining: bool = False
    ended: trio.Event = attrs.field(factory=trio.Event)
    """Set when no session and no task of the app is left."""
    _nursery: trio.Nursery | None = None
    _of_visitor: dict[str, set[Session]] = attrs.field(factory=dict)
    """The same sessions: with thousands of them, nothing may look through all for each request."""
    _owners: Tally = attrs.field(init=False)
    _requests: Rates = attrs.field(init=False)
    _events: Rates = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        allowance = self.around.allowance
        bound = allowance.max_sessions_per_address
        self._owners = Tally(bound, "tabs")
        self.streams = Streams(bound, self.around.worker.new_name)
        rate = allowance.max_requests_per_second
        self._requests = Rates(
            rate,
            REQUESTS_BURST_SECONDS,
            f"more than {rate} requests a second from one browser or address: see "
            "App(max_requests_per_second=) and, behind a proxy, App(trusted_proxies=)",
        )
        rate = MAX_BUSY_TABS * allowance.max_events_per_second
        refusal = f"more than {rate} events a second from all tabs of one browser"
        self._events = Rates(rate, BURST_SECONDS, refusal)

    # Life

    async def run(
        self,
        over: trio.Event,
        stopping: Callable[[], Awaitable[object]] = trio.sleep_forever,
        *,
        task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Hold the manager nursery open until ``over``; then end every session and task.

        Streams end as soon as ``stopping`` returns, which may be long before. May be run again
        after it has ended, as tests do with one app.
        """
        self.is_draining, self.ended = False, trio.Event()
        worker = self.around.worker

        async def stopped() -> None:
            await stopping()
            worker.stop()

        worker.start()
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                self.around.reporter.spawn = self._spawn
                nursery.start_soon(self.streams.run, stopped, name="streams")
                task_status.started()
                await over.wait()
                nursery.cancel_scope.cancel()
        finally:
            worker.stop()
            self._nursery = self.around.reporter.spawn = None
            self.ended.set()

    async def drain(self) -> None:
        """Take no more sessions, say goodbye, and let running foreground handlers finish.

        Takes ``drain_seconds`` at most; the end of `run` ends the rest.
        """
        self.is_draining = True
        self.around.worker.stop()
        self.streams.drain()
        with trio.move_on_after(self.around.durations.drain_seconds):
            for session in list(self.sessions.values()):
                await session.dispatcher.wait_idle()

    @property
    def nursery(self) -> trio.Nursery | None:
        """Where sessions and the app's tasks live; None while the app is not served."""
        return self._nursery

    # Sessions

    def attach(self, visitor: str, token: str, address: str = "") -> tuple[Session, bool]:
        """Return the visitor's open session of that token, or a new one; and whether it is new.

        Raises ProtocolError: 503 while draining, 429 when visitor or address has too many tabs.
        """
        self.refuse_if_ending()
        session = self.find(visitor, token)
        if session is not None:
            return session, False
        bound, owner = self.around.allowance.max_tabs_per_visitor, owner_of(address)
        if sum(other.is_open for other in self.of_visitor(visitor)) >= bound:
            raise TooManyError(f"a browser may have {bound} tabs here")
        self._owners.add(owner)
        session = Session(self.around, visitor, owner)
        self.sessions[session.token] = session
        self._of_visitor.setdefault(visitor, set()).add(session)
        self._spawn(self._supervise, session, name=f"session {session.token[:6]}")
        return session, True

    def charge_request(self, visitor: str, address: str) -> None:
        """Take note of a request that is no event; raise TooManyError if they come too fast.

        A visitor without a session or stream may have made its secret up: its address counts.
        """
        is_known = bool(self.of_visitor(visitor)) or self.streams.has_any(visitor)
        who = visitor if is_known else owner_of(address)
        # No browser comes near it, so who does is sent away for as long as may be.
        self._requests.charge(who, 1, trio.current_time(), REFUSAL_SECONDS)

    def charge_events(self, session: Session, count: int) -> None:
        """Take note of so many events; raise TooManyError if tab or browser sends too fast."""
        session.charge(count)
        try:
            # As long as may be: else all its tabs come back at the moment when one has room.
            self._events.charge(session.visitor, count, trio.current_time(), REFUSAL_SECONDS)
        except TooManyError:
            session.discharge(count)
            raise

    def refuse_if_ending(self) -> None:
        """Raise ProtocolError 503 while draining."""
        if self.is_draining or self._nursery is None:
            raise ProtocolError("the server is going down; try again soon", 503)

    async def _supervise(self, session: Session) -> None:
        report, where = self.around.reporter.report, f"session {session.token[:6]}"
        try:
            with CrashWall(lambda error: report(where, error)):
                await session.run()
        finally:
            del self.sessions[session.token]
            self._forget(session)
            session.closed.set()

    def _forget(self, session: Session) -> None:
        self._owners.remove(session.owner)
        mine = self._of_visitor[session.visitor]
        mine.discard(session)
        if not mine:
            del self._of_visitor[session.visitor]

    def find(self, visitor: str, token: str) -> Session | None:
        """Return the open session of that token if it belongs to the visitor, else None."""
        session = self.sessions.get(token)
        if session is None or not session.is_open:
            return None
        same = hmac.compare_digest(session.visitor.encode(), visitor.encode())
        return session if same else None

    def get(self, token: str) -> Session:
        """Return the open session of that token; raise SessionNotFoundError if there is none.

        Tasks of the session itself, which clean up, find it while it is closing, too.
        """
        session = self.sessions.get(token)
        if session is None or not (session.is_open or session.is_own_task()):
            raise SessionNotFoundError(f"no live session has the token {token[:6]!r}...")
        return session

    def of_visitor(self, visitor: str) -> Iterable[Session]:
        """Return the visitor's sessions; to be used at once."""
        return self._of_visitor.get(visitor, ())

    # Tasks of the app

    def start_soon(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Start a task that lives as long as the app; raise RuntimeError while none is served."""
        check_function(fn, "start_soon")
        self._spawn(self._guarded, fn, *args, name=name_of(fn))

    def _spawn(
        self, fn: Callable[..., Awaitable[Any]], *args: Any, name: str | None = None
    ) -> None:
        nursery = self._nursery
        if nursery is None:
            raise RuntimeError("the app is not being served: it has no nursery to start a task in")
        context = self.around.clean_context()
        context.run(lambda: nursery.start_soon(fn, *args, name=name))

    async def _guarded(self, fn: Callable[..., Awaitable[Any]], *args: Any) -> None:
        with CrashWall(lambda error: self.around.reporter.report(name_of(fn), error)):
            await call_async(fn, *args)


class ModifyState:
    """The state block of a session known by its token; see `App.modify_state`."""

    def __init__(self, engine: Engine, token: str) -> None:
        if not isinstance(token, str):
            raise TypeError(
                f"modify_state takes a token, such as `self.get_token()` gives, "
                f"not {type(token).__name__}"
            )
        self._engine = engine
        self._token = token
        self._session: Session | None = None

    async def __aenter__(self) -> State:
        session = self._session = self._engine.get(self._token)
        host = session.tree.host
        try:
            await host.enter_block()
        except SessionClosedError as error:
            raise SessionNotFoundError(str(error)) from None
        if not (session.is_open or session.is_own_task()):
            gone = SessionNotFoundError("the session ended while its state was waited for")
            await host.exit_block(gone)
            raise gone
        return instance_of(session.tree, State)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._session is not None
        await self._session.tree.host.exit_block(error)


class TokenMap(Mapping[str, str]):
    """A live view: token to stream id, from attach until the grace of a lost stream is over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _open(self) -> dict[str, str]:
        return {
            token: session.stream_id
            for token, session in self._engine.sessions.items()
            if session.is_open
        }

    def __getitem__(self, token: str) -> str:
        session = self._engine.sessions.get(token)
        if session is None or not session.is_open:
            raise KeyError(token)
        return session.stream_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._open())

    def __len__(self) -> int:
        return len(self._open())
