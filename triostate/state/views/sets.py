"""The view of a set: mutators become one `change_set`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from triostate.state.kinds import unwrap
from triostate.state.views.view import View

__all__ = ["SetView"]


class SetView(View):
    """Stands for a set; members are hashable and never change in place."""

    __slots__ = ()

    _ts_raw: set[Any]

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return set

    # Reading

    def __len__(self) -> int:
        return len(self._ts_raw)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ts_raw)

    def __contains__(self, item: object) -> bool:
        return item in self._ts_raw

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

    def __le__(self, other: Any) -> bool:
        return bool(self._ts_raw <= unwrap(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self._ts_raw < unwrap(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._ts_raw >= unwrap(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._ts_raw > unwrap(other))

    # Changing

    def _become(self, result: set[Any]) -> None:
        self._ts_tree.change_set(self._ts_raw, result - self._ts_raw, self._ts_raw - result)

    def add(self, item: Any) -> None:
        self._ts_tree.change_set(self._ts_raw, {item}, set())

    def discard(self, item: Any) -> None:
        self._ts_tree.change_set(self._ts_raw, set(), {item})

    def remove(self, item: Any) -> None:
        if item not in self._ts_raw:
            raise KeyError(item)
        self.discard(item)

    def pop(self) -> Any:
        if not self._ts_raw:
            raise KeyError("pop from an empty set")
        item = next(iter(self._ts_raw))
        self.discard(item)
        return item

    def clear(self) -> None:
        self._become(set())

    def update(self, *others: Iterable[Any]) -> None:
        self._ts_tree.change_set(self._ts_raw, set().union(*others), set())

    def intersection_update(self, *others: Iterable[Any]) -> None:
        self._become(self._ts_raw.intersection(*others))

    def difference_update(self, *others: Iterable[Any]) -> None:
        self._become(self._ts_raw.difference(*others))

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        self._become(self._ts_raw.symmetric_difference(other))

    def __ior__(self, other: Any) -> SetView:
        self.update(unwrap(other))
        return self

    def __iand__(self, other: Any) -> SetView:
        self._become(self._ts_raw & unwrap(other))
        return self

    def __isub__(self, other: Any) -> SetView:
        self._become(self._ts_raw - unwrap(other))
        return self

    def __ixor__(self, other: Any) -> SetView:
        self._become(self._ts_raw ^ unwrap(other))
        return self


View._ts_kinds[set] = SetView
