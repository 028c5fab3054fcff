"""The text of a table column by column, line by line, whatever its rows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.grid import Grid
from pipeline.model import Glyph, PageContent
from pipeline.tables.lines import word_to_glyphs


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A line of one column: its text without blanks, and where it stands, in points."""

    text: str
    top: float
    bottom: float
    x1: float


def page_to_columns(page: PageContent, grid: Grid) -> list[list[ColumnLine]]:
    """The lines of each column of a grid, from top to bottom."""
    glyphs = [glyph for word in page.words for glyph in word_to_glyphs(word)]
    return [_column(glyphs, grid, left, right) for left, right in pairwise(grid.xs)]


def usual_gap(columns: Sequence[Sequence[ColumnLine]]) -> float:
    """The white between two lines of one cell: that of the closest tenth; 0 without any."""
    apart = sorted(b.top - a.bottom for lines in columns for a, b in pairwise(lines))
    return apart[len(apart) // 10] if apart else 0.0


def _column(glyphs: Sequence[Glyph], grid: Grid, left: float, right: float) -> list[ColumnLine]:
    box = grid.box
    inside = [
        glyph
        for glyph in glyphs
        if left <= glyph.box.x_mid < right and box.top <= glyph.box.y_mid <= box.bottom
    ]
    lines: list[list[Glyph]] = []
    for glyph in sorted(inside, key=lambda glyph: glyph.box.y_mid):
        if lines and glyph.box.y_mid < max(other.box.bottom for other in lines[-1]):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    # What is left of a character that a wrong ruling cut was read as marks.
    told = (_to_line(own) for own in lines)
    return [line for line in told if any(map(str.isalnum, line.text))]


def _to_line(glyphs: Sequence[Glyph]) -> ColumnLine:
    text = "".join(glyph.text for glyph in sorted(glyphs, key=lambda glyph: glyph.box.x0))
    boxes = [glyph.box for glyph in glyphs]
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    return ColumnLine(text, top, bottom, max(box.x1 for box in boxes))
