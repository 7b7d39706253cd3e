"""`triostate new`: the project that it makes is tested, served and checked as its user would."""

import importlib.metadata
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.browser.developing import Development

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this Python in a folder, as in a shell of its own."""
    hidden = {"TRIOSTATE_APP", "TRIOSTATE_DEV", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    if "triostate" not in {found.name for found in importlib.metadata.distributions()}:
        kept["PYTEST_ADDOPTS"] = "-p pytest_triostate"  # a checkout alone announces no plugin
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project that was made."""
    parent = tmp_path_factory.mktemp("projects")
    made = run(parent, "triostate.cli", "new", "demo")
    assert made.returncode == 0, made.stderr
    assert "triostate run" in made.stdout
    return parent / "demo"


def test_files(project: Path) -> None:
    """A package, a test, what the tools need, and a README with the two commands."""
    made = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    wanted = {"pyproject.toml", "README.md", ".gitignore", "tests/test_pages.py"}
    assert made >= wanted | {"demo/__init__.py", "demo/pages.py"}
    texts = [
        path.read_text() for path in project.rglob("*") if path.suffix != ".pyc" and path.is_file()
    ]
    assert not [text for text in texts if "$" in text]
    readme = (project / "README.md").read_text()
    assert "\ntriostate run\n" in readme
    assert "\npython -m pytest\n" in readme


def test_its_tests_pass(project: Path) -> None:
    """Its test command runs its tests, on the virtual clock, and they pass."""
    tested = run(project, "pytest", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout
    assert "2 passed" in tested.stdout


def test_it_is_served(project: Path, tmp_path: Path) -> None:
    """Its server command serves its page."""
    served = Development(project, tmp_path / "log")
    try:
        with urllib.request.urlopen(served.base_url, timeout=10) as answer:
            assert b"<title>demo</title>" in answer.read()
        assert served.stop() == 0
    finally:
        served.kill()


def test_nothing_is_wrong_with_it(project: Path) -> None:
    """`triostate check` finds nothing."""
    checked = run(project, "triostate.cli", "check")
    assert (checked.returncode, checked.stdout) == (0, "demo.pages: nothing wrong\n")


def test_it_is_tidy(project: Path) -> None:
    """It passes the formatter and the linter as they come."""
    for command in (["check"], ["format", "--check"]):
        tidied = run(project, "ruff", *command, "--no-cache", ".")
        assert tidied.returncode == 0, tidied.stdout + tidied.stderr


@pytest.mark.parametrize("name", ["my-app", "3d", "", "class", "a b", "../up", "é", "demo.x"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    """What cannot be imported is refused, with what can, and nothing is written."""
    refused = run(tmp_path, "triostate.cli", "new", name)
    assert refused.returncode == 1
    assert f"{name!r} cannot be the name of a package: use letters" in refused.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["json", "triostate", "tests", "trio"])
def test_names_that_are_taken(tmp_path: Path, name: str) -> None:
    """A name that would hide a module that the project needs is refused."""
    refused = run(tmp_path, "triostate.cli", "new", name)
    assert refused.returncode == 1
    assert "choose another" in refused.stderr
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_there(tmp_path: Path) -> None:
    """One with something in it is refused and left as it is; an empty one is taken."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for name in ("full", "file"):
        refused = run(tmp_path, "triostate.cli", "new", name)
        assert refused.returncode == 1
        assert "exists and is not empty" in refused.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
    assert run(tmp_path, "triostate.cli", "new", "empty").returncode == 0
    assert (tmp_path / "empty" / "empty" / "pages.py").exists()
