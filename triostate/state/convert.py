"""Conversion of what a browser sent to the types that a handler's parameters declare."""

from __future__ import annotations

from typing import Any

import msgspec

from triostate.errors import NotConvertibleError
from triostate.state.codec import JSON, decode_value

__all__ = ["convert"]


def convert(wire: JSON, annotation: Any, what: str) -> Any:
    """Return a wire value as the annotated type; Any takes it as it is.

    Text converts to numbers, dates and the like where it reads as one, a dict to an attrs or
    dataclass instance. Raises NotConvertibleError, which names ``what`` and the type but only the
    kind of the value.
    """
    try:
        value = decode_value(wire)
        if annotation is Any:
            return value
        return msgspec.convert(value, annotation, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise NotConvertibleError(f"{what}: {error}") from None
    except TypeError:
        # The annotation is of a class that no browser value can become.
        raise NotConvertibleError(
            f"{what}: a browser cannot send a value of type {annotation!r}"
        ) from None
