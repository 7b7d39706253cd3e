"""Conversion of what a browser sent to the types that handlers and vars declare.

What is of the type already is taken as it is; text, which is what most controls give, is read as
the type; nothing else is bent. For each annotation:

==================  ============================================================================
annotation          taken
==================  ============================================================================
``int``             an int; a float without fraction; text ``"12"``, ``" -3 "``. No bool
``float``           an int or float; text ``"1.5"``, ``"1e3"``. No text for nan or infinity
``bool``            True, False, 1, 0; text ``true false on off yes no 1 0`` in any case, and
                    ``""`` is False
``str``             text
``None``            None
``X | None``        None; ``""`` is None unless X takes it (``str``, ``bool``)
``A | B``           the member whose type the value has already, else the first it converts to
``Decimal``         an int, a finite float as it is written, text
``date``            a date; ``"2024-01-31"``
``datetime``        a datetime; ``"2024-01-31T13:05"`` with or without seconds and offset; a date
``time``            a time; ``"13:05"``, ``"13:05:30"``
``timedelta``       a timedelta; a number of seconds; ``"1:30"`` and ``"1:30:00"``, of hours
``UUID``            a UUID; its text
``bytes``           bytes
``Path``            text without NUL
Enum                the value of a member, or text that reads as one; else a member's name
``Literal``         one of the values, or text that reads as one
list, set, tuple,   a list, set or tuple, each item converted; a tuple has as many as declared
frozenset
``dict``            a dict, keys and values converted; two keys may not become one
``TypedDict``       a dict with the declared keys and no others
NamedTuple          a tuple or list of its length, or a dict by its fields
attrs, dataclass    a dict of its fields: no others, and none missing that has no default
``Any``             whatever came
==================  ============================================================================

Anything else (an opaque class, a callable, a type with a serializer) is nothing that a browser can
send: `unconvertible` says so while the page is compiled. `NewType`, ``Annotated`` and type aliases
are what they stand for; a subclass of one of these scalars is made from the scalar.
"""

from __future__ import annotations

from typing import Any

from triostate.errors import NotConvertibleError
from triostate.state.codec import JSON
from triostate.state.converters import MisfitError, NoConverterError, converter
from triostate.state.decoding import decode_value

__all__ = ["convert", "convert_value", "unconvertible"]


def convert(wire: JSON, annotation: Any, what: str) -> Any:
    """Return a wire value as the annotated type; see the table above.

    Raises NotConvertibleError, which names ``what`` and the type but only the kind of the value.
    """
    try:
        value = decode_value(wire)
    except ValueError as error:
        raise NotConvertibleError(f"{what}: {error}") from None
    return convert_value(value, annotation, what)


def convert_value(value: Any, annotation: Any, what: str) -> Any:
    """Return a value that has been decoded as the annotated type, as `convert` does."""
    try:
        return converter(annotation)(value)
    except (MisfitError, NoConverterError) as error:
        raise NotConvertibleError(f"{what}: {error}") from None


def unconvertible(annotation: Any) -> str | None:
    """Return why a browser can send nothing of a type, or None if it can."""
    try:
        converter(annotation)
    except NoConverterError as error:
        return str(error)
    return None
