"""What the pytest plugin's fixtures are made of; the plugin imports it when a test needs one.

Knows nothing of pytest.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import trio
from trio.testing import MockClock

from triostate.app import App
from triostate.target import WELCOME, load_target, target_name
from triostate.testing.client import Client
from triostate.testing.clock import VIRTUAL_LIMIT_SECONDS, make_clock, run_virtual

__all__ = ["Client", "find_app", "make_clock", "run_test"]


def find_app() -> App:
    """Return the app that the project names; raise LookupError if it names none.

    A module that makes no `App` stands for all that it and others define, as it does for servers.
    """
    folder = Path.cwd()
    if target_name(folder) == WELCOME:
        raise LookupError(
            "the project names no app to test: set [tool.triostate] app = 'package.module' in "
            f"{folder / 'pyproject.toml'}, or override the fixture ts_app"
        )
    return load_target(App) or App()


def run_test(
    test: Callable[..., Awaitable[object]],
    arguments: Mapping[str, Any],
    fixtures: Mapping[str, Any],
    *,
    limit_seconds: float | None = None,
    clock: str = "virtual",
) -> None:
    """Run an async test to its end, with every `Client` among its fixtures served meanwhile.

    Args:
        test: the test function.
        arguments: what it is called with.
        fixtures: all the fixtures in use.
        limit_seconds: by the test's clock.
        clock: ``"virtual"``, which is the fixtures' own if they have one, or ``"real"``.
    """

    async def served() -> None:
        async with AsyncExitStack() as stack:
            for fixture in fixtures.values():
                if isinstance(fixture, Client):
                    await stack.enter_async_context(fixture)
            await test(**arguments)

    if clock == "real":
        trio.run(functools.partial(_limited, served, limit_seconds or float("inf")))
        return
    own = next((f for f in fixtures.values() if isinstance(f, MockClock)), None)
    run_virtual(served, limit_seconds=limit_seconds or VIRTUAL_LIMIT_SECONDS, clock=own)


async def _limited(test: Callable[[], Awaitable[object]], limit_seconds: float) -> None:
    with trio.fail_after(limit_seconds):
        await test()
