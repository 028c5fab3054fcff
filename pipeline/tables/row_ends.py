"""Which row ends of a table without rules the text beside them proves.

The gaps between lines may tell nothing, but a cell whose items begin anew, or whose sentence ends
before its line does, ends there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.grid import Grid
from pipeline.grid.intervals import Interval, white_gaps
from pipeline.model import Code, Finding, PageContent
from pipeline.tables.column_lines import ColumnLine, page_to_columns, usual_gap
from pipeline.tables.head_ends import known_heading
from pipeline.tables.heads import KnownHeaders

# In characters.
SHORT = 1.5  # a line that ends so far before the others of its column ends a paragraph
WHITE = 0.25  # the least white over all columns in which rows may part
END = 0.5  # what is so near to the end of a doubtful stretch is not inside
CLOSE = 1.2
"""Times the usual white between two lines; those of one cell stand no farther apart."""
LEAST = 2
"""Columns in which a paragraph must end, where none begins to count anew."""
_STOPS = ("。", "；", "！")
_STYLES = tuple(
    (re.compile(first), re.compile(any_number))
    for first, any_number in (
        ("一、", "[一二三四五六七八九十]{1,2}、"),
        ("[(（]一[)）]", "[(（][一二三四五六七八九十]{1,2}[)）]"),
        (r"1(?:[.．](?!\d)|、)", r"\d{1,2}(?:[.．](?!\d)|、)"),
        (r"[(（]?1[)）]", r"[(（]?\d{1,2}[)）]"),
        ("①", "[①-⑳]"),
    )
)
"""How items are numbered, the highest level first: the first number, and each."""


def proven(
    doubts: Sequence[Finding],
    page: PageContent,
    grids: Sequence[Grid],
    known: KnownHeaders,
    unit: float,
) -> tuple[Finding, ...]:
    """Those of the doubts about rows and columns that the text disproves.

    `grids` are the tables as they are parted; `unit` is the character height in points. Where each
    column has a known heading of its own, the columns are sure.
    """
    if not doubts:
        return ()
    columns = {grid: page_to_columns(page, grid) for grid in grids}
    return tuple(
        doubt
        for doubt in doubts
        if any(
            stands_in(doubt, grid.box) and _is_proven(doubt, grid, lines, known, unit)
            for grid, lines in columns.items()
        )
    )


def stands_in(finding: Finding, box: BBox) -> bool:
    """Whether the middle of what a finding is about lies in a box."""
    own = finding.box
    return own is not None and box.contains(own.x_mid, own.y_mid)


def _is_proven(
    doubt: Finding,
    grid: Grid,
    columns: Sequence[Sequence[ColumnLine]],
    known: KnownHeaders,
    unit: float,
) -> bool:
    if doubt.code is Code.COLUMNS_DOUBTFUL:
        return all(known_heading(lines, known, unit) is not None for lines in columns)
    if doubt.box is None:
        return False
    inside = (doubt.box.top + END * unit, doubt.box.bottom - END * unit)
    ends = [y for y in grid.ys[1:-1] if inside[0] < y < inside[1]]
    return len(ends) == 1 and _is_row_end(ends[0], columns, unit)


def _is_row_end(y: float, columns: Sequence[Sequence[ColumnLine]], unit: float) -> bool:
    """Whether a row ends at a height, and at no other one between the same lines."""
    begun, ended = [], []
    for lines in columns:
        right = max((line.x1 for line in lines), default=0.0)
        first = _first_item(lines)
        for above, below in pairwise(lines):
            if above.bottom <= y <= below.top and above.text.endswith(_STOPS):
                if first is not None and first.match(below.text):
                    begun.append((above.bottom, below.top))
                elif above.x1 < right - SHORT * unit and not _is_item(below.text):
                    ended.append((above.bottom, below.top))
    if not begun and len(ended) < LEAST:
        return False
    low, high = (max(a for a, _ in (*begun, *ended)), min(b for _, b in (*begun, *ended)))
    filled = [[(line.top, line.bottom) for line in lines] for lines in columns]
    near = CLOSE * usual_gap(columns)
    white = white_gaps(filled, low, high, WHITE * unit)
    apart = [gap for gap in white if not _is_inside_cell(gap, columns, near)]
    return len(apart) == 1 and apart[0][0] <= y <= apart[0][1]


def _first_item(lines: Sequence[ColumnLine]) -> re.Pattern[str] | None:
    """The number with which a column's items begin anew: of its highest level of items."""
    return next(
        (first for first, each in _STYLES if any(each.match(line.text) for line in lines)), None
    )


def _is_item(text: str) -> bool:
    return any(each.match(text) for _, each in _STYLES)


def _is_inside_cell(gap: Interval, columns: Sequence[Sequence[ColumnLine]], near: float) -> bool:
    """Whether lines on both sides of a gap stand as `near` as those of one cell do."""
    return any(
        above.bottom <= gap[0] and gap[1] <= below.top and below.top - above.bottom <= near
        for lines in columns
        for above, below in pairwise(lines)
    )
