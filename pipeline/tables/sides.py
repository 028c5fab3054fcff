"""Sides of a table that a page does not show: a lost border, or columns that are blank there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.geometry import BBox, union
from pipeline.model import Cell, Fragment
from pipeline.tables.columns import EDGE as COLUMN_EDGE
from pipeline.tables.fill import Part
from pipeline.tables.heads import MOST_LEVELS, count_repeated

if TYPE_CHECKING:
    from pipeline.tables.stitch import Draft

FEWEST = 3
"""Column edges by which a part is known to stand in the columns of a table."""


def with_lost_side(draft: Draft, part: Part) -> Part:
    """A part with the table's heading as wide as the table, where a border at its side was lost.

    Its other column edges stand as far from each other as those of the page before.
    """
    before, xs = draft.last.xs, part.xs
    reach = COLUMN_EDGE * part.look.unit
    own = [cell for cell in draft.cells if cell.row < MOST_LEVELS]
    if len(xs) != len(before) or not count_repeated(own, part.cells, nearly(draft, part)):
        return part
    for kept, lost in ((slice(None, -1), -1), (slice(1, None), 0)):
        by = xs[kept][0] - before[kept][0]
        alike = all(abs(x - by - b) <= reach for x, b in zip(xs[kept], before[kept], strict=True))
        if alike and abs(xs[lost] - by - before[lost]) > reach:
            edges = [before[lost] + by if x == xs[lost] else x for x in xs]
            box = replace(part.box, x0=edges[0], x1=edges[-1])
            return replace(part, xs=tuple(edges), box=box)
    return part


def with_lost_columns(draft: Draft, part: Part) -> Part:
    """A part as wide as the table where the columns at its sides are blank and have no border.

    The column edges that it shows are all the table's, one beside the other, in one place only.
    """
    before, xs = draft.last.xs, part.xs
    reach = COLUMN_EDGE * part.look.unit
    spare = len(before) - len(xs)
    if spare <= 0 or len(xs) < FEWEST:
        return part
    places = [
        first
        for first in range(spare + 1)
        if all(
            abs((x - xs[0]) - (b - before[first])) <= reach
            for x, b in zip(xs, before[first:], strict=False)
        )
    ]
    if len(places) != 1:
        return part
    first, by = places[0], xs[0] - before[places[0]]
    after = first + len(xs)
    edges = (*(b + by for b in before[:first]), *xs, *(b + by for b in before[after:]))
    cells = [replace(cell, column=cell.column + first) for cell in part.cells]
    cells += _blanks(part, edges, [*range(first), *range(after - 1, len(edges) - 1)])
    cells.sort(key=lambda cell: (cell.row, cell.column))
    box = replace(part.box, x0=edges[0], x1=edges[-1])
    return replace(part, xs=edges, box=box, cells=tuple(cells))


def _blanks(part: Part, edges: tuple[float, ...], columns: list[int]) -> Iterator[Cell]:
    """A blank cell for each row in some columns."""
    sides = list(pairwise(edges))
    for row in range(part.rows):
        own = [cell for cell in part.starting(row) if cell.row_span == 1 and cell.fragments]
        whole = union(cell.fragments[0].box for cell in own) if own else part.box
        for column in columns:
            box = BBox(sides[column][0], whole.top, sides[column][1], whole.bottom)
            yield Cell(row, column, fragments=(Fragment(part.page, box),))


def nearly(draft: Draft, part: Part) -> int:
    """How many header rows may differ by what a recogniser misread."""
    return max(draft.header_rows, 1) if part.look.ink or draft.last.look.ink else 0
