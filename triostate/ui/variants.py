"""Props that take one of several texts, such as ``variant=`` and ``size=``: which, and by widths.

Knows nothing of what a text means: a component has a table for that.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import PageError
from ..state.expr import Literal
from .conditions import by_width
from .tree import as_expr
from .values import is_var, shown

__all__ = ["choice", "choices"]


def choice(component: str, prop: str, value: object, allowed: Iterable[str]) -> Any:
    """Return ``value`` if it is a Var, None, or one of the allowed texts; else PageError."""
    if is_var(value):
        known = as_expr(value)
        if not isinstance(known, Literal):
            return value
        value = known.value
    if value is None:
        return value
    names = list(allowed)
    if isinstance(value, list | tuple | Mapping):
        raise PageError(
            f"{component}: {prop}={shown(value)}: it takes one value; style props take values by "
            "widths, such as font_size=['1em', '2em']"
        )
    if not isinstance(value, str | int):
        raise PageError(f"{component}: {prop}={shown(value)} is no text; one of {', '.join(names)}")
    if str(value) in names:
        return str(value)
    near = difflib.get_close_matches(str(value), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
    raise PageError(f"{component}: {prop}={value!r} is unknown; {hint}")


def choices(
    component: str, prop: str, value: object, texts: Mapping[str, str], default: object = None
) -> tuple[Any, dict[str, dict[str, str]]]:
    """Return a prop that may be given by widths: what holds from no width on, and the rest as CSS.

    Args:
        component: for error texts, as ``prop``.
        prop: the keyword argument.
        value: one of ``texts``, a Var of one, None, or a list or dict of them by widths.
        texts: each allowed value with its declaration in CSS, such as ``"flex-wrap:wrap"``.
        default: what holds where the widths that are given do not begin at none.
    """
    wide = by_width(value, f"{component}: {prop}=")
    if wide is None:
        return choice(component, prop, value, texts), {}
    wider: dict[str, dict[str, str]] = {}
    for width, one in wide.items():
        known = choice(component, prop, one, texts)
        if is_var(known):
            raise PageError(
                f"{component}: {prop}= by widths takes constants; give one Var for all widths, or "
                "put ts.cond around the component"
            )
        name, _, text = texts[known].partition(":")
        wider[width] = {name: text}
    wider.pop("initial", None)
    return choice(component, prop, wide.get("initial", default), texts), wider
