"""What is said of a Markdown text at a glance is what parsing it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triostate.ui.commonmark import (
    fences_of,
    headings_of,
    parse,
    parse_headings,
    plain_text,
)
from triostate.ui.outline import Fenced, outline

PAGES = Path(__file__).parents[2] / "examples" / "docs" / "pages"

LINES = st.sampled_from(
    [
        *("", "", " ", "\t", "words", "more `code` words", "[a]", "[a]: /b", "*a* [b](/c)", "---"),
        *("# One", "## Two #", "#no", "Under\n===", "<div>", "<!--", "| a | b |\n| - | - |"),
        *("- item", "1. item", "> quote", "  deeper", "    deepest", "\tcode"),
        *("```", "```", "````", "~~~", "~~~~", "``", "``` python exec", "~~~ python demo `x`"),
        *("```python `no`", "```x``` no", " ```", "   ~~~ ", "    ```", "- ```", "> ~~~", "1) ```"),
        *("  ~~~~\t", "```\t", "\f```", "\xa0```", "``` \xa0exec", "\\```", "x\f", "\u2028```"),
    ]
)
TEXTS = st.builds("\n".join, st.lists(LINES, max_size=14)) | st.text(
    "`~#-> \n\tx[]:/.1)", max_size=40
)


@given(TEXTS)
def test_fences_are_those_of_the_parser(text: str) -> None:
    """Marks, content and line of each block, wherever it stands, or nothing is said."""
    found = outline(text)
    assert found is None or [*found.fences] == [*fences_of(parse(text))]


def beginning(text: str) -> tuple[object, ...]:
    """What a document's title and lead are made of."""
    nodes = [node for node in parse(text).children if node.type != "fence"]
    lead = nodes[1] if len(nodes) > 1 else None
    is_lead = lead is not None and lead.type == "paragraph"
    return next(headings_of(parse(text))), plain_text(lead) if lead and is_lead else None


@given(TEXTS)
def test_the_head_begins_as_the_whole_does(text: str) -> None:
    """Its first heading and the paragraph after it are the whole text's."""
    found = outline(text)
    if found is not None and found.head is not None:
        assert beginning(found.head) == beginning(text)


@given(TEXTS)
def test_headings_alone_are_those_of_the_whole(text: str) -> None:
    """Words and ids are the same whether the rest is parsed or not."""
    assert [*headings_of(parse_headings(text))] == [*headings_of(parse(text))]


def test_ordinary_texts_are_not_parsed() -> None:
    """A document with a title, a lead and code at the margin says all of it at a glance."""
    found = outline("# Title\n\nThe *lead*,\nto its end.\n\n- a list\n\n~~~python exec\nx\n~~~\n")
    assert found is not None
    assert found.head == "# Title\n\nThe *lead*,\nto its end.\n"
    assert found.fences == (Fenced("python exec", "x\n", 9),)


@pytest.mark.parametrize(
    "text", ["- ```\n  x\n  ```", "> ~~~", "```python exec\nx", "  ```\n  x\n  ```", "\0"]
)
def test_what_lines_do_not_tell_is_left_to_the_parser(text: str) -> None:
    """A fence in a list or a quote, one that is indented, one without an end."""
    assert outline(text) is None


def test_the_documentation_is_read_at_a_glance() -> None:
    """Of our own pages hardly one has to be parsed before it is shown, so that starts are short."""
    texts = [path.read_text(encoding="utf-8") for path in PAGES.rglob("*.md")]
    told = [outline(text) for text in texts]
    assert sum(found is None or found.head is None for found in told) <= 3
