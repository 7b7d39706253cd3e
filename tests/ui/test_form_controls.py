"""A form's controls and the class that its entries become: what does not fit is told at once."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.state.decorators import event
from triostate.state.definitions import isolated
from triostate.state.state import State

from .shop import ASSETS, Shop, compiled


@attrs.define
class Entry:
    name: str
    email: str
    is_on: bool = True
    note: str | None = None


@attrs.define
class Odd:
    inner: Entry


with isolated():

    class Desk(State):
        @event
        def save(self, entry: Entry) -> None: ...

        @event
        def both(self, name: str, entry: Entry) -> None: ...

        @event
        def plain(self, data: dict[str, str]) -> None: ...

        @event
        def odd(self, odd: Odd) -> None: ...


def controls(*names: str) -> list[Any]:
    """Return inputs of these names."""
    return [ts.input(name=name) for name in names]


def form(*children: Any, **props: Any) -> Any:
    """Return a page with one form."""
    return compiled(lambda: ts.form(*children, **{"on_submit": Desk.save, **props}))


def test_the_entries_are_sent_one_by_one():
    """To a parameter of such a class, also where a function or arguments stand before it."""
    page = form(*controls("name", "email"))
    on = page.plan["parts"][0]["on"]["submit"]
    assert (on["x"], on["do"]) == (["form", "fields"], [{"b": 0, "a": [["e", 1]]}])
    (call,) = page.bindings[0].calls
    assert call.args[0].form.cls is Entry
    assert call.args[0].controls == {"name", "email"}
    for bound in (Desk.both("x"), lambda data: Desk.both("x", data)):
        page = form(*controls("name", "email"), on_submit=bound)
        assert page.bindings[0].calls[0].args[1].form.cls is Entry
    page = form(*controls("name", "email"), on_submit=[Desk.save, Desk.plain])
    assert page.plan["parts"][0]["on"]["submit"]["do"] == [{"b": 0, "a": [["e", 1], ["e", 0]]}]


def test_a_form_brings_its_script():
    """Once, and only a page that has a form which is sent."""
    page = compiled(lambda: ts.box(ts.el.form(on_submit=Desk.plain), ts.form(on_submit=Desk.plain)))
    assert page.html.decode().count(ASSETS.forms_url) == 1
    assert ASSETS.forms_url not in compiled(lambda: ts.form(ts.input())).html.decode()


@pytest.mark.parametrize(
    "names, text",
    [
        (("name", "mail"), r"Entry.email has no default, and no control .* did you mean 'mail'\?"),
        (("name",), r"page /: form: on_submit: Entry.email has no default"),
        (("name", "email", "nota"), r"no field .* name='nota'; did you mean 'note'\?"),
        (("name", "email", "__class__"), r"no field for the control with name='__class__'"),
    ],
)
def test_what_does_not_fit_is_an_error(names: tuple[str, ...], text: str):
    """A field that no control fills, a control that fills none; with the name that is near."""
    with pytest.raises(PageError, match=text):
        form(*controls(*names))


def test_where_controls_may_stand():
    """In branches, rows, radio groups, or elsewhere on the page with the form's id."""
    branch = ts.cond(Shop.name == "", *controls("name", "email"))
    assert form(branch).bindings[0].calls[0].args[0].controls == {"name", "email"}
    form(ts.radio_group(["a"], name="name"), ts.box(ts.select(["b"], name="email")))
    with pytest.raises(PageError, match=r"Entry.email has no default"):
        form(*controls("name"), id="entry")
    page = compiled(
        lambda: ts.box(
            ts.form(*controls("name"), on_submit=Desk.save, id="entry"),
            ts.input(name="email", form="entry"),
            ts.input(name="other"),
        )
    )
    slot: Any = page.bindings[0].calls[0].args[0]
    assert slot.controls == {"name", "email"}


def test_what_is_not_known_is_not_complained_of():
    """Computed names may be any, custom elements too; a dict takes what is left over."""
    rows = ts.foreach(Shop.rows, lambda name: ts.input(name=name))
    (slot,) = form(rows).bindings[0].calls[0].args
    assert slot.controls is None
    with pytest.raises(PageError, match="no field for the control with name='typo'"):
        form(rows, *controls("typo"))
    form(ts.custom_element("my-input", attributes={"name": "email"}), *controls("name"))
    form(ts.button("x", type="submit", name="pressed"), *controls("name", "email"))
    form(*controls("name", "email", "more"), on_submit=[Desk.save, Desk.plain])


def test_a_class_that_no_form_fills():
    """The field is named, and the handler's parameter."""
    with pytest.raises(PageError, match=r"desk.odd\(odd\): no control fills Odd.inner"):
        form(on_submit=Desk.odd)


def test_the_place_for_errors():
    """Is empty, and read out when something comes in."""
    page = form(ts.form_errors(class_name="mine"), *controls("name", "email"))
    assert b'<div class="ts-form-errors mine" role="alert"></div>' in page.html
