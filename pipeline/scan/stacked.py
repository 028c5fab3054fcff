"""Ink of a cell → names printed downwards side by side: their character boxes, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from pipeline.scan.ink import Mask, PixelBox, filled_columns, runs

# In heights of a line of the cell.
APART = 0.3  # characters of different columns stand at least so far apart
WIDEST = 1.35  # a character is no wider
LEAST = 0.36  # and no smaller both ways
FOOT = 0.45  # share of the line above a mark
DOT = 0.2  # dirt as small may lie between two characters, which then are
MARK = 0.12  # no mark is smaller, where no dirt is
CLEAR = 0.12  # dots farther from a character are none of its own
WIDER = 1.12  # a character with a mark beside it is wider
USUAL, BROADEST = 0.75, 1.1  # and without the mark as wide as most
PARTED = 0.4  # so far from each other, and
BROAD = 0.5  # so wide, as digits around a point are not
ALIGNED = 0.5  # middles of the characters of a column lie within this
SLIT = 0.15  # what parts two columns in the line in which they are nearest
FEW = 4  # of so many lines one may be such: 2025 年 over 第 三 季 is running text


@dataclass(frozen=True, slots=True)
class Column:
    """Characters printed one under the other, from top to bottom."""

    boxes: tuple[PixelBox, ...]

    @property
    def x_mid(self) -> float:
        return float(np.mean([box.x_mid for box in self.boxes]))


def lines_to_columns(
    lines: Sequence[PixelBox], mask: Mask, height: float, *, dirty: bool
) -> tuple[Column, ...]:
    """Columns of single characters, block by block from the top, each block from the left.

    Empty when the cell is not stacked: fewer than two lines, or any line with characters as near
    to each other as in running text, unless nearly all show the columns that part these too. What
    matters is only how the ink lies, not the header. On a `dirty` page, dots beside characters are
    no marks, nor is one alone at the end of a line.
    """
    if len(lines) < 2:
        return ()
    found: list[list[PixelBox] | None] = []
    for line in lines:
        found.append(line_to_characters(line, mask, height, dirty=dirty))
        if found.count(None) > max(len(lines) // FEW, dirty):
            return ()
    if dirty and found.count(None) == 1:
        at = found.index(None)
        found[at] = line_to_characters(lines[at], mask, height, dirty=dirty, spare=True)
    if 0 < FEW * found.count(None) <= len(found):
        edges = _column_edges([row for row in found if row], height)
        found = [
            _at_edges(line, edges, mask, height, dirty=dirty) if row is None else row
            for line, row in zip(lines, found, strict=True)
        ]
    rows = [row for row in found if row]
    if None in found or len(rows) < 2 or sum(map(len, rows)) > 60:
        return ()
    blocks: list[list[list[PixelBox]]] = []
    for row in rows:
        if not blocks or not _extend(blocks[-1], row, height):
            blocks.append([[box] for box in row])
    return tuple(Column(tuple(boxes)) for block in blocks for boxes in block)


def line_to_characters(
    line: PixelBox, mask: Mask, height: float, *, dirty: bool, spare: bool = False
) -> list[PixelBox] | None:
    """Boxes of the characters of a line, where they stand apart; None for running text.

    Dirt is no character: of a line that holds nothing else, none. A mark is set in running text;
    where it is close to a character, both are read together. `spare`: not that at its end.
    """
    bridge = max(1, round(APART * height) - 1)
    parts = [
        part
        for start, end in runs(filled_columns(line.cut(mask)), bridge)
        for part in _parted(
            PixelBox(line.x0 + start, line.y0, line.x0 + end, line.y1), mask, height
        )
    ]
    if any(box.width > WIDEST * height for box in parts):
        return None
    size = _largest if dirty else _size  # specks one over the other are no character
    small = [box for box in parts if size(box.cut(mask)) < LEAST * height]
    marks = [box for box in small if _is_mark(box.cut(mask), height, dirty=dirty)]
    if spare and marks and marks[-1] is parts[-1]:
        marks.pop()
    if marks:
        return None
    if not dirty and any(_has_mark_beside(box.cut(mask), height) for box in parts):
        return None
    kept = [box for box in parts if box not in small]
    return [_trimmed(box, mask, height) for box in kept] if dirty else kept


def _column_edges(rows: Sequence[Sequence[PixelBox]], height: float) -> list[int]:
    """Where columns part that rows of characters show: pixels, from left to right."""
    columns: list[list[PixelBox]] = []
    for box in sorted((box for row in rows for box in row), key=lambda box: box.x_mid):
        if not columns or box.x_mid - columns[-1][0].x_mid > ALIGNED * height:
            columns.append([])
        columns[-1].append(box)
    ends = [(min(box.x0 for box in own), max(box.x1 for box in own)) for own in columns]
    return [(before[1] + after[0]) // 2 for before, after in pairwise(ends)]


def _at_edges(
    line: PixelBox, edges: Sequence[int], mask: Mask, height: float, *, dirty: bool
) -> list[PixelBox] | None:
    """The characters of a line between the edges of columns, each in one; None where none part."""
    parts = runs(filled_columns(line.cut(mask)), max(1, round(SLIT * height) - 1))
    ink = line.cut(mask)
    kept = [(a, b) for a, b in parts if not dirty or _largest(ink[:, a:b]) > DOT * height]
    homes = [sum(edge < line.x0 + (a + b) / 2 for edge in edges) for a, b in kept]
    whole = all(b - a >= BROAD * height and b - a <= WIDEST * height for a, b in kept)
    if not kept or not whole or len(set(homes)) < len(homes):
        return None
    boxes = [PixelBox(line.x0 + a, line.y0, line.x0 + b, line.y1) for a, b in kept]
    return [_trimmed(box, mask, height) for box in boxes] if dirty else boxes


def _parted(box: PixelBox, mask: Mask, height: float) -> list[PixelBox]:
    """What is too wide for a character parted where nothing but dots joins two of them."""
    if box.width <= WIDEST * height:
        return [box]
    ink = box.cut(mask)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = np.where((sides <= DOT * height)[labels], 0, ink)
    parts = runs(filled_columns(large), bridge=max(1, round(PARTED * height) - 1))
    if len(parts) < 2 or any(b - a < BROAD * height for a, b in parts):
        return [box]
    return [PixelBox(box.x0 + a, box.y0, box.x0 + b, box.y1) for a, b in parts]


def _trimmed(box: PixelBox, mask: Mask, height: float) -> PixelBox:
    """The box of a character without dots that stand clear of it, at its sides."""
    ink = box.cut(mask)
    stretches = runs(filled_columns(ink), bridge=max(1, round(CLEAR * height) - 1))
    kept = [(a, b) for a, b in stretches if _size(ink[:, a:b]) > DOT * height] or stretches
    return PixelBox(box.x0 + kept[0][0], box.y0, box.x0 + kept[-1][1], box.y1)


def _is_mark(ink: Mask, height: float, *, dirty: bool) -> bool:
    """Whether small ink is a mark: on a dirty page it stands where 、 does, and is as large."""
    if not dirty:
        return _size(ink) > MARK * height
    rows = np.flatnonzero(ink.any(axis=1))
    return bool(_largest(ink) > DOT * height and rows[0] > FOOT * ink.shape[0])


def _has_mark_beside(ink: Mask, height: float) -> bool:
    """Whether a mark stands close to one side of a character: 、稳.

    With it the character is wider than one is; without it, as wide as most.
    """
    wide = ink.shape[1]
    if wide <= WIDER * height:
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    own = stats[1:]
    sides = own[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    left, right = own[:, cv2.CC_STAT_LEFT], own[:, cv2.CC_STAT_LEFT] + own[:, cv2.CC_STAT_WIDTH]
    marks = (sides > MARK * height) & (sides < LEAST * height)
    for at in np.flatnonzero(marks & ((left == 0) | (right == wide))):
        others = np.arange(len(own)) != at
        rest = int(right[others].max()) - int(left[others].min())
        if BROADEST * height >= rest >= USUAL * height:
            return True
    return False


def _size(ink: Mask) -> int:
    """The longer side of all ink, pixels."""
    places = [np.flatnonzero(ink.any(axis=axis)) for axis in (0, 1)]
    return max((int(np.ptp(along)) + 1 for along in places if along.size), default=0)


def _largest(ink: Mask) -> int:
    """The longer side of the largest connected ink, pixels."""
    stats = cv2.connectedComponentsWithStats(np.ascontiguousarray(ink), connectivity=8)[2][1:]
    return int(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0))


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
