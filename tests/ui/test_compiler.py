"""The compiled page: HTML and plan together, as the browser runtime takes them over."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.state.expr import VarRef
from triostate.state.var import Var

from .shop import ASSETS, Shop, body, compiled, embedded_plan, html


def seed_page() -> ts.Component:
    return ts.hstack(
        ts.heading(Shop.count, " /"),
        ts.number_input(value=Shop.limit, on_change=Shop.set_limit, width="8em"),
        ts.button(ts.cond(~Shop.flag, "Start", "Stop"), on_click=Shop.plain),
    )


def test_the_seeds_page():
    """The page of the first example, whole."""
    page = compiled(seed_page)
    assert body(page) == (
        '<div class="ts-hstack" data-gap="3" data-align="center" data-wrap="wrap">'
        '<h1 class="ts-heading" data-size="6" data-m><!--t0-->0<!--/--> /</h1>'
        '<input class="input s1" type="number" value="10" data-t="1" data-m>'
        '<button class="btn ts-button" type="button" data-variant="solid" data-size="2" '
        'data-t="2" data-m>Start</button></div>'
    )
    assert page.plan == {
        "v": 1,
        "page": page.id,
        "vars": [
            ["state.shop", "count", 0],
            ["state.shop", "limit", 10],
            ["state.shop", "flag", False],
        ],
        "parts": [
            {"text": ["v", 0]},
            {
                "props": {"value": ["v", 1]},
                "on": {"input": {"x": ["number"], "do": [{"b": 0, "a": [["e", 0]]}]}},
            },
            {
                "text": ["cond", ["not", ["v", 2]], "Start", "Stop"],
                "on": {"click": {"do": [{"b": 1, "a": []}]}},
            },
        ],
        "blocks": [],
    }
    assert embedded_plan(page) == page.plan


def test_a_page_is_the_same_bytes_each_time():
    """Compiling is a function of the page and the defaults."""
    assert compiled(seed_page).html == compiled(seed_page).html


def test_text_alone_in_an_element_needs_no_comment():
    """One bound text is the element's, several are marked one by one."""
    assert html(ts.text(Shop.count)) == '<p class="ts-text" data-t="0" data-m>0</p>'
    assert html(ts.text(Shop.count, Shop.limit)) == (
        '<p class="ts-text" data-m><!--t0-->0<!--/--><!--t1-->10<!--/--></p>'
    )


def test_none_shows_nothing_and_an_error_too():
    """What cannot be evaluated with the defaults is left empty; the rest of the page is shown."""
    assert html(ts.text("a", Shop.nothing, 1 // Shop.count)) == (
        '<p class="ts-text" data-m>a<!--t0--><!--/--><!--t1--><!--/--></p>'
    )


def test_an_expression_without_vars_is_a_constant():
    """It is computed here, and nothing of it is sent."""
    page = compiled(lambda: ts.text(Var.range(3), f" {Var.range(2)}"))
    assert b"[0, 1, 2] [0, 1]" in page.html
    assert page.plan["parts"] == []


def test_formatted_text_is_live():
    """An f-string in a child or prop becomes one expression."""
    page = compiled(lambda: ts.text(f"{Shop.count:03d} of {Shop.limit}", title=f"n{Shop.count}"))
    assert b'title="n0" data-t="0" data-m>000 of 10<' in page.html
    assert page.plan["parts"][0]["attrs"]["title"] == ["concat", "n", ["str", ["v", 0]]]


def test_defaults_travel_in_their_wire_form():
    """An integral float is tagged, so that the browser shows it as Python does."""
    page = compiled(lambda: ts.text(Shop.nothing), nothing=1.0)
    assert page.plan["vars"] == [["state.shop", "nothing", {"$float": "1.0"}]]
    assert b">1.0<" in page.html


def test_a_backend_var_cannot_be_shown():
    """Whatever way it came into a page."""
    hidden: Var[int] = Var(VarRef("state.shop", "_secret"))
    with pytest.raises(PageError, match="backend var"):
        compiled(lambda: ts.text(hidden))


def test_a_component_may_stand_in_two_places():
    """It is numbered once; both places follow the same part."""
    shared = ts.text(Shop.count)
    page = compiled(lambda: ts.box(shared, shared))
    assert len(page.plan["parts"]) == 1
    assert body(page).count('data-t="0"') == 2


def test_a_page_may_return_a_list_or_text():
    """Several nodes need no box around them."""
    assert html(lambda: [ts.span("a"), "b"]) == "<span>a</span>b"


def test_ids_are_stable_and_differ_by_page():
    """The id is a function of the route and of what the browser has of the page."""
    assert compiled(seed_page, route="/a").id == compiled(seed_page, route="/a").id
    assert compiled(seed_page, route="/a").id != compiled(ts.box, route="/a").id
    assert compiled(ts.box, route="/a").id != compiled(ts.box, route="/b").id


class _Checker(HTMLParser):
    """Finds what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        self.script = tag == "script" and "src" not in names
        if self.script and names.get("type") != "application/json":
            self.found.append("inline script")
        for name in ("src", "href"):
            if (names.get(name) or "/").startswith(("http", "//")):
                self.found.append(f"{name} elsewhere")

    def handle_decl(self, decl: str) -> None:
        assert decl == "doctype html"


def test_a_document_passes_a_strict_policy():
    """No inline style, script or event handler, and nothing from another server."""
    checker = _Checker()
    checker.feed(compiled(seed_page).html.decode())
    assert checker.found == []


def test_what_a_document_loads():
    """Theme, the page's own style sheet, boot script and runtime: four requests."""
    text = compiled(seed_page).html.decode()
    order = ["/t.css", "/_triostate/assets/page/", '<script src="/boot.js">', "/runtime.js"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert '<script type="module" src="/runtime.js"></script>' in text


def test_an_error_page_is_static():
    """It has the look of the others, escapes what it is given, and runs nothing."""
    text = ts.error_html(500, "Oh <no>", "a & b", ASSETS).decode()
    assert "Oh &lt;no&gt;" in text
    assert "a &amp; b" in text
    assert "/runtime.js" not in text
    assert "/nowhere&lt;" in ts.not_found_html("/nowhere<", ASSETS).decode()
