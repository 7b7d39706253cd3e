"""Style props: which CSS properties there are, and what their values may say.

A value is checked so that it cannot leave its declaration, whatever it holds. Knows nothing of
components, nor of the sheet that the values come to stand in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..errors import PageError

__all__ = ["STYLE_PROPS", "css_string", "css_text", "is_safe_css"]

_SIDES = ("top", "right", "bottom", "left")
_NAMES = """
    accent_color align_content align_items align_self animation aspect_ratio
    backdrop_filter background background_color background_image background_position
    background_repeat background_size border border_collapse border_color border_radius
    border_spacing border_style border_width bottom box_shadow box_sizing
    color column_count column_gap cursor display
    filter flex flex_basis flex_direction flex_flow flex_grow flex_shrink flex_wrap
    font_family font_size font_style font_variant_numeric font_weight
    gap grid_area grid_auto_columns grid_auto_flow grid_auto_rows grid_column grid_row
    grid_template_areas grid_template_columns grid_template_rows
    height inset isolation justify_content justify_items justify_self
    left letter_spacing line_height list_style list_style_type
    margin margin_block margin_inline max_height max_width min_height min_width
    mix_blend_mode object_fit object_position opacity order outline outline_color outline_offset
    overflow overflow_anchor overflow_wrap overflow_x overflow_y overscroll_behavior
    padding padding_block padding_inline place_content place_items place_self pointer_events
    position resize right rotate row_gap scale scroll_behavior scroll_initial_target
    scroll_margin_top scroll_padding
    tab_size table_layout text_align text_decoration text_indent text_overflow text_shadow
    text_transform text_wrap top touch_action transform transform_origin transition translate
    user_select vertical_align visibility white_space width word_break word_spacing z_index
""".split()  # noqa: SIM905 - a table to be read

#: Keyword argument to the CSS properties that it sets.
STYLE_PROPS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (name.replace("_", "-"),) for name in _NAMES},
    **{
        f"{box}_{side}": (f"{box}-{side}",)
        for box in ("margin", "padding", "border")
        for side in _SIDES
    },
    "bg": ("background",),
    "margin_x": ("margin-left", "margin-right"),
    "margin_y": ("margin-top", "margin-bottom"),
    "padding_x": ("padding-left", "padding-right"),
    "padding_y": ("padding-top", "padding-bottom"),
}

#: Properties whose numbers are plain; anywhere else a number means pixels.
_UNITLESS = frozenset(
    """
    animation aspect-ratio column-count flex flex-grow flex-shrink font-weight grid-area
    grid-column grid-row line-height opacity order scale tab-size transition z-index
    """.split()  # noqa: SIM905 - a table to be read
)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
# A backslash could spell a forbidden word; `image(` and its kin load what `url(` would.
_FORBIDDEN = re.compile(
    r"[;{}<>@\\\x00-\x1f\x7f]|/\*|\*/|(url|src|image|image-set|element|expression|paint)\s*\(",
    re.IGNORECASE,
)


def is_safe_css(value: str) -> bool:
    """Whether the value stays inside its declaration and loads nothing."""
    return bool(value.strip()) and not _FORBIDDEN.search(value) and _is_balanced(value)


def _is_balanced(value: str) -> bool:
    """Whether quotes are closed and parentheses match: an open one would swallow what follows."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", value)
    if '"' in bare or "'" in bare or "[" in bare or "]" in bare:
        return _has_grid_names_only(bare)
    depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _has_grid_names_only(bare: str) -> bool:
    """Whether the brackets are those of named grid lines, ``[start] 1fr [end]``."""
    without = re.sub(r"\[[\w\s-]*\]", "", bare)
    return without != bare and not set("[]\"'") & set(without) and _is_balanced(without)


def css_text(prop: str, value: object) -> str:
    """Return a style value as CSS; a number gets ``px`` where the property has a length.

    Raises PageError if the value is neither text nor number, or is not safe.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PageError(f"{prop}={value!r}: a style is text such as '8em', or a number of pixels")
    is_unitless = prop in _UNITLESS or prop.startswith("--")
    if not isinstance(value, str):
        return f"{value}" if is_unitless or value == 0 else f"{value}px"
    text = value.strip()
    if not is_safe_css(text):
        raise PageError(
            f"{prop}={value[:60]!r} is refused: a style value may not be empty, hold ; {{ }} < > @ "
            "\\ or comments, load addresses, or leave quotes or parentheses open"
        )
    if _NUMBER.fullmatch(text) and float(text) and not is_unitless:
        raise PageError(f"{prop}={value!r} has no unit: write '{text}px' or '{text}em'")
    return text


def css_string(value: object) -> str:
    """Return text as a CSS string, for ``content``; text that is in quotes already is its inside.

    Raises PageError for anything but text.
    """
    if not isinstance(value, str):
        raise PageError(f"content={value!r}: it is text; other things go into children")
    if value in ("none", "normal"):
        return value
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    inner = value[1:-1] if quoted else value
    escaped = re.sub(r"[^ !#-;=?-\[\]-~\xa0-\U0010ffff]", lambda m: f"\\{ord(m[0]):x} ", inner)
    return f'"{escaped}"'
