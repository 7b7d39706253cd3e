"""Controls to enter something with: all are the browser's own, painted with their values."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import Shop, body, compiled, html


def test_a_text_area_is_painted_with_its_text_inside():
    """HTML has no attribute for it; a first line end is kept, markup is text."""
    page = compiled(lambda: ts.text_area(value=Shop.name, rows=3), name="\n<b>")
    assert body(page) == (
        '<textarea class="ts-text-area" rows="3" data-t="0" data-m>\n\n&lt;b&gt;</textarea>'
    )
    assert page.plan["parts"][0]["props"] == {"value": ["v", 0]}
    assert html(ts.text_area(default_value="a")) == '<textarea class="ts-text-area">a</textarea>'
    with pytest.raises(PageError, match="exclude each other"):
        ts.text_area(value="a", default_value="b")


def test_a_select_is_painted_with_its_choice():
    """The option that the default names is selected; the rest is the browser's."""
    page = compiled(lambda: ts.select(["Ada", "Bo"], value=Shop.name, on_change=Shop.set_name))
    assert body(page) == (
        '<select class="ts-select" data-size="2" data-t="0" data-m>'
        '<option value="Ada" selected>Ada</option><option value="Bo">Bo</option></select>'
    )
    assert page.plan["parts"][0]["on"]["change"]["x"] == ["value"]
    assert 'value="2" selected>Two<' in html(ts.select({1: "One", 2: "Two"}, default_value=2))
    assert 'value="b" selected>Bo<' in html(ts.select([("a", "Ada"), ("b", "Bo")], value="b"))


def test_a_placeholder_is_shown_while_nothing_is_chosen():
    """And cannot be chosen."""
    assert "<option value disabled selected>Pick</option>" in html(
        ts.select(["a"], placeholder="Pick")
    )
    page = compiled(lambda: ts.select(["a"], value=Shop.name, placeholder="Pick"), name="")
    assert b"<option value disabled selected>" in page.html


def test_options_may_follow_a_var():
    """Rows, each an option; the control is told when they have changed."""
    page = compiled(lambda: ts.select(Shop.rows, value=Shop.name), rows=["x", "Ada"])
    assert b'<option value="Ada" selected data-t="1" data-m>' in page.html
    assert page.plan["blocks"][0]["kind"] == "each"


def test_nothing_to_choose_is_an_error():
    """So is an item that is neither text nor pair."""
    with pytest.raises(PageError, match="page /: select: there is nothing to choose"):
        compiled(lambda: ts.select([]))
    with pytest.raises(PageError, match="radio_group: an item is a text"):
        ts.radio_group([("a", "b", "c")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    with pytest.raises(PageError, match="exclude each other"):
        ts.select(["a"], value="a", default_value="a")


def test_radio_buttons_are_one_group():
    """They share a name that no other group of the page has, and follow the var together."""
    page = compiled(
        lambda: ts.box(
            ts.radio_group(["Ada", "Bo"], value=Shop.name, label="Who"), ts.radio_group(["a"])
        )
    )
    shown = body(page)
    assert 'role="radiogroup" aria-label="Who"' in shown
    assert shown.count('name="n0"') == 2
    assert shown.count('name="n1"') == 1
    assert 'value="Ada" checked data-t="0"' in shown
    assert page.plan["parts"][1]["props"] == {"checked": ["eq", ["str", ["v", 0]], "Bo"]}


def test_a_radio_group_in_a_row_has_the_rows_name():
    """Else the groups of all rows would be one."""
    page = compiled(
        lambda: ts.foreach(Shop.rows, lambda row: ts.radio_group(["a", "b"]), key=lambda row: row),
        rows=["x", "y"],
    )
    assert b'name="n0-x"' in page.html
    assert b'name="n0-y"' in page.html
    page = compiled(lambda: ts.foreach(Shop.rows, lambda row: ts.radio_group(["a"])), rows=["x"])
    assert b'name="n0-0"' in page.html


def test_a_switch_is_a_checkbox_that_says_so():
    """Its label is a part of what can be clicked."""
    assert html(ts.switch("On", default_checked=True)) == (
        '<label class="ts-checkbox"><input class="ts-switch" type="checkbox" role="switch" '
        'data-size="2" checked="true">On</label>'
    )
    page = compiled(lambda: ts.switch(checked=Shop.flag, on_change=Shop.set_flag))
    assert page.plan["parts"][0]["on"]["change"]["x"] == ["checked"]


def test_a_slider_carries_numbers():
    """At each move, and once when it is let go."""
    page = compiled(
        lambda: ts.slider(
            value=Shop.count, on_change=Shop.set_count, on_value_commit=Shop.set_limit, label="N"
        )
    )
    assert b'type="range"' in page.html
    assert b'min="0" max="100" step="1" aria-label="N" value="0"' in page.html
    on = page.plan["parts"][0]["on"]
    assert [on["input"]["x"], on["change"]["x"]] == [["number"], ["number"]]


def test_a_form_sends_its_entries_and_stays():
    """One event with all of them; the browser's own sending is prevented.

    Emptying it is the business of a script that hears whether they were taken.
    """
    page = compiled(
        lambda: ts.form(ts.input(name="a"), on_submit=Shop.set_table, reset_on_submit=True)
    )
    assert page.plan["parts"][0]["on"]["submit"] == {
        "x": ["form"],
        "prevent": True,
        "do": [{"b": 0, "a": [["e", 0]]}],
    }
    assert b'<form class="ts-form" data-ts-reset="true" data-t="0">' in page.html
    assert page.bindings[0].is_form


def test_a_field_ties_label_and_texts_to_its_control():
    """By ids that nobody has to give."""
    page = compiled(
        lambda: ts.form_field(
            "Name", ts.input(), description="As in your passport", error=Shop.name
        ),
        name="Too long",
    )
    shown = body(page)
    assert '<label class="ts-label" for="n0">Name</label>' in shown
    assert 'id="n0" aria-describedby="n0-hint n0-error" aria-invalid="true"' in shown
    assert '<p class="ts-field-hint" id="n0-hint">' in shown
    assert 'id="n0-error"' in shown
    assert "aria-invalid" not in body(
        compiled(lambda: ts.form_field("Name", ts.input(), error=Shop.name), name="")
    )


def test_a_field_finds_its_control():
    """One with an id keeps it, one inside of something is found, a group is named by the label."""
    assert 'for="mine"' in html(lambda: ts.form_field("x", ts.input(id="mine")))
    assert 'for="n0"' in html(lambda: ts.form_field("x", ts.hstack(ts.switch("y"))))
    shown = html(lambda: ts.form_field("Who", ts.radio_group(["a"])))
    assert 'aria-labelledby="n1-label"' in shown
    assert '<div class="ts-label" id="n1-label">Who</div>' in shown
    with pytest.raises(PageError, match="there is no control in it"):
        ts.form_field("x", ts.text("y"))
