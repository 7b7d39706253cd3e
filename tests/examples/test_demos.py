"""Markdown files whose code runs: a document in the shape of the first one there was, and mistakes.

The document below is written for another framework. Three substitutions make it one of ours: the
import lines, Trio for asyncio, and one component's name.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import triostate as ts
from triostate.errors import PageError
from triostate.testing import Client, isolated, virtual

DOCUMENT = """```python exec
import reflex as rx
from pcweb import constants, styles
```


# Counting

A handler that runs **beside the others** opens an
`async with self` block to write.

```python demo exec
import asyncio
import reflex as rx


class CountingState(rx.State):
    counter: int = 0
    max_counter: int = 10
    running: bool = False
    _n_tasks: int = 0

    @rx.background
    async def my_task(self):
        async with self:
            if self._n_tasks > 0:
                return

            self._n_tasks += 1

        while True:
            async with self:
                if self.counter >= self.max_counter:
                    self.running = False
                if not self.running:
                    self._n_tasks -= 1
                    return

                self.counter += 1

            await asyncio.sleep(0.5)

    def toggle_running(self):
        self.running = not self.running
        if self.running:
            return CountingState.my_task

    def clear_counter(self):
        self.counter = 0


def counting_example():
    return rx.hstack(
        rx.heading(CountingState.counter, " /"),
        rx.chakra.number_input(
            value=CountingState.max_counter,
            on_change=CountingState.set_max_counter,
            width="8em",
        ),
        rx.button(
            rx.cond(~CountingState.running, "Start", "Stop"),
            on_click=CountingState.toggle_running,
        ),
        rx.button(
            "Reset",
            on_click=CountingState.clear_counter,
        ),
    )
```

## By the token

```python demo exec
import asyncio
import reflex as rx

my_tasks = set()


async def _fetch_data(app, token):
    await asyncio.sleep(1)
    async with app.modify_state(token) as state:
        substate = state.get_substate(
            FetchingState.get_full_name().split("."),
        )
        substate.result = "fetched"


class FetchingState(rx.State):
    result: str = ""

    def fetch_data(self):
        task = asyncio.create_task(
            _fetch_data(
                app=rx.utils.prerequisites.get_app().app,
                token=self.get_token(),
            ),
        )

        # Always save a reference to your tasks until they are done
        my_tasks.add(task)
        task.add_done_callback(my_tasks.discard)


def fetching_example():
    return rx.vstack(
        rx.text(FetchingState.result),
        rx.button(
            "Fetch Data",
            on_click=FetchingState.fetch_data,
        ),
    )
```"""

TASK = DOCUMENT[DOCUMENT.index("        task = asyncio") : DOCUMENT.index("\n\n\ndef fetching")]

#: What is written in the document, and what stands for it.
SUBSTITUTIONS = (
    # The import line: ours under the name that the document calls it by.
    ("import reflex as rx\nfrom pcweb import constants, styles\n", "import triostate as rx\n"),
    ("import reflex as rx\n", "import triostate as rx\n"),
    # Trio for asyncio. What keeps a task until it is done is the app.
    (
        TASK,
        "        app = rx.get_app()\n        app.start_soon(_fetch_data, app, self.get_token())",
    ),
    ("my_tasks = set()\n", ""),
    ("asyncio", "trio"),
    # A component by its name.
    ("chakra.number_input", "number_input"),
)


def ours(document: str) -> str:
    """Return a document with the three substitutions made."""
    for old, new in SUBSTITUTIONS:
        assert old in document
        document = document.replace(old, new)
    return document


Declare = Callable[..., ts.MarkdownDocument]


@pytest.fixture
def declare(tmp_path: Path) -> Iterator[Declare]:
    """Declare a text as a page of an app of its own, at the root."""
    before = set(sys.modules)

    def make(text: str, name: str = "page.md", **options: Any) -> ts.MarkdownDocument:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return ts.markdown_page(tmp_path / name, route="/", **options)

    with isolated():
        yield make
    for module in set(sys.modules) - before:
        del sys.modules[module]


@virtual
async def test_the_first_demo_is_live(declare: Declare) -> None:
    """The counter rises to the limit that was typed, stops, and is reset (1, 4, 44)."""
    document = declare(ours(DOCUMENT))
    state = document.namespace["CountingState"]
    async with Client(ts.App()) as client, client.tab("/") as tab:
        assert "Counting" in tab.text()
        await tab.click("Start")
        await tab.wait_text("Stop")
        await tab.wait_var(state, "counter", 2)
        await tab.click("Stop")
        await tab.wait_text("Start")
        await tab.click("Reset")
        await tab.wait_var(state, "counter", 0)
        await tab.trigger(state.set_max_counter, 3)
        await tab.click("Start")
        await tab.wait_var(state, "running", False)
        assert tab.value(state, "counter") == 3


@virtual
async def test_the_second_demo_is_live(declare: Declare) -> None:
    """A task of the app reaches the tab's state by its token (50, 51)."""
    declare(ours(DOCUMENT))
    async with Client(ts.App()) as client, client.tab("/") as tab:
        await tab.click("Fetch Data")
        await tab.wait_text("fetched")


def test_what_is_shown(declare: Declare) -> None:
    """Two of the blocks are demos; the page's title and lead are the first words there are."""
    document = declare(ours(DOCUMENT))
    assert (document.title, document.route) == ("Counting", "/")
    assert document.description is not None
    assert document.description.startswith("A handler that runs beside the others opens an")
    assert [(found.level, found.id) for found in document.headings] == [
        (1, "counting"),
        (2, "by-the-token"),
    ]
    assert [listing.is_demo for listing in document.listings] == [False, True, True]


