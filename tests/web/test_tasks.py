"""The live view of tasks: what it shows, to whom, and what its buttons do."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
import trio

import triostate as ts
from triostate.testing import Answer, Client, Tab, isolated, virtual

PATH = "/_triostate/tasks"
FORM = {"content-type": "application/x-www-form-urlencoded", "origin": "http://localhost:8000"}
SECRET = "the value of a var"


async def wait_for_ever() -> None:
    """Wait, at a line of its own."""
    await trio.sleep_forever()


def make_app(**options: Any) -> tuple[ts.App, Any]:
    """Return an app and its State class."""
    with isolated():

        class Work(ts.State):
            word: str = SECRET
            _key: str = SECRET

            @ts.event(background=True)
            async def job(self, argument: str = SECRET):
                ts.set_progress(1, 4)
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(wait_for_ever, name="<b>child</b>")

            @ts.event(background=True)
            async def holder(self):
                async with self:
                    await wait_for_ever()

            @ts.event(background=True)
            async def waiter(self):
                async with self:
                    pass

            @ts.event(background=True, policy="queue")
            async def queued(self):
                await wait_for_ever()

        @ts.page(route="/work")
        def work():
            handlers = (Work.job, Work.holder, Work.waiter, Work.queued)
            return ts.vstack(*(ts.button(handler.name, on_click=handler) for handler in handlers))

        app = ts.App(**options)

        @app.service
        async def weather() -> None:
            await wait_for_ever()

    return app, Work


@pytest.fixture
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let apps that are made from here on be in development."""
    monkeypatch.setenv("TRIOSTATE_DEV", "1")


async def look(client: Client) -> Any:
    """Return the view as JSON."""
    answer = await client.request("GET", f"{PATH}?format=json")
    assert answer.status == 200
    return answer.json


async def press(client: Client, **fields: object) -> Answer:
    """Send the form of a button."""
    return await client.request("POST", PATH, urlencode(fields).encode(), FORM)


async def settle(tab: Tab, *handlers: Any) -> None:
    """Trigger handlers and wait until each waits for something."""
    for handler in handlers:
        await tab.trigger(handler)
        await trio.testing.wait_all_tasks_blocked()


# Who may see it


@virtual
async def test_it_is_not_there_in_production() -> None:
    """Without leave, the address is answered as one that does not exist, whatever the method."""
    app, _ = make_app()
    async with Client(app) as client:
        nothing = await client.request("GET", "/_triostate/nothing")
        assert nothing.status == 404
        for answer in (await client.request("GET", PATH), await press(client, close=1)):
            assert (answer.status, answer.body) == (404, nothing.body)


@pytest.mark.usefixtures("development")
@virtual
async def test_it_is_there_in_development() -> None:
    """In development it is there for all: a page that keeps itself fresh, under a strict policy."""
    app, _ = make_app()
    async with Client(app) as client:
        answer = await client.request("GET", PATH)
        assert answer.status == 200
        assert answer.headers["refresh"] == "2"
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        paused = await client.request("GET", f"{PATH}?refresh=0")
        assert "refresh" not in paused.headers
        assert (await client.request("PUT", PATH)).status == 405


@pytest.mark.parametrize("is_async", [False, True])
@virtual
async def test_a_hook_lets_in_whom_it_knows(is_async: bool) -> None:
    """`App(authorise_tasks=)`, sync or async, is asked with the request at each one."""

    def known(request: Any) -> bool:
        return request.headers.get("x-operator") == "ada"

    async def known_async(request: Any) -> bool:
        await trio.lowlevel.checkpoint()
        return known(request)

    app, _ = make_app(authorise_tasks=known_async if is_async else known)
    async with Client(app) as client:
        assert (await client.request("GET", PATH)).status == 404
        assert (await client.request("POST", PATH, b"close=1", FORM)).status == 404
        assert (await client.request("GET", PATH, b"", {"x-operator": "ada"})).status == 200


