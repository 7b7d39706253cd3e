"""A style sheet: classes for the styles of the elements of pages.

Constants become classes, because the content security policy forbids ``style`` attributes. A class
is one distinct set of declarations, with what holds for it in some states or on some screens. It is
loaded after the theme, whose rules are in layers, so a style prop wins over a component's look.
Pages that are compiled together share one, and so do their classes. An element has one class of all
of them, so their order does not matter. Knows nothing of elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TypeAlias

import attrs

from .conditions import ALWAYS, Condition

__all__ = ["Sheet", "Styles"]

#: CSS properties and their values, for each condition.
Styles: TypeAlias = Mapping[Condition, Mapping[str, str]]

_Key: TypeAlias = tuple[tuple[Condition, tuple[tuple[str, str], ...]], ...]


@attrs.define(eq=False)
class Sheet:
    """The classes of a page, or of several, in the order of their first use."""

    below: Sheet | None = None
    """What is loaded besides: its classes are used, and not made again."""
    _classes: dict[_Key, str] = attrs.field(factory=dict["_Key", str])

    def add(self, declarations: Mapping[str, str], rules: Styles | None = None) -> str:
        """Return the class that makes these declarations; ``rules`` hold on conditions besides."""
        always = [(ALWAYS, tuple(declarations.items()))] if declarations else []
        others = [(condition, tuple(made.items())) for condition, made in (rules or {}).items()]
        key = (*always, *sorted(others, key=lambda rule: (rule[0].rank, rule[0].part)))
        if self.below is not None and key in self.below._classes:
            return self.below._classes[key]
        prefix = "s" if self.below is None else "p"
        return self._classes.setdefault(key, f"{prefix}{len(self._classes) + 1}")

    def css(self) -> bytes | None:
        """Return the style sheet, or None if there is nothing in it."""
        rules = [
            (condition, _rule(condition.selector(name), declarations))
            for key, name in self._classes.items()
            for condition, declarations in key
        ]
        rules.sort(key=lambda rule: rule[0].rank)  # stable: classes stay in their order
        widths = groupby(rules, key=lambda rule: rule[0].min_width)
        lines = [_at_width(width, [text for _, text in group]) for width, group in widths]
        return "\n".join(lines).encode("utf-8", "replace") if lines else None


def _rule(selector: str, declarations: Iterable[tuple[str, str]]) -> str:
    return f"{selector}{{{';'.join(f'{prop}:{value}' for prop, value in declarations)}}}"


def _at_width(min_width: int, rules: list[str]) -> str:
    text = "\n".join(rules)
    return f"@media (min-width:{min_width}em){{{text}}}" if min_width else text
