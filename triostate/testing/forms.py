"""What a browser does with a form: whether it lets it be sent, and the entries that it sends.

Knows nothing of what becomes of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from triostate.testing.element import CONTROLS, Element
from triostate.testing.errors import InvalidEntryError
from triostate.testing.gestures import is_box

__all__ = ["check_entries", "controls_in", "entries_of", "form_around", "sends_form", "text_in"]

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NUMBERS = frozenset({"number", "range"})
#: Types whose bounds compare as text.
_TIMES = frozenset({"date", "datetime-local", "month", "week", "time"})


def form_around(element: Element, page: Element) -> Element | None:
    """Return the form that an element belongs to."""
    name = element.attributes.get("form")
    if name is not None:
        return next((e for e in page.walk() if e.tag == "form" and e.id == name), None)
    return next((e for e in element.upwards() if e.tag == "form"), None)


def sends_form(element: Element) -> bool:
    """Whether pressing an element sends its form."""
    kind = element.attributes.get("type", "submit" if element.tag == "button" else "")
    return kind in ("submit", "image") and element.tag in ("button", "input")


def controls_in(form: Element, page: Element) -> Iterator[Element]:
    """Yield the controls that belong to a form, in the order of the page."""
    for element in page.walk():
        if element.tag in CONTROLS and form_around(element, page) is form:
            yield element


def text_in(control: Element) -> str:
    """Return what stands in a control, as the browser sends it."""
    if "value" in control.attributes:
        return control.attributes["value"]
    if control.tag == "select":
        return next(iter(_chosen(control)), "")
    if control.tag == "textarea":
        return "".join(child for child in control.children if isinstance(child, str))
    return "on" if is_box(control) else ""


def _chosen(select: Element) -> list[str]:
    options = [e for e in select.walk() if e.tag == "option"]
    chosen = [e for e in options if "selected" in e.attributes]
    if not chosen and "multiple" not in select.attributes:
        chosen = [e for e in options if "disabled" not in e.attributes][:1]
    return [e.attributes.get("value", e.text) for e in chosen if "disabled" not in e.attributes]


def entries_of(form: Element, page: Element, pressed: Element | None) -> list[tuple[str, str]]:
    """Return name and text of each entry; ``pressed`` is the button that sends the form."""
    entries: list[tuple[str, str]] = []
    for control in controls_in(form, page):
        name = control.attributes.get("name", "")
        if not name or control.is_disabled or sends_form(control):
            continue
        if is_box(control) and not control.is_checked:
            continue
        if control.tag == "select" and "value" not in control.attributes:
            entries += [(name, text) for text in _chosen(control)]
        else:
            entries.append((name, text_in(control)))
    if pressed is not None and pressed.attributes.get("name"):
        entries.append((pressed.attributes["name"], pressed.value))
    return entries


def check_entries(form: Element, page: Element) -> None:
    """Raise InvalidEntryError for the first control whose entry a browser does not send."""
    if "novalidate" in form.attributes:
        return
    controls = [c for c in controls_in(form, page) if not c.is_disabled]
    for control in controls:
        problem = _problem(control, controls)
        if problem is not None:
            raise InvalidEntryError(
                f"the browser does not send the form: {control!r} {problem}; "
                "it would tell the user so"
            )


def _problem(control: Element, controls: list[Element]) -> str | None:
    attributes, kind = control.attributes, control.attributes.get("type", "text")
    if kind == "hidden" or "readonly" in attributes:
        return None
    if is_box(control):
        group = [control]
        if kind == "radio":
            group = [c for c in controls if c.attributes.get("name") == attributes.get("name")]
        is_missing = "required" in attributes and not any(c.is_checked for c in group)
        return "is required, and not ticked" if is_missing else None
    text = text_in(control)
    if not text:
        return "is required, and empty" if "required" in attributes else None
    return _shape_problem(control, kind, text) or _bounds_problem(control, kind, text)


def _shape_problem(control: Element, kind: str, text: str) -> str | None:
    attributes = control.attributes
    pattern = attributes.get("pattern")
    if pattern is not None and control.tag == "input" and not _matches(pattern, text):
        return f"does not match its pattern {pattern!r}"
    if kind == "email" and not _EMAIL.fullmatch(text):
        return "is no e-mail address"
    if kind == "url" and not urlsplit(text).scheme:
        return "is no address with a scheme"
    if len(text) < int(attributes.get("minlength", 0)):
        return f"is shorter than {attributes['minlength']} characters"
    if "maxlength" in attributes and len(text) > int(attributes["maxlength"]):
        return f"is longer than {attributes['maxlength']} characters"
    return None


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:  # a browser passes over what is no pattern; Python's have other words for some
        return True


def _bounds_problem(control: Element, kind: str, text: str) -> str | None:
    attributes = control.attributes
    low, high = attributes.get("min"), attributes.get("max")
    if kind in _TIMES:
        if (low and text < low) or (high and text > high):
            return f"is not between {low or 'any'} and {high or 'any'}"
        return None
    if kind not in _NUMBERS:
        return None
    number = _number(text)
    if number is None:
        return "is no number"
    if (low and number < float(low)) or (high and number > float(high)):
        return f"is not between {low or 'any'} and {high or 'any'}"
    step = attributes.get("step", "1")
    base = float(low or 0)
    if step != "any" and not _is_step(number - base, float(step)):
        return f"is no step of {step} from {base:g}"
    return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_step(distance: float, step: float) -> bool:
    return step <= 0 or math.isclose(distance / step, round(distance / step), abs_tol=1e-9)
