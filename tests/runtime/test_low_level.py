"""The low-level API: `modify_state`, tasks of the app's and the session's, `token_to_sid`."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import pytest
import trio

import triostate as ts
from tests.clock import virtual
from tests.runtime.apps import app_with, go
from triostate.limits import DETACH_GRACE_SECONDS
from triostate.testing import Client, isolated


def make() -> SimpleNamespace:
    """Return an app with a counter, and a background handler `work` that runs what is set."""
    made = SimpleNamespace(work=None, log=[], errors=[])
    with isolated():

        class Box(ts.State):
            n: int = 0
            items: list[int] = []

            @ts.event(background=True)
            async def work(self):
                await made.work(self)

            @ts.event
            async def front(self):
                await made.work(self)

        made.app = app_with(Box)
    made.Box = Box
    made.app.on_error(made.errors.append)
    return made


# modify_state


@virtual
async def test_another_sessions_handler() -> None:
    """A handler of one session changes another's state, as a block of that one (50)."""
    made = make()
    async with Client(made.app) as client, client.tab() as tab, client.tab() as other:

        async def work(state: Any) -> None:
            async with made.app.modify_state(other.token) as root:
                root.get_substate(made.Box).n = 7
                with pytest.raises(ts.ImmutableStateError):
                    state.n = 7
            async with state:  # its own block, with the other's inside
                state.n = 1
                async with made.app.modify_state(other.token) as root:
                    root.get_substate(made.Box).n += 1

        made.work = work
        go(tab, made.Box.work)
        await other.wait_var(made.Box, "n", 8)
        await tab.wait_var(made.Box, "n", 1)
        assert not made.errors


@pytest.mark.parametrize("how", ["raises", "cancelled"])
@virtual
async def test_rolls_back_as_a_block_does(how: str) -> None:
    """An app's task that fails or is cancelled in it leaves nothing behind (50)."""
    made = make()

    async def writes(token: str) -> None:
        with trio.move_on_after(1):
            async with made.app.modify_state(token) as root:
                box = root.get_substate(made.Box)
                box.n = 99
                box.items.append(99)
                if how == "raises":
                    raise ValueError("on purpose")
                await trio.sleep(5)

    async with Client(made.app) as client, client.tab() as tab:
        made.app.start_soon(writes, tab.token)
        await trio.sleep(2)
        async with made.app.modify_state(tab.token) as root:  # the lock is free
            assert (root.get_substate(made.Box).n, root.get_substate(made.Box).items) == (0, [])
        assert tab.var(made.Box, "n") == 0
        assert len(made.errors) == (how == "raises")


@virtual
async def test_no_live_session() -> None:
    """An unknown token, and one whose session is closing or closed: SessionNotFoundError (52)."""
    made = make()
    ends = trio.Event()

    async def work(state: Any) -> None:
        try:
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True, deadline=trio.current_time() + 9):
                await ends.wait()

    made.work = work
    async with Client(made.app) as client, client.tab() as tab:
        tokens = ["nobody", "", tab.token]
        session = tab.session
        go(tab, made.Box.work)
        await trio.sleep(1)
        session.close()
        for token in tokens:
            with pytest.raises(ts.SessionNotFoundError, match="no live session"):
                async with made.app.modify_state(token):
                    pass
        ends.set()
        await session.closed.wait()
        with pytest.raises(ts.SessionNotFoundError):
            async with made.app.modify_state(tokens[-1]):
                pass


@virtual
async def test_a_session_that_ends_while_it_is_waited_for() -> None:
    """Who waits for the state of a session that is closed is told so, at once (52)."""
    made = make()

    async def work(state: Any) -> None:
        async with state:
            await trio.sleep(50)

    made.work = work
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await trio.sleep(1)
        session = tab.session
        async with trio.open_nursery() as nursery:

            @nursery.start_soon
            async def _() -> None:
                with pytest.raises(ts.SessionNotFoundError):
                    async with made.app.modify_state(session.token):
                        pass

            await trio.sleep(1)
            session.close()


@virtual
async def test_not_a_token() -> None:
    """What is no token at all is a TypeError that says where one comes from (52)."""
    made = make()
    async with Client(made.app) as client, client.tab() as tab:
        for value in (None, tab.server(made.Box), 7):
            with pytest.raises(TypeError, match=r"self\.get_token\(\)"):
                made.app.modify_state(value)


@virtual
async def test_kept_after_its_end() -> None:
    """A state kept from it cannot be mutated after its end, nor what was taken out of it (53)."""
    made = make()
    async with Client(made.app) as client, client.tab() as tab:
        async with made.app.modify_state(tab.token) as root:
            box = root.get_substate(made.Box)
            items = box.items
            items.append(1)
        for write in (
            lambda: setattr(box, "n", 2),
            lambda: items.append(2),
            lambda: box.items.extend([3]),
            lambda: delattr(box, "n"),
            box.reset,
            root.reset,
        ):
            with pytest.raises(ts.ImmutableStateError):
                write()
        assert (box.n, list(items)) == (0, [1])
        await tab.session.aclose()
        for write in (lambda: setattr(box, "n", 2), lambda: items.append(2), root.reset):
            with pytest.raises(ts.ImmutableStateError):
                write()


