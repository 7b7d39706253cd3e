"""The reference: every public name with what its docstring says, grouped by what it is for.

A name belongs to the group of the module that defines it, so that a new one is in the reference as
soon as it is public. Knows nothing of the site around it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from itertools import pairwise
from types import ModuleType
from typing import Any

import attrs

import triostate as ts
from examples.docs.docstrings import Docstring, public_members, read, signature
from triostate import limits

__all__ = ["SECTIONS", "Section"]

_Entries = list[tuple[str, Any]]

#: What a module tells those who change it.
_NOT_SAID = re.compile(r"\s*Knows? nothing[^.]*\.")


@attrs.define(eq=False, slots=False)
class Section:
    """One page of the reference."""

    name: str
    """Of its address."""
    title: str
    lead: str
    prefix: str
    """What its names are reached by: ``ts.``."""
    load: Callable[[], _Entries]

    @cached_property
    def entries(self) -> _Entries:
        """The names that are on the page, each with what it names."""
        return self.load()

    @cached_property
    def headings(self) -> list[tuple[str, str]]:
        """The names on the page, each with its id."""
        return [(f"{self.prefix}{name}", name) for name, _ in self.entries]

    def content(self) -> ts.Component:
        """Return the page's content."""
        return ts.fragment(
            ts.heading(self.title, size="8", margin_bottom="0.75rem"),
            ts.markdown(self.lead),
            *(_entry(f"{self.prefix}{name}", name, value) for name, value in self.entries),
        )


@attrs.frozen
class _Limit:
    """A number of `triostate.limits`, with the words below it."""

    value: object
    text: str


def _entry(shown: str, name: str, value: object) -> ts.Component:
    if isinstance(value, ModuleType):
        return _part(shown, name, value)
    return ts.box(
        ts.divider(margin="2rem 0 1.5rem"),
        ts.heading(shown, id=name, as_="h2", size="5", scroll_margin_top="5rem"),
        *_body(shown, value),
    )


def _body(shown: str, value: object) -> Iterator[ts.Component | None]:
    if isinstance(value, _Limit):
        yield ts.code_block(f"{shown.rpartition('.')[2]} = {value.value!r}", margin="0.75rem 0")
        yield ts.markdown(value.text)
        return
    if inspect.isclass(value):
        yield from _class(shown, value)
    elif callable(value):
        yield from _function(shown, value)
    else:
        yield ts.text(f"{value!r}"[:200])


def _function(
    shown: str, function: Any, *, is_method: bool = False
) -> Iterator[ts.Component | None]:
    yield ts.code_block(signature(shown, function, is_method=is_method), margin="0.75rem 0")
    yield from _said(read(function))
    yield _source(function)


def _class(shown: str, cls: type) -> Iterator[ts.Component | None]:
    doc = read(cls)
    if doc.arguments:
        yield ts.code_block(signature(shown, cls), margin="0.75rem 0")
    elif issubclass(cls, BaseException):
        bases = ", ".join(base.__name__ for base in cls.__bases__)
        yield ts.code_block(f"class {cls.__name__}({bases})", margin="0.75rem 0")
    yield from _said(doc)
    for name, member, is_method in public_members(cls):
        if (found := read(member)).text:
            yield _member(shown.rpartition(".")[2], name, member, found, is_method=is_method)
    yield _source(cls)


def _member(owner: str, name: str, member: Any, doc: Docstring, *, is_method: bool) -> ts.Component:
    call = signature(f"{owner}.{name}", member, is_method=True) if is_method else f"{owner}.{name}"
    return ts.box(
        ts.code_block(call, margin="1.25rem 0 0.5rem"),
        *_said(doc),
        id=f"{owner}.{name}",
        padding_left="1rem",
        scroll_margin_top="5rem",
    )


def _part(shown: str, name: str, module: ModuleType) -> ts.Component:
    """Show a component that is made of parts, or the generic elements."""
    functions = [(part, getattr(module, part)) for part in module.__all__]
    parts: list[ts.Component] = []
    if shown.endswith(".el"):
        listed = ", ".join(f"`{part}`" for part, _ in functions)
        parts = [ts.markdown(f"The elements: {listed}.", margin_top="1rem")]
    else:
        for part, function in functions:
            parts.append(ts.heading(f"{shown}.{part}", as_="h3", size="4", margin_top="1.5rem"))
            parts += [made for made in _function(f"{shown}.{part}", function) if made]
    return ts.box(
        ts.divider(margin="2rem 0 1.5rem"),
        ts.heading(shown, id=name, as_="h2", size="5", scroll_margin_top="5rem"),
        ts.markdown(_NOT_SAID.sub("", read(module).text), margin_top="0.75rem"),
        *parts,
    )


