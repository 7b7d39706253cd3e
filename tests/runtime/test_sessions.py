"""Sessions: one a tab, kept over a reload, ended with all that they started."""

from __future__ import annotations

import pytest
import trio

from tests.clock import virtual
from tests.runtime.demo import make_app
from triostate.limits import DETACH_GRACE_SECONDS, HIDDEN_GRACE_SECONDS, LEAVE_GRACE_SECONDS
from triostate.runtime.lifecycle import TRANSITIONS, Happening, Phase, after
from triostate.testing import Client, Tab


@virtual
async def test_background_tasks_from_trigger_to_end() -> None:
    """app.background_tasks holds a run from its trigger to its last finally, then not (43)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.task)
        (task,) = demo.app.background_tasks
        assert (task.handler, task.token) == ("state.demo.task", tab.token)
        assert task.status == "running"
        await tab.wait_var(demo.Demo, "task.running", False)
        assert not demo.app.background_tasks
        assert task.status == "succeeded"


@virtual
async def test_two_tabs_do_not_share() -> None:
    """Each tab has its own token and its own vars (54)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as one, client.tab() as two:
        assert one.token != two.token
        await one.run(demo.Demo.increment)
        assert (one.var(demo.Demo, "n"), two.var(demo.Demo, "n")) == (1, 0)


@virtual
async def test_reload_keeps_state_and_tasks() -> None:
    """A reload within the leave grace keeps the token, the values and the tasks (55)."""
    demo = make_app()
    async with Client(demo.app) as client, client.tab() as tab:
        await tab.run(demo.Demo.increment)
        await tab.run(demo.Demo.task)
        token = tab.token
        await tab.close()
        await trio.sleep(LEAVE_GRACE_SECONDS - 0.1)
        tab.new_document()
        await tab.reconnect()
        assert tab.token == token
        assert tab.var(demo.Demo, "n") == 1
        assert len(demo.app.background_tasks) == 1
        await tab.wait_var(demo.Demo, "n", 11)


@virtual
async def test_closing_a_tab_ends_its_tasks() -> None:
    """After the leave grace the session is gone, its tasks' finally blocks have run (40, 55)."""
    demo = make_app()
    async with Client(demo.app) as client:
        async with client.tab() as tab:
            await tab.run(demo.Demo.task)
            session = demo.app._engine.get(tab.token)
        assert demo.app.background_tasks
        await trio.sleep(LEAVE_GRACE_SECONDS + 0.1)
        assert demo.log == ["task starts", "task ends"]
        assert not demo.app.background_tasks
        assert session.closed.is_set()
        assert not demo.app.event_namespace.token_to_sid


@virtual
async def test_lost_connection_has_the_longer_grace() -> None:
    """Without a goodbye the session waits for the detach grace; tasks never notice."""
    demo = make_app()
    async with Client(demo.app) as client:
        tab = await client.open()
        await tab.run(demo.Demo.task)
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS - 1)
        await tab.reconnect()
        assert tab.var(demo.Demo, "n") == 10
        await tab.drop()
        await trio.sleep(DETACH_GRACE_SECONDS + 0.1)
        assert not demo.app.event_namespace.token_to_sid


@virtual
async def test_router() -> None:
    """`self.router` says who the tab is, where it is, and with what; anew at each attach."""
    demo = make_app()
    async with Client(demo.app, address="10.0.0.7") as client:
        tab = await client.open("/?name=Ada%20L&empty=&name=Bob#part")
        router = tab.server(demo.Demo).router
        assert (router.session.client_token, router.session.client_ip) == (tab.token, "10.0.0.7")
        assert router.page.path == "/"
        assert router.page.params == {"name": "Bob", "empty": ""}
        assert "cookie" not in router.headers
        await tab.goto("/")
        assert tab.server(demo.Demo).router.page.params == {}


async def say_hidden(client: Client, tab: Tab, *, is_hidden: bool) -> None:
    """Say what a document says when it is hidden or frozen, or shown again."""
    body = {"token": tab.token, "epoch": tab.epoch, "hidden": is_hidden}
    answer = await client.post("/_triostate/leave", body)
    assert answer.status == 204


