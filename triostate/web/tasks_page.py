"""The page of the live view of tasks, as HTML.

Everything that a user's code may have named (handlers, tasks, files) is escaped. Knows nothing of
requests, nor of how the view is taken.
"""

from __future__ import annotations

from collections.abc import Iterable

from triostate.runtime.tasks_view import AppView, RunView, SessionView, TaskView
from triostate.ui.html import escape
from triostate.web.gate import OWN

__all__ = ["PATH", "tasks_html"]

PATH = f"{OWN}tasks"


def tasks_html(view: AppView, *, is_paused: bool) -> str:
    """Return the content of the page; ``is_paused`` says that it does not refresh itself."""
    sessions = [*view.sessions]
    runs = sum(len(session.runs) for session in sessions)
    tasks = len(view.app_tasks) + sum(len(session.tasks) for session in sessions)
    counts = [
        _count(len(sessions), "session"),
        _count(tasks, "task"),
        _count(runs, "background run"),
    ]
    if view.abandoned_threads:
        counts.append(_count(view.abandoned_threads, "abandoned thread"))
    toggle = (PATH, "Refresh again") if is_paused else (f"{PATH}?refresh=0", "Pause")
    return (
        '<main class="ts-tasks"><header><h1 class="ts-heading" data-size="7">Tasks</h1>'
        f'<p class="ts-text" data-color="gray" data-size="2">{", ".join(counts)}</p>'
        f'<a class="ts-link" href="{toggle[0]}">{toggle[1]}</a></header>'
        f"{''.join(map(_session, sessions))}"
        '<section class="ts-card"><header><h2 class="ts-heading" data-size="4">App</h2></header>'
        f"{_tasks(view.app_tasks)}</section></main>"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _session(session: SessionView) -> str:
    waiting = f"{_count(session.queued, 'event')} waiting" if session.queued else ""
    about = [_mark(session.phase), f"<code>{escape(session.page)}</code>", waiting]
    return (
        '<section class="ts-card"><header>'
        f'<h2 class="ts-heading" data-size="4">Session {escape(session.token)}…</h2>'
        f"{''.join(f'<span>{part}</span>' for part in about if part)}"
        f"{_button('close', session.number, 'Close', f'session {session.token}')}"
        f"</header>{_runs(session.runs)}{_tasks(session.tasks)}</section>"
    )


def _runs(runs: Iterable[RunView]) -> str:
    rows = [
        f"<td>{escape(run.handler)}</td><td>{_mark(run.status)}</td>"
        f"<td>{_progress(run.progress)}</td><td>{_age(run.age_seconds)}</td>"
        f"<td>{_button('cancel', run.number, 'Cancel', run.handler)}</td>"
        for run in runs
    ]
    return _table("Background runs", ("Handler", "Status", "Progress", "Age", ""), rows)


def _tasks(tasks: Iterable[TaskView]) -> str:
    rows = [
        f"<td>{_indent(task.depth)}{escape(task.name)} {_mark(_STATES.get(task.state, ''))}</td>"
        f"<td>{_age(task.age_seconds)}</td><td>{escape(task.waits_at) or '-'}</td>"
        for task in tasks
    ]
    return _table("Tasks", ("Task", "Age", "Waits at"), rows)


_STATES = {"holds": "holds the state", "waits": "waits for the state"}


def _table(caption: str, heads: Iterable[str], rows: list[str]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="ts-table" tabindex="0"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _indent(depth: int) -> str:
    return f"{'&nbsp;' * 3 * (depth - 1)}└ " if depth else ""


def _mark(text: str) -> str:
    if not text:
        return ""
    return f'<span class="ts-mark" data-color="{_COLORS.get(text, "gray")}">{escape(text)}</span>'


_COLORS = {
    "live": "green",
    "running": "blue",
    "waiting": "amber",
    "closing": "red",
    "detached": "amber",
    "holds the state": "violet",
    "waits for the state": "amber",
}


def _progress(value: float | None) -> str:
    if value is None:
        return "-"
    return (
        '<progress class="ts-progress" data-size="1" max="1" aria-label="Progress" '
        f'value="{value:.3f}"></progress>'
    )


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _button(action: str, number: int, text: str, what: str) -> str:
    return (
        f'<form method="post" action="{PATH}"><button class="btn ts-button" data-variant="soft" '
        f'data-color="red" data-size="1" name="{action}" value="{number}" '
        f'aria-label="{text} {escape(what)}">{text}</button></form>'
    )
