"""Icons: drawings of the Lucide collection, put into the page while it is compiled.

The build writes all of them into one file of the package; a page carries those that it names, and
loads nothing for them. Knows nothing of how the file is made.
"""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from ..errors import AssetsMissingError, PageError
from ..state.expr import Expr, Literal
from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .tree import Component, Element
from .typography import COLOR_SCHEMES, ColorScheme
from .values import is_var
from .variants import choice

__all__ = ["icon", "icon_names"]

_FILE: Final = Path(__file__).parent.parent / "_assets" / "icons.json"

_ICON = Kind(
    name="icon",
    tag="svg",
    attributes={"stroke_width": "stroke-width"},
    classes=("ts-icon",),
    own=("tag", "size", "color_scheme", "label"),
)

#: What is the same for all of them; a parser of HTML knows ``viewbox`` for what it is.
_FRAME: Final = {
    "viewbox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


def icon(
    tag: str,
    *,
    size: int | str | Var[Any] | None = None,
    label: str | Var[Any] | None = None,
    color_scheme: ColorScheme = None,
    stroke_width: float | Var[Any] = 2,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return an icon of the Lucide collection.

    Args:
        tag: its name, such as ``"calendar"`` or ``"circle-check"``; ``_`` is as good as ``-``.
            A constant: to choose by a var put ``ts.cond`` or ``ts.match`` around icons.
        size: width and height, a number of pixels or text such as ``"1.5em"``; by default a bit
            more than the text around it.
        label: its name for those who do not see it. Without one it is decoration, and passed over.
        color_scheme: a name of the theme's colours; else it has the colour of the text.
        stroke_width: how thick its lines are, of a drawing 24 units wide.
        on_click: runs when it is pressed. Nobody reaches it by keyboard: put the icon on a
            button instead.
        props: styles, attributes and triggers.

    Raises:
        PageError: there is no icon of that name; the text has the nearest ones.
    """
    data: dict[str, object] = {
        **_FRAME,
        "data-color": choice("icon", "color_scheme", color_scheme, COLOR_SCHEMES),
        **({"aria-hidden": "true"} if label is None else {"role": "img", "aria-label": label}),
    }
    given = {"stroke_width": stroke_width, "width": size, "height": size, "on_click": on_click}
    return make_element(_ICON, _drawing(tag), {**given, **props}, data)


def icon_names() -> tuple[str, ...]:
    """Return the names of all icons."""
    return tuple(_drawings())


def _drawing(tag: object) -> tuple[Element, ...]:
    if is_var(tag) or not isinstance(tag, str):
        raise PageError(
            "icon: the name is a constant text, because a page carries only the icons that it "
            "names; to choose by a var put ts.cond or ts.match around icons"
        )
    name = tag.replace("_", "-").lower()
    shapes = _drawings().get(name)
    if shapes is None:
        raise PageError(f"icon: there is no icon {tag!r}; {_near(name)}")
    return tuple(_shape(shape, attributes) for shape, attributes in shapes)


def _near(name: str) -> str:
    names = icon_names()
    inside = [other for other in names if name and name in other.split("-")]
    near = [*difflib.get_close_matches(name, names, 3), *inside[:3]]
    if not near:
        return "the names are those of the Lucide icons, such as 'calendar' or 'circle-check'"
    return f"did you mean {' or '.join(map(repr, dict.fromkeys(near)))}?"


def _shape(tag: str, attributes: dict[str, str]) -> Element:
    drawn: dict[str, Expr] = {name: Literal(value) for name, value in attributes.items()}
    return Element("icon", tag, attributes=drawn)


@cache
def _drawings() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Read the file, once: the name to the shapes of each."""
    try:
        return cast("dict[str, Any]", json.loads(_FILE.read_bytes()))
    except OSError as error:
        raise AssetsMissingError(
            f"the icons are not built ({error}): in a checkout of triostate run "
            "`pip install .` or `python hatch_build.py`; an installed package has them"
        ) from None
