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


def drop_slivers(
    cells: Sequence[Cell], ys: Sequence[float], unit: float
) -> tuple[tuple[Cell, ...], int]:
    """The cells without rows that are lower than a character and blank, and the rows left.

    `ys` are the edges of the rows in points, `unit` the median character height. One row stays.
    """
    kept, rows = tuple(cells), len(ys) - 1
    for row in reversed(range(rows)):
        if rows == 1 or ys[row + 1] - ys[row] >= SLIVER * unit:
            continue
        within = [cell for cell in kept if cell.row == row and cell.row_span == 1]
        if not any(cell.text for cell in within):
            kept = tuple(_without(cell, row) for cell in kept if cell not in within)
            rows -= 1
    return kept, rows


def _without(cell: Cell, row: int) -> Cell:
    if cell.row > row:
        return replace(cell, row=cell.row - 1)
    if row < cell.row + cell.row_span:
        return replace(cell, row_span=cell.row_span - 1)
    return cell
