"""Components to look at: icons, pictures, marks, and what places them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import Shop, compiled, html


def test_an_icon_is_drawn_into_the_page():
    """It needs no request; without a label it is decoration, with one it is a picture."""
    shown = html(ts.icon("x", size=20))
    assert shown.startswith('<svg class="ts-icon s1" viewbox="0 0 24 24" fill="none"')
    assert 'aria-hidden="true"' in shown
    assert '<path d="' in shown
    assert shown.endswith("</path></svg>")
    named = html(ts.icon("x", label="Close"))
    assert 'role="img" aria-label="Close"' in named
    assert "aria-hidden" not in named
    assert html(ts.icon("circle_check")) == html(ts.icon("circle-check"))


def test_a_page_carries_only_the_icons_that_it_names():
    """There are over a thousand."""
    assert len(html(ts.box(ts.icon("calendar")))) < 1000
    assert len(ts.icons.icon_names()) > 1000


def test_an_unknown_icon_is_an_error_with_near_names():
    """So is a name that is known only later."""
    with pytest.raises(PageError, match=r"page /a: icon: .* 'calender'; .*'calendar'"):
        compiled(lambda: ts.icon("calender"), route="/a")
    with pytest.raises(PageError, match=r"name is a constant.*ts\.cond"):
        ts.icon(Shop.name)
    with pytest.raises(PageError, match="icon has no prop 'sise'; did you mean 'size'"):
        ts.icon("x", sise=3)


def test_a_grid_has_equal_columns_or_those_it_is_given():
    """A number means so many, text is CSS, a var follows."""
    assert compiled(lambda: ts.grid(columns=3)).css == (
        b".s1{grid-template-columns:repeat(3, minmax(0, 1fr))}"
    )
    assert compiled(lambda: ts.grid(columns="2")).css == compiled(lambda: ts.grid(columns=2)).css
    assert compiled(lambda: ts.grid(rows="auto 1fr")).css == b".s1{grid-template-rows:auto 1fr}"
    page = compiled(lambda: ts.grid(columns=Shop.count, spacing_x="5"))
    assert page.plan["parts"][0]["style"]["grid-template-columns"] == [
        "concat", "repeat(", ["v", 0], ", minmax(0, 1fr))"
    ]  # fmt: skip
    assert b'data-gap-x="5"' in page.html


def test_containers_and_sections_leave_the_size_of_text_alone():
    """Their size is a width or a room: an attribute of its own."""
    assert html(ts.container("x", size=1)) == ('<div class="ts-container" data-measure="1">x</div>')
    assert html(ts.section("x")) == '<section class="ts-section" data-room="2">x</section>'


def test_an_image_has_words_or_says_that_it_needs_none():
    """An address is checked; without ``alt`` the image is decoration."""
    assert html(ts.image(src="/a.png")) == (
        '<img class="ts-image" src="/a.png" alt loading="lazy">'
    )
    assert 'alt="A hill"' in html(ts.image(src="/a.png", alt="A hill"))
    with pytest.raises(PageError, match="image: src='javascript:x' is refused"):
        ts.image(src="javascript:x")


def test_an_avatar_shows_initials_under_its_picture():
    """Where there is no address, or none yet, the initials are seen."""
    shown = html(ts.avatar(fallback="AL", alt="Ada"))
    assert 'role="img" aria-label="Ada">AL</span>' in shown
    assert 'aria-hidden="true"' in html(ts.avatar(fallback="AL"))
    page = compiled(lambda: ts.avatar(src=Shop.url, fallback="AL"), url="")
    assert b"hidden" in page.html
    assert page.plan["parts"][0]["props"]["hidden"] == ["not", ["v", 0]]


def test_marks_and_notes():
    """Badges, callouts and spinners: a look, a colour, and a role where there is one."""
    assert html(ts.badge("New", color_scheme="green")) == (
        '<span class="ts-badge" data-variant="soft" data-color="green" data-size="1">New</span>'
    )
    callout = html(ts.callout("Full", icon=None, role="alert"))
    assert callout == (
        '<div class="ts-callout" role="alert" data-variant="soft" data-size="2">'
        "<div>Full</div></div>"
    )
    assert "<svg" in html(ts.callout("x"))
    assert 'role="status" aria-label="Loading"' in html(ts.spinner())
    with pytest.raises(PageError, match="badge: variant='sold' is unknown; did you mean 'solid'"):
        ts.badge("x", variant="sold")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_skeleton_keeps_the_place_of_what_comes():
    """Until then nobody can reach it; an empty one is a shape."""
    page = compiled(lambda: ts.skeleton(ts.button("x"), loading=Shop.flag), flag=True)
    assert b'data-skeleton="true" inert data-t' in page.html
    assert page.plan["parts"][0]["props"] == {"inert": ["bool", ["v", 0]]}
    assert html(ts.skeleton(height=20)) == (
        '<div class="ts-skeleton s1" data-skeleton="true" aria-hidden="true" data-empty="true">'
        "</div>"
    )


def test_movements_have_names_of_their_own() -> None:
    """No name of `@keyframes` stands twice in the theme: the last would win for both."""
    sheets = Path(__file__).parents[2].glob("static/theme/*.css")
    names = [
        name
        for sheet in sheets
        for name in re.findall(r"@keyframes ([\w-]+)", sheet.read_text("utf-8"))
    ]
    assert len(names) == len({*names}) > 5
