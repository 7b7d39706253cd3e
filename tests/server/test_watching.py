"""Which files count as an edit."""

from pathlib import Path

import pytest
from watchfiles import Change

from triostate.server.watching import SourceFilter

HOME = Path("/srv/tests/env/project")


@pytest.mark.parametrize(
    "name, counts",
    [
        ("shop.py", True),
        ("shop/pages.py", True),
        ("static/look.css", True),
        ("static/more.js", True),
        ("pages/guide.md", True),
        ("pyproject.toml", True),
        ("shop.db", False),
        ("log.txt", False),
        ("data.json", False),
        ("tests/test_shop.py", False),
        ("shop/__pycache__/pages.cpython-311.pyc", False),
        (".venv/lib/python3.11/site-packages/x.py", False),
        ("node_modules/x/index.js", False),
        (".git/hooks/x.py", False),
        ("shop/.#pages.py", False),
    ],
)
def test_what_counts(name: str, counts: bool) -> None:
    """Sources do, wherever the project lies; data, tests and what tools make do not."""
    assert SourceFilter(HOME)(Change.modified, str(HOME / name)) is counts
