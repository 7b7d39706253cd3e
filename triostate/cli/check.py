"""``triostate check``: compile all pages, and say what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path

from triostate.app import App
from triostate.errors import NotServableError
from triostate.target import load_target, target_name
from triostate.web.failure import Failure, describe_failure

__all__ = ["check"]


def check(module: str) -> int:
    """Print each problem as ``file:line: what``; return 1 if there is any, else 0.

    Raises AssetsMissingError.
    """
    name = module or target_name(Path.cwd())
    problems = _problems(name)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    sys.stdout.write(f"{name}: {count if problems else 'nothing wrong'}\n")
    return 1 if problems else 0


def _problems(name: str) -> list[Failure]:
    try:
        app = load_target(App, name) or App()
        return app.problems()
    except (NotServableError, SystemExit) as error:
        return [describe_failure(f"importing {name}", error.__cause__ or error)]
