"""Code of the user's own in the browser: custom elements and scripts.

A custom element is an element whose name has a hyphen and whose behaviour a script defines; the
page sets its attributes and properties from vars and hears its events, and knows nothing else of
it. So any library of web components can be used, and a script of a few lines can wrap anything
that is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..errors import PageError
from .element import Kind, make_element
from .event_types import ChoiceEvent, ClickEvent
from .tree import Child, Component, Fragment, Script
from .triggers import TriggerKind
from .urls import is_safe_url

__all__ = ["custom_element", "script"]

_MODULE: Final = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_TAG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_RESERVED_TAGS: Final = frozenset(
    """
    annotation-xml color-profile font-face font-face-src font-face-uri font-face-format
    font-face-name missing-glyph
    """.split()  # noqa: SIM905 - a table to be read
)
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REFUSED_ATTRIBUTES: Final = frozenset({"style", "srcdoc", "srcset", "is", "data-t", "data-m"})
_PROPERTY: Final = re.compile(r"[a-z][A-Za-z0-9]*")
_REFUSED_PROPERTY: Final = re.compile(r"html|srcdoc|^on|^style$", re.IGNORECASE)
_EVENT: Final = re.compile(r"[a-z][a-z0-9]*([:.-][a-z0-9]+)*", re.IGNORECASE)


def script(src: str, *, name: str | None = None) -> Component:
    """Return what makes the page load a JavaScript module of your own; it shows nothing.

    Given a ``name``, functions that the module exports can be called by handlers::

        ts.script("/charts.js", name="charts")

        return ts.call_script("charts.draw", self.points, callback=Report.drawn)

    Args:
        src: its address, such as ``"/clock.js"`` for a route of yours. One of another site needs
            ``App(csp={"script-src": ["'self'", ...]})`` besides. Modules run once per page, in the
            order of the page, before it becomes live; elements that come later, in a row or a
            branch, are there only after that: make a custom element of what has to know.
        name: what `call_script` calls it: letters, digits, ``_`` and ``-``.
    """
    if name is not None and not _MODULE.fullmatch(name):
        raise PageError(
            f"script: name={name[:60]!r} is no name: letters, digits, _ and -, a letter first"
        )
    address = str(src).strip()
    if not address or not is_safe_url("src", address) or address.lower().startswith("data:"):
        raise PageError(
            f"script: src={address[:60]!r} is refused: it is the address of a module, relative, "
            "http or https"
        )
    return Script(address, name)


def custom_element(
    tag: str,
    *children: Child,
    attributes: Mapping[str, object] | None = None,
    properties: Mapping[str, object] | None = None,
    on: Mapping[str, ChoiceEvent] | None = None,
    src: str | None = None,
    on_click: ClickEvent = None,
    **props: object,
) -> Component:
    """Return a custom element, and have the page load the module that defines it.

    A component of your own is a function around it::

        def stars(value: int, on_rate: ts.EventHandler[[int]]) -> ts.Component:
            return ts.custom_element(
                "star-rating",
                attributes={"max": 5},
                properties={"value": value},
                on={"rate": on_rate},
                src="/stars.js",
            )

    and the module, served by a route of yours, an ordinary custom element::

        customElements.define("star-rating", class extends HTMLElement {
          set value(count) { ... }
          rated(count) {
            this.dispatchEvent(new CustomEvent("rate", { detail: count, bubbles: true }));
          }
        });

    Args:
        tag: its name, in lower case and with a hyphen.
        children: what stands in it, as everywhere.
        attributes: HTML attributes by name; a value is text or a number, or a Var of these.
            True writes the bare name, None and False leave it out.
        properties: DOM properties by name: bool, number, text, or a Var of these. They are set as
            soon as the page runs and again whenever the Var changes. A list or dict becomes an
            array or object, unless the property is a text.
        on: DOM events by name, each with what it runs. A handler may take one value: the event's
            ``detail``, or of an event without one the element's ``value``.
        src: the address of the module that defines the element, as for `script`.
        on_click: runs when it is pressed.
        props: styles, ``id``, ``class_name``, ``aria_...``, ``data_...`` and common triggers.

    Raises:
        PageError: a name that HTML or the page's safety does not allow.
    """
    name = "custom_element"
    if not _TAG.fullmatch(tag) or tag in _RESERVED_TAGS:
        raise PageError(
            f"{name}: {tag[:60]!r} is no name of a custom element: write it in lower case "
            "and with a hyphen, such as 'star-rating'"
        )
    kind = Kind(
        name=tag,
        tag=tag,
        attributes={f"attribute {key}": _attribute(tag, key) for key in attributes or {}},
        properties={f"property {key}": _property(tag, key) for key in properties or {}},
        properties_vary=True,
        triggers={f"event {key}": _event(tag, key) for key in on or {}},
    )
    given: dict[str, object] = {
        **{f"attribute {key}": value for key, value in (attributes or {}).items()},
        **{f"property {key}": value for key, value in (properties or {}).items()},
        **{f"event {key}": value for key, value in (on or {}).items()},
        "on_click": on_click,
    }
    made = make_element(kind, children, {**given, **props})
    return made if src is None else Fragment((script(src), made))


def _attribute(tag: str, name: str) -> str:
    if not _ATTRIBUTE.fullmatch(name) or name.startswith("on") or name in _REFUSED_ATTRIBUTES:
        raise PageError(
            f"{tag}: attribute {name[:60]!r} is refused: names are lower case with hyphens, and "
            "no scripts, styles or documents; on= takes events, style props styles"
        )
    return name


def _property(tag: str, name: str) -> str:
    if not _PROPERTY.fullmatch(name) or _REFUSED_PROPERTY.search(name):
        raise PageError(
            f"{tag}: property {name[:60]!r} is refused: names are those of JavaScript, and none "
            "that holds markup or a script"
        )
    return name


def _event(tag: str, name: str) -> TriggerKind:
    if not _EVENT.fullmatch(name):
        raise PageError(f"{tag}: {name[:60]!r} is no name of an event")
    return TriggerKind(name, ("detail",))
