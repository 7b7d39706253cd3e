"""What handlers hand back, read as calls: handlers to run and effects to send, in order."""

from __future__ import annotations

from typing import Any

import attrs

from triostate.protocol.effects import Effect, OpenEffect
from triostate.runtime.submissions import Submission
from triostate.state.actions import NO_ACTIONS
from triostate.state.background import BackgroundHandle
from triostate.state.expr import LocalName, VarRef, evaluate
from triostate.state.handlers import EventHandler, EventSpec
from triostate.state.tree import StateTree
from triostate.state.var import Var

__all__ = ["Call", "Chain", "read_calls"]


@attrs.frozen
class Call:
    """One handler to run, with its arguments."""

    handler: EventHandler[...]
    args: tuple[Any, ...] = ()
    submission: Submission | None = None
    """The form's event that it goes back to, which shows what it says of the entries."""


#: Calls and effects of which each starts when the one before it is through.
Chain = tuple[Call | Effect, ...]


def read_calls(value: object, tree: StateTree, submission: Submission | None = None) -> Chain:
    """Return what a handler returned or yielded as a chain; None is an empty one.

    ``submission`` is that of the handler.

    Raises TypeError naming the value if some part of it is no event.
    """
    match value:
        case None:
            return ()
        case OpenEffect():
            return (value.fill([_value(arg, tree) for arg in value.given]),)
        case Effect():
            return (value,)
        case EventHandler() | EventSpec() if value.actions != NO_ACTIONS:
            raise TypeError(
                f"{value.actions} is for what a page binds: the browser does it; "
                "return or yield the handler without it"
            )
        case EventHandler():
            return (Call(value, (), submission),)
        case BackgroundHandle():
            return (Call(value.handler, (), submission),)
        case EventSpec(handler, args):
            return (Call(handler, tuple(_value(arg, tree) for arg in args), submission),)
        case list() | tuple():
            return tuple(call for part in value for call in read_calls(part, tree, submission))
    raise TypeError(
        f"a handler may return or yield handlers, Handler(args), effects, lists of these or None, "
        f"not {type(value).__name__}: {_short(value)}"
    )


def _value(arg: object, tree: StateTree) -> Any:
    return evaluate(arg.expr, _TreeScope(tree)) if isinstance(arg, Var) else arg


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class _TreeScope:
    """Var values of one session, for arguments that are expressions."""

    def __init__(self, tree: StateTree) -> None:
        self._tree = tree

    def var(self, ref: VarRef, /) -> Any:
        for cls, instance in self._tree.instances.items():
            if cls.get_full_name() == ref.state:
                value = instance
                for name in ref.name.split("."):
                    value = getattr(value, name)
                return value
        raise LookupError(f"{ref.state!r} is no state of this session")

    def local(self, local: LocalName, /) -> Any:
        raise LookupError(f"{local.hint!r} belongs to a foreach of the page")
