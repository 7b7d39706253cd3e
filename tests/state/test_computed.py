"""Computed vars: cached, tracked by run, sent at commit."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

import triostate as ts
from tests.state.browser import Browser
from triostate.testing import isolated


def shop() -> SimpleNamespace:
    """Return a browser of a State with computed vars, and a count of their runs."""
    runs: list[str] = []
    with isolated():

        class Rates(ts.State):
            rate: int = 2

        class Shop(ts.State):
            n: int = 1
            other: int = 0
            use_rate: bool = False
            rows: list[dict[str, int]] = [{"a": 1}]

            @ts.var
            def price(self) -> int:
                runs.append("price")
                return self.n * (self.get_substate(Rates).rate if self.use_rate else 10)

            @ts.var
            def label(self) -> str:
                runs.append("label")
                return f"{self.price} EUR"

            @ts.var
            def inverse(self) -> float:
                return 1 / self.n

            @ts.var
            def recent(self) -> list[dict[str, int]]:
                return self.rows[-2:]

            @ts.var
            def all_rows(self) -> list[dict[str, int]]:
                return self.rows

            @ts.var(backend=True)
            def secret(self) -> int:
                return self.n + 1000

            @ts.var
            def wrong(self) -> int:
                if self.other == 13:
                    setattr(self, "n", 1)  # noqa: B010 - hidden from the check at import
                return self.other

    browser = Browser(Shop, Rates)
    runs.clear()
    return SimpleNamespace(browser=browser, runs=runs, Shop=Shop, Rates=Rates)


def shown(made: SimpleNamespace, name: str) -> Any:
    return made.browser.store["state.shop"][name]


def test_sent_with_what_it_depends_on() -> None:
    """A commit sends the changed var and all that is computed from it, chains included (24)."""
    made = shop()
    with made.browser.block() as state:
        state.n = 3
    assert (shown(made, "price"), shown(made, "label")) == (30, "30 EUR")
    made.browser.check()


def test_sent_when_it_was_read_in_the_block() -> None:
    """A computed var that the handler itself read after the change is sent all the same (24)."""
    made = shop()
    with made.browser.block() as state:
        state.n = 3
        assert state.label == "30 EUR"
    assert (shown(made, "price"), shown(made, "label")) == (30, "30 EUR")


def test_run_only_when_needed() -> None:
    """One run a commit, however often its vars changed; none for a change of something else."""
    made = shop()
    with made.browser.block() as state:
        for n in range(2, 9):
            state.n = n
    assert made.runs.count("price") == 1
    with made.browser.block() as state:
        state.other = 1
    assert (state.price, state.price) == (80, 80)
    assert made.runs.count("price") == 1


def test_not_run_for_what_is_not_on_show() -> None:
    """One that the browser is not told of any more runs when it is read, not at each commit."""
    made = shop()
    made.browser.tree.computed.keep_sent({"/state.shop/label"})
    with made.browser.block() as state:
        state.n = 3
    assert [op.path for op in made.browser.sent] == ["/state.shop/n", "/state.shop/label"]
    assert state.inverse == pytest.approx(1 / 3)


def test_tracked_by_run_across_states() -> None:
    """It depends on what its last run read, of whatever state, and on nothing else."""
    made = shop()
    rates = made.browser.state.get_substate(made.Rates)
    with made.browser.block():
        rates.rate = 3
    assert made.runs == []
    with made.browser.block() as state:
        state.use_rate = True
    assert shown(made, "price") == 3
    with made.browser.block():
        rates.rate = 7
    assert shown(made, "label") == "7 EUR"


def test_same_result_sends_nothing() -> None:
    """A new run with the same result sends nothing."""
    made = shop()
    with made.browser.block() as state:
        state.n, state.use_rate = 5, True
    assert [op.path for op in made.browser.sent] == [
        "/state.shop/n",
        "/state.shop/use_rate",
        "/state.shop/inverse",
    ]


def test_raising_keeps_the_value() -> None:
    """One that raises at commit keeps its value and is reported once; the commit stands."""
    made = shop()
    with made.browser.block() as state:
        state.n = 0
    assert shown(made, "n") == 0
    assert shown(made, "inverse") == 1.0 or shown(made, "inverse") == {"$float": "1.0"}
    assert [(where, type(error)) for where, error in made.browser.host.reports] == [
        ("Shop.inverse", ZeroDivisionError)
    ]


def test_recovers_after_raising() -> None:
    """One that raised is run again when what it read changes, and sent."""
    made = shop()
    for n in (0, 4):
        with made.browser.block() as state:
            state.n = n
    assert shown(made, "inverse") == 0.25
    with made.browser.block() as state:
        state.n = 8
    assert shown(made, "inverse") == 0.125


def test_rollback_takes_it_back() -> None:
    """After a rollback a computed var is that of the restored values, and nothing was sent."""
    made = shop()
    with made.browser.undone() as state:
        state.n = 9
        assert state.price == 90
    assert state.price == 10
    with made.browser.block() as state:
        state.other = 2
    assert (shown(made, "price"), shown(made, "label")) == (10, "10 EUR")


def test_backend_stays_on_the_server() -> None:
    """A backend computed var works in Python and is never sent."""
    made = shop()
    with made.browser.block() as state:
        state.n = 5
    assert state.secret == 1005
    assert "secret" not in made.browser.store["state.shop"]
    assert not any("secret" in op.path for op in made.browser.sent)


def test_may_only_read() -> None:
    """A computed var that writes is refused, and nothing is changed."""
    made = shop()
    with made.browser.block() as state:
        state.other = 13
    assert state.n == 1
    assert isinstance(made.browser.host.reports[0][1], ts.ImmutableStateError)


def test_may_not_be_assigned() -> None:
    """Assigning a computed var is an AttributeError inside a block that says why."""
    made = shop()
    with made.browser.block() as state, pytest.raises(AttributeError, match="computed"):
        state.price = 3


@pytest.mark.parametrize(
    "write",
    [
        lambda state: state.all_rows.append({"b": 2}),
        lambda state: state.all_rows[0].update(a=2),
        lambda state: state.recent[0].update(a=2),
    ],
)
def test_no_way_around_the_block(write: Any) -> None:
    """What a computed var returned gives no way to write outside a block (15)."""
    made = shop()
    with contextlib.suppress(ts.ImmutableStateError):
        write(made.browser.state)
    assert made.browser.state.rows == [{"a": 1}]


def test_changes_through_it_are_tracked() -> None:
    """What is changed inside a block through a computed var's value reaches the browser."""
    made = shop()
    with made.browser.block() as state:
        state.recent[0]["a"] = 2
    made.browser.check()
