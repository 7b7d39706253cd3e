"""The view of a list: every mutator is one `splice`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, SupportsIndex

from triostate.state.kinds import deep_copy, same_value, unwrap
from triostate.state.views.view import View, wrap, wrap_all

__all__ = ["ListView"]


class ListView(View):
    """Stands for a list."""

    __slots__ = ()

    _ts_raw: list[Any]

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return list

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
        return list(self) + list(other)

    def __radd__(self, other: Any) -> list[Any]:
        return list(other) + list(self)

    def __mul__(self, times: int) -> list[Any]:
        return list(self) * times

    __rmul__ = __mul__

    def __lt__(self, other: Any) -> bool:
        return bool(self._ts_raw < unwrap(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._ts_raw <= unwrap(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._ts_raw > unwrap(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._ts_raw >= unwrap(other))

    # Changing

    def _splice(self, start: int, stop: int, items: Iterable[Any]) -> None:
        self._ts_tree.splice(self._ts_raw, start, stop, [unwrap(item) for item in items])

    def _position(self, index: SupportsIndex) -> int:
        position = index.__index__()
        if position < 0:
            position += len(self._ts_raw)
        if not 0 <= position < len(self._ts_raw):
            raise IndexError("list index out of range")
        return position

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            self._set_slice(key, list(value))
            return
        position = self._position(key)
        value = unwrap(value)
        if value is self._ts_raw[position] or same_value(value, self._ts_raw[position]):
            self._ts_tree.check_write()
            return
        self._splice(position, position + 1, [value])

    def _set_slice(self, key: slice, values: list[Any]) -> None:
        start, stop, step = key.indices(len(self._ts_raw))
        if step == 1:
            self._splice(start, max(start, stop), values)
            return
        result = list(self._ts_raw)
        result[key] = values  # raises what a list raises for a wrong length
        self._splice(0, len(self._ts_raw), result)

    def __delitem__(self, key: Any) -> None:
        if not isinstance(key, slice):
            position = self._position(key)
            self._splice(position, position + 1, ())
            return
        start, stop, step = key.indices(len(self._ts_raw))
        if step == 1:
            self._splice(start, max(start, stop), ())
            return
        result = list(self._ts_raw)
        del result[key]
        self._splice(0, len(self._ts_raw), result)

    def append(self, item: Any) -> None:
        size = len(self._ts_raw)
        self._splice(size, size, (item,))

    def extend(self, items: Iterable[Any]) -> None:
        size = len(self._ts_raw)
        self._splice(size, size, list(items))

    def insert(self, index: SupportsIndex, item: Any) -> None:
        size, position = len(self._ts_raw), index.__index__()
        position = max(0, position + size) if position < 0 else min(position, size)
        self._splice(position, position, (item,))

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Remove and return an item: a plain value, no longer part of the state."""
        if not self._ts_raw:
            raise IndexError("pop from empty list")
        position = self._position(index)
        item = deep_copy(self._ts_raw[position])
        self._splice(position, position + 1, ())
        return item

    def remove(self, item: Any) -> None:
        position = self._ts_raw.index(unwrap(item))
        self._splice(position, position + 1, ())

    def clear(self) -> None:
        self._splice(0, len(self._ts_raw), ())

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._splice(0, len(self._ts_raw), sorted(self._ts_raw, key=key, reverse=reverse))

    def reverse(self) -> None:
        self._splice(0, len(self._ts_raw), self._ts_raw[::-1])

    def __iadd__(self, items: Iterable[Any]) -> ListView:  # type: ignore[misc]
        self.extend(items)
        return self

    def __imul__(self, times: int) -> ListView:
        self._splice(0, len(self._ts_raw), [deep_copy(item) for item in self._ts_raw * times])
        return self


View._ts_kinds[list] = ListView
