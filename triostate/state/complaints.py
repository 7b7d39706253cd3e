"""What is said of a wrong entry of a form: in words for people, whoever has complained.

attrs' own validators name bounds as code does, and quote the entry. What a user's validator says is
left as it is. Knows nothing of forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["NOT_VALID", "ONE_OF", "in_words"]

NOT_VALID = "is not valid"
ONE_OF = "must be one of the choices"

_BOUNDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}
_NUMBER = re.compile(r"'.+' must be (>=|>|<=|<) (.+): .*", re.DOTALL)
_LENGTH = re.compile(r"Length of '.+' must be (>=|<=) (\d+): \d+")


def in_words(error: Exception, value: Any) -> str:
    """Return what an exception of a converter or validator says of a value.

    Source: the texts of ``attrs.validators``: ``ge gt le lt min_len max_len in_ matches_re``.
    """
    text = error.args[0] if error.args else None
    if type(error) is not ValueError or not isinstance(text, str) or not text:
        return NOT_VALID
    for pattern, say in _SAYINGS:
        if (match := pattern.fullmatch(text)) is not None:
            return say(match, value)
    return text


def _number(match: re.Match[str], _value: Any) -> str:
    return f"must be {_BOUNDS[match[1]]} {match[2]}"


def _length(match: re.Match[str], value: Any) -> str:
    several = "characters" if isinstance(value, str) else "entries"
    one = "character" if isinstance(value, str) else "entry"
    return f"must have {_BOUNDS[match[1]]} {match[2]} {one if match[2] == '1' else several}"


_SAYINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Any], str]], ...] = (
    (_NUMBER, _number),
    (_LENGTH, _length),
    (re.compile(r"'.+' must be in .+ \(got .*\)", re.DOTALL), lambda *_: ONE_OF),
    (re.compile(r"'.+' must match regex .+ \(.* doesn't\)", re.DOTALL), lambda *_: NOT_VALID),
)
