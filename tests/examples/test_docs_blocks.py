"""Every block of the documents: Python runs, tests pass, demos work, commands are real."""

from __future__ import annotations

import ast
import configparser
import functools
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import trio

import triostate as ts
from tests.documents import PAGES, ROOT, Block, Document, documents, source_of
from triostate.cli.main import _parser
from triostate.cli.new import new
from triostate.testing import Client, Element, isolated, run_virtual

DOCUMENTS = documents()
PAGE_DOCUMENTS = [document for document in DOCUMENTS if document.is_page]
PROJECTS = [document for document in PAGE_DOCUMENTS if document.name == "quick-start.md"]
"""Whose blocks are the files of a project, one after another."""
MODULES = [document for document in PAGE_DOCUMENTS if document.code and document not in PROJECTS]
"""Whose blocks are one module."""

MAX_FRAGMENTS = 6
"""Blocks of all pages together that are not run."""

DEMO_SECONDS = 60.0
"""Of virtual time that a demo runs on after its button was pressed."""


def each(some: list[Document]) -> Any:
    """Run a test with each of these documents."""
    return pytest.mark.parametrize("document", some, ids=lambda document: document.name)


# What a page is


@each(PAGE_DOCUMENTS)
def test_a_page_says_what_it_is(document: Document) -> None:
    """It begins with its title, and the next paragraph says what its reader gets."""
    prose = re.sub(r"(?m)^`{3}.*\n", "", document.prose).strip()
    title, blank, description = prose.split("\n")[:3]
    assert re.fullmatch(r"# \S.*", title)
    assert blank == ""
    assert re.match(r"[\w`*\[]", description)


@each(PAGE_DOCUMENTS)
def test_its_links_lead_somewhere(document: Document) -> None:
    """What it names by a route of the documentation is a page."""
    for route in re.findall(r"\]\((/docs[^)#]*)", document.prose):
        if route == "/docs/components" or route.startswith("/docs/reference"):
            continue  # made from the code
        place = PAGES / (route.removeprefix("/docs").strip("/") or "index")
        is_component = place.parent.name == "components" and place.name in ts.__all__
        assert is_component or place.with_suffix(".md").is_file() or (place / "index.md").is_file()


def test_fragments_are_rare() -> None:
    """Nearly all that is shown as Python is run."""
    fragments = [b for d in PAGE_DOCUMENTS for b in d.blocks if "fragment" in b.marks]
    assert len(fragments) <= MAX_FRAGMENTS


def test_states_of_demos_have_names_of_their_own() -> None:
    """All pages can be served by one app, next to the examples."""
    shown = [(d, b) for d in PAGE_DOCUMENTS for b in d.code if "exec" in b.marks]
    names = [name for _, block in shown for name in _states_of(block)]
    assert not {name for name in names if names.count(name) > 1}
    others = (ast.parse(path.read_text()) for path in (ROOT / "examples").glob("*.py"))
    taken = {node.name for tree in others for node in tree.body if isinstance(node, ast.ClassDef)}
    assert not taken.intersection(names)


def _states_of(block: Block) -> list[str]:
    classes = [node for node in ast.parse(block.text).body if isinstance(node, ast.ClassDef)]
    return [c.name for c in classes if any("State" in ast.unparse(base) for base in c.bases)]


# Python


@each([document for document in DOCUMENTS if document.blocks])
def test_python_is_python(document: Document) -> None:
    """Each block can be compiled, those that are not run included."""
    for block in document.blocks:
        if block.language == "python":
            compile(block.text, f"{document.path}:{block.line}", "exec")


@each(MODULES)
def test_it_runs(document: Document) -> None:
    """Its blocks run in order, its pages compile, and its demos do what their buttons say."""
    with _module_of(document, document.code) as module:
        problems = _add_demos(module).problems()
        assert not problems, "\n".join(map(str, problems))
    live = [block for block in document.code if "exec" in block.marks]  # what the site runs
    with _module_of(document, live) as module:
        run_virtual(_try_demos, _add_demos(module), sum(block.is_demo for block in live))


