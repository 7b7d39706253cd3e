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

from triostate.errors import NotServableError

__all__ = ["load_target", "target_name"]

WELCOME = "triostate.welcome"


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
    return str(settings.get("tool", {}).get("triostate", {}).get("app", WELCOME))


def load_target() -> object:
    """Import the module to serve; return the object it is to be served by, or None.

    That is the attribute named after the colon, else the module's ``app`` if it has one.
    Raises NotServableError that says which module cannot be imported and why.
    """
    folder = Path.cwd()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # as servers do for the modules that they are given
    name = target_name(folder)
    module_name, _, attribute = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # crash wall: whatever the user's module raises
        raise NotServableError(
            f"cannot import {module_name!r} to serve it: {type(error).__name__}: {error}"
        ) from error
    if attribute and not hasattr(module, attribute):
        raise NotServableError(f"module {module_name!r} has no {attribute!r} to serve")
    return getattr(module, attribute or "app", None)
