"""Reading docstrings and signatures: what they say, apart from how it is shown.

The sections are those of our own docstrings: ``Args:``, ``Returns:``, ``Raises:``, ``Source:``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs

__all__ = ["Docstring", "public_members", "read", "signature"]

_SECTION = re.compile(r"^(Args|Returns|Raises|Source|Yields):[ ]*(.*)$")
_ITEM = re.compile(r"^([*\w][\w, *]*|``[^`]+``): +(.*)$")
_WIDTH = 88


@attrs.frozen
class Docstring:
    """What a docstring says."""

    text: str
    """All of it that is in no section, as Markdown."""
    arguments: tuple[tuple[str, str], ...] = ()
    raises: tuple[tuple[str, str], ...] = ()
    returns: str = ""
    source: str = ""


def read(value: object) -> Docstring:
    """Return what the docstring of an object says; nothing if it has none of its own."""
    text: list[str] = []
    sections: dict[str, list[str]] = {}
    into = text
    for line in (inspect.getdoc(value) or "").split("\n"):
        if (match := _SECTION.match(line)) is not None:
            into = sections[match[1]] = [match[2]] if match[2] else []
        elif into is not text and line and not line.startswith(" "):
            into = text
            text.append(line)
        else:
            into.append(line)
    return Docstring(
        text=_markdown(text),
        arguments=tuple(_items(sections.get("Args", []))),
        raises=tuple(_items(sections.get("Raises", []))),
        returns=_joined(sections.get("Returns", []) or sections.get("Yields", [])),
        source=_joined(sections.get("Source", [])),
    )


def _markdown(lines: list[str]) -> str:
    """Return reStructuredText's little as Markdown: a colon doubled begins a listing."""
    return re.sub(r"::$", ":", "\n".join(lines).strip(), flags=re.MULTILINE)


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines).strip()


def _items(lines: list[str]) -> Iterator[tuple[str, str]]:
    name, words = "", list[str]()
    for line in lines:
        match = _ITEM.match(line[4:]) if line[:5].strip() and line.startswith("    ") else None
        if match is None:
            words.append(line.strip())
            continue
        if name:
            yield name, " ".join(words).strip()
        name, words = match[1].strip("`"), [match[2]]
    if name:
        yield name, " ".join(words).strip()


def signature(name: str, function: Callable[..., Any], *, is_method: bool = False) -> str:
    """Return how a function is called, on several lines where one is too narrow."""
    try:
        parsed = inspect.signature(function)
    except (TypeError, ValueError):
        return name
    parameters = [*parsed.parameters.values()]
    if is_method and parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    written = [*_written(parameters)]
    result = _annotation(parsed.return_annotation)
    after = f" -> {result}" if result else ""
    line = f"{name}({', '.join(written)}){after}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {item}," for item in written), f"){after}"])


def _written(parameters: list[inspect.Parameter]) -> Iterator[str]:
    is_named_only = False
    for parameter in parameters:
        kind = parameter.kind
        if kind is kind.VAR_POSITIONAL:
            is_named_only = True
        if kind is kind.KEYWORD_ONLY and not is_named_only:
            is_named_only = True
            yield "*"
        yield _parameter(parameter)


def _parameter(parameter: inspect.Parameter) -> str:
    kind = parameter.kind
    mark = {kind.VAR_POSITIONAL: "*", kind.VAR_KEYWORD: "**"}.get(kind, "")
    annotation = _annotation(parameter.annotation)
    text = f"{mark}{parameter.name}" + (f": {annotation}" if annotation else "")
    if parameter.default is parameter.empty:
        return text
    default = repr(parameter.default)
    shown = "..." if default.startswith("<") else default
    return f"{text} = {shown}" if annotation else f"{text}={shown}"


def _annotation(annotation: object) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return text.strip("'\"")


def public_members(cls: type) -> Iterator[tuple[str, Any, bool]]:
    """Yield what a class lets users call or read: name, what has the docstring, is it a method.

    Inherited members are there if a class of ours declares them.
    """
    seen: set[str] = set()
    for base in cls.__mro__:
        if not base.__module__.startswith("triostate"):
            continue
        for name, value in vars(base).items():
            if name.startswith("_") or name in seen:
                continue
            seen.add(name)
            found = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            is_method = inspect.isfunction(found)
            if is_method or isinstance(found, property):
                yield name, found, is_method
