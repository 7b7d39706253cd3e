"""Cases: expressions put together from below, and what Python says of each.

Every operation is done twice as the case grows: on Vars, which builds the expression, and on
plain values, which is the oracle. What is at hand is known at every step, so most operations
meet operands that they are for; some do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from tests.conformance import plain
from tests.conformance.values import DATE_FORMATS, FORMATS, Draw, of_sort, sort_of
from tests.conformance.vocabulary import ALL, Operation, read
from triostate.state.expr import Local, LocalName, VarRef
from triostate.state.lifting import lift
from triostate.state.var import Var

__all__ = [
    "GOALS",
    "ITEM",
    "Case",
    "Choices",
    "Goal",
    "Node",
    "Raised",
    "apply",
    "constant",
    "make_case",
    "smaller_cases",
    "variable",
]

#: The name of the state that the vars of cases are of.
STATE = "case"

#: Operations that look for their second operand, and where.
LOOKUPS = {"contains": list | tuple | set | dict, "get": dict, "index": dict}
#: What the item of a loop is called in a case.
ITEM = "item"
#: Items and characters of a value in a case, and of an expression.
MAX_SIZE = 4000


@attrs.define(eq=False)
class Choices:
    """A draw from bytes: what a generator of bytes varies, then varies the case."""

    data: bytes
    position: int = 0

    @property
    def left(self) -> int:
        """How many bytes there are still; from then on it is zeros."""
        return len(self.data) - self.position

    def __call__(self, count: int) -> int:
        """Return an int from 0 up to ``count``, which is left out."""
        size = 1 if count <= 256 else 4
        start, self.position = self.position, self.position + size
        return int.from_bytes(self.data[start : self.position], "big") % count


@attrs.frozen
class Raised:
    """Instead of a value: Python raises, or the documentation says that we do."""

    error: str


@attrs.frozen(eq=False)
class Node:
    """One step of a case: a var, a constant, or an operation on other steps."""

    kind: str
    """``var``, ``local`` for the item of a loop, ``constant``, or an operation, as ``add/2``."""
    text: str
    """Of a var or an item its name, of a constant its source text."""
    operands: tuple[Node, ...]
    built: Any
    """A Var, or a plain value of constants alone; `Raised` if Python cannot even build it."""
    value: Any
    """What Python says, or `Raised`."""
    is_loose: bool = False
    """Whether a float power had a say in it, which may be off by a unit in the last place."""

    def walk(self) -> Iterator[Node]:
        """Yield the steps that lead here, this one first."""
        yield self
        for operand in self.operands:
            yield from operand.walk()

    def source(self, of_page: bool) -> str:
        """Return what a page says, or what it means."""
        if not self.operands:
            return self.text
        operation = operation_of(self.kind)
        template = operation.page if of_page else operation.python
        return template.format(*(node.source(of_page) for node in self.operands))


@attrs.frozen(eq=False)
class Case:
    """One expression, its vars and its result."""

    vars: dict[str, tuple[str, str]]
    """By name the source text of what the var holds, and of what is seen of it."""
    root: Node

    @property
    def item(self) -> LocalName | None:
        """The item of a loop in it: there is one at most."""
        found = (node.built.expr for node in self.root.walk() if node.kind == "local")
        return next((expr.local for expr in found if isinstance(expr, Local)), None)

    def describe(self) -> str:
        """Return the case as it would be written."""
        used = {node.text for node in self.root.walk() if node.kind in ("var", "local")}
        lines = [f"{name} = {text}" for name, (text, _) in self.vars.items() if name in used]
        return "\n".join(
            [*lines, f"page:   {self.root.source(True)}", f"Python: {self.root.source(False)}"]
        )


def operation_of(kind: str) -> Operation:
    """Return the operation of a node's kind."""
    name, _, position = kind.rpartition("/")
    return ALL[name][int(position)]


#: Those that have the most to get wrong come up more often.
_NAMES = (
    *ALL,
    *("format", "format", "floordiv", "mod", "pow", "round", "index", "str", "repr", "int"),
    *("contains", "attr", "attr", "attr"),
)
_KINDS = tuple(f"{name}/{position}" for name, ways in ALL.items() for position in range(len(ways)))


@attrs.frozen
class Goal:
    """What the last step of a case has to be."""

    kind: str
    spec: str | None = None
    """Of a format, which one."""

    def is_met(self, case: Case) -> bool:
        """Tell whether a case is one: with a value, but a format may be one that nothing takes."""
        node = case.root
        if node.kind != self.kind:
            return False
        if self.spec is None:
            return not isinstance(node.value, Raised)
        return self.spec == str(node.operands[1].value)


def _ways_to_format(sorts: str, specs: Iterable[str]) -> list[Goal]:
    ways = [f"format/{i}" for i, way in enumerate(ALL["format"]) if " ".join(way.sorts) == sorts]
    return [Goal(ways[0], spec) for spec in specs]


#: All ways to do all operations that have a value, and all formats.
GOALS = (
    *(Goal(f"{name}/{i}") for name in ALL for i, way in enumerate(ALL[name]) if not way.is_refused),
    *_ways_to_format("n f", FORMATS),
    *_ways_to_format("T F", DATE_FORMATS),
)


