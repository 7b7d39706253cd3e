"""Light and dark: a button that changes the mode, and what is shown in one of them only.

All of it is done in the browser, by the script that sets the mode before the first paint: it needs
no session. The mode is remembered in the browser, for all its tabs. Knows nothing of colours.
"""

from __future__ import annotations

from typing import Literal

from ..state.var import Var
from .element import Kind, make_element
from .icons import icon
from .tree import Child, Component, Fragment
from .typography import COLOR_SCHEMES, ColorScheme
from .variants import choice

__all__ = ["color_mode_button", "color_mode_cond"]

_MODES = ("light", "dark", "system")
_ICONS = {"light": "sun", "dark": "moon", "system": "monitor"}
_VARIANTS = ("solid", "soft", "surface", "outline", "ghost")

_BUTTON = Kind(
    name="color_mode_button",
    tag="button",
    properties={"disabled": "disabled"},
    classes=("btn", "ts-button", "ts-mode"),
    own=("label", "names", "allow_system", "variant", "color_scheme", "size"),
)
_NAME = Kind("color_mode_button", "span")
_WHEN = Kind("color_mode_cond", "span", classes=("ts-when",))


def color_mode_button(
    *,
    label: str | Var[str] = "Colour mode",
    names: tuple[str, str, str] = ("light", "dark", "system"),
    allow_system: bool = True,
    variant: Literal["solid", "soft", "surface", "outline", "ghost"] | Var[str] = "ghost",
    color_scheme: ColorScheme = "gray",
    size: Literal["1", "2", "3", "4"] | int | Var[str] = "2",
    **props: object,
) -> Component:
    """Return a button that changes between light and dark mode, and what the system has.

    Its icon is that of the mode in force: a sun, a moon, a screen for the system's. What a visitor
    has chosen is remembered in the browser, there before the next page is painted, and shown in
    all tabs at once.

    Args:
        label: its name for those who do not see it; that of the mode is said after it.
        names: what light, dark and the system's mode are called there.
        allow_system: whether it leads back to the system's mode; else between the two only.
        variant: ``"solid" "soft" "surface" "outline" "ghost"``.
        color_scheme: a name of the theme's colours.
        size: ``"1"`` to ``"4"``.
        props: styles, attributes and triggers.
    """
    name = _BUTTON.name
    data = {
        "type": "button",
        "data-color-mode": "next" if allow_system else "toggle",
        "data-variant": choice(name, "variant", variant, _VARIANTS),
        "data-color": choice(name, "color_scheme", color_scheme, COLOR_SCHEMES),
        "data-size": choice(name, "size", size, "1234"),
    }

    def shown(mode: str, called: str) -> Component:
        said = make_element(_NAME, (label, f": {called}"))
        return make_element(_NAME, (icon(_ICONS[mode]), said), {}, {"data-mode": mode})

    modes = [shown(mode, called) for mode, called in zip(_MODES, names, strict=True)]
    return make_element(_BUTTON, modes, props, data)


def color_mode_cond(light: Child, dark: Child = None) -> Component:
    """Return what is shown in light mode, and what in dark mode.

    Both are in the page, and the style sheet hides one; so an ``id`` may be in one of them only.
    For a style that depends on the mode there is ``_dark={"color": "white"}``.
    """
    return Fragment(
        tuple(
            make_element(_WHEN, (child,), {}, {"data-when": mode})
            for mode, child in (("light", light), ("dark", dark))
            if child is not None
        )
    )
