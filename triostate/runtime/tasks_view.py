"""The live view of an app's tasks: who runs, for how long, what it waits on, who holds the state.

Taken in one step, so all of it is of one moment. It holds names, places in code and times, never
the value of a var, an argument or a local; tokens are cut short. What may be cancelled has a number
instead of a token or an address, so a number that is out of date names nothing. How it is shown,
and to whom, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeAlias, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import attrs
import trio

from triostate.runtime.background import BackgroundTask
from triostate.runtime.engine import Engine
from triostate.runtime.session import Session
from triostate.runtime.whereabouts import place_of_task

__all__ = ["AppView", "RunView", "SessionView", "TaskView", "TasksView"]

T = TypeVar("T", Session, BackgroundTask)

Task: TypeAlias = trio.lowlevel.Task


@attrs.frozen
class TaskView:
    """One Trio task."""

    name: str
    depth: int
    """How many tasks of this list it is below: each is followed by its children."""
    age_seconds: float | None
    """None where it was not noted."""
    waits_at: str
    """The innermost line of user code, file, line and function; empty if there is none."""
    state: str
    """``holds`` the session's state, ``waits`` for it, or empty."""


@attrs.frozen
class RunView:
    """One run of a background handler."""

    number: int
    handler: str
    status: str
    progress: float | None
    age_seconds: float


@attrs.frozen
class SessionView:
    """One session."""

    number: int
    token: str
    """Its beginning."""
    phase: str
    page: str
    """The route that the tab shows."""
    queued: int
    """Events that wait for their turn."""
    runs: tuple[RunView, ...]
    tasks: tuple[TaskView, ...]


@attrs.frozen
class AppView:
    """All of it."""

    sessions: tuple[SessionView, ...]
    app_tasks: tuple[TaskView, ...]
    """Tasks of the app's own: services, and what `App.start_soon` started."""
    abandoned_threads: int
    """Threads that run on though their callers were cancelled."""


class TasksView:
    """Takes the views of one app, and finds again what they number."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions: _Numbers[Session] = _Numbers()
        self._runs: _Numbers[BackgroundTask] = _Numbers()

    def take(self) -> AppView:
        """Return what there is at this moment."""
        sessions = [*self._engine.sessions.values()]
        return AppView(
            tuple(self._session(session) for session in sessions),
            tuple(view for task in self._app_tasks() for view in self._tree(task, None)),
            self._engine.around.guards.abandoned_threads,
        )

    def cancel(self, number: int) -> bool:
        """Cancel the run of that number; False if it has ended."""
        run = self._runs.find(number)
        if run is None or run not in self._engine.around.running_tasks:
            return False
        run.cancel()
        return True

    def close(self, number: int) -> bool:
        """Begin to end the session of that number; False if it has ended."""
        session = self._sessions.find(number)
        if session is None or not session.is_open:
            return False
        session.close()
        return True

    def _app_tasks(self) -> list[Task]:
        nursery = self._engine.nursery
        if nursery is None:
            return []
        mains = {session.task for session in self._engine.sessions.values()}
        own = [task for task in nursery.child_tasks if task not in mains]
        # The engine is one of the tasks that an app consists of, as its services are.
        engine = nursery.parent_task
        beside = () if engine.parent_nursery is None else engine.parent_nursery.child_tasks
        return sorted([*own, *(task for task in beside if task is not engine)], key=_by_name)

    def _session(self, session: Session) -> SessionView:
        around = self._engine.around
        runs = [run for run in around.running_tasks if run.token == session.token]
        return SessionView(
            self._sessions.of(session),
            session.token[:6],
            session.phase.value,
            session.router.page.path,
            session.dispatcher.waiting,
            tuple(map(self._run, sorted(runs, key=lambda run: run.started))),
            () if session.task is None else tuple(self._tree(session.task, session)),
        )

    def _run(self, run: BackgroundTask) -> RunView:
        return RunView(
            self._runs.of(run),
            run.handler,
            run.status,
            run.progress,
            trio.current_time() - run.started,
        )

    def _tree(self, task: Task, session: Session | None, depth: int = 0) -> Iterator[TaskView]:
        births = self._engine.around.guards.births
        place = place_of_task(task)
        yield TaskView(
            task.name,
            depth,
            None if births is None else births.age(task),
            "" if place is None else str(place),
            "" if session is None else _relation(task, session),
        )
        for nursery in task.child_nurseries:
            for child in sorted(nursery.child_tasks, key=_by_name):
                yield from self._tree(child, session, depth + 1)


def _relation(task: Task, session: Session) -> str:
    holder = session.lock.holder
    if holder is not None and holder.task is task:
        return "holds"
    return "waits" if task in session.lock.waiting else ""


def _by_name(task: Task) -> str:
    return task.name


class _Numbers(Generic[T]):
    """Numbers for objects, none used twice."""

    def __init__(self) -> None:
        self._by_number: WeakValueDictionary[int, T] = WeakValueDictionary()
        self._of: WeakKeyDictionary[T, int] = WeakKeyDictionary()
        self._last = 0

    def of(self, item: T) -> int:
        number = self._of.get(item)
        if number is None:
            self._last = number = self._last + 1
            self._by_number[number], self._of[item] = item, number
        return number

    def find(self, number: int) -> T | None:
        return self._by_number.get(number)
