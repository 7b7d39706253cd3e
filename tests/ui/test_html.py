"""Escaping, and what may never be written."""

from __future__ import annotations

import html as stdlib_html

import pytest
from hypothesis import given
from hypothesis import strategies as st

import triostate.ui as ts
from triostate.ui.html import attribute, escape, script_json, to_bytes

from .shop import ASSETS, Shop, compiled, embedded_plan, html

NASTY = "<script>alert('1')</script> & \"quoted\" --> ]]> </template>"


@given(st.text().filter(lambda text: "\0" not in text))
def test_escaped_text_reads_back_as_it_was(text: str):
    """A parser gives back exactly the text, and the text opens no tag and ends no attribute."""
    escaped = escape(text)
    assert stdlib_html.unescape(escaped) == text
    assert not set('<>"') & set(escaped)


@pytest.mark.parametrize("name", ["onclick", "style", "a b", "x>", "", "ON", "a=b"])
def test_a_name_that_is_no_plain_attribute_is_never_written(name: str):
    """Event handlers, inline styles and broken names are refused, whoever asks for them."""
    with pytest.raises(ValueError, match="no attribute"):
        attribute(name, "x")


def test_text_of_a_page_is_escaped_wherever_it_stands():
    """Constants and defaults, in text and in attributes, cannot become markup."""
    shown = html(ts.box(NASTY, ts.text(Shop.name), title=NASTY, data_x=Shop.name), name=NASTY)
    assert "<script>" not in shown
    assert "--&gt;" in shown
    assert shown.count("&lt;script&gt;") == 4


def test_the_plan_cannot_end_its_script_element():
    """Defaults and constants in the plan hold no `<`, and still read back as they were."""
    page = compiled(lambda: ts.text(Shop.name + "</script>"), name="</script><!--")
    assert b"</script><!--" not in page.html
    plan = embedded_plan(page)
    assert plan == page.plan
    assert plan["vars"][0][2] == "</script><!--"


def test_json_for_a_script_element_has_no_tags():
    """Every `<` is written as an escape of JSON."""
    assert script_json({"a": "<b>"}) == '{"a":"\\u003cb>"}'


def test_a_lone_surrogate_does_not_break_a_page():
    """What UTF-8 cannot say becomes a question mark instead of an error."""
    assert to_bytes("a\ud800b") == b"a?b"


def test_a_title_is_text():
    """The page's title and description are escaped too."""
    page = ts.Page(route="/", title="</title><b>", description='"><b>', function=ts.box, module="m")
    shown = ts.compile_page(page, lambda ref: None, ASSETS).html.decode()
    assert "<b>" not in shown
    assert "<title>&lt;/title&gt;&lt;b&gt;</title>" in shown
