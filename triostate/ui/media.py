"""Pictures: images, and avatars of people. Knows nothing of where the files come from."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..state.expr import Op
from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .tree import Component, as_expr
from .typography import COLOR_SCHEMES, ColorScheme, Size
from .values import to_var
from .variants import choice

__all__ = ["avatar", "image"]

Radius: TypeAlias = Literal["none", "small", "medium", "large", "full"] | Var[Any] | None

_RADII = ("none", "small", "medium", "large", "full")
_FITS = ("fill", "contain", "cover", "none", "scale-down")

_IMAGE = Kind(
    name="image",
    tag="img",
    attributes={"src": "src", "alt": "alt", "loading": "loading", "decoding": "decoding"},
    classes=("ts-image",),
    own=("fit",),
)
_AVATAR = Kind(
    name="avatar",
    tag="span",
    classes=("ts-avatar",),
    own=("src", "fallback", "alt", "size", "radius", "variant", "color_scheme"),
)


def image(
    *,
    src: str | Var[Any] | None,
    alt: str | Var[Any] = "",
    fit: Literal["fill", "contain", "cover", "none", "scale-down"] | Var[Any] | None = None,
    loading: Literal["lazy", "eager"] = "lazy",
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return an image.

    Args:
        src: its address: relative, http, https, or ``data:image/...``. One of another site needs
            ``App(csp={"img-src": [...]})`` besides.
        alt: what it shows, in words; empty for one that only decorates.
        fit: how it fills a ``width`` and ``height`` of other proportions.
        loading: ``"lazy"`` loads it when it is about to be seen.
        on_click: runs when it is pressed.
        props: styles such as ``width="8em"``, attributes and triggers.
    """
    given = {
        "src": src,
        "alt": alt,
        "loading": choice("image", "loading", loading, ("lazy", "eager")),
        "object_fit": choice("image", "fit", fit, _FITS),
        "on_click": on_click,
    }
    return make_element(_IMAGE, (), {**given, **props})


def avatar(
    *,
    src: str | Var[Any] | None = None,
    fallback: str | Var[Any] | None = None,
    alt: str | Var[Any] | None = None,
    size: Size = "3",
    radius: Radius = "full",
    variant: Literal["soft", "solid"] | Var[Any] = "soft",
    color_scheme: ColorScheme = None,
    **props: object,
) -> Component:
    """Return the picture of somebody, or initials where there is none or it does not load.

    Args:
        src: the picture's address, as for `image`.
        fallback: one to three letters.
        alt: who it is; without it the avatar is decoration, and passed over by screen readers.
        size: ``"1"`` to ``"9"``: 24, 32, 40, 48, 64, 80, 96, 128 and 160 pixels.
        radius: the corners: ``"none" "small" "medium" "large" "full"``.
        variant: of the initials: ``"soft"`` or ``"solid"``.
        color_scheme: of the initials, a name of the theme's colours.
        props: styles, attributes and triggers.
    """
    data: dict[str, object] = {
        "data-size": choice("avatar", "size", size, "123456789"),
        "data-radius": choice("avatar", "radius", radius, _RADII),
        "data-variant": choice("avatar", "variant", variant, ("soft", "solid")),
        "data-color": choice("avatar", "color_scheme", color_scheme, COLOR_SCHEMES),
        **({"aria-hidden": "true"} if alt is None else {"role": "img", "aria-label": alt}),
    }
    # Above the initials; one without an address, or that fails, is not seen.
    picture = None
    if src is not None:
        hidden = to_var(Op("not", (as_expr(src),)))
        picture = make_element(_IMAGE, (), {"src": src, "alt": "", "hidden": hidden})
    return make_element(_AVATAR, (fallback, picture), props, data)
