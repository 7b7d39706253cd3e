"""Style props become rules of the page's own style sheet."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import Shop, body, compiled


def test_equal_styles_share_a_class():
    """Constants become classes, one for each distinct set, and no style attribute is written."""
    page = compiled(
        lambda: ts.box(ts.box(width="8em"), ts.box(width="8em"), ts.box(margin_top=4, opacity=0.5))
    )
    assert page.css == b".s1{width:8em}\n.s2{margin-top:4px;opacity:0.5}"
    assert body(page).count('class="s1"') == 2
    assert b"style=" not in page.html


def test_the_style_sheet_is_named_by_its_content():
    """The document links a page's own style sheet after the theme's, if there is one."""
    page = compiled(lambda: ts.box(width="8em"))
    head = page.html.decode()
    assert page.css_name is not None
    assert f'href="/_triostate/assets/page/{page.css_name}"' in head
    assert head.index("/t.css") < head.index(page.css_name)
    assert compiled(ts.box).css_name is None


def test_a_style_that_follows_a_var_is_bound_and_painted():
    """The plan binds it; before any script runs a class shows the default."""
    page = compiled(lambda: ts.box(width=Shop.name, height="1em"), name="3em")
    assert page.plan["parts"] == [{"style": {"width": ["v", 0]}}]
    assert page.css == b".s1{height:1em}\n.s2{width:3em}"


def test_a_default_that_is_no_style_is_not_painted():
    """A default cannot break out of the style sheet."""
    page = compiled(lambda: ts.box(width=Shop.name), name="1px}body{display:none")
    assert page.css is None


@pytest.mark.parametrize(
    "value",
    [
        "1px;color:red",
        "red}body{x:y",
        "/* x",
        "x */",
        "url(//evil)",
        "URL (x)",
        "image-set('a' 1x)",
        "\\75rl(x)",
        "@import",
        "<b>",
        "'open",
        '"open',
        "calc(1px",
        "calc(1px))",
        "[",
        "a\nb",
        "",
        " ",
    ],
)
def test_a_value_cannot_leave_its_declaration(value: str):
    """What could end the rule, hide what follows or load an address is refused."""
    with pytest.raises(PageError, match=r"box: background="):
        ts.box(background=value)


@pytest.mark.parametrize(
    "value",
    [
        "calc(100% - 2 * (1px + 2em))",
        "var(--card)",
        "color-mix(in oklab, red 10%, transparent)",
        "linear-gradient(90deg, #fff, rgb(0 0 0 / 50%))",
        "red !important",
    ],
)
def test_ordinary_values_pass(value: str):
    """Functions, variables and colours are what styles are made of."""
    page = compiled(lambda: ts.box(background=value))
    assert page.css == f".s1{{background:{value}}}".encode()


def test_grid_lines_may_be_named():
    """Brackets and quotes pass where they are closed."""
    page = compiled(
        lambda: ts.box(grid_template_columns="[a] 1fr [b]", grid_template_areas="'a b' 'c d'")
    )
    assert page.css is not None
    assert b"[a] 1fr [b]" in page.css


def test_a_number_without_a_unit_is_an_error_where_it_means_nothing():
    """CSS would drop it without a word."""
    with pytest.raises(PageError, match=r"width='8' has no unit: write '8px'"):
        ts.box(width="8")
    assert compiled(lambda: ts.box(margin="0", z_index="8")).css == b".s1{margin:0;z-index:8}"


def test_a_style_dict_is_style_props():
    """``style=`` takes CSS names or ours, and knows the same properties."""
    page = compiled(lambda: ts.box(style={"margin-top": 1, "padding_x": "1em"}))
    assert page.css == b".s1{margin-top:1px;padding-left:1em;padding-right:1em}"
    with pytest.raises(PageError, match=r"no property 'colour'; did you mean 'color'"):
        ts.box(style={"colour": "red"})
