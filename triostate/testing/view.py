"""`View`: the page that a tab has before it, drawn anew whenever something has changed.

It also remembers what the user put into controls: an entry is on show until the server has answered
it, and for good where nobody asks the server. Knows nothing of connections; it is handed the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from triostate.state.codec import JSON
from triostate.state.expr import VarRef
from triostate.testing.element import Element, Values
from triostate.testing.finding import Target, find, matching
from triostate.testing.forms import controls_in, form_around
from triostate.testing.markup import Markup, read_markup
from triostate.testing.render import render, render_text
from triostate.testing.values import from_wire
from triostate.ui import Binding

__all__ = ["View"]


@attrs.define(eq=False)
class _Entry:
    """What the user put into a control."""

    value: str | bool
    event: float = float("inf")
    """The number of the event that says so to the server, once it is sent."""


def _add_error(place: Element, text: str) -> None:
    attributes = {"class": "ts-field-error"}
    place.children.append(Element("p", attributes, {}, [text], place, is_hidden=place.is_hidden))


class View:
    """A document and what it shows.

    ``wire`` returns the browser's copy of a var; ``bindings`` what the page's triggers run.
    """

    def __init__(
        self, wire: Callable[[VarRef], JSON], bindings: Callable[[], Sequence[Binding]]
    ) -> None:
        self._wire = wire
        self._bindings = bindings
        self._drawn: Element | None = None
        self._has: dict[str, bool] = {}
        """What was looked for on what is drawn: a wait asks again and again."""
        self._entries: dict[tuple[Any, ...], _Entry] = {}
        self._errors: dict[tuple[Any, ...], dict[str, str]] = {}
        self._answered = 0
        self._busy: dict[tuple[Any, ...], int] = {}
        self.load(b"")

    def load(self, body: bytes) -> None:
        """Take another document; nothing that was entered stays."""
        self.markup: Markup = read_markup(body)
        self._entries.clear()
        self._busy.clear()
        self._errors.clear()
        self.change(0)

    def change(self, answered: int) -> None:
        """Draw it anew when it is next looked at; the server has answered events so far."""
        self._drawn, self._answered = None, answered

    # Looking

    @property
    def title(self) -> str:
        """The document's title, as it is now."""
        part, values = self.markup.title_part, Values(lambda ref: from_wire(self._wire(ref)))
        if part is None:
            return self.markup.title
        return render_text(self.markup.parts[part].text, values)

    @property
    def root(self) -> Element:
        """All that is on show, as one element."""
        if self._drawn is None:
            self._has.clear()
            self._drawn = render(self.markup, Values(lambda ref: from_wire(self._wire(ref))))
            if self._entries or self._busy:
                for element in self._drawn.walk():
                    self._show_entry(element)
                    if self._busy.get(element.place, 0) > self._answered:
                        element.attributes["aria-busy"] = "true"
            if self._errors:
                self._show_errors(self._drawn)
        return self._drawn

    def find(
        self,
        target: Target,
        wanted: Callable[[Element], bool] = lambda _: True,
        what: str = "look at",
        at: int | None = None,
    ) -> Element:
        """Return the one element that is meant; see `finding.find`."""
        return find(self.root, target, wanted, what, self._bindings(), at)

    def has(self, target: Target) -> bool:
        """Whether at least one element is meant."""
        root = self.root
        if not isinstance(target, str):
            return self._finds(root, target)
        if target not in self._has:
            self._has[target] = self._finds(root, target)
        return self._has[target]

    def _finds(self, root: Element, target: Target) -> bool:
        return bool(matching(root, target, lambda _: True, self._bindings()))

    # Entries

    def enter(self, element: Element, value: str | bool) -> None:
        """Take note of what the user put into a control."""
        form = form_around(element, self.root)
        name = element.attributes.get("name", "")
        if form is not None:
            self._errors.get(form.place, {}).pop(name, None)
            if element.attributes.get("type") == "radio" and value is True:
                for other in controls_in(form, self.root):
                    if other.attributes.get("name") == name:
                        self._entries[other.place] = _Entry(False)
        self._entries[element.place] = _Entry(value)
        self._drawn = None

    def sent(self, place: tuple[Any, ...], event: int) -> None:
        """Take note of the event that tells the server of what stands in a control, if any."""
        if place in self._entries:
            self._entries[place].event = event
            self._drawn = None

    def be_busy(self, place: tuple[Any, ...], event: int) -> None:
        """Show that what an element has started runs, until the event is answered."""
        self._busy[place] = event
        self._drawn = None

    def calm(self) -> None:
        """Show nothing as busy: its connection is lost, or the server refuses."""
        self._busy.clear()
        self._drawn = None

    def take_back(self, element: Element) -> None:
        """Show again what the state says: the server has refused the entry."""
        self._entries.pop(element.place, None)
        self._drawn = None

    def forget(self, elements: Iterable[Element]) -> dict[tuple[Any, ...], str | bool]:
        """Take back all entries of some controls; return them."""
        places = [element.place for element in elements if element.place in self._entries]
        self._drawn = None
        return {place: self._entries.pop(place).value for place in places}

    def bring_back(self, entries: Mapping[tuple[Any, ...], str | bool]) -> None:
        """Enter again what was forgotten, where nothing else has been entered since."""
        for place, value in entries.items():
            self._entries.setdefault(place, _Entry(value))
        self._drawn = None

    # Errors of forms

    @property
    def errors(self) -> dict[str, str]:
        """What forms on show say is wrong, by name of the field; ``""`` for all of the form."""
        forms = [e.place for e in self.root.walk() if e.tag == "form"]
        return {name: text for f in forms for name, text in self._errors.get(f, {}).items()}

    def is_wrong(self, form: tuple[Any, ...]) -> bool:
        """Whether something is said to be wrong with a form's entries."""
        return bool(self._errors.get(form))

    def tell(self, form: tuple[Any, ...], errors: Mapping[str, str]) -> None:
        """Show what is wrong with a form's entries, nothing else that was."""
        self._errors[form] = dict(errors)
        self._drawn = None

    def _show_errors(self, page: Element) -> None:
        for form in [e for e in page.walk() if e.tag == "form" and e.place in self._errors]:
            controls: dict[str, Element] = {}
            for control in controls_in(form, page):
                if not control.is_hidden and control.attributes.get("type") != "hidden":
                    controls.setdefault(control.attributes.get("name", ""), control)
            whole = next((e for e in form.walk() if "ts-form-errors" in e.classes), form)
            for name, text in self._errors[form.place].items():
                wrong = controls.get(name) if name else None
                if wrong is None:
                    _add_error(whole, f"{name}: {text}" if name else text)
                    continue
                wrong.error = text
                wrong.attributes["aria-invalid"] = "true"
                field = (e for e in wrong.upwards() if "ts-field" in e.classes)
                _add_error(next(field, wrong.parent or form), text)

    def set_value(self, id: str, value: str | bool) -> None:
        """Set the control of that id, as an effect does."""
        for element in self.root.walk():
            if element.id == id:
                self._entries[element.place] = _Entry(value, self._answered)
        self._drawn = None

    def _show_entry(self, element: Element) -> None:
        entry = self._entries.get(element.place)
        if entry is None:
            return
        name = "checked" if isinstance(entry.value, bool) else "value"
        if entry.event <= self._answered and name in element.bound:
            return
        element.attributes.pop(name, None)
        if entry.value is not False:
            element.attributes[name] = "" if entry.value is True else entry.value
