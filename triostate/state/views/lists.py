"""The view of a list: every mutator is one `splice`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import Any, SupportsIndex

from triostate.state.copies import deep_copy, unwrap
from triostate.state.views.view import View, wrap, wrap_all

__all__ = ["ListView"]


class ListView(View):
    """Stands for a list."""

    __slots__ = ()

    _ts_class = list
    _ts_raw: list[Any]

    # Reading

    def __len__(self) -> int:
        return len(self._ts_raw)

    def __iter__(self) -> Iterator[Any]:
        return wrap_all(self._ts_tree, self._ts_raw)

    def __reversed__(self) -> Iterator[Any]:
        return wrap_all(self._ts_tree, reversed(self._ts_raw))

    def __contains__(self, item: object) -> bool:
        return unwrap(item) in self._ts_raw

    def __getitem__(self, key: Any) -> Any:
        found = self._ts_raw[key]
        if isinstance(key, slice):
            return list(wrap_all(self._ts_tree, found))
        return wrap(self._ts_tree, found)

    def index(self, item: object, *bounds: SupportsIndex) -> int:
        return self._ts_raw.index(unwrap(item), *bounds)

    def count(self, item: object) -> int:
        return self._ts_raw.count(unwrap(item))

    def copy(self) -> list[Any]:
        return list(self)

    def __add__(self, other: Any) -> list[Any]:
        return list(self) + list(other) if isinstance(other, list) else NotImplemented

    def __radd__(self, other: Any) -> list[Any]:
        return list(other) + list(self) if isinstance(other, list) else NotImplemented

    def __mul__(self, times: SupportsIndex) -> list[Any]:
        return list(self) * times

    __rmul__ = __mul__

    # Changing

    def _splice(self, start: int, stop: int, items: Iterable[Any]) -> None:
        self._ts_tree.steps.splice(self._ts_raw, start, stop, items)

    def _position(self, index: SupportsIndex, problem: str = "list index out of range") -> int:
        position = index.__index__()
        if position < 0:
            position += len(self._ts_raw)
        if not 0 <= position < len(self._ts_raw):
            raise IndexError(problem)
        return position

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ts_tree.check_write()
        if isinstance(key, slice):
            self._set_slice(key, list(value))
        else:
            position = self._position(key, "list assignment index out of range")
            self._ts_tree.steps.set_item(self._ts_raw, position, value)

    def _set_slice(self, key: slice, values: list[Any]) -> None:
        start, stop, step = key.indices(len(self._ts_raw))
        if step == 1:
            self._splice(start, max(start, stop), values)
            return
        positions = range(start, stop, step)
        if len(values) != len(positions):
            raise ValueError(
                f"attempt to assign sequence of size {len(values)} "
                f"to extended slice of size {len(positions)}"
            )
        if positions:
            low, high = min(positions), max(positions) + 1
            result = list(wrap_all(self._ts_tree, self._ts_raw[low:high]))
            for position, value in zip(positions, values, strict=True):
                result[position - low] = value
            self._splice(low, high, result)

    def __delitem__(self, key: Any) -> None:
        self._ts_tree.check_write()
        if not isinstance(key, slice):
            position = self._position(key, "list assignment index out of range")
            self._splice(position, position + 1, ())
            return
        start, stop, step = key.indices(len(self._ts_raw))
        if step == 1:
            self._splice(start, max(start, stop), ())
            return
        for position in sorted(range(start, stop, step), reverse=True):
            self._splice(position, position + 1, ())

    def append(self, item: Any) -> None:
        size = len(self._ts_raw)
        self._splice(size, size, (item,))

    def extend(self, items: Iterable[Any]) -> None:
        new = list(items)  # may be the list itself
        size = len(self._ts_raw)
        self._splice(size, size, new)

    def insert(self, index: SupportsIndex, item: Any) -> None:
        size, position = len(self._ts_raw), index.__index__()
        position = max(0, position + size) if position < 0 else min(position, size)
        self._splice(position, position, (item,))

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Remove and return an item: a plain value, no longer part of the state."""
        self._ts_tree.check_write()
        if not self._ts_raw:
            raise IndexError("pop from empty list")
        position = self._position(index, "pop index out of range")
        item = deep_copy(self._ts_raw[position])
        self._splice(position, position + 1, ())
        return item

    def remove(self, item: Any) -> None:
        self._ts_tree.check_write()
        position = self._ts_raw.index(unwrap(item))
        self._splice(position, position + 1, ())

    def clear(self) -> None:
        self._splice(0, len(self._ts_raw), ())

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._ts_tree.check_write()
        items = self._ts_raw
        if key is None:
            self._become(sorted(items, reverse=reverse))
            return
        by = [key(item) for item in self]
        order = sorted(range(len(by)), key=by.__getitem__, reverse=reverse)
        self._become([items[at] for at in order])

    def reverse(self) -> None:
        self._ts_tree.check_write()
        self._become(self._ts_raw[::-1])

    def _become(self, result: list[Any]) -> None:
        """Put the items into another order, touching none that keep their place."""
        moved = [at for at, item in enumerate(result) if item is not self._ts_raw[at]]
        if moved:
            self._splice(moved[0], moved[-1] + 1, result[moved[0] : moved[-1] + 1])

    def __iadd__(self, items: Iterable[Any]) -> ListView:  # type: ignore[misc]
        self.extend(items)
        return self

    def __imul__(self, times: SupportsIndex) -> ListView:
        if times.__index__() < 1:
            self.clear()
        else:
            self.extend(list(self) * (times.__index__() - 1))
        return self


View._ts_kinds[list] = ListView
# So that `case [first, *rest]` takes one.
MutableSequence.register(ListView)  # pyright: ignore[reportAttributeAccessIssue]
