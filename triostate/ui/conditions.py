"""When a style holds: from which width of the screen, in light or dark, in which state, on what.

A rule of a page's sheet has the weight of one class, whatever it depends on, so the later of two
wins. Their order is that of `rank`: plain rules, wider screens, light and dark, then the states in
the order of their table; each of these again by width and by light and dark. Knows nothing of what
the styles are.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

import attrs

from ..errors import PageError
from .values import items_of

__all__ = ["ALWAYS", "BREAKPOINTS", "PSEUDO_PROPS", "Condition", "breakpoints", "by_width"]

#: The least width of the window for each name, in em of 16 pixels unless the user has set others:
#: 0, 480, 768, 992, 1280 and 1536 pixels. A value holds from its width on, up to the next that is
#: given. A list gives values in this order.
BREAKPOINTS: Final[Mapping[str, int]] = {
    "initial": 0,
    "xs": 30,
    "sm": 48,
    "md": 62,
    "lg": 80,
    "xl": 96,
}

# What stands on a label around its box is meant for the box.
_STATES: Final[Mapping[str, str]] = {
    "first": ":first-child",
    "last": ":last-child",
    "odd": ":nth-child(odd)",
    "even": ":nth-child(even)",
    "read_only": ":read-only",
    "open": '[open],[aria-expanded="true"]',
    "selected": '[aria-selected="true"]',
    "checked": ':checked,[aria-checked="true"],:has(>input:checked)',
    "invalid": '[aria-invalid="true"],:user-invalid',
    "hover": ":hover",
    "focus_within": ":focus-within",
    "focus": ":focus",
    "focus_visible": ":focus-visible",
    "active": ":active",
    "disabled": ':disabled,[aria-disabled="true"],:has(>input:disabled)',
}
_THEMES: Final[Mapping[str, str]] = {"light": ":root:not(.dark)", "dark": ".dark"}
_PARTS: Final = ("placeholder", "selection", "marker", "before", "after")

#: Keyword arguments that take a dict of style props.
PSEUDO_PROPS: Final = tuple(f"_{name}" for name in (*_STATES, *_THEMES, *_PARTS))

_STATE_NAMES: Final = tuple(_STATES)
_WIDTHS: Final = tuple(BREAKPOINTS)

#: Values by the names of `BREAKPOINTS`.
ByWidth: TypeAlias = dict[str, Any]


@attrs.frozen
class Condition:
    """When a style holds."""

    width: str = "initial"
    """A name of `BREAKPOINTS`."""
    theme: str = ""
    """``light``, ``dark``, or empty for both."""
    states: tuple[str, ...] = ()
    part: str = ""
    """``before``, ``placeholder`` ...; empty for the element itself."""

    @property
    def depth(self) -> int:
        """How many pseudo props it is made of."""
        return bool(self.theme) + len(self.states) + bool(self.part)

    @property
    def rank(self) -> tuple[Any, ...]:
        """What rules are sorted by: of two that hold the later one wins."""
        states = sorted((_STATE_NAMES.index(name) for name in self.states), reverse=True)
        return (states, ("", *_THEMES).index(self.theme), _WIDTHS.index(self.width))

    @property
    def min_width(self) -> int:
        """The least width, in em."""
        return BREAKPOINTS[self.width]

    def selector(self, name: str) -> str:
        """Return the selector of the elements of a class for which it holds."""
        around = f":where({_THEMES[self.theme]}) " if self.theme else ""
        states = "".join(f":where({_STATES[state]})" for state in self.states)
        return f"{around}.{name}{states}{f'::{self.part}' if self.part else ''}"

    def within(self, prop: str, where: str) -> Condition:
        """Return what holds if this does, and what a pseudo prop says besides.

        Raises PageError where one holds in itself, or more than two are in each other.
        """
        name = prop.removeprefix("_")
        if self.depth == 2:
            raise PageError(f"{where}: pseudo props go two deep, such as _dark={{'_hover': ...}}")
        if name in _PARTS and not self.part:
            return attrs.evolve(self, part=name)
        if name in _THEMES and not self.theme:
            return attrs.evolve(self, theme=name)
        if name in _STATES and name not in self.states:
            return attrs.evolve(self, states=(*self.states, name))
        raise PageError(f"{where}: {prop} cannot be in another of its kind; put it beside it")


ALWAYS: Final = Condition()


def breakpoints(
    *,
    initial: Any = None,
    xs: Any = None,
    sm: Any = None,
    md: Any = None,
    lg: Any = None,
    xl: Any = None,
) -> ByWidth:
    """Return values for widths of the window, for a style prop or a prop that says it takes them.

    ``width=ts.breakpoints(initial="100%", md="50%")`` is 100% up to 992 pixels and 50% from there
    on. A list gives the same in order: ``width=["100%", None, None, "50%"]``.

    Args:
        initial: from no width on.
        xs: from 30em on, 480 pixels.
        sm: from 48em on, 768 pixels.
        md: from 62em on, 992 pixels.
        lg: from 80em on, 1280 pixels.
        xl: from 96em on, 1536 pixels.
    """
    given = {"initial": initial, "xs": xs, "sm": sm, "md": md, "lg": lg, "xl": xl}
    return {name: value for name, value in given.items() if value is not None}


def by_width(value: object, where: str) -> ByWidth | None:
    """Return the values that a list or dict gives for widths; None if it is a single value.

    Raises PageError, whose text begins with ``where``, for a name or number of values that there
    is none of.
    """
    several = items_of(value)
    if several is None and not isinstance(value, Mapping):
        return None
    if several is None:
        named = {str(k): v for k, v in cast("Mapping[object, object]", value).items()}
        _check_widths(named, where)
    elif len(several) > len(_WIDTHS):
        raise PageError(f"{where}: {len(several)} values for widths; there are {len(_WIDTHS)}")
    else:
        named = dict(zip(_WIDTHS, several, strict=False))
    made = {width: named[width] for width in _WIDTHS if named.get(width) is not None}
    if not made:
        raise PageError(f"{where}: no value for any width; give one, such as ['100%', '50%']")
    return made


def _check_widths(names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in BREAKPOINTS:
            near = difflib.get_close_matches(name, BREAKPOINTS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"they are {', '.join(BREAKPOINTS)}"
            raise PageError(f"{where}: there is no width {name!r}; {hint}")
