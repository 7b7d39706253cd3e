"""The view of a dict: mutators become `put` and `drop`, a key at a time."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any

from triostate.state.kinds import deep_copy, unwrap
from triostate.state.transaction import MISSING
from triostate.state.views.view import View, wrap

__all__ = ["DictView"]


class DictView(View):
    """Stands for a dict."""

    __slots__ = ()

    _ts_raw: dict[Any, Any]

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return dict

    # Reading

    def __len__(self) -> int:
        return len(self._ts_raw)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ts_raw)

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(reversed(self._ts_raw)))

    def __contains__(self, key: object) -> bool:
        return key in self._ts_raw

    def __getitem__(self, key: Any) -> Any:
        if key not in self._ts_raw and hasattr(type(self._ts_raw), "__missing__"):
            self._add_missing(key)
        return wrap(self._ts_tree, self._ts_raw[key])

    def _add_missing(self, key: Any) -> None:
        # A defaultdict would put the value in behind the tree's back.
        factory = getattr(self._ts_raw, "default_factory", None)
        if factory is not None:
            self._ts_tree.put(self._ts_raw, key, factory())

    def get(self, key: Any, default: Any = None) -> Any:
        return wrap(self._ts_tree, self._ts_raw[key]) if key in self._ts_raw else default

    def keys(self) -> KeysView[Any]:
        return self._ts_raw.keys()

    def values(self) -> ValuesView[Any]:
        return ValuesView(self)

    def items(self) -> ItemsView[Any, Any]:
        return ItemsView(self)

    def copy(self) -> dict[Any, Any]:
        return dict(self.items())

    def __or__(self, other: Any) -> dict[Any, Any]:
        return self.copy() | dict(other)

    def __ror__(self, other: Any) -> dict[Any, Any]:
        return dict(other) | self.copy()

    # Changing

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ts_tree.put(self._ts_raw, key, unwrap(value))

    def __delitem__(self, key: Any) -> None:
        if key not in self._ts_raw:
            raise KeyError(key)
        self._ts_tree.drop(self._ts_raw, key)

    def pop(self, key: Any, default: Any = MISSING) -> Any:
        """Remove a key and return its value: a plain one, no longer part of the state."""
        if key not in self._ts_raw:
            if default is MISSING:
                raise KeyError(key)
            self._ts_tree.check_write()
            return default
        value = deep_copy(self._ts_raw[key])
        self._ts_tree.drop(self._ts_raw, key)
        return value

    def popitem(self) -> tuple[Any, Any]:
        if not self._ts_raw:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self._ts_raw))
        return key, self.pop(key)

    def clear(self) -> None:
        self._ts_tree.check_write()
        for key in reversed(list(self._ts_raw)):
            self._ts_tree.drop(self._ts_raw, key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self._ts_tree.check_write()
        if key not in self._ts_raw:
            self[key] = default
        return self[key]

    def update(self, other: Mapping[Any, Any] | Iterable[Any] = (), /, **named: Any) -> None:
        self._ts_tree.check_write()
        for key, value in dict(other, **named).items():
            self[key] = value

    def __ior__(self, other: Any) -> DictView:
        self.update(other)
        return self


View._ts_kinds[dict] = DictView
