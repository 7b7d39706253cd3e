"""Components made of parts: their roles, their first paint, and the errors for missing parts."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import ASSETS, Shop, body, compiled, html


def tabs(**props: object) -> ts.Component:
    return ts.tabs.root(
        ts.tabs.list(ts.tabs.trigger("A", value="a"), ts.tabs.trigger("B", value="b")),
        ts.box(ts.tabs.content("one", value="a"), ts.tabs.content("two", value="b")),
        **props,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    )


def test_tabs_show_one_panel_before_any_script():
    """The first by default; roles are those that screen readers know."""
    shown = html(tabs)
    assert 'data-value="a" aria-selected="true" tabindex="0">A<' in shown
    assert 'data-value="b" aria-selected="false" tabindex="-1">B<' in shown
    assert 'role="tabpanel" tabindex="0" data-value="a">one<' in shown
    assert 'role="tabpanel" tabindex="0" data-value="b" hidden>two<' in shown
    assert 'aria-selected="true" tabindex="0">B<' in html(lambda: tabs(default_value="b"))


def test_tabs_follow_a_var():
    """The root says which one, by an attribute; the choice goes up with the root's own event."""
    page = compiled(lambda: tabs(value=Shop.name, on_change=Shop.set_name), name="b")
    assert b'data-value="b" aria-selected="true"' in page.html
    root = next(part for part in page.plan["parts"] if "on" in part)
    assert root["attrs"]["data-value"] == ["v", 0]
    assert root["on"]["ts-change"]["x"] == ["detail"]


def test_tabs_that_are_none_are_an_error():
    """Of a page, with what there is."""
    with pytest.raises(PageError, match=r"page /: tabs.root: there is no tab 'c'.*'a', 'b'"):
        compiled(lambda: tabs(default_value="c"))
    with pytest.raises(PageError, match=r"tabs.root: there is no tab; give"):
        ts.tabs.root(ts.text("x"))


def test_only_pages_with_such_components_load_their_script():
    """Once, before the runtime."""
    page = compiled(lambda: ts.box(tabs(), tabs()))
    head = page.html.decode().partition("</head>")[0]
    assert head.count(ASSETS.widgets_url) == 1
    assert head.index(ASSETS.widgets_url) < head.index(ASSETS.runtime_url)
    assert ASSETS.widgets_url not in compiled(ts.box).html.decode()
    assert (
        ASSETS.widgets_url
        not in compiled(
            lambda: ts.accordion.root(ts.accordion.item(header="a", content="b"))
        ).html.decode()
    )


def dialog(*content: ts.Child, **props: object) -> ts.Component:
    return ts.dialog.root(
        ts.dialog.trigger(ts.button("Open")),
        ts.dialog.content(*content, ts.dialog.close(ts.button("Close"))),
        **props,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    )


def test_a_dialog_is_the_browsers_own_and_has_a_name():
    """Named by its title, described by its description; without a name it is an error."""
    shown = html(lambda: dialog(ts.dialog.title("Sure?"), ts.dialog.description("For ever.")))
    assert 'data-dialog-open aria-haspopup="dialog">Open<' in shown
    assert 'aria-labelledby="n0-title" aria-describedby="n0-description"' in shown
    assert '<h2 class="ts-dialog-title" id="n0-title">' in shown
    assert "data-dialog-close>Close<" in shown
    with pytest.raises(PageError, match=r"dialog.content: it has no name; give a ts.dialog.title"):
        dialog("x")
    with pytest.raises(PageError, match=r"dialog.trigger: give a component that can be pressed"):
        ts.dialog.trigger(ts.text("x"))


def test_a_dialog_follows_a_var():
    """An attribute of its root says whether it is open."""
    page = compiled(
        lambda: dialog(ts.dialog.title("x"), open=Shop.flag, on_open_change=Shop.set_flag)
    )
    root = next(part for part in page.plan["parts"] if "on" in part)
    assert root["attrs"]["data-open"] == ["cond", ["v", 0], "true", None]


def test_a_menu_has_the_roles_of_one():
    """Closed at first."""
    shown = html(
        lambda: ts.dropdown_menu.root(
            ts.dropdown_menu.trigger(ts.tooltip(ts.button("Do"), content="Things")),
            ts.dropdown_menu.content(
                ts.dropdown_menu.label("On it"),
                ts.dropdown_menu.item("Edit", shortcut="E"),
                ts.dropdown_menu.separator(),
            ),
        )
    )
    assert 'data-menu-trigger aria-haspopup="menu" aria-expanded="false">Do<' in shown
    assert 'role="menu"' in shown
    assert "hidden" in shown
    assert 'role="menuitem" tabindex="-1">Edit<kbd>E</kbd>' in shown


def test_an_accordion_needs_no_script():
    """Items of a single one share a name, which makes the browser close the others."""
    shown = html(
        lambda: ts.accordion.root(
            ts.accordion.item(header="A", content="one", value="a"),
            ts.accordion.item(header="B", content="two", value="b"),
            default_value="b",
        )
    )
    assert '<details data-value="a" name="n0"><summary>A<svg' in shown
    assert '<details data-value="b" name="n0" open>' in shown
    assert "name=" not in html(
        ts.accordion.root(ts.accordion.item(header="A", content="x"), type="multiple")
    )
    with pytest.raises(PageError, match=r"there is no item 'c'"):
        ts.accordion.root(ts.accordion.item(header="A", content="x", value="a"), default_value="c")


def test_a_tooltip_describes_what_it_is_on():
    """And the keyboard reaches that."""
    shown = html(lambda: ts.tooltip(ts.button("Go"), content="At once"))
    assert 'aria-describedby="n0">Go</button>' in shown
    assert '<span class="ts-tooltip" role="tooltip" data-side="top" id="n0">At once<' in shown
    assert 'aria-describedby="n0" tabindex="0">word</span>' in html(
        lambda: ts.tooltip("word", content="x")
    )


def test_a_table_is_a_table():
    """With headers that say what they head."""
    shown = html(
        ts.table.root(
            ts.table.header(ts.table.row(ts.table.column_header_cell("Name"))),
            ts.table.body(
                ts.table.row(ts.table.row_header_cell("Ada"), ts.table.cell(1, justify="end"))
            ),
            label="People",
        )
    )
    assert shown == (
        '<div class="ts-table-frame" role="group" aria-label="People" tabindex="0" '
        'data-variant="surface" data-size="2"><table class="ts-data-table"><thead><tr>'
        '<th scope="col">Name</th></tr></thead><tbody><tr><th scope="row">Ada</th>'
        '<td data-side="end">1</td></tr></tbody></table></div>'
    )


def test_a_page_with_names_is_the_same_each_time():
    """Names are numbered page by page."""
    assert compiled(tabs).html == compiled(tabs).html
    once = body(compiled(lambda: dialog(ts.dialog.title("x"))))
    assert once == body(compiled(lambda: dialog(ts.dialog.title("x"))))
