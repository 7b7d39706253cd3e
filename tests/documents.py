"""The project's documents: where they are, and the fenced blocks in them.

Knows what a block says of itself and which file the text above it names; not what is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

__all__ = ["PAGES", "ROOT", "Block", "Document", "documents", "source_of"]

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = ROOT / "examples" / "docs" / "pages"
ELSEWHERE: Final = ("README.md", "CONTRIBUTING.md", "docs/*.md")

_FENCE: Final = re.compile(r"(`{3,}|~{3,})\s*(.*)")
_FILE: Final = re.compile(r"`([\w./$-]+\.(?:py|toml))`")


@attrs.frozen
class Block:
    """A fenced block."""

    language: str
    """The first word after the fence."""
    marks: tuple[str, ...]
    """The words after it."""
    text: str
    line: int
    """Of its first line in the document, counted from 1."""
    file: str
    """The last file that the paragraph above it names, if that ends with a colon; else empty."""

    @property
    def is_code(self) -> bool:
        """Whether it is Python that runs."""
        return self.language == "python" and "fragment" not in self.marks

    @property
    def is_demo(self) -> bool:
        """Whether the last function that it defines is shown."""
        return self.is_code and "demo" in self.marks

    @property
    def has_tests(self) -> bool:
        """Whether it holds tests."""
        return self.is_code and re.search(r"(?m)^(async )?def test_", self.text) is not None


@attrs.frozen
class Document:
    """A Markdown file."""

    path: Path
    text: str = attrs.field(repr=False)
    blocks: tuple[Block, ...] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """Its path in the checkout, or, of a page, among the pages."""
        folder = PAGES if self.is_page else ROOT
        return self.path.relative_to(folder).as_posix()

    @property
    def is_page(self) -> bool:
        """Whether it is a page of the documentation."""
        return self.path.is_relative_to(PAGES)

    @property
    def code(self) -> tuple[Block, ...]:
        """The blocks of Python that run, in order."""
        return tuple(block for block in self.blocks if block.is_code)

    @property
    def prose(self) -> str:
        """What is outside of its blocks."""
        inside = {
            number
            for block in self.blocks
            for number in range(block.line, block.line + block.text.count("\n") + 1)
        }
        lines = enumerate(self.text.split("\n"), 1)
        return "\n".join(line for number, line in lines if number not in inside)


def documents() -> list[Document]:
    """Return all documents, the pages first."""
    paths = sorted(PAGES.rglob("*.md"))
    for pattern in ELSEWHERE:
        paths += sorted(ROOT.glob(pattern))
    return [_read(path) for path in paths]


def source_of(blocks: Sequence[Block]) -> str:
    """Return one source of all blocks, each at its line, so that errors point into the document."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.split("\n")
    return "\n".join(lines) + "\n"


def _read(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    return Document(path, text, tuple(_blocks(text.split("\n"))))


def _blocks(lines: list[str]) -> Iterator[Block]:
    number = 0
    above: list[str] = []
    while number < len(lines):
        fence = _FENCE.fullmatch(lines[number])
        number += 1
        if fence is None:
            above.append(lines[number - 1])
            continue
        first, body = number, []
        while lines[number].rstrip() != fence[1]:
            body.append(lines[number])
            number += 1
        number += 1
        language, *marks = fence[2].split() or [""]
        text = "\n".join(body)
        yield Block(language, tuple(marks), text, first + 1, _file_named(above))
        above = []


def _file_named(above: list[str]) -> str:
    paragraph = "\n".join(above).rstrip().rpartition("\n\n")[2]
    found = _FILE.findall(paragraph)
    return str(found[-1]) if found and paragraph.endswith(":") else ""
