"""The pytest plugin: fixtures and async tests for those who ask, nothing for those who do not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from triostate.testing.fixtures import find_app

ROOT = Path(__file__).resolve().parents[2]

SETTINGS = """
[tool.triostate]
app = "hour"

[tool.pytest.ini_options]
addopts = ["-p", "pytest_triostate", "-p", "no:cacheprovider", "--strict-markers", "-rA"]
filterwarnings = ["error"]
"""

# As the documents have it: pages and states, and no app object.
APP = """
import trio
import triostate as ts

class Hour(ts.State):
    text: str = "not begun"

    @ts.event(background=True)
    async def work(self):
        await trio.sleep(3600)
        async with self:
            self.text = "an hour later"

@ts.page("/")
def index():
    return ts.vstack(ts.text(Hour.text), ts.button("Work", on_click=Hour.work))
"""

FIXTURES = """
import pytest, trio

async def test_client(ts_client, ts_clock):
    async with ts_client.tab() as tab:
        await tab.click("Work")
        await tab.wait_text("an hour later")
        assert ts_clock.current_time() == trio.current_time() == 3600

class TestTabs:
    @pytest.mark.parametrize("number", [1, 2])
    async def test_open(self, ts_open, tmp_path, number):
        tab = await ts_open("/")
        assert tab.text() == "not begun\\nWork"
        assert number and tmp_path.is_dir()

@pytest.mark.triostate
async def test_marked():
    await trio.sleep(3600)

@pytest.mark.triostate(clock="real", limit_seconds=60)
async def test_real():
    assert not isinstance(trio.lowlevel.current_clock(), trio.testing.MockClock)
"""

OVERRIDDEN = """
import pytest
import triostate as ts
import hour

mine = ts.App(modules=["hour"])

@pytest.fixture
def ts_app():
    return mine

@pytest.fixture
def helper(ts_client):
    return ts_client.open

async def test_through_another_fixture(helper):
    tab = await helper()
    assert tab.is_connected
    assert tab.browser.app is mine
"""

FAILURES = """
import pytest, trio

async def test_wrong(ts_client):
    async with ts_client.tab() as tab:
        assert tab.text() == "something else"

@pytest.mark.triostate(limit_seconds=5)
async def test_endless():
    await trio.sleep_forever()
"""

BESIDE = """
import anyio, pytest, sniffio, trio

pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

async def test_theirs():
    assert sniffio.current_async_library() == "asyncio"
    await anyio.sleep(0)

async def test_ours(ts_client):
    assert sniffio.current_async_library() == "trio"
    async with ts_client.tab() as tab:
        await tab.click("Work")
        await tab.wait_text("an hour later")
"""

INERT = """
import sys
import pytest

def test_nothing_is_imported():
    found = {"trio", "triostate", "quart", "hypercorn"} & set(sys.modules)
    assert not found

@pytest.fixture
def client():
    return "mine"

def test_names(client):
    assert client == "mine"

async def test_not_ours():
    pass
"""


def run_pytest(folder: Path, *arguments: str) -> str:
    """Run a project's tests in a process of their own, as a user does; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        # Whatever else is installed here takes its time, and is not what this is about.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what pytest says of a project that has an app and the plugin."""
    folder = tmp_path_factory.mktemp("project")
    files = {
        "pyproject.toml": SETTINGS,
        "hour.py": APP,
        "test_fixtures.py": FIXTURES,
        "test_overridden.py": OVERRIDDEN,
        "test_failures.py": FAILURES,
        "test_beside.py": BESIDE,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return run_pytest(folder, "-p", "anyio.pytest_plugin")


def outcomes(printed: str, file: str) -> list[str]:
    """Return what became of the tests of one file: outcome and name."""
    said = (line.partition(f" {file}::") for line in printed.splitlines())
    return sorted(
        f"{outcome} {name.partition(' - ')[0]}"
        for outcome, found, name in said
        if found and outcome in ("PASSED", "FAILED", "ERROR", "SKIPPED")
    )


def test_fixtures(printed: str) -> None:
    """A plain async test that takes a fixture runs under Trio, on a clock that jumps."""
    assert outcomes(printed, "test_fixtures.py") == [
        "PASSED TestTabs::test_open[1]",
        "PASSED TestTabs::test_open[2]",
        "PASSED test_client",
        "PASSED test_marked",
        "PASSED test_real",
    ], printed


def test_overridden_fixtures(printed: str) -> None:
    """A project names its app by a fixture; every client among the fixtures is served."""
    found = outcomes(printed, "test_overridden.py")
    assert found == ["PASSED test_through_another_fixture"], printed


def test_failures_are_failures(printed: str) -> None:
    """A test that fails or does not end is reported with its own line and the limit."""
    found = outcomes(printed, "test_failures.py")
    assert found == ["FAILED test_endless", "FAILED test_wrong"], printed
    assert "assert 'not begun\\nWork' == 'something else'" in printed
    assert "the test has not ended within 5 s of virtual time" in printed


def test_beside_a_plugin_that_runs_async_tests(printed: str) -> None:
    """A plugin that would run every async test runs its own, and ours stay ours."""
    found = outcomes(printed, "test_beside.py")
    assert found == ["PASSED test_ours", "PASSED test_theirs"], printed


def test_harmless_where_it_is_not_used(tmp_path: Path) -> None:
    """Without its fixtures nothing is imported, no async test touched and no name taken."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "test_inert.py").write_text(INERT, encoding="utf-8")
    printed = run_pytest(tmp_path, "-W", "ignore")
    found = outcomes(printed, "test_inert.py")
    assert "PASSED test_nothing_is_imported" in found, printed
    assert "PASSED test_names" in found
    assert "PASSED test_not_ours" not in found  # pytest's own word on it: failed, or skipped


def test_a_project_that_names_no_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says where to name one, and no welcome page is tested in its place."""
    monkeypatch.delenv("TRIOSTATE_APP", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LookupError, match=r"names no app to test: set \[tool\.triostate\] app"):
        find_app()
