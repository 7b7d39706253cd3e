"""The view of an attrs or dataclass instance that compares by value.

Methods and properties of the class run with the view as ``self``, so that what they change is
seen as well.
"""

from __future__ import annotations

import inspect
from types import FunctionType, MethodType
from typing import Any

from triostate.state.kinds import deep_copy, plain
from triostate.state.views.view import View, wrap

__all__ = ["InstanceView"]


class InstanceView(View):
    """Stands for a by-value instance."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return type(self._raw)

    def __getattr__(self, name: str) -> Any:
        raw = self._raw
        found = inspect.getattr_static(type(raw), name, None)
        if isinstance(found, FunctionType):
            return MethodType(found, self)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)
        return wrap(self._tree, getattr(raw, name))

    def __setattr__(self, name: str, value: Any) -> None:
        found = inspect.getattr_static(type(self._raw), name, None)
        if isinstance(found, property) and found.fset is not None:
            found.fset(self, value)
            return
        self._tree.set_attribute(self._raw, name, plain(value))

    def __delattr__(self, name: str) -> None:
        self._tree.check_write(f"{type(self._raw).__name__}.{name}")
        raise AttributeError(f"an attribute of a {type(self._raw).__name__} cannot be deleted")

    def copy_shallow(self) -> Any:
        return deep_copy(self._raw)

    def __lt__(self, other: Any) -> bool:
        return bool(self._raw < plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._raw <= plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._raw > plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._raw >= plain(other))


View.kinds[object] = InstanceView