@virtual
async def test_a_hook_that_fails_is_a_no() -> None:
    """An exception of the hook is reported, and nobody gets in by it."""

    def broken(_: Any) -> bool:
        raise KeyError("on purpose")

    app, _ = make_app(authorise_tasks=broken)
    errors: list[BaseException] = []
    app.on_error(errors.append)
    async with Client(app) as client:
        assert (await client.request("GET", PATH)).status == 404
    assert [type(error) for error in errors] == [KeyError]


# What it shows


@pytest.mark.usefixtures("development")
@virtual
async def test_it_shows_sessions_runs_and_tasks() -> None:
    """Sessions, runs, the tree of their tasks with ages and places, services, app tasks (43)."""
    app, work = make_app()
    async with Client(app) as client, client.tab("/work") as tab:
        app.start_soon(wait_for_ever)
        await settle(tab, work.job, work.queued, work.queued)
        await trio.sleep(5)
        view = await look(client)
        (session,) = view["sessions"]
        assert tab.token.startswith(session["token"])
        assert len(session["token"]) == 6
        assert (session["phase"], session["page"]) == ("live", "/work")
        runs = {(run["handler"], run["status"], run["progress"]) for run in session["runs"]}
        name = work.get_full_name()
        assert runs == {
            (f"{name}.job", "running", 0.25),
            (f"{name}.queued", "running", None),
            (f"{name}.queued", "waiting", None),
        }
        assert all(run["age_seconds"] == pytest.approx(5, abs=0.5) for run in session["runs"])
        tasks = {task["name"]: task for task in session["tasks"]}
        job, child = tasks[f"background {name}.job"], tasks["<b>child</b>"]
        assert child["depth"] == job["depth"] + 1
        assert child["age_seconds"] == pytest.approx(5, abs=0.5)
        line = wait_for_ever.__code__.co_firstlineno + 2
        place = f"tests/web/test_tasks.py:{line} in wait_for_ever"
        assert child["waits_at"] == place
        app_tasks = {task["name"]: task["waits_at"] for task in view["app_tasks"]}
        assert app_tasks["wait_for_ever"] == place
        assert next(at for name, at in app_tasks.items() if "weather" in name) == place


@pytest.mark.usefixtures("development")
@virtual
async def test_it_shows_who_holds_the_state_and_who_waits() -> None:
    """The task that holds the session's state is marked, and those that wait for it (23)."""
    app, work = make_app()
    async with Client(app) as client, client.tab("/work") as tab:
        await settle(tab, work.holder, work.waiter, work.waiter)
        (session,) = (await look(client))["sessions"]
        states = sorted((task["state"], task["name"]) for task in session["tasks"] if task["state"])
        name = work.get_full_name()
        assert states == [
            ("holds", f"background {name}.holder"),
            ("waits", f"background {name}.waiter"),
            ("waits", f"background {name}.waiter"),
        ]
        page = (await client.request("GET", PATH)).body.decode()
        assert "holds the state" in page
        assert page.count("waits for the state") == 2


@pytest.mark.usefixtures("development")
@virtual
async def test_json_by_query_or_accept() -> None:
    """`?format=json` and an Accept header that begins with JSON give JSON, others the page."""
    app, _ = make_app()
    async with Client(app) as client:
        for path, accept, kind in [
            (f"{PATH}?format=json", "text/html", "application/json"),
            (PATH, "application/json", "application/json"),
            (PATH, "application/json;q=0.9, */*", "application/json"),
            (PATH, "text/html,application/xhtml+xml", "text/html; charset=utf-8"),
            (PATH, "", "text/html; charset=utf-8"),
        ]:
            answer = await client.request("GET", path, b"", {"accept": accept})
            assert answer.headers["content-type"] == kind


@pytest.mark.usefixtures("development")
@virtual
async def test_it_holds_no_value_and_no_token() -> None:
    """Neither form of the view has a var's value, an argument, a whole token or the visitor."""
    app, work = make_app()
    async with Client(app) as client, client.tab("/work") as tab:
        await settle(tab, work.job, work.holder)
        for path in (PATH, f"{PATH}?format=json"):
            shown = (await client.request("GET", path)).body.decode()
            assert SECRET not in shown
            assert tab.token not in shown
            assert all(cookie not in shown for cookie in client.cookies.values())


