"""Values as type checkers tell them apart: those of attrs and dataclass types, those with an order.

A var of an object shows its attributes. Telling objects apart takes protocols of our own: the bound
of a TypeVar is not looked at where it stands inside another type, so what finds the class itself is
``__class__``. Nothing here is imported when a program runs.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeVar

__all__ = ["AttrsObject", "DataObject", "Object", "Ordered"]

T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class AttrsObject(Protocol[T_co]):
    """An instance of the attrs class ``T_co``."""

    __attrs_attrs__: ClassVar[Any]

    @property  # type: ignore[misc]
    def __class__(self) -> type[T_co]: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]


class DataObject(Protocol[T_co]):
    """An instance of the dataclass ``T_co``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property  # type: ignore[misc]
    def __class__(self) -> type[T_co]: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]


Object = TypeVar("Object", bound=AttrsObject[Any] | DataObject[Any])


class Ordered(Protocol[T_contra]):
    """What is less than some ``T_contra``."""

    def __lt__(self, other: T_contra, /) -> bool: ...
