"""Several sessions under random changes, against plain Python.

The invariant: at every moment the values of each session are what the same operations make of plain
objects, sharing included; a snapshot shows what was committed last; after a commit each browser's
copy equals the model in wire form (types and the order of keys included), however late its frames
arrive; after a rollback everything is as it was.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

import triostate as ts
from tests.properties.acts import ACTS, Arguments, acts_for
from tests.properties.desk import Desk
from tests.properties.values import GIVEN, KEYS, LEAVES, MEMBERS, Point, Row, parts, reaches
from triostate.testing import isolated

with isolated():

    class Main(ts.State):
        """Vars of each kind, and what is computed from them."""

        rows: Any = [{"n": 1}, [2], "x", [3]]
        table: Any = {"a": [1], "b": {"c": 2}, "d": 3}
        names: Any = {"x", 1}
        pair: Any = ([1], {"k": 2})
        point: Any = Point(1, [2])
        text: Any = ""
        _hidden: Any = [[1], {"h": 2}]

        @ts.var
        def size(self) -> Any:
            """Read the top of a container."""
            return len(self.rows) if isinstance(self.rows, list | dict) else -1

        @ts.var
        def tail(self) -> Any:
            """Return part of a container."""
            return self.rows[-2:] if isinstance(self.rows, list) else []

        @ts.var
        def inside(self) -> Any:
            """Read deep inside."""
            return count_leaves(self.table)

        @ts.var
        def across(self) -> Any:
            """Read another state, and a backend var."""
            other = self.get_substate("other")
            return [other.items, count_leaves(self._hidden)]

    class Other(ts.State):
        """Another state of the same session."""

        items: Any = []
        odd: Any = {1: [1], "1": 2, None: {}}
        special: Any = [
            Counter("aab"),
            OrderedDict(b=1, a=[2]),
            defaultdict(list, {"a": [1]}),
            Row("name", {"k": [1]}),
        ]


def count_leaves(value: Any) -> int:
    """Return how many leaves a value has, reading all of it as a handler would."""
    inside = [item for _, item in parts(value)]
    return sum(map(count_leaves, inside)) if inside else 1


CLASSES = (Main, Other)
#: Bigger than this a var is emptied: the steps are to be many, not slow.
MAX_TEXT = 3_000
MAX_DEPTH = 15
RULES = (
    *("change", "assign", "refused", "keep", "write outside", "commit"),
    *("rollback", "snapshot", "attach", "pump"),
)

WHICH = st.integers(0, 1)
SOME = st.integers(0, 200)
CHANGE: dict[str, Any] = {
    "which": WHICH,
    "where": SOME,
    "what": SOME,
    "given": GIVEN,
    "leaf": LEAVES,
    "key": KEYS,
    "member": MEMBERS,
    "at": st.integers(0, 30),
    "to": st.integers(0, 30),
}


class Sessions(RuleBasedStateMachine):
    """Two sessions of one app, each with a state, a model and two browsers."""

    steps: ClassVar[int] = 0
    """How often a rule had something to do."""
    done: ClassVar[Counter[str]] = Counter()
    """How often each rule and each act went through."""

    def __init__(self) -> None:
        super().__init__()
        self.desks = [Desk(CLASSES) for _ in range(2)]
        self.turn = 0

    def teardown(self) -> None:
        for desk in self.desks:
            desk.close()

    def count(self, what: str) -> None:
        Sessions.steps += 1
        Sessions.done[what] += 1

    def check(self, *desks: Desk) -> None:
        """Check the sessions named, or all."""
        for desk in desks or self.desks:
            desk.check_values()

    # Rules are chosen alike: so there is one for each kind, and two for those that are usual.

    @rule(**CHANGE)
    def change_list(self, **how: Any) -> None:
        """Change some list."""
        self.change(list, **how)

    @rule(**CHANGE)
    def change_some_list(self, **how: Any) -> None:
        """Change some list."""
        self.change(list, **how)

    @rule(**CHANGE)
    def change_dict(self, **how: Any) -> None:
        """Change some dict."""
        self.change(dict, **how)

    @rule(**CHANGE)
    def change_some_dict(self, **how: Any) -> None:
        """Change some dict."""
        self.change(dict, **how)

    @rule(**CHANGE)
    def change_subclass(self, **how: Any) -> None:
        """Change some dict that can do more."""
        self.change((Counter, OrderedDict, defaultdict), **how)

    @rule(**CHANGE)
    def change_set(self, **how: Any) -> None:
        """Change some set."""
        self.change(set, **how)

    @rule(**CHANGE)
    def change_instance(self, **how: Any) -> None:
        """Change some instance."""
        self.change((Point, Row), **how)

    def change(
        self, kind: Any, which: int, where: int, what: int, given: Any, leaf: Any, **rest: Any
    ) -> None:
        """Do something to some container of the state, or to one that was kept."""
        desk = self.desks[which]
        paths = desk.paths(kind)
        if not paths:
            return
        desk.open()
        path = paths[where % len(paths)]
        target = desk.find(path, model=True)
        acts = acts_for(target)
        # Chosen numbers come in runs of the same, which would leave some acts out.
        self.turn += 1
        act = acts[(what + self.turn) % len(acts)]
        self.count("change")
        memo: dict[str, Any] = {}
        mine = Arguments(desk.make(given, model=False), leaf, **rest, is_model=False, memo=memo)
        model = Arguments(desk.make(given, model=True), leaf, **rest, is_model=True, memo=memo)
        if act.stores and not self.may_store(desk, target, model.value, path):
            return
        if self.both(
            lambda: act.do(desk.find(path, model=False), mine),
            lambda: act.do(target, model),
        ):
            self.done[act.name] += 1
            desk.is_filled |= act.name.startswith("fill")
        self.trim(desk)
        self.check(desk)

    def both(self, mine: Any, model: Any) -> bool:
        """Do a thing to the state and to the model; either both raise the same, or neither.

        Return whether it went through.
        """
        raised = None
        try:
            mine()
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raised = error
        if raised is None:
            model()
        else:
            with pytest.raises(type(raised)):
                model()
        return raised is None

    def may_store(self, desk: Desk, target: Any, value: Any, path: tuple[Any, ...]) -> bool:
        """Whether the model takes it; a cycle is refused by the state, with nothing changed."""
        if len(path) + depth_of(value) > MAX_DEPTH:
            return False
        return not reaches(value, target)

    def trim(self, desk: Desk) -> None:
        for number, name in desk.fields:
            if len(repr(getattr(desk.model[number], name))) > MAX_TEXT:
                setattr(desk.model[number], name, [])
                setattr(desk.states[number], name, [])

    @rule(which=WHICH, to=st.integers(0, 20), given=GIVEN)
    def assign(self, which: int, to: int, given: Any) -> None:
        """Assign a var, perhaps what another var has."""
        desk = self.desks[which]
        desk.open()
        number, name = desk.fields[to % len(desk.fields)]
        mine, model = desk.make(given, model=False), desk.make(given, model=True)
        if depth_of(model) > MAX_DEPTH:
            return
        self.count("assign")
        setattr(desk.states[number], name, mine)
        setattr(desk.model[number], name, model)
        self.trim(desk)
        self.check(desk)

    @rule(which=WHICH, to=st.integers(0, 20), where=SOME)
    def refused(self, which: int, to: int, where: int) -> None:
        """What cannot be sent is refused where it is assigned; so is a cycle."""
        desk = self.desks[which]
        desk.open()
        self.count("refused")
        number, name = desk.fields[to % len(desk.fields)]
        before = shape_of(desk)
        if not name.startswith("_"):
            with pytest.raises(ts.UnsendableValueError):
                setattr(desk.states[number], name, [1, object()])
        value = getattr(desk.model[number], name)
        if isinstance(value, list):
            inner = [path for path in desk.paths() if path[0] == to % len(desk.fields)]
            target = desk.find(inner[where % len(inner)], model=False)
            # A cycle by way of what is known from the commit on is refused by that.
            if isinstance(target, list) and not desk.is_filled:
                with pytest.raises(ValueError, match="inside itself"):
                    target.append([getattr(desk.states[number], name)])
        assert shape_of(desk) == before
        self.check(desk)

    @rule(which=WHICH, where=SOME)
    def keep(self, which: int, where: int) -> None:
        """Keep a reference to a container; it may well be taken out of the state later."""
        desk = self.desks[which]
        paths = desk.paths()
        if len(desk.kept) < 4 and paths:
            self.count("keep")
            path = paths[where % len(paths)]
            desk.kept.append(desk.find(path, model=False))
            desk.kept_model.append(desk.find(path, model=True))
            self.check(desk)

    @rule(which=WHICH, where=SOME, what=SOME, given=GIVEN)
    def write_outside(self, which: int, where: int, what: int, given: Any) -> None:
        """Outside a block nothing can be changed."""
        desk = self.desks[which]
        paths = desk.paths()
        if desk.tree.open is not None or not paths:
            return
        self.count("write outside")
        path = paths[where % len(paths)]
        acts = acts_for(desk.find(path, model=True))
        value = desk.make(given, model=False)
        mine = Arguments(value, 1, "a", 1, what, what, is_model=False, memo={})
        before = shape_of(desk)
        with suppress(ts.ImmutableStateError, LookupError, ValueError, TypeError):
            acts[what % len(acts)].do(desk.find(path, model=False), mine)
        assert shape_of(desk) == before
        assert not desk.tree.is_changed

    @rule(which=WHICH, ends=st.booleans())
    def commit(self, which: int, ends: bool) -> None:
        """Commit, and go on with the block or leave it."""
        desk = self.desks[which]
        self.count("commit")
        desk.open()
        desk.commit()
        if ends:
            desk.close()
        self.check()

    @rule(which=WHICH)
    def rollback(self, which: int) -> None:
        """Leave a block by an exception."""
        desk = self.desks[which]
        if desk.tree.open is None:
            return
        self.count("rollback")
        desk.tree.rollback()
        desk.close()
        desk.restore()
        self.check()
        desk.check_snapshot()

    @rule(which=WHICH)
    def snapshot(self, which: int) -> None:
        """Look at the committed state, whatever block is open."""
        self.count("snapshot")
        self.desks[which].check_snapshot()

    @rule(which=WHICH)
    def attach(self, which: int) -> None:
        """A tab attaches or reloads, whatever block is open."""
        self.count("attach")
        self.desks[which].attach()

    @rule(which=WHICH)
    def pump(self, which: int) -> None:
        """The tab reads what has come together for it."""
        self.count("pump")
        self.desks[which].pump()


def shape_of(desk: Desk) -> str:
    """Return all there is to say of a desk's stored values."""
    return repr([repr(value) for value in desk.roots(desk.states, desk.kept)])


def depth_of(value: Any) -> int:
    """Return how deep a value is nested."""
    return 1 + max((depth_of(item) for _, item in parts(value)), default=0)


def run(examples: int, number: int) -> None:
    """Run the machine; all that is random comes from the number."""
    Sessions.steps, Sessions.done = 0, Counter()
    try:
        run_state_machine_as_test(
            seed(number)(Sessions),
            settings=settings(
                max_examples=examples,
                stateful_step_count=80,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            ),
        )
    except BaseException as error:
        # Below it Hypothesis has put the shortest program that it found to do the same.
        error.add_note(f"The whole run again: run({examples}, {number})")
        raise


def check_happened(steps: int) -> None:
    """Demand so many steps, and that each act and rule has gone through among them."""
    assert Sessions.steps >= steps
    assert not {*RULES, *(act.name for act in ACTS)} - set(Sessions.done)


def test_sessions() -> None:
    """Sessions and their browsers are what plain Python says, 5,000 steps (24, 31, 34, 36)."""
    run(110, 1)
    check_happened(5_000)


@pytest.mark.slow
def test_sessions_for_long() -> None:
    """They are so over 100,000 steps (24, 31, 34, 36)."""
    run(1_900, 2)
    check_happened(100_000)
