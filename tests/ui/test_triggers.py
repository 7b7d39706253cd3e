"""Triggers, bindings and what a browser sends for them."""

from __future__ import annotations

from typing import Any, cast

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.protocol.effects import toast
from triostate.ui.bindings import Call, Const, Slot

from .shop import Shop, compiled


def only(page: ts.CompiledPage) -> tuple[dict[str, Any], ts.Binding]:
    """Return the one trigger of a page and its binding."""
    (part,) = (part for part in page.plan["parts"] if "on" in part)
    (binding,) = page.bindings
    (trigger,) = part["on"].values()
    return trigger, binding


def args(call: Call) -> list[Any]:
    return [arg.value if isinstance(arg, Const) else arg for arg in call.args]


def test_a_handler_without_parameters_gets_nothing():
    """A click carries no value."""
    trigger, binding = only(compiled(lambda: ts.button(on_click=Shop.plain)))
    assert trigger == {"do": [{"b": 0, "a": []}]}
    assert binding.calls[0].handler == Shop.plain
    assert binding.calls[0].args == ()
    assert (binding.slot_count, binding.description) == (0, "button on_click")


@pytest.mark.parametrize(
    "make, event, extractors",
    [
        (lambda h: ts.input(on_change=h), "input", ["value"]),
        (lambda h: ts.number_input(on_change=h), "input", ["number"]),
        (lambda _: ts.checkbox(on_change=Shop.set_flag), "change", ["checked"]),
        (lambda h: ts.input(on_key_down=h), "keydown", ["key"]),
        (lambda h: ts.input(on_blur=h), "blur", ["value"]),
    ],
)
def test_an_event_fills_the_parameters_that_are_open(make, event: str, extractors: list[str]):
    """A bare handler gets as many event values as it takes and there are."""
    page = compiled(lambda: make(Shop.pick))
    trigger, binding = only(page)
    assert event in page.plan["parts"][-1]["on"]
    assert trigger == {"x": extractors, "do": [{"b": 0, "a": [["e", 0]]}]}
    assert binding.calls[0].args == (Slot(0),)


def test_a_handler_that_takes_nothing_is_sent_nothing():
    """An event value that nobody asked for stays in the browser."""
    trigger, binding = only(compiled(lambda: ts.input(on_change=Shop.plain)))
    assert trigger["do"] == [{"b": 0, "a": []}]
    assert binding.slot_count == 0


def test_a_handler_of_any_arguments_gets_all_event_values():
    """``*args`` takes what there is."""
    trigger, _ = only(compiled(lambda: ts.input(on_change=Shop.several)))
    assert trigger["do"] == [{"b": 0, "a": [["e", 0]]}]


def test_constants_stay_on_the_server():
    """A browser sends only what follows a var, a row or the event."""
    trigger, binding = only(compiled(lambda: ts.button(on_click=Shop.pick(3, Shop.name))))
    assert trigger["do"] == [{"b": 0, "a": [["v", 0]]}]
    assert args(binding.calls[0]) == [3, Slot(0)]
    assert binding.slot_count == 1


def test_given_arguments_come_before_event_values():
    """A spec with fewer arguments than parameters is filled up."""
    _, binding = only(compiled(lambda: ts.input(on_change=Shop.pair("a"))))
    assert args(binding.calls[0]) == ["a", Slot(0)]


def test_a_function_gets_event_values_as_vars():
    """It runs once, while the page is built, and may compute with them."""
    page = compiled(lambda: ts.input(on_change=lambda text: Shop.pair(text.upper(), "b")))
    trigger, binding = only(page)
    assert trigger["do"] == [{"b": 0, "a": [["upper", ["e", 0]]]}]
    assert args(binding.calls[0]) == [Slot(0), "b"]


def test_a_function_may_take_nothing_and_return_several():
    """Late-bound defaults are not event values."""
    # To a checker the parameter is the event's value.
    _, binding = only(
        compiled(lambda: ts.input(on_change=lambda i=7: [Shop.pick(cast(Any, i)), Shop.plain]))
    )
    assert [args(call) for call in binding.calls] == [[7], []]


def test_a_list_is_one_binding_of_several_calls():
    """They share the event's values: the same expression is sent once."""
    trigger, binding = only(
        compiled(lambda: ts.input(on_change=[Shop.several, Shop.pair("x"), toast("hi"), Shop.work]))
    )
    assert trigger["do"] == [{"b": 0, "a": [["e", 0]]}]
    assert [args(call) for call in binding.calls] == [[Slot(0)], ["x", Slot(0)], [], []]
    assert binding.calls[2].handler == toast("hi")


def test_cancel_is_bindable():
    """A background handler's cancel takes nothing."""
    _, binding = only(compiled(lambda: ts.button(on_click=Shop.work.cancel)))
    assert binding.calls[0].handler == Shop.work.cancel


def test_none_and_an_empty_list_bind_nothing():
    """So a trigger can be left out by an expression of Python."""
    page = compiled(lambda: ts.box(ts.button(on_click=None), ts.button(on_click=[])))
    assert page.plan["parts"] == []
    assert page.bindings == ()


@pytest.mark.parametrize(
    "event, text",
    [
        (Shop.pair, "button: on_click: .*pair needs first, second, but the event carries no value"),
        (Shop.pair("a"), r"pair needs second.*bind it with its arguments, Shop\.pair\(\.\.\.\)"),
        (cast(Any, Shop.pick)(1, "a", 2), "pick takes 2 arguments and is given 3"),
        (lambda value: Shop.plain, "takes 1 event value, but the event carries 0"),
        (lambda: None, "returned None"),
        (3, "on_click=3 cannot be bound; bind a handler"),
        (Shop.count, "a var is no handler"),
        (Shop.pick(cast(Any, Shop.plain)), "cannot be an argument"),
        (toast(f"n {Shop.count}"), r"holds a var.*return ts\.toast\(\.\.\.\) from a handler"),
    ],
)
def test_what_cannot_run_is_an_error(event: Any, text: str):
    """The error names component, trigger, handler and remedy."""
    with pytest.raises(PageError, match=text):
        ts.button("x", on_click=event)


def test_an_async_function_is_an_error():
    """Only a State's handlers may be async."""

    async def later() -> None:
        """Never runs."""

    with pytest.raises(PageError, match="is async"):
        ts.button("x", on_click=later)  # pyright: ignore[reportArgumentType]


def test_on_load_is_calls_with_constants():
    """A page's own events are resolved the same way, without event values."""
    page = compiled(ts.box, on_load=(Shop.pick(1), Shop.plain))
    assert [args(call) for call in page.on_load] == [[1], []]
    with pytest.raises(PageError, match=r"on_load: .*pair needs"):
        compiled(ts.box, on_load=(Shop.pair,))
    with pytest.raises(PageError, match="arguments are constants"):
        compiled(ts.box, on_load=(Shop.pick(Shop.count),))
