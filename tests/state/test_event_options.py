"""The event decorator: what it makes, and which options are refused."""

from __future__ import annotations

from typing import Any

import pytest

import triostate as ts
from triostate.testing import isolated


def test_both_names_are_the_same() -> None:
    """@ts.background and @ts.event(background=True) make the same thing (3)."""

    async def work(self: Any) -> None: ...

    one, two = ts.background(work), ts.event(background=True)(work)
    assert type(one) is type(two)
    assert one.options == two.options


@pytest.mark.parametrize(
    "options",
    [
        {"policy": "sometimes"},
        {"scope": "world"},
        {"max_running": 0},
        {"max_running": -1},
        {"max_running": 2, "policy": "queue"},
        {"timeout": 0},
        {"timeout": -1.0},
        {"timeout": float("nan")},
    ],
)
def test_bad_options(options: dict[str, Any]) -> None:
    """An option that makes no sense is a ValueError that names it, at the decoration."""
    with pytest.raises(ValueError, match=next(iter(options))):
        ts.event(background=True, **options)


@pytest.mark.parametrize(
    "options", [{"policy": "drop"}, {"key": str}, {"timeout": 1}, {"scope": "page"}]
)
def test_background_options_alone(options: dict[str, Any]) -> None:
    """A background option without background=True is a TypeError that says so."""
    with pytest.raises(TypeError, match="background=True"):
        ts.event(**options)


def test_unknown_option() -> None:
    """An unknown option is a TypeError."""
    with pytest.raises(TypeError):
        ts.event(background=True, often=True)  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("decorate", [ts.background, ts.event(background=True)])
def test_must_be_async(decorate: Any) -> None:
    """A sync function is refused with its name and what to write (1)."""

    def work(self: Any) -> None: ...

    with pytest.raises(TypeError, match=r"work.*async def"):
        decorate(work)


@pytest.mark.parametrize("decorate", [ts.background, ts.event(background=True)])
def test_no_underscore(decorate: Any) -> None:
    """A private name is refused (2)."""

    async def _work(self: Any) -> None: ...

    with pytest.raises(ValueError, match="_work"):
        decorate(_work)


def test_async_generators_too() -> None:
    """A direct call of a background async generator is refused like any (1, 7)."""
    with isolated():

        class Gen(ts.State):
            @ts.background
            async def steps(self) -> Any:
                yield None

    with pytest.raises(RuntimeError, match="return or yield it"):
        Gen().steps()  # pyright: ignore[reportCallIssue]


def test_inheritance_keeps_the_mark() -> None:
    """A background handler is one in subclasses and by mixin (3)."""
    with isolated():

        class Base(ts.State):
            @ts.background
            async def work(self) -> None: ...

        class Sub(Base): ...

    assert Sub.work.is_background
    with pytest.raises(RuntimeError, match="return or yield it"):
        Sub().work()  # pyright: ignore[reportCallIssue]


def test_handles_read_task_vars() -> None:
    """On an instance a background handler shows its values, on the class expressions."""
    with isolated():

        class Job(ts.State):
            @ts.background
            async def work(self) -> None: ...

    job = Job()
    handle: Any = job.work
    assert (handle.running, handle.count, handle.status) == (False, 0, "idle")
    assert (handle.progress, handle.error) == (None, None)
    assert isinstance(Job.work.running, ts.Var)
    with pytest.raises(AttributeError, match="speed"):
        handle.speed  # noqa: B018


def test_params() -> None:
    """Parameters are those after self, with resolved annotations; *args is told apart."""
    with isolated():

        class Calls(ts.State):
            n: int = 0

            def go(self, a: int, b: "str" = "", *rest: int) -> None: ...  # noqa: UP037

    first, second = Calls.go.params  # pyright: ignore[reportFunctionMemberAccess]
    assert (first.name, first.annotation, first.has_default) == ("a", int, False)
    assert (second.name, second.annotation, second.has_default) == ("b", str, True)
    assert Calls.go.takes_any  # pyright: ignore[reportFunctionMemberAccess]
    assert [(p.name, p.annotation) for p in Calls.set_n.params] == [("value", int)]
