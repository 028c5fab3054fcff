"""Where the header of a table without rules ends, told by its headings.

Where a heading's lines stand no farther apart than the heading and the first row, gaps tell
nothing; but a known heading ends where its words do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.grid import Grid
from pipeline.model import PageContent, Ruling
from pipeline.tables.column_lines import ColumnLine, page_to_columns, usual_gap
from pipeline.tables.heads import KnownHeaders

MOST_LINES = 4
"""Lines of a heading of one column."""
CLOSE = 1.5
"""Characters; lines of one heading stand nearer."""
SHARE = 0.6
"""Of the columns, so many must have known headings."""
WIDER = 1.2
"""How much wider than between the lines of one heading, or one cell, the gap below must be."""
NEAR = 0.5
"""Characters from a ruling that is there already."""


@dataclass(frozen=True, slots=True)
class KnownHeading:
    """The known heading of one column; `below`: where the next line begins."""

    lines: tuple[ColumnLine, ...]
    below: float

    @property
    def bottom(self) -> float:
        return self.lines[-1].bottom

    @property
    def widest(self) -> float:
        """The widest gap between its lines."""
        return max((low.top - high.bottom for high, low in pairwise(self.lines)), default=0.0)


def find_head_end(page: PageContent, grid: Grid, known: KnownHeaders, unit: float) -> float | None:
    """Where the header of a grid ends, in points, by its headings.

    `grid`: one whose rulings were concluded; `unit`: the character height in points. None where the
    headings do not tell, or a ruling stands there already.
    """
    columns = page_to_columns(page, grid)
    heads = [known_heading(lines, known, unit) for lines in columns]
    found = [head for head in heads if head is not None]
    if len(found) < max(2, SHARE * len(columns)):
        return None
    low, high = max(head.bottom for head in found), min(head.below for head in found)
    least = WIDER * max(usual_gap(columns), *(head.widest for head in found))
    if high == float("inf") or high - low <= least:
        return None
    y = (low + high) / 2
    there = any(low - NEAR * unit < other < high + NEAR * unit for other in grid.ys)
    if there or any(line.top < y < line.bottom for lines in columns for line in lines):
        return None
    return y


def head_rulings(grid: Grid, end: float) -> list[Ruling]:
    """The rulings below a header that ends at a height, column by column."""
    return [Ruling("h", end, left, right, 0.0, True) for left, right in pairwise(grid.xs)]


def known_heading(
    lines: Sequence[ColumnLine], known: KnownHeaders, unit: float
) -> KnownHeading | None:
    """The known heading at the top of a column, or below a part of one over several.

    The longest that is known word for word; else the shortest that fits a pattern, since patterns
    are open at their ends.
    """
    if not lines:
        return None
    near = 1
    while near < min(len(lines), MOST_LINES + 1):
        if lines[near].top - lines[near - 1].bottom > CLOSE * unit:
            break
        near += 1
    exact, others = [], []
    for start in range(min(2, near)):
        for end in range(start + 1, min(near, start + MOST_LINES) + 1):
            below = lines[end].top if end < len(lines) else float("inf")
            head = KnownHeading(tuple(lines[start:end]), below)
            text = "".join(line.text for line in head.lines)
            if known.names(text):
                exact.append(head)
            elif known.knows(text):
                others.append(head)
    if exact:
        return max(exact, key=lambda head: len(head.lines))
    return min(others, key=lambda head: len(head.lines), default=None)
