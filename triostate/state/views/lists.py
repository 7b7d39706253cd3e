"""The view of a list: every mutator is one `splice`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, SupportsIndex

from triostate.state.kinds import deep_copy, plain, same_value
from triostate.state.views.view import View, wrap, wrap_all

__all__ = ["ListView"]


class ListView(View):
    """Stands for a list."""

    __slots__ = ()

    _raw: list[Any]

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return list

    # Reading

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[Any]:
        return wrap_all(self._tree, self._raw)

    def __reversed__(self) -> Iterator[Any]:
        return wrap_all(self._tree, reversed(self._raw))

    def __contains__(self, item: object) -> bool:
        return plain(item) in self._raw

    def __getitem__(self, key: Any) -> Any:
        found = self._raw[key]
        if isinstance(key, slice):
            return list(wrap_all(self._tree, found))
        return wrap(self._tree, found)

    def index(self, item: object, *bounds: SupportsIndex) -> int:
        return self._raw.index(plain(item), *bounds)

    def count(self, item: object) -> int:
        return self._raw.count(plain(item))

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
        return bool(self._raw < plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._raw <= plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._raw > plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._raw >= plain(other))

    # Changing

    def _splice(self, start: int, stop: int, items: Iterable[Any]) -> None:
        self._tree.splice(self._raw, start, stop, [plain(item) for item in items])

    def _position(self, index: SupportsIndex) -> int:
        position = index.__index__()
        if position < 0:
            position += len(self._raw)
        if not 0 <= position < len(self._raw):
            raise IndexError("list index out of range")
        return position

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            self._set_slice(key, list(value))
            return
        position = self._position(key)
        value = plain(value)
        if value is self._raw[position] or same_value(value, self._raw[position]):
            self._tree.check_write()
            return
        self._splice(position, position + 1, [value])

    def _set_slice(self, key: slice, values: list[Any]) -> None:
        start, stop, step = key.indices(len(self._raw))
        if step == 1:
            self._splice(start, max(start, stop), values)
            return
        result = list(self._raw)
        result[key] = values  # raises what a list raises for a wrong length
        self._splice(0, len(self._raw), result)

    def __delitem__(self, key: Any) -> None:
        if not isinstance(key, slice):
            position = self._position(key)
            self._splice(position, position + 1, ())
            return
        start, stop, step = key.indices(len(self._raw))
        if step == 1:
            self._splice(start, max(start, stop), ())
            return
        result = list(self._raw)
        del result[key]
        self._splice(0, len(self._raw), result)

    def append(self, item: Any) -> None:
        size = len(self._raw)
        self._splice(size, size, (item,))

    def extend(self, items: Iterable[Any]) -> None:
        size = len(self._raw)
        self._splice(size, size, list(items))

    def insert(self, index: SupportsIndex, item: Any) -> None:
        size, position = len(self._raw), index.__index__()
        position = max(0, position + size) if position < 0 else min(position, size)
        self._splice(position, position, (item,))

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Remove and return an item: a plain value, no longer part of the state."""
        if not self._raw:
            raise IndexError("pop from empty list")
        position = self._position(index)
        item = deep_copy(self._raw[position])
        self._splice(position, position + 1, ())
        return item

    def remove(self, item: Any) -> None:
        position = self._raw.index(plain(item))
        self._splice(position, position + 1, ())

    def clear(self) -> None:
        self._splice(0, len(self._raw), ())

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        self._splice(0, len(self._raw), sorted(self._raw, key=key, reverse=reverse))

    def reverse(self) -> None:
        self._splice(0, len(self._raw), self._raw[::-1])

    def __iadd__(self, items: Iterable[Any]) -> ListView:  # type: ignore[misc]
        self.extend(items)
        return self

    def __imul__(self, times: int) -> ListView:
        self._splice(0, len(self._raw), [deep_copy(item) for item in self._raw * times])
        return self


View.kinds[list] = ListView
