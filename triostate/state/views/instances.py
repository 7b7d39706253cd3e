"""The view of an attrs or dataclass instance that compares by value.

Methods and properties of the class run with the view as ``self``, so that what they change is
seen as well.
"""

from __future__ import annotations

import inspect
from functools import partialmethod
from types import FunctionType
from typing import Any

from triostate.state.kinds import unwrap
from triostate.state.views.view import View, wrap

__all__ = ["InstanceView"]


class InstanceView(View):
    """Stands for a by-value instance."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return type(self._ts_raw)

    def __getattr__(self, name: str) -> Any:
        raw = self._ts_raw
        found = inspect.getattr_static(type(raw), name, None)
        if isinstance(found, FunctionType | partialmethod | property):
            return found.__get__(self, type(raw))
        return wrap(self._ts_tree, getattr(raw, name))

    def __setattr__(self, name: str, value: Any) -> None:
        found = inspect.getattr_static(type(self._ts_raw), name, None)
        if isinstance(found, property) and found.fset is not None:
            found.fset(self, value)
            return
        self._ts_tree.set_attribute(self._ts_raw, name, unwrap(value))

    def __delattr__(self, name: str) -> None:
        self._ts_tree.check_write(f"{type(self._ts_raw).__name__}.{name}")
        raise AttributeError(f"an attribute of a {type(self._ts_raw).__name__} cannot be deleted")

    def __lt__(self, other: Any) -> bool:
        return bool(self._ts_raw < unwrap(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._ts_raw <= unwrap(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._ts_raw > unwrap(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._ts_raw >= unwrap(other))


View._ts_kinds[object] = InstanceView
