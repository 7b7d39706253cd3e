"""The evaluator in the browser against Python itself: 5,000 generated expressions in each run.

The generator, the oracle and the seed are those of `tests/conformance/test_python.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Served
from tests.conformance.cases import Case, Raised, apply, constant, smaller_cases, variable
from tests.conformance.compare import is_near, same_wire, wire_text
from tests.conformance.generation import SEED, Coverage, generate
from tests.conformance.shipped import Answer, ShippedEvaluator, can_ask
from triostate.state.codec import encode_value

APP = "tests.browser.apps.expressions:app"
CASES = 5_000

# The document that the cases are put into is one that says that there is no such page.
pytestmark = pytest.mark.expect_page_errors("404")


def agrees(case: Case, answer: Answer) -> bool:
    """Tell whether the browser says what Python says, type included."""
    wanted = case.root.value
    if answer.crash or answer.raised or isinstance(wanted, Raised):
        return not answer.crash and same_wire(answer.raised, wanted)
    return wire_text(answer.wire) == wire_text(encode_value(wanted))


def is_near_power(case: Case, answer: Answer) -> bool:
    """Tell whether it is a float power, one unit in the last place off: that is allowed."""
    value = case.root.value
    is_power = case.root.kind.startswith("pow/") and isinstance(value, float)
    return is_power and not answer.crash and not answer.raised and is_near(answer.wire, value)


def complaints(evaluator: ShippedEvaluator, cases: Sequence[Case]) -> list[str]:
    """Return what is wrong, each about the smallest part of a case that has something wrong."""
    answers = zip(cases, evaluator.ask(cases), strict=True)
    wrong = [case for case, answer in answers if not agrees(case, answer)]
    parts = [[part for part in smaller_cases(case) if can_ask(part)] for case in wrong]
    answered = iter(evaluator.ask([part for several in parts for part in several]))
    found = []
    for several in parts:
        pairs = [(part, next(answered)) for part in several]
        part, answer = next(pair for pair in pairs if not agrees(*pair))
        if not is_near_power(part, answer):
            found.append(f"{part.describe()}\nfound:  {answer}\nwanted: {part.root.value!r}")
    return found


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Give the cases of this run."""
    return generate(CASES, can_ask)


def test_browser_evaluator(served: Served, page: Page, cases: list[Case]) -> None:
    """Value and type of an expression are Python's, and it raises where Python does."""
    found = complaints(ShippedEvaluator(page, served(APP)), cases)
    if found:
        again = f"again: TRIOSTATE_SEED={SEED} pytest tests/browser/test_conformance.py"
        pytest.fail("\n\n".join([*found[:20], f"{len(found)} in all", again]), pytrace=False)


def test_cases_cover_everything(
    cases: list[Case], record_testsuite_property: Callable[[str, object], None]
) -> None:
    """Each operation of the table comes up, in each way to write it, with a result; each format."""
    coverage = Coverage.of(cases)
    record_testsuite_property("browser conformance coverage", coverage.summary())
    assert coverage.missing() == [], f"TRIOSTATE_SEED={SEED}"


def test_wrong_runtime_is_noticed(served: Served, page: Page) -> None:
    """It is the served file that is asked: one where floors are cut towards zero fails."""

    def cut(route: Route) -> None:
        text = route.fetch().text()
        assert "Math.floor(" in text
        route.fulfill(
            body=text.replace("Math.floor(", "Math.trunc("), content_type="text/javascript"
        )

    page.route("**/runtime.js", cut)
    floors = apply("floordiv/0", (variable("var", "v0", "-7"), constant("2")))
    case = Case({"v0": ("-7", "-7")}, floors)
    (complaint,) = complaints(ShippedEvaluator(page, served(APP)), [case])
    assert "wire=-3" in complaint
    assert "wanted: -4" in complaint
