"""What a Markdown file is about, found without parsing it: its fenced blocks, and its first words.

Parsing is most of what a site of many documents costs at its start, and all that the start has to
know is which code runs. The rules are CommonMark's, cut down to what can be said of single lines:
a fence that begins at the margin closes whatever list, quote or paragraph is above it, and what it
holds goes to the next line of its marks. A fence with anything before it is in a list, a quote, or
none at all; then nothing is said, and the text has to be parsed. Knows nothing of what code does.
"""

from __future__ import annotations

import re

import attrs

__all__ = ["Fenced", "Outline", "outline"]

#: Marks of a fence, and what would make them one inside of something else.
_OPENING = re.compile(r"^([ \t>*+\-\d.)]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
#: A heading that is the first of all, and the lines after it up to one that is empty.
_HEAD = re.compile(
    r"(?:[ \t]*\n)*(#{1,6}[ \t][^\n]*)\n?(?:[ \t]*\n)*((?:[ \t]*[^ \t\n][^\n]*\n?)*)"
)


@attrs.frozen
class Fenced:
    """One fenced block."""

    info: str
    """What follows the marks."""
    content: str
    line: int
    """Of the text, where the content begins; the first is 1."""


@attrs.frozen
class Outline:
    """What can be said of a text at a glance."""

    fences: tuple[Fenced, ...]
    """All of them, in order."""
    head: str | None
    """A short text with the title and the lead of the whole, and with nothing else; None if only
    the whole text tells."""


def outline(text: str) -> Outline | None:
    """Return the outline of a text; None if it has to be parsed."""
    if "\0" in text:
        return None
    fences: list[Fenced] = []
    between: list[str] = []
    at, line = 0, 1
    for opening in _OPENING.finditer(text):
        before, marks, info = opening.groups()
        if opening.start() < at or (marks[0] == "`" and "`" in info):
            continue  # inside of another; a code span that begins its line
        closing = _closing(text, marks, opening.end())
        if before or closing is None:
            return None
        between.append(text[at : opening.start()])
        line += text.count("\n", at, opening.end()) + 1
        fences.append(Fenced(info, text[opening.end() + 1 : closing.start()], line))
        line += text.count("\n", opening.end() + 1, closing.end())
        at = closing.end()
    return Outline(tuple(fences), _head("\n".join([*between, text[at:]])))


def _closing(text: str, marks: str, after: int) -> re.Match[str] | None:
    line = re.compile(rf"^ {{0,3}}{marks[0]}{{{len(marks)},}}[ \t]*$", re.MULTILINE)
    return line.search(text, after + 1)


def _head(prose: str) -> str | None:
    # A definition, `[name]: address`, may be anywhere, and make a link of the first words.
    found = None if "]:" in prose else _HEAD.match(prose)
    return f"{found[1]}\n\n{found[2]}" if found else None
