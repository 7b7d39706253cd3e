"""The pages of the components: each component has one, and it tells of each of its props."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

import triostate as ts
from tests.browser.uses import KEYBOARD, POINTER, READ
from triostate import ui

FOLDER = Path(__file__).parents[2] / "examples" / "docs" / "pages" / "components"
NOT_SHOWN = frozenset({"compile_page", "error_html", "not_found_html", "page", "page_id"})
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def components() -> list[str]:
    """Return the names of the components that users have."""
    names = sorted({*ui.__all__} & {*ts.__all__} - NOT_SHOWN)
    functions = [name for name in names if isinstance(getattr(ts, name), FunctionType | ModuleType)]
    return [name for name in functions if makes_components(name)]


def makes_components(name: str) -> bool:
    """Whether it is a component, or a module of a component's parts."""
    found = getattr(ts, name)
    return isinstance(found, ModuleType) or inspect.signature(found).return_annotation in (
        "Component",
        "Any",
    )


def parts_of(name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions that a page is about, with the names that users write."""
    found = getattr(ts, name)
    if not isinstance(found, ModuleType):
        yield name, found
    elif name != "el":  # it has all elements there are, and its page some of them
        for part in found.__all__:
            yield f"{name}.{part}", getattr(found, part)


def test_there_are_components() -> None:
    """The list of them is not empty by mistake."""
    assert {"box", "cond", "el", "foreach", "form", "table", "tabs"} <= {*components()}


@pytest.mark.parametrize("name", components())
def test_has_a_page(name: str) -> None:
    """Its page has its name, a paragraph on what it is for, a live demo, and a word on access."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert re.match(rf"# {name}\n\n[A-Z].+", text)
    assert "```python demo exec\nimport " in text
    assert "\n## Props\n" in text
    assert "\n## Accessibility\n" in text


@pytest.mark.parametrize("name", components())
def test_page_has_every_prop(name: str) -> None:
    """Each part and each prop of its own is in the page's table."""
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    told = {*re.findall(r"`([\w.]+)`", text.partition("\n## Props\n")[2])}
    parts = dict(parts_of(name))
    missing = [part for part in parts if "." in part and part not in told]
    for part, function in parts.items():
        own = [
            p for p in inspect.signature(function).parameters.values() if p.kind not in _VARIABLE
        ]
        is_trigger_part = "." in part and [p.name for p in own] == ["child"]
        missing += [f"{part}({p.name}=)" for p in own if p.name not in told and not is_trigger_part]
    assert missing == []


@pytest.mark.parametrize("name", components())
def test_is_used_in_a_browser(name: str) -> None:
    """The browser tests use it by keyboard and by pointer, or, where it is only read, read it."""
    assert (name in KEYBOARD) is (name in POINTER) is (name not in READ)


def test_nothing_else_is_used() -> None:
    """Their tables are of components that there are."""
    assert {*KEYBOARD, *POINTER, *READ} == {*components()}


def test_no_page_is_of_nothing() -> None:
    """Each page is of a component that there is."""
    assert {path.stem for path in FOLDER.glob("*.md")} - {"index"} == {*components()}
