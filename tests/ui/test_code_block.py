"""Listings and their colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import triostate.ui as ts
from triostate.errors import PageError
from triostate.ui.code_block import highlighted

from .shop import Shop, html

SOURCE = '@ts.event(policy="drop")\ndef run(self) -> None:\n    print(f"{1:>3}", None)  # why\n'


@given(st.text() | st.text("'\"{}()\\\n\t\r\x0c fdx#@:=1.é", max_size=30))
def test_the_pieces_are_the_source(source: str):
    """Whatever the text is, Python or not, nothing is lost, added or moved."""
    assert "".join(text for _, text in highlighted(source)) == source


def test_tokens_have_their_kinds():
    """Keywords, names defined, strings, comments, decorators, constants, builtins."""
    kinds = {text: kind for kind, text in highlighted(SOURCE) if kind}
    expected = {
        "def": "kw",
        "run": "def",
        "None": "num",
        "# why": "com",
        "print": "fn",
        "ts": "dec",
    }
    assert expected.items() <= kinds.items()
    assert kinds['"drop"'] == "str"


def test_a_listing_is_escaped():
    """Code is text."""
    shown = html(ts.code_block("a < b"))
    assert shown == '<pre class="ts-code-block" tabindex="0"><code>a &lt; b</code></pre>'


def test_other_languages_are_shown_plain():
    """Only Python is known."""
    assert "<span" not in html(ts.code_block("def x", language="text"))


def test_a_listing_may_follow_a_var():
    """It is text then, without colours."""
    assert ">Ada</code>" in html(ts.code_block(Shop.name))


def test_a_listing_of_something_else_is_an_error():
    """Most likely somebody forgot to call ``read``."""
    with pytest.raises(PageError, match="the source is text, not bytes"):
        ts.code_block(b"x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
