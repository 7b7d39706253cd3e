"""The component that shows a listing, Python highlighted while the page is compiled.

No script runs in the browser for it: tokens of the standard library's tokenizer become spans with
a class each. Text that is not Python all the way is shown plain from where it stops being it.
"""

from __future__ import annotations

import builtins
import io
import keyword
import token
import tokenize
from collections.abc import Iterator
from typing import Any

from ..errors import PageError
from ..state.expr import Literal
from ..state.var import Var
from .element import Kind, make_element
from .tree import Component, Element, Text, as_expr

__all__ = ["code_block", "highlighted"]

_PRE = Kind("code_block", "pre", classes=("ts-code-block",), own=("language",))
_CODE = Kind("code_block", "code")
_BUILTINS = frozenset(dir(builtins))
# From 3.12 on an f-string is several tokens.
_FSTRING = ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
_KINDS: dict[int, str] = {
    token.STRING: "str",
    token.NUMBER: "num",
    tokenize.COMMENT: "com",
    **{vars(token)[name]: "str" for name in _FSTRING if name in vars(token)},
}


def code_block(
    source: str | Var[Any], *, language: str | None = "python", **props: object
) -> Component:
    """Return a listing.

    Args:
        source: the text, or a Var of it, which is shown without colours.
        language: ``"python"`` is highlighted, anything else is not.
        props: styles, attributes and triggers of the frame around it.
    """
    expr = as_expr(source)
    content: list[Component] = [Text(expr)]
    if isinstance(expr, Literal):
        if not isinstance(expr.value, str):
            raise PageError(f"code_block: the source is text, not {type(expr.value).__name__}")
        listing = expr.value.strip("\n")
        pieces = highlighted(listing) if language == "python" else iter([("", listing)])
        content = [_piece(kind, text) for kind, text in pieces]
    return make_element(_PRE, (make_element(_CODE, content),), {"tab_index": 0, **props})


def _piece(kind: str, text: str) -> Component:
    leaf = Text(Literal(text))
    if not kind:
        return leaf
    return Element("code_block", "span", classes=(f"tk-{kind}",), children=(leaf,))


def highlighted(source: str) -> Iterator[tuple[str, str]]:
    """Yield pieces of the source with the kind of each: ``""`` where it has no colour.

    The pieces put together are the source.
    """
    starts = _line_starts(source)
    done = 0
    for kind, first, last in _tokens(source):
        start, end = (starts[line - 1] + column for line, column in (first, last))
        if start > done:
            yield "", source[done:start]
        if start >= done:
            yield kind, source[start:end]
            done = end
    if done < len(source):
        yield "", source[done:]


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


_Place = tuple[int, int]


def _tokens(source: str) -> Iterator[tuple[str, _Place, _Place]]:
    previous = ""
    try:
        for found in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _KINDS.get(found.type) or _word_kind(found, previous)
            if kind and found.string:
                yield kind, found.start, found.end
            if found.string.strip():
                previous = found.string
    except (tokenize.TokenError, SyntaxError):
        return


def _word_kind(found: tokenize.TokenInfo, previous: str) -> str:
    if found.type != token.NAME:
        return "dec" if found.string == "@" and found.line.lstrip().startswith("@") else ""
    if found.string in ("True", "False", "None"):
        return "num"
    if keyword.iskeyword(found.string):
        return "kw"
    if previous in ("def", "class"):
        return "def"
    if found.line.lstrip().startswith("@") and "(" not in found.line[: found.start[1]]:
        return "dec"
    return "fn" if found.string in _BUILTINS and previous != "." else ""
