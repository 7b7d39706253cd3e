"""Which app `triostate.app:app` serves, and what is said when it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trio

from triostate.app import App, _DefaultApp
from triostate.errors import NotServableError
from triostate.target import WELCOME, load_target, target_name
from triostate.testing import isolated

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the working one, with nothing named."""
    monkeypatch.delenv("TRIOSTATE_APP", raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_module(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.delitem(sys.modules, name, raising=False)


class TestName:
    def test_welcome(self, folder: Path) -> None:
        """With nothing named it is the welcome page."""
        assert target_name(folder) == WELCOME

    def test_project(self, folder: Path) -> None:
        """[tool.triostate] app in ./pyproject.toml names it."""
        (folder / "pyproject.toml").write_text('[tool.triostate]\napp = "shop.web"\n')
        assert target_name(folder) == "shop.web"

    def test_project_without_a_word(self, folder: Path) -> None:
        """A pyproject.toml that says nothing of triostate changes nothing."""
        (folder / "pyproject.toml").write_text('[project]\nname = "shop"\n')
        assert target_name(folder) == WELCOME

    def test_environment_first(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """TRIOSTATE_APP goes before the project; an empty one does not count."""
        (folder / "pyproject.toml").write_text('[tool.triostate]\napp = "shop.web"\n')
        monkeypatch.setenv("TRIOSTATE_APP", "other")
        assert target_name(folder) == "other"
        monkeypatch.setenv("TRIOSTATE_APP", " ")
        assert target_name(folder) == "shop.web"

    @pytest.mark.parametrize(
        "text",
        [
            b"not toml",
            b"\xff\xfe",
            b'[tool]\ntriostate = "examples"\n',
            b"tool = 1\n",
            b"[tool.triostate]\napp = 5\n",
        ],
    )
    def test_unreadable_project(self, folder: Path, text: bytes) -> None:
        """A pyproject.toml that cannot be read, or says nonsense, is named."""
        (folder / "pyproject.toml").write_bytes(text)
        with pytest.raises(NotServableError, match=r"pyproject\.toml"):
            target_name(folder)

    def test_own_repository(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """This repository serves its gallery."""
        monkeypatch.delenv("TRIOSTATE_APP", raising=False)
        assert target_name(ROOT) == "examples.gallery"


class TestLoading:
    def test_module_of_the_working_folder(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A module in the working folder is found, and its `app` if it has one."""
        write_module(folder, "ts_target_a", "import triostate as ts\napp = ts.App()\n", monkeypatch)
        monkeypatch.setenv("TRIOSTATE_APP", "ts_target_a")
        with isolated():
            assert isinstance(load_target(App), App)

    def test_attribute(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """`module:name` names the object; one that is missing is an error that says so."""
        write_module(
            folder, "ts_target_b", "import triostate as ts\nmine = ts.App()\n", monkeypatch
        )
        monkeypatch.setenv("TRIOSTATE_APP", "ts_target_b:mine")
        with isolated():
            assert isinstance(load_target(App), App)
        monkeypatch.setenv("TRIOSTATE_APP", "ts_target_b:yours")
        with pytest.raises(NotServableError, match=r"ts_target_b.*yours"):
            load_target(App)

    @pytest.mark.parametrize(
        "text, why",
        [
            (None, "ModuleNotFoundError"),
            ("import ts_not_there\n", "ts_not_there"),
            ("1 / 0\n", "ZeroDivisionError"),
            ("def (:\n", "SyntaxError"),
        ],
    )
    def test_cannot_be_imported(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, why: str
    ) -> None:
        """A module that cannot be imported is named, with the reason."""
        if text is not None:
            write_module(folder, "ts_target_c", text, monkeypatch)
        monkeypatch.setenv("TRIOSTATE_APP", "ts_target_c")
        with pytest.raises(NotServableError, match=why) as caught:
            load_target(App)
        assert "'ts_target_c'" in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_no_app(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An explicitly named object that is no App is refused by name, not passed over."""
        write_module(folder, "ts_target_d", "thing = 5\n", monkeypatch)
        monkeypatch.setenv("TRIOSTATE_APP", "ts_target_d:thing")

        async def start() -> None:
            async def receive() -> Any:
                return {"type": "lifespan.startup"}

            async def send(message: Any) -> None:
                raise AssertionError(message)

            await _DefaultApp()._serve({"type": "lifespan"}, receive, send)

        with pytest.raises(NotServableError, match=r"thing"), isolated():
            trio.run(start)


def run_server(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a server that is asked for a module that is not there, until it ends."""
    env = {**os.environ, "TRIOSTATE_APP": "nonexistent", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "hypercorn", "triostate.app:app", "-b", "127.0.0.1:0"]
    return subprocess.run(
        [*command, *options],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("worker", ["asyncio", "trio"])
def test_server_says_why(folder: Path, worker: str) -> None:
    """A server asked for a module that is not there ends, and its first line says why."""
    ended = run_server(folder, "-k", worker)
    first = (ended.stdout + ended.stderr).strip().splitlines()[0]
    assert "cannot import 'nonexistent' to serve it: ModuleNotFoundError" in first


@pytest.mark.parametrize("worker", ["asyncio", "trio"])
def test_server_fails(folder: Path, worker: str) -> None:
    """A server in one process ends with a failing status; with workers hypercorn (#269) says 0."""
    assert run_server(folder, "-w", "0", "-k", worker).returncode != 0
