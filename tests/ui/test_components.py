"""Components: children, props, and the errors for what they do not take."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import ExpressionError, PageError

from .shop import Shop, body, compiled, html


def test_children_are_flattened_and_none_is_skipped():
    """Lists and tuples disappear, text and numbers are text."""
    shown = html(ts.box("a", None, [ts.span("b"), ("c", [None])], 1, 1.5, True))
    assert shown == "<div>a<span>b</span>c11.5True</div>"


@pytest.mark.parametrize(
    "child, remedy",
    [
        ({"a": 1}, "foreach"),
        (object(), "children are components"),
        (Shop.plain, "trigger"),
        (Shop.pick(1), "trigger"),
        (html, r"call it: html\(\)"),
    ],
)
def test_a_child_that_cannot_be_shown_is_an_error(child: object, remedy: str):
    """The error names the component, the type and what to write."""
    with pytest.raises(PageError, match=rf"card: a child of type .*{remedy}"):
        ts.card(child)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: ts.box(widht=1), "box has no prop 'widht'; did you mean 'width'"),
        (lambda: ts.button("x", varaint=1), "button has no prop 'varaint'; did you mean 'variant'"),
        (lambda: ts.button(on_clik=1), "button has no trigger 'on_clik'; did you mean 'on_click'"),
        (lambda: ts.text(on_change=1), "text has no trigger 'on_change'"),
        (lambda: ts.input(placehodler=1), "did you mean 'placeholder'"),
        (lambda: ts.box(data_t="1"), "box has no prop 'data_t'"),
    ],
)
def test_an_unknown_prop_is_an_error(make, text: str):
    """The error names the component and the nearest prop that it does take."""
    with pytest.raises(PageError, match=text):
        make()


def test_a_choice_has_to_be_one_of_its_names():
    """Sizes, variants and the like are closed sets; a var of one is bound."""
    with pytest.raises(PageError, match=r"variant='sold' is unknown; did you mean 'solid'"):
        ts.button(variant="sold")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page = compiled(lambda: ts.button(color_scheme=ts.cond(Shop.flag, "red", "green")))
    assert page.plan["parts"][0]["attrs"] == {"data-color": ["cond", ["v", 0], "red", "green"]}
    assert b'data-color="green"' in page.html


def test_the_error_of_a_page_names_the_page():
    """Whatever is wrong in it."""
    with pytest.raises(PageError, match=r"page /orders: box has no prop 'x'"):
        compiled(lambda: ts.box(x=1), route="/orders")
    with pytest.raises(ExpressionError, match=r"page /orders: .*ts\.cond"):
        compiled(lambda: ts.text("x") if Shop.flag else None, route="/orders")
    with pytest.raises(PageError, match=r"page /orders: the function returned None"):
        compiled(lambda: None, route="/orders")


def test_aria_booleans_are_spelled_out():
    """ARIA's true and false are words; other attributes say it by presence."""
    assert html(ts.box(aria_hidden=True, aria_live="polite", draggable=True)) == (
        '<div aria-hidden="true" aria-live="polite" draggable></div>'
    )
    page = compiled(lambda: ts.box(aria_busy=Shop.count > 0))
    assert page.plan["parts"][0]["attrs"]["aria-busy"][0] == "cond"
    assert b'aria-busy="false"' in page.html


def test_classes_are_joined():
    """The component's own, the user's, and those that follow a var."""
    page = compiled(lambda: ts.card(class_name="a b"))
    assert b'class="ts-card a b"' in page.html
    page = compiled(lambda: ts.card(class_name=Shop.name), name="x y")
    assert b'class="ts-card x y"' in page.html
    assert page.plan["parts"][0]["class"] == ["v", 0]


def test_controls_are_painted_with_their_defaults_and_bound_as_properties():
    """A page without scripts shows the values; the browser keeps them by property."""
    page = compiled(
        lambda: ts.box(
            ts.input(value=Shop.name, disabled=Shop.flag),
            ts.checkbox("x", checked=Shop.flag),
            ts.number_input(value=Shop.limit, min=0, read_only=True),
        ),
        flag=True,
    )
    assert b'type="text" value="Ada" disabled data-t="0"' in page.html
    assert b'<input class="input" type="checkbox" checked data-t="1"' in page.html
    assert b'type="number" min="0" value="10" readonly' in page.html
    assert [part["props"] for part in page.plan["parts"]] == [
        {"value": ["v", 0], "disabled": ["bool", ["v", 1]]},
        {"checked": ["bool", ["v", 1]]},
        {"value": ["v", 2]},
    ]


def test_a_default_value_is_an_attribute():
    """It is the user's from then on, so it is no property that would be set again."""
    page = compiled(lambda: ts.input(default_value=Shop.name))
    assert page.plan["parts"] == [{"attrs": {"value": ["v", 0]}}]
    with pytest.raises(PageError, match="exclude each other"):
        ts.input(value="a", default_value="b")


def test_a_loading_button_cannot_be_pressed():
    """Constant or var, loading disables it and says so."""
    assert 'data-loading="true" aria-busy="true" disabled' in html(ts.button("x", loading=True))
    page = compiled(lambda: ts.button("x", loading=Shop.flag, disabled=Shop.count > 3))
    assert page.plan["parts"][0]["props"]["disabled"] == [
        "bool", ["or", ["gt", ["v", 1], 3], ["v", 0]]
    ]  # fmt: skip
    assert "disabled" not in body(page)


def test_a_checkbox_with_a_label_is_one_thing_to_click():
    """Styles and classes are the whole's, ids and triggers the box's."""
    shown = html(ts.checkbox("Send", id="s", class_name="c", width="9em"))
    assert shown == (
        '<label class="ts-checkbox c s1"><input class="input" type="checkbox" id="s">Send</label>'
    )
    assert html(ts.checkbox(id="s")) == '<input class="input" type="checkbox" id="s">'


def test_text_inputs_say_which_component_is_for_numbers():
    """The events of ``input`` carry text."""
    with pytest.raises(PageError, match=r"ts\.number_input"):
        ts.input(type="number")
    with pytest.raises(PageError, match="is unknown"):
        ts.input(type="file")


def test_a_heading_has_a_rank_and_a_look():
    """The tag is the rank, the size the look."""
    assert html(ts.heading("x", size=3, as_="h2")) == (
        '<h2 class="ts-heading" data-size="3">x</h2>'
    )
