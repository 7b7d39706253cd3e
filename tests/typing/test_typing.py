"""What type checkers say of user code: nothing of right code, and each mistake of wrong code.

Errors are counted by line, because the worst failure of typing is silence.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def mypy_lines(file: Path, folder: Path) -> set[int]:
    """Return the lines of a file that mypy, strict, finds errors in."""
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={folder}", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.findall(rf"{file.name}:(\d+): error", done.stdout)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return set(map(int, found))


def pyright_lines(file: Path, folder: Path) -> set[int]:
    """Return the lines of a file that pyright, strict, finds errors in.

    On a copy, in a project of its own: ours leaves out the wrong file.
    """
    settings = {
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "strict",
        "reportDeprecated": False,  # `~Counter.running`: in the plain form a bool, to a checker
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    shutil.copy(file, folder)
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    return {
        entry["range"]["start"]["line"] + 1
        for entry in report["generalDiagnostics"]
        if entry["severity"] == "error"
    }


@pytest.mark.parametrize("lines", [mypy_lines, pyright_lines])
def test_right_code(lines: Callable[[Path, Path], set[int]], tmp_path: Path) -> None:
    """The README's counter, the seeds' demos and a shop of attrs rows are clean."""
    assert lines(HERE / "right.py", tmp_path) == set()


@pytest.mark.parametrize("lines", [mypy_lines, pyright_lines])
def test_wrong_code(lines: Callable[[Path, Path], set[int]], tmp_path: Path) -> None:
    """Each marked line is refused, and no other."""
    file = HERE / "wrong.py"
    marked = {
        number
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if "  # error" in line
    }
    assert lines(file, tmp_path) == marked
