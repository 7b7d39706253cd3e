"""Routes: which addresses are theirs, and which of two goes before the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triostate.ui.routes import parse_route

MATCHES = [
    ("/", "/", {}),
    ("/", "", None),
    ("/orders", "/orders", {}),
    ("/orders", "/orders/", None),
    ("/orders/[id]", "/orders/7", {"id": "7"}),
    ("/orders/[id]", "/orders/a b<i>", {"id": "a b<i>"}),
    ("/orders/[id]", "/orders/", None),
    ("/orders/[id]", "/orders", None),
    ("/orders/[id]", "/orders/7/", None),
    ("/orders/[id]", "/orders/7/8", None),
    ("/orders/[id]", "//7", None),
    ("/orders/[id]/items/[item]", "/orders/7/items/é", {"id": "7", "item": "é"}),
    ("/docs/[...path]", "/docs", None),
    ("/docs/[...path]", "/docs/a", {"path": "a"}),
    ("/docs/[...path]", "/docs/a/b", {"path": "a/b"}),
    ("/docs/[...path]", "/docs/a//b", None),
    ("/docs/[[...path]]", "/docs", {"path": ""}),
    ("/docs/[[...path]]", "/docs/", None),
    ("/docs/[[...path]]", "/docs/a/b", {"path": "a/b"}),
    ("/docs/[[...path]]", "/doc", None),
    ("/[[...path]]", "/", {"path": ""}),
    ("/[[...path]]", "/x", {"path": "x"}),
]


@pytest.mark.parametrize("route, path, params", MATCHES)
def test_match(route: str, path: str, params: dict[str, str] | None) -> None:
    """A route takes its addresses whole, without empty segments, and no others."""
    assert parse_route(route).match(path) == params


@pytest.mark.parametrize(
    "segment", [".", "..", "..\\x", "x\\..\\y", "\\..", "a\x00", "a\nb", "\x7f", ""]
)
def test_no_way_out(segment: str) -> None:
    """No parameter is a way out of a folder, nor holds what starts a line of its own."""
    assert parse_route("/[...path]").match(f"/a/{segment}") is None
    assert parse_route("/[id]").match(f"/{segment}") is None


@given(st.text(max_size=60))
def test_parameters_are_the_path(path: str) -> None:
    """Whatever the path: parameters are its very segments, or it is not the route's."""
    found = parse_route("/[first]/[...rest]").match(path)
    if found is not None:
        assert f"/{found['first']}/{found['rest']}" == path
        assert not {"", ".", ".."} & set(path[1:].split("/"))


def test_order() -> None:
    """What is literal for longer goes first; then one segment, then many."""
    routes = ["/[[...x]]", "/a/[[...x]]", "/a/[...x]", "/[x]/b", "/a/[x]", "/a/b", "/[x]/[y]"]
    ranked = sorted(map(parse_route, routes), key=lambda route: route.rank)
    assert [route.text for route in ranked] == [
        "/a/b",
        "/a/[x]",
        "/a/[...x]",
        "/a/[[...x]]",
        "/[x]/b",
        "/[x]/[y]",
        "/[[...x]]",
    ]


def test_shapes() -> None:
    """Names of parameters make no other route; nor does a first segment more or less of many."""
    assert parse_route("/a/[x]").shape == parse_route("/a/[y]").shape
    assert parse_route("/a/[...x]").shape == parse_route("/a/[[...y]]").shape
    assert parse_route("/a/[x]").shape != parse_route("/a/[...x]").shape


@pytest.mark.parametrize(
    "route, word",
    [
        ("/[...x]/y", "at the end"),
        ("/[x]/[x]", "name of its own"),
        ("/a[x]", "brackets"),
        ("/[]", "brackets"),
        ("/[..x]", "brackets"),
        ("/[[x]]", "brackets"),
        ("/[[...]]", "brackets"),
    ],
)
def test_what_is_no_route(route: str, word: str) -> None:
    """The error says what is wrong."""
    with pytest.raises(ValueError, match=word):
        parse_route(route)