@contextmanager
def _module_of(document: Document, blocks: Iterable[Block]) -> Iterator[ModuleType]:
    """Have a module that is made of these blocks; nobody else sees what it defines."""
    name = f"page_{re.sub(r'[^a-z0-9]', '_', document.name.removesuffix('.md'))}"
    module = ModuleType(name)
    module.__file__ = str(document.path)
    sys.modules[name] = module
    try:
        with isolated():
            for block in blocks:
                source = source_of([block])
                exec(compile(source, str(document.path), "exec"), module.__dict__)
                if block.is_demo:
                    module.__dict__.setdefault("__demos__", []).append(_last_function(block))
            yield module
    finally:
        del sys.modules[name]


def _last_function(block: Block) -> str:
    functions = [n for n in ast.parse(block.text).body if isinstance(n, ast.FunctionDef)]
    assert functions, f"the demo in line {block.line} defines no function"
    return functions[-1].name


def _add_demos(module: ModuleType) -> ts.App:
    """Give each demo a page; return the app of all."""
    for number, name in enumerate(module.__dict__.get("__demos__", ())):
        ts.page(route=f"/demo-{number}")(functools.partial(_framed, getattr(module, name)))
    app = module.__dict__.get("app")
    return app if isinstance(app, ts.App) else ts.App()


def _framed(demo: Callable[[], ts.Component]) -> ts.Component:
    shown = demo()
    assert isinstance(shown, ts.Component)
    return ts.box(shown, id="demo")


async def _try_demos(app: ts.App, count: int) -> None:
    errors: list[BaseException] = []
    app.on_error(errors.append)
    async with Client(app) as client:
        for number in range(count):
            async with client.tab(f"/demo-{number}") as tab:
                shown = tab.find("demo").on_show
                buttons = [e for e in shown if _is_for_pressing(e)]
                if buttons:
                    await tab.click(buttons[0])
                    await trio.sleep(DEMO_SECONDS)
    # A demo that asks its own server, which is none here, is tried where there is one.
    assert not [error for error in errors if not isinstance(error, httpx.ConnectError)]


def _is_for_pressing(element: Element) -> bool:
    """Whether it is a button; one that sends a form would have to have the form filled in."""
    is_button = element.tag == "button" and element.attributes.get("type") != "submit"
    return is_button and not element.is_disabled


@each([d for d in MODULES if any(block.has_tests for block in d.blocks)])
def test_its_tests_pass(document: Document, tmp_path: Path) -> None:
    """What it shows as tests of its app are tests of its app, and pass."""
    (tmp_path / "test_page.py").write_text(source_of(document.code))
    _run_tests(tmp_path, TRIOSTATE_APP="test_page")


def _run_tests(folder: Path, **environment: str) -> None:
    _run(folder, "pytest", "-q", "-p", "pytest_triostate", "-p", "no:cacheprovider", **environment)


def _run(folder: Path, module: str, *arguments: str, **environment: str) -> None:
    path = os.pathsep.join([str(ROOT), str(folder)])
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_counter_of_the_readme_runs() -> None:
    """The app that the README begins with compiles."""
    (readme,) = (document for document in DOCUMENTS if document.name == "README.md")
    with isolated():
        exec(compile(readme.code[0].text, "README.md", "exec"), {"__name__": "hello"})
        assert ts.App().problems() == []


SUBSTITUTIONS = {
    "import reflex as rx": "import triostate as ts",
    "rx.chakra.number_input": "ts.number_input",
    "rx.": "ts.",
    "asyncio": "trio",
}


def test_what_was_written_for_reflex_needs_three_substitutions() -> None:
    """The code that the page begins with becomes the code that it runs by them alone."""
    (page,) = (document for document in DOCUMENTS if document.name == "reflex.md")
    before, after, *_ = (block for block in page.blocks if block.language == "python")
    text = before.text
    for old, new_ in SUBSTITUTIONS.items():
        text = text.replace(old, new_)
    assert text == after.text


