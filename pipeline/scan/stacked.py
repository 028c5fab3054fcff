"""Ink of a cell → names printed downwards side by side: their character boxes, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs
from pipeline.scan.lines import only_dots

# In heights of a line of the cell.
APART = 0.3  # characters of different columns stand at least so far apart
WIDEST = 1.35  # a character is no wider
ALIGNED = 0.5  # middles of the characters of a column lie within this


@dataclass(frozen=True, slots=True)
class Column:
    """Characters printed one under the other, from top to bottom."""

    boxes: tuple[PixelBox, ...]

    @property
    def x_mid(self) -> float:
        return float(np.mean([box.x_mid for box in self.boxes]))


def lines_to_columns(lines: Sequence[PixelBox], mask: Mask, height: float) -> tuple[Column, ...]:
    """Columns of single characters, block by block from the top, each block from the left.

    Empty when the cell is not stacked: fewer than two lines, or any line with characters as near
    to each other as in running text. What matters is only how the ink lies, not the header.
    """
    if len(lines) < 2:
        return ()
    rows = [line_to_characters(line, mask, height) for line in lines]
    if not all(rows) or sum(len(row) for row in rows) > 60:
        return ()
    blocks: list[list[list[PixelBox]]] = []
    for row in rows:
        if not blocks or not _extend(blocks[-1], row, height):
            blocks.append([[box] for box in row])
    return tuple(Column(tuple(boxes)) for block in blocks for boxes in block)


def line_to_characters(line: PixelBox, mask: Mask, height: float) -> list[PixelBox]:
    """Boxes of the characters of a line, where they stand apart; empty for running text."""
    stretches = runs(filled_columns(line.cut(mask)), bridge=max(1, round(APART * height) - 1))
    boxes = [PixelBox(line.x0 + a, line.y0, line.x0 + b, line.y1) for a, b in stretches]
    if len(boxes) > 1:  # dirt beside a character stands in no column
        boxes = [box for box in boxes if not only_dots(box.cut(mask), height)]
    return [] if any(box.width > WIDEST * height for box in boxes) else boxes


def _extend(block: list[list[PixelBox]], row: Sequence[PixelBox], height: float) -> bool:
    """Add the row to the block's columns if each of its characters lies under one of them.

    A row with fewer characters than the block has columns belongs to it too: two-character names
    are printed with an empty middle. A block centred under one with other columns starts anew.
    """
    homes = []
    for box in row:
        off = [abs(box.x_mid - np.mean([above.x_mid for above in column])) for column in block]
        nearest = int(np.argmin(off))
        if off[nearest] > ALIGNED * height or nearest in homes:
            return False
        homes.append(nearest)
    for home, box in zip(homes, row, strict=True):
        block[home].append(box)
    return True
