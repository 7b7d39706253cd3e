"""The values of vars before any session: what a page's first paint shows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, get_origin

from triostate.state.annotations import function_hints
from triostate.state.background import TASK_VARS
from triostate.state.copies import plain
from triostate.state.expr import VarRef
from triostate.state.state import State, instance_of
from triostate.state.tree import StateTree

__all__ = ["default_values"]

logger = logging.getLogger("triostate")

_EMPTY: dict[Any, Any] = {int: 0, float: 0.0, str: "", bool: False, list: [], dict: {}, set: set()}


def default_values(states: Iterable[type[State]]) -> Callable[[VarRef], Any]:
    """Return a function from a var to its default value.

    A computed var is run on an instance with default values; one that raises, or asks for its
    session, gives the empty value of its type. The function raises LookupError for an unknown var.
    """
    classes = {cls.get_full_name(): cls for cls in states}
    tree = StateTree()
    for cls in classes.values():
        instance_of(tree, cls)

    def value(ref: VarRef) -> Any:
        cls = classes.get(ref.state)
        if cls is None:
            raise LookupError(f"{ref.state!r} is no state of this app")
        handler, _, task_var = ref.name.partition(".")
        if task_var:
            return TASK_VARS[task_var]
        try:
            return plain(getattr(tree.instances[cls], handler))
        except Exception as error:  # noqa: BLE001 - crash wall: user code, run before there is any session
            logger.debug("%s.%s has no default value: %s", ref.state, handler, error)
            return _empty(cls, handler)

    return value


def _empty(cls: type[State], name: str) -> Any:
    computed = cls._computed.get(name)
    if computed is None:
        return None
    hint = function_hints(computed.fn).get("return")
    kind = get_origin(hint) or hint
    return _EMPTY.get(kind) if isinstance(kind, type) else None
