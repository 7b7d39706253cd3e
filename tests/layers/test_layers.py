"""The architecture as a table, and the rules that hold the package to it.

Imports point down only. What is imported for type checkers alone counts too: a layer that names
a type of the layer above cannot be read without it. The sources are parsed, not imported.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import attrs
import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = "triostate"

# The leaves: everybody may import them, and they import nobody.
LEAVES: Final = frozenset({"errors", "limits"})

# A layer is a folder or a module directly in the package; "" is its __init__, the public names.
# Each may import itself, the leaves, and what its row says.
LAYERS: Final[dict[str, frozenset[str]]] = {
    "errors": frozenset(),
    "limits": frozenset(),
    "state": frozenset(),
    "protocol": frozenset({"state"}),
    "ui": frozenset({"state", "protocol"}),
    "stores": frozenset({"state", "protocol"}),
    "runtime": frozenset({"state", "protocol", "stores"}),
    "web": frozenset({"runtime", "ui", "protocol", "state"}),
    "server": frozenset({"protocol"}),
    "target": frozenset(),
    "life": frozenset({"web", "server", "runtime"}),
    "app": frozenset(
        {"life", "target", "web", "server", "runtime", "stores", "ui", "protocol", "state"}
    ),
    "": frozenset({"app", "web", "runtime", "stores", "ui", "protocol", "state"}),
    "welcome": frozenset({""}),  # written as a user would: by the public names alone
    "testing": frozenset(
        {"", "app", "target", "web", "runtime", "stores", "ui", "protocol", "state"}
    ),
    "cli": frozenset({"", "app", "target", "server", "web"}),
}

ABOVE_THE_PURE: Final = frozenset(
    {"runtime", "stores", "web", "server", "life", "app", "welcome", "testing", "cli"}
)

# Third-party (and two standard) packages that are not for everyone, and whom they are for.
OWNERS: Final[dict[str, frozenset[str]]] = {
    "hypercorn": frozenset({"server"}),
    "uvicorn": frozenset({"server"}),
    "watchfiles": frozenset({"server"}),
    "quart": frozenset({"web"}),
    "quart_trio": frozenset({"web"}),
    "flask": frozenset(),
    "werkzeug": frozenset({"web"}),
    "trio_websocket": frozenset({"testing"}),
    "coredis": frozenset({"stores"}),
    "trio": ABOVE_THE_PURE,
    "outcome": ABOVE_THE_PURE,
    "sniffio": ABOVE_THE_PURE,
    "asyncio": ABOVE_THE_PURE,
    "socket": ABOVE_THE_PURE,
}


@attrs.frozen
class Import:
    """One name that a module imports."""

    module: str
    """The importing module, with dots, `__init__` left out."""
    target: str
    """What it imports: a module, as far as can be told."""
    line: int
    inside_function: bool

    def __str__(self) -> str:
        """Say it as an editor would find it."""
        return f"{self.module}, line {self.line}: imports {self.target}"


def read_modules(root: Path) -> dict[str, ast.Module]:
    """Parse every module of the package under `root`, by its dotted name."""
    modules = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return modules


def imports_of(root: Path) -> list[Import]:
    """List every import in the package."""
    modules = read_modules(root)
    packages = {
        ".".join(path.parent.relative_to(root).parts)
        for path in (root / PACKAGE).rglob("__init__.py")
    }
    found: list[Import] = []
    for module, tree in modules.items():
        home = module if module in packages else module.rpartition(".")[0]
        for node, inside in walk(tree):
            found += [
                Import(module, target, node.lineno, inside)
                for target in targets(node, home, modules)
            ]
    return found


def walk(
    tree: ast.AST, *, inside: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Give every import statement, and whether it stands in a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, inside
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from walk(node, inside=inside or function)


def targets(
    node: ast.Import | ast.ImportFrom, home: str, modules: dict[str, ast.Module]
) -> Iterator[str]:
    """Give the modules that one statement imports. `from package import module` is the module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        above = home.split(".")[: len(home.split(".")) - (node.level - 1)]
        base = ".".join([*above, *filter(None, [node.module])])
    for alias in node.names:
        whole = f"{base}.{alias.name}"
        yield whole if whole in modules else base


def layer_of(module: str) -> str | None:
    """Give the layer of a module of the package; None for one from outside."""
    parts = module.split(".")
    if parts[0] != PACKAGE:
        return None
    return parts[1] if len(parts) > 1 else ""


def wrong_layers(root: Path) -> list[str]:
    """List imports that point up or sideways."""
    wrong = []
    for item in imports_of(root):
        here, there = layer_of(item.module), layer_of(item.target)
        if here is None or there is None or here == there:
            continue
        if there in LEAVES and here not in LEAVES:
            continue
        if there not in LAYERS.get(here, frozenset()):
            wrong.append(str(item))
    return wrong


def wrong_owners(root: Path) -> list[str]:
    """List imports of a package by a layer that it is not for."""
    return [
        str(item)
        for item in imports_of(root)
        if (owners := OWNERS.get(item.target.split(".")[0])) is not None
        and layer_of(item.module) not in owners
    ]


