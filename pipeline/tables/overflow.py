"""Text that a writer printed below the border of its own cell, at the foot of a table.

Where a row is broken at a page's foot, some writers let the last line of a cell that spans rows
stand below the border.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.geometry import BBox, union
from pipeline.grid import Grid, GridCell
from pipeline.model import Word

NEAR = 1.0
"""Characters; a line further below than this, from border or text, goes on with no cell."""
SIZES = 0.15
"""Share by which the heights of characters of one text may differ."""
ALIGNED = 0.3
"""Characters; how far apart texts of one column may begin, or have their middles."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """A word below a table that seems to go on with a cell; `aligned`: set as its lines are."""

    word: Word
    grid: int
    cell: int
    aligned: bool


def find_overflow(
    words: Sequence[Word],
    grids: Sequence[Grid],
    filled: Sequence[Sequence[Sequence[Word]]],
    unit: float,
) -> Iterator[Overflow]:
    """Words outside all grids that go on with a cell at the foot of one.

    `filled` are the words of each cell of each grid. A line of prose is as wide as it likes: unless
    each word of a line stands under a cell's last line and inside its sides, none is given.
    """
    for number, grid in enumerate(grids):
        foot = grid.box.bottom
        near = (w for w in words if w.box.top < foot + NEAR * unit)
        below = [word for word in near if word.box.y_mid > foot]
        level = [word for word in words if any(_level(word.box, other.box) for other in below)]
        found = [_under(word, number, grid, filled[number], unit) for word in level]
        whole = [item for item in found if item is not None]
        if len(whole) == len(found):
            yield from whole


def _level(one: BBox, other: BBox) -> bool:
    return min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5 * min(
        one.height, other.height
    )


def _under(
    word: Word, number: int, grid: Grid, filled: Sequence[Sequence[Word]], unit: float
) -> Overflow | None:
    for index, cell in enumerate(grid.cells):
        if not _ends_at_foot(cell, grid, unit) or not filled[index]:
            continue
        if not cell.box.x0 <= word.box.x0 <= word.box.x1 <= cell.box.x1:
            continue
        last = max(filled[index], key=lambda other: other.box.bottom)
        alike = abs(last.box.height - word.box.height) <= SIZES * last.box.height
        if alike and word.box.top - last.box.bottom < NEAR * unit:
            return Overflow(word, number, index, _is_aligned(word, filled[index], unit))
    return None


def _ends_at_foot(cell: GridCell, grid: Grid, unit: float) -> bool:
    return cell.box.bottom > grid.box.bottom - 0.6 * unit


def _is_aligned(word: Word, lines: Sequence[Word], unit: float) -> bool:
    """Whether a word begins, or has its middle, where words of the cell or all of them do."""
    reach = ALIGNED * unit
    boxes = [line.box for line in lines]
    return any(
        abs(word.box.x0 - box.x0) < reach or abs(word.box.x_mid - box.x_mid) < reach
        for box in (*boxes, union(boxes))
    )
