"""Triggers, bindings and what a browser sends for them."""

from __future__ import annotations

from typing import Any, cast

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.protocol.effects import OpenEffect, toast
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
        (lambda a, b: Shop.plain, "takes 2 event values, but the event carries 1"),
        (lambda: None, "returned None"),
        (3, "on_click=3 cannot be bound; bind a handler"),
        (Shop.count, "a var is no handler"),
        (Shop.pick(cast(Any, Shop.plain)), "cannot be an argument"),
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


#: To checkers these are wrong, as most of what follows has to be.
PICK: Any = Shop.pick
PLAIN: Any = Shop.plain
PAIR: Any = Shop.pair
LISTEN: Any = ts.window_event_listener


def on(component: Any) -> dict[str, Any]:
    """Return what the events of the only part with triggers send."""
    (part,) = (p for p in compiled(lambda: component).plan["parts"] if "on" in p)
    return cast("dict[str, Any]", part["on"])


def test_times_are_milliseconds_of_the_plan():
    """What the browser does about an event is in its entry, and the page loads the chunk for it."""
    page = compiled(lambda: ts.input(on_change=PICK.debounce(0.3).stop_propagation))
    trigger, _ = only(page)
    assert trigger == {
        "do": [{"b": 0, "a": [["e", 0]]}],
        "x": ["value"],
        "debounce": 300,
        "stop": True,
    }
    assert page.plan["gestures"] is True


def test_a_page_of_common_triggers_loads_no_more():
    """Preventing and stopping are the runtime's own."""
    page = compiled(lambda: ts.button(on_click=PLAIN.prevent_default))
    assert only(page)[0] == {"do": [{"b": 0, "a": []}], "prevent": True}
    assert "gestures" not in page.plan


def test_events_of_one_trigger_with_times_of_their_own_are_several_entries():
    """Each is a binding; those alike stay one, in order."""
    events = [PICK.debounce(0.5), Shop.plain, PICK.debounce(0.5)("x")]
    entries = on(ts.input(on_change=events))["input"]
    assert [entry.get("debounce") for entry in entries] == [500, None]
    assert [entry["do"][0]["b"] for entry in entries] == [0, 1]


def test_two_triggers_of_one_dom_event_are_two_entries():
    """A slider's two triggers stay apart, as do two that hear the same event."""
    entries = on(ts.el.form(on_submit=Shop.plain, on_key_down={"a": Shop.plain, "b": Shop.plain}))
    assert [entry["key"] for entry in entries["keydown"]] == [["a", 0], ["b", 0]]
    assert entries["submit"]["prevent"] is True


def test_a_moving_pointer_is_throttled_unless_said_otherwise():
    """A page cannot flood its server unawares."""
    assert on(ts.box(on_mouse_move=Shop.plain))["mousemove"]["throttle"] == 100
    assert on(ts.box(on_scroll=PLAIN.throttle(1)))["scroll"]["throttle"] == 1000
    entry = on(ts.box(on_scroll=PLAIN.debounce(1)))["scroll"]
    assert (entry["debounce"], "throttle" in entry) == (1000, False)


def test_a_mouse_event_goes_where_it_is_asked_for():
    """To a parameter of its class; a default is left as it is; a function sees its fields."""
    assert "x" not in on(ts.button(on_click=Shop.plain))["click"]
    entry = on(ts.button(on_click=cast(Any, lambda e: PICK(e.x + 1))))["click"]
    assert entry["x"] == ["mouse"]
    assert entry["do"][0]["a"] == [["add", ["index", ["e", 0], "x"], 1]]


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: ts.input(on_key_down={"Entr": Shop.plain}), "'Entr' names no key.*'Enter'"),
        (lambda: ts.input(on_key_down={"Ctl+s": Shop.plain}), "holds down 'Ctl'.*'Ctrl'"),
        (lambda: ts.input(on_key_down={"Shift": Shop.plain}), "no key but those held down"),
        (lambda: ts.input(on_key_down={"a": PAIR}), "on_key_down 'a': .*pair needs first"),
        (lambda: ts.button(on_click=cast(Any, {"a": Shop.plain})), "goes to on_key_down"),
        (lambda: ts.input(on_change=PICK.debounce(300)), r"debounce\(300\).*mean 0\.3\?"),
        (lambda: ts.input(on_change=PICK.throttle(0)), r"throttle\(0\): more than 0"),
        (lambda: ts.input(on_change=PICK.throttle(1).debounce(1)), "not both"),
        (lambda: ts.button(busy=Shop.count), "busy= is True or False"),
        (lambda: LISTEN(on_rezise=Shop.plain), "on_rezise"),
    ],
)
def test_what_cannot_be_heard_is_an_error(make: Any, text: str):
    """Told while the page is compiled, with the component, the trigger and the nearest name."""
    with pytest.raises((PageError, TypeError), match=text):
        compiled(make)


def test_seconds_that_look_like_milliseconds_are_warned_of():
    """They are taken, because they may be meant."""
    with pytest.warns(UserWarning, match="write 0.03"):
        PICK.debounce(30)


def test_a_handler_with_actions_is_another_to_bind_and_the_same_to_find():
    """What it runs is the bare handler."""
    held = PICK.debounce(0.3)
    assert held != PICK
    assert held.bare == PICK
    _, binding = only(compiled(lambda: ts.input(on_change=held)))
    assert binding.calls[0].handler == PICK


def test_busy_is_the_browsers_to_show_unless_the_page_says_what_it_is():
    """Opting out, an ``aria_busy`` of one's own and ``loading`` are said to the browser."""
    assert "quiet" not in on(ts.button(on_click=Shop.plain))["click"]
    assert on(ts.button(on_click=Shop.plain, busy=False))["click"]["quiet"] is True
    assert on(ts.button(on_click=Shop.plain, aria_busy=Shop.count > 1))["click"]["quiet"] is True
    assert on(ts.button(on_click=Shop.plain, loading=Shop.count > 1))["click"]["quiet"] is True
    assert "quiet" not in on(ts.input(on_change=Shop.plain, busy=False))["input"]


def test_a_background_handler_alone_is_busy_while_it_runs():
    """Computed from its ``running``; with another beside it, it is done when it has started."""
    page = compiled(lambda: ts.button(on_click=Shop.work))
    (part,) = page.plan["parts"]
    assert part["attrs"]["aria-busy"] == ["cond", ["v", 0], "true", None]
    assert page.vars[0].name == "work.running"
    assert part["on"]["click"]["quiet"] is True
    assert (
        "attrs"
        not in compiled(lambda: ts.button(on_click=[Shop.work, Shop.plain])).plan["parts"][0]
    )
    assert (
        "attrs" not in compiled(lambda: ts.button(on_click=Shop.work, busy=False)).plan["parts"][0]
    )


def test_an_effect_with_vars_sends_their_values():
    """It is made of them on the server; what its constructor refuses is refused then."""
    page = compiled(lambda: ts.button("x", on_click=toast(f"n {Shop.count}", level="success")))
    (call,) = page.bindings[0].calls
    assert isinstance(call.handler, OpenEffect)
    assert call.args == (Slot(0), call.args[1])
    assert call.handler.fill(["n 5", "success"]) == toast("n 5", "success")
    sent = page.plan["parts"][0]["on"]["click"]["do"]
    assert sent == [{"b": 0, "a": [["concat", "n ", ["str", ["v", 0]]]]}]
