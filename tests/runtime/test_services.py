"""Services and error hooks: what an app runs beside its sessions, and what it is told of."""

from __future__ import annotations

from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.testing import Client, isolated


def make() -> tuple[ts.App, type[ts.State]]:
    """Return an app with a handler that fails as its argument says."""
    with isolated():

        class Box(ts.State):
            @ts.event
            async def fail(self, kind: str = ""):
                if kind == "group":
                    raise ExceptionGroup("two", [ValueError("a"), KeyError("b")])
                raise ValueError("on purpose")

        app = app_with(Box)
    return app, Box


@virtual
async def test_started_in_order_cancelled_in_reverse() -> None:
    """In order before the first session, in reverse after the last, each end awaited."""
    app, _ = make()
    log: list[str] = []

    def declare(name: str) -> None:
        @app.service
        async def service(task_status: trio.TaskStatus[None]) -> None:
            log.append(f"{name} starts")
            await trio.sleep(1)
            task_status.started()
            try:
                await trio.sleep_forever()
            finally:
                with trio.CancelScope(shield=True, deadline=trio.current_time() + 9):
                    await trio.sleep(0.1)
                log.append(f"{name} ends")

    @app.on_open
    def opened(_: ts.Session) -> None:
        log.append("session opens")

    @app.on_close
    def closed(_: ts.Session) -> None:
        log.append("session closes")

    for name in ("first", "second"):
        declare(name)
    async with Client(app) as client:
        assert log == ["first starts", "second starts"]
        await client.open()
    assert log[2:] == ["session opens", "session closes", "second ends", "first ends"]


@virtual
async def test_one_that_fails_while_it_starts() -> None:
    """Before it has started, an exception of a service keeps the app from starting."""
    app, _ = make()

    @app.service
    async def service(task_status: trio.TaskStatus[None]) -> None:
        raise ConnectionError("no database")

    with pytest.raises(ConnectionError, match="no database"):
        async with Client(app):
            pass


@pytest.mark.parametrize("is_async", [True, False])
@virtual
async def test_one_that_fails_later(is_async: bool, caplog: pytest.LogCaptureFixture) -> None:
    """After that it is reported and ends this service alone, a plain function's mistake too."""
    app, _ = make()
    errors: list[BaseException] = []
    app.on_error(errors.append)

    async def fails() -> None:
        await trio.sleep(1)
        raise ValueError("on purpose")

    def plain() -> None: ...

    service: Any = fails if is_async else plain
    app.service(service)
    async with Client(app) as client, client.tab() as tab:
        await trio.sleep(5)
        assert tab.session.is_open
        (error,) = errors
        assert str(error) == "on purpose" if is_async else "has to be async" in str(error)
        assert len(caplog.records) == 1


def test_a_call_is_no_service() -> None:
    """What is no function is refused where it is registered."""
    app, _ = make()
    nightly: Any = "nightly"
    with pytest.raises(TypeError, match=r"app\.service takes an async function, not str"):
        app.service(nightly)


@virtual
async def test_a_service_writes_by_token() -> None:
    """A service has no right to write of its own: it goes through `modify_state`."""
    with isolated():

        class Clock(ts.State):
            ticks: int = 0

        app = app_with(Clock)

    @app.service
    async def tick() -> None:
        assert ts.get_app() is app
        while True:
            for token in app.event_namespace.token_to_sid:
                async with app.modify_state(token) as state:
                    state.get_substate(Clock).ticks += 1
            await trio.sleep(1)

    async with Client(app) as client, client.tab() as tab:
        await tab.wait_var(Clock, "ticks", 5)


# App.on_error


@virtual
async def test_on_error_gets_it_as_it_was_raised() -> None:
    """The very exception, a group as a group, from every kind of task (42)."""
    app, box = make()
    errors: list[BaseException] = []
    assert app.on_error(errors.append) == errors.append
    async with Client(app) as client, client.tab() as tab:
        go(tab, box.fail, "")
        go(tab, box.fail, "group")
        await tab.until(lambda: len(errors) == 2)
        assert isinstance(errors[0], ValueError)
        assert isinstance(errors[1], ExceptionGroup)
        assert [type(error) for error in errors[1].exceptions] == [ValueError, KeyError]


@pytest.mark.parametrize("kind", ["raises", "async", "async raises", "async raises a panic"])
@virtual
async def test_hooks_that_fail_hide_nothing(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """A hook may be async; one that fails is logged, and the hooks after it are asked (42)."""
    app, box = make()
    seen: list[Any] = []

    @app.on_error
    def sync_hook(error: BaseException) -> None:
        if kind == "raises":
            raise RuntimeError("of the hook")

    @app.on_error
    async def async_hook(error: BaseException) -> None:
        await trio.sleep(1)
        seen.append(error)
        if kind == "async raises":
            raise RuntimeError("of the hook")
        if kind.endswith("panic"):
            raise Panic("of the hook")

    app.on_error(seen.append)
    async with Client(app) as client, client.tab() as tab:
        go(tab, box.fail)
        await tab.until(lambda: len(seen) == 2)
        assert seen[0] is seen[1]
        await trio.sleep(1)
        assert ("an on_error hook failed" in caplog.text) == ("raises" in kind)
        assert "on purpose" in caplog.text
        assert tab.session.is_open


class Panic(BaseException):
    """As a library raises that wants nobody to catch it."""