class Tags(HTMLParser):
    """Collects what a parser takes for elements and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.usefixtures("development")
@virtual
async def test_markup_in_names_stays_text() -> None:
    """A task whose name is markup, of any kind that breaks out, is shown as that text."""
    app, work = make_app()
    names = ["</td><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "\0"]

    async def many(nursery: trio.Nursery) -> None:
        for name in names:
            nursery.start_soon(wait_for_ever, name=name)
        await wait_for_ever()

    async def parent() -> None:
        async with trio.open_nursery() as nursery:
            await many(nursery)

    async with Client(app) as client, client.tab("/work") as tab:
        tab.session.start_soon(parent)
        await settle(tab, work.job)
        page = Tags((await client.request("GET", PATH)).body.decode())
    assert not {"b", "img"} & {*page.tags}
    assert page.tags.count("script") == 1  # the theme's
    assert not any(name.startswith("on") or name == "style" for name in page.attributes)
    assert all(name in page.text for name in names[:3])


# What it does


@pytest.mark.usefixtures("development")
@virtual
async def test_a_run_is_cancelled_by_its_number() -> None:
    """The button ends that run and no other; a number that is out of date ends nothing (45)."""
    app, work = make_app()
    async with Client(app) as client, client.tab("/work") as tab:
        await settle(tab, work.job, work.job)
        (session,) = (await look(client))["sessions"]
        first, second = session["runs"]
        answer = await press(client, cancel=first["number"])
        assert (answer.status, answer.headers["location"]) == (303, PATH)
        await tab.wait_var(work, "job.count", 1)
        await press(client, cancel=first["number"])
        await press(client, cancel=second["number"] + 100)
        await press(client, cancel="x")
        (session,) = (await look(client))["sessions"]
        assert [run["number"] for run in session["runs"]] == [second["number"]]


@pytest.mark.usefixtures("development")
@virtual
async def test_a_session_is_closed_by_its_number() -> None:
    """The button closes that session, with all that runs in it, and no other (40)."""
    app, work = make_app()
    async with Client(app) as client, client.tab("/work") as tab, client.tab("/work"):
        await settle(tab, work.job)
        number = next(
            session["number"]
            for session in (await look(client))["sessions"]
            if tab.token.startswith(session["token"])
        )
        closed = tab.session.closed
        await press(client, close=number)
        await closed.wait()
        assert len((await look(client))["sessions"]) == 1
        assert not app.background_tasks


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize(
    "headers, status",
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost:9"}, 403),
        ({}, 403),
        ({"origin": "http://localhost:8000", "content-type": "text/plain"}, 415),
        ({"origin": "http://localhost:8000", "content-type": "multipart/form-data"}, 415),
    ],
)
@virtual
async def test_another_site_cannot_press_the_buttons(headers: dict[str, str], status: int) -> None:
    """A form that is not plainly this page's own is refused, and nothing is cancelled."""
    app, work = make_app()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    async with Client(app) as client, client.tab("/work") as tab:
        await settle(tab, work.job)
        (session,) = (await look(client))["sessions"]
        body = urlencode({"cancel": session["runs"][0]["number"], "close": session["number"]})
        answer = await client.request("POST", PATH, body.encode(), {**kind, **headers})
        assert answer.status == status
        await trio.testing.wait_all_tasks_blocked()
        assert len(app.background_tasks) == 1


@pytest.mark.usefixtures("development")
@virtual
async def test_a_body_that_is_no_form_of_ours_is_bounded() -> None:
    """More than a name and a number is refused before it is read to its end."""
    app, _ = make_app()
    async with Client(app) as client:
        answer = await client.request("POST", PATH, b"cancel=" + b"1" * 5000, FORM)
        assert answer.status == 413
        assert (await press(client, cancel="9" * 900)).status == 303
        assert (await client.request("POST", PATH, b"\xff\xfe=%zz&&&", FORM)).status == 303


@pytest.mark.usefixtures("development")
@virtual
async def test_abandoned_threads_are_counted() -> None:
    """The view says how many threads run on though nobody waits for them."""
    app, _ = make_app()
    async with Client(app) as client:
        assert (await look(client))["abandoned_threads"] == 0
