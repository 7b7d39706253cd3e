"""The views of dicts and of the dicts in ``collections``: mutators become `put` and `drop`."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MutableMapping,
    ValuesView,
)
from typing import Any, ClassVar

from triostate.state.copies import deep_copy, unwrap
from triostate.state.transaction import MISSING
from triostate.state.views.view import View, wrap

__all__ = ["CounterView", "DefaultDictView", "DictView", "OrderedDictView"]


class DictView(View):
    """Stands for a dict."""

    __slots__ = ()

    _ts_class: ClassVar[type[Any]] = dict
    _ts_raw: dict[Any, Any]

    # Reading

    def __len__(self) -> int:
        return len(self._ts_raw)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ts_raw)

    def __reversed__(self) -> Iterator[Any]:
        return self._ts_raw.__reversed__()

    def __contains__(self, key: object) -> bool:
        return key in self._ts_raw

    def __getitem__(self, key: Any) -> Any:
        found = dict.get(self._ts_raw, key, MISSING)
        return self._missing(key) if found is MISSING else wrap(self._ts_tree, found)

    def _missing(self, key: Any) -> Any:
        """Return what stands for a key that is not there."""
        made = getattr(type(self._ts_raw), "__missing__", None)
        if made is None:
            raise KeyError(key)
        return made(self, key)  # with the view as self: it may want to keep what it makes

    def get(self, key: Any, default: Any = None) -> Any:
        found = dict.get(self._ts_raw, key, MISSING)
        return default if found is MISSING else wrap(self._ts_tree, found)

    def keys(self) -> KeysView[Any]:
        return _Keys(self)

    def values(self) -> ValuesView[Any]:
        return _Values(self)

    def items(self) -> ItemsView[Any, Any]:
        return _Items(self)

    def copy(self) -> Any:
        return _filled(self._ts_raw, self.items())

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], value: Any = None) -> Any:
        return cls._ts_class.fromkeys(keys, value)

    def __or__(self, other: Any) -> Any:
        return self.copy() | dict(other) if isinstance(other, dict) else NotImplemented

    def __ror__(self, other: Any) -> Any:
        if not isinstance(other, dict):
            return NotImplemented
        return _filled(self._ts_raw, [*other.items(), *self.items()])

    # Changing

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ts_tree.steps.put(self._ts_raw, key, value)

    def __delitem__(self, key: Any) -> None:
        self._ts_tree.check_write()
        if key not in self._ts_raw:
            raise KeyError(key)
        self._ts_tree.steps.drop(self._ts_raw, key)

    def pop(self, key: Any, default: Any = MISSING) -> Any:
        """Remove a key and return its value: a plain one, no longer part of the state."""
        self._ts_tree.check_write()
        if key not in self._ts_raw:
            if default is MISSING:
                raise KeyError(key)
            return default
        value = deep_copy(dict.__getitem__(self._ts_raw, key))
        self._ts_tree.steps.drop(self._ts_raw, key)
        return value

    def popitem(self) -> tuple[Any, Any]:
        self._ts_tree.check_write()
        if not self._ts_raw:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self._ts_raw))
        return key, self.pop(key)

    def clear(self) -> None:
        self._ts_tree.check_write()
        for key in list(self._ts_raw):
            self._ts_tree.steps.drop(self._ts_raw, key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self._ts_tree.check_write()
        if key not in self._ts_raw:
            self[key] = default
        return wrap(self._ts_tree, dict.__getitem__(self._ts_raw, key))

    def update(self, other: Mapping[Any, Any] | Iterable[Any] = (), /, **named: Any) -> None:
        self._ts_tree.check_write()
        for key, value in dict(other, **named).items():
            self[key] = value

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self


class DefaultDictView(DictView):
    """Stands for a defaultdict.

    Where nothing may be written a missing key gives its default and stays missing.
    """

    __slots__ = ()

    _ts_class: ClassVar[type[Any]] = defaultdict
    _ts_raw: defaultdict[Any, Any]  # pyright: ignore[reportIncompatibleVariableOverride]

    @property
    def default_factory(self) -> Callable[[], Any] | None:
        """What makes the value of a missing key."""
        return self._ts_raw.default_factory

    def _missing(self, key: Any) -> Any:
        factory = self._ts_raw.default_factory
        if factory is None:
            raise KeyError(key)
        value = factory()
        if not self._ts_tree.may_write():
            return wrap(self._ts_tree, unwrap(value))
        self._ts_tree.steps.put(self._ts_raw, key, value)
        return wrap(self._ts_tree, dict.__getitem__(self._ts_raw, key))

    __copy__ = DictView.copy


class OrderedDictView(DictView):
    """Stands for an OrderedDict."""

    __slots__ = ()

    _ts_class: ClassVar[type[Any]] = OrderedDict
    _ts_raw: OrderedDict[Any, Any]  # pyright: ignore[reportIncompatibleVariableOverride]

    def move_to_end(self, key: Any, last: bool = True) -> None:
        """Move a key to an end of the order."""
        self._ts_tree.check_write()
        if key not in self._ts_raw:
            raise KeyError(key)
        at_end = next(reversed(self._ts_raw) if last else iter(self._ts_raw))
        if at_end == key:
            return
        if last:
            self._ts_tree.steps.move_to_back(self._ts_raw, key)
        else:
            self._ts_tree.steps.move_to_front(self._ts_raw, key)

    def popitem(self, last: bool = True) -> tuple[Any, Any]:
        self._ts_tree.check_write()
        if not self._ts_raw:
            raise KeyError("dictionary is empty")
        key = next(reversed(self._ts_raw) if last else iter(self._ts_raw))
        return key, self.pop(key)


class CounterView(DictView):
    """Stands for a Counter: what counts, and what combines, is Python's own, on the view."""

    __slots__ = ()

    _ts_class: ClassVar[type[Any]] = Counter
    _ts_raw: Counter[Any]  # pyright: ignore[reportIncompatibleVariableOverride]

    def update(self, other: Any = (), /, **named: Any) -> None:
        self._ts_tree.check_write()
        for key, count in Counter(other, **named).items():
            self[key] = self.get(key, 0) + count

    def __delitem__(self, key: Any) -> None:
        self._ts_tree.check_write()
        if key in self._ts_raw:
            self._ts_tree.steps.drop(self._ts_raw, key)


