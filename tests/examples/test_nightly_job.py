"""The nightly job, as its own project would test it: ten minutes, and more, in virtual time.

Nothing but the public test kit is used here.
"""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from examples import nightly_job
from examples.nightly_job import BATCHES, NightlyJob
from triostate.testing import Client, Sweep, Tab, cancel_sweep, leak_check, virtual

app = ts.App(modules=["examples.nightly_job", __name__])


@ts.page(route="/nightly-job", title="Nightly job")
def index() -> ts.Component:
    """Show the example by itself."""
    return nightly_job.demo()


async def copy(client: Client, mood: str) -> tuple[Tab, float]:
    """Run the job to its end with a source in some mood; return the tab and how long it took."""
    tab = await client.open("/nightly-job")
    await tab.click(mood)
    began = trio.current_time()
    await tab.click("Copy")
    assert tab.text("status") == "Copying"
    await tab.until(lambda: tab.has("Copy"))
    return tab, trio.current_time() - began


@virtual
async def test_it_takes_ten_minutes() -> None:
    """With a source that is fine, sixty batches are copied in ten minutes, at the first attempt."""
    async with Client(app) as client:
        tab, seconds = await copy(client, "fine")
        assert tab.text("status") == "All is copied"
        assert tab.text("done") == "60 of 60 batches"
        assert tab.text("attempts") == ""
        assert seconds == pytest.approx(600, abs=0.1)


@virtual
async def test_it_shows_how_far_it_is() -> None:
    """The page counts the batches as they are copied; the page stays live meanwhile."""
    async with Client(app) as client, client.tab("/nightly-job") as tab:
        await tab.click("Copy")
        await tab.wait_text("30 of 60", "done")
        assert trio.current_time() == pytest.approx(300, abs=0.1)
        assert tab.find("Copied").attributes["value"] == "0.5"


@virtual
async def test_a_batch_that_fails_is_tried_again() -> None:
    """One failure costs one pause and one line in the log of attempts."""
    async with Client(app) as client:
        tab, seconds = await copy(client, "flaky")
        assert tab.text("status") == "All is copied"
        assert tab.text("attempts").split("\n") == [
            "Batch 20, attempt 1",
            "the source does not answer",
            "Batch 20, attempt 2",
            "worked",
        ]
        assert seconds == pytest.approx(615, abs=0.1)


@virtual
async def test_a_batch_that_hangs_is_cut_off() -> None:
    """An attempt gets 30 s; two of them, and the two pauses, and the third attempt works."""
    async with Client(app) as client:
        tab, seconds = await copy(client, "hanging")
        assert tab.text("status") == "All is copied"
        assert tab.text("attempts").count("took too long") == 2
        assert seconds == pytest.approx(600 + 2 * 30 + 15 + 30, abs=0.1)


@virtual
async def test_a_source_that_is_down_is_given_up() -> None:
    """After three attempts the job fails, and the tab is told."""
    async with Client(app) as client:
        tab, seconds = await copy(client, "down")
        assert tab.text("status") == "Given up"
        assert len(tab.value(NightlyJob, "attempts")) == 3
        assert len(tab.toasts) == 1
        assert seconds == pytest.approx(45, abs=0.1)


@virtual
async def test_the_whole_job_has_a_limit() -> None:
    """A source that crawls is cut off after twenty minutes, with what had been copied by then."""
    async with Client(app) as client:
        tab, seconds = await copy(client, "slow")
        assert tab.text("status") == "Out of time"
        assert tab.value(NightlyJob, "done") == 47  # the 48th would be done just then
        assert seconds == pytest.approx(1200, abs=0.1)


@virtual
async def test_stop_and_start_again() -> None:
    """Stop ends it at once; another start begins from the beginning."""
    async with Client(app) as client, client.tab("/nightly-job") as tab:
        await tab.click("Copy")
        await tab.wait_text("7 of 60", "done")
        await tab.click("Stop")
        await tab.wait_text("Stopped", "status")
        assert not app.background_tasks
        await tab.click("Copy")
        await tab.wait_text("0 of 60", "done")


@virtual
async def test_it_outlives_a_lost_connection_and_a_reload() -> None:
    """A tunnel and a reload do not stop it; the page catches up."""
    async with Client(app) as client, client.tab("/nightly-job") as tab:
        await tab.click("Copy")
        await tab.wait_text("10 of 60", "done")
        await tab.drop()
        await trio.sleep(25)
        assert tab.text("done") == "10 of 60 batches"
        await tab.reconnect()
        assert tab.text("done") == "12 of 60 batches"
        await tab.reload()
        await tab.wait_text("60 of 60", "done")


@virtual
async def test_a_closed_tab_ends_it() -> None:
    """Close the tab and nothing of it is left: no task, no session."""
    async with Client(app) as client, leak_check(app), client.tab("/nightly-job") as tab:
        await tab.click("Copy")
        await tab.wait_text("1 of 60", "done")


@pytest.mark.parametrize("cancel", ["task", "session", "drop"])
def test_whatever_is_cancelled_when(cancel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled at any step, the page says what has been copied, and the log has no half line."""
    monkeypatch.setattr(nightly_job, "BATCHES", 2)

    async def scenario(sweep: Sweep) -> None:
        async with Client(app) as client, client.tab("/nightly-job") as tab:
            await tab.click("down")
            async with sweep(tab, cancel=cancel, allow=(nightly_job.SourceError,)):
                await tab.click("Copy")
                await tab.wait_text("Given up", "status")

    assert cancel_sweep(scenario) > 10
    assert BATCHES == 60