def _said(doc: Docstring) -> Iterator[ts.Component | None]:
    if doc.text:
        yield ts.markdown(doc.text)
    yield _table("Arguments", doc.arguments)
    if doc.returns:
        yield ts.markdown(f"**Returns** {doc.returns}", margin_top="1rem")
    yield _table("Errors", doc.raises)
    if doc.source:
        yield ts.markdown(f"**After** {doc.source}", margin_top="1rem")


def _table(title: str, items: tuple[tuple[str, str], ...]) -> ts.Component | None:
    if not items:
        return None
    rows = [
        ts.table.row(
            ts.table.row_header_cell(ts.code(name), vertical_align="top"),
            ts.table.cell(ts.markdown(text), white_space="normal"),
        )
        for name, text in items
    ]
    heads = (ts.table.column_header_cell(title), ts.table.column_header_cell("Meaning"))
    return ts.table.root(
        ts.table.header(ts.table.row(*heads)), ts.table.body(*rows), label=title, margin_top="1rem"
    )


def _source(value: Any) -> ts.Component:
    module = getattr(value, "__module__", "")
    return ts.text("Defined in ", ts.code(module), size="1", color_scheme="gray", margin_top="1rem")


# What is on which page

#: Section, and the beginnings of modules whose public names are in it; the first that fits.
_HOMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("errors", ("triostate.errors",)),
    ("effects", ("triostate.protocol",)),
    ("app", ("triostate.app", "triostate.web", "triostate.server", "triostate.ui.pages",
             "triostate.ui.documents")),
    ("handlers", ("triostate.runtime", "triostate.state.decorators", "triostate.state.handlers")),
    ("components", ("triostate.ui",)),
    ("state", ("triostate.state",)),
)  # fmt: skip


def _home(value: Any) -> str:
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    fitting = (name for name, bases in _HOMES if str(module).startswith(bases))
    return next(fitting, "state")


def _limits() -> _Entries:
    """Return the limits with the docstrings that follow them, which only the source has."""
    body = ast.parse(inspect.getsource(limits)).body
    found: _Entries = []
    for node, after in pairwise(body):
        if not isinstance(node, ast.Assign) or not isinstance(target := node.targets[0], ast.Name):
            continue
        text = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = inspect.cleandoc(str(after.value.value))
        found.append((target.id, _Limit(getattr(limits, target.id), text)))
    return found


def _testing() -> _Entries:
    # By name, when it is looked at: an app that is served has no need of it.
    try:
        testing = importlib.import_module("triostate.testing")
    except ImportError:  # it comes with `pip install triostate[testing]`
        return []
    return [(name, getattr(testing, name)) for name in testing.__all__]


@cache
def _public() -> dict[str, _Entries]:
    found: dict[str, _Entries] = {}
    for name in sorted(ts.__all__, key=str.lower):
        value = getattr(ts, name)
        found.setdefault(_home(value), []).append((name, value))
    return found


def _section(name: str, title: str, lead: str) -> Section:
    return Section(name, title, lead, "ts.", lambda: _public().get(name, []))


SECTIONS = (
    _section("app", "App and pages", "What serves, and what is served: `import triostate as ts`."),
    _section("state", "State and expressions", "What a session keeps, and what pages say of it."),
    _section("handlers", "Handlers and tasks", "What events run, one after another or beside."),
    _section("components", "Components", "What pages are made of; all of them take styles."),
    _section("effects", "Effects", "One-off orders to the browser, given by handlers."),
    _section("errors", "Errors", "What is raised on purpose, and when."),
    Section(
        "testing",
        "Testing",
        "For the tests of your app, with `pip install triostate[testing]`.",
        "",
        _testing,
    ),
    Section(
        "limits",
        "Limits",
        "The bounds, all of them in `triostate.limits`; `ts.App(...)` takes those that vary.",
        "",
        _limits,
    ),
)
"""The pages of the reference, in the order of the navigation."""
