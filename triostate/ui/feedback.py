"""Feedback: components that show how far something is. All are the browser's own elements.

Knows nothing of where the numbers come from.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.var import Var
from .element import Kind, choice, make_element
from .tree import Component
from .typography import COLOR_SCHEMES, ColorScheme

__all__ = ["progress"]

ProgressSize: TypeAlias = Literal["1", "2", "3"] | int | Var[Any]
Share: TypeAlias = float | Var[Any] | None

_PROGRESS = Kind(
    name="progress",
    tag="progress",
    attributes={"value": "value", "max": "max"},
    classes=("ts-progress",),
    own=("label", "size", "color_scheme"),
)


def progress(
    *,
    value: Share = None,
    max: float | Var[Any] = 1,
    label: str | Var[Any] = "Progress",
    size: ProgressSize = "2",
    color_scheme: ColorScheme = None,
    **props: object,
) -> Component:
    """Return a bar that shows how far something is.

    Args:
        value: 0 to ``max``, such as ``Counter.count_up.progress``; None shows that it goes on, but
            not how far it is.
        max: the value at which it is done.
        label: its name for those who do not see it.
        size: ``"1"`` to ``"3"``.
        color_scheme: a name of the theme's colours, such as ``"green"``.
        props: styles and attributes.
    """
    data = {
        "aria-label": label,
        "data-size": choice("progress", "size", size, "123"),
        "data-color": choice("progress", "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    return make_element(_PROGRESS, (), {"value": value, "max": max, **props}, data)
