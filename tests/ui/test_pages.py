"""Declaring pages."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.state.definitions import isolated

from .shop import Shop


def declared(function, **options) -> ts.Page:
    with isolated() as definitions:
        assert ts.page(**options)(function) is function
    (page,) = definitions.select("page", [__name__])
    return page


def orders_by_day() -> ts.Component:
    return ts.box()


def index() -> ts.Component:
    return ts.box()


def test_a_function_names_its_page():
    """Route and title come from the name unless they are given; the function is unchanged."""
    page = declared(orders_by_day)
    assert (page.route, page.title) == ("/orders-by-day", "Orders by day")
    assert declared(index).route == "/"
    page = declared(index, route="orders/[id]/", title="x")
    assert (page.route, page.title) == ("/orders/[id]", "x")


def test_on_load_is_a_tuple_of_events():
    """One event, a list, or nothing."""
    assert declared(index).on_load == ()
    assert declared(index, on_load=Shop.plain).on_load == (Shop.plain,)
    assert declared(index, on_load=[Shop.plain, [Shop.work]]).on_load == (Shop.plain, Shop.work)


@pytest.mark.parametrize("route", ["/a b", "/<x>", "/a//b", "/[1]", "/_triostate/x", "/é"])
def test_a_route_that_is_none_is_an_error(route: str):
    """The error names the page."""
    with pytest.raises(PageError, match="page index"):
        declared(index, route=route)


def test_the_decorator_has_to_be_called():
    """Without parentheses it says so."""
    with pytest.raises(PageError, match=r"@ts\.page\(\)"):
        ts.page(index)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
