"""The component tree: immutable nodes, and what may stand as a child.

A page function returns one of these. Everything dynamic is an expression already; constants are
`Literal`. Nodes compare by identity, because an expression's ``==`` has no truth. Knows nothing of
which components there are, nor of HTML.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, TypeAlias

import attrs

from ..errors import PageError
from ..protocol.effects import Effect
from ..state.expr import EventValue, Expr, Literal, Local, LocalName, VarRef, evaluate, walk
from ..state.handlers import EventHandler, EventSpec
from ..state.lifting import lift
from ..state.state import State
from ..state.var import Var
from .conditions import Condition
from .sheet import Styles
from .triggers import Trigger
from .values import is_var, items_of

__all__ = [
    "Child",
    "Component",
    "Each",
    "Element",
    "Fragment",
    "Script",
    "Switch",
    "Text",
    "as_expr",
    "as_nodes",
    "is_constant",
]


@attrs.frozen(eq=False)
class Component:
    """A node of a page. Made by the component functions, never by hand."""


@attrs.frozen(eq=False)
class Text(Component):
    """Text; None shows nothing."""

    value: Expr


@attrs.frozen(eq=False)
class Fragment(Component):
    """Several nodes without an element around them."""

    children: tuple[Component, ...] = ()


@attrs.frozen(eq=False)
class Switch(Component):
    """The branch of the first test that is true, else the last branch."""

    tests: tuple[Expr, ...]
    branches: tuple[Component, ...]
    """One more than tests."""


@attrs.frozen(eq=False)
class Each(Component):
    """One row for each item."""

    items: Expr
    item: LocalName
    index: LocalName
    key: Expr | None
    row: Component


@attrs.frozen(eq=False)
class Script(Component):
    """A module script that the page loads before the runtime; shows nothing."""

    src: str
    """Its address, or the name of one of the framework's own."""
    name: str | None = None
    """What `call_script` calls it."""


@attrs.frozen(eq=False)
class Element(Component):
    """An HTML element."""

    name: str
    """The component's name, for error texts."""
    tag: str
    attributes: Mapping[str, Expr] = attrs.field(factory=dict[str, Expr])
    properties: Mapping[str, Expr] = attrs.field(factory=dict[str, Expr])
    """What the user changes in the browser or HTML says by presence: value, checked, disabled."""
    style: Mapping[str, Expr] = attrs.field(factory=dict[str, Expr])
    """CSS property to its value, in the order given: a later one may refine a shorthand."""
    rules: Styles = attrs.field(factory=dict[Condition, dict[str, str]])
    """What holds in some states or on some screens. A var in it is a CSS variable of ``style``."""
    classes: tuple[str, ...] = ()
    class_expr: Expr | None = None
    triggers: tuple[Trigger, ...] = ()
    shows_busy: bool = True
    """Whether the browser marks it while a handler runs that it has started."""
    children: tuple[Component, ...] = ()
    place: str = ""
    """``file:line`` of the user's call that made it, for errors found later; empty if unknown."""

    @property
    def is_custom(self) -> bool:
        """Whether a script of the user's makes it what it is."""
        return "-" in self.tag


#: What may stand between a component's parentheses. A tuple or list is flattened, None is skipped.
Child: TypeAlias = "Component | Var[Any] | str | int | float | Sequence[Child] | None"


def is_constant(expr: Expr) -> bool:
    """Whether the expression has the same value for everyone, always."""
    return not any(isinstance(node, VarRef | Local | EventValue) for node in walk(expr))


class _NoScope:
    def var(self, ref: VarRef, /) -> Any:
        raise LookupError(ref)

    def local(self, local: LocalName, /) -> Any:
        raise LookupError(local)


def as_expr(value: object) -> Expr:
    """Return the expression of a value or Var; one that holds no var becomes its value."""
    expr = lift(value)
    if not isinstance(expr, Literal) and is_constant(expr):
        return Literal(evaluate(expr, _NoScope()))
    return expr


def as_nodes(children: Iterable[object], parent: str) -> tuple[Component, ...]:
    """Return the nodes of what a user passed as children of the component named ``parent``."""
    nodes: list[Component] = []
    for child in children:
        _add(nodes, child, parent)
    return tuple(nodes)


def _add(nodes: list[Component], child: object, parent: str) -> None:
    if child is None:
        return
    if isinstance(child, Component):
        nodes.append(child)
    elif isinstance(child, str | int | float) or is_var(child):
        nodes.append(Text(as_expr(child)))
    elif (items := items_of(child)) is not None:
        for item in items:
            _add(nodes, item, parent)
    else:
        raise PageError(_refusal(child, parent))


def _refusal(child: object, parent: str) -> str:
    kind = type(child).__name__
    name = getattr(child, "__name__", kind)
    if isinstance(child, EventHandler | EventSpec | Effect):
        remedy = "an event goes to a trigger, such as on_click="
    elif isinstance(child, dict | set | frozenset):
        remedy = "write ts.foreach(items, render), or str(...) to show it as text"
    elif isinstance(child, State) or (isinstance(child, type) and issubclass(child, State)):
        owner = child.__name__ if isinstance(child, type) else kind
        remedy = f"show one of its vars: {owner}.name_of_a_var"
        kind = f"State ({owner})"
    elif inspect.iscoroutine(child):
        child.close()
        remedy = "it comes of an async function: what a page shows is made without await"
    elif inspect.isgenerator(child) or isinstance(child, map | filter | zip | range):
        remedy = "make it a list: [*...]; for the items of a var write ts.foreach(items, render)"
    elif isinstance(child, bytes):
        remedy = "decode it: ....decode()"
    elif inspect.ismodule(child):
        kind = f"module ({name})"
        remedy = "components of parts have a root, such as ts.tabs.root(...)"
    elif callable(child):
        remedy = f"call it: {name}()"
    elif is_dataclass(child) or attrs.has(type(child)):
        remedy = "show one of its fields, or str(...) of it"
    else:
        remedy = "children are components, text, numbers, vars, and lists of these"
    return f"{parent}: a child of type {kind} cannot be shown; {remedy}"
