"""The plan of a page as a browser reads it: what changes, by which expressions, and what is sent.

Expressions become those of `triostate.state.expr`, so that they are evaluated by the very code that
painted the page first. Knows nothing of HTML.
"""

from __future__ import annotations

from typing import Any

import attrs

from triostate.state.codec import JSON
from triostate.state.expr import Expr, Literal, Local, LocalName, Op, VarRef
from triostate.testing.values import from_wire

__all__ = ["Call", "Each", "Part", "Plan", "Switch", "Trigger", "event_value"]


@attrs.frozen
class Call:
    """One event to send: a binding of the page and the values for its slots."""

    binding: int
    args: tuple[Expr, ...]


@attrs.frozen
class Trigger:
    """What one DOM event of an element sends."""

    extractors: tuple[str, ...]
    """What each event value is: ``value``, ``number``, ``checked``, ``key``, ``mouse``..."""
    calls: tuple[Call, ...]
    stops: bool
    """Whether the elements around do not see the event."""
    prevents: bool = False
    """Whether the browser does not do what it does itself, such as following a link."""
    is_quiet: bool = False
    """Whether nothing shows that what it has started still runs."""
    debounce_seconds: float = 0
    throttle_seconds: float = 0
    key: tuple[str, int] | None = None
    """The only key that it is for, as `triostate.ui.keys` has it."""


@attrs.frozen
class Part:
    """What changes of one element, or of one text."""

    text: Expr | None
    attributes: dict[str, Expr]
    properties: dict[str, Expr]
    style: dict[str, Expr]
    class_: Expr | None
    triggers: dict[str, tuple[Trigger, ...]]


@attrs.frozen
class Switch:
    """A block that shows the branch of the first test that holds, else the last one."""

    tests: tuple[Expr, ...]
    branches: tuple[int | None, ...]
    """Numbers of templates; None shows nothing."""


@attrs.frozen
class Each:
    """A block that shows a template for each item."""

    items: Expr
    item: LocalName
    index: LocalName
    row: int
    key: Expr | None = None


def event_value(index: int) -> LocalName:
    """Return the local under which expressions find the n-th value of an event."""
    while len(_event_values) <= index:
        _event_values.append(LocalName("event value"))
    return _event_values[index]


_event_values: list[LocalName] = []


class Plan:
    """The plan's JSON, with numbers resolved; and as a `Scope` its default values."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._vars = [VarRef(state, name) for state, name, _ in plan["vars"]]
        self._defaults = {VarRef(state, name): default for state, name, default in plan["vars"]}
        self._locals: dict[int, LocalName] = {}
        self.page: str = plan["page"]
        self.parts = tuple(map(self._part, plan["parts"]))
        self.blocks = tuple(map(self._block, plan["blocks"]))

    # As a `Scope`: the default values, which the page was painted with.

    def var(self, ref: VarRef, /) -> Any:
        return from_wire(self._defaults[ref])

    def local(self, local: LocalName, /) -> Any:
        raise LookupError(local)

    # Reading

    def _expr(self, tree: JSON) -> Expr:
        match tree:
            case ["v", int(index)]:
                return self._vars[index]
            case ["l", int(number)]:
                return Local(self._local(number))
            case ["e", int(index)]:
                return Local(event_value(index))
            case ["c", wire]:
                return Literal(from_wire(wire))
            case [str(name), *args]:
                return Op(name, tuple(map(self._expr, args)))
        return Literal(tree)

    def _local(self, number: int) -> LocalName:
        return self._locals.setdefault(number, LocalName(f"local {number}"))

    def _named(self, trees: dict[str, JSON]) -> dict[str, Expr]:
        return {name: self._expr(tree) for name, tree in trees.items()}

    def _part(self, part: dict[str, Any]) -> Part:
        return Part(
            text=self._expr(part["text"]) if "text" in part else None,
            attributes=self._named(part.get("attrs", {})),
            properties=self._named(part.get("props", {})),
            style=self._named(part.get("style", {})),
            class_=self._expr(part["class"]) if "class" in part else None,
            triggers={event: self._triggers(on) for event, on in part.get("on", {}).items()},
        )

    def _triggers(self, on: Any) -> tuple[Trigger, ...]:
        return tuple(map(self._trigger, on if isinstance(on, list) else [on]))

    def _trigger(self, on: dict[str, Any]) -> Trigger:
        calls = (Call(do["b"], tuple(map(self._expr, do["a"]))) for do in on["do"])
        return Trigger(
            tuple(on.get("x", ())),
            tuple(calls),
            bool(on.get("stop")),
            bool(on.get("prevent")),
            bool(on.get("quiet")),
            on.get("debounce", 0) / 1000,
            on.get("throttle", 0) / 1000,
            tuple(on["key"]) if "key" in on else None,
        )

    def _block(self, block: dict[str, Any]) -> Switch | Each:
        if block["kind"] == "switch":
            return Switch(tuple(map(self._expr, block["tests"])), tuple(block["branches"]))
        item, index = self._local(block["item"]), self._local(block["index"])
        key = None if block["key"] is None else self._expr(block["key"])
        return Each(self._expr(block["in"]), item, index, block["row"], key)
