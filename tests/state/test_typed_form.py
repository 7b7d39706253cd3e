"""The typed form of declaring a var, and what checkers let pass: refused when it runs."""

from __future__ import annotations

from typing import Any

import pytest

import triostate as ts
from triostate.errors import ExpressionError
from triostate.testing import isolated


@pytest.fixture(autouse=True)
def _apart() -> Any:
    with isolated():
        yield


def make(name: str, annotation: object, **body: object) -> Any:
    """Return a State class as a body with this annotation makes it."""
    return type(ts.State)("Demo", (ts.State,), {"__annotations__": {name: annotation}, **body})  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("annotation", [ts.Field[int], "ts.Field[int]", "Field[int]"])
def test_no_default(annotation: object) -> None:
    """A typed var without a default is refused, with what to write."""
    with pytest.raises(ts.DefinitionError, match=r"`n: \.\.\. = ts\.field\(<default>\)`"):
        make("n", annotation)


def test_both_forms_are_one() -> None:
    """The forms mix in one class and make the same: var, setter, value, type."""

    class Demo(ts.State):
        a: int = 1
        b: ts.Field[int] = ts.field(1)

    demo: Any = Demo
    assert type(demo.a) is type(demo.b)
    assert demo.set_a.params[0].annotation is demo.b.set.params[0].annotation is int
    instance = Demo()
    assert (instance.a, instance.b) == (1, 1)


def test_a_mutable_default_is_copied() -> None:
    """As that of a plain var is."""

    class Demo(ts.State):
        names: ts.Field[list[str]] = ts.field([])

    assert list(Demo().names) == []
    assert Demo._fields["names"].default == []


def test_a_mistyped_assignment() -> None:
    """To a checker it declares an attribute; here it raises, with what to add."""

    class Demo(ts.State):
        value: ts.Field[int] = ts.field(0)

    demo: Any = Demo()
    with pytest.raises(ts.SetUndefinedStateVarError, match="vaule"):
        demo.vaule = 3


def test_truth() -> None:
    """Checkers let `var and ...` and a chain of comparisons pass; both raise."""

    class Demo(ts.State):
        n: ts.Field[int] = ts.field(0)

    with pytest.raises(ExpressionError, match=r"ts\.cond"):
        print(Demo.n and 1)
    with pytest.raises(ExpressionError, match=r"ts\.cond"):
        print(0 < Demo.n < 5)


def test_a_background_handler_on_an_instance() -> None:
    """It has task vars and nothing else; called, it says what to do instead."""

    class Demo(ts.State):
        @ts.event(background=True)
        async def work(self) -> None: ...

    handle: Any = Demo().work
    assert (handle.running, handle.count, handle.status) == (False, 0, "idle")
    assert (handle.progress, handle.error) == (None, None)
    with pytest.raises(RuntimeError, match=r"return Demo\.work"):
        handle()
    with pytest.raises(AttributeError):
        handle.cancle  # noqa: B018
