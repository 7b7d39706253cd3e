"""Tooltips: a few words on something, shown while the pointer or the focus is on it.

Knows nothing of what it is on.
"""

from __future__ import annotations

from typing import Any, Literal

from ..state.expr import Expr, Op
from ..state.expr import Literal as Constant
from ..state.var import Var
from .document import WIDGETS
from .element import Kind, make_element
from .naming import fresh_name
from .parts import with_attributes, with_script
from .tree import Child, Component, Element, as_expr, as_nodes
from .values import to_var
from .variants import choice

__all__ = ["tooltip"]

_SIDES = ("top", "right", "bottom", "left")
_ROOT = Kind("tooltip", "span", classes=("ts-tooltip-root",), own=("content", "side"))
_WORD = Kind("tooltip", "span")
_BUBBLE = Kind("tooltip", "span", classes=("ts-tooltip",))
#: What the keyboard reaches by itself.
_FOCUSABLE = frozenset({"a", "button", "input", "select", "summary", "textarea"})


def tooltip(
    child: Child,
    *,
    content: str | Var[Any],
    side: Literal["top", "right", "bottom", "left"] | Var[Any] = "top",
    **props: object,
) -> Component:
    """Return the child with a few words on it.

    They are shown while the pointer is on it or the keyboard's focus in it, until Escape; screen
    readers say them after the child's name. What the keyboard would not reach it does then.

    Args:
        child: one component or text. A button that shows an icon alone needs an ``aria_label``
            as well: a tooltip is no name.
        content: the words.
        side: where they are shown: ``"top" "right" "bottom" "left"``.
        props: styles, attributes and triggers of the whole.
    """
    name = fresh_name()
    nodes = as_nodes((child,), "tooltip")
    inside = nodes[0] if len(nodes) == 1 else None
    about = inside if isinstance(inside, Element) else make_element(_WORD, nodes)
    added: dict[str, object] = {"aria-describedby": _also(about, name)}
    if about.tag not in _FOCUSABLE and "tabindex" not in about.attributes:
        added["tabindex"] = 0
    bubble = {"role": "tooltip", "data-side": choice("tooltip", "side", side, _SIDES)}
    children = (
        with_attributes(about, added),
        make_element(_BUBBLE, (content,), {"id": name}, bubble),
    )
    return with_script(make_element(_ROOT, children, props), WIDGETS)


def _also(element: Element, name: object) -> object:
    """The ids of what describes it already, and one more."""
    given = element.attributes.get("aria-describedby")
    if given is None:
        return name
    parts: tuple[Expr, ...] = (given, Constant(" "), as_expr(name))
    return to_var(Op("concat", parts))
