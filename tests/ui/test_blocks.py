"""cond, match and foreach: as blocks, as values, nested."""

from __future__ import annotations

from typing import Any

import pytest

import triostate.ui as ts
from triostate.errors import ExpressionError, PageError
from triostate.state.var import Var

from .shop import Item, Shop, body, compiled, html, templates


def test_cond_of_components_is_a_block():
    """The first paint shows the branch of the defaults; both are templates."""
    page = compiled(lambda: ts.box(ts.cond(Shop.flag, ts.text("yes"), ts.text("no"))))
    assert body(page) == '<div><!--[0--><p class="ts-text">no</p><!--]--></div>'
    assert page.plan["blocks"] == [{"kind": "switch", "tests": [["v", 0]], "branches": [0, 1]}]
    assert templates(page) == ['<p class="ts-text">yes</p>', '<p class="ts-text">no</p>']


def test_cond_without_an_else_shows_nothing():
    """A branch of nothing has no template."""
    page = compiled(lambda: ts.cond(Shop.flag, ts.text("yes")))
    assert body(page) == "<!--[0--><!--]-->"
    assert page.plan["blocks"][0]["branches"] == [0, None]


def test_cond_of_values_is_a_var():
    """It stands as child and as prop."""
    chosen = ts.cond(Shop.flag, "a", "b")
    assert isinstance(chosen, Var)
    assert (
        html(ts.text(chosen, title=chosen))
        == '<p class="ts-text" title="b" data-t="0" data-m>b</p>'
    )


def test_cond_of_a_constant_is_decided_while_the_page_is_built():
    """Nothing of it is left for the browser."""
    assert html(ts.box(ts.cond(True, "a", "b"), ts.cond([], ts.text("x"), "c"))) == "<div>ac</div>"


def test_cond_may_mix_components_and_text():
    """Text becomes a branch."""
    assert html(ts.cond(Shop.flag, ts.text("x"), "plain")) == "<!--[0-->plain<!--]-->"


def test_cond_between_events_is_an_error():
    """The remedy is in the text."""
    with pytest.raises(PageError, match="cannot choose between events"):
        ts.cond(Shop.flag, Shop.plain, Shop.work)


def test_match_takes_the_first_case_that_equals():
    """A case may name several values; the last argument alone is for when none fits."""

    def shown(name: str) -> str:
        cases = (("a", ts.text("A")), ("b", "c", ts.text("B or C")))
        return html(ts.match(Shop.name, *cases, ts.text("else")), name=name)

    assert ">A<" in shown("a")
    assert ">B or C<" in shown("c")
    assert ">else<" in shown("z")


def test_match_of_values_is_a_var():
    """It nests the tests."""
    page = compiled(lambda: ts.text(ts.match(Shop.count, (0, "none"), (1, "one"), "many")))
    assert page.plan["parts"][0]["text"] == [
        "cond", ["eq", ["v", 0], 0], "none", ["cond", ["eq", ["v", 0], 1], "one", "many"]
    ]  # fmt: skip
    assert b">none<" in page.html


def test_foreach_paints_a_row_for_each_item():
    """Rows start with a marker, share their part numbers, and have one template."""
    page = compiled(lambda: ts.foreach(Shop.rows, ts.text), rows=["<a>", "b"])
    assert body(page) == (
        '<!--[0--><!--r--><p class="ts-text" data-t="0" data-m>&lt;a&gt;</p>'
        '<!--r--><p class="ts-text" data-t="0" data-m>b</p><!--]-->'
    )
    assert templates(page) == ['<p class="ts-text" data-t="0"></p>']
    assert page.plan["blocks"] == [
        {"kind": "each", "in": ["v", 0], "item": 0, "index": 1, "key": None, "row": 0}
    ]


