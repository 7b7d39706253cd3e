"""Setting what a browser has kept: before anything that its page runs on loading.

The values come with the request that asks for the session and are set when the stream attaches, at
once if nobody is changing the state, else as the first call of what the page runs. Knows nothing
of requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from triostate.runtime.calls import Call, Chain
from triostate.state.fields import Field
from triostate.state.handlers import EventHandler, Handler
from triostate.state.state import State
from triostate.state.tree import StateTree

__all__ = ["restore"]


class Ground(Protocol):
    """What restoring needs of the session."""

    tree: StateTree
    kept_values: Mapping[Field[Any], Any]

    def commit(self) -> None: ...


def restore(session: Ground) -> Chain:
    """Set what waits to be set; return the calls, if any, that have to do it.

    Setting it here is a block of its own: atomic, as there is no pause in it.
    """
    values, session.kept_values = session.kept_values, {}
    if not values:
        return ()
    tree = session.tree
    if tree.open is not None:
        return (Call(EventHandler(State, _RESTORE), (values,)),)
    with tree.transaction():
        try:
            _assign(tree, values)
            session.commit()
        except BaseException:
            tree.rollback()
            raise
    return ()


def _assign(tree: StateTree, values: Mapping[Field[Any], Any]) -> None:
    for field, value in values.items():
        tree.assign(field, value)


def restore_kept_values(state: State, values: Mapping[Field[Any], Any]) -> None:
    """Set the values as a handler does, in its turn."""
    _assign(state._tree, values)


_RESTORE: Handler[..., None] = Handler(restore_kept_values)
