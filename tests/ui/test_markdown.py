"""Markdown as components: what becomes what, and what does not come through."""

from __future__ import annotations

import re

import pytest

import triostate as ts
from triostate.errors import PageError
from triostate.testing import isolated
from triostate.ui import Assets, Page, compile_page

ASSETS = Assets(css_url="/t.css", boot_url="/b.js", runtime_url="/r.js")


def html_of(*sources: str) -> str:
    """Return what pages have of these texts, without the element around each."""
    page = Page("/", "T", lambda: ts.fragment(*map(ts.markdown, sources)), "m")
    html = compile_page(page, lambda ref: None, ASSETS).html.decode()
    found = re.search(
        r'<div id="ts-root" role="main">(.*?)</div>\n<div id="ts-toasts"', html, re.DOTALL
    )
    assert found is not None
    return found[1]


def inside(source: str) -> str:
    """Return what one text becomes."""
    return html_of(source).removeprefix('<div class="ts-markdown">').removesuffix("</div>")


def test_words() -> None:
    """Emphasis, code, links and struck words are elements, and nothing is between them."""
    assert inside("A *b* **c** `d` ~~e~~ [f](/g)") == (
        '<p class="ts-text">A <em>b</em> <strong>c</strong> <code class="ts-code">d</code> '
        '<s>e</s> <a class="ts-link" href="/g">f</a></p>'
    )


def test_lists() -> None:
    """Tight items hold text, loose ones paragraphs; an ordered list keeps its first number."""
    assert inside("- a\n- b") == "<ul><li>a</li><li>b</li></ul>"
    assert inside("3. a\n\n4. b") == (
        '<ol start="3"><li><p class="ts-text">a</p></li><li><p class="ts-text">b</p></li></ol>'
    )


def test_tables() -> None:
    """A table is the table component, with columns to the side that is asked for."""
    html = inside("| a | b |\n|---|--:|\n| 1 | *2* |")
    assert '<th scope="col">a</th><th scope="col" data-side="end">b</th>' in html
    assert '<td>1</td><td data-side="end"><em>2</em></td>' in html


def test_listings() -> None:
    """A fence is a listing, Python highlighted; indented code is plain."""
    python = inside("```python\nreturn 1\n```")
    assert '<span class="tk-kw">return</span> <span class="tk-num">1</span>' in python
    assert "<code>return 1</code>" in inside("```sh\nreturn 1\n```")
    assert "<code>return 1</code>" in inside("a\n\n    return 1\n\nb")


def test_the_rest() -> None:
    """Quotations, rules, line breaks and pictures."""
    assert inside("> a") == '<blockquote><p class="ts-text">a</p></blockquote>'
    assert inside("***") == '<hr class="ts-divider">'
    assert inside("a\\\nb") == '<p class="ts-text">a<br>b</p>'
    assert 'src="/p.png" alt="a b"' in inside("![a *b*](/p.png)")


def test_headings_have_ids() -> None:
    """An id is made of the words, and numbered where the page has it, whichever text had it."""
    html = html_of("# Getting *started*!\n\n## Getting started", "# Getting started\n\n# ?")
    found = re.findall(r'<(h\d) class="ts-heading" data-size="\d" id="([^"]+)"', html)
    assert found == [
        ("h1", "getting-started"),
        ("h2", "getting-started-1"),
        ("h1", "getting-started-2"),
        ("h1", "section"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick='x'>\n\nb\n\n</div>",
        "<!-- a -->",
        "&lt;script&gt;",
    ],
)
def test_html_is_text(source: str) -> None:
    """What a text holds of HTML is shown as text, and no element of it is made."""
    html = inside(source)
    assert not re.search(r"<(script|img|div|!)", html)
    assert "&lt;" in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "custom:x",
    ],
)
def test_addresses_pass_the_allow_list(address: str) -> None:
    """A link or picture to an address that is not allowed is none; the words stay."""
    for source in (f"[words]({address})", f"![words]({address})", f"<{address}>"):
        html = inside(source)
        assert "href=" not in html
        assert "src=" not in html
        assert "words" in html or source.startswith("<")


def test_a_picture_may_be_data_and_a_link_may_not() -> None:
    """Images as data are pictures only."""
    assert "<img" in inside("![a](data:image/png;base64,aGk=)")
    assert "href=" not in inside("[a](data:image/png;base64,aGk=)")


def test_indented_text() -> None:
    """A text written in the middle of a function is as if it stood at the margin."""
    source = """
        # A

        - b
          - c
        """
    assert inside(source).endswith("<ul><li>b<ul><li>c</li></ul></li></ul>")


def test_braces_are_text() -> None:
    """Nothing in a text is an expression."""
    assert inside("{State.x} {{ y }}") == '<p class="ts-text">{State.x} {{ y }}</p>'


def test_props_are_those_of_the_frame() -> None:
    """Styles and attributes are those of the element around the text; unknown ones are errors."""
    with pytest.raises(PageError, match="markdown has no prop 'colour'; did you mean 'color'"):
        ts.markdown("a", colour="red")


def test_what_is_no_text_is_refused() -> None:
    """Only a text is one."""
    with isolated(), pytest.raises(PageError, match="markdown: the source is a text, not int"):
        ts.markdown(3)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