def test_foreach_nests():
    """Inner rows see the items of the outer; ids of items are never used twice."""
    items = [Item("a", ["x", "y"]), Item("b")]

    def row(item: Any, index: Any) -> ts.Component:
        tags = ts.foreach(item.tags, lambda tag, i: ts.span(f"{index}.{i} {item.name}{tag}"))
        return ts.box(tags, ts.foreach(item.tags, ts.code))

    page = compiled(lambda: ts.foreach(Shop.rows, row), rows=items)
    assert "0.0 ax" in body(page)
    assert "0.1 ay" in body(page)
    assert body(page).count("<!--[1-->") == 2
    blocks = page.plan["blocks"]
    assert blocks[1]["in"] == ["attr", ["l", 0], "tags"]
    ids = [block[role] for block in blocks for role in ("item", "index")]
    assert len(set(ids)) == len(ids) == 6
    outer, *_ = templates(page)
    assert outer == "<div><!--[1--><!--]--><!--[2--><!--]--></div>"


def test_foreach_sends_what_the_row_is_about():
    """A trigger in a row is one binding; its row values travel as slots."""
    page = compiled(
        lambda: ts.foreach(
            Shop.rows, lambda row, i: ts.button(on_click=lambda: Shop.pick(i, row["n"]))
        )
    )
    assert page.plan["parts"][0]["on"]["click"]["do"] == [
        {"b": 0, "a": [["l", 1], ["index", ["l", 0], "n"]]}
    ]
    assert len(page.bindings) == 1


def test_foreach_of_a_dict_gives_its_keys():
    """As Python does."""
    shown = html(ts.foreach(Shop.table, ts.span), table={"a": 1, "b": 2})
    assert ">a<" in shown
    assert ">b<" in shown


def test_foreach_of_a_plain_list_is_unrolled():
    """There is nothing for the browser to do, and arguments stay on the server."""
    page = compiled(
        lambda: ts.foreach(["a", "b"], lambda x, i: ts.button(f"{i}{x}", on_click=Shop.pick(i, x)))
    )
    assert page.plan["blocks"] == []
    assert [binding.slot_count for binding in page.bindings] == [0, 0]
    assert b">0a<" in page.html
    assert b">1b<" in page.html


def test_foreach_takes_a_component_itself():
    """A component takes any number of children, so it renders an item alone."""
    assert "<p" in html(ts.foreach(Shop.rows, ts.text), rows=["a"])


def test_foreach_with_a_key():
    """The key is an expression of the item."""
    page = compiled(lambda: ts.foreach(Shop.rows, ts.text, key=lambda r: r["id"]))
    assert page.plan["blocks"][0]["key"] == ["index", ["l", 0], "id"]


def test_foreach_of_something_else_is_an_error():
    """It says what to give instead."""
    with pytest.raises(PageError, match="int has no items"):
        ts.foreach(3, ts.text)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    with pytest.raises(PageError, match="render takes the item"):
        ts.foreach([1], lambda: ts.text("x"))  # type: ignore[call-overload,misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert html(ts.foreach(Shop.count, ts.text)) == "<!--[0--><!--]-->"  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_an_item_outside_its_foreach_is_an_error():
    """An item that escaped its row has no value."""
    kept: list[Var[str]] = []

    def row(item: Var[str]) -> ts.Component:
        kept.append(item)
        return ts.text(item)

    with pytest.raises(ExpressionError, match="outside the foreach"):
        compiled(lambda: ts.box(ts.foreach(Shop.rows, row), ts.text(kept[0])))


def test_a_block_in_a_branch_is_empty_in_the_template():
    """The browser fills it; the first paint is complete."""
    page = compiled(
        lambda: ts.cond(
            Shop.flag, ts.box(ts.cond(Shop.count > 0, ts.text("in")), ts.text(Shop.name))
        ),
        flag=True,
        count=1,
    )
    assert body(page) == (
        '<!--[0--><div><!--[1--><p class="ts-text">in</p><!--]-->'
        '<p class="ts-text" data-t="0" data-m>Ada</p></div><!--]-->'
    )
    assert templates(page)[0] == '<div><!--[1--><!--]--><p class="ts-text" data-t="0"></p></div>'
