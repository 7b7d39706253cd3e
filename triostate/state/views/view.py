"""What all views share: the value they stand for, equality, copying, and `wrap`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from triostate.state.kinds import SCALARS, deep_copy, is_container, rebuild_tuple, unwrap

if TYPE_CHECKING:
    from triostate.state.tree import StateTree

__all__ = ["View", "wrap"]


class View:
    """A stand-in for a tracked value."""

    __slots__ = ("_ts_raw", "_ts_tree")

    _ts_kinds: ClassVar[dict[type, type[View]]] = {}
    """Type of value to its view; ``object`` for by-value instances, the kind of no other."""

    _ts_raw: Any
    _ts_tree: StateTree

    def __init__(self, tree: StateTree, raw: Any) -> None:
        object.__setattr__(self, "_ts_tree", tree)
        object.__setattr__(self, "_ts_raw", raw)

    def _ts_unwrap(self) -> Any:
        return self._ts_raw

    def __repr__(self) -> str:
        return repr(self._ts_raw)

    def __str__(self) -> str:
        return str(self._ts_raw)

    def __eq__(self, other: object) -> bool:
        return bool(self._ts_raw == unwrap(other))

    def __ne__(self, other: object) -> bool:
        return bool(self._ts_raw != unwrap(other))

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __copy__(self) -> Any:
        return deep_copy(self._ts_raw)  # a shallow one would hand out what is tracked

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return deep_copy(self._ts_raw)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (_same, (deep_copy(self._ts_raw),))


def _same(value: Any) -> Any:
    """Rebuild a pickled view as the plain value it stood for."""
    return value


def wrap(tree: StateTree, value: Any) -> Any:
    """Return what a handler gets to see of a stored value."""
    if type(value) in SCALARS or not is_container(value):
        return value
    if isinstance(value, tuple):
        return _wrap_tuple(tree, value)
    view = View._ts_kinds.get(type(value)) or _view_of_kind(value)
    return view(tree, value)


def _view_of_kind(value: Any) -> type[View]:
    for kind, view in View._ts_kinds.items():
        if kind is not object and isinstance(value, kind):
            return view
    return View._ts_kinds[object]


def _wrap_tuple(tree: StateTree, value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not any(map(is_container, value)):
        return value
    return rebuild_tuple(value, wrap_all(tree, value))


def wrap_all(tree: StateTree, values: Any) -> Iterator[Any]:
    """Yield `wrap` of each value."""
    return (wrap(tree, value) for value in values)
