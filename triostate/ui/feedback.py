"""Feedback: what shows how things stand. Progress, badges, callouts, spinners, skeletons.

Knows nothing of where the numbers and words come from.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.var import Var
from .element import Kind, make_element, when
from .event_types import ClickEvent
from .icons import icon as drawn
from .tree import Child, Component
from .typography import COLOR_SCHEMES, ColorScheme
from .variants import choice

__all__ = ["badge", "callout", "progress", "skeleton", "spinner"]

ProgressSize: TypeAlias = Literal["1", "2", "3"] | int | Var[Any]
BadgeVariant: TypeAlias = Literal["solid", "soft", "surface", "outline"] | Var[Any]
Share: TypeAlias = float | Var[Any] | None

_BADGE_VARIANTS = ("solid", "soft", "surface", "outline")
_CALLOUT_VARIANTS = ("soft", "surface", "outline")

_PROGRESS = Kind(
    name="progress",
    tag="progress",
    attributes={"value": "value", "max": "max"},
    classes=("ts-progress",),
    own=("label", "size", "color_scheme"),
)
_LOOKS = ("variant", "size", "color_scheme")
_BADGE = Kind("badge", "span", classes=("ts-badge",), own=_LOOKS)
_CALLOUT = Kind("callout", "div", classes=("ts-callout",), own=("icon", *_LOOKS))
_CALLOUT_TEXT = Kind("callout", "div")
_SPINNER = Kind("spinner", "span", classes=("ts-spinner",), own=("label", "size", "color_scheme"))
_SKELETON = Kind(
    "skeleton",
    "div",
    properties={"loading": "inert"},  # nobody tabs into what is not there yet
    classes=("ts-skeleton",),
    own=("loading",),
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


def badge(
    *children: Child,
    variant: BadgeVariant = "soft",
    color_scheme: ColorScheme = None,
    size: Literal["1", "2", "3"] | int | Var[Any] = "1",
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a word or two in a coloured mark.

    Args:
        children: what stands in it.
        variant: ``"solid" "soft" "surface" "outline"``.
        color_scheme: a name of the theme's colours, such as ``"green"``.
        size: ``"1"`` to ``"3"``.
        on_click: runs when it is pressed.
        props: styles, attributes and triggers.
    """
    data = {
        "data-variant": choice("badge", "variant", variant, _BADGE_VARIANTS),
        "data-color": choice("badge", "color_scheme", color_scheme, COLOR_SCHEMES),
        "data-size": choice("badge", "size", size, "123"),
    }
    return make_element(_BADGE, children, {"on_click": on_click, **props}, data)


def callout(
    *children: Child,
    icon: str | None = "info",
    variant: Literal["soft", "surface", "outline"] | Var[Any] = "soft",
    color_scheme: ColorScheme = None,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    role: str | Var[Any] | None = None,
    **props: object,
) -> Component:
    """Return a note that stands out from the text around it.

    Args:
        children: what it says.
        icon: the name of an icon before it, as `icon` has them; None for none.
        variant: ``"soft" "surface" "outline"``.
        color_scheme: a name of the theme's colours, such as ``"amber"``.
        size: ``"1"`` to ``"3"``.
        role: ``"alert"`` for one that screen readers are to say at once when it comes.
        props: styles, attributes and triggers.
    """
    data = {
        "role": role,
        "data-variant": choice("callout", "variant", variant, _CALLOUT_VARIANTS),
        "data-color": choice("callout", "color_scheme", color_scheme, COLOR_SCHEMES),
        "data-size": choice("callout", "size", size, "123"),
    }
    sign = None if icon is None else drawn(icon)
    return make_element(_CALLOUT, (sign, make_element(_CALLOUT_TEXT, children)), props, data)


def spinner(
    *,
    size: Literal["1", "2", "3"] | int | Var[Any] = "2",
    label: str | Var[Any] = "Loading",
    color_scheme: ColorScheme = None,
    **props: object,
) -> Component:
    """Return a sign that turns while something is on its way; ``label`` says what.

    Show it for as long as that with ``ts.cond``.
    """
    data = {
        "role": "status",
        "aria-label": label,
        "data-size": choice("spinner", "size", size, "123"),
        "data-color": choice("spinner", "color_scheme", color_scheme, COLOR_SCHEMES),
    }
    return make_element(_SPINNER, (), props, data)


def skeleton(*children: Child, loading: int | Var[Any] | None = True, **props: object) -> Component:
    """Return a grey shape in place of what is still to come.

    Args:
        children: what has its place, and is shown once it is there; without any the shape is as
            large as ``width`` and ``height`` say.
        loading: whether it is still to come, a bool or a Var.
        props: styles, attributes and triggers.
    """
    given = {"loading": loading, **props}
    data = {"data-skeleton": when(loading)}
    if not children:
        given.pop("loading")
        data |= {"aria-hidden": "true", "data-empty": "true"}
    return make_element(_SKELETON, children, given, data)