def _attempt(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except plain.UnknownError:
        raise
    except Exception as error:  # noqa: BLE001 - that Python raises is the answer, whatever it is
        return Raised(type(error).__name__)


def _demand(node: Node) -> Callable[[], Any]:
    def value() -> Any:
        if isinstance(node.value, Raised):
            raise plain.RefusedError(node.value.error)
        return node.value

    return value


def _value(operation: Operation, operands: tuple[Node, ...]) -> Any:
    if operation.is_lazy:
        found = _attempt(operation.in_python, *map(_demand, operands))
    else:
        raised = next((n.value for n in operands if isinstance(n.value, Raised)), None)
        if raised is not None:
            return raised
        found = _attempt(operation.in_python, *(node.value for node in operands))
    return found if isinstance(found, Raised) else _attempt(plain.checked, found)


def _build(operation: Operation, operands: tuple[Node, ...]) -> Any:
    built = operation.on_vars(*(node.built for node in operands))
    lift(built)  # what is no expression is found out here: `number.items`, a method
    return built


def apply(kind: str, operands: tuple[Node, ...]) -> Node:
    """Do an operation on both sides; raises `plain.UnknownError` for what is left open."""
    operation = operation_of(kind)
    raised = next((n.built for n in operands if isinstance(n.built, Raised)), None)
    built = raised or _attempt(_build, operation, operands)
    value = _value(operation, operands)
    is_power = operation.name == "pow" and type(value) is float
    return Node(
        kind, "", operands, built, value, is_power or any(node.is_loose for node in operands)
    )


def constant(text: str) -> Node:
    """Return the constant of a source text."""
    value = read(text)
    return Node("constant", text, (), value, value)


def variable(kind: str, name: str, seen: str) -> Node:
    """Return a var or an item; ``seen`` is the text of what is seen of its value."""
    expr = VarRef(STATE, name) if kind == "var" else Local(LocalName(name))
    return Node(kind, name, (), Var(expr), read(seen))


def make_case(draw: Draw, goal: Goal | None = None) -> Case | None:
    """Make a case, None if it leads where the documentation leaves the answer open.

    With a goal the last step is tried to be that; operands that it does not take may come up.
    """
    vars_: dict[str, tuple[str, str]] = {}
    steps: list[Node] = []

    def new_var(sort: str) -> Node:
        source = of_sort(draw, sort)
        kind = "local" if draw(8) == 0 and ITEM not in vars_ else "var"
        name = ITEM if kind == "local" else f"v{len(vars_)}"
        vars_[name] = (source.var, source.seen)
        return variable(kind, name, source.seen)

    try:
        for left in reversed(range(1 + draw(5))):
            steps.append(_next_step(draw, steps, new_var, None if left else goal))
            if _size(steps[-1].value) > MAX_SIZE:
                return None
    except plain.UnknownError:
        return None
    return Case(vars_, steps[-1])


def _size(value: Any) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in plain.inside(value))


def _next_step(
    draw: Draw, steps: list[Node], new_var: Callable[[str], Node], goal: Goal | None
) -> Node:
    kind = goal.kind if goal else _next_kind(draw)
    operation = operation_of(kind)
    operands = [_operand(draw, sort, steps, new_var) for sort in operation.sorts]
    if goal and goal.spec is not None:
        operands[1] = constant(repr(goal.spec))
    everywhere = operation.name in ("str", "repr", "format", "cond", "match")
    for i, sort in enumerate(operation.sorts):
        must = (i == 0 and operation.needs_var) or (everywhere and sort not in "fF")
        if must and not isinstance(operands[i].built, Var | Raised):
            operands[i] = new_var(sort[draw(len(sort))])
    if not any(isinstance(node.built, Var | Raised) for node in operands):
        operands[0] = new_var(operation.sorts[0][draw(len(operation.sorts[0]))])
    container = operands[0]
    is_lookup = isinstance(container.value, LOOKUPS.get(operation.name, ()))
    if is_lookup and isinstance(container.built, Var) and draw(2):
        operands[1] = _found_in(draw, container.value) or operands[1]
    return apply(kind, tuple(operands))


def _found_in(draw: Draw, container: Iterable[Any]) -> Node | None:
    """Return something that is in there: by chance it would seldom be."""
    texts = sorted(map(repr, container))  # in an order that a set has in every process
    return constant(texts[draw(len(texts))]) if texts else None


def _next_kind(draw: Draw) -> str:
    """Return a way to do any operation, or any way of all operations, however many it has."""
    if draw(2):
        return _KINDS[draw(len(_KINDS))]
    name = _NAMES[draw(len(_NAMES))]
    return f"{name}/{draw(len(ALL[name]))}"


def _operand(draw: Draw, sort: str, steps: list[Node], new_var: Callable[[str], Node]) -> Node:
    choice = draw(20)
    if choice == 0:  # ill-typed, most likely
        return new_var("*")
    if steps and choice < 14:
        fitting = [
            step
            for step in steps[-3:]  # the last ones, so that cases grow deep
            if isinstance(step.value, Raised) or set(sort) & set(sort_of(step.value))
        ]
        if fitting:
            return fitting[draw(len(fitting))]
    one = sort[draw(len(sort))]
    if choice < 17 or one in "fF":
        return constant(of_sort(draw, one).seen)
    return new_var(one)


def smaller_cases(case: Case) -> list[Case]:
    """Return what the case is made of, the smallest first, itself last."""
    found = [Case(case.vars, node) for node in case.root.walk() if node.operands]
    return sorted(found, key=lambda part: len(list(part.root.walk())))