for _name in (
    *("__add__", "__and__", "__iadd__", "__iand__", "__ior__", "__isub__", "__neg__", "__or__"),
    *("__pos__", "__sub__", "_keep_positive", "elements", "most_common", "subtract", "total"),
):
    setattr(CounterView, _name, vars(Counter)[_name])


def _filled(like: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> Any:
    """Return a dict of the class of ``like`` with other content."""
    if type(like) is dict:
        return dict(items)
    made = like.copy()
    made.clear()
    for key, value in items:
        made[key] = value
    return made


class _Listed:
    """What is listed of a view shows as it does of a dict."""

    __slots__ = ()

    _mapping: DictView

    def __repr__(self) -> str:
        return repr(getattr(self._mapping._ts_raw, type(self).__name__[1:].lower())())


class _Keys(_Listed, KeysView[Any]):
    __slots__ = ()

    def __reversed__(self) -> Iterator[Any]:
        return self._mapping.__reversed__()


class _Values(_Listed, ValuesView[Any]):
    __slots__ = ()

    def __reversed__(self) -> Iterator[Any]:
        return (self._mapping[key] for key in self._mapping.__reversed__())


class _Items(_Listed, ItemsView[Any, Any]):
    __slots__ = ()

    def __reversed__(self) -> Iterator[Any]:
        return ((key, self._mapping[key]) for key in self._mapping.__reversed__())


View._ts_kinds[dict] = DictView
View._ts_kinds[defaultdict] = DefaultDictView
View._ts_kinds[OrderedDict] = OrderedDictView
View._ts_kinds[Counter] = CounterView
# So that `case {"name": name}` takes one.
MutableMapping.register(DictView)  # pyright: ignore[reportAttributeAccessIssue]
