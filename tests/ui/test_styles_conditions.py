"""Styles that hold in some states, in light or dark, from some widths on."""

from __future__ import annotations

from typing import Any

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.ui.conditions import BREAKPOINTS

from .shop import Shop, body, compiled

box: Any = ts.box


def css(**props: object) -> str:
    """Return the sheet of a page of one box."""
    made = compiled(lambda: box(**props)).css
    assert made is not None
    return made.decode()


def test_a_pseudo_prop_is_a_rule_of_one_class_weight():
    """So the order of the sheet alone decides, and a rule for a state is after the plain one."""
    assert css(_hover={"color": "red"}, color="blue") == (
        ".s1{color:blue}\n.s1:where(:hover){color:red}"
    )


def test_the_order_is_plain_wider_theme_state():
    """Whatever order they are written in."""
    made = css(
        _disabled={"color": "f"},
        _hover={"color": ["d", "e"]},
        _dark={"color": "c"},
        color=["a", None, "b"],
    )
    assert made == (
        ".s1{color:a}\n"
        "@media (min-width:48em){.s1{color:b}}\n"
        ":where(.dark) .s1{color:c}\n"
        ".s1:where(:hover){color:d}\n"
        "@media (min-width:30em){.s1:where(:hover){color:e}}\n"
        '.s1:where(:disabled,[aria-disabled="true"],:has(>input:disabled)){color:f}'
    )


def test_rules_of_all_elements_are_in_that_order():
    """One element's wider rule is not before another's plain one: they may be the same class."""
    page = compiled(
        lambda: ts.box(ts.box(width=["1em", "2em"]), ts.box(width="3em"), width=["4em", "5em"])
    )
    assert page.css == (
        b".s1{width:4em}\n.s2{width:1em}\n.s3{width:3em}\n"
        b"@media (min-width:30em){.s1{width:5em}\n.s2{width:2em}}"
    )


def test_two_pseudo_props_may_be_in_each_other():
    """In either order the meaning is the same; a third is refused."""
    inner = ":where(.dark) .s1:where(:hover){color:red}"
    assert css(_dark={"_hover": {"color": "red"}}) == inner
    assert css(_hover={"_dark": {"color": "red"}}) == inner
    with pytest.raises(PageError, match=r"box: _dark _hover _active: pseudo props go two deep"):
        ts.box(_dark={"_hover": {"_active": {"color": "red"}}})
    with pytest.raises(PageError, match=r"box: _dark _light: _light cannot be in another"):
        ts.box(_dark={"_light": {"color": "red"}})


def test_before_and_after_have_content():
    """Text is quoted here; without any there is an empty one, so that the rest is seen."""
    assert css(_before={"color": "red"}) == '.s1::before{content:"";color:red}'
    assert css(_after={"content": 'a"b\\c\n}'}) == r'.s1::after{content:"a\22 b\5c c\a }"}'
    assert css(_after={"content": "'x'"}) == '.s1::after{content:"x"}'
    with pytest.raises(PageError, match=r"box: _before content= is a constant: .* child"):
        ts.box(_before={"content": Shop.name})
    with pytest.raises(PageError, match=r"box: _before content=3: it is text"):
        ts.box(_before={"content": 3})


@pytest.mark.parametrize(
    "content", ["</style>", "\x00", "\\", '"}body{display:none}"', "';'", '"', "\N{SNOWMAN}"]
)
def test_content_cannot_leave_its_string(content: str):
    """Whatever it holds, the rule has one pair of quotes."""
    made = css(_before={"content": content})
    text = made.removeprefix('.s1::before{content:"').removesuffix('"}')
    assert len(made) == len(text) + len('.s1::before{content:""}')
    assert not {'"', "<", ">", "\n", "\0"} & set(text)


def test_values_by_width_are_a_list_or_a_dict():
    """A list goes by order, a dict by name; both begin where their first value does."""
    expected = ".s1{width:1em}\n@media (min-width:62em){.s1{width:2em}}"
    assert css(width=["1em", None, None, "2em"]) == expected
    assert css(width={"initial": "1em", "md": "2em"}) == expected
    assert css(width=ts.breakpoints(initial="1em", md="2em")) == expected
    assert css(style={"width": ["1em", None, None, "2em"]}) == expected
    assert css(margin_x={"xl": 3}) == (
        "@media (min-width:96em){.s1{margin-left:3px;margin-right:3px}}"
    )


def test_the_widths_are_those_that_the_docs_name():
    """One table, in em."""
    assert BREAKPOINTS == {"initial": 0, "xs": 30, "sm": 48, "md": 62, "lg": 80, "xl": 96}


@pytest.mark.parametrize(
    "value, said",
    [
        ({"mdd": 1}, r"box: width=: there is no width 'mdd'; did you mean 'md'"),
        ({"tablet": 1}, r"there is no width 'tablet'; they are initial, xs, sm"),
        ([1] * 7, r"box: width=: 7 values for widths; there are 6"),
        ([], r"box: width=: no value for any width"),
        ([None], r"box: width=: no value for any width"),
        (["8"], r"box: width='8' has no unit: write '8px'"),
        (["1px;color:red"], r"box: width='1px;color:red' is refused"),
    ],
)
def test_wrong_values_by_width(value: object, said: str):
    """The error names the component, the prop and what to write."""
    with pytest.raises(PageError, match=said):
        ts.box(width=value)


def test_a_var_in_a_rule_is_a_variable_of_the_element():
    """The element sets it from the var; the rule falls back to the theme where it is None."""
    page = compiled(lambda: ts.box(_hover={"color": Shop.name}), name="red")
    assert page.css == (b".s2{--n0:red}\n.s1:where(:hover){color:var(--n0,revert-layer)}")
    assert page.plan["parts"] == [{"style": {"--n0": ["v", 0]}}]


