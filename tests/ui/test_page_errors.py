"""Mistakes in pages: each is told when the page is compiled, with its component and a remedy."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, cast

import attrs
import pytest

import triostate.ui as ui
from triostate.errors import ExpressionError, PageError
from triostate.state.decorators import event
from triostate.state.definitions import isolated
from triostate.state.state import State
from triostate.ui.pages import Page

from .shop import ASSETS, Item, Shop, compiled

ts: Any = ui  # what is wrong here is wrong to checkers, too


@attrs.define
class Size:
    width: int = 0


with isolated():

    class Taker(State):
        _secret: str = "s"
        shown: str = ""

        @event
        def numbers(self, numbers: list[int]):
            """Takes a list."""

        @event
        def number(self, number: int):
            """Takes a number."""

        @event
        def text(self, text: str):
            """Takes text."""

        @event
        def size(self, size: Size):
            """Takes an object."""

        @event
        def one_of(self, mode: Literal["a", "b"] | None):
            """Takes one of two texts."""

        @event
        def amount(self, amount: Decimal):
            """Takes a decimal number."""

        @event
        def anything(self, value: Any):
            """Takes whatever comes."""

    class Elsewhere(State):
        n: int = 0

        @event
        def go(self):
            """A handler of an app that this is not."""


#: The least that each component needs: name, keyword arguments to a component.
PLAIN: dict[str, Callable[..., Any]] = {
    "avatar": lambda **p: ts.avatar(fallback="AB", **p),
    "badge": ts.badge,
    "box": ts.box,
    "button": ts.button,
    "callout": ts.callout,
    "card": ts.card,
    "center": ts.center,
    "checkbox": lambda **p: ts.checkbox("x", **p),
    "code": ts.code,
    "code_block": lambda **p: ts.code_block("x", **p),
    "color_mode_button": ts.color_mode_button,
    "container": ts.container,
    "desktop_only": ts.desktop_only,
    "divider": ts.divider,
    "form": ts.form,
    "form_errors": ts.form_errors,
    "form_field": lambda **p: ts.form_field("x", ts.input(), **p),
    "grid": ts.grid,
    "heading": ts.heading,
    "hstack": ts.hstack,
    "icon": lambda **p: ts.icon("x", **p),
    "image": lambda **p: ts.image(src="/a.png", alt="", **p),
    "input": ts.input,
    "label": ts.label,
    "link": ts.link,
    "mobile_and_tablet": ts.mobile_and_tablet,
    "mobile_only": ts.mobile_only,
    "number_input": ts.number_input,
    "progress": ts.progress,
    "radio_group": lambda **p: ts.radio_group(["a"], **p),
    "section": ts.section,
    "select": lambda **p: ts.select(["a"], **p),
    "skeleton": ts.skeleton,
    "slider": ts.slider,
    "spacer": ts.spacer,
    "span": ts.span,
    "spinner": ts.spinner,
    "switch": lambda **p: ts.switch("x", **p),
    "tablet_and_desktop": ts.tablet_and_desktop,
    "tablet_only": ts.tablet_only,
    "markdown": lambda **p: ts.markdown("x", **p),
    "text": ts.text,
    "text_area": ts.text_area,
    "tooltip": lambda **p: ts.tooltip("x", content="y", **p),
    "vstack": ts.vstack,
    "accordion.item": lambda **p: ts.accordion.item(header="x", content="y", **p),
    "accordion.root": lambda **p: ts.accordion.root(PLAIN["accordion.item"](), **p),
    "dialog.content": lambda **p: ts.dialog.content(aria_label="x", **p),
    "dialog.description": ts.dialog.description,
    "dialog.root": lambda **p: ts.dialog.root(ts.dialog.content(aria_label="x"), **p),
    "dialog.title": ts.dialog.title,
    "dropdown_menu.content": ts.dropdown_menu.content,
    "dropdown_menu.item": ts.dropdown_menu.item,
    "dropdown_menu.label": ts.dropdown_menu.label,
    "dropdown_menu.root": lambda **p: ts.dropdown_menu.root(ts.dropdown_menu.content(), **p),
    "dropdown_menu.separator": ts.dropdown_menu.separator,
    "el.article": ts.el.article,
    "el.input": ts.el.input,
    "table.body": ts.table.body,
    "table.cell": ts.table.cell,
    "table.column_header_cell": ts.table.column_header_cell,
    "table.header": ts.table.header,
    "table.root": ts.table.root,
    "table.row": ts.table.row,
    "table.row_header_cell": ts.table.row_header_cell,
    "tabs.content": lambda **p: ts.tabs.content(value="a", **p),
    "tabs.list": ts.tabs.list,
    "tabs.root": lambda **p: ts.tabs.root(ts.tabs.list(ts.tabs.trigger("A", value="a")), **p),
    "tabs.trigger": lambda **p: ts.tabs.trigger("A", value="a", **p),
}

#: What takes no props: it shows what it is given, or something else.
WITHOUT_PROPS = {
    *("cond", "foreach", "fragment", "match", "color_mode_cond", "script", "custom_element"),
    *("dialog.trigger", "dialog.close", "dropdown_menu.trigger"),
    *("window_event_listener", "markdown_page", "markdown_pages", "check_lang"),
    *("page", "theme", "breakpoints", "compile_page", "page_id", "error_html", "not_found_html"),
}


def refused(build: Callable[[], Any], **values: Any) -> str:
    """Return what is said of a page."""
    with pytest.raises(PageError) as caught:
        compiled(build, route="/orders", **values)
    said = str(caught.value)
    assert said.startswith("page /orders: ")
    return said.removeprefix("page /orders: ")


def test_every_component_is_looked_at():
    """A new one is added to the table above."""
    found: set[str] = set()
    for name in ui.__all__:
        thing = getattr(ui, name)
        if inspect.isfunction(thing):
            found.add(name)
        elif inspect.ismodule(thing) and name != "el":
            found |= {f"{name}.{part}" for part in thing.__all__}
    assert found == {*(set(PLAIN) - {"el.article", "el.input"}), *WITHOUT_PROPS}


# Props


@pytest.mark.parametrize("name", PLAIN)
def test_an_unknown_prop(name: str):
    """The text has the component, the prop, and the nearest there is."""
    said = refused(lambda: PLAIN[name](widht="1em"))
    assert said == f"{name} has no prop 'widht'; did you mean 'width'?"
    said = refused(lambda: PLAIN[name](on_clik=Shop.plain))
    assert said == f"{name} has no trigger 'on_clik'; did you mean 'on_click'?"


@pytest.mark.parametrize("name", PLAIN)
def test_a_value_of_the_wrong_type(name: str):
    """Of an attribute, a property, a style, a trigger: what it was given, and what it takes."""
    make = PLAIN[name]
    for prop, value, said in [
        ("title", {"a": 1}, "title={'a': 1}: it is text or a number, or a Var"),
        ("hidden", "yes", "hidden='yes': it is True or False, or a Var"),
        ("color", object, "color=<class 'object'>: a style is text"),
        ("color", "red;", "color='red;' is refused"),
        ("width", {"tablet": 1}, "width=: there is no width 'tablet'"),
        ("_hover", "red", "_hover= is a dict of style props"),
        ("_hover", {"colr": "red"}, "_hover has no property 'colr'; did you mean 'color'?"),
        ("on_click", 3, "on_click=3 cannot be bound; bind a handler"),
        ("on_click", Shop.pick, "on_click: state.shop.pick needs index, but the event carries no"),
        ("on_click", lambda: None, "on_click: the function bound returned None"),
    ]:
        if prop == "hidden" and name == "dropdown_menu.content":
            continue  # it is hidden until it is opened
        got = refused(lambda made=make, given={prop: value}: made(**given))
        assert got.startswith(f"{name}: {said}"), (got, said)


CHOICES = [
    (name, prop)
    for name, make in PLAIN.items()
    for prop in ("variant", "size", "color_scheme", "justify", "align", "orientation", "direction")
    if prop
    in inspect.signature(
        getattr(getattr(ui, name.partition(".")[0]), name.partition(".")[2], None)
        or getattr(ui, name.partition(".")[0])
    ).parameters
    and (name, prop) not in {("icon", "size"), ("avatar", "size")}
    and make
]


@pytest.mark.parametrize("name, prop", CHOICES)
def test_a_choice_out_of_its_set(name: str, prop: str):
    """The text has what there is to choose, or the nearest of it."""
    said = refused(lambda: PLAIN[name](**{prop: "nonsense"}))
    assert said.startswith(f"{name}: {prop}='nonsense' is unknown; ")
    assert "one of " in said or "did you mean" in said
    said = refused(lambda: PLAIN[name](**{prop: Shop}))
    assert said.startswith(f"{name}: {prop}=<class ")


# Children


async def load():
    return "x"


@pytest.mark.parametrize(
    "child, remedy",
    [
        (lambda: {"a": 1}, "of type dict cannot be shown; write ts.foreach"),
        (lambda: {1}, "of type set cannot be shown; write ts.foreach"),
        (lambda: Shop, r"of type State (Shop) cannot be shown; show one of its vars: Shop."),
        (Shop, r"of type State (Shop) cannot be shown; show one of its vars: Shop."),
        (
            lambda: Shop.plain,
            "of type EventHandler cannot be shown; an event goes to a trigger, such as on_click=",
        ),
        (lambda: Shop.pick(1), "of type EventSpec cannot be shown; an event goes to a trigger"),
        (load, "of type coroutine cannot be shown; it comes of an async function"),
        (lambda: ts.button, "of type function cannot be shown; call it: button()"),
        (lambda: ts.tabs, "of type module (triostate.ui.tabs) cannot be shown; components of"),
        (lambda: (x for x in "ab"), "of type generator cannot be shown; make it a list: [*...]"),
        (lambda: map(str, [1]), "of type map cannot be shown; make it a list"),
        (lambda: b"x", "of type bytes cannot be shown; decode it"),
        (lambda: Item("a"), "of type Item cannot be shown; show one of its fields"),
        (object, "of type object cannot be shown; children are components, text"),
    ],
)
def test_what_is_no_child(child: Callable[[], object], remedy: str):
    """A component says whose child it is, of what type, and what to write."""
    assert f"box: a child {remedy}" in refused(lambda: ts.box(ts.box("x"), [child()]))


def test_what_a_page_is_not():
    """A page function is called once, and returns what it shows."""

    async def later():
        return ts.box()

    def several():
        yield ts.box()

    assert refused(later).startswith("the function is async: a page is made once")
    assert refused(several).startswith("the function yields: return the component")
    assert refused(lambda: None) == "the function returned None; return a component"
    assert "page: a child of type dict" in refused(lambda: {"a": 1})


@pytest.mark.parametrize(
    "build, said",
    [
        (lambda: ts.tabs.trigger("A", value="a"), "tabs.trigger: it stands outside of tabs.list"),
        (lambda: ts.tabs.content("A", value="a"), "tabs.content: it stands outside of tabs.root"),
        (lambda: ts.dialog.content(aria_label="x"), "dialog.content: it stands outside of dialog."),
        (lambda: ts.dialog.title("A"), "dialog.title: it stands outside of dialog.content; put it"),
        (lambda: ts.dropdown_menu.item("A"), "dropdown_menu.item: it stands outside of dropdown_m"),
        (
            lambda: ts.accordion.item(header="a", content="b"),
            "accordion.item: it stands outside of accordion.root; put it into ts.accordion.root",
        ),
        (
            lambda: ts.box(ts.table.cell("x")),
            "table.cell: it stands in a box, and HTML moves it; put it into ts.table.row(...)",
        ),
        (
            lambda: ts.table.root(ts.table.row()),
            "table.row: it stands in a table.root, and HTML moves it; put it into ts.table.header",
        ),
        (
            lambda: ts.table.root(ts.table.body(ts.text("x"))),
            "text: it cannot stand in a table.body directly; that holds ts.table.row(...)",
        ),
        (
            lambda: ts.table.root(ts.table.body(ts.table.row(Shop.name))),
            "table.row: text cannot stand in it directly; put it into ts.table.cell(...)",
        ),
        (
            lambda: ts.el.select(ts.text("x")),
            "text: it cannot stand in a el.select directly; that holds options",
        ),
        (lambda: ts.dialog.trigger("Open"), "dialog.trigger: give a component that can be pressed"),
        (lambda: ts.tabs.root("x"), "tabs.root: there is no tab; give a ts.tabs.list"),
        (lambda: ts.select([]), "select: there is nothing to choose; give a list"),
        (lambda: ts.select([object()]), "select: an item is a text, a number, or a pair"),
        (lambda: ts.form_field("x", "y"), "form_field: there is no control"),
        (lambda: ts.icon("circel"), "icon: there is no icon 'circel'; did you mean 'circle'"),
    ],
)
def test_parts_in_the_wrong_place(build: Callable[[], Any], said: str):
    """The text has the part, where it belongs, and how that is written."""
    assert refused(build).startswith(said)


@pytest.mark.parametrize(
    "build, said",
    [
        (
            lambda: ts.button(ts.box(ts.button("x"))),
            "button: it stands in another button, and HTML",
        ),
        (lambda: ts.link(ts.span(ts.link("x"))), "link: it stands in another link, and HTML parts"),
        (lambda: ts.form(ts.box(ts.form())), "form: it stands in another form, and HTML parts"),
        (
            lambda: ts.text(ts.span(ts.box("x"))),
            'box: it cannot stand in a paragraph, a text; write ts.text(..., as_="div")',
        ),
        (lambda: ts.el.p(ts.el.ul()), "el.ul: it cannot stand in a paragraph, a el.p; that holds"),
        (lambda: ts.heading(ts.heading("x")), "heading: it cannot stand in a heading directly"),
        (lambda: ts.el.li(ts.el.li()), "el.li: it cannot stand in a el.li directly; put it beside"),
        (
            lambda: ts.button(ts.cond(Shop.flag, ts.button("x"))),
            "button: it stands in another button",
        ),
        (
            lambda: ts.button(ts.foreach(Shop.rows, ts.button)),
            "button: it stands in another button",
        ),
    ],
)
def test_what_a_parser_takes_apart(build: Callable[[], Any], said: str):
    """The page that it makes of it would not be the one that is meant."""
    assert refused(build).startswith(said)


def test_what_a_parser_leaves():
    """Text of its own, cells and buttons are places to begin anew."""
    compiled(
        lambda: ts.box(
            ts.text(ts.span("a", ts.button("b")), ts.link("c"), as_="div"),
            ts.text(ts.box("d"), as_="div"),
            ts.table.root(ts.table.body(ts.table.row(ts.table.cell(ts.box(ts.text("e")))))),
            ts.link(ts.button("f"), href="/"),
            ts.color_mode_cond(ts.button("g"), ts.button("h")),
        )
    )


# Ids


def test_an_id_twice():
    """Both are named; in two branches of which one is shown it is none."""
    said = refused(lambda: ts.box(ts.input(id="a"), ts.box(ts.text("x", id="a"))))
    assert said.startswith("text: id='a' is also that of a input at ")
    assert said.endswith("; an id is once")
    compiled(lambda: ts.cond(Shop.flag, ts.text("x", id="a"), ts.box(id="a")))
    assert "id='a' is also" in refused(
        lambda: ts.box(ts.cond(Shop.flag, ts.text("x", id="a")), ts.box(id="a"))
    )
    assert "id='a' is also" in refused(
        lambda: ts.color_mode_cond(ts.text("x", id="a"), ts.box(id="a"))
    )


def test_an_id_in_rows():
    """Every row would have it."""
    said = refused(lambda: ts.foreach(Shop.rows, lambda row: ts.text(row, id="a")))
    assert said.startswith("text: id='a' is in every row of a foreach; make it of the item")
    compiled(lambda: ts.foreach(Shop.rows, lambda row: ts.text(row, id=f"a-{row}")))


# Handlers


@pytest.mark.parametrize(
    "build, carried",
    [
        (lambda: ts.checkbox(on_change=Taker.numbers), "True or False"),
        (lambda: ts.checkbox(on_change=Taker.number), "True or False"),
        (lambda: ts.switch("x", on_change=Taker.text), "True or False"),
        (lambda: ts.input(on_change=Taker.numbers), "text"),
        (lambda: ts.input(on_key_down=Taker.size), "a key's name"),
        (lambda: ts.select(["a"], on_change=Taker.size), "text"),
        (lambda: ts.number_input(on_change=Taker.numbers), "a number"),
        (lambda: ts.slider(on_change=Taker.size), "a number"),
        (
            lambda: ts.accordion.root(
                ts.accordion.item(header="a", content="b", on_open_change=Taker.text)
            ),
            "True or False",
        ),
        (lambda: ts.checkbox(on_change=lambda on: [Taker.number(on)]), "True or False"),
    ],
)
def test_a_handler_that_no_value_fits(build: Callable[[], Any], carried: str):
    """Each of its events would be refused, and nobody would know why."""
    said = refused(build)
    assert f": the event carries {carried}, which never becomes a" in said
    assert "annotate it with what is sent, or bind the handler with its argument" in said


@pytest.mark.parametrize(
    "build",
    [
        lambda: ts.input(on_change=Taker.number),
        lambda: ts.input(on_change=Taker.one_of),
        lambda: ts.input(on_change=Taker.amount),
        lambda: ts.number_input(on_change=Taker.amount),
        lambda: ts.checkbox(on_change=Taker.anything),
        lambda: ts.select(["a"], on_change=Taker.one_of),
        lambda: ts.button(on_click=Taker.numbers([1])),
        lambda: ts.input(on_change=Shop.set_limit),
        lambda: ts.checkbox(on_change=Shop.set_flag),
    ],
)
def test_a_handler_that_some_value_fits(build: Callable[[], Any]):
    """Whether this one does is said when it comes."""
    compiled(build)


@pytest.mark.parametrize(
    "build, said",
    [
        (lambda: ts.input(on_change=Shop.pair), "input: on_change: state.shop.pair needs second"),
        (
            lambda: ts.button(on_click=cast("Any", Shop.pick)(1, "a", 2)),
            "button: on_click: state.shop.pick takes 2 arguments and is given 3",
        ),
        (lambda: ts.button(on_click=Shop), "button: on_click="),
        (lambda: ts.button(on_click=Shop.flag), "button: on_click="),
        (lambda: ts.button(on_click=ts.text("x")), "button: on_click="),
        (lambda: ts.button(on_click=load), "button: on_click: the function bound is async"),
        (
            lambda: ts.button(on_click=cast("Any", lambda a, b: Shop.plain)),
            "button: on_click: the function bound t",
        ),
    ],
)
def test_what_cannot_be_bound(build: Callable[[], Any], said: str):
    """Too many arguments, too few, or nothing that runs."""
    assert refused(build).startswith(said)


# Of other apps, and of the server


def test_backend_vars_name_where_they_are_used():
    """In text, in a prop, in a condition; never their value."""
    remedy = "state.taker._secret is a backend var: a page cannot show it; make it public"
    for build, where in [
        (lambda: ts.text(Taker._secret), "text: "),
        (lambda: ts.text("a", Taker._secret), "text: "),
        (lambda: ts.box(title=Taker._secret), "box: title: "),
        (lambda: ts.input(value=Taker._secret), "input: value: "),
        (lambda: ts.cond(Taker._secret, ts.box()), "cond: "),
        (lambda: ts.button(on_click=cast("Any", Shop.pick)(Taker._secret)), "button: on_click: "),
    ]:
        said = refused(build)
        assert said.startswith(where + remedy), said
        assert "'s'" not in said


def test_states_of_another_app():
    """A var or handler that the app does not have is told, with what to do."""
    page = Page(
        route="/", title="T", function=lambda: ts.button(on_click=Elsewhere.go), module=__name__
    )
    compile_page: Any = ui.compile_page
    with pytest.raises(PageError, match=r"button: on_click: state\.elsewhere\.go: 'state\.e"):
        compile_page(page, lambda ref: None, ASSETS, (), ["state.shop"])

    def unknown(ref: Any) -> Any:
        raise LookupError("'state.elsewhere' is no state of this app")

    page = attrs.evolve(page, function=lambda: ts.text("n is ", Elsewhere.n))
    said = r"page /: text: state\.elsewhere\.n: .* no state of this app; add its module to App"
    with pytest.raises(PageError, match=said):
        compile_page(page, unknown, ASSETS)
    page = attrs.evolve(page, function=ts.box, on_load=(Elsewhere.go,))
    with pytest.raises(PageError, match=r"page /: on_load: state\.elsewhere\.go: "):
        compile_page(page, lambda ref: None, ASSETS, (), ["state.shop"])


# Expressions and loops


def test_a_var_as_if_it_had_a_value():
    """The error of an expression names the page, too, and the right call."""
    with pytest.raises(ExpressionError, match=r"page /orders: .*ts\.cond"):
        compiled(lambda: ts.text("a" if Shop.flag else "b"), route="/orders")
    with pytest.raises(ExpressionError, match=r"page /orders: .*ts\.foreach"):
        compiled(lambda: ts.box([ts.text(x) for x in Shop.rows]), route="/orders")


@pytest.mark.parametrize(
    "build, said",
    [
        (lambda: ts.foreach(Shop.rows, ts.text, key="id"), "foreach: key='id': it is a function"),
        (
            lambda: ts.foreach(Shop.rows, ts.text, key=lambda row: "id"),
            "foreach: key= returned 'id', the same for every row; return what is the item's own",
        ),
        (
            lambda: ts.foreach(Shop.rows, ts.text, key=ts.text),
            "foreach: key= returned a component; it returns what names the row",
        ),
        (lambda: ts.foreach(3, ts.text), "foreach: int has no items; give a var of a list"),
        (lambda: ts.foreach(Shop.rows, "x"), "foreach: the second argument is a function"),
        (lambda: ts.foreach(Shop.rows, lambda row: None), "foreach: render returned nothing"),
        (lambda: ts.link("x", href="javascript:alert(1)"), "link: href='javascript:alert(1)' is r"),
        (lambda: ts.image(src="ftp://a/b", alt=""), "image: src='ftp://a/b' is refused"),
    ],
)
def test_loops_and_addresses(build: Callable[[], Any], said: str):
    """What they are given is looked at where they are made."""
    assert refused(build).startswith(said)


# Where


def test_an_error_found_later_has_the_line_of_the_call():
    """What is told after the page function has returned still names the user's line."""
    line = inspect.currentframe().f_lineno + 2  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    with pytest.raises(PageError) as caught:
        compiled(lambda: ts.table.cell("x"))
    assert caught.value.place == f"{__file__}:{line}"