@virtual
async def test_own_token() -> None:
    """`modify_state` of the own token inside a block is a block inside a block (27)."""
    made = make()

    async def work(state: Any) -> None:
        async with state:
            with pytest.raises(ts.ImmutableStateError, match="do not nest"):
                async with state.app.modify_state(state.get_token()):
                    pass
            async with trio.open_nursery() as nursery:
                nursery.start_soon(child, state)
            state.n += 1
        async with state.app.modify_state(state.get_token()) as root:
            with pytest.raises(ts.ImmutableStateError, match="do not nest"):
                async with state:
                    pass
            root.get_substate(type(state)).n += 1

    async def child(state: Any) -> None:
        with pytest.raises(ts.ImmutableStateError, match="do not nest"):
            async with state:
                pass
        made.log.append("child")

    made.work = work
    async with Client(made.app) as client, client.tab() as tab:
        go(tab, made.Box.work)
        await tab.wait_var(made.Box, "n", 2)
        assert made.log == ["child"]
        assert not made.errors


# Tasks of the app's and of the session's


@pytest.mark.parametrize("owner", ["app", "session"])
@virtual
async def test_start_soon(owner: str, caplog: pytest.LogCaptureFixture) -> None:
    """A crash in such a task is reported like a handler's, and ends that task alone (51)."""
    made = make()

    async def fails(number: int) -> None:
        await trio.sleep(number)
        raise ValueError("on purpose")

    async with Client(made.app) as client, client.tab() as tab:
        starter = made.app if owner == "app" else tab.session
        starter.start_soon(fails, 2)
        starter.start_soon(functools.partial(fails, 3))
        await trio.sleep(5)
        assert [str(error) for error in made.errors] == ["on purpose"] * 2
        texts = [record.getMessage() for record in caplog.records]
        assert len(texts) == 2
        assert all("test_start_soon.<locals>.fails" in text for text in texts)
        assert tab.toasts == ["Something went wrong."] * (2 if owner == "session" else 0)
        assert tab.session.is_open


@pytest.mark.parametrize("owner", ["app", "session"])
@virtual
async def test_start_soon_given_no_async_function(owner: str) -> None:
    """A call in place of the function is refused where it is made; a plain function, named."""
    made = make()

    async def fn() -> None: ...

    def plain() -> None: ...

    async with Client(made.app) as client, client.tab() as tab:
        starter: Any = made.app if owner == "app" else tab.session
        with pytest.raises(
            TypeError, match=r"`start_soon\(fn, \.\.\.\)` for `start_soon\(fn\(\.\.\.\)\)`"
        ):
            starter.start_soon(fn())
        with pytest.raises(TypeError, match="not NoneType"):
            starter.start_soon(None)
        starter.start_soon(plain)
        await trio.sleep(1)
        (error,) = made.errors
        assert "plain has to be async: it returned NoneType" in str(error)


@virtual
async def test_start_soon_while_nothing_is_served() -> None:
    """Before the app is served, and after, there is no nursery: RuntimeError that says so."""
    made = make()
    with pytest.raises(RuntimeError, match="not being served"):
        made.app.start_soon(trio.sleep, 1)
    async with Client(made.app) as client, client.tab() as tab:
        session = tab.session
    with pytest.raises(RuntimeError, match="not being served"):
        made.app.start_soon(trio.sleep, 1)
    with pytest.raises(ts.SessionClosedError):
        session.start_soon(trio.sleep, 1)


@virtual
async def test_a_task_of_the_session_ends_with_it() -> None:
    """`session.start_soon` starts a child of the session: its finally runs before `closed` (40)."""
    made = make()

    async def task(name: str) -> None:
        try:
            await trio.sleep_forever()
        finally:
            made.log.append(name)

    async with Client(made.app) as client, client.tab() as tab:

        async def work(state: Any) -> None:
            state.session.start_soon(task, "child")

        made.work = work
        session = tab.session
        go(tab, made.Box.work)
        await trio.sleep(10)
        assert made.log == []
        await session.aclose()
        assert made.log == ["child"]


# token_to_sid


@virtual
async def test_token_to_sid() -> None:
    """It has the token from attach until the grace is over, an id for each stream (49)."""
    made = make()
    tokens = made.app.event_namespace.token_to_sid
    async with Client(made.app) as client:
        assert dict(tokens) == {}
        tab = await client.open()
        first = tokens[tab.token]
        assert first
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS - 1)
        assert tokens.get(tab.token) == first  # a hiccup of the network stops nobody
        await tab.reconnect()
        assert list(tokens) == [tab.token]
        assert tokens[tab.token] not in ("", first)
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS + 0.1)
        assert tab.token not in tokens
        assert (len(tokens), dict(tokens)) == (0, {})
        with pytest.raises(KeyError):
            tokens[tab.token]


@virtual
async def test_stopping_by_token_to_sid() -> None:
    """The seeds' way: a task that looks for its token there ends when the tab is gone (49)."""
    made = make()

    async def poll(app: ts.App, token: str) -> None:
        while token in app.event_namespace.token_to_sid:
            async with app.modify_state(token) as state:
                state.get_substate(made.Box).n += 1
            await trio.sleep(1)
        made.log.append("tab is gone")

    async with Client(made.app) as client:
        tab = await client.open()
        made.app.start_soon(poll, made.app, tab.token)
        await tab.wait_var(made.Box, "n", 5)
        await tab.drop()
        await trio.sleep(10)
        await tab.reconnect()
        assert tab.var(made.Box, "n") > 10
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS + 2)
        assert made.log == ["tab is gone"]
        assert not made.errors
