"""What type checkers say of user code: nothing of right code, and each mistake of wrong code.

Errors are counted by line, because the worst failure of typing is silence: a mark says that the
line has an error, and a line without one has none. ``# error`` is for all checkers, ``# error:
mypy`` and ``# error: pyright`` for one of them. The code of a folder is checked in one go; the
files are copied, so that no settings of ours are found.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from triostate.testing import isolated

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDERS = ("as_written", "right", "wrong")
FILES = sorted(path.relative_to(HERE) for folder in FOLDERS for path in HERE.glob(f"{folder}/*.py"))
CHECKED = [path for path in FILES if path.parent.name != "as_written"]

MYPY = """
[mypy]
strict = True
python_version = 3.11
explicit_package_bases = True

# As the documents write them: without annotations. Their bodies are checked all the same.
[mypy-as_written.*]
disallow_untyped_defs = False
disallow_incomplete_defs = False
disallow_untyped_calls = False
"""

Lines = Mapping[Path, set[int]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the code of the users."""
    folder = tmp_path_factory.mktemp("user")
    for name in FOLDERS:
        shutil.copytree(HERE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def mypy(project: Path) -> Lines:
    """The lines of each file that mypy, strict, finds errors in."""
    (project / "mypy.ini").write_text(MYPY)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", *FOLDERS]
    environment = {"MYPYPATH": f"{project}:{ROOT}", "MYPY_CACHE_DIR": str(project / "cache")}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found: dict[Path, set[int]] = {path: set() for path in FILES}
    for name, line in re.findall(r"^([\w/.]+):(\d+): error", done.stdout, re.MULTILINE):
        if (path := Path(name)) in found:
            found[path].add(int(line))
    return found


def pyright_lines(project: Path, mode: str) -> Lines:
    """Return the lines of each file that pyright finds errors in."""
    settings = {
        "include": FOLDERS,
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": mode,
        "pythonVersion": "3.11",
        "reportDeprecated": False,  # `~Cart.open`: in the plain form a bool, to a checker
    }
    file = project / f"{mode}.json"
    file.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, "--project", str(file)], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(FILES)
    found: dict[Path, set[int]] = {path: set() for path in FILES}
    for entry in report["generalDiagnostics"]:
        if entry["severity"] == "error":
            path = Path(entry["file"]).relative_to(project)
            found[path].add(entry["range"]["start"]["line"] + 1)
    return found


@pytest.fixture(scope="module")
def pyright(project: Path) -> Lines:
    """The lines of each file that pyright, standard, finds errors in."""
    return pyright_lines(project, "standard")


@pytest.fixture(scope="module")
def pyright_strict(project: Path) -> Lines:
    """The lines of each file that pyright, strict, finds errors in."""
    return pyright_lines(project, "strict")


def marked(path: Path, checker: str) -> set[int]:
    """Return the lines of a file that are marked as wrong for a checker."""
    lines = (HERE / path).read_text().splitlines()
    marks = [re.search(r"  # error(?:: (\w+))?$", line) for line in lines]
    return {n for n, mark in enumerate(marks, 1) if mark and mark[1] in (None, checker)}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_mypy(path: Path, mypy: Lines) -> None:
    """mypy, strict, refuses the marked lines and no others."""
    assert mypy[path] == marked(path, "mypy")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_pyright(path: Path, pyright: Lines) -> None:
    """So does pyright, standard."""
    assert pyright[path] == marked(path, "pyright")


@pytest.mark.parametrize("path", CHECKED, ids=str)
def test_pyright_strict(path: Path, pyright_strict: Lines) -> None:
    """So does pyright, strict, of code with annotations."""
    assert pyright_strict[path] == marked(path, "pyright")


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "wrong"], ids=str)
def test_right_code_runs(path: Path) -> None:
    """What checkers are shown is so: the right code runs, and its pages can be built."""
    with isolated() as definitions:
        names = runpy.run_path(str(HERE / path))
        for name in ("types", "arithmetic", "logic", "access", "text", "anything"):
            if name in names and not names[name].__code__.co_argcount:
                names[name]()
        for page in definitions.select("page", None):
            assert page.function() is not None
