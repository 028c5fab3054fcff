"""Rows too low to hold text: what borders leave that end at slightly different heights.

Where cells have borders of their own, a cell over several rows and its neighbours may end a few
points apart at a page end; the strip between their borders is no row of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell

SLIVER = 0.6
"""Characters; a row lower than this holds no text."""
STRIP = 1.5
"""Characters; the same where all other cells come from the rows above and only blanks begin."""


def drop_slivers(
    cells: Sequence[Cell], ys: Sequence[float], unit: float
) -> tuple[tuple[Cell, ...], int]:
    """The cells without rows that are lower than a character and blank, and the rows left.

    `ys` are the edges of the rows in points, `unit` the median character height. One row stays.
    """
    kept, rows = tuple(cells), len(ys) - 1
    for row in reversed(range(rows)):
        height = ys[row + 1] - ys[row]
        if rows == 1 or height >= STRIP * unit:
            continue
        within = [cell for cell in kept if cell.row == row and cell.row_span == 1]
        if height >= SLIVER * unit and not _is_strip(kept, row, within):
            continue
        if not any(cell.text for cell in within):
            kept = tuple(_without(cell, row) for cell in kept if cell not in within)
            rows -= 1
    return kept, rows


def _is_strip(cells: Sequence[Cell], row: int, within: Sequence[Cell]) -> bool:
    """Whether a row has no beginnings but those of the cells `within`, and not these alone."""
    return len([cell for cell in cells if cell.row == row]) == len(within) and any(
        cell.row < row < cell.row + cell.row_span for cell in cells
    )


def _without(cell: Cell, row: int) -> Cell:
    if cell.row > row:
        return replace(cell, row=cell.row - 1)
    if row < cell.row + cell.row_span:
        return replace(cell, row_span=cell.row_span - 1)
    return cell
