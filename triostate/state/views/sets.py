"""The view of a set: every mutator is one `change_set`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableSet, Set
from typing import Any

from triostate.state.copies import unwrap
from triostate.state.views.view import View

__all__ = ["SetView"]


class SetView(View):
    """Stands for a set; members are hashable and never change in place."""

    __slots__ = ()

    _ts_class = set
    _ts_raw: set[Any]

    # Reading

    def __len__(self) -> int:
        return len(self._ts_raw)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ts_raw)

    def __contains__(self, item: object) -> bool:
        return unwrap(item) in self._ts_raw

    def copy(self) -> set[Any]:
        return set(self._ts_raw)

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        return self._ts_raw.isdisjoint(other)

    def issubset(self, other: Iterable[Any]) -> bool:
        return self._ts_raw.issubset(other)

    def issuperset(self, other: Iterable[Any]) -> bool:
        return self._ts_raw.issuperset(other)

    def union(self, *others: Iterable[Any]) -> set[Any]:
        return self._ts_raw.union(*others)

    def intersection(self, *others: Iterable[Any]) -> set[Any]:
        return self._ts_raw.intersection(*others)

    def difference(self, *others: Iterable[Any]) -> set[Any]:
        return self._ts_raw.difference(*others)

    def symmetric_difference(self, other: Iterable[Any]) -> set[Any]:
        return self._ts_raw.symmetric_difference(other)

    def __or__(self, other: Any) -> set[Any]:
        return set(self._ts_raw | unwrap(other))

    def __and__(self, other: Any) -> set[Any]:
        return set(self._ts_raw & unwrap(other))

    def __sub__(self, other: Any) -> set[Any]:
        return set(self._ts_raw - unwrap(other))

    def __xor__(self, other: Any) -> set[Any]:
        return set(self._ts_raw ^ unwrap(other))

    def __ror__(self, other: Any) -> set[Any]:
        return set(unwrap(other) | self._ts_raw)

    def __rand__(self, other: Any) -> set[Any]:
        return set(unwrap(other) & self._ts_raw)

    def __rsub__(self, other: Any) -> set[Any]:
        return set(unwrap(other) - self._ts_raw)

    def __rxor__(self, other: Any) -> set[Any]:
        return set(unwrap(other) ^ self._ts_raw)

    # Changing

    def _change(self, add: Iterable[Any] = (), remove: Iterable[Any] = ()) -> None:
        self._ts_tree.steps.change_set(self._ts_raw, add, remove)

    def add(self, item: Any) -> None:
        self._change(add=(item,))

    def discard(self, item: Any) -> None:
        self._change(remove=(item,))

    def remove(self, item: Any) -> None:
        self._ts_tree.check_write()
        if item not in self._ts_raw:
            raise KeyError(item)
        self._change(remove=(item,))

    def pop(self) -> Any:
        self._ts_tree.check_write()
        if not self._ts_raw:
            raise KeyError("pop from an empty set")
        return self._ts_tree.steps.pop_member(self._ts_raw)

    def clear(self) -> None:
        self._change(remove=list(self._ts_raw))

    def update(self, *others: Iterable[Any]) -> None:
        self._change(add=set().union(*others))

    def intersection_update(self, *others: Iterable[Any]) -> None:
        self._change(remove=self._ts_raw.difference(self._ts_raw.intersection(*others)))

    def difference_update(self, *others: Iterable[Any]) -> None:
        self._change(remove=set().union(*others))

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        members = set(other)
        self._change(add=members - self._ts_raw, remove=members & self._ts_raw)

    def __ior__(self, other: Any) -> Any:
        return self._augment(self.update, other)

    def __iand__(self, other: Any) -> Any:
        return self._augment(self.intersection_update, other)

    def __isub__(self, other: Any) -> Any:
        return self._augment(self.difference_update, other)

    def __ixor__(self, other: Any) -> Any:
        return self._augment(self.symmetric_difference_update, other)

    def _augment(self, change: Callable[[Any], None], other: Any) -> Any:
        if not isinstance(other, Set):
            return NotImplemented
        change(other)
        return self


View._ts_kinds[set] = SetView
MutableSet.register(SetView)  # pyright: ignore[reportAttributeAccessIssue]