def test_a_title_after_the_sites_fashion(declare: Declare) -> None:
    """A function makes the browser's title of the document, whose own title stays."""
    document = declare("# T\n\nLead.", title=lambda document: f"{document.title} - Shop")
    compiled = ts.App()._build().pages.find("/")
    assert compiled is not None
    assert b"<title>T - Shop</title>" in compiled.html
    assert b'name="description" content="Lead."' in compiled.html
    assert (document.title, document.description) == ("T", "Lead.")


def test_code_is_a_module(declare: Declare) -> None:
    """What the code defines belongs to a module below the caller's, which an app may take."""
    document = declare(ours(DOCUMENT))
    cls = document.namespace["CountingState"]
    assert cls.__module__ == document.module == f"{__name__}.page_md"
    assert sys.modules[document.module].__file__ == str(document.file)
    assert ts.App(modules=[__name__]).problems() == []


def test_blocks_share_names(declare: Declare) -> None:
    """A later block uses what an earlier one has defined; dataclasses and annotations work."""
    text = """# T

```python exec
from dataclasses import dataclass
import triostate as ts

@dataclass
class Row:
    name: str
```

```python demo exec
class Rows(ts.State):
    rows: list[Row] = [Row("a")]

def demo():
    return ts.foreach(Rows.rows, lambda row: ts.text(row.name))
```

```python demo
ts.badge(Rows.rows.length())
```
"""
    declare(text)
    assert ts.App().problems() == []


# Mistakes

HEAD = "# T\n\n```python exec\nimport triostate as ts\n```\n\n"


@pytest.mark.parametrize(
    "block, line, said",
    [
        ("```python exec\nx = 1\nnot_there\n```", 9, "name 'not_there' is not defined"),
        ("```python exec\nx = = 1\n```", 8, "invalid syntax"),
        ("```python demo exec\ndef demo():\n    return 1 / 0\n```", 9, "division by zero"),
        ("```python demo\nts.buton()\n```", 8, "buton"),
        (
            "```python demo exec\ndef demo():\n    return ts.text(colour='red')\n```",
            9,
            "text has no prop 'colour'",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(
    declare: Declare, block: str, line: int, said: str
) -> None:
    """Whatever is wrong in a block is told by file, line and block, once (check, overlay)."""
    document = declare(HEAD + block)
    problems = ts.App().problems()
    assert len(problems) == 1
    assert problems[0].file.endswith("page.md")
    assert problems[0].line == line
    assert said in str(problems[0])
    assert f"page.md:8: the block `{block[3:].partition(chr(10))[0]}`" in str(problems[0])
    assert "".join(traceback.format_exception(_failure(document))).count("page.md") >= 1


def _failure(document: ts.MarkdownDocument) -> PageError:
    with pytest.raises(PageError) as caught:
        document.content()
    return caught.value


@pytest.mark.parametrize(
    "block, said",
    [
        ("```python demo exec\nx = 1\n```", "nothing in it can be shown"),
        ("```python demo exec\ndef demo(): ...\n```", "it returned None; return a component"),
        ("```python demo exec\ndef demo():\n    return {}\n```", "a child of type dict"),
    ],
)
def test_a_demo_that_shows_nothing(declare: Declare, block: str, said: str) -> None:
    """A demo that has nothing to show says what it has to have."""
    declare(HEAD + block)
    (problem,) = ts.App().problems()
    assert said in str(problem)
    assert "page.md" in problem.place


def test_a_later_block_may_take_a_name_again(declare: Declare) -> None:
    """Each demo shows the function that was the last of its own block."""
    block = "```python demo exec\ndef demo():\n    return ts.text('{}')\n```\n\n"
    declare(HEAD + block.format("first") + block.format("second"))
    compiled = ts.App()._build().pages.find("/")
    assert compiled is not None
    assert compiled.html.count(b">first<") == compiled.html.count(b">second<") == 1


def test_a_state_with_a_mistake(declare: Declare) -> None:
    """A class in a Markdown file is looked up as one in any file."""
    declare(HEAD + "```python exec\nclass A(ts.State):\n    x: int = 'a'\n```")
    (problem,) = ts.App().problems()
    assert "A.x" in str(problem)
    assert problem.file.endswith("page.md")


@virtual
async def test_one_broken_page_leaves_the_others(declare: Declare) -> None:
    """A file whose code fails is an error page; the app and its other pages live."""
    declare(HEAD + "```python exec\nnot_there\n```")
    ts.page("/other")(lambda: ts.text("well"))
    async with Client(ts.App()) as client, client.tab("/other") as tab:
        assert "well" in tab.text()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The error has the path; a folder without Markdown is one too."""
    with isolated():
        with pytest.raises(PageError, match=r"cannot read .*nowhere\.md"):
            ts.markdown_page(tmp_path / "nowhere.md")
        with pytest.raises(PageError, match="there is no Markdown file below"):
            ts.markdown_pages(tmp_path)


def test_routes_come_from_paths(tmp_path: Path) -> None:
    """A folder's files are pages below its route, ``index.md`` the folder's own."""
    for name in ("index.md", "first.md", "more/index.md", "more/second-page.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name}", encoding="utf-8")
    with isolated():
        documents = ts.markdown_pages(tmp_path, route="/docs")
        assert sorted(document.route for document in documents) == [
            "/docs",
            "/docs/first",
            "/docs/more",
            "/docs/more/second-page",
        ]
        assert ts.App().problems() == []
