"""The unit of the guide to deploying, as systemd sees it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.faults.proxy import block, replaced


def test_unit(tmp_path: Path) -> None:
    """It takes the unit as it is written, and finds little in it to be afraid of."""
    analyze: Any = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze to ask")
    there = {"/srv/shop/.venv/bin/hypercorn": "/bin/true", "User=shop": "User=daemon"}
    unit = tmp_path / "shop@.service"
    unit.write_text(replaced(block("/etc/systemd/system/"), there))
    instance = tmp_path / "shop@8001.service"
    instance.write_text(unit.read_text())
    checked = subprocess.run(
        [analyze, "verify", str(instance)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    command = [analyze, "security", "--offline=true", "--threshold=30", str(instance)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr
