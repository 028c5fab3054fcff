"""What the prose above a table says of it: its title, an attachment's label, nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.characters import is_han
from pipeline.geometry import BBox
from pipeline.model import Prose, Word
from pipeline.tables.heads import fold

LABEL = re.compile(r"附\s*[件表录]\s*[\d一二三四五六七八九十]*(?:[-—－.]\d+)?\s*[:：.．]?")
_PAGE_NUMBER = re.compile(
    r"[-—–－―·.\s]*(?:第?\s*\d+\s*页?\s*[,，/]?\s*(?:共?\s*\d+\s*页)?)[-—–－―·.\s]*"
)
_NOTE = re.compile(
    r"[\(（]?(?:(?:金额|计量|数量)?单位|编制(?:部门|单位)|填报(?:部门|单位|日期|时间)|制表(?:单位|日期)|"
    r"部门(?:名称|单位)?|公开\d+表|报送单位|预算单位|日期|时间)\s*[:：].*|公开\d+表|续表?\s*\d*|[\(（]续表?\s*\d*[\)）]"
)
_NEAR = 4.0
"""Characters between the lowest line of a title and the table."""
_LEADING = 2.6
"""Characters between the lines of one title."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a table. `others` counts the lines that are nothing of the kind."""

    title: str | None = None
    label: str | None = None
    others: tuple[str, ...] = ()


def is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text) is not None


def is_note(text: str) -> bool:
    """Whether a line says the unit of amounts or who filled the table in, and titles nothing."""
    return _NOTE.match(text.strip()) is not None


def find_heading(prose: Prose, box: BBox, floor: float, running: frozenset[str]) -> Heading:
    """Read the lines between `floor` (bottom of what stands above, points) and a table's box.

    `running` holds the masked texts of running heads, which belong to no table.
    """
    title: list[str] = []
    label = None
    others = []
    edge, size, done = box.top, 0.0, False
    lines = [line for line in prose.lines if line.box.y_mid >= floor and line.box.y_mid < box.top]
    for line in reversed(lines):
        text = line.text.strip()
        if is_page_number(text) or mask(text) in running:
            continue
        if (found := LABEL.match(text)) is not None:
            rest = text[found.end() :].strip()
            label, done = found.group(), True
            if rest and not title and not rest.endswith(("。", "；")):
                title.insert(0, rest)
            continue
        if is_note(text) and not title:
            edge = line.box.top
            continue
        alike = not title or abs(line.box.height - size) <= 0.15 * size
        if not done and alike and _is_title_line(line, box, edge, bool(title), prose):
            title.insert(0, text)
            edge, size = line.box.top, line.box.height
            continue
        done = True
        if sum(map(is_han, text)) >= 2:
            others.append(text)
    return Heading(join_title(title) or None, label, tuple(reversed(others)))


def _is_title_line(line: Word, box: BBox, edge: float, more: bool, prose: Prose) -> bool:
    """Whether a line is centred over the table or the page, near it, and no sentence."""
    size = line.box.height
    if edge - line.box.bottom > (_LEADING if more else _NEAR) * size:
        return False
    if line.text.endswith(("。", "；", "：", ":", "，", "、")):
        return False
    centred = min(abs(line.box.x_mid - box.x_mid), abs(line.box.x_mid - prose.width / 2))
    inside = more or line.box.width < box.width - size
    return centred <= 1.5 * size and inside and sum(map(is_han, line.text)) >= 2


def join_title(lines: Sequence[str]) -> str:
    """The lines of a title as one; blanks stay between Latin letters and digits only."""
    text = lines[0] if lines else ""
    for line in lines[1:]:
        latin = text[-1:].isascii() and line[:1].isascii() and text[-1:].isalnum()
        text += (" " if latin else "") + line
    return re.sub(r"(?<![!-~])[ \u3000]+|[ \u3000]+(?![!-~])", "", text)


def mask(text: str) -> str:
    """A line with its numbers made equal: a running head or foot is the same on all pages."""
    return re.sub(r"\d+", "#", fold(text))


def find_running(pages: Sequence[Prose]) -> dict[int, frozenset[str]]:
    """By page, the texts at its head or foot that neighbours have at the same height too."""
    found: dict[int, set[str]] = {page.page: set() for page in pages}
    for gap in (1, 2):
        for first, second in zip(pages, pages[gap:], strict=False):
            one, two = _edge_lines(first), _edge_lines(second)
            for text in one.keys() & two.keys():
                if abs(one[text] - two[text]) < 3:
                    found[first.page].add(text)
                    found[second.page].add(text)
    return {page: frozenset(texts) for page, texts in found.items()}


def _edge_lines(page: Prose) -> dict[str, float]:
    lines = page.lines
    edge = [*lines[:2], *lines[-2:]]
    high, low = page.height * 0.12, page.height * 0.88
    return {mask(w.text): w.box.y_mid for w in edge if w.box.y_mid < high or w.box.y_mid > low}
