"""The gallery: an index of the examples, and a page for each with its source beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType

import attrs

import triostate as ts
from examples import (
    accounts,
    background_task,
    chat,
    cleanup,
    components,
    counter,
    dashboard,
    docs,
    job_queue,
    low_level,
    nightly_job,
    operations,
    progress,
)

app = ts.App(modules=["examples"])
accounts.install(app)


@attrs.frozen
class Example:
    """One entry of the gallery."""

    route: str
    title: str
    teaches: str
    module: ModuleType
    demo: Callable[[], ts.Component]
    on_load: tuple[ts.EventHandler[...] | ts.EventSpec, ...] = ()
    is_framed: bool = True
    """Whether the demo stands on a card; one with cards of its own does not."""


def _open_operations() -> ts.Component:
    return ts.hstack(
        ts.text(
            "Pages of its own, with ", ts.code("ada"), " and ", ts.code("engine"), " to enter."
        ),
        ts.link("Open the dashboard", href="/operations"),
        justify="between",
    )


EXAMPLES = (
    Example(
        "/operations-dashboard",
        "Operations",
        "A login, live tiles, ten thousand orders, a job and a form: an app of several pages.",
        operations,
        _open_operations,
    ),
    Example(
        "/components",
        "Components",
        "All there is to build a page from, and how to wrap an element of your own.",
        components,
        components.demo,
        is_framed=False,
    ),
    Example(
        "/counter",
        "Counter",
        "A background handler with policy, task vars and cancel.",
        counter,
        counter.demo,
    ),
    Example(
        "/background-task",
        "Background task",
        "A task that keeps its own flags and allows one run at a time.",
        background_task,
        background_task.background_task_example,
    ),
    Example(
        "/progress",
        "Progress",
        "How far a long job is, told by the loop that does it, and a way to stop it.",
        progress,
        progress.demo,
    ),
    Example(
        "/job-queue",
        "Job queue",
        "What a second job does while the first is running: four policies, side by side.",
        job_queue,
        job_queue.demo,
    ),
    Example(
        "/chat",
        "Chat",
        "An answer that arrives word by word, and stops when you say so.",
        chat,
        chat.demo,
    ),
    Example(
        "/dashboard",
        "Dashboard",
        "Live tiles, each kept fresh by a run of its own, at its own pace.",
        dashboard,
        dashboard.demo,
        on_load=tuple(dashboard.WATCH_ALL),
    ),
    Example(
        "/cleanup",
        "Cleanup",
        "What a tab holds it gives back, however it goes.",
        cleanup,
        cleanup.demo,
        on_load=(cleanup.Desks.follow,),
    ),
    Example(
        "/low-level",
        "Low-level API",
        "An arbitrary task that changes the state of a tab by its token.",
        low_level,
        low_level.low_level_example,
    ),
    Example(
        "/nightly-job",
        "Nightly job",
        "Time-outs and retries; ten minutes that a test goes through in milliseconds.",
        nightly_job,
        nightly_job.demo,
    ),
)


@app.quart.get("/star-rating.js")
async def star_rating() -> tuple[str, dict[str, str]]:
    """Answer the script of the element that the components example wraps."""
    return components.STAR_RATING, {"content-type": "text/javascript"}


@app.quart.get("/report.js")
async def report() -> tuple[str, dict[str, str]]:
    """Answer the script whose function a page of the documentation calls."""
    return components.REPORT, {"content-type": "text/javascript"}


@app.quart.get("/zen")
async def zen() -> str:
    """Answer what the low-level example fetches."""
    return "Keep it logically awesome."


def _frame(*children: ts.Component) -> ts.Component:
    return ts.center(
        ts.vstack(*children, spacing="5", width="100%", max_width="60rem"),
        padding="2.5rem 1rem",
    )


@ts.page(route="/", title="triostate gallery")
def index() -> ts.Component:
    """List the examples."""
    return _frame(
        ts.vstack(
            ts.hstack(
                ts.heading("triostate gallery", size="8"),
                ts.color_mode_button(),
                justify="between",
                width="100%",
                wrap="nowrap",
            ),
            ts.text(
                "Long-running work behind live pages. Open an example in two tabs: each tab is a "
                "session of its own, and closing it ends all that it started.",
                color_scheme="gray",
            ),
            _documentation(),
            spacing="4",
        ),
        ts.grid(
            *(_entry(example) for example in EXAMPLES),
            columns=["1", None, "2"],
            spacing="4",
            width="100%",
        ),
    )


def _documentation() -> ts.Component:
    return ts.link(
        ts.icon("book-open", size=16),
        "Documentation",
        href=docs.ROOT,
        display="inline-flex",
        align_items="center",
        gap="0.5rem",
        padding="0.5rem 1rem",
        border_radius="var(--radius)",
        background="var(--primary)",
        color="var(--primary-foreground)",
        font_weight="500",
        text_decoration="none",
        _hover={"opacity": "0.9"},
    )


def _entry(example: Example) -> ts.Component:
    return ts.card(
        ts.vstack(
            ts.heading(
                ts.link(
                    example.title,
                    href=example.route,
                    color="var(--foreground)",
                    text_decoration="none",
                    # The whole card is the link
                    _after={"content": "''", "position": "absolute", "inset": "0"},
                ),
                size="4",
            ),
            ts.text(example.teaches, color_scheme="gray"),
            spacing="1",
        ),
        position="relative",
        _hover={"border_color": "var(--primary)"},
    )


def _page(example: Example) -> Callable[[], ts.Component]:
    def show() -> ts.Component:
        return _frame(
            ts.link("All examples", href="/"),
            ts.vstack(
                ts.heading(example.title, size="7"),
                ts.text(inspect.getdoc(example.module) or "", color_scheme="gray"),
                spacing="2",
            ),
            ts.card(example.demo(), width="100%") if example.is_framed else example.demo(),
            ts.code_block(inspect.getsource(example.module), width="100%"),
        )

    return show


for _example in EXAMPLES:
    ts.page(route=_example.route, title=f"{_example.title} - triostate", on_load=_example.on_load)(
        _page(_example)
    )
