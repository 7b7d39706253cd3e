"""Vars that live in the browser, as an app has them; and what a browser sent, as their values.

A browser sends what it has by the vars' full names, and says which of that its session has not
seen. A session that has just been made takes all; one that has lived on takes only what is news,
because what it holds itself may be newer than what had reached the browser. Knows nothing of how
the values travel, nor of sessions.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from triostate.errors import NotConvertibleError, UnsendableValueError
from triostate.state.admission import validate
from triostate.state.codec import JSON
from triostate.state.convert import convert
from triostate.state.copies import deep_copy
from triostate.state.fields import Field
from triostate.state.state import State

__all__ = ["read_stored", "stored_fields"]

logger = logging.getLogger("triostate")


def stored_fields(states: Iterable[type[State]]) -> dict[str, Field[Any]]:
    """Return the vars that live in the browser, by full name: ``state.settings.theme``."""
    return {
        ".".join(field.path): field
        for cls in states
        for field in cls._fields.values()
        if field.place is not None
    }


def read_stored(
    fields: Mapping[str, Field[Any]],
    stored: Mapping[str, JSON],
    changed: Collection[str],
    *,
    fresh: bool,
) -> dict[Field[Any], Any]:
    """Return the values to set, by var, converted to the types of the vars.

    Args:
        fields: as `stored_fields` gives them.
        stored: what the browser has, in wire form; names that are no such var are passed over.
        changed: what the session has not seen, of these or of what is not there any more.
        fresh: whether the session has just been made.

    What does not convert is left out: the var keeps its value.
    """
    values: dict[Field[Any], Any] = {}
    for name, field in fields.items():
        if not fresh and name not in changed:
            continue
        if name in stored:
            try:
                value = convert(stored[name], field.annotation, f"what the browser has of {name}")
                validate(value, sendable=True)
            except (NotConvertibleError, UnsendableValueError, ValueError) as error:
                logger.debug("%s", error)
            else:
                values[field] = value
        elif not fresh:
            values[field] = deep_copy(field.default)
    return values
