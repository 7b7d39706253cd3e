"""`Styling`: what style props make of one element: its own style, and rules for its page's sheet.

What always holds stands in the style, what depends on a width, a theme or a state in rules. Knows
nothing of other props, nor of how a sheet is written.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final, cast

import attrs

from ..errors import PageError
from ..state.expr import Expr, Literal, Op
from .conditions import ALWAYS, PSEUDO_PROPS, Condition, by_width
from .naming import fresh_variable
from .styles import STYLE_PROPS, css_string, css_text
from .tree import Component, as_expr
from .values import is_var, value_type

__all__ = ["Styling"]

#: Pseudo props with text of their own.
_WITH_CONTENT: Final = frozenset({"before", "after"})


@attrs.define(eq=False)
class Styling:
    """An element's styles while its props are sorted."""

    component: str
    """Its name, for error texts."""
    style: dict[str, Expr] = attrs.field(factory=dict[str, Expr])
    """What always holds, by CSS property."""
    rules: dict[Condition, dict[str, str]] = attrs.field(factory=dict[Condition, dict[str, str]])
    """CSS, and safe, by when it holds."""

    def add(self, prop: str, value: object, when: Condition = ALWAYS) -> None:
        """Add a style prop: one value, or one for each of several widths."""
        if value is None:
            return
        where = f"{self.component}: {_within(when)}{prop}"
        if prop == "content" and when.part in _WITH_CONTENT:
            self.add_rule(when, "content", _content(value, where))
            return
        wide = by_width(value, f"{where}=")
        for width, one in {when.width: value}.items() if wide is None else wide.items():
            at = attrs.evolve(when, width=width)
            for name in STYLE_PROPS[prop]:
                styled = self._styled(name, one, where)
                if at == ALWAYS:
                    self.style.pop(name, None)  # the later of two is the later in the sheet, too
                    self.style[name] = styled
                else:
                    self.add_rule(at, name, self._fixed(styled))

    def add_pseudo(self, prop: str, value: object, when: Condition = ALWAYS) -> None:
        """Add the styles of a pseudo prop such as ``_hover``."""
        where = f"{self.component}: {_within(when)}{prop}"
        if not isinstance(value, Mapping):
            raise PageError(f"{where}= is a dict of style props, such as {{'color': 'red'}}")
        inner = when.within(prop, where)
        if inner.part in _WITH_CONTENT:  # nothing is shown without
            self.rules.setdefault(attrs.evolve(inner, states=(), theme=""), {}).setdefault(
                "content", '""'
            )
        self._add_styles(cast("Mapping[object, object]", value), where, inner)

    def add_dict(self, value: object) -> None:
        """Add styles as they are given to ``style=``."""
        if not isinstance(value, Mapping):
            raise PageError(f"{self.component}: style= is a dict of CSS properties")
        styles = cast("Mapping[object, object]", value)
        self._add_styles(styles, f"{self.component}: style", ALWAYS)

    def add_rule(self, when: Condition, name: str, text: str) -> None:
        """Add what holds on a condition; the text is CSS, and safe."""
        self.rules.setdefault(when, {})[name] = text

    def settle(self) -> None:
        """Let rules win over styles that follow vars, which stand on the element itself."""
        if not self.rules:
            return
        for name, expr in list(self.style.items()):
            if not isinstance(expr, Literal) and not name.startswith("--"):
                self.style[name] = Literal(self._fixed(expr))

    def _add_styles(self, styles: Mapping[object, object], where: str, when: Condition) -> None:
        for name, item in styles.items():
            prop = str(name).replace("-", "_")
            if prop in PSEUDO_PROPS:
                self.add_pseudo(prop, item, when)
            elif prop in STYLE_PROPS or (prop == "content" and when.part in _WITH_CONTENT):
                self.add(prop, item, when)
            else:
                raise PageError(f"{where} has no property {name!r}; {_near_style(prop)}")

    def _styled(self, name: str, value: object, where: str) -> Expr:
        """Return a CSS property's value as an expression; a constant is checked CSS."""
        if isinstance(value, Component):
            raise PageError(
                f"{where}= is given a component; for another value in dark mode write "
                f"_dark={{{name.replace('-', '_')!r}: ...}}"
            )
        expr = as_expr(value)
        if not isinstance(expr, Literal):
            return _with_unit(name, expr, value)
        try:
            return Literal(css_text(name, expr.value))
        except PageError as error:
            # It names the CSS property; the user wrote the prop.
            said = str(error).removeprefix(f"{name}=")
            raise PageError(f"{where}={said}") from None

    def _fixed(self, expr: Expr) -> str:
        """Return CSS for a rule: of a var, a CSS variable that the element sets from it."""
        if isinstance(expr, Literal):
            return str(expr.value)
        name = fresh_variable()
        self.style[name] = expr
        # Where the var is None, what the theme says without this.
        return f"var({name},revert-layer)"


def _within(when: Condition) -> str:
    """Where a style stands: nothing, or the pseudo props around it."""
    names = [when.theme, *when.states, when.part]
    return "".join(f"_{name} " for name in names if name)


def _content(value: object, where: str) -> str:
    if is_var(value):
        raise PageError(f"{where}= is a constant: show what changes by a child, ts.span(...)")
    try:
        return css_string(value)
    except PageError as error:
        raise PageError(f"{where}{str(error).removeprefix('content')}") from None


def _near_style(prop: str) -> str:
    near = difflib.get_close_matches(prop, (*STYLE_PROPS, *PSEUDO_PROPS), 1)
    return f"did you mean {near[0]!r}?" if near else "styles are those of CSS, such as 'color'"


def _with_unit(name: str, expr: Expr, value: object) -> Expr:
    if is_var(value) and value_type(value) in (int, float):
        unit = css_text(name, 1).removeprefix("1")
        return Op("concat", (expr, Literal(unit))) if unit else expr
    return expr
