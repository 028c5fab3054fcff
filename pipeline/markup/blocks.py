"""Machine-read text → blocks: prose, rules, rows parted by tabs, HTML and Markdown tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.markup.text import without_invisible

_TABLE_EDGE = re.compile(r"<(/?)table\b[^>]*>", re.I)
_RULE = re.compile(r"\s*(?:-\s*){3,}$|\s*(?:\*\s*){3,}$|\s*(?:_\s*){3,}$|\s*—{3,}\s*$")
_RESIDUE = re.compile(r"\s*(?:={3,}|`{3,}\S*|~{3,}\S*)\s*$")
_PIPE_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")


class Kind(Enum):
    """What a block is."""

    PROSE = auto()
    RULE = auto()
    TABS = auto()
    PIPES = auto()
    HTML = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, each with its number in the text, from 0."""

    kind: Kind
    lines: tuple[tuple[int, str], ...]
    closed: bool = True

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)


def text_to_blocks(text: str) -> list[Block]:
    """Cut the text into blocks, in order; blank lines and bare markup are in none."""
    text = without_invisible(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    blocks: list[Block] = []
    at = 0
    for start, end, closed in _html_tables(text):
        blocks.extend(_plain_blocks(text[at:start], text.count("\n", 0, at)))
        first = text.count("\n", 0, start)
        lines = enumerate(text[start:end].split("\n"), first)
        blocks.append(Block(Kind.HTML, tuple(lines), closed))
        at = end
    blocks.extend(_plain_blocks(text[at:], text.count("\n", 0, at)))
    return blocks


def _html_tables(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and closedness of the outermost HTML tables that hold whole lines.

    A table inside a field of a row parted by tabs belongs to that field.
    """
    found: list[tuple[int, int, bool]] = []
    depth = start = 0
    for edge in _TABLE_EDGE.finditer(text):
        if not edge[1]:
            if depth == 0:
                start = edge.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((start, edge.end(), True))
    if depth:
        found.append((start, len(text), False))
    return found


def _plain_blocks(text: str, first: int) -> list[Block]:
    lines = list(enumerate(text.split("\n"), first))
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        kind = _kind_at(lines, at)
        end = at + 1
        if kind in (Kind.TABS, Kind.PIPES):
            while end < len(lines) and _goes_on(kind, lines[end][1]):
                end += 1
        if kind is not None:
            blocks.append(Block(kind, tuple(lines[at:end])))
        at = end
    return blocks


def _kind_at(lines: list[tuple[int, str]], at: int) -> Kind | None:
    line = lines[at][1]
    if not line.strip() or _RESIDUE.match(line):
        return None
    if "\t" in line.strip():
        return Kind.TABS
    if _RULE.match(line):
        return Kind.RULE
    below = lines[at + 1][1] if at + 1 < len(lines) else ""
    if _UNESCAPED_PIPE.search(line) and "|" in below and _PIPE_RULE.match(below):
        return Kind.PIPES
    return Kind.PROSE


def _goes_on(kind: Kind, line: str) -> bool:
    if kind is Kind.TABS:
        return "\t" in line.strip("\n") and bool(line.strip())
    return bool(line.strip()) and bool(_UNESCAPED_PIPE.search(line))


def line_to_fields(kind: Kind, line: str) -> list[str] | None:
    """The fields of one row; None for the rule below the header of a Markdown table."""
    if kind is Kind.TABS:
        return line.rstrip("\n").split("\t")
    if _PIPE_RULE.match(line):
        return None
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return _UNESCAPED_PIPE.split(bare)
