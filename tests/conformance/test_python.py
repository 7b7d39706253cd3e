"""The evaluator in Python against Python itself: 20,000 generated expressions in each run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.conformance.cases import Case, Raised, smaller_cases
from tests.conformance.compare import same_wire
from tests.conformance.generation import SEED, Coverage, generate
from tests.conformance.vocabulary import read
from triostate.state.expr import LocalName, VarRef, evaluate
from triostate.state.lifting import lift
from triostate.state.operations import OPERATIONS

CASES = 20_000


class Scope:
    """The vars of a case, and its loop's item."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.values: dict[str, Any] = {}

    def var(self, ref: VarRef, /) -> Any:
        return self.named(ref.name)

    def local(self, local: LocalName, /) -> Any:
        return self.named(local.hint)

    def named(self, name: str) -> Any:
        if name not in self.values:
            self.values[name] = read(self.case.vars[name][0])
        return self.values[name]


def found(case: Case) -> Any:
    """Return what the evaluator says."""
    if isinstance(case.root.built, Raised):
        return case.root.built
    try:
        return evaluate(lift(case.root.built), Scope(case))
    except Exception as error:  # noqa: BLE001 - that it raises is what is compared
        return Raised(f"{type(error).__name__}: {error}")


def complaint(case: Case) -> str | None:
    """Return what is wrong about the smallest part of a case that has something wrong."""
    if same_wire(found(case), case.root.value):
        return None
    for part in smaller_cases(case):
        answer = found(part)
        if not same_wire(answer, part.root.value):
            return f"{part.describe()}\nfound:  {answer!r}\nwanted: {part.root.value!r}"
    raise AssertionError("a case without operations")


def first_complaint(cases: Iterable[Case]) -> str | None:
    """Return what is wrong about the first case that has something wrong."""
    return next(filter(None, map(complaint, cases)), None)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Give the cases of this run."""
    return generate(CASES)


def test_python_evaluator(cases: list[Case]) -> None:
    """Value and type of an expression are Python's, and it raises where Python does."""
    problem = first_complaint(cases)
    if problem:
        pytest.fail(
            f"{problem}\nagain: TRIOSTATE_SEED={SEED} pytest tests/conformance/test_python.py",
            pytrace=False,
        )


def test_cases_cover_everything(
    cases: list[Case], record_testsuite_property: Callable[[str, object], None]
) -> None:
    """Each operation of the table comes up, in each way to write it, with a result; each format."""
    coverage = Coverage.of(cases)
    record_testsuite_property("python conformance coverage", coverage.summary())
    assert coverage.missing() == [], f"TRIOSTATE_SEED={SEED}"
    assert coverage.raising < CASES / 2, f"TRIOSTATE_SEED={SEED}"


def _half_up(value: Any, places: int = 0) -> Any:
    return math.floor(value * 10**places + 0.5) / 10**places


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("floordiv", lambda a, b: int(a / b)),
        ("mod", math.fmod),
        ("round", _half_up),
        ("eq", lambda a, b: type(a) is type(b) and a == b),
        ("str", lambda value: "true" if value is True else str(value)),
        ("len", lambda value: len(str(value).encode("utf-16-le")) // 2),
        ("index", lambda value, key: value[abs(key)] if isinstance(key, int) else value[key]),
        ("contains", lambda value, item: any(one is item for one in value)),
        ("get", lambda value, key, default=None: value.get(key) or default),
        ("split", lambda value, by=None, most=-1: value.split(by or " ", most)),
        ("format", lambda value, spec: format(value, spec.replace("=", ">"))),
    ],
)
def test_wrong_operations_are_noticed(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch, name: str, wrong: Callable[..., Any]
) -> None:
    """The suite fails for an operation that is wrong in a single respect."""
    monkeypatch.setitem(OPERATIONS, name, wrong)
    assert first_complaint(cases), f"TRIOSTATE_SEED={SEED}"
