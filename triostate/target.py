"""Which app ``triostate.app:app`` serves, and how it is found.

``TRIOSTATE_APP=package.module`` (or ``package.module:name``), else ``[tool.triostate] app`` in
``./pyproject.toml``, else the welcome page that comes with the package.
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
from pathlib import Path
from typing import TypeVar

from triostate.errors import NotServableError

__all__ = ["WELCOME", "load_target", "target_name"]

T = TypeVar("T")

WELCOME = "triostate.welcome"
"""What is served where nothing else is named."""


def target_name(folder: Path) -> str:
    """Return the name of the module to serve.

    Raises NotServableError if ``pyproject.toml`` cannot be read.
    """
    named = os.environ.get("TRIOSTATE_APP", "").strip()
    if named:
        return named
    project = folder / "pyproject.toml"
    if not project.exists():
        return WELCOME
    try:
        settings = tomllib.loads(project.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NotServableError(f"cannot read {project.name}: {error}") from error
    found: object = settings
    for key in ("tool", "triostate"):
        found = found.get(key, {}) if isinstance(found, dict) else found
    named_there = found.get("app", WELCOME) if isinstance(found, dict) else None
    if not isinstance(named_there, str):
        raise NotServableError(f'{project.name}: [tool.triostate] holds app = "package.module"')
    return named_there


def load_target(kind: type[T], name: str = "") -> T | None:
    """Import the module to serve; return its app, an instance of ``kind``, or None.

    The module is the one of that name, else the one that the project names (`target_name`).

    That is the attribute named after the colon, else the module's ``app`` if it is one.
    Raises NotServableError that says which module cannot be imported and why, or that what was
    named is no app.
    """
    folder = Path.cwd()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # as servers do for the modules that they are given
    name = name or target_name(folder)
    module_name, _, attribute = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # crash wall: whatever the user's module raises
        raise NotServableError(
            f"cannot import {module_name!r} to serve it: {type(error).__name__}: {error}"
        ) from error
    found = getattr(module, attribute or "app", None)
    if isinstance(found, kind):
        return found
    if attribute:
        raise NotServableError(
            f"module {module_name!r} has no {kind.__name__} called {attribute!r}"
        )
    return None