@virtual
async def test_hidden_tab_has_the_longest_grace() -> None:
    """A tab that was hidden when it was lost is kept for ten minutes, its tasks with it."""
    demo = make_app()
    tokens = demo.app.event_namespace.token_to_sid
    async with Client(demo.app) as client:
        tab = await client.open()
        await say_hidden(client, tab, is_hidden=True)
        await tab.drop()
        await tab.reconnect()  # still hidden: it has not said anything else
        await tab.run(demo.Demo.task)
        await tab.drop()
        await trio.sleep(HIDDEN_GRACE_SECONDS - 1)
        assert list(tokens) == [tab.token]
        await tab.reconnect()
        assert tab.var(demo.Demo, "n") == 10
        await tab.drop()
        await trio.sleep(HIDDEN_GRACE_SECONDS + 0.1)
        assert not tokens


@pytest.mark.parametrize("how", ["shown again", "goodbye", "another document"])
@virtual
async def test_hidden_no_more(how: str) -> None:
    """Shown again it has the usual grace; a goodbye counts though it came from a hidden tab."""
    demo = make_app()
    async with Client(demo.app) as client:
        tab = await client.open()
        await say_hidden(client, tab, is_hidden=True)
        if how == "shown again":
            await say_hidden(client, tab, is_hidden=False)
        elif how == "another document":
            await tab.drop()
            await tab.reload()
        else:
            await tab.leave()
            await say_hidden(client, tab, is_hidden=True)  # overtaken on the way
        await tab.drop()
        grace = LEAVE_GRACE_SECONDS if how == "goodbye" else DETACH_GRACE_SECONDS
        await trio.sleep(grace - 0.1)
        assert len(demo.app.event_namespace.token_to_sid) == 1
        await trio.sleep(0.2)
        assert not demo.app.event_namespace.token_to_sid


@virtual
async def test_a_page_request_extends_the_leave_grace() -> None:
    """A slow reload: a page request of the same visitor starts the leave grace anew (55)."""
    demo = make_app()
    async with Client(demo.app) as client:
        tab = await client.open()
        await tab.close()
        for _ in range(3):
            await trio.sleep(LEAVE_GRACE_SECONDS - 0.5)
            await client.request("GET", "/")
        assert list(demo.app.event_namespace.token_to_sid) == [tab.token]
        await trio.sleep(LEAVE_GRACE_SECONDS + 0.1)
        assert not demo.app.event_namespace.token_to_sid


@virtual
async def test_page_requests_create_nothing() -> None:
    """A page request makes no session and sets no cookie."""
    demo = make_app()
    async with Client(demo.app) as client:
        answer = await client.request("GET", "/")
        assert answer.status == 200
        assert "set-cookie" not in answer.headers
        assert not demo.app._engine.sessions


@virtual
async def test_shutdown_ends_everything() -> None:
    """When the app is shut down, sessions end in order and streams are told."""
    demo = make_app()
    async with Client(demo.app) as client:
        tab = await client.open()
        await tab.run(demo.Demo.task)
    assert demo.log == ["task starts", "task ends"]
    assert tab.frames[-1][0] == "bye"
    assert tab.frames[-1][1]["reason"] == "drain"


@virtual
async def test_served_again() -> None:
    """An app that was shut down can be served again, with nothing left of the first time."""
    demo = make_app()
    for _ in range(2):
        async with Client(demo.app) as client, client.tab() as tab:
            assert tab.var(demo.Demo, "n") == 0
            await tab.run(demo.Demo.increment)
            assert len(demo.app.event_namespace.token_to_sid) == 1
    assert not demo.app.event_namespace.token_to_sid


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("happening", Happening)
def test_illegal_transitions(phase: Phase, happening: Happening) -> None:
    """Every pair that is not in the table is refused."""
    if (phase, happening) in TRANSITIONS:
        assert after(phase, happening) is TRANSITIONS[phase, happening]
    else:
        with pytest.raises(RuntimeError, match=phase.value):
            after(phase, happening)