def test_a_rule_wins_over_a_style_that_follows_a_var():
    """What the runtime sets on the element would win over any rule: it sets a variable instead."""
    page = compiled(lambda: ts.box(color=Shop.name, _hover={"color": "red"}), name="blue")
    assert page.css == (
        b".s1{color:var(--n0,revert-layer)}\n.s2{--n0:blue}\n.s1:where(:hover){color:red}"
    )
    assert page.plan["parts"] == [{"style": {"--n0": ["v", 0]}}]


def test_numbers_in_variables_have_their_unit():
    """A number of pixels is one of the property that it is for."""
    page = compiled(lambda: ts.box(width=[Shop.count, 5]), count=3)
    assert page.css is not None
    assert b"--n0:3px" in page.css


@pytest.mark.parametrize(
    "props, said",
    [
        ({"_hover": "red"}, r"box: _hover= is a dict of style props"),
        ({"_hover": {"colour": "red"}}, r"box: _hover has no property 'colour'; did you mean 'col"),
        ({"_hover": {"content": "x"}}, r"box: _hover has no property 'content'"),
        ({"_hover": {"on_click": "x"}}, r"box: _hover has no property 'on_click'"),
        ({"_hover": {"color": "a;b"}}, r"box: _hover color='a;b' is refused"),
        ({"_hoover": {"color": "red"}}, r"box has no prop '_hoover'; did you mean '_hover'"),
        ({"color": ts.box}, r"box: color=.*: a style is text"),
    ],
)
def test_wrong_pseudo_props(props: dict[str, object], said: str):
    """The error names the component, the props that it is in, and what to write."""
    with pytest.raises(PageError, match=said):
        box(**props)


def test_a_component_as_a_style_leads_to_dark():
    """What chooses by the theme among components cannot choose styles."""
    with pytest.raises(PageError, match=r"box: color= is given a component; .* _dark=\{'color'"):
        ts.box(color=ts.box())


def test_props_of_stacks_by_width():
    """The first value is the component's own attribute, the rest are rules."""
    page = compiled(
        lambda: ts.hstack(
            spacing=["2", None, "5"], align=["start", "center"], direction=["column", "row"]
        )
    )
    assert body(page) == (
        '<div class="ts-hstack s1" data-gap="2" data-align="start" data-wrap="wrap"></div>'
    )
    assert page.css == (
        b".s1{flex-direction:column}\n"
        b"@media (min-width:30em){.s1{align-items:center;flex-direction:row}}\n"
        b"@media (min-width:48em){.s1{--ts-gap:1.5rem}}"
    )


def test_what_is_not_given_from_no_width_on_is_the_default():
    """``spacing`` from a width on leaves what it is below."""
    page = compiled(lambda: ts.vstack(spacing={"md": "9"}))
    assert 'data-gap="3"' in body(page)


def test_columns_of_a_grid_by_width():
    """Numbers are equal tracks, text is CSS."""
    page = compiled(lambda: ts.grid(columns=["1", None, 2, "2fr 1fr"]))
    assert page.css == (
        b".s1{grid-template-columns:repeat(1, minmax(0, 1fr))}\n"
        b"@media (min-width:48em){.s1{grid-template-columns:repeat(2, minmax(0, 1fr))}}\n"
        b"@media (min-width:62em){.s1{grid-template-columns:2fr 1fr}}"
    )


@pytest.mark.parametrize(
    "props, said",
    [
        ({"spacing": ["x"]}, r"hstack: spacing='x' is unknown; one of 0, 1"),
        ({"spacing": [Shop.name]}, r"hstack: spacing= by widths takes constants"),
        ({"direction": "rwo"}, r"hstack: direction='rwo' is unknown; did you mean 'row'"),
        ({"direction": ["row", "side"]}, r"hstack: direction='side' is unknown"),
    ],
)
def test_wrong_props_by_width(props: dict[str, object], said: str):
    """Each value is checked as the prop's."""
    with pytest.raises(PageError, match=said):
        ts.hstack(**props)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_what_takes_one_value_says_so():
    """A size is none of the props that go by widths; the remedy is a style."""
    with pytest.raises(PageError, match=r"text: size=\['1', '2'\]: it takes one value; .*font_siz"):
        ts.text("a", size=["1", "2"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "make, rule",
    [
        (ts.mobile_only, b".s1{display:block}\n@media (min-width:30em){.s1{display:none}}"),
        (
            ts.tablet_only,
            b".s1{display:none}\n@media (min-width:30em){.s1{display:block}}\n@media (min-width:62em){.s1{display:none}}",  # noqa: E501
        ),
        (ts.desktop_only, b".s1{display:none}\n@media (min-width:62em){.s1{display:block}}"),
        (ts.mobile_and_tablet, b".s1{display:block}\n@media (min-width:62em){.s1{display:none}}"),
        (ts.tablet_and_desktop, b".s1{display:none}\n@media (min-width:30em){.s1{display:block}}"),
    ],
)
def test_boxes_for_some_screens(make: object, rule: bytes):
    """They are hidden by the sheet alone."""
    assert callable(make)
    assert compiled(lambda: make("x")).css == rule


def test_styles_of_a_labelled_box_are_the_labels():
    """As its plain styles are; what is said of the box's state still finds the box."""
    page = compiled(lambda: ts.checkbox("Gift", _checked={"color": "red"}))
    assert body(page).startswith('<label class="ts-checkbox s1"><input class="input"')
    assert page.css == (
        b'.s1:where(:checked,[aria-checked="true"],:has(>input:checked)){color:red}'
    )
