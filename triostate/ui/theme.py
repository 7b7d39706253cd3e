"""The theme: which CSS variables the look is made of, and what an app sets of them.

An app has its own look by ``App(theme=ts.theme(accent_color="violet", radius="large"))``, or by a
style sheet of its own that sets the same variables, ``App(stylesheets=["/static/theme.css"])``.
Both come after the framework's sheet and before a page's own. A variable for dark mode is set on
``.dark``, for both modes on ``:root``::

    :root { --accent-h: 145; --accent-c: 0.14; --radius: 0.25rem; }
    .dark { --background: black; }

The variables, with their values in light and dark mode, are in `VARIABLES`; the widths of screens,
which are none because no rule could read them, in `conditions.BREAKPOINTS`. Knows nothing of how
the sheet is served.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from ..errors import PageError
from .styles import css_text

__all__ = ["ACCENTS", "GRAYS", "VARIABLES", "Appearance", "Theme", "theme"]

Appearance: TypeAlias = Literal["system", "light", "dark"]

# oklch(lightness chroma hue): `g` stands for the grey's hue, with as much of it as there is.
#: What a theme may set: the name, without its two hyphens, to what it is and its default in light
#: and in dark mode; one default stands for both. Of the greys' colours, which follow ``gray-h``
#: and ``gray-c``, the lightness is given.
VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "background": ("the page", "98.5%", "17.5%"),
    "foreground": ("text on it", "22%", "94%"),
    "card": ("cards, fields, tables", "white", "21.5%"),
    "card-foreground": ("text on them", "var(--foreground)"),
    "popover": ("dialogs, menus, toasts", "white", "24.5%"),
    "popover-foreground": ("text on them", "var(--foreground)"),
    "muted": ("what lies back: code, skeletons", "95.5%", "25.5%"),
    "muted-foreground": ("text that is less", "50%", "72%"),
    "accent": ("what the pointer is on in menus", "95%", "30%"),
    "accent-foreground": ("text on it", "var(--foreground)"),
    "secondary": ("second fills", "95%", "28%"),
    "secondary-foreground": ("text on them", "var(--foreground)"),
    "border": ("lines", "90.5%", "31.5%"),
    "input": ("the edges of fields", "86%", "39%"),
    "ring": ("the frame of what has the focus", "the accent, 60%", "the accent, 62%"),
    "primary": ("what is chosen or on", "the accent, 53%", "the accent, 54.5%"),
    "primary-foreground": ("what stands on that", "nearly white"),
    "destructive": ("what is wrong", "oklch(0.51 0.2 27)", "oklch(0.74 0.15 25)"),
    "accent-h": ("the accent's hue, 0 to 360", "265"),
    "accent-c": ("its chroma, 0 to 0.4", "0.19"),
    "accent-l": ("how light what is filled with it is, 0 to 1", "0.53", "0.545"),
    "accent-on": ("what stands on that", "nearly white"),
    "accent-text": ("how much of the chroma text in it has, 0 to 1", "1", "0.72"),
    "accent-soft": ("how much of it soft fills have", "11%", "20%"),
    "gray-h": ("the greys' hue", "265"),
    "gray-c": ("how much of it they have: 0 for none, 1, 2 for much", "1"),
    "radius": ("the corners of cards, dialogs; others are parts of it", "0.5rem"),
    "control-radius": ("the corners of buttons and fields", "var(--radius)"),
    "scaling": ("the size of everything, 1 being the browser's", "1"),
    "font-sans": ("the font", "the system's"),
    "font-mono": ("the font of code", "the system's"),
}

_VIVID: Final[Mapping[str, tuple[float, float]]] = {
    "tomato": (33, 0.18),
    "red": (25, 0.19),
    "ruby": (15, 0.19),
    "crimson": (5, 0.2),
    "pink": (350, 0.2),
    "plum": (325, 0.18),
    "purple": (308, 0.19),
    "violet": (290, 0.19),
    "iris": (278, 0.19),
    "indigo": (268, 0.18),
    "blue": (252, 0.16),
    "cyan": (215, 0.1),
    "teal": (182, 0.09),
    "jade": (168, 0.1),
    "green": (153, 0.12),
    "grass": (146, 0.14),
    "brown": (55, 0.07),
    "bronze": (40, 0.05),
    "gold": (85, 0.06),
    "orange": (50, 0.15),
    "gray": (265, 0.02),
}
# Light by nature: dark text stands on them, in either mode.
_LIGHT: Final[Mapping[str, tuple[float, float]]] = {
    "sky": (225, 0.1),
    "mint": (175, 0.1),
    "lime": (125, 0.19),
    "yellow": (98, 0.17),
    "amber": (80, 0.16),
}
#: The colours that an accent may have: the names of ``color_scheme=``.
ACCENTS: Final = (*_VIVID, *_LIGHT)

#: Greys by name: hue, and how much of it.
GRAYS: Final[Mapping[str, tuple[float, float]]] = {
    "gray": (0, 0),
    "mauve": (305, 1),
    "slate": (265, 1),
    "sage": (165, 0.8),
    "olive": (130, 0.8),
    "sand": (85, 0.8),
}
# The corners of cards and the like, and of controls.
_RADII: Final = {
    "none": ("0", "0"),
    "small": ("0.25rem", "0.25rem"),
    "medium": ("0.5rem", "0.5rem"),
    "large": ("0.75rem", "0.75rem"),
    "full": ("1rem", "999px"),
}
_SCALINGS: Final = ("90%", "95%", "100%", "105%", "110%")
_APPEARANCES: Final = ("system", "light", "dark")


@attrs.frozen
class Theme:
    """What an app sets of the look. Made by `theme`."""

    both: Mapping[str, str] = attrs.field(factory=dict[str, str])
    light: Mapping[str, str] = attrs.field(factory=dict[str, str])
    dark: Mapping[str, str] = attrs.field(factory=dict[str, str])
    appearance: Appearance = "system"

    def css(self) -> str:
        """Return the rules; empty if all is as it comes."""
        blocks = {":root": self.both, ":root:not(.dark)": self.light, ".dark": self.dark}
        return "".join(
            f"{selector}{{{''.join(f'--{name}:{value};' for name, value in values.items())}}}\n"
            for selector, values in blocks.items()
            if values
        )


def theme(
    *,
    accent_color: str | None = None,
    gray_color: str | None = None,
    radius: Literal["none", "small", "medium", "large", "full"] | None = None,
    scaling: Literal["90%", "95%", "100%", "105%", "110%"] | None = None,
    font: str | None = None,
    mono_font: str | None = None,
    appearance: Appearance = "system",
    light: Mapping[str, str] | None = None,
    dark: Mapping[str, str] | None = None,
) -> Theme:
    """Return a theme, for ``App(theme=)``.

    Args:
        accent_color: what buttons, links and whatever is chosen have, unless they say another
            ``color_scheme``: a name of these, such as ``"violet"`` or ``"green"``. Text in it and
            on it can be read in light and dark mode (a contrast of 4.5), whichever it is.
        gray_color: ``"gray" "mauve" "slate" "sage" "olive" "sand"``: a hint of a hue in all greys.
        radius: how round corners are, ``"none"`` to ``"full"``.
        scaling: the size of everything, ``"90%"`` to ``"110%"``.
        font: font families in order, such as ``"Inter, sans-serif"``; the system's come after
            them. A file of one comes by a style sheet of yours, ``App(stylesheets=)``.
        mono_font: the same, of code.
        appearance: what a browser shows that has chosen nothing by `color_mode_button`:
            ``"light"``, ``"dark"``, or what its system has.
        light: further variables for light mode, such as ``{"background": "#fffdf7"}``; the names
            are in `VARIABLES`. Contrasts are yours to see to.
        dark: the same for dark mode.

    Raises:
        PageError: a name or value that there is none of; the text has the nearest one.
    """
    both: dict[str, str] = {}
    if accent_color is not None:
        both |= _accent(_one("accent_color", accent_color, ACCENTS))
    if gray_color is not None:
        hue, chroma = GRAYS[_one("gray_color", gray_color, GRAYS)]
        both |= {"gray-h": f"{hue:g}", "gray-c": f"{chroma:g}"}
    if radius is not None:
        both["radius"], both["control-radius"] = _RADII[_one("radius", radius, _RADII)]
    if scaling is not None:
        both["scaling"] = f"{int(_one('scaling', scaling, _SCALINGS)[:-1]) / 100:g}"
    for name, given, system in (("sans", font, "default"), ("mono", mono_font, "default-mono")):
        if given is not None:
            what = "font" if name == "sans" else "mono_font"
            both[f"font-{name}"] = f"{_value(what, given)},var(--{system}-font-family)"
    _one("appearance", appearance, _APPEARANCES)
    return Theme(both, _variables("light", light), _variables("dark", dark), appearance)


def _accent(name: str) -> dict[str, str]:
    hue, chroma = {**_VIVID, **_LIGHT}[name]
    colour = {"accent-h": f"{hue:g}", "accent-c": f"{chroma:g}"}
    if name in _VIVID:
        return colour
    on = f"oklch(0.25 0.05 {hue:g})"
    soft = "var(--ts-soft-light)"
    return {
        **colour,
        "accent-l": "0.86",
        "accent-on": on,
        "accent-text": "0.6",
        "accent-soft": soft,
    }


def _variables(prop: str, values: Mapping[str, str] | None) -> dict[str, str]:
    made: dict[str, str] = {}
    for given, value in (values or {}).items():
        name = given.removeprefix("--").replace("_", "-")
        _one(f"{prop} variable", name, VARIABLES)
        made[name] = _value(f"{prop}[{given!r}]", value)
    return made


def _value(prop: str, value: object) -> str:
    try:
        return css_text("--", value)
    except PageError as error:
        raise PageError(f"theme: {prop}{str(error).removeprefix('--')}") from None


def _one(prop: str, value: object, allowed: Iterable[str]) -> str:
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    near = difflib.get_close_matches(str(value), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
    raise PageError(f"theme: {prop}={value!r} is unknown; {hint}")
