"""The view of an attrs or dataclass instance that compares by value.

Methods and properties of the class run with the view as ``self``, so that what they change is
seen as well.
"""

from __future__ import annotations

import functools
import inspect
from types import FunctionType, GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import Any

from triostate.state.annotations import a_or_an
from triostate.state.kinds import attributes
from triostate.state.views.view import NOT_TAKEN_OVER, View, wrap

__all__ = ["InstanceView"]

#: Descriptors that read the instance's own storage, or do not look at the instance.
_STORAGE = (MemberDescriptorType, GetSetDescriptorType, classmethod, staticmethod)

_LISTS_OF_FIELDS = ("__dataclass_fields__", "__attrs_attrs__")


@functools.lru_cache(maxsize=4096)
def _descriptor(cls: type, name: str) -> Any:
    """Return what a class has in its body under a name, if that acts on ``self``; else None."""
    found = inspect.getattr_static(cls, name, None)
    return found if hasattr(type(found), "__get__") and not isinstance(found, _STORAGE) else None


class InstanceView(View):
    """Stands for a by-value instance."""

    __slots__ = ()

    @classmethod
    def _ts_methods(cls, added: type) -> dict[str, Any]:
        """Return the special methods: Python looks for them in the class alone."""
        taken = {
            name: value
            for name, value in vars(added).items()
            if name[:2] == "__" == name[-2:]
            and isinstance(value, FunctionType)
            and name not in NOT_TAKEN_OVER
        }
        # What `dataclasses.asdict(row)` and `attrs.fields(type(row))` ask the class for.
        listed = {name: vars(added)[name] for name in _LISTS_OF_FIELDS if name in vars(added)}
        return taken | listed

    def __getattr__(self, name: str) -> Any:
        raw = self._ts_raw
        found = _descriptor(raw.__class__, name)
        if isinstance(found, functools.cached_property):
            return found.func(self)  # kept in the instance it would outlive a rollback
        if found is not None:
            return found.__get__(self, type(raw))
        if name == "__dict__":
            held = attributes(raw).items()
            return MappingProxyType({key: wrap(self._ts_tree, value) for key, value in held})
        return wrap(self._ts_tree, getattr(raw, name))

    def __setattr__(self, name: str, value: Any) -> None:
        found = _descriptor(self._ts_raw.__class__, name)
        if found is not None and (setter := getattr(found, "__set__", None)) is not None:
            self._ts_tree.check_write(f"{type(self._ts_raw).__name__}.{name}")
            setter(self, value)
        else:
            self._ts_tree.steps.set_attribute(self._ts_raw, name, value)

    def __delattr__(self, name: str) -> None:
        self._ts_tree.check_write(f"{type(self._ts_raw).__name__}.{name}")
        raise AttributeError(
            f"an attribute of {a_or_an(type(self._ts_raw).__name__)} cannot be deleted"
        )


View._ts_kinds[object] = InstanceView
