"""Cells of the grids → the stretches of text in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.geometry import BBox
from pipeline.grid import Grid
from pipeline.scan.crops import Piece
from pipeline.scan.ink import Mask, PixelBox, around
from pipeline.scan.lines import drop_specks, ink_to_lines, line_height, line_to_pieces
from pipeline.scan.stacked import Column, lines_to_columns

DIRT = 0.32
"""Characters: on a dirty page no larger ink tells how text stands."""


HAIR, EDGE = 0.06, 0.15
"""Characters: ink so thin, so near to a side of its cell and along it, is left of its ruling."""
SPLINTER, SHORT, BESIDE = 0.1, 0.5, 0.5
"""And so is ink beside that is as thin and too short for a digit, not so near."""


@dataclass(frozen=True, slots=True)
class Print:
    """The print of a page: `mask` is its ink without rulings, 255 where it is.

    `unit`: the character height in pixels; `dirty`: many specks lay about, some may lie in it.
    """

    mask: Mask
    unit: float
    dirty: bool = False


def grid_to_pieces(
    grid: Grid, inner: Sequence[PixelBox], page: Print, pixels_per_point: float
) -> list[Piece]:
    """What is to be read in the cells of a grid.

    `inner`: the grids that lie inside cells of this one, which are read on their own.
    """
    if inner:
        page = replace(page, mask=page.mask.copy())
        for box in inner:
            box.cut(page.mask)[:] = 0
    boxes = [box_to_pixels(cell.box, pixels_per_point, page.mask) for cell in grid.cells]
    return [piece for box in boxes for piece in cell_to_pieces(box, page)]


def cell_to_pieces(cell: PixelBox, page: Print) -> list[Piece]:
    """What is to be read in a cell: a stack as one piece per block of columns, else its lines.

    A blank cell gives none.
    """
    if not cell.width or not cell.height:
        return []
    unit, ink = page.unit, drop_specks(cell.cut(page.mask), page.unit)
    lines = [line for line in ink_to_lines(ink, unit) if not _is_remnant(line, cell, unit)]
    if not lines:
        return []
    height = line_height([(line.y0, line.y1) for line in lines], unit)
    columns = _columns_without_dots(ink, unit, height) if page.dirty else ()
    columns = columns or lines_to_columns(lines, ink, height, dirty=page.dirty)
    if columns:
        boxes = tuple(_shift(box, cell) for column in columns for box in column.boxes)
        return [_stack(boxes[at : at + 12], height) for at in range(0, len(boxes), 12)]
    pieces = []
    edges = [0, *((a.y1 + b.y0) // 2 for a, b in pairwise(lines)), cell.height]
    for line, limits in zip(lines, pairwise(edges), strict=True):
        for part in line_to_pieces(line, ink, height, dirty=page.dirty):
            if _is_remnant(part, cell, unit):
                continue
            between = (cell.y0 + limits[0], cell.y0 + limits[1])
            sides = (cell.x0, cell.x1)
            pieces.append(Piece(_shift(part, cell), height, between, sides=sides))
    return pieces


def _is_remnant(part: PixelBox, cell: PixelBox, unit: float) -> bool:
    """Whether ink is what was left of a ruling beside the cell; `part` counts from its corner."""
    hair, near = max(1, round(HAIR * unit)), EDGE * unit
    along = part.height <= hair and min(part.y0, cell.height - part.y1) <= near
    aside = min(part.x0, cell.width - part.x1)
    splinter = part.width <= SPLINTER * unit and part.height <= SHORT * unit
    return along or (part.width <= hair and aside <= near) or (splinter and aside <= BESIDE * unit)


def _columns_without_dots(ink: Mask, unit: float, height: float) -> tuple[Column, ...]:
    """The columns of a stack as what is larger than dirt shows them; none of other text.

    Dirt between stacked characters stands like marks of running text and makes lines of its own.
    """
    large = drop_specks(ink, unit, DIRT)
    return lines_to_columns(ink_to_lines(large, unit), large, height, dirty=True)


def box_to_pixels(box: BBox, pixels_per_point: float, mask: Mask) -> PixelBox:
    """A box in points as pixels of the page, no larger than the page."""
    height, width = mask.shape
    scaled = box.scaled(pixels_per_point)
    x0, y0 = min(max(0, round(scaled.x0)), width), min(max(0, round(scaled.top)), height)
    return PixelBox(
        x0, y0, max(x0, min(width, round(scaled.x1))), max(y0, min(height, round(scaled.bottom)))
    )


def _stack(boxes: tuple[PixelBox, ...], height: float) -> Piece:
    whole = around(boxes)
    return Piece(whole, height, (whole.y0, whole.y1), boxes)


def _shift(box: PixelBox, cell: PixelBox) -> PixelBox:
    return PixelBox(box.x0 + cell.x0, box.y0 + cell.y0, box.x1 + cell.x0, box.y1 + cell.y0)
