"""What the values of browser events are, and whether a handler's parameter can take one.

A box that is ticked sends a bool; a handler that wants a list of numbers would refuse each of its
events, and nobody would know why. So such a pair is an error while the page is compiled. Where any
value of the event fits, it is none: text may read as a number. Knows nothing of pages.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..state.annotations import a_or_an, type_name
from ..state.converters import MisfitError, NoConverterError, converter

__all__ = ["misfit"]

#: Texts that read as one of the types that text can be.
_TEXTS: Final = (
    *("a", "", "1", "1.5", "true", "2024-01-31", "2024-01-31T13:05", "13:05"),
    "12345678-1234-5678-1234-567812345678",
)
#: Extractors of the browser runtime: what they give, in words, and examples of all its kinds.
_VALUES: Final[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    "value": ("text", _TEXTS),
    "key": ("a key's name", _TEXTS),
    "number": ("a number", (1, 0, -1, 1.5, 0.5, 100)),
    "checked": ("True or False", (True, False)),
    "open": ("True or False", (True, False)),
}


def misfit(extractor: str, annotation: Any) -> str | None:
    """Return why no value that an extractor gives becomes the annotated type, or None.

    For an extractor that may give anything, or a type that takes nothing from browsers at all, it
    is None: that is for others to say.
    """
    if extractor not in _VALUES or annotation is None:
        return None
    words, examples = _VALUES[extractor]
    try:
        convert = converter(annotation)
        named = [value for value in _named(annotation) if isinstance(value, type(examples[0]))]
        if any(_fits(convert, value) for value in (*examples, *named)):
            return None
    except NoConverterError:
        return None
    return f"the event carries {words}, which never becomes {a_or_an(type_name(annotation))}"


def _fits(convert: Any, value: object) -> bool:
    try:
        convert(value)
    except MisfitError:
        return False
    return True


def _named(annotation: Any) -> Iterator[Any]:
    """Yield values that a type names itself: a Literal's, an Enum's."""
    if typing.get_origin(annotation) is typing.Literal:
        yield from typing.get_args(annotation)
        yield from map(str, typing.get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        for member in annotation:
            yield from (member.value, str(member.value), member.name)
    else:
        for part in typing.get_args(annotation):
            yield from _named(part)
    alias = getattr(annotation, "__supertype__", None) or getattr(annotation, "__value__", None)
    if alias is not None and not isinstance(annotation, type):
        yield from _named(alias)