# A project


@each(PROJECTS)
def test_the_project_works_at_each_step(document: Document, tmp_path: Path) -> None:
    """Each file that it shows takes its place; the pages compile then, and the tests pass."""
    assert new("hello", tmp_path) == 0
    folder = tmp_path / "hello"
    for block in document.code:
        assert block.file, f"line {block.line}: which file is it?"
        assert (folder / block.file).is_file(), f"the project has no {block.file}"
        (folder / block.file).write_text(f"{block.text}\n")
        _run(folder, "triostate.cli", "check", TRIOSTATE_APP="")
        if block.has_tests:
            _run_tests(folder, TRIOSTATE_APP="")


# Commands


@each([document for document in DOCUMENTS if any(b.language == "sh" for b in document.blocks)])
def test_commands_exist(document: Document) -> None:
    """What it tells to type is a command that there is, with options that it has."""
    for block in document.blocks:
        if block.language == "sh":
            for words in _commands(block.text):
                _check_command(words)


def _commands(text: str) -> Iterator[list[str]]:
    bare = re.sub(r"(?m)(^|\s)#.*$", "", text.replace("\\\n", " "))
    words = shlex.shlex(bare, posix=True, punctuation_chars="&|;\n")
    words.whitespace, words.whitespace_split = " \t", True
    command: list[str] = []
    for word in [*words, ";"]:
        if set(word) <= set("&|;\n"):
            yield from [command] if command else []
            command = []
        elif command or not re.match(r"\w+=", word):
            command.append(word)


def _check_command(words: list[str]) -> None:
    name = words[0].rpartition("/")[2]
    assert name in _CHECKS, f"{name!r} is no command that the documents use so far"
    _CHECKS[name](words[1:])


def _check_ours(arguments: list[str]) -> None:
    _parser().parse_args(arguments)


def _check_options(module: str) -> Callable[[list[str]], None]:
    def check(arguments: list[str]) -> None:
        known = _help_of(module)
        for argument in arguments:
            if argument.startswith("-"):
                assert re.search(rf"(?<![\w-]){re.escape(argument)}\b", known), argument

    return check


@functools.cache
def _help_of(module: str) -> str:
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _check_nox(arguments: list[str]) -> None:
    sessions = re.findall(r"(?m)^def (\w+)\(session", (ROOT / "noxfile.py").read_text())
    if "-s" in arguments:
        named = arguments[arguments.index("-s") + 1 :]
        named = named[: named.index("--")] if "--" in named else named
        assert set(named) <= set(sessions)


def _check_python(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        assert arguments[1] in ("pytest", "venv")
    else:
        assert (ROOT / arguments[0]).is_file()


def _anything(_: list[str]) -> None: ...


_CHECKS: dict[str, Callable[[list[str]], None]] = {
    "triostate": _check_ours,
    "hypercorn": _check_options("hypercorn"),
    "uvicorn": _check_options("uvicorn"),
    "nox": _check_nox,
    "python": _check_python,
    "python3": _check_python,
    **dict.fromkeys([".", "cd", "curl", "mkdir", "pip", "pytest"], _anything),
    "systemctl": _anything,
}


# Files


@each(DOCUMENTS)
def test_files_can_be_read(document: Document) -> None:
    """What it shows as JSON, TOML, a unit or a configuration of nginx is one."""
    for block in document.blocks:
        _READERS.get(block.language, lambda _: None)(block.text)


def _read_unit(text: str) -> None:
    configparser.ConfigParser(strict=False, interpolation=None).read_string(text)


def _read_nginx(text: str) -> None:
    bare = re.sub(r'#.*|"[^"]*"', "", text)
    assert bare.count("{") == bare.count("}")
    assert all(line.strip()[-1] in ";{}" for line in bare.split("\n") if line.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "toml": tomllib.loads,
    "ini": _read_unit,
    "nginx": _read_nginx,
}
