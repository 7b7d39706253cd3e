"""``triostate new``: a project that runs, and has a test on the virtual clock.

What it holds is in `template/`: files in which ``$name`` stands for the project's name, as it may
in their own. Their names end in ``.txt``, so that no tool takes them for code of this package.
"""

from __future__ import annotations

import keyword
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from triostate.errors import TriostateError

__all__ = ["NotCreatedError", "new"]

_TAKEN = frozenset({"triostate", "trio", "tests", "test"})


class NotCreatedError(TriostateError, ValueError):
    """A project cannot be made under that name, or there."""


def new(name: str, parent: Path) -> int:
    """Make the folder of a project; raise NotCreatedError, with nothing written, if it cannot be.

    A folder that is there is taken if it is empty.
    """
    _check_name(name)
    folder = parent / name
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotCreatedError(f"{folder} exists and is not empty: choose another name")
        _copy(files("triostate.cli") / "template", folder, name)
    except OSError as error:
        raise NotCreatedError(f"cannot write {folder}: {error.strerror}") from error
    sys.stdout.write(
        f"{name}/ is made. What to do next:\n\n"
        f"  cd {name}\n"
        "  triostate run       and open http://127.0.0.1:8000\n"
        "  python -m pytest    runs its tests\n"
    )
    return 0


def _check_name(name: str) -> None:
    if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name):
        raise NotCreatedError(
            f"{name!r} cannot be the name of a package: use letters, digits and underscores, "
            "and begin with a letter"
        )
    if name in _TAKEN or name in sys.stdlib_module_names:
        raise NotCreatedError(
            f"{name!r} is the name of a module that the project itself needs: choose another"
        )


def _copy(source: Traversable, target: Path, name: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        place = target / Template(entry.name.removesuffix(".txt")).substitute(name=name)
        if entry.is_dir():
            _copy(entry, place, name)
        else:
            text = Template(entry.read_text(encoding="utf-8")).substitute(name=name)
            place.write_text(text, encoding="utf-8")
