"""Hypothesis as the source of cases: so many distinct ones from a seed, and what they cover.

Both suites take their cases from here, so one seed gives the same cases to both. Knows nothing of
evaluators.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conformance.cases import GOALS, Case, Choices, Raised, make_case
from tests.conformance.values import DATE_FORMATS, FORMATS
from tests.conformance.vocabulary import ALL
from triostate.state.expr import Op, walk
from triostate.state.lifting import lift
from triostate.state.operations import LAZY, OPERATIONS

__all__ = ["SEED", "Coverage", "generate"]

SEED = int(os.environ.get("TRIOSTATE_SEED") or secrets.randbits(32))
#: Bytes of an example of Hypothesis's, about as large as they may be.
SIZE = 7500
#: No case begins with fewer left: it would go on with zeros.
MIN_LEFT = 150
#: Fewer than an example makes: about 90, of which one in 5 leads nowhere, or not to a page.
CASES_EACH = 50
#: What a try counts for towards a goal, so that one that is hard to meet does not take them all.
TRIED = 0.05


def generate(count: int, is_wanted: Callable[[Case], bool] = lambda case: True) -> list[Case]:
    """Return so many distinct cases of the run's seed, but for those that are not wanted.

    Half of them are made for what came up least until then, so that nothing is left to chance.
    """
    cases: dict[str, Case] = {}
    met = [0.0] * len(GOALS)

    @seed(SEED)
    @settings(
        max_examples=1 + count // CASES_EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # the suites find the smallest wrong part of a case themselves
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    # One draw for all, not a list of them: the parts of a list would be shuffled into further
    # examples, of the same cases.
    @given(st.binary(min_size=SIZE, max_size=SIZE))
    def collect(several: bytes) -> None:
        choices = Choices(several)
        while choices.left >= MIN_LEFT and len(cases) < count:
            at = met.index(min(met)) if len(cases) % 2 else None
            case = make_case(choices, None if at is None else GOALS[at])
            is_new = case and is_wanted(case) and cases.setdefault(case.describe(), case) is case
            if at is not None:
                met[at] += 1 if case and is_new and GOALS[at].is_met(case) else TRIED

    collect()
    assert len(cases) == count, f"TRIOSTATE_SEED={SEED}: {len(cases)} distinct cases only"
    return list(cases.values())


@attrs.define(eq=False)
class Coverage:
    """How often each way to write an operation, each operation and each format came up."""

    kinds: Counter[str] = attrs.field(factory=Counter)
    """Only where Python has a value."""
    operations: Counter[str] = attrs.field(factory=Counter)
    formats: Counter[str] = attrs.field(factory=Counter)
    leaves: Counter[str] = attrs.field(factory=Counter)
    raising: int = 0

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Coverage:
        """Count."""
        coverage = cls()
        for case in cases:
            coverage._add(case)
        return coverage

    def _add(self, case: Case) -> None:
        self.raising += isinstance(case.root.value, Raised)
        for node in case.root.walk():
            if not node.operands:
                self.leaves[node.kind] += 1
            elif not isinstance(node.value, Raised):
                self.kinds[node.kind] += 1
            if node.kind.startswith("format/"):
                self.formats[str(node.operands[1].value)] += 1
        if not isinstance(case.root.built, Raised):
            names = (expr.name for expr in walk(lift(case.root.built)) if isinstance(expr, Op))
            self.operations.update(names)

    def missing(self) -> list[str]:
        """Return what never came up, in words."""
        wanted = {
            "the operation": [name for name in (*OPERATIONS, *LAZY) if not self.operations[name]],
            "as Python does": [
                f"{kind} {way.page}"
                for name, ways in ALL.items()
                for kind, way in ((f"{name}/{i}", way) for i, way in enumerate(ways))
                if not self.kinds[kind] and not way.is_refused
            ],
            "the format": [f for f in (*FORMATS, *DATE_FORMATS) if not self.formats[f]],
            "a leaf that is a": [
                kind for kind in ("var", "local", "constant") if not self.leaves[kind]
            ],
        }
        return [f"{what} {name}" for what, names in wanted.items() for name in names]

    def summary(self) -> str:
        """Return the counts in a few lines."""
        rarest = ", ".join(f"{name} {n}" for name, n in self.operations.most_common()[:-9:-1])
        rarest_kinds = ", ".join(f"{kind} {n}" for kind, n in self.kinds.most_common()[:-9:-1])
        return (
            f"{self.raising} raise; {len(self.operations)} operations, the rarest {rarest}; "
            f"{len(self.kinds)} ways to write them, the rarest {rarest_kinds}; "
            f"{len(self.formats)} formats; leaves: {dict(self.leaves)}"
        )