def inside_functions(root: Path) -> list[str]:
    """List imports that run when a function does."""
    return [str(item) for item in imports_of(root) if item.inside_function]


def cycle(root: Path) -> list[str]:
    """Give one cycle of modules, or nothing."""
    graph: dict[str, set[str]] = {}
    for item in imports_of(root):
        if layer_of(item.target) is not None and item.target != item.module:
            graph.setdefault(item.module, set()).add(item.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def unknown_layers(root: Path) -> list[str]:
    """List folders and modules directly in the package that the table has no row for."""
    return sorted({str(layer_of(name)) for name in read_modules(root)} - LAYERS.keys())


# The package


def test_every_layer_is_in_the_table() -> None:
    """A new folder of the package gets a row, and so a place in the order."""
    assert unknown_layers(ROOT) == []


def test_imports_point_down() -> None:
    """No layer imports one that is above it or beside it."""
    assert wrong_layers(ROOT) == []


def test_no_cycles() -> None:
    """No module imports itself by way of others."""
    assert cycle(ROOT) == []


def test_no_imports_inside_functions() -> None:
    """Every import stands at the top of its module: none is moved inside to dodge a cycle."""
    assert inside_functions(ROOT) == []


def test_packages_have_owners() -> None:
    """Only `server` knows hypercorn, only `web` knows Quart, and the pure layers not even Trio."""
    assert wrong_owners(ROOT) == []


def test_the_table_is_an_order() -> None:
    """The table itself has no cycle, and names nothing that has no row."""
    order = [*TopologicalSorter(LAYERS).static_order()]
    assert set(order) == LAYERS.keys()


# The rules themselves, on trees that break them


def write_tree(root: Path, files: dict[str, str]) -> Path:
    """Write a package from names and sources."""
    for name, source in files.items():
        path = root / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return root


CLEAN: Final = {
    "__init__.py": "from triostate.app import App as App\n",
    "errors.py": "",
    "app.py": "from triostate.runtime import session\nclass App: ...\n",
    "runtime/__init__.py": "",
    "runtime/session.py": "import trio\nfrom triostate.state.var import Var\n",
    "state/__init__.py": "from triostate.state.var import Var as Var\n",
    "state/var.py": "import attrs\nfrom triostate.errors import X\nclass Var: ...\n",
}


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    """The rules find nothing where there is nothing: a package re-exporting its own is fine."""
    root = write_tree(tmp_path, CLEAN)
    found = [*wrong_layers(root), *wrong_owners(root), *inside_functions(root), *cycle(root)]
    assert [*found, *unknown_layers(root)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from triostate.runtime.session import Session",
        "from triostate.runtime import session",
        "from triostate import runtime",
        "import triostate.runtime.session",
        "from ..runtime import session",
        "from .. import App",
        "from triostate import App",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from triostate.app import App",
        "def f():\n    from triostate.app import App",
    ],
)
def test_an_import_that_points_up_is_found(tmp_path: Path, source: str) -> None:
    """However it is spelled, `state` cannot import what is above it."""
    assert wrong_layers(write_tree(tmp_path, {**CLEAN, "state/var.py": source})) != []


def test_a_leaf_imports_nobody(tmp_path: Path) -> None:
    """One leaf may not even import the other."""
    files = {**CLEAN, "limits.py": "from triostate.errors import X"}
    assert wrong_layers(write_tree(tmp_path, files)) != []


@pytest.mark.parametrize(
    "name,source",
    [
        ("state/var.py", "import trio"),
        ("state/var.py", "from trio.lowlevel import checkpoint"),
        ("runtime/session.py", "from quart import Quart"),
        ("app.py", "import quart_trio"),
        ("app.py", "from hypercorn.config import Config"),
    ],
)
def test_a_package_in_the_wrong_hands_is_found(tmp_path: Path, name: str, source: str) -> None:
    """A package is imported by its owners only."""
    assert wrong_owners(write_tree(tmp_path, {**CLEAN, name: source})) != []


@pytest.mark.parametrize(
    "source",
    ["def f():\n    import json", "class A:\n    async def f(self):\n        if 1: import json"],
)
def test_an_import_inside_a_function_is_found(tmp_path: Path, source: str) -> None:
    """Depth does not hide it."""
    assert inside_functions(write_tree(tmp_path, {**CLEAN, "state/var.py": source})) != []


def test_a_cycle_is_found(tmp_path: Path) -> None:
    """Two modules of one layer may not import each other."""
    files = {
        **CLEAN,
        "state/a.py": "from triostate.state import b",
        "state/b.py": "from .a import x",
    }
    assert set(cycle(write_tree(tmp_path, files))) == {"triostate.state.a", "triostate.state.b"}


def test_a_layer_without_a_row_is_found(tmp_path: Path) -> None:
    """A new folder is named until the table has it."""
    assert unknown_layers(write_tree(tmp_path, {**CLEAN, "helpers/x.py": ""})) == ["helpers"]
