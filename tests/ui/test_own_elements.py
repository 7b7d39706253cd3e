"""Generic elements, custom elements, and scripts of the user's own."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import Shop, body, compiled, html


def test_any_harmless_element_has_a_function():
    """Attributes in Python's spelling, styles and triggers as everywhere."""
    assert html(ts.el.article("x", id="a", class_name="b")) == (
        '<article class="b" id="a">x</article>'
    )
    row = ts.el.tr(ts.el.td("x", col_span=2))
    assert '<td colspan="2">x</td>' in html(ts.el.table(ts.el.tbody(row)))
    assert html(ts.el.a("x", href="/y", html_for="z")) == '<a href="/y" for="z">x</a>'
    assert html(ts.el.br()) == "<br>"
    assert html(ts.el.details(ts.el.summary("a"), open=True)) == (
        "<details open><summary>a</summary></details>"
    )
    for tag in ("script", "iframe", "object", "embed", "style", "base", "template"):
        assert not hasattr(ts.el, tag)


def test_a_page_has_one_main_landmark():
    """The root of all that it shows, unless the page has an element for it."""
    assert b'<div id="ts-root" role="main">' in compiled(ts.box).html
    assert b'<div id="ts-root"><main>' in compiled(ts.el.main).html


def test_generic_controls_carry_what_they_hold():
    """By their type."""
    page = compiled(
        lambda: ts.box(
            ts.el.input(type="checkbox", checked=Shop.flag, on_change=Shop.set_flag),
            ts.el.input(type="range", value=Shop.count, on_change=Shop.set_count),
            ts.el.textarea(value=Shop.name, on_change=Shop.set_name),
            ts.el.form(on_submit=Shop.plain),
        )
    )
    on = [part["on"] for part in page.plan["parts"]]
    assert [next(iter(entry.values())).get("x") for entry in on] == [
        ["checked"], ["number"], ["value"], ["form"]
    ]  # fmt: skip
    assert on[3]["submit"]["prevent"] is True
    assert ">Ada</textarea>" in body(page)


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: ts.el.div(onclick="alert(1)"), "el.div has no trigger|has no prop 'onclick'"),
        (lambda: ts.el.div(srcdoc="<b>"), "el.div has no prop 'srcdoc'"),
        (lambda: ts.el.div(inner_html="<b>"), "el.div has no prop 'inner_html'"),
        (lambda: ts.el.div(style="color:red"), "style= is a dict"),
        (lambda: ts.el.div(style={"background": "url(//x)"}), "is refused"),
        (lambda: ts.el.a(href="javascript:x"), "is refused"),
        (lambda: ts.el.form(action="javascript:x"), "is refused"),
        (lambda: ts.el.button(form_action="javascript:x"), "is refused"),
        (lambda: ts.el.video(poster="javascript:x"), "is refused"),
        (lambda: ts.el.img("x"), "no children"),
        (lambda: ts.el.td(colspn=2), "el.td has no prop 'colspn'; did you mean 'col_span'"),
    ],
)
def test_generic_elements_are_as_safe_as_components(make, text: str):
    """No scripts, no markup from text, no other addresses and styles; typos are told."""
    with pytest.raises(PageError, match=text):
        make()


def test_a_custom_element_is_set_and_heard():
    """Attributes and properties follow vars, constants included; its events carry their detail."""
    page = compiled(
        lambda: ts.custom_element(
            "star-rating",
            attributes={"max": 5, "read-only": None},
            properties={"value": Shop.count, "maxValue": 5, "rows": Shop.rows},
            on={"rate": Shop.set_count},
            src="/stars.js",
            width="8em",
        )
    )
    assert body(page) == '<star-rating class="s1" max="5" data-t="0" data-m></star-rating>'
    part = page.plan["parts"][0]
    assert part["props"] == {"value": ["v", 0], "maxValue": 5, "rows": ["v", 1]}
    assert part["on"]["rate"]["x"] == ["detail"]
    head = page.html.decode().partition("</head>")[0]
    assert head.index('src="/stars.js"') < head.index("/runtime.js")


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: ts.custom_element("stars"), "no name of a custom element"),
        (lambda: ts.custom_element("Star-Rating"), "no name of a custom element"),
        (lambda: ts.custom_element("font-face"), "no name of a custom element"),
        (lambda: ts.custom_element("a-b", attributes={"onclick": "x"}), "'onclick' is refused"),
        (lambda: ts.custom_element("a-b", attributes={"style": "x"}), "'style' is refused"),
        (lambda: ts.custom_element("a-b", attributes={"srcdoc": "x"}), "'srcdoc' is refused"),
        (lambda: ts.custom_element("a-b", attributes={"href": "javascript:x"}), "is refused"),
        (lambda: ts.custom_element("a-b", properties={"innerHTML": "x"}), "is refused"),
        (lambda: ts.custom_element("a-b", properties={"onclick": "x"}), "is refused"),
        (lambda: ts.custom_element("a-b", on={"x y": Shop.plain}), "no name of an event"),
        (lambda: ts.custom_element("a-b", src="javascript:x"), "script: src="),
        (lambda: ts.custom_element("a-b", max=5), "a-b has no prop 'max'"),
        (lambda: ts.script("data:text/javascript,x"), "script: src="),
    ],
)
def test_what_a_custom_element_may_not_have(make, text: str):
    """Names that are none, and ways around the page's safety."""
    with pytest.raises(PageError, match=text):
        make()


def test_a_script_of_ones_own_is_loaded_once():
    """It shows nothing; in a branch it is loaded all the same."""
    page = compiled(
        lambda: ts.box(ts.script("/a.js"), ts.cond(Shop.flag, ts.script("/a.js"), ts.text("x")))
    )
    assert page.html.count(b'src="/a.js"') == 1
    assert 'type="module" src="/a.js"' in page.html.decode()
