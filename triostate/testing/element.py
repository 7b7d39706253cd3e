"""`Element`: an element on show, as a test looks at it: its text, its name, its state.

Knows nothing of how it came to be on show, nor of sending.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from triostate.state.expr import LocalName, VarRef
from triostate.testing.plan import Trigger

__all__ = ["CONTROLS", "Element", "Values"]

CONTROLS = frozenset({"input", "select", "textarea"})
"""Tags of what a user puts something in."""

_INLINE = frozenset(
    "a abbr b code em i kbd label mark small span strong sub sup time".split()  # noqa: SIM905
)
_BLANKS = re.compile(r"\s+")
_WITHOUT_TEXT = frozenset({"input", "script", "style", "svg", "template", "textarea", "title"})


@attrs.frozen(eq=False)
class Values:
    """Where the expressions of a page find their values: a `Scope`."""

    vars: Callable[[VarRef], Any]
    locals: Mapping[LocalName, Any] = attrs.field(factory=dict)

    def var(self, ref: VarRef, /) -> Any:
        """Return a var's value."""
        return self.vars(ref)

    def local(self, local: LocalName, /) -> Any:
        """Return the value of a loop's item or index, or of an event."""
        return self.locals[local]

    def within(self, locals_: Mapping[LocalName, Any]) -> Values:
        """Return the values inside a row, or of an event."""
        return attrs.evolve(self, locals={**self.locals, **locals_})


@attrs.define(eq=False)
class Element:
    """An element on show. What changes on the page does not change it: look it up again."""

    tag: str
    """Such as ``"button"``."""
    attributes: dict[str, str]
    """As HTML has them; an empty text for one that is only there."""
    style: dict[str, str]
    """What the page sets while it is shown. What is constant is in the page's style sheet."""
    children: list[Element | str] = attrs.field(factory=list)
    parent: Element | None = None
    labels: list[Element] = attrs.field(factory=list)
    bound: frozenset[str] = frozenset()
    """What of its value and state follows vars, such as ``value`` and ``checked``."""
    place: tuple[Any, ...] = ()
    """Which control it is, from one rendering to the next."""
    is_hidden: bool = False
    """Whether the page hides it, or something around it."""
    error: str = ""
    """What its form says is wrong with its entry."""
    _is_preformatted: bool = False
    _triggers: dict[str, tuple[Trigger, ...]] = attrs.field(factory=dict)
    _values: Values | None = None
    # Worked out when they are first asked for: a wait asks again and again.
    _text: str | None = None
    _raw: str | None = None
    _name: str | None = None
    _on_show: tuple[Element, ...] | None = None

    # What it is

    @property
    def id(self) -> str:
        """Its id, or an empty text."""
        return self.attributes.get("id", "")

    @property
    def text(self) -> str:
        """What can be read on it: lines, each with its white space collapsed."""
        if self._text is None:
            # Only preformatted text still has two blanks in a row: its indentation stays.
            lines = (
                s if s.startswith("  ") else s.strip(" ") for s in self._raw_text().split("\n")
            )
            self._text = "\n".join(line for line in lines if line.strip())
        return self._text

    def is_named(self, name: str) -> bool:
        """Whether that is its accessible name, at less than the cost of working that out."""
        if self._name is None and name and self.tag not in CONTROLS:
            line = name.partition("\n")[0]
            if line not in self._raw_text() and name not in self.attributes.values():
                return False
        return self.name == name

    def _raw_text(self) -> str:
        if self._raw is None:
            self._raw = "".join(map(self._raw_text_of, self.children))
        return self._raw

    def _raw_text_of(self, child: Element | str) -> str:
        if isinstance(child, str):
            return child if self._is_preformatted else _BLANKS.sub(" ", child)
        if child.tag in _WITHOUT_TEXT or child.is_hidden:
            return ""
        edge = "" if child.tag in _INLINE else "\n"
        return "\n" if child.tag == "br" else f"{edge}{child._raw_text()}{edge}"

    @property
    def name(self) -> str:
        """Its accessible name: what a screen reader calls it."""
        if self._name is None:
            self._name = self._find_name()
        return self._name

    def _find_name(self) -> str:
        if self.attributes.get("aria-label"):
            return self.attributes["aria-label"]
        if self.tag in CONTROLS:
            label = " ".join(label.text for label in self.labels).strip()
            known = (label, *(self.attributes.get(n, "") for n in ("placeholder", "title", "name")))
            return next(filter(None, known), "")
        return self.text or self.attributes.get("alt") or self.attributes.get("title", "")

    @property
    def classes(self) -> frozenset[str]:
        """Its CSS classes."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def value(self) -> str:
        """What stands in a control."""
        return self.attributes.get("value", "")

    @property
    def is_checked(self) -> bool:
        """Whether a box is ticked."""
        return "checked" in self.attributes

    @property
    def is_disabled(self) -> bool:
        """Whether the browser refuses to have it pressed or changed."""
        return any("disabled" in element.attributes for element in self.upwards())

    # Around it

    def upwards(self) -> Iterator[Element]:
        """Yield the element, then what is around it, from the inside out."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def walk(self) -> Iterator[Element]:
        """Yield the element and all in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def on_show(self) -> tuple[Element, ...]:
        """All that is in it and not hidden, in the order of the page."""
        if self._on_show is None:
            self._on_show = tuple(e for e in self.walk() if e is not self and not e.is_hidden)
        return self._on_show

    def triggers(self, event: str) -> tuple[Trigger, ...]:
        """Return what an event of this element itself sends; mostly one or none."""
        return self._triggers.get(event, ())

    @property
    def values(self) -> Values:
        """Where the expressions of its triggers find their values: those of its row."""
        assert self._values is not None
        return self._values

    @property
    def events(self) -> frozenset[str]:
        """The events, such as ``click``, that this element itself has triggers for."""
        return frozenset(self._triggers)

    def __repr__(self) -> str:
        name = self.name.replace("\n", " / ")
        label = f" {name if len(name) <= 60 else f'{name[:57]}...'!r}" if name else ""
        return f"<{self.tag}{f' id={self.id!r}' if self.id else ''}{label}>"
